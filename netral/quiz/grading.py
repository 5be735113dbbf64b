"""Marking: each item is worth one point, in exact fractions."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from netral.quiz.questions import Answer, Indicator, Question


@dataclass(frozen=True, slots=True)
class Grade:
    points: Fraction
    out_of: int

    @property
    def percent(self) -> int:
        """Return the percentage rounded down, so that 79.9 is not shown as a pass at 80; 0 for an empty paper."""
        return int(100 * self.points // self.out_of) if self.out_of else 0


def passes(grade: Grade, pass_percent: int) -> bool:
    """Return whether the exact fraction, not the rounded percentage, passes; an empty paper never does."""
    return grade.out_of > 0 and 100 * grade.points >= pass_percent * grade.out_of


def grade_paper(items: Iterable[tuple[Question, Answer]]) -> Grade:
    points = [question.grade(answer) for question, answer in items]
    return Grade(sum(points, Fraction(0)), len(points))


def grade_by_indicator(items: Iterable[tuple[Question, Answer]]) -> dict[Indicator, Grade]:
    """Return points for the indicators that occur, in their own order."""
    groups: dict[Indicator, list[tuple[Question, Answer]]] = {}
    for question, answer in items:
        groups.setdefault(question.indicator, []).append((question, answer))
    return {indicator: grade_paper(groups[indicator]) for indicator in Indicator if indicator in groups}
