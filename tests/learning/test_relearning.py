"""After a failed attempt the pages about the missed rules are read again; keys stay hidden while they help others."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from netral.learning.exams.attempts import view_gate
from netral.learning.exams.gates import Gate, Obstacle
from netral.learning.exams.relearning import Place, choose_pages
from netral.learning.exams.results import read_result
from netral.learning.periods.enrolments import get_enrolled
from netral.learning.study.practice import PracticePlace
from netral.learning.study.progress import answer_practice, reach_pages, read_again
from netral.quiz.blueprint import KeysShown
from tests.factories import NOW
from tests.learning.make import (
    Exam,
    answer_all,
    fail_exam,
    hand_in,
    later,
    make_exam,
    pass_exam,
    start,
)

PLACES = st.tuples(st.sampled_from(["media-sosial", "foto"]), st.integers(1, 4))


def make_relearning(session: Session, **plan: Any) -> Exam:
    return make_exam(session, relearn=True, pause_minutes=0, **plan)


def gate_of(session: Session, exam: Exam, **after: float) -> Gate:
    session.rollback()
    return view_gate(session, get_enrolled(session, **exam.who), now=later(**after))


def read_page(session: Session, exam: Exam, number: int = 1, **after: float) -> None:
    read_again(session, slug="media-sosial", number=number, now=later(**after), **exam.who)
    session.commit()


def test_a_failed_attempt_asks_for_the_page_that_teaches_the_missed_rule(session: Session) -> None:
    exam = make_relearning(session)
    fail_exam(session, exam)

    gate = gate_of(session, exam, minutes=1)

    assert gate.obstacle is Obstacle.LEARN_AGAIN
    assert [(page.slug, page.number, page.title) for page in gate.to_read] == [("media-sosial", 1, "Halaman 1")]
    assert start(session, exam, now=later(minutes=1)).obstacle is Obstacle.LEARN_AGAIN


def test_reading_the_page_again_opens_the_next_attempt(session: Session) -> None:
    exam = make_relearning(session)
    fail_exam(session, exam)
    read_page(session, exam, minutes=5)

    assert start(session, exam, now=later(minutes=6)).number == 2


def test_answering_practice_on_the_page_opens_the_next_attempt(session: Session) -> None:
    exam = make_relearning(session)
    fail_exam(session, exam)
    form = {"jawaban": ["1"]}
    answer_practice(session, PracticePlace("media-sosial", 1, 1), form=form, now=later(minutes=5), **exam.who)
    session.commit()

    assert gate_of(session, exam, minutes=6).obstacle is None


def test_reading_from_before_the_failure_does_not_count(session: Session) -> None:
    exam = make_relearning(session)
    read_page(session, exam)
    reach_pages(session, slug="media-sosial", numbers=[1, 2], now=NOW, **exam.who)
    session.commit()
    fail_exam(session, exam, now=later(minutes=1))

    assert gate_of(session, exam, minutes=2).obstacle is Obstacle.LEARN_AGAIN


def test_every_failure_asks_anew(session: Session) -> None:
    exam = make_relearning(session)
    fail_exam(session, exam)
    read_page(session, exam, minutes=1)
    fail_exam(session, exam, now=later(minutes=2))

    assert gate_of(session, exam, minutes=3).obstacle is Obstacle.LEARN_AGAIN


def test_another_page_does_not_open_the_next_attempt(session: Session) -> None:
    exam = make_relearning(session)
    fail_exam(session, exam)
    read_page(session, exam, 2, minutes=1)

    assert gate_of(session, exam, minutes=2).obstacle is Obstacle.LEARN_AGAIN


def test_a_period_from_before_asks_for_nothing(session: Session) -> None:
    exam = make_exam(session, relearn=False, pause_minutes=0)
    fail_exam(session, exam)

    assert gate_of(session, exam, minutes=1).obstacle is None


@given(teaching=st.lists(st.frozensets(PLACES, max_size=4), max_size=8), again=st.frozensets(PLACES, max_size=4))
def test_the_chosen_pages_teach_every_rule_that_a_page_teaches(
    teaching: list[frozenset[Place]], again: frozenset[Place]
) -> None:
    chosen = choose_pages(teaching, again)

    assert all(places & (again | set(chosen)) for places in teaching if places)
    assert not set(chosen) & again
    assert len(chosen) == len(set(chosen)) <= len(teaching)


@pytest.mark.parametrize(
    ("rule", "passed", "days", "shown"),
    [
        (KeysShown.LULUS, True, 0, True),
        (KeysShown.LULUS, False, 45, False),
        (KeysShown.TENGGAT, True, 0, False),
        (KeysShown.TENGGAT, True, 45, True),
        (KeysShown.TENGGAT, False, 45, False),
        (KeysShown.TUTUP, True, 45, False),
        (KeysShown.TUTUP, False, 90, True),
        (KeysShown.HABIS, True, 0, True),
    ],
)
def test_keys_appear_by_the_rule_of_the_period_and_to_all_when_it_is_closed(
    session: Session, *, rule: KeysShown, passed: bool, days: int, shown: bool
) -> None:
    exam = make_exam(session, attempts=1, keys_shown=rule)
    if passed:
        pass_exam(session, exam)
    else:
        fail_exam(session, exam)

    result = read_result(session, number=1, now=later(days=days), **exam.who)

    assert (result.full, {item.review is not None for item in result.items}) == (shown, {shown})


def test_a_hidden_result_holds_the_feedback_of_what_was_chosen_alone(session: Session) -> None:
    exam = make_exam(session, keys_shown=KeysShown.TUTUP)
    start(session, exam)
    answer_all(session, exam, correctly=False)
    hand_in(session, exam)

    result = read_result(session, number=1, now=NOW, **exam.who)

    remarks = [remark.feedback for item in result.items for remark in item.remarks]
    assert remarks
    assert "UMPAN" in repr(remarks)
    assert all(len(item.remarks) <= 1 for item in result.items)
    assert not [item for item in result.items if item.review]
