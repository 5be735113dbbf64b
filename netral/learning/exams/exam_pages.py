"""The paper of an open attempt: questions without their keys, and the saved answers. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from netral.database.tables import Reader
from netral.errors import NetralError
from netral.learning.editions.models import BODY, QuestionVersion
from netral.learning.exams.extending import Extension, list_time_given
from netral.learning.exams.models import AttemptItem, Response
from netral.learning.exams.sittings import ATTEMPT, Sitting, find_sitting, read_layout
from netral.learning.periods.enrolments import Enrolled, get_enrolled
from netral.quiz.questions import Answer, Face, as_sent


class AttemptNotOpen(NetralError):
    """There is no open attempt to show. `number` is that of the last one; `overdue`: that one waits to be closed."""

    def __init__(self, number: int | None, *, overdue: bool = False) -> None:
        super().__init__(number)
        self.number = number
        self.overdue = overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperQuestion:
    """A question without its key, with the saved answer; `sequence` is 0 when none is saved.

    `answer` holds the fields and values of the form. `complete`: the answer needs nothing more; a btt item with
    unjudged situations is not complete. `seconds`: how long it was on the screen, if known.
    """

    slot: int
    face: Face
    answer: Answer
    doubtful: bool
    complete: bool
    sequence: int
    saved_at: datetime | None
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An open attempt with all of its questions; `limited`: it has a timer, not only the end of the period."""

    enrolled: Enrolled
    attempt_id: int
    number: int
    started_at: datetime
    ends_at: datetime
    limited: bool
    time_given: tuple[Extension, ...]
    questions: tuple[PaperQuestion, ...]

    @property
    def unanswered(self) -> tuple[int, ...]:
        return tuple(each.slot for each in self.questions if not each.answer)

    @property
    def doubtful(self) -> tuple[int, ...]:
        return tuple(each.slot for each in self.questions if each.doubtful)


ITEM, RESPONSE, VERSION = AttemptItem.__table__, Response.__table__, QuestionVersion.__table__
PAPER = (
    select(
        ITEM.c.slot,
        RESPONSE.c.answer,
        RESPONSE.c.doubtful,
        RESPONSE.c.sequence,
        RESPONSE.c.seconds,
        RESPONSE.c.saved_at,
        ITEM.c.option_order,
        ATTEMPT.c.seed,
        ATTEMPT.c.by_place,
        BODY,
    )
    .select_from(
        ITEM.join(ATTEMPT, ATTEMPT.c.id == ITEM.c.attempt_id)
        .outerjoin(RESPONSE, (RESPONSE.c.attempt_id == ITEM.c.attempt_id) & (RESPONSE.c.slot == ITEM.c.slot))
        .join(VERSION, VERSION.c.id == ITEM.c.question_version_id)
    )
    .where(ITEM.c.attempt_id == bindparam("attempt_id"))
    .order_by(ITEM.c.slot)
)


def read_paper(session: Reader, *, asn_id: int, kode: str, now: datetime) -> Paper:
    """Return the open attempt with all saved answers. Raises NotFound or AttemptNotOpen."""
    enrolled, sitting = find_open(session, asn_id=asn_id, kode=kode, now=now)
    return Paper(
        enrolled=enrolled,
        attempt_id=sitting.attempt_id,
        number=sitting.number,
        started_at=sitting.started_at,
        ends_at=sitting.end(enrolled.period.closes_at),
        limited=enrolled.period.time_limit_seconds is not None,
        time_given=list_time_given(session, sitting, enrolment_id=enrolled.id),
        questions=tuple(map(as_question, session.execute(PAPER, {"attempt_id": sitting.attempt_id}))),
    )


def as_question(row: Row[*tuple[Any, ...]]) -> PaperQuestion:
    layout, answer = read_layout(row), row.answer or {}
    return PaperQuestion(
        slot=row.slot,
        face=layout.face(),
        answer=as_sent(layout, answer),
        doubtful=bool(row.doubtful),
        complete=layout.question.is_complete(answer),
        sequence=row.sequence or 0,
        saved_at=row.saved_at,
        seconds=row.seconds or 0,
    )


def find_open(session: Reader, *, asn_id: int, kode: str, now: datetime) -> tuple[Enrolled, Sitting]:
    """Return the open attempt. Raises NotFound or AttemptNotOpen."""
    enrolled = get_enrolled(session, asn_id=asn_id, kode=kode)
    sitting = find_sitting(session, enrolled.id, None)
    if sitting is None:
        raise AttemptNotOpen(None)
    overdue = sitting.is_overdue(enrolled.period.closes_at, now)
    if overdue or not sitting.is_open:
        raise AttemptNotOpen(sitting.number, overdue=overdue)
    return enrolled, sitting
