"""Completion of a period per OPD and up the tree: one query for page, chart and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from netral.accounts.access import Permission, Reach
from netral.errors import NotFound
from netral.indonesian import number, percent
from netral.learning.periods.models import CompletionTally
from netral.learning.periods.tallies import RECENT_DAYS, day_of
from netral.organisation.models import Opd
from netral.reporting.counts import NOBODY, Counts, OpdCompletion, Unit, add, add_up
from netral.reporting.report import (
    Asked,
    Column,
    Kind,
    Notes,
    PeriodFacts,
    Report,
    Table,
    explain,
    find_period,
    period_notes,
    tabulate,
)

UNIT = (Opd.id, Opd.kode, Opd.nama, Opd.jenis, Opd.path, Opd.parent_id)


@dataclass(frozen=True, slots=True)
class CompletionReport:
    """The figures. `rows` in the order of the tree, the worst first among siblings; `scope` none: the whole."""

    period: PeriodFacts
    as_of: datetime
    scope: str | None
    rows: tuple[OpdCompletion, ...]
    total: Counts

    @property
    def top(self) -> tuple[OpdCompletion, ...]:
        """Return the top of the reach, the worst first: every perangkat daerah, or the wanted OPD alone."""
        return tuple(row for row in self.rows if row.depth == 0)

    @property
    def shown(self) -> tuple[OpdCompletion, ...]:
        """Return the rows of page, chart and files, which add up to the total. A single OPD is shown by its parts."""
        return self.parts(self.top[0]) if len(self.top) == 1 else self.top

    def parts(self, parent: OpdCompletion) -> tuple[OpdCompletion, ...]:
        """Return the parts of a unit's total: the units directly below it and, if it has any, its own people."""
        own = OpdCompletion(parent.unit, parent.depth + 1, parent.own, parent.own)
        below = [row for row in self.rows if row.unit.parent_id == parent.unit.opd_id]
        parts = [*below, *([own] if parent.own != NOBODY else [])]
        return tuple(sorted(parts, key=lambda part: part.badness))


def read_completion(
    session: Session, *, instansi_id: int, period_id: int, now: datetime, opd_path: str | None = None
) -> CompletionReport:
    """Read a whole instansi or one subtree. People count in their present OPD. Raises NotFound for a foreign one."""
    period = find_period(session, instansi_id=instansi_id, period_id=period_id)
    units = read_units(session, instansi_id=instansi_id, opd_path=opd_path)
    own = count_by_opd(session, period, opd_path=opd_path, now=now)
    rows = add_up(units, own)
    return CompletionReport(period, now, opd_path, rows, add(*(row.total for row in rows if row.depth == 0)))


def read_units(session: Session, *, instansi_id: int, opd_path: str | None) -> list[Unit]:
    """Read the units. Raises NotFound for a subtree that the instansi does not have."""
    statement = select(*UNIT).where(Opd.instansi_id == instansi_id)
    if opd_path is not None:
        statement = statement.where(Opd.path.startswith(opd_path, autoescape=True))
    units = [Unit(*row) for row in session.execute(statement)]
    if opd_path is not None and not units:
        raise NotFound(opd_path)
    return units


def find_unit(session: Session, *, reaches: Sequence[Reach], kode: str) -> Unit:
    """Return an OPD by its kode, if one of the reaches contains it; raises NotFound."""
    for reach in reaches:
        wanted = select(*UNIT).where(Opd.instansi_id == reach.instansi_id, Opd.kode == kode)
        row = session.execute(wanted).one_or_none()
        if row is not None and covers(reach, row.path):
            return Unit(*row)
    raise NotFound(kode)


def covers(reach: Reach, path: str) -> bool:
    """Return whether a subtree lies within a reach of the same instansi."""
    return reach.opd_path is None or path.startswith(reach.opd_path)


def count_by_opd(session: Session, period: PeriodFacts, *, opd_path: str | None, now: datetime) -> dict[int, Counts]:
    """Count by OPD from the tally along its one index, so that the cost does not depend on the number of people."""
    done, passed, pledged = CompletionTally.completed, CompletionTally.passed, CompletionTally.pledged
    idle = ~CompletionTally.started & ~passed & ~pledged
    recent = CompletionTally.day > day_of(period.opens_at, now) - RECENT_DAYS
    statement = (
        select(
            CompletionTally.opd_id,
            CompletionTally.standing,
            people_who(true()),
            people_who(~done & idle),
            people_who(~done & passed & ~pledged),
            people_who(~done & pledged & ~passed),
            people_who(done),
            people_who(CompletionTally.late),
            people_who(recent),
        )
        .where(CompletionTally.period_id == period.period_id)
        .group_by(CompletionTally.opd_id, CompletionTally.standing)
    )
    if opd_path is not None:
        inside = Opd.path.startswith(opd_path, autoescape=True)
        opds = select(Opd.id).where(Opd.instansi_id == period.instansi_id, inside)
        statement = statement.where(CompletionTally.opd_id.in_(opds))
    found = {(row[0], row[1]): tuple(row[2:]) for row in session.execute(statement)}
    return {opd_id: as_counts(opd_id, found) for opd_id in {opd_id for opd_id, _ in found}}


