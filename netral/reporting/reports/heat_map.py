"""The share of points by OPD and indicator, and how well forbidden acts are told from allowed ones; nobody is named.

It reads the kept counts of first attempts. OPD with few people are hidden, and with them another one where the total
would tell their figures.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil, floor

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.indonesian import hundredths
from netral.learning.exams.counting import POINT
from netral.learning.exams.models import IndicatorTally
from netral.quiz.questions import Indicator
from netral.quiz.statistics import FEWEST_TENTATIVE, Detection, detect, find_lowest, wilson
from netral.reporting.counts import find_tops
from netral.reporting.hiding import FEWEST, find_hidden, tell_people
from netral.reporting.indicators import INDICATORS
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

HEADS = {
    Indicator.KARIER: "Karier ASN",
    Indicator.PARTAI: "Partai politik",
    Indicator.KAMPANYE: "Kampanye",
    Indicator.LAYANAN: "Pelayanan publik",
}
SUMS = ("people", "items", "points", "forbidden", "hits", "allowed", "false_alarms")
Sums = Mapping[Indicator, Counter[str]]


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A share of points with its interval of 95 %, all in tenths of a percent; `weakest` of its row beyond doubt."""

    tenths: int
    low: int
    high: int
    weakest: bool = False


@dataclass(frozen=True, slots=True)
class HeatRow:
    """An OPD with all units below it. `cells` are in the order of INDICATORS; None where too few people answered."""

    kode: str
    nama: str
    people: int
    cells: tuple[HeatCell | None, ...]

    @property
    def hidden(self) -> bool:
        return not any(self.cells)

    @property
    def weakest(self) -> str:
        marked = [HEADS[each] for each, cell in zip(INDICATORS, self.cells, strict=True) if cell and cell.weakest]
        return marked[0] if marked else ""


