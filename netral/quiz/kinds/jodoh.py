"""Rows to match with answers, of which there are more than rows; one answer may suit several rows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from netral.quiz.questions import Answer, Face, Field, Json, Layout, Question, Review, RowFace

ROW_FIELD = "jawaban"


@dataclass(frozen=True, slots=True)
class Suggested:
    """An answer to choose from. `text` is sanitised HTML."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row to match; `answer` is the id of the one that suits it."""

    text: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingFace(Face):
    """`heads` are those of the table: what the rows are, and what the answers are."""

    heads: tuple[str, str]
    rows: tuple[RowFace, ...]


@dataclass(frozen=True, slots=True)
class ReviewedRow:
    """A row in a review; `chosen` and `right` are texts, `chosen` is None when blank."""

    number: int
    text: str
    right: str
    chosen: str | None
    correct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingReview(Review):
    """`extra` are the texts of the answers that suit no row."""

    rows: tuple[ReviewedRow, ...]
    extra: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching(Question):
    """The order of `answers` in the source tells nothing of the rows: it is that of the alphabet."""

    kind = "jodoh"

    heads: tuple[str, str]
    rows: tuple[Row, ...]
    answers: tuple[Suggested, ...]

    @property
    def _texts(self) -> dict[str, str]:
        return {each.id: each.text for each in self.answers}

    def fields(self) -> tuple[Field, ...]:
        ids = tuple(self._texts)
        return tuple(Field(ROW_FIELD, ids, part=number) for number in range(1, len(self.rows) + 1))

    def right_answer(self) -> Answer:
        return {f"{ROW_FIELD}-{number}": [row.answer] for number, row in enumerate(self.rows, 1)}

    def grade(self, answer: Answer) -> Fraction:
        """Return the share of rows with the answer that suits them."""
        right = sum(answer.get(name) == wanted for name, wanted in self.right_answer().items())
        return Fraction(right, len(self.rows))

    def face(self, layout: Layout) -> MatchingFace:
        rows = (
            RowFace(place, self.rows[number - 1].text, fields[ROW_FIELD].name, fields[ROW_FIELD].choices(self._texts))
            for place, number, fields in layout.rows()
        )
        return MatchingFace.of(self, heads=self.heads, rows=tuple(rows))

    def review(self, layout: Layout, answer: Answer) -> MatchingReview:
        rows = tuple(self._review(number, place, answer) for place, number in enumerate(layout.parts, 1))
        suiting = {row.answer for row in self.rows}
        extra = tuple(each.text for each in self.answers if each.id not in suiting)
        return MatchingReview.of(self, answer, rows=rows, extra=extra)

    def _review(self, number: int, place: int, answer: Answer) -> ReviewedRow:
        row, chosen = self.rows[number - 1], answer.get(f"{ROW_FIELD}-{number}")
        return ReviewedRow(
            number=place,
            text=row.text,
            right=self._texts[row.answer],
            chosen=self._texts[chosen[0]] if chosen else None,
            correct=chosen == [row.answer],
        )

    def parts_to_json(self) -> Json:
        return {
            "heads": list(self.heads),
            "rows": list(map(asdict, self.rows)),
            "answers": list(map(asdict, self.answers)),
        }

    @classmethod
    def parts_from_json(cls, data: Mapping[str, Any]) -> Json:
        left, right = data["heads"]
        return {
            "heads": (left, right),
            "rows": tuple(Row(**row) for row in data["rows"]),
            "answers": tuple(Suggested(**each) for each in data["answers"]),
        }
