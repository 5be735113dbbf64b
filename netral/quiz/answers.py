"""From a submitted form to an answer: only what was offered, in source order."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from netral.errors import NetralError
from netral.quiz.questions import CONDUCT, BttQuestion, MultipleChoice, Question, SingleChoice, TrueFalse, Verdict

Answer = dict[str, list[str]]
CHOICE_FIELD = "jawaban"


class AnswerNotOffered(NetralError):
    """The form names a choice that the question does not have, or several where one is asked for."""

    def __init__(self, field: str, values: Sequence[str]) -> None:
        super().__init__(field, list(values))
        self.field = field
        self.values = tuple(values)


def verdict_field(number: int) -> str:
    """Situations are counted from 1."""
    return f"jawaban-{number}"


def condition_field(number: int) -> str:
    return f"syarat-{number}"


def fields(question: Question) -> dict[str, tuple[str, ...]]:
    """Form field to the ids offered in it. The conditions of a btt item are offered to each of its situations, so that
    offering them reveals nothing.
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


def accept(question: Question, form: Mapping[str, Sequence[str]]) -> Answer:
    """The answer in a form; other fields and empty values are left aside. Raises `AnswerNotOffered`."""
    answer: Answer = {}
    for field, offered in fields(question).items():
        chosen = {value for value in form.get(field, ()) if value}
        too_many = len(chosen) > 1 and not isinstance(question, MultipleChoice)
        if too_many or not chosen.issubset(offered):
            raise AnswerNotOffered(field, sorted(chosen))
        if chosen:
            answer[field] = [value for value in offered if value in chosen]
    return answer


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