@dataclass(frozen=True, slots=True)
class Judging:
    """*Peka dan Wajar* of an indicator in the whole instansi; `found` None where too few people judged such acts."""

    indicator: Indicator
    forbidden: int
    allowed: int
    found: Detection | None

    @property
    def head(self) -> str:
        return HEADS[self.indicator]

    @property
    def hits(self) -> int | None:
        return floor(1000 * self.found.hit_rate) if self.found else None

    @property
    def false_alarms(self) -> int | None:
        return floor(1000 * self.found.false_alarm_rate) if self.found else None

    @property
    def d_prime(self) -> str:
        return hundredths(self.found.d_prime) if self.found else ""

    @property
    def criterion(self) -> str:
        return hundredths(self.found.criterion) if self.found else ""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The map. `total` is the whole instansi, hidden OPD included; rows are in the order of their names."""

    period: PeriodFacts
    as_of: datetime
    rows: tuple[HeatRow, ...]
    total: HeatRow
    judging: tuple[Judging, ...]

    @property
    def has_figures(self) -> bool:
        return not self.total.hidden


def read(session: Session, asked: Asked) -> HeatMap:
    period = read_period(session, asked)
    units = read_units(session, instansi_id=period.instansi_id, opd_path=asked.reach.opd_path)
    own = read_sums(session, period.period_id, {unit.opd_id for unit in units})
    by_top = {unit: add_up(own.get(each.opd_id) for each in parts) for unit, parts in find_tops(units)}
    whole = add_up(by_top.values())
    hidden = find_hidden({unit: count_people(sums) for unit, sums in by_top.items()})
    rows = [make_row(unit.kode, unit.nama, sums, hidden=unit in hidden) for unit, sums in by_top.items()]
    total = make_row("", "Seluruh instansi", whole, hidden=count_people(whole) < FEWEST)
    shown = sorted((row for row in rows if row.people), key=lambda row: row.nama)
    return HeatMap(period, asked.now, tuple(shown), total, tuple(judge(each, whole[each]) for each in INDICATORS))


def read_sums(session: Session, period_id: int, opd_ids: set[int]) -> dict[int, Sums]:
    found: defaultdict[int, dict[Indicator, Counter[str]]] = defaultdict(dict)
    for tally in session.scalars(select(IndicatorTally).where(IndicatorTally.period_id == period_id)):
        if tally.opd_id in opd_ids:
            found[tally.opd_id][Indicator(tally.indicator)] = Counter({name: getattr(tally, name) for name in SUMS})
    return dict(found)


def add_up(parts: Iterable[Sums | None]) -> Sums:
    total: dict[Indicator, Counter[str]] = {indicator: Counter() for indicator in INDICATORS}
    for part in parts:
        for indicator in INDICATORS:
            total[indicator].update((part or {}).get(indicator, {}))
    return total


def count_people(sums: Sums) -> int:
    return max(sums[indicator]["people"] for indicator in INDICATORS)


def make_row(kode: str, nama: str, sums: Sums, *, hidden: bool) -> HeatRow:
    cells = [None if hidden else make_cell(sums[indicator]) for indicator in INDICATORS]
    return HeatRow(kode, nama, count_people(sums), mark_weakest(cells))


def make_cell(sums: Counter[str]) -> HeatCell | None:
    """Return a cell. Its interval counts people, not answers, since those of one person are alike."""
    if sums["people"] < FEWEST:
        return None
    share = sums["points"] / (POINT * sums["items"])
    low, high = wilson(share, sums["people"])
    return HeatCell(floor(1000 * share), floor(1000 * low), ceil(1000 * high))


def mark_weakest(cells: Sequence[HeatCell | None]) -> tuple[HeatCell | None, ...]:
    """Mark the lowest cell if its whole interval lies below that of every other one."""
    known = [cell for cell in cells if cell]
    place = find_lowest([(cell.low, cell.high) for cell in known])
    if place is None:
        return tuple(cells)
    return tuple(replace(cell, weakest=True) if cell is known[place] else cell for cell in cells)


def judge(indicator: Indicator, sums: Counter[str]) -> Judging:
    forbidden, allowed = sums["forbidden"], sums["allowed"]
    found = detect(hits=sums["hits"], forbidden=forbidden, false_alarms=sums["false_alarms"], allowed=allowed)
    enough = sums["people"] >= FEWEST and min(forbidden, allowed) >= FEWEST_TENTATIVE
    return Judging(indicator, forbidden, allowed, found if enough else None)


SHARE = "Bagian nilai yang diperoleh pada soal indikator ini, dibulatkan ke bawah. Kosong: peserta kurang dari 10."
LOW = "Batas bawah selang kepercayaan 95 % (Wilson) menurut jumlah peserta."
HIGH = "Batas atas selang kepercayaan 95 % (Wilson) menurut jumlah peserta."
WEAKEST = "Indikator yang selangnya seluruhnya di bawah selang ketiga lainnya. Kosong: tidak ada yang menonjol."


def heat_table(found: HeatMap) -> Table:
    columns = [Column("Kode", "kode", width=16), Column("OPD", "nama", width=44)]
    columns.append(Column("Peserta", "people", width=16, meaning="Peserta wajib yang ujian pertamanya selesai."))
    for head in HEADS.values():
        columns += [
            Column(f"{head} (%)", "", Kind.PERCENT, 18, SHARE),
            Column(f"{head}, bawah", "", Kind.PERCENT, 18, LOW),
            Column(f"{head}, atas", "", Kind.PERCENT, 18, HIGH),
        ]
    columns.append(Column("Terlemah", "weakest", width=20, meaning=WEAKEST))
    return Table("Data", tuple(columns), tuple(map(as_values, found.rows)), as_values(found.total))


def as_values(row: HeatRow) -> tuple[Value, ...]:
    figures: list[Value] = []
    for cell in row.cells:
        figures += [cell.tenths, cell.low, cell.high] if cell else [None, None, None]
    people = tell_people(row.people)
    return (row.kode, row.nama, people, *figures, row.weakest)


JUDGING = (
    Column("Indikator", "head", width=24),
    Column("Perbuatan terlarang yang dinilai", "forbidden", Kind.COUNT, 18),
    Column("Peka (%)", "hits", Kind.PERCENT, meaning="Perbuatan terlarang yang dikenali sebagai terlarang."),
    Column("Perbuatan boleh yang dinilai", "allowed", Kind.COUNT, 18),
    Column("Salah curiga (%)", "false_alarms", Kind.PERCENT, meaning="Perbuatan boleh yang dikira terlarang."),
    Column("d'", "d_prime", meaning="Kemampuan membedakan: 0 berarti menebak, makin besar makin baik."),
    Column("c", "criterion", meaning="Kecenderungan: di bawah 0 cenderung melarang, di atas 0 cenderung membolehkan."),
)


def judging_table(found: HeatMap) -> Table:
    return replace(tabulate(JUDGING, found.judging), name="Peka dan wajar")


def notes(found: HeatMap) -> Notes:
    return [
        *period_notes(found.period, found.as_of),
        ("Peserta", tell_people(found.total.people)),
        ("Yang dihitung", "Ujian pertama setiap pegawai yang wajib, di OPD tempatnya saat dihitung."),
        (
            "Tidak ditampilkan",
            "OPD di bawah 10 peserta, dan satu OPD lain bila angkanya dapat dihitung balik.",
        ),
        ("Peka dan wajar", "d' dan c dengan koreksi log-linear (Hautus 1995)."),
        *((column.label, column.meaning) for column in JUDGING if column.meaning),
    ]


HEAT_MAP = Report(
    code="peta-indikator",
    title="Peta pemahaman per OPD dan indikator",
    permission=Permission.VIEW_SUMMARY,
    read=read,
    tables=lambda found: (heat_table(found), judging_table(found)),
    notes=notes,
    file=lambda found: f"peta-indikator-{found.period.kode}",
)
