"""The pages of an open attempt: questions without their keys, and what is saved for them. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, bindparam, case, cast, false, func, select

from netral.database.hot import Prepared
from netral.database.tables import Reader
from netral.errors import NetralError, NotFound
from netral.learning.editions.models import BODY, QuestionVersion
from netral.learning.exams.models import AttemptItem, Response
from netral.learning.exams.sittings import ATTEMPT, AttemptState, Sitting, end_of, find_sitting, is_overdue, read_layout
from netral.learning.periods.enrolments import Enrolled, get_enrolled
from netral.quiz.layouts import as_sent
from netral.quiz.questions import Answer, Face


class AttemptNotOpen(NetralError):
    """There is no open attempt to show. `number` is that of the last one; `overdue`: it is waiting to be closed."""

    def __init__(self, number: int | None, *, overdue: bool = False) -> None:
        super().__init__(number)
        self.number = number
        self.overdue = overdue


@dataclass(frozen=True, slots=True)
class SlotState:
    slot: int
    answered: bool
    doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAttempt:
    """The frame around every page of an attempt; `limited`: it has a timer, not only the end of the period."""

    enrolled: Enrolled
    attempt_id: int
    number: int
    started_at: datetime
    ends_at: datetime
    limited: bool
    slots: tuple[SlotState, ...]

    @property
    def unanswered(self) -> tuple[int, ...]:
        return tuple(state.slot for state in self.slots if not state.answered)

    @property
    def doubtful(self) -> tuple[int, ...]:
        return tuple(state.slot for state in self.slots if state.doubtful)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPage:
    """One question as it may be shown, and what is saved for it; `sequence` is 0 when nothing is.

    `answer` holds the fields and values of the form.
    """

    attempt: OpenAttempt
    slot: int
    face: Face
    answer: Answer
    doubtful: bool
    sequence: int
    saved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """One line of the review before handing in; `answer` holds the fields and values of the form.

    `complete`: nothing more is asked for. A btt item of which only some situations are judged is not complete.
    """

    slot: int
    face: Face
    answer: Answer
    doubtful: bool
    complete: bool


# Put together once, of tables and not of classes: the pages of an attempt are asked for most often of all.
ITEM, RESPONSE, VERSION = AttemptItem.__table__, Response.__table__, QuestionVersion.__table__
ANSWERED = (RESPONSE.c.attempt_id == ITEM.c.attempt_id) & (RESPONSE.c.slot == ITEM.c.slot)
# An answer is kept in one form (`dump_json`), so nothing chosen is one text.
IS_ANSWERED = func.coalesce(cast(RESPONSE.c.answer, Text) != "{}", false()).label("answered")
ASKED = ITEM.c.slot == bindparam("slot")
LATEST = select(func.max(ATTEMPT.c.number)).where(ATTEMPT.c.enrolment_id == bindparam("enrolment_id"))
# Every slot of the last attempt, and with the one that is asked for its question and the attempt: read in one go,
# decoded only there.
SLOTS = Prepared(
    select(
        ITEM.c.slot,
        IS_ANSWERED,
        case((ASKED, RESPONSE.c.answer)).label("answer"),
        RESPONSE.c.doubtful,
        RESPONSE.c.sequence,
        case((ASKED, RESPONSE.c.saved_at)).label("saved_at"),
        case((ASKED, ITEM.c.option_order)).label("option_order"),
        ATTEMPT.c.seed,
        ATTEMPT.c.by_place,
        BODY,
        ATTEMPT.c.id.label("attempt_id"),
        ATTEMPT.c.number,
        ATTEMPT.c.state,
        case((ASKED, ATTEMPT.c.started_at)).label("started_at"),
        case((ASKED, ATTEMPT.c.deadline_at)).label("deadline_at"),
    )
    .select_from(
        ATTEMPT.join(ITEM, ITEM.c.attempt_id == ATTEMPT.c.id)
        .outerjoin(RESPONSE, ANSWERED)
        .outerjoin(VERSION, ASKED & (VERSION.c.id == ITEM.c.question_version_id))
    )
    .where(
        ATTEMPT.c.enrolment_id == bindparam("enrolment_id"),
        ATTEMPT.c.number == LATEST.correlate(None).scalar_subquery(),
    )
    .order_by(ITEM.c.slot)
)
# The whole paper with what is saved for it.
PAPER = Prepared(
    select(
        ITEM.c.slot,
        IS_ANSWERED,
        RESPONSE.c.answer,
        RESPONSE.c.doubtful,
        ITEM.c.option_order,
        ATTEMPT.c.seed,
        ATTEMPT.c.by_place,
        BODY,
    )
    .select_from(
        ITEM.join(ATTEMPT, ATTEMPT.c.id == ITEM.c.attempt_id)
        .outerjoin(RESPONSE, ANSWERED)
        .join(VERSION, VERSION.c.id == ITEM.c.question_version_id)
    )
    .where(ITEM.c.attempt_id == bindparam("attempt_id"))
    .order_by(ITEM.c.slot)
)


def read_question(session: Reader, *, asn_id: int, kode: str, slot: int, now: datetime) -> QuestionPage:
    """Raises NotFound or AttemptNotOpen."""
    enrolled = get_enrolled(session, asn_id=asn_id, kode=kode)
    rows = SLOTS.all(session, enrolment_id=enrolled.id, slot=slot)
    mine = next((row for row in rows if row.slot == slot), None)
    if mine is None or mine.state != AttemptState.OPEN or is_overdue(end_of_attempt(enrolled, mine), now):
        find_open(session, asn_id=asn_id, kode=kode, now=now)  # says what there is instead
        raise NotFound(slot)
    layout = read_layout(mine)
    return QuestionPage(
        attempt=as_open_attempt(enrolled, mine, rows),
        slot=slot,
        face=layout.face(),
        answer=as_sent(layout, mine.answer or {}),
        doubtful=bool(mine.doubtful),
        sequence=mine.sequence or 0,
        saved_at=mine.saved_at,
    )


def read_review(
    session: Reader, *, asn_id: int, kode: str, now: datetime
) -> tuple[OpenAttempt, tuple[ReviewLine, ...]]:
    """Everything answered so far, before handing in. Raises NotFound or AttemptNotOpen."""
    enrolled, sitting = find_open(session, asn_id=asn_id, kode=kode, now=now)
    rows = PAPER.all(session, attempt_id=sitting.attempt_id)
    return as_open_attempt(enrolled, sitting, rows), tuple(map(as_line, rows))


def as_line(row: Row[*tuple[Any, ...]]) -> ReviewLine:
    layout, answer = read_layout(row), row.answer or {}
    return ReviewLine(
        slot=row.slot,
        face=layout.face(),
        answer=as_sent(layout, answer),
        doubtful=bool(row.doubtful),
        complete=layout.question.is_complete(answer),
    )


def find_open(session: Reader, *, asn_id: int, kode: str, now: datetime) -> tuple[Enrolled, Sitting]:
    """Raises NotFound or AttemptNotOpen."""
    enrolled = get_enrolled(session, asn_id=asn_id, kode=kode)
    sitting = find_sitting(session, enrolled.id, None)
    if sitting is None:
        raise AttemptNotOpen(None)
    overdue = sitting.is_overdue(enrolled.period.closes_at, now)
    if overdue or not sitting.is_open:
        raise AttemptNotOpen(sitting.number, overdue=overdue)
    return enrolled, sitting


def end_of_attempt(enrolled: Enrolled, attempt: Any) -> datetime:
    return end_of(attempt.deadline_at, enrolled.period.closes_at)


def as_open_attempt(enrolled: Enrolled, attempt: Any, rows: Sequence[Row[*tuple[Any, ...]]]) -> OpenAttempt:
    """`attempt` is a sitting, or a row of its own that says the same."""
    return OpenAttempt(
        enrolled=enrolled,
        attempt_id=attempt.attempt_id,
        number=attempt.number,
        started_at=attempt.started_at,
        ends_at=end_of_attempt(enrolled, attempt),
        limited=enrolled.period.time_limit_seconds is not None,
        slots=tuple(SlotState(row.slot, bool(row.answered), bool(row.doubtful)) for row in rows),
    )
