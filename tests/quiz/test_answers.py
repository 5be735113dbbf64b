"""From form to answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.quiz.answers import AnswerNotOffered, accept, fields, is_complete
from netral.quiz.questions import Condition, Question, Situation, Verdict
from tests.quiz.make import ALLOWED, DEPENDS, FORBIDDEN, make_btt, make_multiple, make_single, make_true_false
from tests.quiz.strategies import answers, questions


def test_a_choice_offers_its_options_by_letter() -> None:
    assert fields(make_single()) == {"jawaban": ("a", "b", "c", "d")}
    assert fields(make_true_false()) == {"jawaban": ("benar", "salah")}


def test_every_situation_offers_all_conditions_of_the_question() -> None:
    other = Situation("Lain", Verdict.TERGANTUNG, "x", (Condition("s3", "jika berizin", allowed=True),))

    offered = fields(make_btt(ALLOWED, DEPENDS, other))

    assert offered["jawaban-1"] == ("boleh", "tidak", "tergantung")
    assert offered["syarat-1"] == offered["syarat-2"] == offered["syarat-3"] == ("s1", "s2", "s3")


def test_a_condition_shared_by_two_situations_is_offered_once() -> None:
    assert fields(make_btt(DEPENDS, DEPENDS))["syarat-1"] == ("s1", "s2")


def test_without_conditions_no_condition_is_asked_for() -> None:
    assert set(fields(make_btt(ALLOWED, FORBIDDEN))) == {"jawaban-1", "jawaban-2"}


def test_other_fields_of_the_form_are_left_aside() -> None:
    form = {"csrf_token": ["x"], "ragu": ["1"], "urutan": ["7"], "aksi": ["maju"], "jawaban": ["c"]}

    assert accept(make_single(), form) == {"jawaban": ["c"]}


def test_an_answer_keeps_the_order_of_the_source() -> None:
    assert accept(make_multiple(), {"jawaban": ["d", "a", "d"]}) == {"jawaban": ["a", "d"]}


def test_nothing_chosen_is_an_empty_answer() -> None:
    assert accept(make_single(), {}) == {}
    assert accept(make_btt(), {"jawaban-1": [""], "syarat-1": [""]}) == {}


@pytest.mark.parametrize("form", [{"jawaban": ["e"]}, {"jawaban": ["a", "b"]}, {"jawaban": ["A"]}])
def test_what_was_not_offered_is_refused(form: dict[str, list[str]]) -> None:
    with pytest.raises(AnswerNotOffered) as refused:
        accept(make_single(), form)

    assert refused.value.field == "jawaban"


def test_a_situation_takes_one_verdict() -> None:
    with pytest.raises(AnswerNotOffered):
        accept(make_btt(), {"jawaban-1": ["boleh", "tidak"]})


@given(st.data())
def test_accepting_twice_changes_nothing(data: st.DataObject) -> None:
    question: Question = data.draw(questions)

    answer = accept(question, data.draw(answers(question)))

    assert accept(question, answer) == answer


@pytest.mark.parametrize(
    ("answer", "complete"),
    [
        ({}, False),
        ({"jawaban-1": ["boleh"]}, False),
        ({"jawaban-1": ["boleh"], "jawaban-2": ["tergantung"]}, False),
        ({"jawaban-1": ["boleh"], "jawaban-2": ["tergantung"], "syarat-2": ["s2"]}, True),
        ({"jawaban-1": ["boleh"], "jawaban-2": ["tidak"]}, True),
    ],
)
def test_a_btt_item_is_complete_when_every_situation_is_judged(answer: dict[str, list[str]], *, complete: bool) -> None:
    assert is_complete(make_btt(ALLOWED, DEPENDS), answer) is complete


def test_where_no_condition_is_offered_none_is_missing() -> None:
    assert is_complete(make_btt(ALLOWED), {"jawaban-1": ["tergantung"]})


def test_a_choice_is_complete_once_something_is_chosen() -> None:
    assert is_complete(make_single(), {"jawaban": ["a"]})
    assert not is_complete(make_single(), {})
