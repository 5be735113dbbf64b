"""The face of a question: all that may reach a browser before it is answered, and nothing else.

No key, feedback, explanation, verdict, citation or hash; not even the question's id, for authors put hints into ids.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netral.quiz.answers import CHOICE_FIELD, condition_field, verdict_field
from netral.quiz.questions import CONDUCT, BttQuestion, Kind, MultipleChoice, Question, kind_of, may_shuffle


@dataclass(frozen=True, slots=True)
class Choice:
    """`text` is HTML; empty for the three verdicts, whose words are the page's."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class SituationFace:
    """`conditions` are all of the question's, in the order of display; no field when there are none."""

    number: int
    text: str
    verdict_field: str
    verdicts: tuple[str, ...]
    condition_field: str | None
    conditions: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """`choices` and `field` for the kinds with options; `situations` for btt. `many`: several may be chosen."""

    kind: Kind
    stem: str
    details: str
    many: bool = False
    field: str = CHOICE_FIELD
    choices: tuple[Choice, ...] = ()
    situations: tuple[SituationFace, ...] = ()


def make_face(question: Question, option_order: Sequence[str] = ()) -> Face:
    """In the order stored for the attempt; ids the order does not name follow in source order."""
    kind, stem, details = kind_of(question), question.stem, question.details
    if isinstance(question, BttQuestion):
        return Face(kind=kind, stem=stem, details=details, situations=_situations(question, option_order))
    choices = _ordered([Choice(option.id, option.text) for option in question.options], option_order)
    many = isinstance(question, MultipleChoice)
    if not may_shuffle(question):
        choices = tuple(Choice(option.id, option.text) for option in question.options)
    return Face(kind=kind, stem=stem, details=details, many=many, choices=choices)


def _situations(question: BttQuestion, option_order: Sequence[str]) -> tuple[SituationFace, ...]:
    conditions = _ordered((Choice(*pair) for pair in question.condition_texts.items()), option_order)
    return tuple(
        SituationFace(
            number=number,
            text=situation.text,
            verdict_field=verdict_field(number),
            verdicts=tuple(CONDUCT),
            condition_field=condition_field(number) if conditions else None,
            conditions=conditions,
        )
        for number, situation in enumerate(question.situations, 1)
    )


def _ordered(choices: Iterable[Choice], option_order: Sequence[str]) -> tuple[Choice, ...]:
    places = {name: place for place, name in enumerate(option_order)}
    return tuple(sorted(choices, key=lambda choice: places.get(choice.id, len(places))))
