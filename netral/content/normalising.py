"""Brings what a word processor makes of a content file back to the one form that is parsed.

Done before parsing, so that a bullet sign or an en dash never turns an option into prose. Lines keep their numbers.
"""

import re
import unicodedata
from collections.abc import Callable

from netral.content import signs
from netral.content.question_lines import QuestionLines
from netral.content.signs import BULLET, fold_dashes, is_fence

PROSE_KEYS = frozenset({"judul", "ringkas", "penanggung_jawab", "sumber"})

CODE_FENCE = re.compile(r" {0,3}(```|~~~)")
HEADING = re.compile(r"\s*(#{2,6})\s*([^#\s].*)$")
SOAL = re.compile(r"\s*#{1,6}\s*\**\s*soal\s*\**\s*:?\s*\**\s*$", re.IGNORECASE)
FRONT_KEY = re.compile(r"([A-Za-z][A-Za-z_ ]{0,28}?)\s*[:：](?:\s+|(?=[^\s/])|$)(.*)$")
FRONT_ITEM = re.compile(rf"(\s*){BULLET}\s+(.*)$")
CURLY_QUOTED = re.compile(r"[“”„\"]([^“”„\"]*)[“”\"]$")
PROSE_ITEM = re.compile(r"^(\s*)[•·●○◦▪■‣–—]\s+(\S.*)$")
CITATION = re.compile(r"\\?\[\s*@\s*([^\]\\\[]*?)\s*\\?\]")


def normalise(text: str) -> str:
    """Idempotent. Typographic quotes and dashes in running text are kept; they are folded where hashes are made."""
    normaliser = _Normaliser()
    return "\n".join(normaliser.take(line) for line in clean_characters(text).split("\n"))


def clean_characters(text: str) -> str:
    """NFC, line feeds, plain blanks, no invisible characters, no blanks at the end of a line."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    text = unicodedata.normalize("NFC", text.translate(signs.CHARACTERS))
    return "\n".join(line.expandtabs(4).rstrip() for line in text.split("\n"))


class _Normaliser:
    """Knows where in a file it is: before, in or after the front matter, in code, in the questions."""

    def __init__(self) -> None:
        self.take: Callable[[str], str] = self._first
        self.in_code = False
        self.questions = QuestionLines()

    def _first(self, line: str) -> str:
        if not line.strip():
            return line
        if is_fence(line):
            self.take = self._front
            return "---"
        self.take = self._prose
        return self._prose(line)

    def _front(self, line: str) -> str:
        if is_fence(line):
            self.take = self._prose
            return "---"
        if key := FRONT_KEY.match(line):
            return _front_value(key[1].strip().lower().replace(" ", "_"), key[2])
        if item := FRONT_ITEM.match(line):
            return f"{item[1]}- {fold_dashes(item[2])}"
        return line

    def _prose(self, line: str) -> str:
        if self._is_code(line):
            return line
        if SOAL.match(line):
            self.take = self._question
            return "## Soal"
        line = _citations(line)
        if heading := HEADING.match(line):
            return f"{heading[1]} {heading[2]}"
        return PROSE_ITEM.sub(r"\1- \2", line)

    def _question(self, line: str) -> str:
        return "## Soal" if SOAL.match(line) else self.questions.take(_citations(line))

    def _is_code(self, line: str) -> bool:
        if CODE_FENCE.match(line):
            self.in_code = not self.in_code
            return True
        return self.in_code


def _front_value(key: str, value: str) -> str:
    value = value.strip()
    if quoted := CURLY_QUOTED.match(value):
        value = f'"{quoted[1]}"'
    if key not in PROSE_KEYS:
        value = fold_dashes(value)
    return f"{key}: {value}".rstrip()


def _citations(line: str) -> str:
    return CITATION.sub(lambda match: f"[@{' '.join(fold_dashes(match[1]).split())}]", line)
