"""A question on one person's page, and the answer that its form means.

Stored answers hold ids and numbers of the source, whatever the form sends.
"""

from collections.abc import Mapping, Sequence

from netral.errors import NetralError
from netral.quiz.drawing import part_order
from netral.quiz.questions import Answer, Layout, Question


class AnswerNotOffered(NetralError):
    """The form names a choice that the question does not have, or several where one is asked for."""

    def __init__(self, field: str, values: Sequence[str]) -> None:
        super().__init__(field, list(values))
        self.field = field
        self.values = tuple(values)


def lay_out(
    question: Question, option_order: Sequence[str] = (), *, seed: str | int | None = None, by_place: bool = True
) -> Layout:
    """Lay out a question in the option order stored for the attempt; ids missing from it follow in source order.

    The order of situations and rows is drawn from the `seed`; without a seed it is that of the source.
    """
    ids, parts = question.shuffled_ids, part_order(question, seed)
    if question.may_shuffle:
        places = {name: place for place, name in enumerate(option_order)}
        ids = tuple(sorted(ids, key=lambda name: places.get(name, len(places))))
    return Layout(question, ids, parts, by_place)


def accept(layout: Layout, form: Mapping[str, Sequence[str]]) -> Answer:
    """Return the answer that a form means, as it is stored, in source order; other fields and empty values are ignored.

    Raises `AnswerNotOffered`.
    """
    answer: Answer = {}
    for shown in layout.fields():
        chosen = {value for value in form.get(shown.name, ()) if value}
        too_many = len(chosen) > 1 and not shown.field.many
        if too_many or not chosen.issubset(shown.ids):
            raise AnswerNotOffered(shown.name, sorted(chosen))
        if chosen:
            ids = {shown.ids[value] for value in chosen}
            answer[shown.field.kept_as] = [name for name in shown.field.ids if name in ids]
    return answer


def as_sent(layout: Layout, answer: Answer) -> Answer:
    """Return a stored answer in the fields and values of the form, in the order of display: the inverse of `accept`."""
    sent: Answer = {}
    for shown in layout.fields():
        if kept := answer.get(shown.field.kept_as):
            sent[shown.name] = [value for value, name in shown.ids.items() if name in kept]
    return sent
