"""The check questions of a circular: one choice out of two to four, each about one paragraph. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

QUESTIONS = 2
FEWEST_OPTIONS, MOST_OPTIONS = 2, 4


@dataclass(frozen=True, slots=True)
class CheckQuestion:
    """A question. `key`: position of the right option, from 0; `paragraph`: number of its passage, from 1.

    `reason` is shown once the question was answered right.
    """

    ask: str
    options: tuple[str, ...]
    key: int
    reason: str
    paragraph: int

    def is_right(self, choice: int) -> bool:
        return choice == self.key


def dump(questions: Sequence[CheckQuestion]) -> list[dict[str, Any]]:
    return [{**asdict(each), "options": list(each.options)} for each in questions]


def load(stored: Sequence[dict[str, Any]]) -> tuple[CheckQuestion, ...]:
    return tuple(CheckQuestion(**{**each, "options": tuple(each["options"])}) for each in stored)
