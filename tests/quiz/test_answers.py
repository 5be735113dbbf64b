"""The content of an answer, and when it is complete."""

import pytest

from netral.quiz.kinds.btt import Condition, Decoy, Situation
from netral.quiz.questions import Question, Verdict
from tests.quiz.make import (
    ALLOWED,
    DEPENDS,
    FORBIDDEN,
    make_btt,
    make_matching,
    make_ordering,
    make_single,
    make_true_false,
    make_verdict,
)


def fields(question: Question) -> dict[str, tuple[str, ...]]:
    return {field.kept_as: field.ids for field in question.fields()}


def test_a_choice_holds_its_options_by_letter() -> None:
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
    assert make_btt(ALLOWED, DEPENDS).is_complete(answer) is complete


def test_where_no_condition_is_offered_none_is_missing() -> None:
    assert make_btt(ALLOWED).is_complete({"jawaban-1": ["tergantung"]})


def test_a_verdict_needs_a_reason_to_be_complete() -> None:
    question = make_verdict()

    assert list(fields(question)) == ["jawaban", "syarat"]
    assert fields(question)["jawaban"] == ("boleh", "tidak", "tergantung")
    assert not question.is_complete({"jawaban": ["tidak"]})
    assert not question.is_complete({"syarat": ["tertutup"]})
    assert question.is_complete({"jawaban": ["boleh"], "syarat": ["tertutup"]})


def test_decoys_are_offered_at_each_situation_and_needed_only_where_it_depends() -> None:
    question = make_btt(ALLOWED, decoys=(Decoy("s1", "jika libur"), Decoy("s2", "jika malam")))

    assert fields(question)["syarat-1"] == question.shuffled_ids == ("s1", "s2")
    assert question.is_complete({"jawaban-1": ["boleh"]})
    assert not question.is_complete({"jawaban-1": ["tergantung"]})


def test_matching_is_complete_when_every_row_has_an_answer_though_it_be_the_same() -> None:
    assert make_matching().is_complete({"jawaban-1": ["a"], "jawaban-2": ["a"], "jawaban-3": ["a"]})
    assert not make_matching().is_complete({"jawaban-1": ["a"], "jawaban-2": ["a"]})


def test_ordering_is_complete_when_every_step_has_a_place_of_its_own() -> None:
    assert make_ordering(2, 1).is_complete({"jawaban-1": ["1"], "jawaban-2": ["2"]})
    assert not make_ordering(2, 1).is_complete({"jawaban-1": ["1"], "jawaban-2": ["1"]})
    assert not make_ordering(2, 1).is_complete({"jawaban-1": ["1"]})


def test_a_choice_is_complete_once_something_is_chosen() -> None:
    assert make_single().is_complete({"jawaban": ["a"]})
    assert not make_single().is_complete({})
