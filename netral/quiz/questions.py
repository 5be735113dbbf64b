"""The kinds of question, whole: with their keys, feedback and citations. Nothing here may reach a browser as it is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class Kind(StrEnum):
    SINGLE = "tunggal"
    MULTIPLE = "jamak"
    TRUE_FALSE = "benar-salah"
    BTT = "btt"


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
    """What the actor's conduct is; `PENGETAHUAN` where an item asks for knowledge and judges no conduct."""

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
class Option:
    """`text` and `feedback` are sanitised HTML; `id` is a letter by source order, or benar/salah."""

    id: str
    text: str
    feedback: str
    correct: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """Under which an act is allowed, or is not: `text` begins with "jika"."""

    id: str
    text: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """One case to judge. Conditions with the same words in several situations carry the same id."""

    text: str
    verdict: Verdict
    feedback: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What every kind has. `stem`, `details` and `explanation` are sanitised HTML; no stage means every stage."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleChoice(About):
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleChoice(About):
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalse(About):
    """Two options, `benar` and `salah`, never shuffled."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BttQuestion(About):
    """Boleh, Tidak, Tergantung: several situations; where it depends, one condition is to be chosen as well."""

    situations: tuple[Situation, ...]

    @property
    def condition_texts(self) -> dict[str, str]:
        """Id to text of every condition of the question once, in source order."""
        return {condition.id: condition.text for situation in self.situations for condition in situation.conditions}


Question = SingleChoice | MultipleChoice | TrueFalse | BttQuestion
ChoiceQuestion = SingleChoice | MultipleChoice | TrueFalse


def kind_of(question: Question) -> Kind:
    match question:
        case SingleChoice():
            return Kind.SINGLE
        case MultipleChoice():
            return Kind.MULTIPLE
        case TrueFalse():
            return Kind.TRUE_FALSE
        case BttQuestion():
            return Kind.BTT
        case _:
            assert_never(question)


def is_open(question: Question) -> bool:
    """Does the item show that much is allowed? By its verdict; a btt item when more than half of its situations are
    BOLEH or TERGANTUNG.
    """
    if isinstance(question, BttQuestion):
        allowing = sum(situation.verdict in OPEN_VERDICTS for situation in question.situations)
        return 2 * allowing > len(question.situations)
    return question.verdict in OPEN_VERDICTS


def shuffled_ids(question: Question) -> tuple[str, ...]:
    """The ids whose order of display is drawn per attempt, in source order: options, or a btt item's conditions."""
    if isinstance(question, BttQuestion):
        return tuple(question.condition_texts)
    return tuple(option.id for option in question.options)


def may_shuffle(question: Question) -> bool:
    return question.shuffle and not isinstance(question, TrueFalse)
