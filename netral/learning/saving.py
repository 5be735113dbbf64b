"""Saving one answer: the most frequent write of all, three statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select
from sqlalchemy.orm import Session

from netral.database import insert_into
from netral.errors import NetralError, NotFound
from netral.learning.closing import Closing, expire
from netral.learning.deadlines import end_of, is_overdue
from netral.learning.enrolments import Enrolled, lock_enrolled
from netral.learning.exam_pages import ITEM, RESPONSE, VERSION
from netral.learning.models import Response
from netral.learning.sittings import ATTEMPT, AttemptState, find_sitting
from netral.quiz.answers import Answer, accept, is_complete
from netral.quiz.encoding import from_json
from netral.quiz.questions import Question

LARGEST_SEQUENCE = 2**31 - 1


class SaveOutcome(StrEnum):
    SAVED = "saved"
    STALE = "stale"
    CLOSED = "closed"


class BadSequence(NetralError):
    """The client's sequence is 1 to 2147483647; the argument is what was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAnswer:
    """What a page sent. `sequence` None is newer than anything saved.

    `number` is the attempt it belongs to, so that a page of an earlier one changes nothing; None is the last attempt.
    `enrolment_id`: whose page it was, so that what another person left on a shared phone is not found.
    """

    slot: int
    form: Mapping[str, Sequence[str]]
    doubtful: bool = False
    sequence: int | None = None
    number: int | None = None
    enrolment_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What stands in the database afterwards, whoever wrote it. `closed`: the attempt that this save found overdue.

    `complete`: nothing more is asked for. `last` is the number of the last question.
    """

    outcome: SaveOutcome
    number: int
    slot: int
    answer: Answer
    doubtful: bool
    sequence: int
    saved_at: datetime | None
    complete: bool
    last: int
    closed: Closing | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be kept if it is the newest."""

    answer: Answer
    doubtful: bool
    sequence: int


def save_response(
    session: Session, sent: SentAnswer, *, asn_id: int, kode: str | None, now: datetime, by: int | None
) -> Saved:
    """The newest sequence wins; the same one with the same answer is saved already.

    Raises NotFound, BadSequence or AnswerNotOffered.
    """
    if sent.sequence is not None and not 1 <= sent.sequence <= LARGEST_SEQUENCE:
        raise BadSequence(sent.sequence)
    # Saved more often than anything else: the three statements run without the session around them.
    connection = session.connection()
    enrolled = lock_enrolled(connection, asn_id=asn_id, kode=kode, now=now)
    kept = read_kept(connection, enrolled.id, sent.number, sent.slot)
    if kept is None or sent.enrolment_id not in {None, enrolled.id}:
        raise NotFound(sent.slot)
    question = from_json(kept.body)
    wanted = Wanted(accept(question, sent.form), sent.doubtful, sent.sequence or next_sequence(kept))
    closed = None
    if kept.state == AttemptState.OPEN and is_overdue(end_of(kept.deadline_at, enrolled.period.closes_at), now):
        closed = close_overdue(session, enrolled, kept, now, by)
    if kept.state != AttemptState.OPEN or closed:
        return as_saved(SaveOutcome.CLOSED, kept, sent.slot, question, closed=closed)
    if is_same(kept, wanted):
        return as_saved(SaveOutcome.SAVED, kept, sent.slot, question)
    if kept.sequence is not None and wanted.sequence <= kept.sequence:
        return as_saved(SaveOutcome.STALE, kept, sent.slot, question)
    keep(connection, kept.attempt_id, sent.slot, wanted, now=now)
    return Saved(
        outcome=SaveOutcome.SAVED,
        number=kept.number,
        slot=sent.slot,
        answer=wanted.answer,
        doubtful=wanted.doubtful,
        sequence=wanted.sequence,
        saved_at=now,
        complete=is_complete(question, wanted.answer),
        last=kept.item_count,
    )


def read_kept(connection: Connection, enrolment_id: int, number: int | None, slot: int) -> Row[Any] | None:
    """The question of a slot, with what is saved for it, in one of a person's own attempts."""
    wanted = {"enrolment_id": enrolment_id, "slot": slot} | ({} if number is None else {"number": number})
    return connection.execute(kept_statement(by_number=number is not None), wanted).one_or_none()


@lru_cache
def kept_statement(*, by_number: bool) -> Select[Any]:
    answered = (RESPONSE.c.attempt_id == ATTEMPT.c.id) & (RESPONSE.c.slot == ITEM.c.slot)
    columns: tuple[Any, ...] = (
        ATTEMPT.c.id.label("attempt_id"),
        ATTEMPT.c.number,
        ATTEMPT.c.state,
        ATTEMPT.c.deadline_at,
        ATTEMPT.c.item_count,
        VERSION.c.body,
        RESPONSE.c.answer,
        RESPONSE.c.doubtful,
        RESPONSE.c.sequence,
        RESPONSE.c.saved_at,
    )
    statement = (
        select(*columns)
        .select_from(ATTEMPT)
        .join(ITEM, ITEM.c.attempt_id == ATTEMPT.c.id)
        .join(VERSION, VERSION.c.id == ITEM.c.question_version_id)
        .outerjoin(RESPONSE, answered)
        .where(ATTEMPT.c.enrolment_id == bindparam("enrolment_id"), ITEM.c.slot == bindparam("slot"))
    )
    if by_number:
        return statement.where(ATTEMPT.c.number == bindparam("number"))
    return statement.order_by(ATTEMPT.c.number.desc()).limit(1)


def close_overdue(
    session: Session, enrolled: Enrolled, kept: Row[Any], now: datetime, by: int | None
) -> Closing | None:
    sitting = find_sitting(session, enrolled.id, kept.number)
    return expire(session, enrolled, sitting, now=now, by=by) if sitting else None


def next_sequence(kept: Row[Any]) -> int:
    return min((kept.sequence or 0) + 1, LARGEST_SEQUENCE)


def is_same(kept: Row[Any], wanted: Wanted) -> bool:
    return bool(kept.sequence == wanted.sequence and kept.answer == wanted.answer and kept.doubtful == wanted.doubtful)


def keep(connection: Connection, attempt_id: int, slot: int, wanted: Wanted, *, now: datetime) -> None:
    values = {
        "attempt_id": attempt_id,
        "slot": slot,
        "answer": wanted.answer,
        "doubtful": wanted.doubtful,
        "sequence": wanted.sequence,
        "saved_at": now,
    }
    connection.execute(make_upsert(connection.dialect.name), values)


@lru_cache
def make_upsert(dialect: str) -> Any:
    statement = insert_into(Response, dialect)
    newer = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["attempt_id", "slot"],
        set_={name: newer[name] for name in ("answer", "doubtful", "sequence", "saved_at")},
        where=newer.sequence > Response.sequence,
    )


def as_saved(
    outcome: SaveOutcome, kept: Row[Any], slot: int, question: Question, *, closed: Closing | None = None
) -> Saved:
    answer: Answer = kept.answer or {}
    return Saved(
        outcome=outcome,
        number=kept.number,
        slot=slot,
        answer=answer,
        doubtful=bool(kept.doubtful),
        sequence=kept.sequence or 0,
        saved_at=kept.saved_at,
        complete=is_complete(question, answer),
        last=kept.item_count,
        closed=closed,
    )
