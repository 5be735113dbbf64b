"""The common form of all questions, how each lies on one person's page, and the answer that its form means.

Each kind completes the form; the kinds stand in `netral.quiz.kinds`.

A question holds its key, feedback and citations. A browser may only receive its face and, after the answer, its review.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar, Self

from netral.errors import NetralError

Json = dict[str, Any]
Answer = dict[str, list[str]]
"""An answer as it is stored: field to the ids that were chosen, which are those of the source."""


class Indicator(StrEnum):
    KARIER = "karier"
    PARTAI = "partai"
    KAMPANYE = "kampanye"
    LAYANAN = "layanan"
    UMUM = "umum"


class Stage(StrEnum):
    PRA_PENETAPAN = "pra-penetapan"
    KAMPANYE = "kampanye"
    MASA_TENANG = "masa-tenang"
    PEMUNGUTAN = "pemungutan"
    PASCA = "pasca"
    DI_LUAR = "di-luar"


class Verdict(StrEnum):
    """A judgement of the actor's conduct; `PENGETAHUAN` where an item asks for knowledge and judges no conduct."""

    BOLEH = "boleh"
    TIDAK = "tidak"
    TERGANTUNG = "tergantung"
    PENGETAHUAN = "pengetahuan"


class Level(StrEnum):
    MUDAH = "mudah"
    SEDANG = "sedang"
    SULIT = "sulit"


class Audience(StrEnum):
    PNS = "PNS"
    PPPK = "PPPK"
    PPNPN = "PPNPN"


