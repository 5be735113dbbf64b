"""Handing in and closing overdue attempts. An attempt is closed and graded in one step, by the first who takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.tables import change_rows
from netral.errors import NetralError, NotFound
from netral.learning.editions.models import BODY, QuestionVersion, QuestionWithdrawal
from netral.learning.exams.counting import note_closed
from netral.learning.exams.models import Attempt, AttemptItem, Heartbeat, Response
from netral.learning.exams.outages import is_unjudged
from netral.learning.exams.sittings import GRACE, AttemptState, Sitting, end_of, find_sitting, is_overdue
from netral.learning.periods.enrolments import Enrolled, lock_enrolled, mark_passed
from netral.learning.periods.models import Enrolment, Period
from netral.quiz.grading import Grade, passes
from netral.quiz.kinds import from_text

BATCH = 50


class AttemptClosedMeanwhile(NetralError):
    """The attempt was closed without a lock on its enrolment: nothing is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A closed attempt. `new`: this call closed it. After a new one that passed, a certificate may be due."""

    enrolment_id: int
    attempt_id: int
    number: int
    state: AttemptState
    passed: bool
    new: bool


def submit(
    session: Session, act: Act, *, asn_id: int, kode: str, number: int | None, enrolment_id: int | None = None
) -> Closing:
    """Close and grade an attempt; a second call returns the same result. After the grace it counts as expired.

    `number` None is the last attempt. `enrolment_id`: that of the attempt on the page; the exam of another period is
    not found. Raises NotFound.
    """
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    sitting = find_sitting(session, enrolled.id, number)
    if sitting is None or enrolment_id not in {None, enrolled.id}:
        raise NotFound(number)
    if not sitting.is_open:
        return as_closing(enrolled, sitting, sitting.state, passed=bool(sitting.passed), new=False)
    if sitting.is_overdue(enrolled.period.closes_at, act.now):
        return expire(session, act, enrolled, sitting)
    return close(session, act, enrolled, sitting, AttemptState.SUBMITTED, closed_at=act.now)


def close_overdue(
    session: Session, *, now: datetime, instansi_id: int | None = None, most: int = BATCH
) -> tuple[Closing, ...]:
    """Close at most `most` attempts whose time is over; commit and call again until nothing comes back.

    Locked enrolments, whose people are in the middle of a request, are left for the next round (SKIP LOCKED), and so
    are attempts to which an outage may still give more time.
    """
    latest = now - GRACE
    over = or_(Attempt.deadline_at < latest, Period.closes_at < latest)
    if instansi_id is not None:
        over &= Attempt.instansi_id == instansi_id
    columns = (Attempt.id, Attempt.started_at, Attempt.deadline_at, Attempt.extra_seconds, Period.closes_at)
    found = select(*columns).join(Period, Period.id == Attempt.period_id).order_by(Attempt.deadline_at)
    rows = session.execute(found.where(Attempt.state == AttemptState.OPEN.value, over))
    beat_at = session.scalar(select(Heartbeat.at))
    # The databases spell the sum of a moment and seconds each in its own way, so extensions are added here.
    overdue = [row.id for row in rows if is_to_close(row, beat_at, now)]
    return close_found(session, Attempt.id.in_(overdue[:most]), now=now, most=most)


def is_to_close(row: Row[*tuple[Any, ...]], beat_at: datetime | None, now: datetime) -> bool:
    end = end_of(row.deadline_at, row.extra_seconds, row.closes_at)
    waits = is_unjudged(beat_at, started_at=row.started_at, last_moment=end + GRACE, now=now)
    return is_overdue(end, now) and not waits


def close_attempts_of(session: Session, *, period_id: int, now: datetime, most: int = BATCH) -> tuple[Closing, ...]:
    """Close attempts of a period that an officer closed, at once and whatever extra time they had.

    Commit and call again as for `close_overdue`.
    """
    over = and_(Attempt.period_id == period_id, Period.closes_at <= now)
    return close_found(session, over, now=now, most=most, at_once=True)


def close_found(
    session: Session, over: ColumnElement[bool], *, now: datetime, most: int, at_once: bool = False
) -> tuple[Closing, ...]:
    statement = (
        select(Enrolment.asn_id, Period.kode, Attempt.number)
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Attempt.state == AttemptState.OPEN.value, over)
        .order_by(Attempt.deadline_at)
        .limit(most)
        .with_for_update(of=Enrolment, key_share=True, skip_locked=True)
    )
    closings = []
    for asn_id, kode, number in session.execute(statement).all():
        enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
        sitting = find_sitting(session, enrolled.id, number)
        # It may have been given more time since it was found.
        if sitting is not None and (
            sitting.is_overdue(enrolled.period.closes_at, now) or (at_once and sitting.is_open)
        ):
            closings.append(expire(session, Act(None, now), enrolled, sitting))
    return tuple(closings)


def expire(session: Session, act: Act, enrolled: Enrolled, sitting: Sitting) -> Closing:
    """Close an overdue attempt as of the end of its time, not of the moment when it was noticed."""
    end = min(sitting.end(enrolled.period.closes_at), act.now)
    return close(session, act, enrolled, sitting, AttemptState.EXPIRED, closed_at=end)


def close(
    session: Session, act: Act, enrolled: Enrolled, sitting: Sitting, state: AttemptState, *, closed_at: datetime
) -> Closing:
    """Close and grade. The enrolment is locked and the attempt open, so that nobody else saves or closes meanwhile.

    The audit trail does not contain the result, since more people may read the trail than a score.
    """
    points = grade_items(session, sitting.attempt_id)
    grade = Grade(sum(points.values(), Fraction(0)), len(points))
    passed = passes(grade, enrolled.period.pass_percent)
    keep_points(session, points)
    closing = as_columns(grade.points) | {"state": state.value, "closed_at": closed_at, "passed": passed}
    still_open = (Attempt.id == sitting.attempt_id) & (Attempt.state == AttemptState.OPEN.value)
    if change_rows(session, update(Attempt).where(still_open).values(closing)) != 1:
        raise AttemptClosedMeanwhile(sitting.attempt_id)
    if passed:
        mark_passed(session, enrolled, at=closed_at)
    if sitting.number == 1:
        note_closed(session, attempt_id=sitting.attempt_id, period_id=enrolled.period.id)
    record_attempt(session, act, f"attempt.{state}", enrolled, attempt_id=sitting.attempt_id, number=sitting.number)
    return as_closing(enrolled, sitting, state, passed=passed, new=True)


def as_closing(enrolled: Enrolled, sitting: Sitting, state: AttemptState, *, passed: bool, new: bool) -> Closing:
    return Closing(
        enrolment_id=enrolled.id,
        attempt_id=sitting.attempt_id,
        number=sitting.number,
        state=state,
        passed=passed,
        new=new,
    )


ANSWERED_ITEMS = (
    select(AttemptItem.id, BODY, Response.answer, QuestionWithdrawal.id.is_not(None).label("withdrawn"))
    .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    .outerjoin(Response, (Response.attempt_id == AttemptItem.attempt_id) & (Response.slot == AttemptItem.slot))
    .outerjoin(QuestionWithdrawal, QuestionWithdrawal.question_version_id == QuestionVersion.id)
    .where(AttemptItem.attempt_id == bindparam("attempt_id"))
    .order_by(AttemptItem.slot)
)


def grade_items(session: Session, attempt_id: int) -> dict[int, Fraction]:
    """Return points by id of the item, over the paper of this attempt only.

    A question without answer earns nothing, and one that was withdrawn the whole point.
    """
    rows = session.execute(ANSWERED_ITEMS, {"attempt_id": attempt_id})
    return {
        item_id: Fraction(1) if withdrawn else from_text(body).grade(answer or {})
        for item_id, body, answer, withdrawn in rows
    }


def keep_points(session: Session, points: Mapping[int, Fraction]) -> None:
    if points:
        session.execute(update(AttemptItem), [{"id": item_id} | as_columns(each) for item_id, each in points.items()])


def as_columns(points: Fraction) -> dict[str, Any]:
    return {"points_numerator": points.numerator, "points_denominator": points.denominator}


def record_attempt(
    session: Session, act: Act, action: str, enrolled: Enrolled, *, attempt_id: int, number: int
) -> None:
    act, detail = act.within(enrolled.period.instansi_id), {"period": enrolled.period.kode, "number": number}
    record(session, act, action=action, object_kind="attempt", object_id=attempt_id, detail=detail)
