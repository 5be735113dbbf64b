"""Boleh, Tidak, Tergantung: several situations to judge; for Tergantung, one condition is chosen as well."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from netral.quiz.questions import (
    CONDUCT,
    OPEN_VERDICTS,
    Answer,
    Choice,
    Face,
    Field,
    Json,
    Layout,
    Question,
    Review,
    Verdict,
)

VERDICT_FIELD = "jawaban"
CONDITION_FIELD = "syarat"
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition under which an act is allowed or forbidden: `text` begins with "jika"."""

    id: str
    text: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Decoy:
    """A condition that decides none of the situations."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Situation:
    """A case to judge. Equal conditions in several situations carry the same id."""

    text: str
    verdict: Verdict
    feedback: str
    conditions: tuple[Condition, ...] = ()

    @property
    def allowing(self) -> list[str]:
        return [condition.id for condition in self.conditions if condition.allowed]


@dataclass(frozen=True, slots=True)
class SituationFace:
    """A situation on the page, numbered by its place of display.

    `conditions` are all of the question's; without any there is no field for them.
    """

    number: int
    text: str
    verdict_field: str
    verdicts: tuple[Choice, ...]
    condition_field: str | None
    conditions: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BttFace(Face):
    situations: tuple[SituationFace, ...]


@dataclass(frozen=True, slots=True)
class ReviewedCondition:
    """A condition in a review. `allowed` is None if it was written for another situation."""

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
class BttReview(Review):
    """`decoys` are the texts of the conditions that decide nothing."""

    situations: tuple[ReviewedSituation, ...]
    decoys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BttQuestion(Question):
    kind = "btt"

    situations: tuple[Situation, ...]
    decoys: tuple[Decoy, ...] = ()

    @property
    def condition_texts(self) -> dict[str, str]:
        """Return id -> text of every condition of the question once, in source order, decoys last."""
        own = {condition.id: condition.text for situation in self.situations for condition in situation.conditions}
        return own | {decoy.id: decoy.text for decoy in self.decoys}

    def fields(self) -> tuple[Field, ...]:
        """Return the fields. Every condition is offered to each situation, so that offering it reveals nothing."""
        conditions = tuple(self.condition_texts)
        fields: list[Field] = []
        for number in range(1, len(self.situations) + 1):
            fields.append(Field(VERDICT_FIELD, CONDUCT, part=number, shuffled=False))
            if conditions:
                fields.append(Field(CONDITION_FIELD, conditions, part=number))
        return tuple(fields)

    @property
    def shuffled_ids(self) -> tuple[str, ...]:
        return tuple(self.condition_texts)

    @property
    def is_open(self) -> bool:
        """Return whether more than half of the situations are BOLEH or TERGANTUNG."""
        allowing = sum(situation.verdict in OPEN_VERDICTS for situation in self.situations)
        return 2 * allowing > len(self.situations)

    def is_complete(self, answer: Answer) -> bool:
        """Return whether the answer is complete; a condition is needed for `tergantung` alone, if there are any."""
        offered = bool(self.condition_texts)
        for number in range(1, len(self.situations) + 1):
            verdict, condition = _chosen(answer, number)
            if verdict is None or (verdict == Verdict.TERGANTUNG and offered and condition is None):
                return False
        return True

    def right_answer(self) -> Answer:
        answer: Answer = {}
        for number, situation in enumerate(self.situations, 1):
            answer[f"{VERDICT_FIELD}-{number}"] = [situation.verdict.value]
            if situation.allowing:
                answer[f"{CONDITION_FIELD}-{number}"] = situation.allowing[:1]
        return answer

    def grade(self, answer: Answer) -> Fraction:
        """Return the mean of the situations' points."""
        points = (_grade(each, *_chosen(answer, number)) for number, each in enumerate(self.situations, 1))
        return sum(points, Fraction(0)) / len(self.situations)

    def face(self, layout: Layout) -> BttFace:
        faces = []
        for place, number, fields in layout.rows():
            verdicts, conditions = fields[VERDICT_FIELD], fields.get(CONDITION_FIELD)
            faces.append(
                SituationFace(
                    number=place,
                    text=self.situations[number - 1].text,
                    verdict_field=verdicts.name,
                    verdicts=verdicts.choices(),
                    condition_field=conditions.name if conditions else None,
                    conditions=conditions.choices(self.condition_texts) if conditions else (),
                )
            )
        return BttFace.of(self, situations=tuple(faces))

    def review(self, layout: Layout, answer: Answer) -> BttReview:
        situations = (self._review(number, place, answer) for place, number in enumerate(layout.parts, 1))
        return BttReview.of(self, answer, situations=tuple(situations), decoys=tuple(each.text for each in self.decoys))

    def _review(self, number: int, place: int, answer: Answer) -> ReviewedSituation:
        """Return a situation with its own conditions, and the chosen one, whichever situation that was written for."""
        situation = self.situations[number - 1]
        verdict, condition = _chosen(answer, number)
        if verdict != Verdict.TERGANTUNG:
            condition = None
        allowed = {each.id: each.allowed for each in situation.conditions}
        shown = {name: text for name, text in self.condition_texts.items() if name in allowed or name == condition}
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

    def judged(self, answer: Answer) -> tuple[tuple[Verdict, str], ...]:
        chosen = ((each.verdict, _chosen(answer, number)[0]) for number, each in enumerate(self.situations, 1))
        return tuple((key, verdict) for key, verdict in chosen if verdict is not None)

    def parts_to_json(self) -> Json:
        return {
            "situations": [
                asdict(each) | {"verdict": each.verdict.value, "conditions": list(map(asdict, each.conditions))}
                for each in self.situations
            ],
            "decoys": list(map(asdict, self.decoys)),
        }

    @classmethod
    def parts_from_json(cls, data: Mapping[str, Any]) -> Json:
        return {
            "situations": tuple(
                Situation(
                    text=each["text"],
                    verdict=Verdict(each["verdict"]),
                    feedback=each["feedback"],
                    conditions=tuple(Condition(**condition) for condition in each["conditions"]),
                )
                for each in data["situations"]
            ),
            "decoys": tuple(Decoy(**decoy) for decoy in data.get("decoys", ())),
        }


def _chosen(answer: Answer, number: int) -> tuple[str | None, str | None]:
    """Return the verdict and the condition that were chosen for a situation."""
    verdict, condition = answer.get(f"{VERDICT_FIELD}-{number}"), answer.get(f"{CONDITION_FIELD}-{number}")
    return verdict[0] if verdict else None, condition[0] if condition else None


def _grade(situation: Situation, verdict: str | None, condition: str | None) -> Fraction:
    if verdict != situation.verdict:
        return Fraction(0)
    if situation.verdict is not Verdict.TERGANTUNG:
        return Fraction(1)
    return HALF + (HALF if condition in situation.allowing else 0)
