"""How often somebody passes who knows a given share of what may be asked."""

import pytest

from netral.quiz.blueprint import Blueprint
from netral.quiz.chances import chance_to_pass


@pytest.mark.parametrize(
    ("known", "pass_percent", "expected"),
    [(0.75, 85, 0.53), (0.65, 85, 0.13), (0.9, 85, 0.998), (0.75, 80, 0.80), (0.65, 80, 0.31), (1, 100, 1), (0, 1, 0)],
)
def test_the_default_exam_lets_few_pass_who_know_little(known: float, pass_percent: int, expected: float) -> None:
    assert chance_to_pass(known, Blueprint(pass_percent=pass_percent)) == pytest.approx(expected, abs=0.006)


def test_more_attempts_and_a_lower_mark_make_passing_likelier() -> None:
    chances = [chance_to_pass(0.7, Blueprint(attempts=attempts)) for attempts in range(1, 6)]
    marks = [chance_to_pass(0.7, Blueprint(pass_percent=mark)) for mark in range(100, 0, -1)]

    assert chances == sorted(chances)
    assert marks == sorted(marks)


def test_a_mark_between_two_scores_asks_for_the_higher_one() -> None:
    """81 percent of 20 are 16.2 points: 17 are needed, as for 85 percent."""
    assert chance_to_pass(0.7, Blueprint(pass_percent=81)) == chance_to_pass(0.7, Blueprint(pass_percent=85))