def people_who(condition: ColumnElement[bool] | InstrumentedAttribute[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(CompletionTally.people).filter(condition), 0)


NONE = (0,) * 7


def as_counts(opd_id: int, found: Mapping[tuple[int, str], tuple[int, ...]]) -> Counts:
    wajib, idle, passed, pledged, done, late, recent = found.get((opd_id, "wajib"), NONE)
    under_way = wajib - idle - passed - pledged - done
    exempt, left = found.get((opd_id, "bebas"), NONE)[0], found.get((opd_id, "keluar"), NONE)[0]
    return Counts(wajib, idle, under_way, passed, pledged, done, late, recent, exempt, left)


NOT_STARTED = "Belum membuka halaman modul, belum ikut ujian, dan belum menandatangani ikrar."
UNDER_WAY = "Sudah mulai tetapi belum lulus ujian; juga yang sertifikatnya dicabut atau menunggu ejaan nama."
COMPLETED = "Lulus ujian dan menandatangani ikrar, dan sertifikatnya terbit dan tidak dicabut."
WAJIB = "Pegawai peserta periode ini, tanpa yang dibebaskan dan yang keluar. Yang pindah dihitung di OPD barunya."
TENTHS = "Selesai dibagi wajib (penyebutnya), dibulatkan ke bawah sampai satu angka di belakang koma."
CHANGE = "Berapa poin persen yang ditambahkan pegawai yang selesai hari ini dan dalam 6 hari sebelumnya."
EXEMPT = "Pegawai yang dibebaskan dari kewajiban; dihitung terpisah dan tidak termasuk wajib."
LEFT = "Pegawai yang keluar dari instansi setelah periode dibuka; tidak termasuk wajib."
# The order in which pages and files show them; fields of Counts.
FIGURES = (
    Column("Wajib", "wajib", Kind.COUNT, meaning=WAJIB),
    Column("Belum mulai", "not_started", Kind.COUNT, meaning=NOT_STARTED),
    Column("Sedang", "under_way", Kind.COUNT, meaning=UNDER_WAY),
    Column("Lulus saja", "passed_only", Kind.COUNT, meaning="Sudah lulus ujian, tetapi belum menandatangani ikrar."),
    Column("Ikrar saja", "pledged_only", Kind.COUNT, meaning="Sudah menandatangani ikrar, tetapi belum lulus ujian."),
    Column("Selesai", "completed", Kind.COUNT, meaning=COMPLETED),
    Column("Terlambat", "late", Kind.COUNT, meaning="Bagian dari yang selesai: selesainya setelah tenggat."),
    Column("Persen selesai", "tenths", Kind.PERCENT, meaning=TENTHS, head="% selesai"),
    Column("Perubahan 7 hari", "change_tenths", Kind.POINTS, meaning=CHANGE, head="7 hari"),
    Column("Bebas", "exempt", Kind.COUNT, meaning=EXEMPT, on_page=False),
    Column("Keluar", "left", Kind.COUNT, meaning=LEFT, on_page=False),
)
DEFINITIONS = explain(FIGURES)
KODE = Column("Kode", "unit.kode", width=16, on_page=False)


def figures_of(part: str) -> list[Column]:
    """Return the figures of a unit's people: `own` or `total`."""
    return [replace(figure, field=f"{part}.{figure.field}") for figure in FIGURES]


def completion_table(report: CompletionReport) -> Table:
    """Return the rows of the page, and the total."""
    table = tabulate([KODE, Column("OPD", "unit.nama", width=44), *figures_of("total")], report.shown)
    return replace(table, total=("", "Jumlah", *tabulate(FIGURES, [report.total]).rows[0]))


def units_table(report: CompletionReport) -> Table:
    """Return every unit with only its own people, so that any selection of rows can be summed."""
    names = {row.unit.path: row.unit.nama for row in report.top}
    tops = [next(nama for path, nama in names.items() if row.unit.path.startswith(path)) for row in report.rows]
    unit, top = Column("Unit", "unit.nama", width=44), Column("OPD induk teratas", "top", width=44)
    table = tabulate([KODE, unit, *figures_of("own")], report.rows)
    rows = tuple((*row[:2], nama, *row[2:]) for row, nama in zip(table.rows, tops, strict=True))
    return Table("Unit", (KODE, unit, top, *table.columns[2:]), rows)


def completion_notes(report: CompletionReport) -> Notes:
    done = f"{number(report.total.completed)} dari {number(report.total.wajib)} ({percent(report.total.tenths)})"
    return [
        *period_notes(report.period, report.as_of),
        ("Cakupan", report.top[0].unit.nama if report.scope is not None else "Seluruh instansi"),
        ("Selesai", done),
        (
            "Lembar Data",
            "Setiap OPD beserta semua unit di bawahnya, yang terendah lebih dahulu. Sama dengan halaman dasbor.",
        ),
        ("Lembar Unit", "Setiap unit hanya dengan pegawainya sendiri, sehingga boleh dijumlahkan."),
    ]


def read(session: Session, asked: Asked) -> CompletionReport:
    reach = asked.reach
    return read_completion(
        session, instansi_id=reach.instansi_id, period_id=asked.period_id, now=asked.now, opd_path=reach.opd_path
    )


COMPLETION = Report(
    code="ketuntasan",
    title="Ketuntasan pelatihan netralitas ASN per OPD",
    permission=Permission.VIEW_COMPLETION,
    read=read,
    tables=lambda report: (completion_table(report), units_table(report)),
    notes=completion_notes,
    file=lambda report: f"ketuntasan-{report.period.kode}",
)
