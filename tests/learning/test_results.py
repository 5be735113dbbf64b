"""Exam pages and results reveal nothing of the key too early, and everything afterwards."""

from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.learning.exams.exam_pages import AttemptNotOpen
from netral.learning.exams.exam_pages import read_paper as read_open_paper
from netral.learning.exams.results import Result, ResultPending, read_result
from netral.quiz.questions import Indicator
from tests.factories import NOW, make_asn
from tests.learning.make import (
    Exam,
    answer_all,
    fail_exam,
    hand_in,
    join,
    later,
    make_exam,
    pass_exam,
    read_paper,
    right,
    save,
    start,
)

SECRETS = ("UMPAN", "correct", "feedback", "explanation", "allowed", "points", "verdict=", "SKB-9-2022", "hash")


def see_result(session: Session, exam: Exam, number: int = 1, *, days: int = 0) -> Result:
    return read_result(session, number=number, now=later(days=days), **exam.who)


def test_the_paper_of_an_open_attempt_holds_no_key_feedback_or_rule(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)
    answer_all(session, exam)

    questions = read_open_paper(session, now=NOW, **exam.who).questions
    assert not [secret for secret in SECRETS if secret in repr(questions)]
    assert len({each.face.kind for each in questions}) > 1


def test_a_paper_shows_what_is_saved(session: Session) -> None:
    exam = make_exam(session, limit_seconds=1800)
    start(session, exam)
    form = right(read_paper(session, exam)[2])
    save(session, exam, 2, form, sequence=4, doubtful=True, now=later(minutes=2))

    paper = read_open_paper(session, now=later(minutes=3), **exam.who)

    second = paper.questions[1]
    assert (second.answer, second.doubtful, second.sequence, second.saved_at) == (form, True, 4, later(minutes=2))
    assert (paper.unanswered, paper.doubtful) == ((1, 3, 4), (2,))
    assert (paper.ends_at, paper.limited) == (later(minutes=30), True)


def test_options_keep_the_order_drawn_for_the_attempt(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)

    faces = [[each.face for each in read_open_paper(session, now=NOW, **exam.who).questions] for _ in range(2)]

    assert faces[0] == faces[1]


def test_a_half_judged_btt_is_not_complete(session: Session) -> None:
    exam = make_exam(session)
    for person in [exam, *(join(session, exam, make_asn(session, nama=f"Peserta {n}")) for n in range(6))]:
        start(session, person, seed=person.asn_id)
        for slot, layout in read_paper(session, person).items():
            if "btt" in layout.question.id:
                save(session, person, slot, {"jawaban-1": ["1"]})
                shown = read_open_paper(session, now=NOW, **person.who).questions[slot - 1]
                assert (shown.complete, bool(shown.answer)) == (False, True)
                return
    raise AssertionError("no paper with a btt item")


def test_there_is_no_page_without_an_open_attempt(session: Session) -> None:
    exam = make_exam(session, limit_seconds=600)
    with pytest.raises(AttemptNotOpen):
        read_open_paper(session, now=NOW, **exam.who)
    start(session, exam)

    with pytest.raises(AttemptNotOpen) as overdue:
        read_open_paper(session, now=later(minutes=11), **exam.who)
    assert (overdue.value.number, overdue.value.overdue) == (1, True)
    hand_in(session, exam)
    with pytest.raises(AttemptNotOpen) as closed:
        read_open_paper(session, now=NOW, **exam.who)
    assert (closed.value.number, closed.value.overdue) == (1, False)


def test_while_attempts_remain_a_result_names_the_rule_and_no_key(session: Session) -> None:
    exam = make_exam(session)
    fail_exam(session, exam)

    result = see_result(session, exam)

    assert (result.full, result.attempts_left, result.retry_at) == (False, 2, later(minutes=60))
    assert [item.review for item in result.items] == [None] * 4
    assert "UMPAN" not in repr(result)
    rule = result.items[0].rules[0]
    assert (rule.label, rule.text) == ("SKB 9/2022 Lampiran II A4", "Dilarang menyukai unggahan.")
    assert rule.pages == (("media-sosial", 1),)


def test_after_the_last_attempt_everything_is_shown(session: Session) -> None:
    exam = make_exam(session, attempts=2, pause_minutes=0)
    fail_exam(session, exam)
    fail_exam(session, exam)

    for number in (1, 2):
        result = see_result(session, exam, number)
        assert (result.full, result.attempts_left, result.retry_at) == (True, 0, None)
        assert all(item.review is not None for item in result.items)


def test_a_key_stays_hidden_while_the_last_attempt_is_open(session: Session) -> None:
    exam = make_exam(session, attempts=2, pause_minutes=0)
    fail_exam(session, exam)
    start(session, exam)

    assert not see_result(session, exam).full


def test_a_passed_result_shows_the_score_per_indicator_and_the_own_answers(session: Session) -> None:
    exam = make_exam(session)
    pass_exam(session, exam)

    result = see_result(session, exam)

    assert (result.passed, result.full, result.grade.percent) == (True, True, 100)
    assert {indicator: (grade.points, grade.out_of) for indicator, grade in result.by_indicator.items()} == {
        Indicator.PARTAI: (Fraction(1), 1),
        Indicator.KAMPANYE: (Fraction(2), 2),
        Indicator.UMUM: (Fraction(1), 1),
    }
    assert all(item.correct and item.review and item.review.correct for item in result.items)


def test_after_the_end_of_the_period_everything_is_shown(session: Session) -> None:
    exam = make_exam(session)
    fail_exam(session, exam)

    assert see_result(session, exam, days=90).full


def test_a_result_is_its_owners_alone(session: Session) -> None:
    exam = make_exam(session)
    fail_exam(session, exam)
    other = join(session, exam, make_asn(session, nama="Orang lain"))

    with pytest.raises(NotFound):
        see_result(session, other)
    with pytest.raises(NotFound):
        see_result(session, exam, 2)


def test_there_is_no_result_before_handing_in(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)

    with pytest.raises(ResultPending):
        see_result(session, exam)
