"""Writing jobs, claiming them, and keeping how far they have come.

A job is a row that is written in the transaction of its cause: both are committed or neither. This is the only reason
for a queue of our own. Huey keeps its jobs in a storage and a transaction of its own, so that a crash between the two
commits loses a job or runs one without a cause; procrastinate and PgQueuer write in the transaction of the caller, but
on PostgreSQL only, and a small office runs on SQLite.

A worker carries out one bounded step per claim. The writes of a step and its progress are committed together, and only
while the claim holds, so a worker that was killed or stood still for too long repeats at most one step and doubles
nothing in the database. Slow work (typesetting, packing) comes before the first write of a step.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from netral.audit.events import Act, record
from netral.audit.models import AuditEvent
from netral.database.tables import Reader, change_rows, insert
from netral.errors import NetralError, NotFound
from netral.jobs.models import OPEN_ONLY, Job

# A claim whose worker has said nothing for so long is given to another one; a step takes seconds.
CLAIM = timedelta(minutes=5)
# The longest that a step says nothing while it goes on; after that its worker may have been killed.
QUIET = timedelta(minutes=1)
# The waits after the first, second, ... failure in a row; after as many failures and one more a job has failed.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
# No job is made to wait longer, and none that repeats longer than `STANDSTILL`: whatever says so was written while the
# clock was ahead, and would otherwise wait until the clock has caught up, which may take a year.
LONGEST = WAITS[-1] + CLAIM
KEPT = timedelta(days=7)
STANDSTILL = timedelta(minutes=10)
LOST = "Pekerja berhenti di tengah langkah ini beberapa kali"
OPEN, DONE, FAILED = "open", "done", "failed"
# The kind of the job that closes overdue attempts, adds counts up and forgets what is old, every minute.
SWEEP = "sweep"


class ClaimLost(NetralError):
    """Another worker has claimed the job meanwhile; nothing of the step may be kept. The argument is the job's id."""


