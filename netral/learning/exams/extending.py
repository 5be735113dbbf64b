"""Extra time for attempts that run: for one person or a group. It is only ever added, each time as a row of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.accounts.users import find_own_asn_id
from netral.audit.events import Act, record
from netral.database.tables import Reader, insert
from netral.errors import NetralError, NotFound
from netral.learning.exams.models import Attempt, AttemptExtension, Outage
from netral.learning.exams.sittings import AttemptState, Sitting, find_sitting
from netral.learning.periods.enrolments import ReasonMissing, give_extra_time, lock_to_decide
from netral.learning.periods.models import Enrolment
from netral.learning.periods.reading import PeriodView
from netral.organisation.models import Asn, Opd
from netral.organisation.numbers import mask_nik

MOST_MINUTES = 240
NAMED = 20


class ExtensionKind(StrEnum):
    PERSON = "person"
    GROUP = "group"
    PERCENT = "percent"
    OUTAGE = "outage"


class NoOpenAttempt(NetralError):
    """Nobody of those who were chosen is in the middle of an exam."""


class MinutesOutOfRange(NetralError):
    """Extra minutes must be 1 to 240; the argument is the given number."""


@dataclass(frozen=True, slots=True)
class Extension:
    """Extra time as its person reads of it. `since` and `until` are those of the outage that it makes up for."""

    number: int
    at: datetime
    seconds: int
    kind: ExtensionKind
    reason: str
    by: str | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Touched:
    """The people whom a change for a group concerns: how many, and the first twenty by name."""

    count: int
    names: tuple[tuple[str, str], ...]


def list_extensions(session: Reader, *, enrolment_id: int, number: int | None = None) -> tuple[Extension, ...]:
    """List the extra time of a person, the first one first; `number` narrows it to one attempt."""
    statement = (
        select(
            Attempt.number,
            AttemptExtension.at,
            AttemptExtension.seconds,
            AttemptExtension.kind,
            AttemptExtension.reason,
            User.nama.label("by"),
            Outage.since,
            Outage.until,
        )
        .join(Attempt, Attempt.id == AttemptExtension.attempt_id)
        .outerjoin(User, User.id == AttemptExtension.by_user_id)
        .outerjoin(Outage, Outage.id == AttemptExtension.outage_id)
        .where(Attempt.enrolment_id == enrolment_id)
        .order_by(AttemptExtension.id)
    )
    if number is not None:
        statement = statement.where(Attempt.number == number)
    rows = session.execute(statement).all()
    return tuple(Extension(**(row._asdict() | {"kind": ExtensionKind(row.kind)})) for row in rows)


def list_time_given(session: Reader, sitting: Sitting | None, *, enrolment_id: int) -> tuple[Extension, ...]:
    """List the extra time of an open attempt; nothing is read where there is none."""
    if sitting is None or not sitting.is_open or not sitting.extra_seconds:
        return ()
    return list_extensions(session, enrolment_id=enrolment_id, number=sitting.number)


def extend_person(session: Session, act: Act, *, asn_id: int, kode: str, minutes: int, reason: str, key: str) -> bool:
    """Give extra minutes to the attempt that a person has open; return False if this form was sent before.

    Raises NotFound, ReasonMissing, MinutesOutOfRange or NoOpenAttempt.
    """
    reason = settle_reason(reason)
    check_minutes(minutes)
    enrolled = lock_to_decide(session, act, asn_id=asn_id, kode=kode)
    if any(is_sent(session, key, Attempt.enrolment_id == enrolled.id)):
        return False
    sitting = find_sitting(session, enrolled.id, None)
    if sitting is None or not sitting.is_open:
        raise NoOpenAttempt
    add_time(session, act, [sitting.attempt_id], minutes * 60, ExtensionKind.PERSON, key=key, reason=reason)
    detail = {"period": kode, "number": sitting.number, "minutes": minutes, "reason": reason}
    record(session, act, action="attempt.extended", object_kind="attempt", object_id=sitting.attempt_id, detail=detail)
    return True


def give_percent(
    session: Session, act: Act, *, asn_id: int, kode: str, percent: int, version: str | None = None
) -> bool:
    """Set the extra time of a person for every attempt, the open one included; return whether that one was extended.

    Less than before leaves the open attempt alone. Raises NotFound, ExtraTimeOutOfRange or Outdated.
    """
    before = lock_to_decide(session, act, asn_id=asn_id, kode=kode).extra_time_percent
    give_extra_time(session, act, asn_id=asn_id, kode=kode, percent=percent, version=version)
    enrolled = lock_to_decide(session, act, asn_id=asn_id, kode=kode)
    sitting = find_sitting(session, enrolled.id, None)
    limit = enrolled.period.time_limit_seconds
    if limit is None or sitting is None or not sitting.is_open or sitting.deadline_at is None or percent <= before:
        return False
    given = sum(
        each.seconds
        for each in list_extensions(session, enrolment_id=enrolled.id, number=sitting.number)
        if each.kind is ExtensionKind.PERCENT
    )
    wanted = sitting.started_at + timedelta(seconds=limit * (100 + percent) / 100)
    missing = round((wanted - sitting.deadline_at).total_seconds()) - given
    if missing <= 0:
        return False
    add_time(session, act, [sitting.attempt_id], missing, ExtensionKind.PERCENT, key=f"percent-{percent}")
    return True


def preview_extension(session: Session, act: Act, period: PeriodView, *, opd_kode: str | None) -> Touched:
    """Return the people of an OPD and the units below it, or of the period, who are in the middle of an exam."""
    return name_people(session, of_group(session, act, period, opd_kode) & is_sitting())


def extend_group(
    session: Session, act: Act, period: PeriodView, *, opd_kode: str | None, minutes: int, reason: str, key: str
) -> int:
    """Give extra minutes to everybody of a group who is in the middle of an exam; return how many got them.

    Sent again with the same key, it gives nothing more. Raises NotFound, ReasonMissing, MinutesOutOfRange or
    NoOpenAttempt.
    """
    reason = settle_reason(reason)
    check_minutes(minutes)
    who = of_group(session, act, period, opd_kode)
    attempt_ids = lock_open_attempts(session, who)
    if not attempt_ids:
        raise NoOpenAttempt
    extended = add_time(session, act, attempt_ids, minutes * 60, ExtensionKind.GROUP, key=key, reason=reason)
    if extended:
        detail = {"period": period.kode, "minutes": minutes, "count": extended, "reason": reason}
        record(session, act, action="attempts.extended", object_kind="period", object_id=period.id, detail=detail)
    return extended


def settle_reason(reason: str) -> str:
    """Return a reason as it is kept. Raises ReasonMissing."""
    reason = mask_nik(reason.strip())
    if not reason:
        raise ReasonMissing
    return reason


def check_minutes(minutes: int) -> None:
    if not 1 <= minutes <= MOST_MINUTES:
        raise MinutesOutOfRange(minutes)


def of_group(session: Session, act: Act, period: PeriodView, opd_kode: str | None) -> ColumnElement[bool]:
    """Return a condition on enrolments: those of the period who count in an OPD or below it now.

    The actor is never among them: another officer decides about the actor. Raises NotFound.
    """
    everybody = Enrolment.period_id == period.id
    if (themselves := find_own_asn_id(session, act)) is not None:
        everybody &= Enrolment.asn_id != themselves
    if opd_kode is None:
        return everybody
    own = (Opd.kode == opd_kode) & (Opd.instansi_id == period.instansi_id)
    row = session.execute(select(Opd.path).where(own)).one_or_none()
    if row is None:
        raise NotFound("OPD", opd_kode)
    below = select(Opd.id).where(Opd.instansi_id == period.instansi_id, Opd.path.startswith(row.path, autoescape=True))
    return everybody & Enrolment.current_opd_id.in_(below)


def is_sitting() -> ColumnElement[bool]:
    open_one = select(Attempt.id).where(Attempt.enrolment_id == Enrolment.id)
    return open_one.where(Attempt.state == AttemptState.OPEN.value).correlate(Enrolment).exists()


def name_people(session: Reader, who: ColumnElement[bool]) -> Touched:
    """Return how many enrolments fit, and the names and units of the first."""
    statement = (
        select(Asn.nama, Opd.nama.label("unit"))
        .join_from(Enrolment, Asn, Asn.id == Enrolment.asn_id)
        .join(Opd, Opd.id == Enrolment.current_opd_id)
        .where(who)
        .order_by(Asn.nama, Asn.id)
    )
    rows = session.execute(statement).all()
    return Touched(len(rows), tuple((row.nama, row.unit) for row in rows[:NAMED]))


def lock_open_attempts(session: Session, who: ColumnElement[bool]) -> list[int]:
    """Lock enrolments, always in the order of their ids, and return the attempts that are still open then."""
    open_now = (Attempt.enrolment_id == Enrolment.id) & (Attempt.state == AttemptState.OPEN.value)
    statement = select(Enrolment.id).join(Attempt, open_now).where(who).order_by(Enrolment.id)
    locked = session.scalars(statement.with_for_update(of=Enrolment, key_share=True)).all()
    still = select(Attempt.id).where(Attempt.enrolment_id.in_(locked), Attempt.state == AttemptState.OPEN.value)
    return list(session.scalars(still.order_by(Attempt.id)))


def is_sent(session: Reader, key: str, which: ColumnElement[bool]) -> Iterable[int]:
    """Return the attempts that this form or gap has extended already."""
    statement = select(Attempt.id).join(AttemptExtension, AttemptExtension.attempt_id == Attempt.id)
    return session.execute(statement.where(AttemptExtension.key == key, which)).scalars().all()


def add_time(
    session: Session,
    act: Act,
    attempt_ids: Sequence[int],
    seconds: int,
    kind: ExtensionKind,
    *,
    key: str,
    reason: str = "",
    outage_id: int | None = None,
) -> int:
    """Extend open attempts whose enrolments are locked, each once for this key; return how many."""
    done = set(is_sent(session, key, Attempt.id.in_(attempt_ids)))
    common = {"key": key, "seconds": seconds, "kind": kind.value, "outage_id": outage_id, "reason": reason}
    common |= {"at": act.now, "by_user_id": act.actor_id}
    found = session.execute(select(Attempt.id, Attempt.instansi_id).where(Attempt.id.in_(attempt_ids))).all()
    rows: list[dict[str, Any]] = [
        {"attempt_id": row.id, "instansi_id": row.instansi_id} | common for row in found if row.id not in done
    ]
    if rows:
        session.execute(insert(session, AttemptExtension), rows)
    return len(rows)
