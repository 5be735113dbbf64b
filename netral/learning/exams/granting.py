"""Further attempts beyond those of the period: for one person, or for everybody of a group who used all of theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.audit.events import Act, record
from netral.database.tables import Reader, insert
from netral.errors import NetralError
from netral.learning.exams.extending import Touched, is_sitting, name_people, of_group, settle_reason
from netral.learning.exams.gates import Obstacle
from netral.learning.exams.models import Attempt, AttemptGrant
from netral.learning.periods.enrolments import Enrolled, Standing, lock_to_decide, mark_extra_attempts, record_enrolment
from netral.learning.periods.models import Enrolment
from netral.learning.periods.reading import PeriodState, PeriodView
from netral.versions import check_version

MOST_ATTEMPTS = 5


class AttemptsOutOfRange(NetralError):
    """Further attempts must be 1 to 5 at once; the argument is the given number."""


class AttemptOfNoUse(NetralError):
    """A further attempt would open nothing; the argument is the obstacle: left, passed or closed."""


class NobodyUsedUp(NetralError):
    """Nobody of the group has used all of their attempts."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Further attempts that a person was given. `replaced`: the number of the attempt that an outage cut off."""

    at: datetime
    attempts: int
    reason: str
    by: str | None
    replaced: int | None


def list_grants(session: Reader, *, enrolment_id: int) -> tuple[Grant, ...]:
    """List the further attempts of a person, the first ones first."""
    statement = (
        select(AttemptGrant.at, AttemptGrant.attempts, AttemptGrant.reason, User.nama, Attempt.number)
        .outerjoin(User, User.id == AttemptGrant.by_user_id)
        .outerjoin(Attempt, Attempt.id == AttemptGrant.replaced_attempt_id)
        .where(AttemptGrant.enrolment_id == enrolment_id)
        .order_by(AttemptGrant.id)
    )
    return tuple(Grant(*row) for row in session.execute(statement))


def grant_person(
    session: Session,
    act: Act,
    *,
    asn_id: int,
    kode: str,
    attempts: int,
    reason: str,
    key: str,
    version: str | None = None,
) -> bool:
    """Give a person further attempts; return False if this form was sent before.

    `version`: of the further attempts that the page showed. Raises NotFound, ReasonMissing, AttemptsOutOfRange,
    AttemptOfNoUse or Outdated.
    """
    reason = settle_reason(reason)
    check_attempts(attempts)
    enrolled = lock_to_decide(session, act, asn_id=asn_id, kode=kode)
    if is_granted(session, key, Enrolment.id == enrolled.id):
        return False
    check_version(version, enrolled.extra_attempts)
    if (obstacle := find_lasting_obstacle(enrolled, act.now)) is not None:
        raise AttemptOfNoUse(obstacle)
    write_grants(session, act, [enrolled.id], attempts, key=key, reason=reason)
    record_enrolment(session, act, "enrolment.attempts_given", enrolled, count=attempts, reason=reason)
    return True


def preview_grants(session: Session, act: Act, period: PeriodView, *, opd_kode: str | None) -> Touched:
    """Return the people of an OPD and the units below it, or of the period, who used all of their attempts."""
    return name_people(session, of_group(session, act, period, opd_kode) & has_used_up(period))


def grant_group(
    session: Session, act: Act, period: PeriodView, *, opd_kode: str | None, attempts: int, reason: str, key: str
) -> int:
    """Give further attempts to everybody of a group who used all of theirs; return how many people got them.

    Sent again with the same key, it gives nothing more. Raises NotFound, ReasonMissing, AttemptsOutOfRange,
    AttemptOfNoUse or NobodyUsedUp.
    """
    reason = settle_reason(reason)
    check_attempts(attempts)
    check_running(period, act.now)
    if is_granted(session, key, Enrolment.period_id == period.id):
        return 0
    who = of_group(session, act, period, opd_kode) & has_used_up(period)
    enrolment_ids = lock_people(session, who, key=key)
    if not enrolment_ids:
        raise NobodyUsedUp
    write_grants(session, act, enrolment_ids, attempts, key=key, reason=reason)
    detail = {"period": period.kode, "attempts": attempts, "count": len(enrolment_ids), "reason": reason}
    record(session, act, action="attempts.given", object_kind="period", object_id=period.id, detail=detail)
    return len(enrolment_ids)


def check_attempts(attempts: int) -> None:
    if not 1 <= attempts <= MOST_ATTEMPTS:
        raise AttemptsOutOfRange(attempts)


def check_running(period: PeriodView, now: datetime) -> None:
    if period.state(now) is PeriodState.CLOSED:
        raise AttemptOfNoUse(Obstacle.CLOSED)


def find_lasting_obstacle(enrolled: Enrolled, now: datetime) -> Obstacle | None:
    """Return what keeps a person from the exam however many attempts they have."""
    found = {
        Obstacle.LEFT: enrolled.standing is Standing.KELUAR,
        Obstacle.PASSED: enrolled.passed_at is not None,
        Obstacle.CLOSED: enrolled.period.state(now) is PeriodState.CLOSED,
    }
    return next((obstacle for obstacle, stands in found.items() if stands), None)


def may_still_pass() -> ColumnElement[bool]:
    return Enrolment.passed_at.is_(None) & (Enrolment.standing != Standing.KELUAR.value)


def has_used_up(period: PeriodView) -> ColumnElement[bool]:
    """Return a condition on enrolments of the period: failed the last attempt that they have."""
    used = select(func.count()).select_from(Attempt).where(Attempt.enrolment_id == Enrolment.id)
    all_used = used.correlate(Enrolment).scalar_subquery() >= period.max_attempts + Enrolment.extra_attempts
    return may_still_pass() & all_used & ~is_sitting()


def lock_people(session: Session, who: ColumnElement[bool], *, key: str) -> list[int]:
    """Lock enrolments in the order of their ids; return those that still fit and that this key has not reached."""
    statement = select(Enrolment.id).where(who).order_by(Enrolment.id)
    locked = session.scalars(statement.with_for_update(of=Enrolment, key_share=True)).all()
    reached = select(AttemptGrant.enrolment_id).where(AttemptGrant.key == key)
    still = statement.where(Enrolment.id.in_(locked), Enrolment.id.not_in(reached))
    return list(session.scalars(still))


def is_granted(session: Reader, key: str, whose: ColumnElement[bool]) -> bool:
    """Return whether this form was carried out already for any of these enrolments."""
    sent = select(AttemptGrant.id).join(Enrolment, Enrolment.id == AttemptGrant.enrolment_id)
    return session.execute(sent.where(AttemptGrant.key == key, whose).limit(1)).first() is not None


def write_grants(
    session: Session,
    act: Act,
    enrolment_ids: Sequence[int],
    attempts: int,
    *,
    key: str,
    reason: str,
    replaced: Mapping[int, int] | None = None,
) -> None:
    """Write the rows and the sums of enrolments that are locked. `replaced`: enrolment -> the attempt it stands for."""
    common = {"key": key, "attempts": attempts, "reason": reason, "at": act.now, "by_user_id": act.actor_id}
    people = select(Enrolment.id.label("enrolment_id"), Enrolment.instansi_id).where(Enrolment.id.in_(enrolment_ids))
    rows = [
        row._asdict() | common | {"replaced_attempt_id": (replaced or {}).get(row.enrolment_id)}
        for row in session.execute(people)
    ]
    session.execute(insert(session, AttemptGrant), rows)
    mark_extra_attempts(session, Enrolment.id.in_(enrolment_ids), attempts)
