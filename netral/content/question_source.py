"""A question as it was written: text with line numbers, not interpreted yet."""

import re
from dataclasses import dataclass, field

ARROW = re.compile(r"(.*?) ?=> (BOLEH|TIDAK|TERGANTUNG)$")


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
    """A list line without brackets: a situation of a btt question, or one of its conditions."""

    line: int
    text: Text
    feedback: Text
    conditions: list["ItemSource"] = field(default_factory=list)

    @property
    def wording(self) -> str:
        match = ARROW.match(str(self.text))
        return match[1] if match else str(self.text)

    @property
    def verdict(self) -> str:
        """Return BOLEH, TIDAK, TERGANTUNG or an empty text."""
        match = ARROW.match(str(self.text))
        return match[2] if match else ""


@dataclass(slots=True)
class QuestionSource:
    """A question in its lines. `labelled`: feedback lines that name what they belong to, such as `> benar: ...`."""

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
