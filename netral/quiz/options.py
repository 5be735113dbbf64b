"""The common part of the kinds with a list of options."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, ClassVar

from netral.quiz.questions import Answer, Choice, Face, Field, Json, Layout, Question, Remark, Review

CHOICE_FIELD = "jawaban"


@dataclass(frozen=True, slots=True)
class Option:
    """An option. `text` and `feedback` are sanitised HTML; `id` is a letter by source order, or benar/salah."""

    id: str
    text: str
    feedback: str
    correct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsFace(Face):
    """The options on a page. `many`: several may be chosen."""

    field: str
    many: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ReviewedOption:
    id: str
    text: str
    feedback: str
    correct: bool
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsReview(Review):
    options: tuple[ReviewedOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsQuestion(Question):
    """A question whose one field has the options; the point is earned by choosing exactly the key."""

    many: ClassVar[bool] = False

    options: tuple[Option, ...]

    def fields(self) -> tuple[Field, ...]:
        return (Field(CHOICE_FIELD, tuple(option.id for option in self.options), many=self.many),)

    def right_answer(self) -> Answer:
        return {CHOICE_FIELD: [option.id for option in self.options if option.correct]}

    def grade(self, answer: Answer) -> Fraction:
        return Fraction(answer.get(CHOICE_FIELD, []) == self.right_answer()[CHOICE_FIELD])

    def face(self, layout: Layout) -> OptionsFace:
        (field,) = layout.fields()
        texts = {option.id: option.text for option in self.options}
        return OptionsFace.of(self, field=field.name, many=self.many, choices=field.choices(texts))

    def review(self, layout: Layout, answer: Answer) -> OptionsReview:
        chosen = answer.get(CHOICE_FIELD, [])
        by_id = {option.id: option for option in self.options}
        options = tuple(
            ReviewedOption(option.id, option.text, option.feedback, option.correct, option.id in chosen)
            for option in map(by_id.__getitem__, layout.ids)
        )
        return OptionsReview.of(self, answer, options=options)

    def remarks(self, answer: Answer) -> tuple[Remark, ...]:
        chosen = answer.get(CHOICE_FIELD, [])
        return tuple(Remark(option.text, option.feedback) for option in self.options if option.id in chosen)

    def parts_to_json(self) -> Json:
        return {"options": [asdict(option) for option in self.options]}

    @classmethod
    def parts_from_json(cls, data: Mapping[str, Any]) -> Json:
        return {"options": tuple(Option(**option) for option in data["options"])}
