"""Steps to put in order; each step is given its place."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from netral.quiz.questions import Answer, Face, Field, Json, Layout, Question, Review, RowFace

PLACE_FIELD = "jawaban"


@dataclass(frozen=True, slots=True)
class Step:
    """A step. `text` is sanitised HTML; `place`, from 1, is where it belongs."""

    text: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderingFace(Face):
    steps: tuple[RowFace, ...]


@dataclass(frozen=True, slots=True)
class ReviewedStep:
    """A step in a review. `chosen` is None when blank; `follows`: it was put directly after the step before it."""

    place: int
    text: str
    chosen: int | None
    follows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderingReview(Review):
    """`steps` stand in the right order."""

    steps: tuple[ReviewedStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering(Question):
    """`steps` are kept in an order that tells nothing, for pages that draw none."""

    kind = "urut"

    steps: tuple[Step, ...]

    @property
    def _right_order(self) -> list[int]:
        """Return the numbers of the steps, from 1, in the right order."""
        return sorted(range(1, len(self.steps) + 1), key=lambda number: self.steps[number - 1].place)

    def fields(self) -> tuple[Field, ...]:
        numbers = range(1, len(self.steps) + 1)
        places = tuple(map(str, numbers))
        return tuple(Field(PLACE_FIELD, places, part=number, shuffled=False) for number in numbers)

    def is_complete(self, answer: Answer) -> bool:
        """Return whether each step has a place of its own."""
        return len(_places(answer)) == len(self.steps)

    def right_answer(self) -> Answer:
        return {f"{PLACE_FIELD}-{number}": [str(step.place)] for number, step in enumerate(self.steps, 1)}

    def grade(self, answer: Answer) -> Fraction:
        """Return the share of pairs of neighbouring steps of which one was put directly after the other."""
        follows = self._follows(_places(answer))
        return Fraction(sum(follows), len(follows))

    def _follows(self, places: Mapping[int, int]) -> list[bool]:
        return [
            first in places and second in places and places[second] == places[first] + 1
            for first, second in pairwise(self._right_order)
        ]

    def face(self, layout: Layout) -> OrderingFace:
        steps = (
            RowFace(place, self.steps[number - 1].text, fields[PLACE_FIELD].name, fields[PLACE_FIELD].choices())
            for place, number, fields in layout.rows()
        )
        return OrderingFace.of(self, steps=tuple(steps))

    def review(self, layout: Layout, answer: Answer) -> OrderingReview:
        follows = [False, *self._follows(_places(answer))]
        steps = []
        for place, number in enumerate(self._right_order, 1):
            chosen = answer.get(f"{PLACE_FIELD}-{number}")
            text = self.steps[number - 1].text
            steps.append(ReviewedStep(place, text, int(chosen[0]) if chosen else None, follows[place - 1]))
        return OrderingReview.of(self, answer, steps=tuple(steps))

    def parts_to_json(self) -> Json:
        return {"steps": list(map(asdict, self.steps))}

    @classmethod
    def parts_from_json(cls, data: Mapping[str, Any]) -> Json:
        return {"steps": tuple(Step(**step) for step in data["steps"])}


def _places(answer: Answer) -> dict[int, int]:
    """Return number of the step -> place. A place given to several steps is none: it would win pairs by guessing."""
    places = {int(name.rpartition("-")[2]): int(chosen[0]) for name, chosen in answer.items() if chosen}
    used = Counter(places.values())
    return {number: place for number, place in places.items() if used[place] == 1}
