"""The questions of a file as they were written: text with line numbers, before any meaning is given to it."""

import re
from dataclasses import dataclass, field

from netral.content.findings import Findings, shown
from netral.content.forms import as_value
from netral.content.question_lines import KEYS

HEADING = re.compile(r"(#{1,6}) (.*)$")
BRACKETED = re.compile(r"\[([^\]]*)\]\s*(.*)$")
OPTION = re.compile(r"- \[( |x)\]\s*(.*)$")
ITEM = re.compile(r"(  )?- (.*)$")
QUOTE = re.compile(r" *> ?(.*)$")
TRUTH = re.compile(r"(benar|salah)\s*[:：]\s*(.*)$", re.IGNORECASE)
KEY = re.compile(r"([a-z_]+):\s*(.*)$")
ARROW = re.compile(r"(.*?) ?=> (BOLEH|TIDAK|TERGANTUNG)$")
EXPLANATION = "Penjelasan: "


@dataclass(frozen=True, slots=True)
class Value:
    text: str
    line: int


@dataclass(slots=True)
class Text:
    """Text that may go on over several lines."""

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
        """BOLEH, TIDAK, TERGANTUNG or empty."""
        match = ARROW.match(str(self.text))
        return match[2] if match else ""


@dataclass(slots=True)
class QuestionSource:
    id: str
    line: int
    stem: str
    keys: dict[str, Value] = field(default_factory=dict)
    details: list[str] = field(default_factory=list)
    details_line: int = 0
    options: list[OptionSource] = field(default_factory=list)
    items: list[ItemSource] = field(default_factory=list)
    truths: dict[str, Text] = field(default_factory=dict)
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


def read_questions(lines: list[tuple[int, str]], found: Findings) -> list[QuestionSource]:
    """Takes normalised lines. No line is passed over in silence: what belongs nowhere is a finding."""
    reader = _Reader(found)
    for number, line in lines:
        reader.take(number, line)
    return reader.questions


class _Reader:
    def __init__(self, found: Findings) -> None:
        self.found = found
        self.questions: list[QuestionSource] = []
        self.current: QuestionSource | None = None
        self.target: Text | None = None
        self.feedback: Text | None = None
        self.after_blank = False

    def take(self, number: int, line: str) -> None:
        if not line.strip():
            self._blank()
        elif heading := HEADING.match(line):
            self._heading(number, heading)
        elif self.current is None:
            message = "teks ini tidak akan tampil karena berada sebelum soal pertama. Pindahkan ke halaman atau hapus."
            self.found.error(number, "M05", message)
        else:
            self._inside(self.current, number, line)
            self.after_blank = False

    def _blank(self) -> None:
        self.after_blank = True
        if self.current and self.current.explanation:
            self.current.explanation.append("")
        elif self.current and self.current.details and not self._has_items(self.current):
            self.current.details.append("")

    def _heading(self, number: int, heading: re.Match[str]) -> None:
        self.target = self.feedback = None
        self.after_blank = False
        bracketed = BRACKETED.match(heading[2])
        if bracketed and bracketed[1]:
            self.current = QuestionSource(bracketed[1], number, bracketed[2])
            self.questions.append(self.current)
            return
        self.current = None
        if len(heading[1]) <= len("##"):
            message = f'bagian "{shown(heading[2])}" berada sesudah "## Soal". Pindahkan ke atas "## Soal".'
            self.found.error(number, "M02", message)
        else:
            message = f"judul soal tidak punya id. Tulis: ### [id-soal] {shown(heading[2])}"
            self.found.error(number, "S01", message)
            self.current = QuestionSource("", number, heading[2])

    @staticmethod
    def _has_items(question: QuestionSource) -> bool:
        return bool(question.options or question.items or question.truths)

    def _inside(self, question: QuestionSource, number: int, line: str) -> None:
        if option := OPTION.match(line):
            text, self.feedback = Text(number, [option[2]]), Text(number)
            question.options.append(OptionSource(number, option[1] == "x", text, self.feedback))
            self.target = text
        elif quote := QUOTE.match(line):
            self._quote(question, number, quote[1])
        elif not self._has_items(question) and not question.explanation and self._key(question, number, line):
            pass
        elif item := ITEM.match(line):
            self._item(question, number, deeper=bool(item[1]), text=item[2])
        else:
            self._prose(question, number, line)

    def _quote(self, question: QuestionSource, number: int, text: str) -> None:
        truth = TRUTH.match(text) if as_value(question.key("jenis")) == "benar-salah" else None
        if text.startswith(EXPLANATION.strip()):
            question.explanation_line = question.explanation_line or number
            text = text[len(EXPLANATION) :]
            question.explanation.append(text[:1].upper() + text[1:])
            self.target = self.feedback = None
        elif truth:
            self.target = self.feedback = Text(number, [truth[2]])
            question.truths[truth[1].lower()] = self.feedback
        elif question.explanation:
            question.explanation.append(text)
        elif self.feedback is not None:
            self.feedback.line = self.feedback.line if self.feedback.parts else number
            self.feedback.parts.append(text)
            self.target = self.feedback
        else:
            self._details(question, number, f"> {text}")

    def _key(self, question: QuestionSource, number: int, line: str) -> bool:
        key = KEY.match(line)
        at_head = not question.details and not (self.after_blank and question.keys)
        if not key or not (key[1] in KEYS or at_head):
            return False
        if key[1] in question.keys:
            first = question.keys[key[1]].line
            self.found.error(number, "S04", f'kunci "{key[1]}" sudah ditulis di baris {first}. Hapus salah satu.')
        question.keys.setdefault(key[1], Value(key[2].strip(), number))
        return True

    def _item(self, question: QuestionSource, number: int, *, deeper: bool, text: str) -> None:
        self.target, self.feedback = Text(number, [text]), Text(number)
        item = ItemSource(number, self.target, self.feedback)
        if deeper and question.items:
            question.items[-1].conditions.append(item)
        else:
            question.items.append(item)

    def _prose(self, question: QuestionSource, number: int, line: str) -> None:
        if question.explanation:
            question.explanation.append(line)
        elif self.target is not None and not self.after_blank:
            self.target.parts.append(line)
        elif self._has_items(question):
            message = (
                f'teks "{shown(line.strip())}" berada sesudah pilihan. '
                'Pindahkan ke atas pilihan, atau tulis "> Penjelasan: ...".'
            )
            self.found.error(number, "S12", message)
        else:
            self._details(question, number, line)

    def _details(self, question: QuestionSource, number: int, line: str) -> None:
        question.details_line = question.details_line or number
        question.details.append(line)