class NotFailed(NetralError):
    """Only a job that has failed, and was not begun anew since, can be tried again; the argument is its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A job in the hands of a worker. `done` of `total` units were finished by earlier steps, 0 of 0 at first."""

    id: int
    kind: str
    instansi_id: int | None
    created_by: int | None
    arguments: dict[str, Any]
    repeats: bool
    claims: int
    failures: int
    done: int
    total: int

    def act(self, now: datetime) -> Act:
        """Return the act of the person who caused the job."""
        return Act(self.created_by, now, self.instansi_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The state after a step: `done` of `total` units. A job is finished when nothing is left to do.

    `result`: what its page says or leads to. `pause`: of a job that repeats, the time until its next round, at most
    `STANDSTILL`.
    """

    done: int = 0
    total: int = 0
    result: dict[str, Any] | None = None
    pause: timedelta = timedelta(0)


def enqueue(
    session: Session,
    act: Act,
    kind: str,
    arguments: dict[str, Any],
    *,
    key: str | None = None,
    repeats: bool = False,
) -> int:
    """Write a job in the transaction of its cause and return its id; with a `key`, that of the one already open."""
    values = {
        "instansi_id": act.instansi_id,
        "kind": kind,
        "key": key,
        "arguments": arguments,
        "repeats": repeats,
        "created_at": act.now,
        "created_by": act.actor_id,
        "state": OPEN,
        "due_at": act.now,
        **dict.fromkeys(("claims", "failures", "done", "total"), 0),
    }
    one_open = {"index_elements": ["kind", "key"], "index_where": OPEN_ONLY}
    written = insert(session, Job).values(values).on_conflict_do_nothing(**one_open).returning(Job.id)
    known = select(Job.id).where(Job.kind == kind, Job.key == key, Job.state == OPEN)
    while True:
        found = session.execute(written).scalar() or session.execute(known).scalar()
        if found is not None:  # else the open one was finished between the two statements
            return found


def enlist(session: Session, kind: str, *, now: datetime) -> None:
    """Write a job that repeats, unless it is there. Whatever waited while there was no worker is due from now on."""
    enqueue(session, Act(None, now), kind, {}, key=kind, repeats=True)
    session.execute(update(Job).where(Job.state == OPEN, Job.due_at < now).values(due_at=now))


def has_due(session: Reader, *, now: datetime) -> bool:
    """Return whether a job is due. An idle worker only reads, so that it never keeps a writer of SQLite waiting."""
    due = select(exists().where(Job.state == OPEN, is_due(now)))
    return bool(session.execute(due).scalar())


def is_due(now: datetime) -> ColumnElement[bool]:
    ahead = or_(Job.due_at > now + LONGEST, and_(Job.repeats, Job.due_at > now + STANDSTILL))
    return or_(Job.due_at <= now, ahead)


def claim(session: Session, *, now: datetime) -> Claimed | None:
    """Claim the job that has been due for longest; commit before its step begins.

    A job that was claimed too often without a step that succeeded has failed, unless it repeats.
    """
    due = select(Job).where(Job.state == OPEN, is_due(now)).order_by(Job.due_at, Job.id)
    while job := session.scalars(due.limit(1).with_for_update(skip_locked=True)).first():
        if job.repeats or job.failures <= len(WAITS):
            job.claims, job.failures = job.claims + 1, job.failures + 1
            job.claimed_at, job.due_at = now, now + CLAIM
            session.flush()
            return Claimed(**{name: getattr(job, name) for name in Claimed.__dataclass_fields__})
        job.state, job.finished_at, job.fault = FAILED, now, job.fault or LOST
        session.flush()
    return None


def advance(session: Session, claimed: Claimed, progress: Progress, *, now: datetime) -> None:
    """Keep the progress of a step, in the transaction of its writes. Raises ClaimLost.

    The job then waits behind all others that are due, so that a long one delays nobody by more than a step.
    """
    values: dict[str, Any] = {"done": progress.done, "total": progress.total, "result": progress.result}
    values |= {"due_at": now + progress.pause, "failures": 0, "fault": None}
    if progress.done >= progress.total:
        values |= {"state": OPEN if claimed.repeats else DONE, "finished_at": now}
    keep(session, claimed, values)


def tell(session: Session, claimed: Claimed, result: dict[str, Any], *, now: datetime) -> None:
    """Keep what a long step says of how far it is, before its first write; the claim lasts longer. Raises ClaimLost."""
    keep(session, claimed, {"result": result, "due_at": now + CLAIM})


def postpone(session: Session, claimed: Claimed, fault: str, *, now: datetime) -> None:
    """Keep the fault of a step that was rolled back; the job is due again later, or has failed. Raises ClaimLost."""
    values: dict[str, Any] = {"fault": fault[:500]}
    if claimed.repeats:
        values["due_at"] = now + WAITS[0]
    elif claimed.failures <= len(WAITS):
        values["due_at"] = now + WAITS[claimed.failures - 1]
    else:
        values |= {"state": FAILED, "finished_at": now}
    keep(session, claimed, values)


def keep(session: Session, claimed: Claimed, values: dict[str, Any]) -> None:
    held = (Job.id == claimed.id) & (Job.claims == claimed.claims) & (Job.state == OPEN)
    if change_rows(session, update(Job).where(held).values(values)) != 1:
        raise ClaimLost(claimed.id)


def try_again(session: Session, act: Act, job_id: int, *, instansi_id: int | None) -> None:
    """Open a failed job once more, which continues behind its last step that succeeded. Raises NotFound, NotFailed."""
    job = find_job(session, job_id, instansi_id=instansi_id)
    other = aliased(Job)
    replaced = exists().where(other.kind == job.kind, other.key == job.key, other.state == OPEN)
    values = {"state": OPEN, "due_at": act.now, "failures": 0, "finished_at": None}
    if change_rows(session, update(Job).where(Job.id == job.id, Job.state == FAILED, ~replaced).values(values)) != 1:
        raise NotFailed(job_id)
    detail = {"kind": job.kind}
    record(
        session, act.within(job.instansi_id), action="job.retried", object_kind="job", object_id=job_id, detail=detail
    )


def find_job(session: Session, job_id: int, *, instansi_id: int | None) -> Job:
    """Return a job of this instansi; without one, any. Raises NotFound."""
    job = session.scalars(select(Job).where(Job.id == job_id)).one_or_none()
    if job is None or instansi_id not in {None, job.instansi_id}:
        raise NotFound("job", job_id)
    return job


def find_silence(job: Job, *, now: datetime) -> datetime | None:
    """Return since when the worker of a step has said nothing, if that is long: until `due_at` nobody takes it over."""
    claimed = job.state == OPEN and job.failures > 0 and job.fault is None and job.due_at > now
    told_at = job.due_at - CLAIM
    return told_at if claimed and told_at < now - QUIET else None


def forget_finished(session: Session, *, now: datetime, most: int = 500) -> tuple[int, ...]:
    """Delete jobs that ended more than a week ago and return their ids, whose files go with them."""
    old = select(Job.id).where(Job.state != OPEN, Job.finished_at < now - KEPT).limit(most)
    gone = tuple(session.scalars(old))
    session.execute(delete(Job).where(Job.id.in_(gone)))
    return gone


def is_standing_still(session: Reader, *, now: datetime) -> bool:
    """Return whether a job has been due for ten minutes and no worker has claimed it.

    Where no worker ever began, there is no sweep that could be due: it has been since the first thing that happened.
    """
    oldest = select(func.min(Job.due_at), func.count().filter(Job.kind == SWEEP)).where(Job.state == OPEN)
    waiting, sweeps = session.execute(oldest).one()
    moments: list[datetime | None] = [waiting]
    if not sweeps:
        moments.append(session.execute(select(AuditEvent.at).order_by(AuditEvent.id).limit(1)).scalar())
    return any(moment is not None and moment < now - STANDSTILL for moment in moments)


def is_overdue(session: Reader, kind: str, *, now: datetime) -> bool:
    """Return whether a job that repeats was claimed and has finished no round for ten minutes."""
    begun = (Job.kind == kind) & (Job.state == OPEN) & (Job.failures > 0)
    row = session.execute(select(Job.created_at, Job.finished_at).where(begun)).first()
    return row is not None and (row.finished_at or row.created_at) < now - STANDSTILL
