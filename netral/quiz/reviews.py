"""A question after it has been answered: what was chosen, the key, the reasons and the rules."""

from dataclasses import dataclass
from fractions import Fraction

from netral.quiz.answers import CHOICE_FIELD, Answer, chosen_one, condition_field, verdict_field
from netral.quiz.grading import grade_item
from netral.quiz.layouts import Layout
from netral.quiz.questions import BttQuestion, Citation, Kind, Verdict, kind_of


@dataclass(frozen=True, slots=True)
class ReviewedOption:
    id: str
    text: str
    feedback: str
    correct: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class ReviewedCondition:
    """`allowed` is None for a condition that was written for another situation."""

    id: str
    text: str
    chosen: bool
    allowed: bool | None


@dataclass(frozen=True, slots=True)
class ReviewedSituation:
    """A situation in a review, numbered by its place of display.

    `chosen` is the verdict that was given, None when blank; `verdict` is the key.
    """

    number: int
    text: str
    feedback: str
    verdict: Verdict
    chosen: Verdict | None
    conditions: tuple[ReviewedCondition, ...]

    @property
    def correct(self) -> bool:
        return self.chosen is self.verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Not for a browser before submission (exam) or before the answer (practice)."""

    kind: Kind
    stem: str
    details: str
    options: tuple[ReviewedOption, ...]
    situations: tuple[ReviewedSituation, ...]
    explanation: str
    rules: tuple[Citation, ...]
    verdict: Verdict | None
    points: Fraction

    @property
    def correct(self) -> bool:
        return self.points == 1


def make_review(layout: Layout, answer: Answer) -> Review:
    """In the same order of display as the face was."""
    question = layout.question
    return Review(
        kind=kind_of(question),
        stem=question.stem,
        details=question.details,
        options=_options(layout, answer),
        situations=_situations(layout, answer),
        explanation=question.explanation,
        rules=question.rules,
        verdict=question.verdict,
        points=grade_item(question, answer),
    )


def _options(layout: Layout, answer: Answer) -> tuple[ReviewedOption, ...]:
    if isinstance(layout.question, BttQuestion):
        return ()
    chosen = answer.get(CHOICE_FIELD, [])
    by_id = {option.id: option for option in layout.question.options}
    return tuple(
        ReviewedOption(option.id, option.text, option.feedback, option.correct, option.id in chosen)
        for option in map(by_id.__getitem__, layout.ids)
    )


def _situations(layout: Layout, answer: Answer) -> tuple[ReviewedSituation, ...]:
    question = layout.question
    if not isinstance(question, BttQuestion):
        return ()
    return tuple(_situation(question, number, place, answer) for place, number in enumerate(layout.situations, 1))


def _situation(question: BttQuestion, number: int, place: int, answer: Answer) -> ReviewedSituation:
    """With the conditions that were written for it, and the one that was chosen wherever it came from."""
    situation = question.situations[number - 1]
    verdict = chosen_one(answer, verdict_field(number))
    condition = chosen_one(answer, condition_field(number)) if verdict == Verdict.TERGANTUNG else None
    allowed = {each.id: each.allowed for each in situation.conditions}
    shown = {name: text for name, text in question.condition_texts.items() if name in allowed or name == condition}
    return ReviewedSituation(
        number=place,
        text=situation.text,
        feedback=situation.feedback,
        verdict=situation.verdict,
        chosen=Verdict(verdict) if verdict else None,
        conditions=tuple(
            ReviewedCondition(name, text, name == condition, allowed.get(name)) for name, text in shown.items()
        ),
    )
