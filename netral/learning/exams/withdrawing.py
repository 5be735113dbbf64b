"""Withdrawing an exam question that turned out wrong.

From then on nobody draws it, and it earns everybody the whole point: in papers that are open, and in those that were
closed before, which are graded anew. So points only rise, and no pass is ever taken away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.tables import Reader, insert
from netral.errors import NetralError, NotFound
from netral.learning.editions.models import EditionQuestion, QuestionVersion, QuestionWithdrawal
from netral.learning.editions.reading import WITHDRAWN, load_bank
from netral.learning.exams.closing import BATCH, Closing, as_closing, as_columns, record_attempt
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.exams.sittings import AttemptState, as_fraction, find_sitting
from netral.learning.periods.enrolments import ReasonMissing, lock_enrolled, mark_passed
from netral.learning.periods.models import Enrolment, Period
from netral.learning.periods.reading import as_view, select_period
from netral.organisation.numbers import mask_nik
from netral.quiz.drawing import PoolTooSmall, shortages
from netral.quiz.grading import Grade, passes

# A paper that is just being closed may still be graded by the old key.
SETTLED_AFTER = timedelta(minutes=10)


class QuestionWithdrawn(NetralError):
    """Every version of the question is withdrawn already; the argument is its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalPreview:
    """The effect of a withdrawal: papers that hold the question, and how many people pass because of it."""

    question_id: str
    open_papers: int
    closed_papers: int
    passing: int


def preview_withdrawal(session: Session, *, question_id: str, now: datetime) -> WithdrawalPreview:
    """Return the effect of withdrawing a question. Raises NotFound, QuestionWithdrawn or PoolTooSmall."""
    versions = find_versions(session, question_id)
    check_pools(session, versions, now=now)
    states: dict[str, int] = dict(
        session.execute(
            select(Attempt.state, func.count())
            .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
            .where(AttemptItem.question_version_id.in_(versions))
            .group_by(Attempt.state)
        ).all()
    )
    still_open = states.pop(AttemptState.OPEN.value, 0)
    return WithdrawalPreview(
        question_id=question_id,
        open_papers=still_open,
        closed_papers=sum(states.values()),
        passing=count_passing(session, versions),
    )


def find_versions(session: Reader, question_id: str) -> list[int]:
    """Return the versions of an exam question that are not withdrawn. Raises NotFound or QuestionWithdrawn."""
    in_bank = (EditionQuestion.question_version_id == QuestionVersion.id) & EditionQuestion.module_slug.is_(None)
    statement = (
        select(QuestionVersion.id, WITHDRAWN.label("withdrawn"))
        .where(QuestionVersion.question_id == question_id, select(EditionQuestion.id).where(in_bank).exists())
        .order_by(QuestionVersion.id)
    )
    rows = session.execute(statement).all()
    if not rows:
        raise NotFound("soal", question_id)
    left = [row.id for row in rows if not row.withdrawn]
    if not left:
        raise QuestionWithdrawn(question_id)
    return left


def check_pools(session: Session, versions: Sequence[int], *, now: datetime) -> None:
    """Check that every period that still runs can fill its papers without these versions. Raises PoolTooSmall."""
    for row in session.execute(select_period().where(Period.closes_at > now)):
        period = as_view(row)
        bank = load_bank(session, period.edition_id)
        pool = [item for version_id, item in bank.items() if version_id not in versions]
        if short := shortages(pool, period.blueprint):
            raise PoolTooSmall(short)


def count_passing(session: Reader, versions: Sequence[int]) -> int:
    """Count the people who have not passed and would with the whole point for each of these versions."""
    statement = (
        select(
            Attempt.id,
            Attempt.enrolment_id,
            Attempt.item_count,
            Attempt.points_numerator,
            Attempt.points_denominator,
            Period.pass_percent,
            AttemptItem.points_numerator.label("own_numerator"),
            AttemptItem.points_denominator.label("own_denominator"),
        )
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Period, Period.id == Attempt.period_id)
        .where(AttemptItem.question_version_id.in_(versions), Attempt.passed.is_(False), Enrolment.passed_at.is_(None))
    )
    return len({row.enrolment_id for row in session.execute(statement) if would_pass(row)})


