"""Understanding per indicator: the share of points in first attempts, never of fewer than five people."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.learning.exams.counting import POINT
from netral.learning.exams.models import IndicatorTally
from netral.quiz.questions import Indicator
from netral.quiz.statistics import find_lowest, wilson
from netral.reporting.report import find_period

FEWEST_PEOPLE = 5
# The general part is drawn too, but it is no indicator of conduct.
INDICATORS = tuple(indicator for indicator in Indicator if indicator is not Indicator.UMUM)


@dataclass(frozen=True, slots=True)
class IndicatorShare:
    """The result of one indicator. `share` of the possible points, 0 to 1; none below five people."""

    indicator: Indicator
    people: int
    share: Fraction | None

    @property
    def tenths(self) -> int | None:
        """Return tenths of a percent, floored."""
        return None if self.share is None else (1000 * self.share).__floor__()


def find_weakest(shares: Sequence[IndicatorShare]) -> IndicatorShare | None:
    """Return the indicator whose whole interval of 95 % lies below that of every other one; None if there is none."""
    known = [(each, each.share) for each in shares if each.share is not None]
    place = find_lowest([wilson(float(share), each.people) for each, share in known])
    return None if place is None else known[place][0]


def read_indicators(session: Session, *, instansi_id: int, period_id: int) -> tuple[IndicatorShare, ...]:
    """Return each of the four indicators, in their own order. Raises NotFound.

    Only first attempts of people who are wajib count: in later ones people have seen the rules. They come from the kept
    counts, as the map of OPD and indicators does, so that the figures of a page agree.
    """
    find_period(session, instansi_id=instansi_id, period_id=period_id)
    sums = (func.sum(IndicatorTally.people), func.sum(IndicatorTally.items), func.sum(IndicatorTally.points))
    rows = session.execute(
        select(IndicatorTally.indicator, *sums)
        .where(IndicatorTally.period_id == period_id)
        .group_by(IndicatorTally.indicator)
    )
    found = {indicator: (int(people), int(items), int(points)) for indicator, people, items, points in rows}
    return tuple(as_share(indicator, *found.get(indicator, (0, 0, 0))) for indicator in INDICATORS)


def as_share(indicator: Indicator, people: int, items: int, points: int) -> IndicatorShare:
    return IndicatorShare(indicator, people, Fraction(points, POINT * items) if people >= FEWEST_PEOPLE else None)
