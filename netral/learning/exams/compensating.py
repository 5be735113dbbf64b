"""Outages as they are noted and made up for: by the service itself where they are short, by officers where not."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.tables import Reader, change_rows, insert
from netral.errors import NetralError, NotFound
from netral.learning.exams.extending import (
    ExtensionKind,
    NoOpenAttempt,
    Touched,
    add_time,
    check_minutes,
    lock_open_attempts,
    name_people,
    settle_reason,
)
from netral.learning.exams.granting import check_running, may_still_pass, write_grants
from netral.learning.exams.models import Attempt, AttemptExtension, AttemptGrant, Heartbeat, Outage, Response
from netral.learning.exams.outages import NEAR, SHORTEST, Gap, GapKind, find_silence, judge_gap, lost_time
from netral.learning.exams.sittings import GRACE, AttemptState, end_of
from netral.learning.periods.models import Enrolment, Period
from netral.learning.periods.reading import PeriodView

ONLY = 1
# A little less than a minute, so that a look once a minute finds a beat due.
EVERY = timedelta(seconds=50)


class NothingToReplace(NetralError):
    """No attempt of the period expired in the outage without being replaced already."""


class CompensatedAlready(NetralError):
    """The service extended the attempts of this outage by itself."""


@dataclass(frozen=True, slots=True)
class OutageView:
    """An outage, as seen from one period.

    `extended`: attempts that got time for it. `open_still`: attempts that lost time in it and are open.
    `expired`: people who have not passed, whose attempt expired in it and was not replaced; `replaced`: those with one.
    """

    id: int
    gap: Gap
    extended: int
    open_still: Touched
    expired: Touched
    replaced: int

    @property
    def undecided(self) -> bool:
        """Return whether somebody lost time in it, and neither the service nor an officer has made up for that."""
        return bool(self.expired.count or (self.open_still.count and not self.extended))


def is_beat_due(session: Reader, *, now: datetime) -> bool:
    """Return whether the newest beat is a minute old. This only reads, so that no writer waits for it."""
    beat_at = session.execute(select(Heartbeat.at)).scalar()
    return beat_at is None or not timedelta(0) <= now - beat_at < EVERY


def note_beat(session: Session, act: Act) -> Gap | None:
    """Note that the service serves now, and judge the time since the last beat; return the gap if there was one.

    Call it only when the web server has answered just now, and before overdue attempts are closed. Of several callers
    at once one judges; the others find a beat that is new. The caller commits.
    """
    first = insert(session, Heartbeat).values(id=ONLY, at=act.now, clock_back=False).on_conflict_do_nothing()
    if change_rows(session, first):
        return None
    row = session.execute(select(Heartbeat.at, Heartbeat.clock_back).with_for_update()).one()
    since, until = row.at, act.now
    if until - since >= SHORTEST and not row.clock_back:
        since, until = find_silence(since, until, list_signs(session, since, until))
    gap = judge_gap(since, until, clock_back=row.clock_back)
    went_back = gap is not None and gap.until < gap.since
    # The beat itself never goes back, so that the time until the clock has caught up is not taken for an outage.
    beat = {"at": max(row.at, act.now), "clock_back": went_back or (row.clock_back and act.now < row.at)}
    session.execute(update(Heartbeat).values(beat))
    return gap if gap is not None and keep_gap(session, act, gap) else None


def list_signs(session: Session, since: datetime, until: datetime) -> list[datetime]:
    """List the moments at which people began, answered or handed in: the service ran then, even without a beat."""
    handed_in = Attempt.state == AttemptState.SUBMITTED.value
    moments = (
        select(Response.saved_at).where(Response.saved_at.between(since, until)),
        select(Attempt.started_at).where(Attempt.started_at.between(since, until)),
        select(Attempt.closed_at).where(handed_in, Attempt.closed_at.between(since, until)),
    )
    return [moment for statement in moments for moment in session.scalars(statement) if moment is not None]


def keep_gap(session: Session, act: Act, gap: Gap) -> bool:
    """Write a gap and compensate it if it is short; return False if it is written already."""
    values = {"since": gap.since, "until": gap.until, "kind": gap.kind.value}
    new = insert(session, Outage).values(values).on_conflict_do_nothing().returning(Outage.id)
    outage_id = session.execute(new).scalar_one_or_none()
    if outage_id is None:
        return False
    detail = {"since": gap.since.isoformat(), "until": gap.until.isoformat(), "kind": gap.kind.value}
    record(session, act, action="outage.noted", object_kind="outage", object_id=outage_id, detail=detail)
    if gap.kind is GapKind.COMPENSATED:
        compensate(session, act, outage_id, gap)
    return True


def compensate(session: Session, act: Act, outage_id: int, gap: Gap) -> None:
    """Extend every attempt that lost time by the length of the gap."""
    lost = lock_losers(session, gap, Attempt.started_at <= gap.since)
    add_time(session, act, list(lost), gap.seconds, ExtensionKind.OUTAGE, key=as_key(outage_id), outage_id=outage_id)
    for (instansi_id, kode), count in Counter(lost.values()).items():
        detail = {"period": kode, "seconds": gap.seconds, "count": count}
        own = act.within(instansi_id)
        record(session, own, action="outage.compensated", object_kind="outage", object_id=outage_id, detail=detail)


def lock_losers(session: Session, gap: Gap, which: ColumnElement[bool]) -> dict[int, tuple[int, str]]:
    """Lock open attempts that lost time in a gap; return their instansi and the kode of their period by id."""
    candidates = select(Attempt.enrolment_id).where(which, Attempt.state == AttemptState.OPEN.value)
    return find_losers(session, gap, Attempt.id.in_(lock_open_attempts(session, Enrolment.id.in_(candidates))))


def find_losers(session: Session, gap: Gap, which: ColumnElement[bool]) -> dict[int, tuple[int, str]]:
    columns = (
        Attempt.id, Attempt.started_at, Attempt.deadline_at, Attempt.extra_seconds, Period.closes_at,
        Period.instansi_id, Period.kode,
    )  # fmt: skip
    found = select(*columns).join(Period, Period.id == Attempt.period_id)
    rows = session.execute(found.where(which, Attempt.state == AttemptState.OPEN.value))
    return {row.id: (row.instansi_id, row.kode) for row in rows if lost_by(row, gap)}


def lost_by(row: Row[*tuple[Any, ...]], gap: Gap) -> bool:
    last_moment = end_of(row.deadline_at, row.extra_seconds, row.closes_at) + GRACE
    return lost_time(gap, started_at=row.started_at, last_moment=last_moment)


def list_outages(session: Session, period: PeriodView) -> tuple[OutageView, ...]:
    """List the outages in the days of a period, the newest first."""
    during = (Outage.since < period.closes_at + NEAR) & or_(
        Outage.until > period.opens_at, Outage.since > period.opens_at
    )
    rows = session.execute(select(Outage).where(during).order_by(Outage.since.desc())).scalars()
    return tuple(view(session, period, row) for row in rows)


def list_gaps(session: Reader, *, most: int) -> tuple[Gap, ...]:
    """List the newest outages of the installation."""
    newest = select(Outage.since, Outage.until, Outage.kind).order_by(Outage.since.desc()).limit(most)
    return tuple(Gap(row.since, row.until, GapKind(row.kind)) for row in session.execute(newest))


def get_outage(session: Session, period: PeriodView, *, outage_id: int) -> OutageView:
    """Return an outage in the days of a period. Raises NotFound."""
    found = next((each for each in list_outages(session, period) if each.id == outage_id), None)
    if found is None:
        raise NotFound("gangguan", outage_id)
    return found


def view(session: Session, period: PeriodView, row: Outage) -> OutageView:
    gap = Gap(row.since, row.until, GapKind(row.kind))
    of_period = select(func.count()).select_from(Attempt).where(Attempt.period_id == period.id)
    extended = of_period.join(AttemptExtension, AttemptExtension.attempt_id == Attempt.id)
    replaced = of_period.join(AttemptGrant, AttemptGrant.replaced_attempt_id == Attempt.id)
    key, of_period_now = as_key(row.id), Attempt.period_id == period.id
    done = select(AttemptExtension.attempt_id).where(AttemptExtension.key == key)
    losers = find_losers(session, gap, of_period_now & Attempt.id.not_in(done))
    return OutageView(
        id=row.id,
        gap=gap,
        extended=session.scalar(extended.where(AttemptExtension.outage_id == row.id)) or 0,
        open_still=name_people(session, has_attempt(Attempt.id.in_(losers))),
        expired=name_people(session, has_attempt(of_period_now & was_cut_off(gap) & ~is_replaced()) & may_still_pass()),
        replaced=session.scalar(replaced.where(was_cut_off(gap))) or 0,
    )


def as_key(outage_id: int) -> str:
    return f"outage-{outage_id}"


def has_attempt(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition on enrolments: an attempt of theirs fits."""
    return Enrolment.id.in_(select(Attempt.enrolment_id).where(which))


