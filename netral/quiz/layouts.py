"""A question on one person's page: the order of its parts, the fields its form sends, and the answer these mean.

A form sends places of display (`1`, `2`, ...), so that no value reveals anything about the source or is of use to
anybody else. Stored answers hold the ids and the situation numbers of the source.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from netral.errors import NetralError
from netral.quiz.answers import CHOICE_FIELD, Answer, condition_field, fields, verdict_field
from netral.quiz.drawing import situation_order
from netral.quiz.questions import CONDUCT, BttQuestion, MultipleChoice, Question, may_shuffle, shuffled_ids


class AnswerNotOffered(NetralError):
    """The form names a choice that the question does not have, or several where one is asked for."""

    def __init__(self, field: str, values: Sequence[str]) -> None:
        super().__init__(field, list(values))
        self.field = field
        self.values = tuple(values)


@dataclass(frozen=True, slots=True)
class Layout:
    """A question in the order of display.

    `ids` are those of the options, or of a btt item's conditions; `situations` are numbers of the source, from 1.
    `by_place`: the form sends places; otherwise it sends ids of the source, as in attempts that began before places
    were sent.
    """

    question: Question
    ids: tuple[str, ...]
    situations: tuple[int, ...]
    by_place: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form. `kept_as` is its name in a stored answer; `ids`: value to id, in the order of display."""

    name: str
    kept_as: str
    ids: Mapping[str, str]

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Pairs of value and id."""
        return tuple(self.ids.items())


def lay_out(
    question: Question, option_order: Sequence[str] = (), *, seed: str | int | None = None, by_place: bool = True
) -> Layout:
    """Lay out a question in the option order stored for the attempt; ids that it does not name follow in source order.

    The situations of a btt item are drawn from the `seed`; without one they stand as in the source.
    """
    ids, situations = shuffled_ids(question), situation_order(question, seed)
    if may_shuffle(question):
        places = {name: place for place, name in enumerate(option_order)}
        ids = tuple(sorted(ids, key=lambda name: places.get(name, len(places))))
    return Layout(question, ids, situations, by_place)


def list_fields(layout: Layout) -> Iterator[Field]:
    """Yield the fields of the form in the order of display."""
    chosen_from = _values(layout, layout.ids)
    if not isinstance(layout.question, BttQuestion):
        yield Field(CHOICE_FIELD, CHOICE_FIELD, chosen_from)
        return
    for place, number in enumerate(layout.situations, 1):
        shown = place if layout.by_place else number
        yield Field(verdict_field(shown), verdict_field(number), _values(layout, CONDUCT))
        if chosen_from:
            yield Field(condition_field(shown), condition_field(number), chosen_from)


def _values(layout: Layout, ids: Sequence[str]) -> dict[str, str]:
    return {str(place) if layout.by_place else name: name for place, name in enumerate(ids, 1)}


def accept(layout: Layout, form: Mapping[str, Sequence[str]]) -> Answer:
    """Return the answer that a form means, as it is stored, in source order; other fields and empty values are ignored.

    Raises `AnswerNotOffered`.
    """
    answer: Answer = {}
    offered = fields(layout.question)
    for field in list_fields(layout):
        chosen = {value for value in form.get(field.name, ()) if value}
        too_many = len(chosen) > 1 and not isinstance(layout.question, MultipleChoice)
        if too_many or not chosen.issubset(field.ids):
            raise AnswerNotOffered(field.name, sorted(chosen))
        if chosen:
            ids = {field.ids[value] for value in chosen}
            answer[field.kept_as] = [name for name in offered[field.kept_as] if name in ids]
    return answer


def as_sent(layout: Layout, answer: Answer) -> Answer:
    """Return a stored answer in the fields and values of the form, in the order of display: the inverse of `accept`."""
    sent: Answer = {}
    for field in list_fields(layout):
        if kept := answer.get(field.kept_as):
            sent[field.name] = [value for value, name in field.choices if name in kept]
    return sent
