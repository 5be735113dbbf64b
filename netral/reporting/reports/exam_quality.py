"""The quality of a period's exam: how far its results can be relied on, from the kept counts of first attempts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.indonesian import hundredths, number, percent
from netral.learning.editions.models import QuestionVersion
from netral.learning.exams.counting import POINT
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
from netral.reporting.report import (
    Asked,
    Column,
    Notes,
    PeriodFacts,
    Report,
    Table,
    period_notes,
    read_period,
    tabulate,
)

# Where nearly everybody has nearly everything right, alpha is low however well the exam separates at its pass mark.
EASY_EXAM = 0.8


@dataclass(frozen=True, slots=True)
class ExamQuality:
    """The figures; `found` None while fewer than 200 people have closed a first attempt."""

    period: PeriodFacts
    as_of: datetime
    people: int
    items: int
    found: ExamFigures | None


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    value: str
    meaning: str


def read(session: Session, asked: Asked) -> ExamQuality:
    period = read_period(session, asked)
    tallies = session.scalars(select(PaperTally).where(PaperTally.period_id == period.period_id)).all()
    tally = max(tallies, key=lambda each: sum(each.results.values()), default=None)
    if tally is None:
        return ExamQuality(period, asked.now, 0, 0, None)
    papers = sum_papers(tally)
    variances, spread = read_items(session, period.period_id)
    pass_percent = session.scalars(select(Period.pass_percent).where(Period.id == period.period_id)).one()
    found = judge_exam(papers, item_variances=variances, draw_variance=spread, pass_percent=pass_percent)
    return ExamQuality(period, asked.now, papers.people, papers.items, found)


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
AGREEMENT = "Bagian peserta yang putusan lulusnya sama pada susunan lain (Huynh 1976; Livingston dan Lewis 1995)."
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


COLUMNS = (Column("Ukuran", "label", width=28), Column("Nilai", "value", width=14), Column("Arti", "meaning", width=90))


def as_table(found: ExamQuality) -> Table:
    return tabulate(COLUMNS, list_lines(found))


EXAM_QUALITY = Report(
    code="mutu-ujian",
    title="Mutu ujian",
    permission=Permission.VIEW_SUMMARY,
    read=read,
    tables=lambda found: (as_table(found),),
    notes=tell,
    file=lambda found: f"mutu-ujian-{found.period.kode}",
    empty=f"Belum ada {FEWEST_FOR_EXAM} peserta yang menyelesaikan ujian pertamanya.",
)
