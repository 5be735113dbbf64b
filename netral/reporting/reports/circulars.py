"""The circulars in force: who opened and acknowledged them, per OPD, with the share of right first answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from statistics import median_low

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission, Reach
from netral.indonesian import day, instant, local_day, number
from netral.organisation.instansi import read_profile
from netral.organisation.models import Asn, Opd
from netral.pledges.circulars.audience import count_audience, is_addressed
from netral.pledges.circulars.issuing import CircularKind
from netral.pledges.circulars.models import CheckAnswer, CircularReading, CircularVersion, PactSignature
from netral.pledges.circulars.reading import list_current
from netral.reporting.counts import Unit, find_tops
from netral.reporting.hiding import FEWEST, find_hidden
from netral.reporting.report import Asked, Column, Kind, Notes, Report, Table, tabulate
from netral.reporting.reports.completion import read_units

# Each circular is a sheet of the workbook, so an office that never withdraws any is not shown all of them.
MOST_CIRCULARS = 12


@dataclass(frozen=True, slots=True)
class Reached:
    """Numbers of people whom a text addresses; of a pakta `done` are the signatures, of them `at_apel` on paper.

    `answers` and `right` are first answers to check questions, of `checked` people; `days` from publishing to the
    acknowledgement, one number for each person.
    """

    audience: int = 0
    opened: int = 0
    done: int = 0
    at_apel: int = 0
    checked: int = 0
    answers: int = 0
    right: int = 0
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `hidden`: so few people answered that their answers and days are not shown."""

    nama: str
    found: Reached
    hidden: bool = False

    @property
    def tenths(self) -> int | None:
        return 1000 * self.found.done // self.found.audience if self.found.audience else None

    @property
    def right(self) -> int | None:
        return None if self.hidden or not self.found.answers else 1000 * self.found.right // self.found.answers

    @property
    def days(self) -> int | None:
        return None if self.hidden or not self.found.days else median_low(self.found.days)


@dataclass(frozen=True, slots=True)
class OneCircular:
    version: CircularVersion
    kind: CircularKind
    lines: tuple[Line, ...]
    total: Line


@dataclass(frozen=True, slots=True)
class Circulars:
    instansi: str
    zona: str
    as_of: datetime
    scope: str
    found: tuple[OneCircular, ...]


def read(session: Session, asked: Asked) -> Circulars:
    """Read the texts in force, the newest first, within the reach. People count in their present OPD."""
    reach = asked.reach
    profile, _ = read_profile(session, instansi_id=reach.instansi_id)
    units = read_units(session, instansi_id=reach.instansi_id, opd_path=reach.opd_path)
    current = sorted(list_current(session, reach.instansi_id), key=lambda each: -each[0].id)[:MOST_CIRCULARS]
    found = tuple(read_one(session, version, kind, units, profile.zona) for version, kind in current)
    scope = next((unit.nama for unit in units if unit.path == reach.opd_path), "Seluruh instansi")
    return Circulars(profile.nama, profile.zona, asked.now, scope, tuple(each for each in found if each.lines))


@dataclass(frozen=True, slots=True)
class Left:
    """A text in force, and how many people within a reach have not acknowledged or signed it."""

    version: CircularVersion
    people: int


def count_left(session: Session, reach: Reach) -> tuple[Left, ...]:
    """Count the people who are left, for each text that has any, the earliest tenggat first."""
    found = (
        Left(version, count_left_of(session, version, reach)) for version, _ in list_by_due(session, reach.instansi_id)
    )
    return tuple(each for each in found if each.people)


def count_left_of(session: Session, version: CircularVersion, reach: Reach) -> int:
    people = select(func.count(Asn.id)).join(Opd, Opd.id == Asn.opd_id)
    return session.scalar(people.where(is_left(session, version, reach))) or 0


def count_now(session: Session, version: CircularVersion, reach: Reach) -> tuple[int, int]:
    """Count the people whom a version in force addresses now, and those of them who are done, as the report does."""
    audience = count_audience(session, version)
    return audience, audience - count_left_of(session, version, reach)


def list_by_due(session: Session, instansi_id: int) -> list[tuple[CircularVersion, CircularKind]]:
    """List the versions in force, the earliest tenggat first."""
    return sorted(list_current(session, instansi_id), key=lambda each: (each[0].due_at, each[0].id))


