"""The attempts of an enrolment: their state, the layout of their questions, and their ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, cast, func, select
from sqlalchemy.orm import Session

from netral.database.hot import PreparedQuery
from netral.database.tables import Reader
from netral.learning.exams.models import Attempt, AttemptGrant, Heartbeat, Response
from netral.learning.exams.outages import is_unjudged
from netral.quiz.kinds import from_text
from netral.quiz.questions import Layout, lay_out

GRACE = timedelta(seconds=20)


class AttemptState(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One attempt; `closed_at`, `passed` and `points` are None while it is open.

    `replaced`: an outage cut it off, and another attempt stands in for it. `beat_at`: when the service was last seen
    serving, if it notes that.
    """

    attempt_id: int
    number: int
    state: AttemptState
    started_at: datetime
    deadline_at: datetime | None
    extra_seconds: int
    closed_at: datetime | None
    item_count: int
    edition_id: int | None
    passed: bool | None
    points: Fraction | None
    replaced: bool
    beat_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state is AttemptState.OPEN

    def end(self, closes_at: datetime) -> datetime:
        return end_of(self.deadline_at, self.extra_seconds, closes_at)

    def is_overdue(self, closes_at: datetime, now: datetime) -> bool:
        """Return whether the attempt is open although its time is over; the next write closes it.

        It is not, as long as an outage may still give it more time.
        """
        end = self.end(closes_at)
        return (
            self.is_open
            and is_overdue(end, now)
            and not is_unjudged(self.beat_at, started_at=self.started_at, last_moment=end + GRACE, now=now)
        )


ATTEMPT, GRANT, HEARTBEAT = Attempt.__table__, AttemptGrant.__table__, Heartbeat.__table__
COLUMNS: tuple[Any, ...] = (
    ATTEMPT.c.id,
    ATTEMPT.c.number,
    ATTEMPT.c.state,
    ATTEMPT.c.started_at,
    ATTEMPT.c.deadline_at,
    ATTEMPT.c.extra_seconds,
    ATTEMPT.c.closed_at,
    ATTEMPT.c.item_count,
    ATTEMPT.c.edition_id,
    ATTEMPT.c.passed,
    ATTEMPT.c.points_numerator,
    ATTEMPT.c.points_denominator,
    select(GRANT.c.id).where(GRANT.c.replaced_attempt_id == ATTEMPT.c.id).exists().label("replaced"),
    select(HEARTBEAT.c.at).scalar_subquery().label("beat_at"),
)


def as_sitting(values: Sequence[Any]) -> Sitting:
    """Make a sitting of the values of COLUMNS."""
    attempt_id, number, state, started_at, deadline_at, extra, closed_at, items, edition_id, passed, *rest = values
    numerator, denominator, replaced, beat_at = rest
    return Sitting(
        attempt_id=attempt_id,
        number=number,
        state=AttemptState(state),
        started_at=started_at,
        deadline_at=deadline_at,
        extra_seconds=extra,
        closed_at=closed_at,
        item_count=items,
        edition_id=edition_id,
        passed=passed,
        points=as_fraction(numerator, denominator),
        replaced=replaced,
        beat_at=beat_at,
    )


# Every saved answer asks for them.
OF_ENROLMENT = PreparedQuery(
    select(*COLUMNS).where(ATTEMPT.c.enrolment_id == bindparam("enrolment_id")).order_by(ATTEMPT.c.number), as_sitting
)


def list_sittings(session: Reader, enrolment_id: int) -> tuple[Sitting, ...]:
    """List the attempts of an enrolment, the first one first."""
    return tuple(OF_ENROLMENT.all(session, enrolment_id=enrolment_id))


def find_sitting(session: Reader, enrolment_id: int, number: int | None) -> Sitting | None:
    """Return the attempt of this number, or the last one."""
    sittings = list_sittings(session, enrolment_id)
    wanted = [sitting for sitting in sittings if number is None or sitting.number == number]
    return wanted[-1] if wanted else None


def count_sitting(session: Session, *, period_id: int, with_more_time: bool = False) -> int:
    """Return how many people of the period are in the middle of an exam, or only those who were given more time."""
    open_now = (Attempt.period_id == period_id) & (Attempt.state == AttemptState.OPEN.value)
    if with_more_time:
        open_now &= Attempt.extra_seconds > 0
    return session.scalar(select(func.count()).select_from(Attempt).where(open_now)) or 0


def answered_all() -> ColumnElement[bool]:
    """Return the condition that an attempt has an answer in every slot; an answer that was cleared is none."""
    answers = select(func.count()).where(Response.attempt_id == Attempt.id, cast(Response.answer, Text) != "{}")
    return answers.scalar_subquery() == Attempt.item_count


def find_unsent(session: Reader, attempt_id: int) -> bool:
    """Return whether an attempt is open although everything is answered: its person may think that it is handed in."""
    unsent = (Attempt.id == attempt_id) & (Attempt.state == AttemptState.OPEN.value) & answered_all()
    return session.execute(select(Attempt.id).where(unsent)).first() is not None


def as_fraction(numerator: int | None, denominator: int | None) -> Fraction | None:
    return None if numerator is None or denominator is None else Fraction(numerator, denominator)


def set_deadline(started_at: datetime, *, limit_seconds: int | None, extra_percent: int) -> datetime | None:
    """Return the end of the time limit with extra time, fixed as the attempt starts; None without a limit."""
    if limit_seconds is None:
        return None
    return started_at + timedelta(seconds=limit_seconds * (100 + extra_percent) / 100)


def end_of(deadline_at: datetime | None, extra_seconds: int, closes_at: datetime) -> datetime:
    """Return the end: the deadline or the present end of the period, whichever comes first, and the extensions."""
    end = closes_at if deadline_at is None else min(deadline_at, closes_at)
    return end + timedelta(seconds=extra_seconds)


def is_overdue(end: datetime, now: datetime) -> bool:
    """Return whether it is too late: up to 20 s after the end an answer still counts, as requests take time."""
    return now > end + GRACE


def read_layout(row: Any) -> Layout:
    """Lay out the question of a row with `body`, `option_order`, and the `seed` and `by_place` of its attempt."""
    question = from_text(row.body)
    if not row.by_place:
        return lay_out(question, row.option_order, by_place=False)
    return lay_out(question, row.option_order, seed=row.seed)
