"""The share of answers by OPD that came too soon for their question to have been read; nobody is named.

It reads the kept counts of first attempts. Few people are hidden as on the map of indicators.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.learning.exams.models import PaceTally
from netral.quiz.statistics import wilson
from netral.reporting.counts import Unit, find_tops
from netral.reporting.hiding import FEWEST, find_hidden

SUMS = ("people", "untimed", "answers", "rapid")


@dataclass(frozen=True, slots=True)
class Pace:
    """An OPD with all units below it. The share and its interval of 95 % are tenths of a percent, none where hidden.

    `people` are those of whom the seconds of some answer are known, `untimed` the others.
    """

    kode: str
    nama: str
    people: int
    untimed: int
    tenths: int | None = None
    low: int | None = None
    high: int | None = None


def read_paces(session: Session, *, period_id: int, units: Sequence[Unit]) -> tuple[tuple[Pace, ...], Pace]:
    """Return the OPD of a period in the order of their names, and all of them together, hidden ones included."""
    tallies = session.scalars(select(PaceTally).where(PaceTally.period_id == period_id))
    own = {tally.opd_id: Counter({name: getattr(tally, name) for name in SUMS}) for tally in tallies}
    sums: dict[Unit, Counter[str]] = {}
    for top, parts in find_tops(units):
        sums[top] = Counter()
        for part in parts:
            sums[top].update(own.get(part.opd_id, {}))
    whole: Counter[str] = Counter()
    for each in sums.values():
        whole.update(each)
    hidden = find_hidden({unit: each["people"] for unit, each in sums.items()})
    rows = [judge(unit.kode, unit.nama, each, hidden=unit in hidden) for unit, each in sums.items() if each["people"]]
    total = judge("", "Seluruh instansi", whole, hidden=whole["people"] < FEWEST)
    return tuple(sorted(rows, key=lambda row: row.nama)), total


def judge(kode: str, nama: str, sums: Counter[str], *, hidden: bool) -> Pace:
    """Return the pace of an OPD. Its interval counts people, not answers, since those of one person are alike."""
    people, untimed = sums["people"], sums["untimed"]
    if hidden or not people:
        return Pace(kode, nama, people, untimed)
    share = sums["rapid"] / sums["answers"]
    low, high = wilson(share, people)
    return Pace(kode, nama, people, untimed, floor(1000 * share), floor(1000 * low), ceil(1000 * high))
