"""Marking, kind by kind."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.quiz.grading import Grade, passes
from netral.quiz.questions import Layout, Question, Verdict, accept, as_sent
from tests.quiz.make import (
    ALLOWED,
    DEPENDS,
    FORBIDDEN,
    make_btt,
    make_each_kind,
    make_matching,
    make_multiple,
    make_ordering,
    make_single,
    make_true_false,
    make_verdict,
)
from tests.quiz.strategies import forms, layouts


@given(st.data())
def test_an_item_is_worth_between_nothing_and_one_point(data: st.DataObject) -> None:
    layout: Layout = data.draw(layouts)

    points = layout.question.grade(accept(layout, data.draw(forms(layout))))

    assert 0 <= points <= 1


@given(layouts)
def test_the_right_answer_earns_the_whole_point_wherever_it_is_shown(layout: Layout) -> None:
    form = as_sent(layout, layout.question.right_answer())

    assert layout.question.grade(accept(layout, form)) == 1


@pytest.mark.parametrize("question", make_each_kind())
def test_an_item_left_blank_earns_nothing(question: Question) -> None:
    assert question.grade({}) == 0


@pytest.mark.parametrize(("chosen", "points"), [("b", 1), ("a", 0)])
def test_a_single_choice_is_all_or_nothing(chosen: str, points: int) -> None:
    assert make_single("b").grade({"jawaban": [chosen]}) == points


@pytest.mark.parametrize(("chosen", "points"), [("salah", 1), ("benar", 0)])
def test_true_or_false_is_all_or_nothing(chosen: str, points: int) -> None:
    assert make_true_false("salah").grade({"jawaban": [chosen]}) == points


@pytest.mark.parametrize(
    ("chosen", "points"),
    [("ab", 1), ("a", Fraction(1, 2)), ("abc", Fraction(1, 2)), ("ac", 0), ("cd", 0), ("abcd", 0)],
)
def test_options_classified_wrong_count_against_those_classified_right(chosen: str, points: Fraction) -> None:
    assert make_multiple("ab").grade({"jawaban": list(chosen)}) == points


def test_ticking_nothing_earns_nothing_even_where_most_options_are_wrong() -> None:
    assert make_multiple("a", count=10).grade({}) == 0


@pytest.mark.parametrize(
    ("verdict", "condition", "points"),
    [
        ("tergantung", "s1", 1),
        ("tergantung", "s2", Fraction(1, 2)),
        ("tergantung", None, Fraction(1, 2)),
        ("boleh", "s1", 0),
        (None, "s1", 0),
    ],
)
def test_the_condition_is_half_of_a_situation_that_depends(
    verdict: str | None, condition: str | None, points: Fraction
) -> None:
    answer = {"jawaban-1": [verdict] if verdict else [], "syarat-1": [condition] if condition else []}

    assert make_btt(DEPENDS).grade(answer) == points


def test_a_btt_item_is_the_mean_of_its_situations() -> None:
    answer = {"jawaban-1": ["boleh"], "jawaban-2": ["boleh"], "jawaban-3": ["tergantung"]}

    assert make_btt(ALLOWED, FORBIDDEN, DEPENDS).grade(answer) == Fraction(1, 2)


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        ({"jawaban": ["tidak"], "syarat": ["dukungan"]}, 1),
        ({"jawaban": ["tidak"], "syarat": ["tertutup"]}, 0),
        ({"jawaban": ["boleh"], "syarat": ["dukungan"]}, 0),
        ({"jawaban": ["tidak"]}, 0),
        ({"syarat": ["dukungan"]}, 0),
    ],
)
def test_a_verdict_counts_only_with_its_reason(answer: dict[str, list[str]], points: int) -> None:
    assert make_verdict(Verdict.TIDAK, "dukungan").grade(answer) == points


@pytest.mark.parametrize(("chosen", "points"), [("cab", 1), ("caa", Fraction(2, 3)), ("abc", 0), ("c", Fraction(1, 3))])
def test_matching_earns_the_share_of_rows(chosen: str, points: Fraction) -> None:
    answer = {f"jawaban-{number}": [letter] for number, letter in enumerate(chosen, 1)}

    assert make_matching("c", "a", "b").grade(answer) == points


@pytest.mark.parametrize(
    ("places", "points"),
    [
        ((1, 2, 3, 4), 1),
        ((2, 3, 4, 1), Fraction(2, 3)),
        ((2, 1, 3, 4), Fraction(1, 3)),
        ((1, 3, 2, 4), 0),
        ((4, 3, 2, 1), 0),
        ((1, 2, 1, 2), 0),
        ((1, 2, 2, 3), 0),
        ((1, 2, None, None), Fraction(1, 3)),
    ],
)
def test_ordering_earns_the_share_of_neighbours_put_directly_after_one_another(
    places: tuple[int | None, ...], points: Fraction
) -> None:
    answer = {f"jawaban-{number}": [str(place)] if place else [] for number, place in enumerate(places, 1)}

    assert make_ordering(1, 2, 3, 4).grade(answer) == points


def test_ordering_by_chance_earns_little() -> None:
    orders = list(permutations(["1", "2", "3", "4"]))

    earned = [make_ordering().grade({f"jawaban-{n}": [place] for n, place in enumerate(each, 1)}) for each in orders]

    assert sum(earned, Fraction(0)) / len(orders) == Fraction(1, 4)


def test_the_percent_is_rounded_down() -> None:
    assert Grade(Fraction(159, 10), 20).percent == 79


@pytest.mark.parametrize(("points", "passed"), [(Fraction(1599, 100), False), (Fraction(16), True)])
def test_passing_compares_the_exact_fraction(points: Fraction, *, passed: bool) -> None:
    assert passes(Grade(points, 20), 80) is passed


def test_a_fraction_just_above_the_mark_passes_though_the_percent_is_the_same() -> None:
    third = Grade(Fraction(2, 3), 1)

    assert passes(third, 66)
    assert not passes(third, 67)


def test_an_empty_paper_is_never_passed() -> None:
    assert not passes(Grade(Fraction(0), 0), 0)
    assert Grade(Fraction(0), 0).percent == 0


def test_verdicts_are_the_words_that_forms_send() -> None:
    assert [Verdict.BOLEH, Verdict.TIDAK, Verdict.TERGANTUNG] == ["boleh", "tidak", "tergantung"]
