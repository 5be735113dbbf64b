"""How each kind of question is written: each has a file of its name, and is found by that name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar, TypeVar

from netral.content.findings import Findings, shown
from netral.content.markdown import Cite, render_inline
from netral.content.question_source import QuestionSource, Text
from netral.content.yaml_forms import as_word, split_list
from netral.quiz.questions import Json, Question, Verdict

Word = TypeVar("Word", bound=str)


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


class Writing:
    """How one kind is written.

    `labels`: its feedback lines name what they belong to, such as `> benar: ...`. `keys`: keys that only this kind
    understands, in addition to those of every question.
    """

    labels: ClassVar[tuple[str, ...]] = ()
    keys: ClassVar[frozenset[str]] = frozenset()

    def build(self, draft: Draft) -> Question:
        """Return the question; a mistake becomes a finding, and the question is then not used."""
        raise NotImplementedError

    def key_data(self, source: QuestionSource) -> Json:
        """Return those of this kind's own keys that are part of the answer key."""
        return {}


def writing_of(kind: str) -> Writing:
    """Return how a kind is written: WRITING in the file of its name."""
    writing: Writing = import_module(f"{__name__}.{kind.replace('-', '_')}").WRITING
    return writing