def is_left(session: Session, version: CircularVersion, reach: Reach) -> ColumnElement[bool]:
    """Return a condition on Asn joined with their Opd: addressed, within the reach, not acknowledged, not signed."""
    acked = exists().where(
        CircularReading.version_id == version.id,
        CircularReading.asn_id == Asn.id,
        CircularReading.acked_at.is_not(None),
    )
    signed = exists().where(
        PactSignature.version_id == version.id, PactSignature.asn_id == Asn.id, PactSignature.annulled_at.is_(None)
    )
    within = Opd.path.startswith(reach.opd_path or "", autoescape=True)
    return and_(is_addressed(session, version), within, ~acked.correlate(Asn), ~signed.correlate(Asn))


def read_one(
    session: Session, version: CircularVersion, kind: CircularKind, units: Sequence[Unit], zona: str
) -> OneCircular:
    own = count_by_opd(session, version, zona)
    tops = {top: add(own.get(unit.opd_id, Reached()) for unit in below) for top, below in find_tops(units)}
    shown = {top: figures for top, figures in tops.items() if figures.audience}
    hidden = find_hidden({top: figures.checked for top, figures in shown.items()})
    lines = [Line(top.nama, figures, top in hidden) for top, figures in shown.items()]
    lines.sort(key=lambda line: (line.tenths or 0, -line.found.audience, line.nama))
    whole = add(shown.values())
    return OneCircular(version, kind, tuple(lines), Line("Jumlah", whole, 0 < whole.checked < FEWEST))


def add(parts: Iterable[Reached]) -> Reached:
    found = tuple(parts)
    fields = ("audience", "opened", "done", "at_apel", "checked", "answers", "right")
    sums = {name: sum(getattr(each, name) for each in found) for name in fields}
    return Reached(**sums, days=tuple(chain.from_iterable(each.days for each in found)))


def count_by_opd(session: Session, version: CircularVersion, zona: str) -> dict[int, Reached]:
    """Count the people addressed by their own OPD, with one query for each kind of figure."""
    days, answers = read_days(session, version, zona), count_answers(session, version)
    signed = count_signatures(session, version)
    reading = (CircularReading.asn_id == Asn.id) & (CircularReading.version_id == version.id)
    rows = session.execute(
        select(Asn.opd_id, func.count(), func.count(CircularReading.id))
        .select_from(Asn)
        .join(Opd, Opd.id == Asn.opd_id)
        .outerjoin(CircularReading, reading)
        .where(is_addressed(session, version))
        .group_by(Asn.opd_id)
    )
    counts = {}
    for opd_id, audience, opened in rows:
        alone, at_apel = signed.get(opd_id, (0, 0))
        checked, given, right = answers.get(opd_id, (0, 0, 0))
        own = tuple(days.get(opd_id, ()))
        counts[opd_id] = Reached(audience, opened, len(own) + alone + at_apel, at_apel, checked, given, right, days=own)
    return counts


def read_days(session: Session, version: CircularVersion, zona: str) -> dict[int, list[int]]:
    """Return by OPD after how many days each person acknowledged the version, who are in no order."""
    rows = session.execute(
        select(Asn.opd_id, CircularReading.acked_at)
        .join(Asn, Asn.id == CircularReading.asn_id)
        .join(Opd, Opd.id == Asn.opd_id)
        .where(
            CircularReading.version_id == version.id,
            CircularReading.acked_at.is_not(None),
            is_addressed(session, version),
        )
    )
    days: dict[int, list[int]] = {}
    for opd_id, acked_at in rows:
        days.setdefault(opd_id, []).append(days_since(version, acked_at, zona))
    return days


def days_since(version: CircularVersion, acked_at: datetime | None, zona: str) -> int:
    """Count the days by the calendar from publishing to an acknowledgement."""
    if acked_at is None or version.published_at is None:
        raise AssertionError(f"version {version.id} was published and acknowledged")
    return (local_day(acked_at, zona) - local_day(version.published_at, zona)).days


