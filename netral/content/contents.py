"""What a content directory holds once it has been read."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from netral.content.findings import Finding, Severity
from netral.content.front_matter import Head
from netral.content.ikrar import Ikrar
from netral.content.markdown import Passage, passages
from netral.content.norms import Norm
from netral.content.question_source import QuestionSource
from netral.quiz.blueprint import Blueprint
from netral.quiz.questions import Citation, Question

WORDS_PER_MINUTE = 180
WORD = re.compile(r"\w+(?:[-'’]\w+)*")


def minutes_for(words: int) -> int:
    """Reading time, rounded up, at least one."""
    return max(1, math.ceil(words / WORDS_PER_MINUTE))


@dataclass(frozen=True, slots=True)
class Block:
    """Markdown of a file, taken apart once for the checks of prose. `line` is that of its first line."""

    path: str
    line: int
    passages: tuple[Passage, ...]

    @classmethod
    def of(cls, path: str, line: int, text: str) -> "Block":
        return cls(path, line, tuple(passages(text)))

    @property
    def words(self) -> int:
        return sum(len(WORD.findall(passage.text)) for passage in self.passages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`html` is sanitised and begins below the page's title, which is the h1; `minutes` is rounded up."""

    number: int
    title: str
    html: str
    source: str
    words: int
    citations: tuple[Citation, ...]
    line: int

    @property
    def minutes(self) -> int:
        return minutes_for(self.words)


@dataclass(frozen=True, slots=True)
class Written:
    """A question as written, whether or not it could be built."""

    path: str
    source: QuestionSource
    in_bank: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryQuestion:
    """`module` and `page` say where a practice question stands; both are None for one of the bank."""

    question: Question
    source: QuestionSource
    path: str
    module: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    head: Head
    path: str
    pages: tuple[Page, ...]
    practice: tuple[LibraryQuestion, ...]

    @property
    def minutes(self) -> int:
        return self.head.minutes or minutes_for(sum(page.words for page in self.pages))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    head: Head
    path: str
    questions: tuple[LibraryQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What could be read. Only a library without `galat` may be frozen and published.

    Modules stand in their order of teaching; the ikrar is the newest version there is.
    """

    modules: tuple[Module, ...] = ()
    banks: tuple[Bank, ...] = ()
    norms: Mapping[str, Norm] = field(default_factory=dict)
    blueprint: Blueprint = field(default_factory=Blueprint)
    ikrar: Ikrar | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(finding.severity is Severity.GALAT for finding in self.findings)

    @property
    def bank_questions(self) -> tuple[LibraryQuestion, ...]:
        return tuple(question for bank in self.banks for question in bank.questions)

    @property
    def practice_questions(self) -> tuple[LibraryQuestion, ...]:
        return tuple(question for module in self.modules for question in module.practice)

    @property
    def questions(self) -> tuple[LibraryQuestion, ...]:
        return self.practice_questions + self.bank_questions
