"""A question as it was written, and how each kind is written: each has a file of its name, by which it is found."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar, TypeVar

from netral.content.findings import Findings, shown
from netral.content.markdown import Cite, render_inline
from netral.content.yaml_forms import as_word, split_list
from netral.quiz.questions import Json, Question, Verdict

Word = TypeVar("Word", bound=str)
ARROW = re.compile(r"(.*?) ?=> (BOLEH|TIDAK|TERGANTUNG)$")
UNKNOWN = re.compile(r" ?=> [A-Z]+$")


@dataclass(frozen=True, slots=True)
class Value:
    text: str
    line: int


@dataclass(slots=True)
class Text:
    """Text that may span several lines."""

    line: int
    parts: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(part.strip() for part in self.parts if part.strip())


@dataclass(slots=True)
class OptionSource:
    line: int
    marked: bool
    text: Text
    feedback: Text


@dataclass(slots=True)
class ItemSource:
    """A list line without brackets: a situation of a btt question, or one of its conditions.

    `is_row`: it is no list line, but was found by the `row` of its kind.
    """

    line: int
    text: Text
    feedback: Text
    conditions: list["ItemSource"] = field(default_factory=list)
    is_row: bool = False

    @property
    def wording(self) -> str:
        match = ARROW.match(str(self.text))
        return match[1] if match else UNKNOWN.sub("", str(self.text))

    @property
    def verdict(self) -> str:
        """Return BOLEH, TIDAK, TERGANTUNG or an empty text."""
        match = ARROW.match(str(self.text))
        return match[2] if match else ""


@dataclass(slots=True)
class ReasonSource:
    """A reason as written in a list of reasons."""

    key: str
    line: int
    text: Text
    feedback: Text


@dataclass(slots=True)
class ReasonList:
    """A section `## Alasan [name]`, whose reasons are offered at every question of the file that names it."""

    name: str
    line: int
    reasons: dict[str, ReasonSource] = field(default_factory=dict)


@dataclass(slots=True)
class QuestionSource:
    """A question in its lines. `labelled`: feedback lines that name what they belong to, such as `> benar: ...`.

    `reason_lists` are those of its file, by name.
    """

    id: str
    line: int
    stem: str
    keys: dict[str, Value] = field(default_factory=dict)
    details: list[str] = field(default_factory=list)
    details_line: int = 0
    options: list[OptionSource] = field(default_factory=list)
    items: list[ItemSource] = field(default_factory=list)
    labelled: dict[str, Text] = field(default_factory=dict)
    explanation: list[str] = field(default_factory=list)
    explanation_line: int = 0
    reason_lists: Mapping[str, ReasonList] = field(default_factory=dict)

    def key(self, name: str) -> str:
        value = self.keys.get(name)
        return value.text if value else ""

    def line_of(self, name: str) -> int:
        value = self.keys.get(name)
        return value.line if value else self.line

    @property
    def details_text(self) -> str:
        return "\n".join(self.details).strip()

    @property
    def explanation_text(self) -> str:
        return "\n".join(self.explanation).strip()


@dataclass(frozen=True, slots=True)
class Draft:
    """A question on its way from what was written; `about` holds what every kind has, once it is read."""

    source: QuestionSource
    found: Findings
    cite: Cite
    in_bank: bool
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f'soal "{shown(self.source.id)}"'

    def error(self, line: int, code: str, message: str) -> None:
        self.found.error(line, code, message)

    def inline(self, text: Text | str) -> str:
        return render_inline(str(text), self.cite)

    def word(self, words: Iterable[Word], key: str, *, required: bool = False) -> Word | None:
        """Return the value of a key that holds one of these words, else None."""
        if text := self.source.key(key):
            return as_word(text, words, key, self.source.line_of(key), self.found)
        if required:
            message = f'{self.name} perlu baris "{key}: ...": {", ".join(words)}.'
            self.error(self.source.line_of(key), "S20", message)
        return None

    def words(self, words: Iterable[Word], key: str) -> tuple[Word, ...]:
        line = self.source.line_of(key)
        read = (as_word(text, words, key, line, self.found) for text in split_list(self.source.key(key)))
        return tuple(dict.fromkeys(word for word in read if word is not None))

    def verdict(self) -> Verdict | None:
        """Return the verdict, which a question of the bank must have."""
        return self.word(Verdict, "putusan", required=self.in_bank)

    def need_feedback(self, feedback: Text, line: int) -> None:
        if not str(feedback):
            self.error(line, "S08", 'umpan balik belum ada. Tambahkan di bawahnya: "  > alasan".')

    def need_explanation(self) -> None:
        """Ask for an explanation, where no part of the question has feedback of its own."""
        if not self.source.explanation_text:
            message = f"{self.name} belum punya penjelasan, yang menjadi umpan baliknya."
            self.error(self.source.line, "S08", f'{message} Tambahkan "> Penjelasan: alasan" di akhir.')
        for item in self.source.items:
            if str(item.feedback):
                message = 'baris ini tidak punya umpan balik sendiri. Pindahkan ke "> Penjelasan: alasan" di akhir.'
                self.error(item.feedback.line, "S17", message)


class Writing:
    """How one kind is written.

    `labels`: its feedback lines name what they belong to, such as `> benar: ...`. `keys`: keys that only this kind
    understands, in addition to those of every question. `row`: finds lines, other than list lines, that become items;
    its group is their text. `row_mark` is what such a line begins with in the canonical form.
    """

    labels: ClassVar[tuple[str, ...]] = ()
    keys: ClassVar[frozenset[str]] = frozenset()
    row: ClassVar[re.Pattern[str] | None] = None
    row_mark: ClassVar[str] = ""

    def build(self, draft: Draft) -> Question:
        """Return the question; a mistake becomes a finding, and the question is then not used."""
        raise NotImplementedError

    def key_data(self, source: QuestionSource) -> Json:
        """Return those of this kind's own keys that are part of the answer key."""
        return {}

    def other_data(self, source: QuestionSource) -> Json:
        """Return the words that only this kind has and that are no part of the answer key."""
        return {}


def writing_of(kind: str) -> Writing:
    """Return how a kind is written: WRITING in the file of its name."""
    writing: Writing = import_module(f"{__name__}.{kind.replace('-', '_')}").WRITING
    return writing