OPEN_VERDICTS = frozenset({Verdict.BOLEH, Verdict.TERGANTUNG})
CONDUCT = (Verdict.BOLEH, Verdict.TIDAK, Verdict.TERGANTUNG)


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """One rule of a norm, or the norm alone where `rule` is empty."""

    norm: str
    rule: str = ""

    def __str__(self) -> str:
        return f"{self.norm} {self.rule}".rstrip()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an answer, with the ids that it may hold in source order.

    `part`: the number, from 1, of the situation or row that it belongs to; None for the whole question. `shuffled`: its
    choices are shown in the order drawn for the attempt. `many`: several may be chosen.
    """

    name: str
    ids: tuple[str, ...]
    part: int | None = None
    shuffled: bool = True
    many: bool = False

    @property
    def kept_as(self) -> str:
        """Return the field's name in a stored answer."""
        return self.numbered(self.part)

    def numbered(self, number: int | None) -> str:
        return f"{self.name}-{number}" if number else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(ABC):
    """A question. `stem`, `details` and `explanation` are sanitised HTML; no stage means every stage.

    `kind` is the word that authors write and that is stored. `whole`: a part of an answer earns nothing, so practice
    asks for the rest before it tells the key.
    """

    kind: ClassVar[str]
    whole: ClassVar[bool] = False

    id: str
    stem: str
    indicator: Indicator
    rules: tuple[Citation, ...] = ()
    details: str = ""
    explanation: str = ""
    stages: tuple[Stage, ...] = ()
    verdict: Verdict | None = None
    twin_group: str | None = None
    level: Level | None = None
    audiences: tuple[Audience, ...] = ()
    shuffle: bool = True

    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """Return the fields of an answer in source order. All shuffled ones hold the same ids."""

    @abstractmethod
    def right_answer(self) -> Answer:
        """Return an answer that earns the whole point."""

    @abstractmethod
    def grade(self, answer: Answer) -> Fraction:
        """Return the points in [0, 1] for an accepted answer; a blank one earns nothing."""

    @abstractmethod
    def face(self, layout: "Layout") -> "Face":
        """Return everything that may be shown before the answer: no key, feedback, verdict, citation, and no id.

        Authors put hints even into the ids of questions; in a layout by places no id of the source is shown either.
        """

    @abstractmethod
    def review(self, layout: "Layout", answer: Answer) -> "Review":
        """Return the chosen answer, the key and the reasons, in the same display order as the face."""

    def remarks(self, answer: Answer) -> "tuple[Remark, ...]":
        """Return the feedback of what was chosen, and nothing that names the key, for the result of a failed attempt.

        A kind whose feedback tells the key whatever was chosen has none.
        """
        return ()

    def judged(self, answer: Answer) -> "tuple[tuple[Verdict, str], ...]":
        """Return the acts that an answer judges, each as the verdict of the key and the one that was chosen.

        A kind that asks for no verdict has none.
        """
        return ()

    @abstractmethod
    def parts_to_json(self) -> Json:
        """Return the parts that only this kind has, as stored: keys may be added, never changed."""

    @classmethod
    @abstractmethod
    def parts_from_json(cls, data: Mapping[str, Any]) -> Json:
        """Return the arguments from which `parts_to_json` made its result."""

    def is_complete(self, answer: Answer) -> bool:
        """Return whether the answer needs nothing more."""
        return all(answer.get(field.kept_as) for field in self.fields())

    @property
    def is_open(self) -> bool:
        """Return whether the item shows that much is allowed: its verdict is BOLEH or TERGANTUNG."""
        return self.verdict in OPEN_VERDICTS

    @property
    def may_shuffle(self) -> bool:
        return self.shuffle

    @property
    def shuffled_ids(self) -> tuple[str, ...]:
        """Return the ids whose display order is drawn and stored for each attempt, in source order."""
        return next((field.ids for field in self.fields() if field.shuffled), ())

    @property
    def part_count(self) -> int:
        return max((field.part or 0 for field in self.fields()), default=0)

    def to_json(self) -> Json:
        """Return JSON of strings, booleans, lists, objects and null; empty values are kept: the form never varies."""
        return {
            "id": self.id,
            "jenis": self.kind,
            "stem": self.stem,
            "details": self.details,
            "explanation": self.explanation,
            "indicator": self.indicator.value,
            "rules": [[rule.norm, rule.rule] for rule in self.rules],
            "stages": [stage.value for stage in self.stages],
            "verdict": self.verdict.value if self.verdict else None,
            "twin_group": self.twin_group,
            "level": self.level.value if self.level else None,
            "audiences": [audience.value for audience in self.audiences],
            "shuffle": self.shuffle,
            **self.parts_to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the question that `to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            id=data["id"],
            stem=data["stem"],
            details=data["details"],
            explanation=data["explanation"],
            indicator=Indicator(data["indicator"]),
            rules=tuple(Citation(norm, rule) for norm, rule in data["rules"]),
            stages=tuple(map(Stage, data["stages"])),
            verdict=Verdict(data["verdict"]) if data["verdict"] else None,
            twin_group=data["twin_group"],
            level=Level(data["level"]) if data["level"] else None,
            audiences=tuple(map(Audience, data["audiences"])),
            shuffle=data["shuffle"],
            **cls.parts_from_json(data),
        )


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field of the form. `name` is its name there; `ids`: value -> id, in display order."""

    field: Field
    name: str
    ids: Mapping[str, str]

    def choices(self, texts: Mapping[str, str] | None = None) -> "tuple[Choice, ...]":
        """Return the choices with their texts; without any, an id is its own text."""
        return tuple(Choice(value, texts[name] if texts else name) for value, name in self.ids.items())


@dataclass(frozen=True, slots=True)
class Layout:
    """A question in the display order of one person's page.

    `ids` are those whose order is drawn for the attempt; `parts` are source numbers, from 1, of situations or rows.
    `by_place`: the form sends places (`1`, `2`, ...), so that its values reveal nothing of the source and are useless
    to others; otherwise it sends source ids, as in attempts from before places were sent.
    """

    question: Question
    ids: tuple[str, ...]
    parts: tuple[int, ...]
    by_place: bool

    def fields(self) -> Iterator[ShownField]:
        """Yield the fields of the form in display order."""
        places = {number: place for place, number in enumerate(self.parts, 1)}
        for field in sorted(self.question.fields(), key=lambda field: places.get(field.part or 0, 0)):
            number = places[field.part] if field.part and self.by_place else field.part
            ids = self.ids if field.shuffled else field.ids
            values = {str(place) if self.by_place else name: name for place, name in enumerate(ids, 1)}
            yield ShownField(field, field.numbered(number), values)

    def rows(self) -> "Iterator[tuple[int, int, dict[str, ShownField]]]":
        """Yield place and source number of each situation or row with its fields by name, in display order."""
        shown = list(self.fields())
        for place, number in enumerate(self.parts, 1):
            yield place, number, {each.field.name: each for each in shown if each.field.part == number}

    def face(self) -> "Face":
        return self.question.face(self)

    def review(self, answer: Answer) -> "Review":
        return self.question.review(self, answer)


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice. `value` is sent by the form; `text` is HTML, or the id of a verdict, for which the page has words."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class RowFace:
    """A row with one field on the page. `number` is its place of display, which tells nothing of that in the source."""

    number: int
    text: str
    field: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """All parts of a question that may reach a browser before it is answered; each kind adds its own."""

    kind: str
    stem: str
    details: str

    @classmethod
    def of(cls, question: Question, **own: Any) -> Self:
        return cls(kind=question.kind, stem=question.stem, details=question.details, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A question after it has been answered or handed in, not before; each kind adds its own parts."""

    kind: str
    stem: str
    details: str
    explanation: str
    rules: tuple[Citation, ...]
    verdict: Verdict | None
    points: Fraction

    @classmethod
    def of(cls, question: Question, answer: Answer, **own: Any) -> Self:
        return cls(
            kind=question.kind,
            stem=question.stem,
            details=question.details,
            explanation=question.explanation,
            rules=question.rules,
            verdict=question.verdict,
            points=question.grade(answer),
            **own,
        )

    @property
    def correct(self) -> bool:
        return self.points == 1


@dataclass(frozen=True, slots=True)
class Remark:
    """A choice, as HTML or the id of a verdict, with its feedback."""

    chosen: str
    feedback: str


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


def part_order(question: Question, seed: str | int | None) -> tuple[int, ...]:
    """Return the display order of a question's situations or rows, by their numbers from 1; empty where it has none.

    It is drawn from the seed, so it need not be kept; without a seed, or where the author asks for it, it is the source
    order.
    """
    numbers = range(1, question.part_count + 1)
    if seed is None or not question.may_shuffle:
        return tuple(numbers)
    return tuple(sorted(numbers, key=lambda number: chance(seed, question.id, "situasi", number)))


def chance(*parts: str | int) -> bytes:
    """Return a random number that depends on its parts alone: unlike `random`, the same in every version of Python."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).digest()
