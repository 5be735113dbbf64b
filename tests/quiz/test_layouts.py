"""The fields of a form and the answer that they mean: places for new attempts, ids of the source for old ones."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.quiz.kinds.btt import Situation
from netral.quiz.questions import AnswerNotOffered, Layout, Verdict, accept, as_sent, lay_out
from tests.quiz.make import ALLOWED, DEPENDS, FORBIDDEN, make_btt, make_multiple, make_single, make_true_false
from tests.quiz.strategies import forms, layouts

THREE = make_btt(DEPENDS, ALLOWED, FORBIDDEN)


def values(layout: Layout) -> dict[str, list[str]]:
    return {field.name: list(field.ids) for field in layout.fields()}


@given(layouts)
def test_a_form_by_place_sends_numbers_alone(layout: Layout) -> None:
    if layout.by_place:
        assert all(found == [str(n) for n in range(1, len(found) + 1)] for found in values(layout).values())


@given(st.data())
def test_a_sent_and_a_stored_answer_are_the_same(data: st.DataObject) -> None:
    layout: Layout = data.draw(layouts)

    answer = accept(layout, data.draw(forms(layout)))

    assert accept(layout, as_sent(layout, answer)) == answer


def test_a_place_is_stored_as_the_id_shown_there() -> None:
    layout = lay_out(make_single(), ("d", "b", "a", "c"))

    assert accept(layout, {"jawaban": ["1"]}) == {"jawaban": ["d"]}
    assert as_sent(layout, {"jawaban": ["b"]}) == {"jawaban": ["2"]}


def test_an_answer_keeps_the_order_of_the_source() -> None:
    layout = lay_out(make_multiple(), ("d", "b", "a", "c"))

    assert accept(layout, {"jawaban": ["1", "3", "1"]}) == {"jawaban": ["a", "d"]}
    assert as_sent(layout, {"jawaban": ["a", "d"]}) == {"jawaban": ["1", "3"]}


def test_a_situation_is_stored_under_its_number_in_the_source() -> None:
    layout = Layout(THREE, ("s2", "s1"), (3, 1, 2), by_place=True)

    answer = accept(layout, {"jawaban-1": ["2"], "jawaban-2": ["3"], "syarat-2": ["2"]})

    assert answer == {"jawaban-3": ["tidak"], "jawaban-1": ["tergantung"], "syarat-1": ["s1"]}


def test_without_places_a_form_sends_the_ids_of_the_source() -> None:
    layout = lay_out(THREE, ("s2", "s1"), by_place=False)
    form = {"jawaban-1": ["tergantung"], "syarat-1": ["s1"], "jawaban-3": ["tidak"]}

    assert accept(layout, form) == form == as_sent(layout, form)


def test_an_order_that_names_too_little_or_too_much_loses_no_option() -> None:
    assert lay_out(make_single(), ("z", "d")).ids == ("d", "a", "b", "c")


def test_true_stands_before_false_always() -> None:
    for order in permutations(["benar", "salah"]):
        assert lay_out(make_true_false(), order).ids == ("benar", "salah")


def test_situations_stand_in_every_order_by_seed_and_the_same_for_the_same_seed() -> None:
    seen = [lay_out(THREE, seed=seed).parts for seed in range(60)]

    assert set(seen) == set(permutations([1, 2, 3]))
    assert seen == [lay_out(THREE, seed=seed).parts for seed in range(60)]


def test_two_questions_of_one_paper_do_not_share_an_order_of_situations() -> None:
    orders = {lay_out(make_btt(DEPENDS, ALLOWED, FORBIDDEN, id=f"putus-{n}"), seed=7).parts for n in range(30)}

    assert len(orders) == 6


@pytest.mark.parametrize("layout", [lay_out(THREE), lay_out(make_btt(*THREE.situations, shuffle=False), seed=5)])
def test_without_a_seed_or_where_the_author_asks_situations_stand_as_in_the_source(layout: Layout) -> None:
    assert layout.parts == (1, 2, 3)


def test_the_order_of_situations_does_not_depend_on_their_verdicts() -> None:
    swapped = make_btt(*(Situation("Situasi", Verdict.TIDAK, "x", each.conditions) for each in THREE.situations))

    assert all(lay_out(swapped, seed=n).parts == lay_out(THREE, seed=n).parts for n in range(9))


def test_other_fields_of_the_form_are_left_aside() -> None:
    form = {"csrf_token": ["x"], "ragu": ["1"], "urutan": ["7"], "aksi": ["maju"], "jawaban": ["3"]}

    assert accept(lay_out(make_single()), form) == {"jawaban": ["c"]}


def test_nothing_chosen_is_an_empty_answer() -> None:
    assert accept(lay_out(make_single()), {}) == {}
    assert accept(lay_out(make_btt()), {"jawaban-1": [""], "syarat-1": [""]}) == {}


@pytest.mark.parametrize("chosen", [["5"], ["1", "2"], ["a"], ["0"], ["01"], ["\u0661"]])
def test_a_choice_that_was_not_offered_is_refused(chosen: list[str]) -> None:
    with pytest.raises(AnswerNotOffered) as refused:
        accept(lay_out(make_single()), {"jawaban": chosen})

    assert refused.value.field == "jawaban"


def test_a_situation_takes_one_verdict() -> None:
    with pytest.raises(AnswerNotOffered):
        accept(lay_out(make_btt()), {"jawaban-1": ["1", "2"]})
