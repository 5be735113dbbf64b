"""The parts of a question that a browser may see before the answer, and after it."""

import json
from dataclasses import asdict, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from netral.content.characters import canonical_json
from netral.quiz.kinds import from_json
from netral.quiz.kinds.btt import BttQuestion, Condition, Decoy, Situation
from netral.quiz.kinds.putusan import Proviso, VerdictQuestion
from netral.quiz.options import Option, OptionsQuestion
from netral.quiz.questions import Layout, Question, Remark, Verdict, accept, lay_out
from tests.quiz.make import ALLOWED, DEPENDS, make_btt, make_single, make_verdict
from tests.quiz.strategies import forms, layouts, questions


def with_other_key(question: Question) -> Question:
    """Return a question with the same face, but other keys, feedback, verdicts and citations."""
    data = question.to_json() | {"explanation": "", "rules": [], "verdict": None, "twin_group": None, "id": "lain-01"}
    for option in data.get("options", []):
        option.update(correct=not option["correct"], feedback="")
    for situation in data.get("situations", []):
        situation["feedback"] = ""
        for condition in situation["conditions"]:
            condition["allowed"] = not condition["allowed"]
    if isinstance(question, VerdictQuestion):
        data.update(verdict="boleh", reason=question.reasons[-1].id, list_name="lain", judgements=[], provisos=[])
        data["reasons"] = [reason | {"feedback": ""} for reason in data["reasons"]]
    for row in data.get("rows", []):
        row["answer"] = data["answers"][0]["id"]
    for step in data.get("steps", []):
        step["place"] = len(data["steps"]) + 1 - step["place"]
    return from_json(data)


@given(layouts)
def test_a_face_holds_no_secret_text(layout: Layout) -> None:
    text = json.dumps(asdict(layout.face()))

    assert "RAHASIA" not in text
    assert layout.question.id not in text


@given(layouts)
def test_a_face_is_the_same_whatever_the_key(layout: Layout) -> None:
    assert layout.face() == replace(layout, question=with_other_key(layout.question)).face()


def test_the_face_of_a_btt_item_is_the_same_whatever_its_verdicts() -> None:
    other = Situation(DEPENDS.text, Verdict.TIDAK, "lain", DEPENDS.conditions)

    assert lay_out(make_btt(DEPENDS)).face() == lay_out(make_btt(other)).face()


def test_options_are_shown_in_the_stored_order() -> None:
    question = make_single()
    face = question.face(lay_out(question, ("d", "b", "a", "c")))

    assert [(choice.value, choice.text) for choice in face.choices] == [
        ("1", "Pilihan d"),
        ("2", "Pilihan b"),
        ("3", "Pilihan a"),
        ("4", "Pilihan c"),
    ]


def test_conditions_are_shown_in_the_stored_order_in_every_situation() -> None:
    question = make_btt(ALLOWED, DEPENDS)
    first, second = question.face(lay_out(question, ("s2", "s1"))).situations

    assert [choice.text for choice in first.conditions] == ["jika berpose nomor urut", "jika sedang cuti"]
    assert first.conditions == second.conditions


def test_situations_are_numbered_as_they_are_shown() -> None:
    question = make_btt(*(Situation(f"Situasi {n}", Verdict.TIDAK, "x") for n in (1, 2, 3)))
    layout = Layout(question, (), (3, 1, 2), by_place=True)

    face, review = question.face(layout), question.review(layout, {"jawaban-3": ["tidak"], "jawaban-1": ["boleh"]})

    assert [(each.number, each.text, each.verdict_field) for each in face.situations] == [
        (1, "Situasi 3", "jawaban-1"),
        (2, "Situasi 1", "jawaban-2"),
        (3, "Situasi 2", "jawaban-3"),
    ]
    assert [(each.number, each.text, each.correct, each.chosen) for each in review.situations] == [
        (1, "Situasi 3", True, Verdict.TIDAK),
        (2, "Situasi 1", False, Verdict.BOLEH),
        (3, "Situasi 2", False, None),
    ]


