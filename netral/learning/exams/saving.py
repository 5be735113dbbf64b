"""Saving one answer, the most frequent write of all. A lock on the enrolment keeps others from saving or closing."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.database.hot import PreparedChange, PreparedQuery
from netral.database.tables import Reader, insert_into
from netral.errors import NetralError, NotFound
from netral.learning.editions.models import BODY, QuestionVersion
from netral.learning.exams.closing import Closing, expire
from netral.learning.exams.models import AttemptItem, Response
from netral.learning.exams.sittings import ATTEMPT, AttemptState, end_of, find_sitting, is_overdue, read_layout
from netral.learning.periods.enrolments import Enrolled, lock_enrolled
from netral.quiz.questions import Answer, Layout, accept, as_sent

LARGEST_SEQUENCE = 2**31 - 1
# A page changes an answer less often between two responses of the server. Without this bound, one number written by
# hand could be the last that its question ever accepts.
MOST_AHEAD = 1_000_000


class SaveOutcome(StrEnum):
    SAVED = "saved"
    STALE = "stale"
    CLOSED = "closed"


class BadSequence(NetralError):
    """The sequence is below 1 or more than a million above the stored one; the argument is the sent sequence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAnswer:
    """One answer as a page sent it. `sequence` None is newer than anything saved. Raises BadSequence.

    `number` is the attempt it belongs to, so that a page of an earlier one changes nothing; None is the last attempt.
    `enrolment_id`: that of the page, so that an answer of another person on a shared phone is not found. `seconds`: how
    long the question was on the screen in all, if the page knows.
    """

    slot: int
    form: Mapping[str, Sequence[str]]
    doubtful: bool = False
    sequence: int | None = None
    seconds: int | None = None
    number: int | None = None
    enrolment_id: int | None = None

    def __post_init__(self) -> None:
        if self.sequence is not None and not 1 <= self.sequence <= LARGEST_SEQUENCE:
            raise BadSequence(self.sequence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The state of the database after saving, whichever page wrote it.

    `answer` holds the fields and values of the form. `complete`: the answer needs nothing more. `last` is the number of
    the last question. `ends_at`: the end of the attempt as of now, which may have moved since the page was shown.
    `overdue`: the caller has to close the attempt (`close_late`).
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
    ends_at: datetime
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """An answer that is kept if it is the newest."""

    answer: Answer
    doubtful: bool
    sequence: int
    seconds: int | None


def save_response(writer: Reader, sent: SentAnswer, *, asn_id: int, kode: str, now: datetime) -> Saved:
    """Save an answer if its sequence is the newest; the same sequence and answer count as saved already.

    Raises NotFound, AnswerNotOffered or BadSequence.
    """
    enrolled = lock_enrolled(writer, asn_id=asn_id, kode=kode)
    kept = read_kept(writer, enrolled.id, sent.number, sent.slot)
    if kept is None or sent.enrolment_id not in {None, enrolled.id}:
        raise NotFound(sent.slot)
    if sent.sequence is not None and sent.sequence > (kept.sequence or 0) + MOST_AHEAD:
        raise BadSequence(sent.sequence)
    layout = read_layout(kept)
    wanted = Wanted(accept(layout, sent.form), sent.doubtful, sent.sequence or next_sequence(kept), sent.seconds)
    ends_at = end_of(kept.deadline_at, kept.extra_seconds, enrolled.period.closes_at)
    overdue = (
        kept.state == AttemptState.OPEN and is_overdue(ends_at, now) and has_no_more_time(writer, enrolled, kept, now)
    )
    refusal = SaveOutcome.CLOSED if overdue else find_refusal(kept, wanted)
    if refusal is not None:
        return as_saved(refusal, kept, sent.slot, layout, ends_at=ends_at, overdue=overdue)
    keep(writer, kept.attempt_id, sent.slot, wanted, now=now)
    kept = kept._replace(answer=wanted.answer, doubtful=wanted.doubtful, sequence=wanted.sequence, saved_at=now)
    return as_saved(SaveOutcome.SAVED, kept, sent.slot, layout, ends_at=ends_at)


def has_no_more_time(reader: Reader, enrolled: Enrolled, kept: "Kept", now: datetime) -> bool:
    """Return whether an attempt whose time is over waits for no judgement about an outage; read only then."""
    sitting = find_sitting(reader, enrolled.id, kept.number)
    return sitting is not None and sitting.is_overdue(enrolled.period.closes_at, now)


class Kept(NamedTuple):
    """The question of a slot in an attempt, and its saved answer; `sequence` is None when none is saved."""

    attempt_id: int
    number: int
    state: str
    deadline_at: datetime | None
    extra_seconds: int
    item_count: int
    seed: str
    by_place: bool
    option_order: list[str]
    body: str
    answer: Answer | None
    doubtful: bool | None
    sequence: int | None
    saved_at: datetime | None


ITEM, RESPONSE, VERSION = AttemptItem.__table__, Response.__table__, QuestionVersion.__table__
IN_SLOT = (
    select(
        ATTEMPT.c.id.label("attempt_id"),
        ATTEMPT.c.number,
        ATTEMPT.c.state,
        ATTEMPT.c.deadline_at,
        ATTEMPT.c.extra_seconds,
        ATTEMPT.c.item_count,
        ATTEMPT.c.seed,
        ATTEMPT.c.by_place,
        ITEM.c.option_order,
        BODY,
        RESPONSE.c.answer,
        RESPONSE.c.doubtful,
        RESPONSE.c.sequence,
        RESPONSE.c.saved_at,
    )
    .select_from(ATTEMPT)
    .join(ITEM, ITEM.c.attempt_id == ATTEMPT.c.id)
    .join(VERSION, VERSION.c.id == ITEM.c.question_version_id)
    .outerjoin(RESPONSE, (RESPONSE.c.attempt_id == ATTEMPT.c.id) & (RESPONSE.c.slot == ITEM.c.slot))
    .where(ATTEMPT.c.enrolment_id == bindparam("enrolment_id"), ITEM.c.slot == bindparam("slot"))
)
KEPT = PreparedQuery(IN_SLOT.where(ATTEMPT.c.number == bindparam("number")), Kept._make)
KEPT_LAST = PreparedQuery(IN_SLOT.order_by(ATTEMPT.c.number.desc()).limit(1), Kept._make)


def read_kept(reader: Reader, enrolment_id: int, number: int | None, slot: int) -> Kept | None:
    """Return the question of a slot, with its saved answer, in one of a person's own attempts."""
    if number is None:
        return KEPT_LAST.first(reader, enrolment_id=enrolment_id, slot=slot)
    return KEPT.first(reader, enrolment_id=enrolment_id, slot=slot, number=number)


def close_late(session: Session, act: Act, number: int, *, asn_id: int, kode: str) -> Closing | None:
    """Close the attempt that a save found overdue; None if it was closed or given more time meanwhile."""
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    sitting = find_sitting(session, enrolled.id, number)
    if sitting is None or not sitting.is_overdue(enrolled.period.closes_at, act.now):
        return None
    return expire(session, act, enrolled, sitting)


def next_sequence(kept: Kept) -> int:
    return min((kept.sequence or 0) + 1, LARGEST_SEQUENCE)


def find_refusal(kept: Kept, wanted: Wanted) -> SaveOutcome | None:
    """Return why nothing is written: the same answer is saved already, the attempt is closed, or a newer answer is."""
    same = kept.sequence == wanted.sequence and kept.answer == wanted.answer and kept.doubtful == wanted.doubtful
    if same:
        return SaveOutcome.SAVED
    if kept.state != AttemptState.OPEN:
        return SaveOutcome.CLOSED
    return None if kept.sequence is None or kept.sequence < wanted.sequence else SaveOutcome.STALE


def keep(writer: Reader, attempt_id: int, slot: int, wanted: Wanted, *, now: datetime) -> None:
    """Write the answer. The statement never replaces a newer one, and a trigger refuses it in a closed attempt."""
    UPSERT.run(writer, attempt_id=attempt_id, slot=slot, **asdict(wanted), saved_at=now)


def make_upsert(dialect: str) -> Any:
    names = ("attempt_id", "slot", "answer", "doubtful", "sequence", "seconds", "saved_at")
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    statement = insert_into(Response, dialect).values(values)
    newer = statement.excluded
    kept: dict[str, Any] = {name: newer[name] for name in names[2:]}
    kept["seconds"] = func.coalesce(newer.seconds, Response.seconds)
    return statement.on_conflict_do_update(
        index_elements=["attempt_id", "slot"],
        set_=kept,
        where=newer.sequence > Response.sequence,
    )


UPSERT = PreparedChange(make_upsert)


def as_saved(
    outcome: SaveOutcome, kept: Kept, slot: int, layout: Layout, *, ends_at: datetime, overdue: bool = False
) -> Saved:
    answer: Answer = kept.answer or {}
    return Saved(
        outcome=outcome,
        number=kept.number,
        slot=slot,
        answer=as_sent(layout, answer),
        doubtful=bool(kept.doubtful),
        sequence=kept.sequence or 0,
        saved_at=kept.saved_at,
        complete=layout.question.is_complete(answer),
        last=kept.item_count,
        ends_at=ends_at,
        overdue=overdue,
    )
