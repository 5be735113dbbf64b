"""Answers as they are stored: the choices that a question takes, and whether anything is missing."""

from typing import assert_never

from netral.quiz.questions import CONDUCT, BttQuestion, MultipleChoice, Question, SingleChoice, TrueFalse, Verdict

Answer = dict[str, list[str]]
CHOICE_FIELD = "jawaban"


def verdict_field(number: int) -> str:
    """Situations are counted from 1."""
    return f"jawaban-{number}"


def condition_field(number: int) -> str:
    return f"syarat-{number}"


def fields(question: Question) -> dict[str, tuple[str, ...]]:
    """Return the fields of an answer, each with the ids that it may hold, in source order.

    The conditions of a btt item are offered to each of its situations, so that offering them tells nothing about one of
    them.
    """
    if not isinstance(question, BttQuestion):
        return {CHOICE_FIELD: tuple(option.id for option in question.options)}
    offered: dict[str, tuple[str, ...]] = {}
    conditions = tuple(question.condition_texts)
    for number in range(1, len(question.situations) + 1):
        offered[verdict_field(number)] = tuple(CONDUCT)
        if conditions:
            offered[condition_field(number)] = conditions
    return offered


def chosen_one(answer: Answer, field: str) -> str | None:
    values = answer.get(field, [])
    return values[0] if values else None


def is_complete(question: Question, answer: Answer) -> bool:
    """Nothing more is asked for: something chosen, and in a btt item every situation judged, with a condition wherever
    `tergantung` was chosen and conditions are offered.
    """
    match question:
        case SingleChoice() | MultipleChoice() | TrueFalse():
            return bool(answer.get(CHOICE_FIELD))
        case BttQuestion():
            return _is_judged(question, answer)
        case _:
            assert_never(question)


def _is_judged(question: BttQuestion, answer: Answer) -> bool:
    offered = bool(question.condition_texts)
    for number in range(1, len(question.situations) + 1):
        verdict = chosen_one(answer, verdict_field(number))
        if verdict is None:
            return False
        if verdict == Verdict.TERGANTUNG and offered and chosen_one(answer, condition_field(number)) is None:
            return False
    return True
