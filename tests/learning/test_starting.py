"""When an attempt may start, and the values that starting fixes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.learning.exams.gates import Obstacle
from netral.learning.exams.models import AttemptItem
from netral.learning.exams.sittings import end_of, set_deadline
from netral.learning.periods.enrolments import accept_notice, give_extra_time
from netral.learning.study.progress import reach_pages
from tests.factories import NOW
from tests.learning.make import (
    fail_exam,
    get_attempts,
    get_enrolment,
    hand_in,
    later,
    make_exam,
    pass_exam,
    read_paper,
    start,
)


def test_starting_fixes_paper_seed_and_deadline(session: Session) -> None:
    exam = make_exam(session, limit_seconds=3600)

    started = start(session, exam, seed=7)

    attempt = get_attempts(session, exam)[0]
    assert (started.number, started.new, started.obstacle) == (1, True, None)
    assert (attempt.seed, attempt.item_count, attempt.state) == (7, 4, "open")
    assert attempt.deadline_at == NOW + timedelta(hours=1)
    assert sorted(read_paper(session, exam)) == [1, 2, 3, 4]
    assert get_enrolment(session, exam).started_at == NOW


def test_without_a_time_limit_an_attempt_ends_with_the_period(session: Session) -> None:
    exam = make_exam(session)

    start(session, exam)

    attempt, closes_at = get_attempts(session, exam)[0], datetime(2029, 6, 30, 16, tzinfo=UTC)
    assert attempt.deadline_at is None
    assert end_of(attempt.deadline_at, attempt.extra_seconds, closes_at) == closes_at


def test_extra_time_moves_the_deadline(session: Session) -> None:
    exam = make_exam(session, limit_seconds=3600)
    give_extra_time(session, Act(None, NOW, exam.instansi_id), percent=50, **exam.who)

    start(session, exam)

    assert get_attempts(session, exam)[0].deadline_at == NOW + timedelta(minutes=90)


@given(seconds=st.none() | st.integers(60, 86_400), extra=st.integers(0, 300), days=st.integers(1, 60))
def test_an_attempt_ends_with_the_limit_and_its_extra_time_or_with_the_period(
    seconds: int | None, extra: int, days: int
) -> None:
    closes_at = later(days=days)

    deadline = set_deadline(NOW, limit_seconds=seconds, extra_percent=extra)

    limit = (
        closes_at if seconds is None else NOW + timedelta(seconds=seconds) + timedelta(seconds=seconds * extra) / 100
    )
    assert end_of(deadline, 0, closes_at) == min(limit, closes_at)


def test_a_second_start_leads_to_the_open_attempt(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)

    again = start(session, exam, now=later(minutes=5))

    assert (again.number, again.new) == (1, False)
    assert len(get_attempts(session, exam)) == 1


def test_a_next_attempt_waits_for_the_pause_after_the_last_one_ended(session: Session) -> None:
    exam = make_exam(session)
    fail_exam(session, exam)

    assert start(session, exam, now=later(minutes=59)).obstacle is Obstacle.COOLDOWN
    assert start(session, exam, now=later(minutes=60)).number == 2


def test_there_are_no_more_attempts_than_the_period_allows(session: Session) -> None:
    exam = make_exam(session, attempts=2, pause_minutes=0)
    fail_exam(session, exam)
    fail_exam(session, exam)

    assert start(session, exam, now=later(days=1)).obstacle is Obstacle.NO_ATTEMPTS_LEFT


def test_a_passed_person_does_not_start_again(session: Session) -> None:
    exam = make_exam(session, pause_minutes=0)
    pass_exam(session, exam)

    assert start(session, exam, now=later(days=1)).obstacle is Obstacle.PASSED


def test_nothing_starts_outside_the_period(session: Session) -> None:
    exam = make_exam(session)

    obstacles = [start(session, exam, now=later(days=days)).obstacle for days in (-2, 60, 59)]

    assert obstacles == [Obstacle.NOT_YET_OPEN, Obstacle.CLOSED, None]


def test_the_privacy_notice_comes_before_the_first_attempt(session: Session) -> None:
    exam = make_exam(session, notice=False)
    assert start(session, exam).obstacle is Obstacle.NOTICE_UNREAD

    accept_notice(session, exam.act(NOW), **exam.who)

    assert start(session, exam).number == 1


def test_modules_come_first_when_the_period_says_so(session: Session) -> None:
    exam = make_exam(session, modules_first=True)
    assert start(session, exam).obstacle is Obstacle.MODULES_FIRST

    reach_pages(session, slug="media-sosial", numbers=[2], now=NOW, **exam.who)

    assert start(session, exam).number == 1


def test_a_later_paper_draws_unseen_questions(session: Session) -> None:
    exam = make_exam(session, pause_minutes=0)
    fail_exam(session, exam)
    first = {layout.question.id for layout in read_paper(session, exam).values()}

    start(session, exam)

    attempt = get_attempts(session, exam)[-1]
    items = session.scalars(select(AttemptItem.question_version_id).where(AttemptItem.attempt_id == attempt.id)).all()
    assert len(items) == 4
    assert not first & {layout.question.id for layout in read_paper(session, exam).values()}


def test_starting_closes_an_attempt_whose_time_is_over(session: Session) -> None:
    exam = make_exam(session, limit_seconds=600, pause_minutes=30)
    start(session, exam)

    again = start(session, exam, now=later(minutes=40))

    assert again.closed is not None
    assert again.number == 2
    assert [attempt.state for attempt in get_attempts(session, exam)] == ["expired", "open"]


def test_an_overdue_attempt_is_closed_even_when_no_new_one_may_start(session: Session) -> None:
    exam = make_exam(session, limit_seconds=600)
    start(session, exam)

    again = start(session, exam, now=later(minutes=11))

    assert again.obstacle is Obstacle.COOLDOWN
    assert get_attempts(session, exam)[0].state == "expired"


def test_every_change_of_state_leaves_one_event(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)
    start(session, exam)
    hand_in(session, exam)
    hand_in(session, exam)

    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["edition.published", "period.opened", "attempt.started", "attempt.submitted"]