def was_cut_off(gap: Gap) -> ColumnElement[bool]:
    """Return a condition on attempts: begun before a gap, and their time was over in it."""
    closed_in = Attempt.closed_at.between(min(gap.since, gap.until), max(gap.since, gap.until))
    return (Attempt.state == AttemptState.EXPIRED.value) & (Attempt.started_at <= gap.since) & closed_in


def is_replaced() -> ColumnElement[bool]:
    return select(AttemptGrant.id).where(AttemptGrant.replaced_attempt_id == Attempt.id).correlate(Attempt).exists()


def extend_after(session: Session, act: Act, period: PeriodView, *, outage_id: int, minutes: int, reason: str) -> int:
    """Give minutes to the open attempts of a period that lost time in an outage; return how many got them.

    Each gets them once, however often it is sent. Raises NotFound, ReasonMissing, MinutesOutOfRange,
    CompensatedAlready or NoOpenAttempt.
    """
    reason = settle_reason(reason)
    check_minutes(minutes)
    gap = get_outage(session, period, outage_id=outage_id).gap
    if gap.kind is GapKind.COMPENSATED:
        raise CompensatedAlready
    lost = lock_losers(session, gap, Attempt.period_id == period.id)
    if not lost:
        raise NoOpenAttempt
    extended = add_time(
        session, act, list(lost), minutes * 60, ExtensionKind.OUTAGE, key=as_key(outage_id), reason=reason,
        outage_id=outage_id,
    )  # fmt: skip
    if extended:
        detail = {"period": period.kode, "minutes": minutes, "count": extended, "reason": reason}
        record(session, act, action="outage.extended", object_kind="outage", object_id=outage_id, detail=detail)
    return extended


