"""The result of a closed attempt, without keys while another attempt is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from netral.errors import NetralError, NotFound
from netral.learning.editions.models import BODY, Edition, QuestionVersion
from netral.learning.editions.reading import WITHDRAWN, RuleView, view_rule
from netral.learning.exams.gates import cooldown_end
from netral.learning.exams.models import Attempt, AttemptItem, Response
from netral.learning.exams.relearning import PageToRead, Place, choose_pages, list_pages_to_read, read_titles
from netral.learning.exams.sittings import AttemptState, Sitting, as_fraction, list_sittings, read_layout
from netral.learning.periods.enrolments import Enrolled, get_enrolled
from netral.learning.periods.reading import PeriodState
from netral.quiz.blueprint import KeysShown
from netral.quiz.grading import Grade
from netral.quiz.questions import Citation, Indicator, Remark, Review


class ResultPending(NetralError):
    """The attempt of this number is open, so it has no result. `overdue`: its time is over, but it is not closed."""

    def __init__(self, number: int, *, overdue: bool) -> None:
        super().__init__(number)
        self.number = number
        self.overdue = overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """The result of one question; one that was `withdrawn` earns everybody the whole point.

    `remarks` are the feedback of what was chosen. `review` (own answer, key, all feedback) is None while keys are
    hidden.
    """

    slot: int
    stem: str
    indicator: Indicator
    points: Fraction
    rules: tuple[RuleView, ...]
    withdrawn: bool
    remarks: tuple[Remark, ...]
    review: Review | None

    @property
    def correct(self) -> bool:
        return self.points == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result. `full`: keys are shown. `retry_at`: when the next attempt may start; `to_read`: what it waits for.

    `teaching`: few pages that together teach the rules missed in an indicator.
    """

    enrolled: Enrolled
    number: int
    state: AttemptState
    closed_at: datetime
    grade: Grade
    passed: bool
    by_indicator: Mapping[Indicator, Grade]
    teaching: Mapping[Indicator, tuple[PageToRead, ...]]
    items: tuple[ItemResult, ...]
    full: bool
    attempts_left: int
    retry_at: datetime | None
    to_read: tuple[PageToRead, ...]


def read_result(session: Session, *, asn_id: int, kode: str, number: int, now: datetime) -> Result:
    """Return the result of the person's own attempt. Raises NotFound or ResultPending."""
    enrolled = get_enrolled(session, asn_id=asn_id, kode=kode)
    sittings = list_sittings(session, enrolled.id)
    sitting = next((each for each in sittings if each.number == number), None)
    if sitting is None:
        raise NotFound(number)
    if sitting.points is None or sitting.closed_at is None:
        raise ResultPending(number, overdue=sitting.is_overdue(enrolled.period.closes_at, now))
    left = attempts_left(enrolled, sittings, now=now)
    norms = read_norms(session, enrolled, sitting)
    full = shows_keys(enrolled, sittings, now=now)
    items = tuple(as_item(row, norms, full=full) for row in read_items(session, sitting.attempt_id))
    return Result(
        enrolled=enrolled,
        number=number,
        state=sitting.state,
        closed_at=sitting.closed_at,
        grade=Grade(sitting.points, sitting.item_count),
        passed=bool(sitting.passed),
        by_indicator=grade_by_indicator(items),
        teaching=teach_by_indicator(items, read_titles(session, enrolled.period.edition_id)),
        items=items,
        full=full,
        attempts_left=left,
        retry_at=cooldown_end(enrolled, sittings) if left else None,
        to_read=list_pages_to_read(session, enrolled, sittings) if left else (),
    )


def attempts_left(enrolled: Enrolled, sittings: Sequence[Sitting], *, now: datetime) -> int:
    """Return how many are left, none after a pass or the period's end. An open attempt counts: its keys stay hidden."""
    is_open = any(sitting.is_open for sitting in sittings)
    if enrolled.passed_at is not None or (enrolled.period.state(now) is PeriodState.CLOSED and not is_open):
        return 0
    return max(enrolled.max_attempts - len(sittings), int(is_open))


