"""Handing in and running out of time: closed once, graded over the own paper, the same result when repeated."""

from fractions import Fraction

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.errors import NotFound
from netral.learning.exams.closing import close_attempts_of, close_overdue
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.exams.sittings import AttemptState, list_sittings
from netral.learning.periods.lifecycle import close_period
from netral.learning.periods.models import Period
from netral.quiz.questions import accept
from tests.factories import NOW, make_asn
from tests.learning.make import (
    KODE,
    answer_all,
    get_attempts,
    get_enrolment,
    hand_in,
    join,
    later,
    make_exam,
    pass_exam,
    read_paper,
    right,
    save,
    start,
    wrong,
)


def test_everything_right_passes_with_the_whole_score(session: Session) -> None:
    exam = make_exam(session)

    closing = pass_exam(session, exam, now=later(minutes=20))

    attempt = get_attempts(session, exam)[0]
    assert (closing.state, closing.passed, closing.new) == (AttemptState.SUBMITTED, True, True)
    assert (attempt.points_numerator, attempt.points_denominator, attempt.closed_at) == (4, 1, later(minutes=20))
    assert get_enrolment(session, exam).passed_at == later(minutes=20)


def test_nothing_answered_fails_with_nothing(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)

    assert not hand_in(session, exam).passed
    assert get_attempts(session, exam)[0].points_numerator == 0
    assert get_enrolment(session, exam).passed_at is None


def test_the_score_is_the_exact_sum_over_the_items_of_this_paper(session: Session) -> None:
    exam = make_exam(session, pause_minutes=0)
    pass_exam(session, join(session, exam, make_asn(session, nama="Orang lain")))
    start(session, exam)
    paper = read_paper(session, exam)
    half_right = {slot: right(layout) if slot % 2 else wrong(layout) for slot, layout in paper.items()}
    for slot, form in half_right.items():
        save(session, exam, slot, form)

    hand_in(session, exam)

    attempt = get_attempts(session, exam)[0]
    items = session.scalars(select(AttemptItem).where(AttemptItem.attempt_id == attempt.id)).all()
    points = {item.slot: Fraction(item.points_numerator or 0, item.points_denominator or 1) for item in items}
    assert points == {slot: paper[slot].question.grade(accept(paper[slot], form)) for slot, form in half_right.items()}
    assert list_sittings(session, attempt.enrolment_id)[0].points == sum(points.values())


def test_the_pass_mark_of_the_period_itself_passes(session: Session) -> None:
    exam = make_exam(session, pass_percent=75, pause_minutes=0)
    for answered, passed in ((2, False), (3, True)):
        start(session, exam)
        for slot, layout in list(read_paper(session, exam).items())[:answered]:
            save(session, exam, slot, right(layout))

        assert hand_in(session, exam).passed is passed


def test_handing_in_twice_tells_the_same_and_grades_once(session: Session) -> None:
    exam = make_exam(session)
    first = pass_exam(session, exam)

    again = hand_in(session, exam, now=later(hours=1))

    assert not again.new
    assert (again.attempt_id, again.state, again.passed) == (first.attempt_id, first.state, first.passed)
    assert get_attempts(session, exam)[0].closed_at == NOW


def test_an_earlier_attempt_can_be_told_by_its_number(session: Session) -> None:
    exam = make_exam(session, pause_minutes=0)
    start(session, exam)
    hand_in(session, exam)
    start(session, exam)

    assert hand_in(session, exam, number=1).number == 1
    assert [attempt.state for attempt in get_attempts(session, exam)] == ["submitted", "open"]


def test_without_an_attempt_there_is_nothing_to_hand_in(session: Session) -> None:
    with pytest.raises(NotFound):
        hand_in(session, make_exam(session))


@pytest.mark.parametrize(("seconds", "state"), [(600, "submitted"), (620, "submitted"), (621, "expired")])
def test_handing_in_counts_until_twenty_seconds_after_the_deadline(session: Session, seconds: int, state: str) -> None:
    exam = make_exam(session, limit_seconds=600)
    start(session, exam)

    hand_in(session, exam, now=later(seconds=seconds))

    assert get_attempts(session, exam)[0].state == state


def test_saved_answers_count_when_time_runs_out(session: Session) -> None:
    exam = make_exam(session, limit_seconds=600)
    start(session, exam)
    answer_all(session, exam)

    closings = close_overdue(session, now=later(days=3))
    session.commit()

    attempt = get_attempts(session, exam)[0]
    assert [(each.passed, each.new) for each in closings] == [(True, True)]
    assert (attempt.state, attempt.closed_at) == ("expired", later(minutes=10))
    assert get_enrolment(session, exam).passed_at == later(minutes=10)


def test_the_sweep_leaves_what_is_still_running_and_goes_in_batches(session: Session) -> None:
    exam = make_exam(session, limit_seconds=600)
    people = [exam, *(join(session, exam, make_asn(session, nama=f"Peserta {n}")) for n in range(2))]
    for person in people:
        start(session, person)
    late = join(session, exam, make_asn(session, nama="Terakhir"))
    start(session, late, now=later(minutes=5))

    sizes = [len(close_overdue(session, now=later(minutes=11), most=2)) for _ in range(3)]
    session.commit()

    assert sizes == [2, 1, 0]
    assert get_attempts(session, late)[0].state == "open"


def test_closing_a_period_ends_its_attempts_at_that_instant(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)
    closed = close_period(session, Act(None, later(hours=1), exam.instansi_id), kode=KODE)

    closings = close_attempts_of(session, period_id=exam.period_id, now=later(hours=1))
    session.commit()

    assert (closed.closes_at, closed.due_at) == (later(hours=1), later(hours=1))
    assert [each.state for each in closings] == [AttemptState.EXPIRED]
    assert get_attempts(session, exam)[0].closed_at == later(hours=1)


def test_an_attempt_in_a_period_closed_early_is_over_for_everybody_who_meets_it(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)
    session.execute(update(Period).values(closes_at=later(hours=1), due_at=later(hours=1)))

    closing = hand_in(session, exam, now=later(hours=2))

    assert closing.state is AttemptState.EXPIRED
    assert get_attempts(session, exam)[0].closed_at == later(hours=1)


def test_a_closed_attempt_is_not_opened_again(session: Session) -> None:
    exam = make_exam(session)
    pass_exam(session, exam)

    with pytest.raises(Exception, match="attempt is closed"):
        session.execute(update(Attempt).values(state="open", closed_at=None, passed=None))
    session.rollback()