@given(st.data())
def test_a_review_tells_key_and_reason_of_each_option(data: st.DataObject) -> None:
    layout: Layout = data.draw(layouts)
    question, answer = layout.question, accept(layout, data.draw(forms(layout)))

    review: Any = layout.review(answer)

    assert review.explanation == "RAHASIA penjelasan"
    assert review.rules == question.rules
    if isinstance(question, BttQuestion):
        assert [each.verdict for each in review.situations] == [
            question.situations[number - 1].verdict for number in layout.parts
        ]
    if isinstance(question, OptionsQuestion):
        correct = {option.id: option.correct for option in question.options}
        assert [each.correct for each in review.options] == [correct[name] for name in layout.ids]
        assert {each.id for each in review.options if each.chosen} == set(answer.get("jawaban", []))


def test_a_review_shows_a_situation_its_own_conditions_and_the_one_that_was_chosen() -> None:
    other = Situation("Lain", Verdict.TERGANTUNG, "x", (Condition("s3", "jika berizin", allowed=True),))
    answer = {"jawaban-1": ["tergantung"], "syarat-1": ["s3"], "jawaban-2": ["boleh"], "syarat-2": ["s1"]}

    question = make_btt(DEPENDS, other)
    first, second = question.review(lay_out(question), answer).situations

    assert [(each.id, each.chosen, each.allowed) for each in first.conditions] == [
        ("s1", False, True),
        ("s2", False, False),
        ("s3", True, None),
    ]
    assert [(each.id, each.chosen) for each in second.conditions] == [("s3", False)]
    assert first.correct
    assert not second.correct


def test_a_review_of_a_verdict_keeps_verdict_and_reason_apart() -> None:
    proviso = Proviso("jika sedang cuti", allowed=True)
    question = make_verdict(Verdict.TERGANTUNG, "tertutup", provisos=(proviso,))
    layout = lay_out(question, ("tertutup", "dukungan", "penyelenggara"))

    review = question.review(layout, {"jawaban": ["boleh"], "syarat": ["tertutup"]})

    assert [(each.verdict, each.correct, each.chosen) for each in review.verdicts] == [
        (Verdict.BOLEH, False, True),
        (Verdict.TIDAK, False, False),
        (Verdict.TERGANTUNG, True, False),
    ]
    assert [(each.id, each.feedback, each.correct, each.chosen) for each in review.reasons] == [
        ("tertutup", "UMPAN tertutup", True, True),
        ("dukungan", "UMPAN dukungan", False, False),
        ("penyelenggara", "UMPAN penyelenggara", False, False),
    ]
    assert review.provisos == (proviso,)
    assert not review.correct


def test_a_missed_verdict_is_told_by_what_was_chosen_alone() -> None:
    question = make_verdict(Verdict.TIDAK, "dukungan")

    assert question.remarks({"jawaban": ["boleh"], "syarat": ["tertutup"]}) == (
        Remark("boleh", "UMPAN boleh"),
        Remark("Alasan tertutup", "UMPAN tertutup"),
    )
    assert question.remarks({}) == ()


def test_a_review_shows_a_decoy_only_where_it_was_chosen_and_names_all_to_authors() -> None:
    question = make_btt(DEPENDS, DEPENDS, decoys=(Decoy("s3", "jika libur"),))
    review = question.review(lay_out(question), {"jawaban-1": ["tergantung"], "syarat-1": ["s3"]})

    first, second = review.situations
    assert [(each.id, each.allowed) for each in first.conditions] == [("s1", True), ("s2", False), ("s3", None)]
    assert [each.id for each in second.conditions] == ["s1", "s2"]
    assert review.decoys == ("jika libur",)


def test_a_review_says_whether_everything_was_right() -> None:
    assert lay_out(make_single("b")).review({"jawaban": ["b"]}).correct
    assert not lay_out(make_single("b")).review({"jawaban": ["c"]}).correct


@given(questions)
def test_a_question_survives_its_json(question: Question) -> None:
    text = canonical_json(question.to_json())

    assert from_json(json.loads(text)) == question
    assert canonical_json(json.loads(text)) == text


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical_json({"b": "é", "a": [1]}) == canonical_json({"a": [1], "b": "é"}) == '{"a":[1],"b":"é"}'


def test_an_option_carries_html_and_its_feedback() -> None:
    option = Option("a", "<em>Teks</em>", "Alasan", correct=True)

    question = make_single(options=(option,))
    assert question.review(lay_out(question), {}).options[0].feedback == "Alasan"
