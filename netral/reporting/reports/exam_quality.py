"""The quality of a period's exam: how far its results can be relied on, from the kept counts of first attempts.

Two further tables list the questions that are much harder for one group of people than for another equally able one,
and the share of answers by OPD that came too soon. Nobody is named.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.indonesian import hundredths, number, percent
from netral.learning.editions.models import QuestionVersion
from netral.learning.exams.counting import POINT
from netral.learning.exams.groups import Group
from netral.learning.exams.models import ItemTally, PaperTally
from netral.learning.periods.models import Period
from netral.quiz.statistics import (
    FEWEST_FOR_EXAM,
    ExamFigures,
    ItemSums,
    PaperSums,
    find_draw_variance,
    judge_exam,
)
from netral.reporting.hiding import tell_people
from netral.reporting.items import FEWEST_IN_BOTH, FEWEST_IN_GROUP, Comparison, compare
from netral.reporting.pace import Pace, read_paces
from netral.reporting.report import (
    Asked,
    Column,
    Kind,
    Notes,
    PeriodFacts,
    Report,
    Table,
    Value,
    period_notes,
    read_period,
    tabulate,
)
from netral.reporting.reports.completion import read_units
from netral.reporting.reports.heat_map import HIGH, LOW

# Where nearly everybody has nearly everything right, alpha is low however well the exam separates at its pass mark.
EASY_EXAM = 0.8


@dataclass(frozen=True, slots=True)
class Unequal:
    """A question that is much harder for one group than for another. `kode` is its id."""

    kode: str
    compared: Comparison

    @property
    def harder_for(self) -> str:
        return GROUP_NAMES[self.compared.harder_for]

    @property
    def easier_for(self) -> str:
        return GROUP_NAMES[self.compared.easier_for]

    @property
    def size(self) -> str:
        return hundredths(abs(self.compared.found.delta or 0))


@dataclass(frozen=True, slots=True)
class ExamQuality:
    """The figures; `found` None while fewer than 200 people have closed a first attempt.

    `compared` is how many questions enough people of two groups have answered; `unequal` are those of them that are
    much harder for one group.
    """

    period: PeriodFacts
    as_of: datetime
    people: int
    items: int
    found: ExamFigures | None
    compared: int
    unequal: tuple[Unequal, ...]
    paces: tuple[Pace, ...]
    pace: Pace


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    value: str
    meaning: str


def read(session: Session, asked: Asked) -> ExamQuality:
    period = read_period(session, asked)
    units = read_units(session, instansi_id=period.instansi_id, opd_path=asked.reach.opd_path)
    paces, pace = read_paces(session, period_id=period.period_id, units=units)
    compared, unequal = read_unequal(session, period.period_id)
    people, items, found = read_figures(session, period.period_id)
    return ExamQuality(
        period=period,
        as_of=asked.now,
        people=people,
        items=items,
        found=found,
        compared=compared,
        unequal=unequal,
        paces=paces,
        pace=pace,
    )


def read_figures(session: Session, period_id: int) -> tuple[int, int, ExamFigures | None]:
    """Return how many people have closed a first attempt, how many questions each had, and the figures."""
    tallies = session.scalars(select(PaperTally).where(PaperTally.period_id == period_id)).all()
    tally = max(tallies, key=lambda each: sum(each.results.values()), default=None)
    if tally is None:
        return 0, 0, None
    papers = sum_papers(tally)
    variances, spread = read_items(session, period_id)
    pass_percent = session.scalars(select(Period.pass_percent).where(Period.id == period_id)).one()
    totals: Counter[int] = Counter()
    for points, people in tally.results.items():
        totals[int(points) // POINT] += people
    found = judge_exam(papers, totals=totals, item_variances=variances, draw_variance=spread, pass_percent=pass_percent)
    return papers.people, papers.items, found


def read_unequal(session: Session, period_id: int) -> tuple[int, tuple[Unequal, ...]]:
    """Return how many questions could be compared, and those that are much harder for a group, the worst first."""
    statement = (
        select(QuestionVersion.question_id, ItemTally.by_group)
        .join(ItemTally, ItemTally.question_version_id == QuestionVersion.id)
        .where(ItemTally.period_id == period_id)
    )
    compared = [(kode, compare([by_group])) for kode, by_group in session.execute(statement)]
    unequal = [Unequal(kode, each) for kode, found in compared for each in found if each.is_unequal]
    unequal.sort(key=lambda each: (-abs(each.compared.found.delta or 0), each.kode))
    return sum(bool(found) for _, found in compared), tuple(unequal)


def sum_papers(tally: PaperTally) -> PaperSums:
    results = [(int(points) / POINT, people) for points, people in tally.results.items()]
    return PaperSums(
        people=sum(people for _, people in results),
        items=tally.items,
        totals=sum(total * people for total, people in results),
        total_squares=sum(total**2 * people for total, people in results),
        squares=tally.squares / POINT**2,
    )


def read_items(session: Session, period_id: int) -> tuple[float, float]:
    """Return the expected sum of item variances of a paper, and the variance of the difficulty of papers."""
    statement = (
        select(ItemTally, QuestionVersion.indicator)
        .join(QuestionVersion, QuestionVersion.id == ItemTally.question_version_id)
        .where(ItemTally.period_id == period_id)
    )
    strata: defaultdict[str, list[ItemSums]] = defaultdict(list)
    for tally, indicator in session.execute(statement):
        strata[indicator].append(ItemSums(people=tally.people, points=tally.points, squares=tally.squares))
    tallies = session.scalars(select(PaperTally.results).where(PaperTally.period_id == period_id))
    papers = sum(sum(results.values()) for results in tallies)
    items = [item for stratum in strata.values() for item in stratum]
    variances = sum(item.people * item.variance() for item in items) / POINT**2 / papers
    drawn = (
        (sum(item.people for item in stratum) / papers, [item.points / item.people / POINT for item in stratum])
        for stratum in strata.values()
    )
    return variances, find_draw_variance(drawn)


ALPHA = "Keajekan nilai pada satu susunan soal (Cronbach 1951), tanpa beda kesulitan antarsusunan."
ERROR = "Salah baku pengukuran: rata-rata simpangan nilai bila orang yang sama mendapat susunan lain (Lord 1957)."
AGREEMENT = "Bagian peserta yang putusan lulusnya sama pada susunan lain (Lord 1969; Laird 1978)."
KAPPA = "Kesamaan putusan itu di luar kebetulan: 0 hanya kebetulan, 1 selalu sama."


def list_lines(found: ExamQuality) -> list[Line]:
    figures = found.found
    if figures is None:
        return []
    steady = figures.consistency
    return [
        Line("Peserta", number(figures.people), "Ujian pertama yang sudah selesai."),
        Line("Rata-rata", hundredths(figures.mean), f"Dari {found.items} soal."),
        Line("Simpangan baku", hundredths(figures.deviation), "Sebaran nilai peserta, dalam soal."),
        Line("Salah baku", hundredths(figures.error), ERROR),
        Line("Putusan lulus yang sama", percent(int(1000 * steady.agreement) if steady else None), AGREEMENT),
        Line("Kappa", hundredths(steady.kappa if steady else None), KAPPA),
        Line("Alfa", hundredths(figures.alpha), ALPHA),
    ]


def tell(found: ExamQuality) -> Notes:
    lines = [*period_notes(found.period, found.as_of)]
    if found.found is None:
        fewest = number(FEWEST_FOR_EXAM)
        return [*lines, ("Peserta", f"{number(found.people)}. Angka baru ditampilkan mulai {fewest} peserta.")]
    if found.found.mean > EASY_EXAM * found.items:
        lines.append(("Cara membaca", "Rata-ratanya tinggi, jadi alfa rendah dengan sendirinya: lihat putusan lulus."))
    return lines


GROUP_NAMES = {
    Group.PNS: "PNS",
    Group.PPPK: "PPPK",
    Group.YOUNGER: "pegawai di bawah 35 tahun",
    Group.MIDDLE: "pegawai 35–49 tahun",
    Group.OLDER: "pegawai 50 tahun ke atas",
}
COLUMNS = (Column("Ukuran", "label", width=28), Column("Nilai", "value", width=14), Column("Arti", "meaning", width=90))
SIZE = (
    "Selisih kesulitan pada skala delta (Holland dan Thayer 1988). "
    "Yang terdaftar sedikitnya 1,5 dan di atas 1 tanpa ragu: kelas C (Zieky 1993)."
)
UNEQUAL = (
    Column("Soal", "kode", width=36),
    Column("Lebih sulit bagi", "harder_for", width=28),
    Column("Daripada", "easier_for", width=28),
    Column("Selisih", "size", meaning=SIZE),
    Column("Peserta kedua kelompok", "compared.people", Kind.COUNT, 16),
)
RAPID = (
    "Bagian jawaban yang dipilih sebelum soalnya sempat dibaca: di bawah 3, 5, atau 10 detik menurut panjang soal "
    "(Wise dan Kong 2005). Kosong: peserta kurang dari 10, dan satu OPD lain bila angkanya dapat dihitung balik."
)
PACES = (
    Column("Kode", "", width=16, on_page=False),
    Column("OPD", "", width=44),
    Column("Peserta", "", width=16, meaning="Peserta wajib yang lamanya membaca soal tercatat."),
    Column("Jawaban sangat cepat (%)", "", Kind.PERCENT, 18, RAPID),
    Column("Batas bawah (%)", "", Kind.PERCENT, 18, LOW),
    Column("Batas atas (%)", "", Kind.PERCENT, 18, HIGH),
)


def as_table(found: ExamQuality) -> Table:
    return tabulate(COLUMNS, list_lines(found))


def unequal_table(found: ExamQuality) -> Table:
    groups = "antara PNS dan PPPK atau antarkelompok umur"
    enough = f"dijawab sedikitnya {FEWEST_IN_BOTH} peserta, {FEWEST_IN_GROUP} dari kelompok yang lebih kecil"
    note = f"{number(found.compared)} soal dapat dibandingkan {groups}, karena {enough}. "
    if not found.compared:
        note = f"Belum ada soal yang dapat dibandingkan {groups}: perlu {enough}. "
    if found.unequal:
        note += "Soal berikut jauh lebih sulit bagi satu kelompok pada kemampuan yang sama: baca lagi kalimatnya."
    elif found.compared:
        note += "Tidak satu pun jauh lebih sulit bagi satu kelompok pada kemampuan yang sama."
    return replace(tabulate(UNEQUAL, found.unequal), name="Soal lebih sulit bagi sebagian", note=note)


def pace_table(found: ExamQuality) -> Table:
    note = (
        "Jawaban sangat cepat dapat berarti terburu-buru, lelah, atau sudah mengenal soalnya. "
        "Tawarkan waktu dan tempat yang tenang; angka ini bukan penilaian atas orang. "
        f"Tanpa catatan waktu, jadi tidak dihitung: {number(found.pace.untimed)} peserta."
    )
    rows = tuple(map(as_values, found.paces))
    total = as_values(found.pace) if rows else None
    return Table("Jawaban sangat cepat", PACES, rows, total, note)


def as_values(pace: Pace) -> tuple[Value, ...]:
    return (pace.kode, pace.nama, tell_people(pace.people), pace.tenths, pace.low, pace.high)


EXAM_QUALITY = Report(
    code="mutu-ujian",
    title="Mutu ujian",
    permission=Permission.VIEW_SUMMARY,
    read=read,
    tables=lambda found: (as_table(found), unequal_table(found), pace_table(found)),
    notes=tell,
    file=lambda found: f"mutu-ujian-{found.period.kode}",
    whole=True,
    empty=f"Belum ada {FEWEST_FOR_EXAM} peserta yang menyelesaikan ujian pertamanya.",
)