def count_answers(session: Session, version: CircularVersion) -> dict[int, tuple[int, int, int]]:
    """Count by OPD the people who answered a check question, their first answers, and those that were right."""
    rows = session.execute(
        select(
            Asn.opd_id,
            func.count(CheckAnswer.reading_id.distinct()),
            func.count(CheckAnswer.id),
            func.count(CheckAnswer.id).filter(CheckAnswer.first_right),
        )
        .join(CircularReading, CircularReading.id == CheckAnswer.reading_id)
        .join(Asn, Asn.id == CircularReading.asn_id)
        .join(Opd, Opd.id == Asn.opd_id)
        .where(CircularReading.version_id == version.id, is_addressed(session, version))
        .group_by(Asn.opd_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def count_signatures(session: Session, version: CircularVersion) -> Mapping[int, tuple[int, int]]:
    """Count by OPD the standing signatures that people gave themselves and those recorded at an apel."""
    alone = PactSignature.signing_id.is_(None)
    rows = session.execute(
        select(Asn.opd_id, func.count().filter(alone), func.count().filter(~alone))
        .select_from(PactSignature)
        .join(Asn, Asn.id == PactSignature.asn_id)
        .join(Opd, Opd.id == Asn.opd_id)
        .where(
            PactSignature.version_id == version.id,
            PactSignature.annulled_at.is_(None),
            is_addressed(session, version),
        )
        .group_by(Asn.opd_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


AUDIENCE = "Pegawai aktif yang dituju versi ini sekarang, di unitnya yang sekarang."
OPENED = "Membuka naskah versi ini."
ACKED = "Menyatakan sudah membaca dan memahami versi ini. Pernyataan atas versi lama tidak dihitung di sini."
SIGNED = "Menandatangani versi ini, sendiri atau pada lembar saat apel."
RIGHT = "Jawaban pertama yang sesuai, dari semua jawaban pertama atas pertanyaan versi ini."
DAYS = "Separuh dari yang menyatakan membutuhkan paling lama sekian hari sejak terbit."
SHARE = "Selesai dibagi dituju, dibulatkan ke bawah."
OPD = Column("OPD", "nama", width=44)
PEOPLE = Column("Dituju", "found.audience", Kind.COUNT)
READ = Column("Membuka", "found.opened", Kind.COUNT)
PERCENT = Column("Persen selesai", "tenths", Kind.PERCENT, head="% selesai")
# What the columns mean is said once, with the table of all texts.
EDARAN = (
    OPD,
    PEOPLE,
    READ,
    Column("Membaca dan memahami", "found.done", Kind.COUNT, head="Memahami"),
    PERCENT,
    Column("Jawaban pertama sesuai (%)", "right", Kind.PERCENT, 16, head="Jawaban sesuai"),
    Column("Median hari", "days", Kind.COUNT),
)
PAKTA = (
    OPD,
    PEOPLE,
    READ,
    Column("Menandatangani", "found.done", Kind.COUNT),
    Column("Saat apel", "found.at_apel", Kind.COUNT),
    PERCENT,
)
WHOLE = (
    Column("Naskah", "version.title", width=44),
    Column("Nomor", "version.nomor", width=24),
    Column("Versi", "version.number", Kind.COUNT),
    Column("Dituju", "total.found.audience", Kind.COUNT, meaning=AUDIENCE),
    Column("Membuka", "total.found.opened", Kind.COUNT, meaning=OPENED),
    Column("Selesai", "total.found.done", Kind.COUNT, meaning=f"{ACKED} Untuk pakta: {SIGNED[:1].lower()}{SIGNED[1:]}"),
    Column("Persen selesai", "total.tenths", Kind.PERCENT, meaning=SHARE, head="% selesai"),
    Column("Jawaban pertama sesuai (%)", "total.right", Kind.PERCENT, 16, RIGHT, head="Jawaban sesuai"),
    Column("Median hari", "total.days", Kind.COUNT, meaning=DAYS),
)


def tables(report: Circulars) -> tuple[Table, ...]:
    """Return all texts in force, and a table of OPD for each."""
    return (tabulate(WHOLE, report.found), *(as_table(each, report.zona) for each in report.found))


def as_table(one: OneCircular, zona: str) -> Table:
    columns = EDARAN if one.kind is CircularKind.EDARAN else PAKTA
    lines, total = tabulate(columns, one.lines), tabulate(columns, [one.total])
    version = one.version
    issued = day(local_day(version.published_at, zona)) if version.published_at else ""
    note = f"Nomor {version.nomor}, versi {number(version.number)}, terbit {issued}."
    return Table(version.title, columns, lines.rows, total.rows[0], note)


def notes(report: Circulars) -> Notes:
    return [
        ("Instansi", report.instansi),
        ("Cakupan", report.scope),
        ("Data per", instant(report.as_of, report.zona)),
        (
            "Yang dihitung",
            "Versi yang berlaku dari setiap naskah yang terbit dan tidak dicabut, paling banyak 12 terbaru.",
        ),
        (
            "Tidak ditampilkan",
            "Jawaban dan median hari OPD dengan kurang dari 10 orang yang menjawab, dan bila perlu satu OPD lain.",
        ),
    ]


CIRCULARS = Report(
    code="edaran",
    title="Surat Edaran: dibaca dan dipahami",
    permission=Permission.VIEW_COMPLETION,
    read=read,
    tables=tables,
    notes=notes,
    file=lambda _: "surat-edaran",
    of_period=False,
    whole=True,
    empty="Belum ada Surat Edaran atau pakta integritas yang terbit bagi pegawai di sini.",
)