def would_pass(row: Row[*tuple[Any, ...]]) -> bool:
    points = as_fraction(row.points_numerator, row.points_denominator) or Fraction(0)
    own = as_fraction(row.own_numerator, row.own_denominator) or Fraction(0)
    return passes(Grade(points + 1 - own, row.item_count), row.pass_percent)


def withdraw_question(session: Session, act: Act, *, question_id: str, reason: str) -> None:
    """Withdraw every version of an exam question. The caller commits, then grades anew with `regrade` in batches.

    Raises ReasonMissing, NotFound, QuestionWithdrawn or PoolTooSmall.
    """
    reason = mask_nik(reason.strip())
    if not reason:
        raise ReasonMissing
    versions = find_versions(session, question_id)
    check_pools(session, versions, now=act.now)
    row = {"withdrawn_at": act.now, "withdrawn_by": act.actor_id, "reason": reason}
    session.execute(insert(session, QuestionWithdrawal), [row | {"question_version_id": each} for each in versions])
    detail = {"question": question_id, "reason": reason}
    record(session, act, action="question.withdrawn", object_kind="question", object_id=question_id, detail=detail)


def regrade(session: Session, act: Act, *, most: int = BATCH) -> tuple[Closing, ...]:
    """Grade at most `most` closed papers anew; commit and call again until nothing comes back.

    A closing that is `new` made its person pass. Locked enrolments are left for the next call.
    """
    rows = session.execute(
        select_waiting(Enrolment.asn_id, Period.kode, Attempt.number)
        .limit(most)
        .with_for_update(of=Enrolment, key_share=True, skip_locked=True)
    ).all()
    papers = dict.fromkeys((row.asn_id, row.kode, row.number) for row in rows)
    if not papers and session.execute(select_waiting(Attempt.id).limit(1)).first() is None:
        settle(session, now=act.now)
    return tuple(regrade_paper(session, act, asn_id=asn, kode=kode, number=number) for asn, kode, number in papers)


def select_waiting(*columns: Any) -> Select[Any]:
    """Select closed papers in which a withdrawn question has not earned the whole point yet."""
    same_version = QuestionWithdrawal.question_version_id == AttemptItem.question_version_id
    return (
        select(*columns)
        .join_from(AttemptItem, QuestionWithdrawal, same_version)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Period, Period.id == Attempt.period_id)
        .where(
            QuestionWithdrawal.settled_at.is_(None),
            Attempt.state != AttemptState.OPEN.value,
            AttemptItem.points_numerator < AttemptItem.points_denominator,
        )
        .order_by(Attempt.id)
    )


def settle(session: Session, *, now: datetime) -> None:
    waiting = QuestionWithdrawal.settled_at.is_(None) & (QuestionWithdrawal.withdrawn_at < now - SETTLED_AFTER)
    session.execute(update(QuestionWithdrawal).where(waiting).values(settled_at=now))


def regrade_paper(session: Session, act: Act, *, asn_id: int, kode: str, number: int) -> Closing:
    """Give a closed paper the whole point for its withdrawn questions. The trail names no result."""
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    sitting = find_sitting(session, enrolled.id, number)
    if sitting is None or sitting.is_open:
        raise NotFound(number)
    withdrawn = AttemptItem.question_version_id.in_(select(QuestionWithdrawal.question_version_id))
    own = AttemptItem.attempt_id == sitting.attempt_id
    session.execute(update(AttemptItem).where(own, withdrawn).values(as_columns(Fraction(1))))
    items = session.execute(select(AttemptItem.points_numerator, AttemptItem.points_denominator).where(own))
    points = sum((Fraction(row.points_numerator, row.points_denominator) for row in items), Fraction(0))
    passed = bool(sitting.passed) or passes(Grade(points, sitting.item_count), enrolled.period.pass_percent)
    session.execute(
        update(Attempt).where(Attempt.id == sitting.attempt_id).values(as_columns(points) | {"passed": passed})
    )
    new = passed and enrolled.passed_at is None
    if new:
        mark_passed(session, enrolled, at=act.now)
    record_attempt(session, act, "attempt.regraded", enrolled, attempt_id=sitting.attempt_id, number=number)
    return as_closing(enrolled, sitting, sitting.state, passed=passed, new=new)
