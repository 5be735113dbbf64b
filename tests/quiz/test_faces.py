"""What a browser may see before the answer, and after it."""

import json
from dataclasses import asdict
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from netral.quiz.answers import accept
from netral.quiz.encoding import canonical_json, from_json, to_json
from netral.quiz.faces import make_face
from netral.quiz.questions import BttQuestion, Condition, Option, Question, Situation, Verdict
from netral.quiz.reviews import make_review
from tests.quiz.make import ALLOWED, DEPENDS, make_btt, make_single, make_true_false
from tests.quiz.strategies import answers, questions


def with_other_key(question: Question) -> Question:
    """The same question to look at, with other keys, feedback, verdicts and citations."""
    data = to_json(question) | {"explanation": "", "rules": [], "verdict": None, "twin_group": None, "id": "lain-01"}
    for option in data.get("options", []):
        option.update(correct=not option["correct"], feedback="")
    for situation in data.get("situations", []):
        situation["feedback"] = ""
        for condition in situation["conditions"]:
            condition["allowed"] = not condition["allowed"]
    return from_json(data)


@given(questions)
def test_a_face_holds_no_secret_text(question: Question) -> None:
    assert "RAHASIA" not in json.dumps(asdict(make_face(question)))
    assert question.id not in json.dumps(asdict(make_face(question)))


@given(questions)
def test_a_face_is_the_same_whatever_the_key(question: Question) -> None:
    assert make_face(question) == make_face(with_other_key(question))


def test_the_face_of_a_btt_item_is_the_same_whatever_its_verdicts() -> None:
    other = Situation(DEPENDS.text, Verdict.TIDAK, "lain", DEPENDS.conditions)

    assert make_face(make_btt(DEPENDS)) == make_face(make_btt(other))


def test_options_are_shown_in_the_stored_order() -> None:
    face = make_face(make_single(), ("d", "b", "a", "c"))

    assert [choice.id for choice in face.choices] == ["d", "b", "a", "c"]


def test_an_order_that_names_too_little_or_too_much_loses_no_option() -> None:
    face = make_face(make_single(), ("z", "d"))

    assert [choice.id for choice in face.choices] == ["d", "a", "b", "c"]


def test_true_stands_before_false_always() -> None:
    for order in permutations(["benar", "salah"]):
        assert [choice.id for choice in make_face(make_true_false(), order).choices] == ["benar", "salah"]


def test_conditions_are_shown_in_the_stored_order_in_every_situation() -> None:
    first, second = make_face(make_btt(ALLOWED, DEPENDS), ("s2", "s1")).situations

    assert [choice.id for choice in first.conditions] == ["s2", "s1"]
    assert first.conditions == second.conditions


@given(st.data())
def test_a_review_tells_key_and_reason_of_each_option(data: st.DataObject) -> None:
    question: Question = data.draw(questions)
    answer = accept(question, data.draw(answers(question)))

    review = make_review(question, answer)

    assert review.explanation == "RAHASIA penjelasan"
    assert review.rules == question.rules
    if isinstance(question, BttQuestion):
        assert [each.verdict for each in review.situations] == [each.verdict for each in question.situations]
    else:
        assert [each.correct for each in review.options] == [each.correct for each in question.options]
        assert [each.id for each in review.options if each.chosen] == answer.get("jawaban", [])


def test_a_review_shows_a_situation_its_own_conditions_and_the_one_that_was_chosen() -> None:
    other = Situation("Lain", Verdict.TERGANTUNG, "x", (Condition("s3", "jika berizin", allowed=True),))
    answer = {"jawaban-1": ["tergantung"], "syarat-1": ["s3"], "jawaban-2": ["boleh"], "syarat-2": ["s1"]}

    first, second = make_review(make_btt(DEPENDS, other), answer).situations

    assert [(each.id, each.chosen, each.allowed) for each in first.conditions] == [
        ("s1", False, True),
        ("s2", False, False),
        ("s3", True, None),
    ]
    assert [(each.id, each.chosen) for each in second.conditions] == [("s3", False)]
    assert first.correct
    assert not second.correct


def test_a_review_says_whether_everything_was_right() -> None:
    assert make_review(make_single("b"), {"jawaban": ["b"]}).correct
    assert not make_review(make_single("b"), {"jawaban": ["c"]}).correct


@given(questions)
def test_a_question_survives_its_json(question: Question) -> None:
    text = canonical_json(to_json(question))

    assert from_json(json.loads(text)) == question
    assert canonical_json(json.loads(text)) == text


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical_json({"b": "é", "a": [1]}) == canonical_json({"a": [1], "b": "é"}) == '{"a":[1],"b":"é"}'


def test_an_option_carries_html_and_its_feedback() -> None:
    option = Option("a", "<em>Teks</em>", "Alasan", correct=True)

    assert make_review(make_single(options=(option,)), {}).options[0].feedback == "Alasan"
