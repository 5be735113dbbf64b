"""Starting an attempt: of several starts at once one begins, and the others find it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.tables import Reader, insert
from netral.learning.exams.closing import Closing, expire
from netral.learning.exams.gates import Gate, Obstacle, judge
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.exams.papers import DrawnItem, draw_for
from netral.learning.exams.sittings import AttemptState, list_sittings, set_deadline
from netral.learning.periods.enrolments import Enrolled, lock_enrolled, mark_started
from netral.learning.study.progress import modules_left


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a start led: `number` of the attempt to go on with, or None and the obstacle. `closed`: what ran out."""

    number: int | None
    obstacle: Obstacle | None
    new: bool
    closed: Closing | None


def view_gate(session: Reader, enrolled: Enrolled, *, now: datetime) -> Gate:
    """For the page before the exam. Reads only."""
    return judge(enrolled, list_sittings(session, enrolled.id), modules_left(session, enrolled), now=now)


def start_attempt(session: Session, *, asn_id: int, kode: str, now: datetime, seed: int, by: int | None) -> Start:
    """Starts the clock, or leads to the attempt that is open already.

    An attempt whose time is over is closed first, whatever happens then. Raises NotFound.
    """
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    sittings = list_sittings(session, enrolled.id)
    overdue = next((each for each in sittings if each.is_overdue(enrolled.period.closes_at, now)), None)
    closed = expire(session, enrolled, overdue, now=now, by=by) if overdue else None
    if closed:
        enrolled = lock_enrolled(session, asn_id=asn_id, kode=enrolled.period.kode)
        sittings = list_sittings(session, enrolled.id)
    gate = judge(enrolled, sittings, modules_left(session, enrolled), now=now)
    if gate.obstacle is not None:
        return Start(number=None, obstacle=gate.obstacle, new=False, closed=closed)
    if gate.sitting is not None:
        return Start(number=gate.sitting.number, obstacle=None, new=False, closed=None)
    number = begin(session, enrolled, number=len(sittings) + 1, now=now, seed=seed, by=by)
    return Start(number=number, obstacle=None, new=True, closed=closed)


def begin(session: Session, enrolled: Enrolled, *, number: int, now: datetime, seed: int, by: int | None) -> int:
    period = enrolled.period
    paper = draw_for(
        session, enrolment_id=enrolled.id, edition_id=period.edition_id, blueprint=period.blueprint, seed=seed
    )
    values = {
        "instansi_id": period.instansi_id,
        "period_id": period.id,
        "enrolment_id": enrolled.id,
        "number": number,
        "state": AttemptState.OPEN.value,
        "seed": seed,
        "by_place": True,
        "started_at": now,
        "deadline_at": set_deadline(
            now,
            limit_seconds=period.time_limit_seconds,
            extra_percent=enrolled.extra_time_percent,
            closes_at=period.closes_at,
        ),
        "item_count": len(paper),
    }
    attempt_id = session.execute(insert(session, Attempt).values(values).returning(Attempt.id)).scalar_one()
    keep_paper(session, attempt_id, paper)
    mark_started(session, enrolled, now=now)
    record(
        session,
        Act(by, now, period.instansi_id),
        action="attempt.started",
        object_kind="attempt",
        object_id=attempt_id,
        detail={"period": period.kode, "number": number},
    )
    return number


def keep_paper(session: Session, attempt_id: int, paper: tuple[DrawnItem, ...]) -> None:
    rows = [
        {
            "attempt_id": attempt_id,
            "slot": item.slot,
            "question_version_id": item.version_id,
            "option_order": list(item.option_order),
        }
        for item in paper
    ]
    if rows:
        session.execute(insert(session, AttemptItem), rows)
