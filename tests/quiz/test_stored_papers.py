"""Papers from before forms sent places stay readable; the code of that time wrote `stored_papers.json`.

The file holds one question of each kind as its JSON stood in the database, the order drawn for an attempt, the form
that was sent, an answer, and the review that was shown for it. None of it may ever change; a new kind is added to the
file.
"""

import json
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from netral.quiz.kinds import KINDS, from_json
from netral.quiz.questions import Layout, accept, as_sent, lay_out

STORED: list[dict[str, Any]] = json.loads(Path(__file__).with_name("stored_papers.json").read_text())
each_kind = pytest.mark.parametrize("stored", STORED, ids=lambda stored: stored["body"]["jenis"])


def lay_out_stored(stored: dict[str, Any]) -> Layout:
    return lay_out(from_json(stored["body"]), stored["option_order"], by_place=False)


def shown_parts(face: Any) -> Any:
    """Return what is shown in an order of its own: situations, reasons, rows, steps or options."""
    names = ("situations", "reasons", "rows", "steps", "choices")
    return next(filter(None, (getattr(face, name, None) for name in names)))


def test_every_kind_of_that_time_is_stored() -> None:
    assert {stored["body"]["jenis"] for stored in STORED} >= {"tunggal", "jamak", "benar-salah", "btt"}


def test_every_kind_is_stored() -> None:
    assert {stored["body"]["jenis"] for stored in STORED} == set(KINDS)


@each_kind
def test_a_stored_question_is_read_whole(stored: dict[str, Any]) -> None:
    assert stored["body"].items() <= from_json(stored["body"]).to_json().items()


@each_kind
def test_a_stored_form_keeps_its_fields_values_and_order(stored: dict[str, Any]) -> None:
    layout = lay_out_stored(stored)
    face: Any = layout.face()

    assert {field.name: list(field.ids) for field in layout.fields()} == stored["form"]
    assert [part.text for part in shown_parts(face)] == stored["texts"]


@each_kind
def test_a_stored_answer_is_sent_and_kept_as_it_is(stored: dict[str, Any]) -> None:
    layout = lay_out_stored(stored)
    sent = as_sent(layout, stored["answer"])

    assert {name: sorted(values) for name, values in sent.items()} == stored["answer"]
    assert accept(layout, sent) == stored["answer"]


@each_kind
def test_a_stored_answer_keeps_its_grade_and_review(stored: dict[str, Any]) -> None:
    layout = lay_out_stored(stored)
    review = json.loads(json.dumps(asdict(layout.review(stored["answer"])), default=str))

    assert layout.question.grade(stored["answer"]) == Fraction(stored["review"]["points"])
    assert {name: review.get(name, []) for name in stored["review"]} == stored["review"]