def replace_expired(session: Session, act: Act, period: PeriodView, *, outage_id: int, reason: str) -> int:
    """Give a further attempt to everybody whose attempt expired in an outage; return how many got one.

    What was graded stays as it is: an attempt that is closed is never opened again. Each is replaced once. Raises
    NotFound, ReasonMissing, AttemptOfNoUse or NothingToReplace.
    """
    reason = settle_reason(reason)
    check_running(period, act.now)
    gap = get_outage(session, period, outage_id=outage_id).gap
    cut_off = (Attempt.period_id == period.id) & was_cut_off(gap) & ~is_replaced()
    people = select(Enrolment.id).where(has_attempt(cut_off), may_still_pass()).order_by(Enrolment.id)
    locked = session.scalars(people.with_for_update(of=Enrolment, key_share=True)).all()
    still = select(Attempt.id, Attempt.enrolment_id).where(cut_off, Attempt.enrolment_id.in_(locked))
    # One of each person: nobody has two attempts open at once.
    attempts = {row.enrolment_id: row.id for row in session.execute(still)}
    if not attempts:
        raise NothingToReplace
    write_grants(session, act, list(attempts), 1, key=as_key(outage_id), reason=reason, replaced=attempts)
    detail = {"period": period.kode, "count": len(attempts), "reason": reason}
    record(session, act, action="outage.attempts_replaced", object_kind="outage", object_id=outage_id, detail=detail)
    return len(attempts)
