"""Understanding per indicator: the share of points in first attempts, never of fewer than five people."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from netral.learning.editions.models import QuestionVersion
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.periods.models import Enrolment
from netral.organisation.models import Opd
from netral.quiz.questions import Indicator
from netral.quiz.statistics import wilson
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
    known = sorted((each for each in shares if each.share is not None), key=lambda each: each.share or 0)
    bounds = [wilson(float(each.share or 0), each.people) for each in known]
    clear = len(known) > 1 and bounds[0][1] < min(low for low, _ in bounds[1:])
    return known[0] if clear else None


def read_indicators(
    session: Session, *, instansi_id: int, period_id: int, opd_path: str | None = None
) -> tuple[IndicatorShare, ...]:
    """Return each of the four indicators, in their own order. Raises NotFound.

    Only first attempts count: in later ones people have seen the rules.
    """
    find_period(session, instansi_id=instansi_id, period_id=period_id)
    items = items_of_first_attempts(instansi_id=instansi_id, period_id=period_id, opd_path=opd_path)
    shares = read_shares(session, items)
    counted = items.with_only_columns(QuestionVersion.indicator, func.count(AttemptItem.attempt_id.distinct()))
    people = {row[0]: row[1] for row in session.execute(counted.group_by(QuestionVersion.indicator))}
    return tuple(
        IndicatorShare(indicator, number, shares[indicator] if number >= FEWEST_PEOPLE else None)
        for indicator in INDICATORS
        for number in [people.get(indicator, 0)]
    )


def items_of_first_attempts(*, instansi_id: int, period_id: int, opd_path: str | None) -> Select[*tuple[Any, ...]]:
    """Select items from closed attempts of people who are wajib and now belong to the subtree.

    Both tables are given the period, so that PostgreSQL expects few rows and uses the indexes.
    """
    first = (
        select(Attempt.id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Attempt.period_id == period_id,
            Enrolment.period_id == period_id,
            Enrolment.standing == "wajib",
            Attempt.number == 1,
            Attempt.passed.is_not(None),
        )
    )
    if opd_path is not None:
        first = first.join(Opd, Opd.id == Enrolment.current_opd_id).where(
            Opd.instansi_id == instansi_id, Opd.path.startswith(opd_path, autoescape=True)
        )
    return (
        select(AttemptItem.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .where(AttemptItem.attempt_id.in_(first))
    )


def read_shares(session: Session, items: Select[*tuple[Any, ...]]) -> dict[str, Fraction]:
    """Return exact shares: the database counts equal points, and the fractions are added here."""
    numerator, denominator = AttemptItem.points_numerator, AttemptItem.points_denominator
    columns = (QuestionVersion.indicator, numerator, denominator)
    points: dict[str, Fraction] = {}
    number: dict[str, int] = {}
    for indicator, above, below, count in session.execute(
        items.with_only_columns(*columns, func.count()).group_by(*columns)
    ):
        points[indicator] = points.get(indicator, Fraction(0)) + count * Fraction(above or 0, below or 1)
        number[indicator] = number.get(indicator, 0) + count
    return {indicator: points[indicator] / number[indicator] for indicator in points}
