"""Marking: each item is worth one point, in exact fractions."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from netral.quiz.answers import CHOICE_FIELD, Answer, chosen_one, condition_field, verdict_field
from netral.quiz.questions import (
    BttQuestion,
    Indicator,
    MultipleChoice,
    Question,
    SingleChoice,
    Situation,
    TrueFalse,
    Verdict,
)

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Grade:
    points: Fraction
    out_of: int

    @property
    def percent(self) -> int:
        """Rounded down, so that 79.9 is not shown as a pass at 80; nothing out of nothing is 0."""
        return int(100 * self.points // self.out_of) if self.out_of else 0


def passes(grade: Grade, pass_percent: int) -> bool:
    """Compares the exact fraction, not the rounded percent; an empty paper is never passed."""
    return grade.out_of > 0 and 100 * grade.points >= pass_percent * grade.out_of


def grade_item(question: Question, answer: Answer) -> Fraction:
    """Points in [0, 1] for an accepted answer; left blank earns nothing."""
    match question:
        case SingleChoice() | TrueFalse():
            right = [option.id for option in question.options if option.correct]
            return Fraction(answer.get(CHOICE_FIELD, []) == right)
        case MultipleChoice():
            return _grade_multiple(question, answer.get(CHOICE_FIELD, []))
        case BttQuestion():
            points = (_grade_situation(item, answer, number) for number, item in enumerate(question.situations, 1))
            return sum(points, Fraction(0)) / len(question.situations)
        case _:
            assert_never(question)


def _grade_multiple(question: MultipleChoice, chosen: list[str]) -> Fraction:
    """Options classified right minus options classified wrong, over all; ticking nothing classifies nothing."""
    if not chosen:
        return Fraction(0)
    wrong = sum((option.id in chosen) is not option.correct for option in question.options)
    return max(Fraction(0), Fraction(len(question.options) - 2 * wrong, len(question.options)))


def _grade_situation(situation: Situation, answer: Answer, number: int) -> Fraction:
    if chosen_one(answer, verdict_field(number)) != situation.verdict:
        return Fraction(0)
    if situation.verdict is not Verdict.TERGANTUNG:
        return Fraction(1)
    allowing = {condition.id for condition in situation.conditions if condition.allowed}
    return HALF + (HALF if chosen_one(answer, condition_field(number)) in allowing else 0)


def grade_paper(items: Iterable[tuple[Question, Answer]]) -> Grade:
    points = [grade_item(question, answer) for question, answer in items]
    return Grade(sum(points, Fraction(0)), len(points))


def grade_by_indicator(items: Iterable[tuple[Question, Answer]]) -> dict[Indicator, Grade]:
    """Only indicators that occur, in their own order."""
    groups: dict[Indicator, list[tuple[Question, Answer]]] = {}
    for question, answer in items:
        groups.setdefault(question.indicator, []).append((question, answer))
    return {indicator: grade_paper(groups[indicator]) for indicator in Indicator if indicator in groups}
