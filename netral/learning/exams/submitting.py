"""Handing in, and closing what is overdue: each attempt is closed and graded once."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.learning.exams.closing import Closing, as_closing, close, expire
from netral.learning.exams.deadlines import GRACE
from netral.learning.exams.models import Attempt
from netral.learning.exams.sittings import AttemptState, find_sitting
from netral.learning.periods.enrolments import lock_enrolled
from netral.learning.periods.models import Enrolment, Period

BATCH = 50


def submit(
    session: Session,
    *,
    asn_id: int,
    kode: str,
    number: int | None,
    now: datetime,
    by: int | None,
    enrolment_id: int | None = None,
) -> Closing:
    """Closes and grades; a second time gives the same result. After the grace it counts as expired.

    `number` None is the last attempt. `enrolment_id`: whose attempt the page showed; the exam of another period is not
    found. Raises NotFound.
    """
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    sitting = find_sitting(session, enrolled.id, number)
    if sitting is None or enrolment_id not in {None, enrolled.id}:
        raise NotFound(number)
    if not sitting.is_open:
        return as_closing(enrolled, sitting)
    if sitting.is_overdue(enrolled.period.closes_at, now):
        return expire(session, enrolled, sitting, now=now, by=by)
    return close(session, enrolled, sitting, state=AttemptState.SUBMITTED, closed_at=now, now=now, by=by)


def close_overdue(
    session: Session, *, now: datetime, instansi_id: int | None = None, most: int = BATCH
) -> tuple[Closing, ...]:
    """At most `most` attempts whose time is over; commit and call again until nothing comes back.

    Who is in the middle of something is left for the next round (SKIP LOCKED).
    """
    latest = now - GRACE
    over = or_(Attempt.deadline_at < latest, Period.closes_at < latest)
    if instansi_id is not None:
        over &= Attempt.instansi_id == instansi_id
    return close_found(session, over, now=now, most=most)


def close_attempts_of(session: Session, *, period_id: int, now: datetime, most: int = BATCH) -> tuple[Closing, ...]:
    """Of a period that has been closed, without waiting for the grace; commit and call again likewise."""
    over = and_(Attempt.period_id == period_id, Period.closes_at <= now)
    return close_found(session, over, now=now, most=most)


def close_found(session: Session, over: ColumnElement[bool], *, now: datetime, most: int) -> tuple[Closing, ...]:
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
        if sitting is not None and sitting.is_open:
            closings.append(expire(session, enrolled, sitting, now=now, by=None))
    return tuple(closings)
