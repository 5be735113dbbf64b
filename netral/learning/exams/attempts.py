"""Starting an attempt draws its paper from the bank. Of several starts at once one begins; the others find it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.database.tables import Reader, insert
from netral.learning.editions.models import QuestionVersion
from netral.learning.editions.reading import load_bank
from netral.learning.exams.closing import Closing, expire, record_attempt
from netral.learning.exams.gates import Gate, Obstacle, judge
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.exams.relearning import PageToRead, list_pages_to_read
from netral.learning.exams.sittings import AttemptState, Sitting, list_sittings, set_deadline
from netral.learning.periods.enrolments import Enrolled, lock_enrolled, mark_started
from netral.learning.periods.models import Enrolment
from netral.learning.study.models import Pretest, PretestItem
from netral.learning.study.progress import modules_left
from netral.organisation.kinds import AsnKind
from netral.organisation.models import Asn
from netral.quiz.blueprint import Blueprint
from netral.quiz.drawing import PaperItem, PoolItem, audiences_of, draw_paper, with_twins
from netral.quiz.questions import Audience

AUDIENCES = {
    AsnKind.PNS: Audience.PNS,
    AsnKind.PPPK: Audience.PPPK,
    AsnKind.PPPK_PW: Audience.PPPK,
    AsnKind.PPNPN: Audience.PPNPN,
}


@dataclass(frozen=True, slots=True)
class DrawnItem:
    slot: int
    question_version_id: int
    option_order: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The result of a start: `number` of the attempt to go on with, or None and the obstacle.

    `closed`: the overdue attempt that was closed first.
    """

    number: int | None
    obstacle: Obstacle | None
    new: bool
    closed: Closing | None


def view_gate(session: Reader, enrolled: Enrolled, *, now: datetime) -> Gate:
    """Return the gate for the page before the exam. Reads only."""
    return judge_now(session, enrolled, list_sittings(session, enrolled.id), now=now)


def view_pages_to_read(session: Reader, enrolled: Enrolled) -> tuple[PageToRead, ...]:
    """Return the pages that the person reads again before the next attempt."""
    if not enrolled.period.relearn or enrolled.passed_at is not None:
        return ()
    return list_pages_to_read(session, enrolled, list_sittings(session, enrolled.id))


def judge_now(session: Reader, enrolled: Enrolled, sittings: Sequence[Sitting], *, now: datetime) -> Gate:
    to_read = list_pages_to_read(session, enrolled, sittings)
    return judge(enrolled, sittings, modules_left(session, enrolled), to_read, now=now)


def start_attempt(session: Session, act: Act, *, asn_id: int, kode: str, seed: int) -> Start:
    """Start the clock, or return the attempt that is already open.

    An overdue attempt is closed first in any case. Raises NotFound.
    """
    now, enrolled = act.now, lock_enrolled(session, asn_id=asn_id, kode=kode)
    sittings = list_sittings(session, enrolled.id)
    overdue = next((each for each in sittings if each.is_overdue(enrolled.period.closes_at, now)), None)
    closed = expire(session, act, enrolled, overdue) if overdue else None
    if closed:
        enrolled = lock_enrolled(session, asn_id=asn_id, kode=enrolled.period.kode)
        sittings = list_sittings(session, enrolled.id)
    gate = judge_now(session, enrolled, sittings, now=now)
    if gate.obstacle is not None:
        return Start(number=None, obstacle=gate.obstacle, new=False, closed=closed)
    if gate.sitting is not None:
        return Start(number=gate.sitting.number, obstacle=None, new=False, closed=None)
    number = len(sittings) + 1
    begin(session, act, enrolled, number=number, seed=seed)
    return Start(number=number, obstacle=None, new=True, closed=closed)


def begin(session: Session, act: Act, enrolled: Enrolled, *, number: int, seed: int) -> None:
    period, now = enrolled.period, act.now
    paper = draw_for(
        session, enrolment_id=enrolled.id, edition_id=period.edition_id, blueprint=period.blueprint, seed=seed
    )
    deadline = set_deadline(now, limit_seconds=period.time_limit_seconds, extra_percent=enrolled.extra_time_percent)
    values = {
        "instansi_id": period.instansi_id,
        "period_id": period.id,
        "enrolment_id": enrolled.id,
        "edition_id": period.edition_id,
        "number": number,
        "state": AttemptState.OPEN.value,
        "seed": seed,
        "by_place": True,
        "started_at": now,
        "deadline_at": deadline,
        "item_count": len(paper),
    }
    attempt_id = session.execute(insert(session, Attempt).values(values).returning(Attempt.id)).scalar_one()
    session.execute(insert(session, AttemptItem), [{"attempt_id": attempt_id} | asdict(item) for item in paper])
    mark_started(session, enrolled, now=now)
    record_attempt(session, act, "attempt.started", enrolled, attempt_id=attempt_id, number=number)


def draw_for(
    session: Session, *, enrolment_id: int, edition_id: int, blueprint: Blueprint, seed: int
) -> tuple[DrawnItem, ...]:
    """Draw a paper of questions for this kind of ASN, those not met yet first. Raises PoolTooSmall."""
    bank = load_bank(session, edition_id)
    pool = list(bank.values())
    audience = find_audience(session, enrolment_id) if audiences_of(pool) != (None,) else None
    seen, missed = met_before(session, enrolment_id)
    if blueprint.pretest:
        seen |= with_twins(pool, met_in_pretest(session, enrolment_id))
    return as_drawn(draw_paper(pool, blueprint, seed, audience=audience, seen=seen, missed=missed), bank)


def as_drawn(paper: Iterable[PaperItem], bank: Mapping[int, PoolItem]) -> tuple[DrawnItem, ...]:
    """Return the items of a paper with the ids of their versions in the bank."""
    version_of = {item.question_id: version_id for version_id, item in bank.items()}
    return tuple(DrawnItem(item.slot, version_of[item.question_id], item.option_order) for item in paper)


def find_audience(session: Session, enrolment_id: int) -> Audience:
    statement = select(Asn.jenis).join(Enrolment, Enrolment.asn_id == Asn.id).where(Enrolment.id == enrolment_id)
    return AUDIENCES[AsnKind(session.execute(statement).scalar_one())]


def met_before(session: Session, enrolment_id: int) -> tuple[frozenset[str], frozenset[str]]:
    """Return the questions of earlier attempts, and those of them that did not earn the whole point."""
    statement = (
        select(QuestionVersion.question_id, AttemptItem.points_numerator, AttemptItem.points_denominator)
        .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.enrolment_id == enrolment_id)
    )
    rows = session.execute(statement).all()
    return (
        frozenset(row.question_id for row in rows),
        frozenset(row.question_id for row in rows if row.points_numerator != row.points_denominator),
    )


def met_in_pretest(session: Session, enrolment_id: int) -> frozenset[str]:
    """Return the questions that the person saw in a pre-test, whether or not answers were sent."""
    statement = (
        select(QuestionVersion.question_id)
        .join(PretestItem, PretestItem.question_version_id == QuestionVersion.id)
        .join(Pretest, Pretest.id == PretestItem.pretest_id)
        .where(Pretest.enrolment_id == enrolment_id)
    )
    return frozenset(session.scalars(statement))
