"""Reports as plain tables, from which files are written: typed columns, rows, and notes that explain them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from netral.indonesian import day, instant, last_day, number, percent
from netral.reporting.completion import CompletionReport, PeriodFacts
from netral.reporting.counts import Counts, OpdCompletion, State
from netral.reporting.definitions import DEFINITIONS, STEPS
from netral.reporting.follow_up import Unfinished
from netral.reporting.samples import Sample, Sampled

Value = str | int | datetime | None


class Kind(Enum):
    """How the values of a column are meant. Percent and points are in tenths; instants are aware."""

    TEXT = auto()
    COUNT = auto()
    PERCENT = auto()
    POINTS = auto()
    INSTANT = auto()


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    kind: Kind
    width: int


@dataclass(frozen=True, slots=True)
class Table:
    """`total` is a last row beside the others, if there is one; `zona` tells instants."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    zona: str
    total: tuple[Value, ...] | None = None


FIGURES = tuple(
    Column(label, {"Persen selesai": Kind.PERCENT, "Perubahan 7 hari": Kind.POINTS}.get(label, Kind.COUNT), 12)
    for label, _ in DEFINITIONS
)


def figures_of(counts: Counts) -> tuple[int | None, ...]:
    """In the order of `DEFINITIONS`."""
    return (
        counts.wajib,
        counts.not_started,
        counts.under_way,
        counts.passed_only,
        counts.pledged_only,
        counts.completed,
        counts.late,
        counts.tenths,
        counts.change_tenths,
        counts.exempt,
        counts.left,
    )


def completion_table(report: CompletionReport) -> Table:
    """What the page shows, row by row, and the total."""
    columns = (Column("Kode", Kind.TEXT, 16), Column("OPD", Kind.TEXT, 44), *FIGURES)
    rows = tuple((row.unit.kode, row.unit.nama, *figures_of(row.total)) for row in report.shown)
    return Table("Data", columns, rows, report.period.zona, ("", "Jumlah", *figures_of(report.total)))


def units_table(report: CompletionReport) -> Table:
    """Every unit with its own persons only, so that the rows can be summed in any selection."""
    columns = (
        Column("Kode", Kind.TEXT, 16),
        Column("Unit", Kind.TEXT, 44),
        Column("OPD induk teratas", Kind.TEXT, 44),
        *FIGURES,
    )
    rows = tuple(
        (row.unit.kode, row.unit.nama, top.unit.nama, *figures_of(row.own)) for row, top in with_top(report.rows)
    )
    return Table("Unit", columns, rows, report.period.zona)


def with_top(rows: Sequence[OpdCompletion]) -> list[tuple[OpdCompletion, OpdCompletion]]:
    """Each row with the row of depth 0 that it belongs to; rows are in the order of the tree."""
    found = []
    top = rows[0] if rows else None
    for row in rows:
        top = row if row.depth == 0 or top is None else top
        found.append((row, top))
    return found


def completion_notes(report: CompletionReport) -> list[tuple[str, str]]:
    scope = report.top[0].unit.nama if report.scope is not None else "Seluruh instansi"
    done = f"{number(report.total.completed)} dari {number(report.total.wajib)} ({percent(report.total.tenths)})"
    return [
        ("Laporan", "Ketuntasan pelatihan netralitas ASN per OPD"),
        *period_notes(report.period, report.as_of),
        ("Cakupan", scope),
        ("Selesai", done),
        (
            "Lembar Data",
            "Setiap OPD beserta semua unit di bawahnya, yang terendah lebih dahulu. Sama dengan halaman dasbor.",
        ),
        ("Lembar Unit", "Setiap unit hanya dengan pegawainya sendiri, sehingga boleh dijumlahkan."),
        *((f"Arti {label}", text) for label, text in DEFINITIONS),
    ]


def period_notes(period: PeriodFacts, as_of: datetime) -> list[tuple[str, str]]:
    return [
        ("Instansi", period.instansi),
        ("Periode", period.nama),
        ("Tenggat", day(last_day(period.due_at, period.zona))),
        ("Data per", instant(as_of, period.zona)),
    ]


def follow_up_table(people: Sequence[Unfinished], *, zona: str) -> Table:
    columns = (
        Column("Nama", Kind.TEXT, 36),
        Column("3 angka akhir NIP", Kind.TEXT, 18),
        Column("Unit", Kind.TEXT, 44),
        Column("Langkah berikutnya", Kind.TEXT, 24),
        Column("Terakhir aktif", Kind.INSTANT, 20),
    )
    rows = tuple(
        (person.nama, person.nip_akhir, person.unit, STEPS[person.step], person.last_active_at) for person in people
    )
    return Table("Data", columns, rows, zona)


def follow_up_notes(
    period: PeriodFacts, *, opd: str, people: int, wajib: int, as_of: datetime
) -> list[tuple[str, str]]:
    return [
        ("Laporan", "Daftar tindak lanjut: pegawai yang belum selesai"),
        *period_notes(period, as_of),
        ("Cakupan", f"{opd} dan unit di bawahnya"),
        ("Belum selesai", f"{number(people)} dari {number(wajib)} pegawai wajib"),
        (
            "Arti Langkah berikutnya",
            "Langkah pertama yang masih kurang. Selesai berarti lulus ujian dan menandatangani ikrar.",
        ),
        ("Arti Sertifikat", "Sudah lulus dan menandatangani ikrar, tetapi sertifikatnya dicabut. Hubungi BKPSDM."),
        ("Yang tidak dimuat", "Nilai dan jawaban siapa pun. Daftar ini hanya untuk mengingatkan."),
    ]


def sample_table(people: Sequence[Sampled], states: Mapping[State, str], *, zona: str) -> Table:
    """`states`: the words for a state."""
    times = [Column(label, Kind.INSTANT, 20) for label in ("Mulai", "Lulus ujian", "Menandatangani ikrar", "Selesai")]
    columns = (
        Column("Nama", Kind.TEXT, 36),
        Column("3 angka akhir NIP", Kind.TEXT, 18),
        Column("OPD", Kind.TEXT, 44),
        Column("Kewajiban", Kind.TEXT, 14),
        Column("Status", Kind.TEXT, 14),
        *times,
        Column("Nomor sertifikat", Kind.TEXT, 24),
    )
    rows = tuple(
        (
            person.nama,
            person.nip_akhir,
            person.opd,
            person.standing,
            states[person.state],
            person.started_at,
            person.passed_at,
            person.pledged_at,
            person.completed_at,
            person.nomor,
        )
        for person in people
    )
    return Table("Data", columns, rows, zona)


def sample_notes(period: PeriodFacts, sample: Sample, *, as_of: datetime) -> list[tuple[str, str]]:
    drawn = f"{number(len(sample.people))} dari {number(sample.population)} peserta periode"
    return [
        ("Laporan", "Sampel acak peserta"),
        *period_notes(period, as_of),
        ("Banyaknya", drawn),
        ("Benih", str(sample.seed)),
        ("Arti Benih", "Angka awal pengacakan. Dengan benih yang sama, sampel yang sama terambil lagi."),
        ("Yang tidak dimuat", "Nilai dan jawaban siapa pun."),
    ]
