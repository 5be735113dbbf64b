"""A question as a guesser takes it apart: what must be decided, with the cues of each choice, and the answer put
together again, which the question grades itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netral.content.blind.cues import Cues, option_cues, reason_cues, step_cues, verdict_cues
from netral.content.blind.wording import meanings, plain
from netral.quiz.questions import CONDUCT, Answer, Field, Question, Verdict, chance

TRUTHS = ("benar", "salah")
REASON_FIELD = "syarat"
LEAVE = "lewati"
ORDERED = "urut"
HALF = 0.5

Beliefs = Sequence[float]


@dataclass(frozen=True, slots=True)
class Decision:
    """Choices of which one is right, with the cues of each. `right` None: nothing can be learnt from it.

    `field` is the field of the answer that it fills; `given` the verdict that it goes with, where it is a reason.
    """

    field: str
    ids: tuple[str, ...]
    cues: tuple[Cues, ...]
    right: int | None
    given: str = ""


@dataclass(frozen=True, slots=True)
class Puzzle:
    question: Question
    decisions: tuple[Decision, ...]

    def answer(self, beliefs: Sequence[Beliefs]) -> Answer:
        """Return the answer that earns most where the guesser believes this of each decision."""
        by_field: dict[str, list[tuple[Decision, Beliefs]]] = {}
        for decision, belief in zip(self.decisions, beliefs, strict=True):
            by_field.setdefault(decision.field, []).append((decision, belief))
        if self.question.kind == ORDERED:
            return self._put_in_order(beliefs)
        answer: Answer = {}
        for field in self.question.fields():
            if field.name != REASON_FIELD:
                reasons = by_field.get(field.kept_as.replace(field.name, REASON_FIELD, 1), [])
                answer |= self._decide(field, by_field[field.kept_as], reasons)
        return answer

    def _put_in_order(self, beliefs: Sequence[Beliefs]) -> Answer:
        """Return every step at a place of its own, by the place where the guesser expects it on average."""
        expected = {
            decision.field: sum(int(name) * likely for name, likely in zip(decision.ids, belief, strict=True))
            for decision, belief in zip(self.decisions, beliefs, strict=True)
        }
        return {name: [str(place)] for place, name in enumerate(sorted(expected, key=expected.__getitem__), 1)}

    def _decide(
        self, field: Field, own: list[tuple[Decision, Beliefs]], reasons: list[tuple[Decision, Beliefs]]
    ) -> Answer:
        if field.many:
            ticks = {decision.ids[0]: belief[0] for decision, belief in own}
            surest = max(ticks, key=ticks.__getitem__)
            return {field.kept_as: [name for name in field.ids if ticks[name] > HALF or name == surest]}
        ((decision, belief),) = own
        best, chosen = -1.0, Answer()
        for name, likely in zip(decision.ids, belief, strict=True):
            gain, reason = self._with_reason(name, likely, reasons)
            if gain > best:
                best, chosen = gain, {field.kept_as: [name], **reason}
        return chosen

    def _with_reason(
        self, verdict: str, likely: float, reasons: list[tuple[Decision, Beliefs]]
    ) -> tuple[float, Answer]:
        """Return the points to expect from a verdict and its best reason: both or nothing, but half for each in btt."""
        for decision, belief in reasons:
            if decision.given == verdict:
                sure, name = max(zip(belief, decision.ids, strict=True))
                both = HALF + HALF * sure if self.question.kind == "btt" else sure
                return likely * both, {decision.field: [name]}
        return likely, {}


def take_apart(question: Question) -> Puzzle:
    return Puzzle(question, tuple(_decisions(question)))


def _decisions(question: Question) -> Iterator[Decision]:
    reader = _Reader(question)
    for field in question.fields():
        if field.many:
            yield from reader.ticks(field)
        elif field.name == REASON_FIELD:
            yield from reader.reasons(field)
        elif question.kind == ORDERED:
            yield reader.place_of_step(field)
        elif set(field.ids) <= {*CONDUCT, *TRUTHS}:
            yield reader.verdict(field)
        else:
            yield reader.choice(field)


class _Reader:
    """Reads the decisions of a question from its stored form, in which every kind keeps its texts beside their ids."""

    def __init__(self, question: Question) -> None:
        data = question.to_json()
        self.question = question
        self.texts = dict(_texts(data))
        self.stem = plain(f"{question.stem} {question.details}")
        self.parts = _parts(data, question.part_count)
        self.right = question.right_answer()

    def about(self, field: Field) -> str:
        return self.parts[field.part - 1] if field.part else self.stem

    def shuffled(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the ids in an order that tells nothing, by which equal beliefs are decided."""
        return tuple(sorted(ids, key=lambda name: chance(self.question.id, "urutan", name)))

    def words(self, ids: Iterable[str]) -> list[str]:
        return [self.texts.get(name, plain(name)) for name in ids]

    def place(self, field: str, ids: Sequence[str]) -> int | None:
        return next((ids.index(name) for name in self.right.get(field, ()) if name in ids), None)

    def choice(self, field: Field) -> Decision:
        ids = self.shuffled(field.ids)
        cues = option_cues(self.words(ids), self.about(field))
        if not self.question.may_shuffle:
            cues = [(*own, f"tempat {field.ids.index(name)}") for name, own in zip(ids, cues, strict=True)]
        return Decision(field.kept_as, ids, tuple(cues), self.place(field.kept_as, ids))

    def place_of_step(self, field: Field) -> Decision:
        step = self.about(field)
        return Decision(
            field.kept_as,
            field.ids,
            tuple(step_cues(step, number, len(field.ids)) for number in range(len(field.ids))),
            self.place(field.kept_as, field.ids),
        )

    def verdict(self, field: Field) -> Decision:
        ids = self.shuffled(field.ids)
        offered = [other for other in self.question.fields() if other.name == REASON_FIELD and other.part == field.part]
        shared = [f"daftar {len(other.ids)}" for other in offered]
        shared += (
            sorted(meanings(self.stem)) if field.part else [f"daftar {min(self.words(other.ids))}" for other in offered]
        )
        cues = tuple(verdict_cues(name, self.about(field), shared) for name in ids)
        return Decision(field.kept_as, ids, cues, self.place(field.kept_as, ids))

    def reasons(self, field: Field) -> Iterator[Decision]:
        """Yield the decision among reasons beside each verdict; only the one of the right verdict has a key."""
        ids = self.shuffled(field.ids)
        judged = self.right.get(Field("jawaban", (), part=field.part).kept_as, [])
        for verdict in (Verdict.TERGANTUNG,) if self.question.kind == "btt" else CONDUCT:
            cues = tuple(reason_cues(self.words(ids), self.about(field), verdict))
            right = self.place(field.kept_as, ids) if verdict.value in judged else None
            yield Decision(field.kept_as, ids, cues, right, given=verdict.value)

    def ticks(self, field: Field) -> Iterator[Decision]:
        right = self.right.get(field.kept_as, [])
        for name, cues in zip(field.ids, option_cues(self.words(field.ids), self.stem), strict=True):
            yield Decision(field.kept_as, (name, LEAVE), (cues, ("lewati",)), 0 if name in right else 1)


def _texts(data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, list):
        for each in data:
            yield from _texts(each)
    elif isinstance(data, dict):
        if isinstance(data.get("id"), str) and isinstance(data.get("text"), str):
            yield data["id"], plain(data["text"])
        for each in data.values():
            yield from _texts(each)


def _parts(data: Mapping[str, Any], count: int) -> list[str]:
    """Return the texts of the situations, rows or steps, in source order."""
    for name, each in data.items():
        if name != "options" and isinstance(each, list) and count and len(each) == count:
            texts = [part.get("text") for part in each if isinstance(part, dict)]
            if len(texts) == count and all(isinstance(text, str) for text in texts):
                return [plain(str(text)) for text in texts]
    return [""] * count
