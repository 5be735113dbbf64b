"""The gain of people between a pre-test and their first exam, by indicator; from kept sums, and nobody is named."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.indonesian import number
from netral.learning.exams.counting import SHARE
from netral.learning.exams.models import GainTally
from netral.quiz.statistics import Gain, PairedSums, find_gain
from netral.reporting.hiding import FEWEST, tell_people
from netral.reporting.indicators import INDICATORS
from netral.reporting.report import (
    Asked,
    Column,
    Kind,
    Notes,
    PeriodFacts,
    Report,
    Table,
    period_notes,
    read_period,
    tabulate,
)
from netral.reporting.reports.heat_map import HEADS

WHOLE = ""


@dataclass(frozen=True, slots=True)
class GainLine:
    """The gain of an indicator or of the whole exam, in tenths of a percent; none below ten people."""

    head: str
    people: int
    found: Gain | None
    answers: int
    sure_wrong: int

    @property
    def told(self) -> str:
        return tell_people(self.people) if self.people else number(0)

    @property
    def before(self) -> int | None:
        return floor(1000 * self.found.before) if self.found else None

    @property
    def after(self) -> int | None:
        return floor(1000 * self.found.after) if self.found else None

    @property
    def gain(self) -> int | None:
        return round(1000 * self.found.gain) if self.found else None

    @property
    def low(self) -> int | None:
        return floor(1000 * self.found.low) if self.found else None

    @property
    def high(self) -> int | None:
        return ceil(1000 * self.found.high) if self.found else None

    @property
    def sure(self) -> int | None:
        return floor(1000 * self.sure_wrong / self.answers) if self.found and self.answers else None


@dataclass(frozen=True, slots=True)
class Gains:
    """The report. `whole` is over all questions, those of no indicator too."""

    period: PeriodFacts
    as_of: datetime
    lines: tuple[GainLine, ...]
    whole: GainLine


def read(session: Session, asked: Asked) -> Gains:
    """Read the sums of the whole instansi: parts of it would tell of few people by subtraction."""
    period = read_period(session, asked)
    tallies = session.scalars(select(GainTally).where(GainTally.period_id == period.period_id))
    kept = {tally.indicator: tally for tally in tallies}
    lines = tuple(make_line(HEADS[each], kept.get(each.value)) for each in INDICATORS)
    return Gains(period, asked.now, lines, make_line("Seluruh soal", kept.get(WHOLE)))


def make_line(head: str, tally: GainTally | None) -> GainLine:
    if tally is None:
        return GainLine(head, 0, None, 0, 0)
    sums = PairedSums(people=tally.people, before=tally.before, after=tally.after, squares=tally.squares)
    found = find_gain(sums, SHARE) if tally.people >= FEWEST else None
    return GainLine(head, tally.people, found, tally.answers, tally.sure_wrong)


PEOPLE = "Peserta wajib yang menjawab semua soal tes awal indikator ini dan menyelesaikan ujian pertamanya."
BEFORE = "Rata-rata bagian nilai pada tes awal, sebelum membaca."
AFTER = "Rata-rata bagian nilai orang yang sama pada ujian pertamanya."
GAIN = "Ujian pertama dikurangi tes awal, dalam poin persen."
BOUNDS = "Selang kepercayaan 95 % perolehan (Student 1908). Bila seluruhnya di atas nol, perolehannya meyakinkan."
SURE = "Jawaban tes awal yang ditandai yakin tetapi belum sesuai."
COLUMNS = (
    Column("Indikator", "head", width=24),
    Column("Peserta berpasangan", "told", width=16, meaning=PEOPLE, head="Peserta"),
    Column("Tes awal (%)", "before", Kind.PERCENT, 14, BEFORE),
    Column("Ujian pertama (%)", "after", Kind.PERCENT, 14, AFTER),
    Column("Perolehan (poin)", "gain", Kind.POINTS, 14, GAIN),
    Column("Perolehan, bawah", "low", Kind.POINTS, 14, BOUNDS),
    Column("Perolehan, atas", "high", Kind.POINTS, 14),
    Column("Yakin tetapi keliru (%)", "sure", Kind.PERCENT, 14, SURE),
)


def as_table(found: Gains) -> Table:
    if not found.whole.people and not any(line.people for line in found.lines):
        return tabulate(COLUMNS, ())
    lines = tabulate(COLUMNS, (*found.lines, found.whole))
    return Table(lines.name, lines.columns, lines.rows[:-1], lines.rows[-1])


def notes(found: Gains) -> Notes:
    return [
        *period_notes(found.period, found.as_of),
        ("Yang dihitung", "Orang yang sama sebelum dan sesudah belajar, di seluruh instansi; ujian pertama saja."),
        (
            "Soalnya",
            "Lain pada tes awal dan ujian, dari bank yang sama. Seluruh soal memuat juga soal umum.",
        ),
        (
            "Cara membaca",
            "Tes awal tidak wajib, jadi angka ini belum tentu berlaku bagi semua pegawai. Sebabnya tidak ditunjukkan.",
        ),
        ("Tidak ditampilkan", "Angka dari kurang dari 10 peserta."),
    ]


GAINS = Report(
    code="perolehan",
    title="Perolehan belajar",
    permission=Permission.VIEW_SUMMARY,
    read=read,
    tables=lambda found: (as_table(found),),
    notes=notes,
    file=lambda found: f"perolehan-{found.period.kode}",
    empty="Belum ada peserta yang mengambil tes awal dan menyelesaikan ujian pertamanya, atau ujiannya belum dihitung.",
)
