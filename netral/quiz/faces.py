"""The face of a question: all that may reach a browser before it is answered, and nothing else.

It holds no key, feedback, explanation, verdict, citation or hash; not even the question's id, because authors put hints
into ids; and, in a layout by places, no id of the source.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from netral.quiz.answers import CHOICE_FIELD, condition_field, verdict_field
from netral.quiz.layouts import Field, Layout, list_fields
from netral.quiz.questions import BttQuestion, Kind, MultipleChoice, kind_of


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice on the page; `value` is what the form sends.

    `text` is HTML, or the id of a verdict, which the page puts into words.
    """

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class SituationFace:
    """A situation on the page, numbered by its place of display.

    `conditions` are all of the question's; there is no field for them when there are none.
    """

    number: int
    text: str
    verdict_field: str
    verdicts: tuple[Choice, ...]
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


def make_face(layout: Layout) -> Face:
    question = layout.question
    kind, stem, details = kind_of(question), question.stem, question.details
    if isinstance(question, BttQuestion):
        return Face(kind=kind, stem=stem, details=details, situations=_situations(layout, question))
    texts = {option.id: option.text for option in question.options}
    (field,) = list_fields(layout)
    many = isinstance(question, MultipleChoice)
    return Face(kind=kind, stem=stem, details=details, many=many, choices=_choices(field, texts))


def _situations(layout: Layout, question: BttQuestion) -> tuple[SituationFace, ...]:
    by_name = {field.kept_as: field for field in list_fields(layout)}
    faces = []
    for place, number in enumerate(layout.situations, 1):
        verdicts, conditions = by_name[verdict_field(number)], by_name.get(condition_field(number))
        faces.append(
            SituationFace(
                number=place,
                text=question.situations[number - 1].text,
                verdict_field=verdicts.name,
                verdicts=tuple(Choice(value, name) for value, name in verdicts.choices),
                condition_field=conditions.name if conditions else None,
                conditions=_choices(conditions, question.condition_texts) if conditions else (),
            )
        )
    return tuple(faces)


def _choices(field: Field, texts: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, texts[name]) for value, name in field.choices)