def shows_keys(enrolled: Enrolled, sittings: Sequence[Sitting], *, now: datetime) -> bool:
    """Return whether results hold the keys now: to everybody once the period is closed, before that by its rule.

    Somebody in the middle of an attempt never sees them.
    """
    period = enrolled.period
    if any(sitting.is_open for sitting in sittings):
        return False
    if period.state(now) is PeriodState.CLOSED:
        return True
    if period.keys_shown == KeysShown.HABIS:
        return attempts_left(enrolled, sittings, now=now) == 0
    since = {KeysShown.LULUS: period.opens_at, KeysShown.TENGGAT: period.due_at}.get(KeysShown(period.keys_shown))
    return enrolled.passed_at is not None and since is not None and now >= since


def read_items(session: Session, attempt_id: int) -> Sequence[Row[Any]]:
    answered = (Response.attempt_id == AttemptItem.attempt_id) & (Response.slot == AttemptItem.slot)
    columns: tuple[Any, ...] = (
        AttemptItem.slot,
        AttemptItem.option_order,
        AttemptItem.points_numerator,
        AttemptItem.points_denominator,
        Attempt.seed,
        Attempt.by_place,
        BODY,
        WITHDRAWN.label("withdrawn"),
        Response.answer,
    )
    statement = (
        select(*columns)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .outerjoin(Response, answered)
        .where(AttemptItem.attempt_id == attempt_id)
        .order_by(AttemptItem.slot)
    )
    return session.execute(statement).all()


def read_norms(session: Session, enrolled: Enrolled, sitting: Sitting) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the norms of the edition from which the paper was drawn, and those of the present one."""
    present = enrolled.period.edition_id
    drawn = sitting.edition_id or present
    rows = session.execute(select(Edition.id, Edition.norms).where(Edition.id.in_({drawn, present})))
    norms = {row.id: row.norms for row in rows}
    return norms[drawn], norms[present]


def view_drawn_rule(norms: tuple[Mapping[str, Any], Mapping[str, Any]], citation: Citation) -> RuleView:
    """Return a rule in the words of the paper's edition, with the pages that cite it now."""
    drawn, present = norms
    return replace(view_rule(drawn, citation), pages=view_rule(present, citation).pages)


def as_item(row: Row[Any], norms: tuple[Mapping[str, Any], Mapping[str, Any]], *, full: bool) -> ItemResult:
    layout = read_layout(row)
    return ItemResult(
        slot=row.slot,
        stem=layout.question.stem,
        indicator=layout.question.indicator,
        points=as_fraction(row.points_numerator, row.points_denominator) or Fraction(0),
        rules=tuple(view_drawn_rule(norms, citation) for citation in layout.question.rules),
        withdrawn=row.withdrawn,
        remarks=layout.question.remarks(row.answer or {}),
        review=layout.review(row.answer or {}) if full else None,
    )


def grade_by_indicator(items: Sequence[ItemResult]) -> dict[Indicator, Grade]:
    """Return the points as graded, by indicator, in the order of the indicators."""
    found = {each: [item.points for item in items if item.indicator is each] for each in Indicator}
    return {each: Grade(sum(points, Fraction(0)), len(points)) for each, points in found.items() if points}


def teach_by_indicator(
    items: Sequence[ItemResult], titles: Mapping[Place, str]
) -> dict[Indicator, tuple[PageToRead, ...]]:
    """Return the pages about the missed rules of each indicator, in the order of teaching."""
    found = {}
    for indicator in Indicator:
        missed = [item for item in items if item.indicator is indicator and not item.correct]
        places = choose_pages((rule.pages for item in missed for rule in item.rules), ())
        found[indicator] = tuple(PageToRead(*place, titles[place]) for place in titles if place in places)
    return found
