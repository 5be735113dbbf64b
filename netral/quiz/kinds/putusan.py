"""A verdict on one act, then the fact that decides it; the point is earned by both together."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from netral.quiz.options import ReviewedOption
from netral.quiz.questions import (
    CONDUCT,
    Answer,
    Choice,
    Face,
    Field,
    Json,
    Layout,
    Question,
    Remark,
    Review,
    Verdict,
)

VERDICT_FIELD = "jawaban"
REASON_FIELD = "syarat"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict that may be chosen, and what is said to those who choose it."""

    verdict: Verdict
    feedback: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason offered. Questions of one list carry the same reasons, each with the id that its author gave it."""

    id: str
    text: str
    feedback: str


@dataclass(frozen=True, slots=True)
class Proviso:
    """A condition, beginning with "jika", that decides an act whose verdict depends; only shown in the review."""

    text: str
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictFace(Face):
    verdict_field: str
    verdicts: tuple[Choice, ...]
    reason_field: str
    reasons: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ReviewedVerdict:
    verdict: Verdict
    feedback: str
    correct: bool
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictReview(Review):
    """Verdicts in their fixed order, reasons in the order of display."""

    verdicts: tuple[ReviewedVerdict, ...]
    reasons: tuple[ReviewedOption, ...]
    provisos: tuple[Proviso, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictQuestion(Question):
    """A question of verdict and reason. `reason` is the id of the right one in `reasons`, a copy of list `list_name`.

    `provisos` belong to an act whose verdict is TERGANTUNG.
    """

    kind = "putusan"
    whole = True

    verdict: Verdict
    judgements: tuple[Judgement, ...]
    list_name: str
    reasons: tuple[Reason, ...]
    reason: str
    provisos: tuple[Proviso, ...] = ()

    def fields(self) -> tuple[Field, ...]:
        """Return verdict and reason. All reasons are offered whatever the verdict, so that they reveal nothing."""
        return (
            Field(VERDICT_FIELD, CONDUCT, shuffled=False),
            Field(REASON_FIELD, tuple(reason.id for reason in self.reasons)),
        )

    def right_answer(self) -> Answer:
        return {VERDICT_FIELD: [self.verdict.value], REASON_FIELD: [self.reason]}

    def grade(self, answer: Answer) -> Fraction:
        """Return the point for the right verdict with the right reason; nothing for one of them alone."""
        return Fraction(all(answer.get(field) == ids for field, ids in self.right_answer().items()))

    def face(self, layout: Layout) -> VerdictFace:
        verdicts, reasons = layout.fields()
        return VerdictFace.of(
            self,
            verdict_field=verdicts.name,
            verdicts=verdicts.choices(),
            reason_field=reasons.name,
            reasons=reasons.choices({reason.id: reason.text for reason in self.reasons}),
        )

    def review(self, layout: Layout, answer: Answer) -> VerdictReview:
        verdict, chosen = answer.get(VERDICT_FIELD, []), answer.get(REASON_FIELD, [])
        by_id = {reason.id: reason for reason in self.reasons}
        return VerdictReview.of(
            self,
            answer,
            verdicts=tuple(
                ReviewedVerdict(each.verdict, each.feedback, each.verdict is self.verdict, each.verdict in verdict)
                for each in self.judgements
            ),
            reasons=tuple(
                ReviewedOption(each.id, each.text, each.feedback, each.id == self.reason, each.id in chosen)
                for each in map(by_id.__getitem__, layout.ids)
            ),
            provisos=self.provisos,
        )

    def remarks(self, answer: Answer) -> tuple[Remark, ...]:
        verdict, chosen = answer.get(VERDICT_FIELD, []), answer.get(REASON_FIELD, [])
        return (
            *(Remark(each.verdict.value, each.feedback) for each in self.judgements if each.verdict in verdict),
            *(Remark(reason.text, reason.feedback) for reason in self.reasons if reason.id in chosen),
        )

    def judged(self, answer: Answer) -> tuple[tuple[Verdict, str], ...]:
        return tuple((self.verdict, chosen) for chosen in answer.get(VERDICT_FIELD, []))

    def parts_to_json(self) -> Json:
        return {
            "judgements": [{"verdict": each.verdict.value, "feedback": each.feedback} for each in self.judgements],
            "list_name": self.list_name,
            "reasons": list(map(asdict, self.reasons)),
            "reason": self.reason,
            "provisos": list(map(asdict, self.provisos)),
        }

    @classmethod
    def parts_from_json(cls, data: Mapping[str, Any]) -> Json:
        return {
            "judgements": tuple(Judgement(Verdict(each["verdict"]), each["feedback"]) for each in data["judgements"]),
            "list_name": data["list_name"],
            "reasons": tuple(Reason(**each) for each in data["reasons"]),
            "reason": data["reason"],
            "provisos": tuple(Proviso(**each) for each in data["provisos"]),
        }
