"""Turns the text of YAML keys into values; what does not fit is a finding on the line of the key."""

import re
from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import TypeVar

from netral.content.findings import Findings, meant, shown
from netral.content.yaml_tree import Entry, Mapping, Node, Scalar, Sequence

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_SLUG = 64
MAX_DIGITS = 9
YES = frozenset({"ya", "true", "benar"})
NO = frozenset({"tidak", "false", "salah"})

Word = TypeVar("Word", bound=StrEnum)


class Form:
    """One mapping, read key by key. A required key that is missing gives one finding and an empty value."""

    def __init__(self, mapping: Mapping, found: Findings, *, known: Collection[str]) -> None:
        self.mapping = mapping
        self.found = found
        for entry in mapping.entries:
            if entry.key not in known:
                found.error(entry.line, "F03", f'kunci "{shown(entry.key)}" tidak dikenal. {meant(entry.key, known)}')

    def line(self, key: str) -> int:
        entry = self.mapping.get(key)
        return entry.line if entry else self.mapping.line

    def _entry(self, key: str, *, required: bool) -> Entry | None:
        entry = self.mapping.get(key)
        if entry and not (isinstance(entry.value, Scalar) and entry.value.text.strip() in {"", "null", "~"}):
            return entry
        if required:
            self.found.error(entry.line if entry else self.mapping.line, "F02", f'kunci "{key}" wajib diisi.')
        return None

    def text(self, key: str, *, required: bool = False) -> str:
        entry = self._entry(key, required=required)
        if entry is None:
            return ""
        if isinstance(entry.value, Scalar):
            return " ".join(entry.value.text.split())
        self.found.error(entry.line, "F01", f'"{key}" harus satu nilai, bukan daftar. Tulis {key}: nilai.')
        return ""

    def texts(self, key: str, *, required: bool = False) -> list[tuple[str, int]]:
        """The values of a list with their lines; a list may be written with commas or one to a line."""
        entry = self._entry(key, required=required)
        return _texts(entry.value, self.found, key) if entry else []

    def slug(self, key: str) -> str:
        text = self.text(key, required=True)
        if text and not is_slug(text):
            message = f'"{shown(text)}" bukan {key} yang sah. Pakai huruf kecil, angka, dan tanda hubung: media-sosial.'
            self.found.error(self.line(key), "F07", message)
        return text

    def integer(self, key: str, *, low: int, high: int, required: bool = False) -> int | None:
        text = self.text(key, required=required)
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS and low <= int(text) <= high:
            return int(text)
        message = f'{key} "{shown(text)}" harus bilangan bulat {low} sampai {high}. Contoh: {key}: {max(low, 3)}.'
        self.found.error(self.line(key), "F05", message)
        return None

    def date(self, key: str, *, required: bool = False) -> date | None:
        text = self.text(key, required=required)
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            message = f'{key} "{shown(text)}" bukan tanggal. Tulis tahun-bulan-hari: {key}: 2027-03-01.'
            self.found.error(self.line(key), "F06", message)
            return None

    def yes(self, key: str, *, default: bool) -> bool:
        text = self.text(key).lower()
        if text in YES or text in NO:
            return text in YES
        if text:
            self.found.error(self.line(key), "F04", f'{key} "{shown(text)}" tidak dikenal. Tulis ya atau tidak.')
        return default

    def word(self, key: str, words: type[Word], *, required: bool = False) -> Word | None:
        text = self.text(key, required=required)
        return as_word(text, words, key, self.line(key), self.found) if text else None

    def words(self, key: str, words: type[Word], *, required: bool = False) -> tuple[Word, ...]:
        found = [as_word(text, words, key, line, self.found) for text, line in self.texts(key, required=required)]
        return tuple(dict.fromkeys(word for word in found if word is not None))


def as_word(text: str, words: type[Word], key: str, line: int, found: Findings) -> Word | None:
    wanted = as_value(text)
    for word in words:
        if word.value.lower() == wanted:
            return word
    found.error(line, "F04", f'{key} "{shown(text)}" tidak dikenal. {meant(wanted, [word.value for word in words])}')
    return None


def as_value(text: str) -> str:
    """Capitals, blanks for hyphens and a full stop at the end are forgiven."""
    return "-".join(text.rstrip(".").split()).lower()


def is_slug(text: str) -> bool:
    return len(text) <= MAX_SLUG and bool(SLUG.fullmatch(text))


def split_list(text: str) -> list[str]:
    return [part.strip() for part in re.split("[,;]", text) if part.strip()]


def _texts(node: Node, found: Findings, key: str) -> list[tuple[str, int]]:
    if isinstance(node, Scalar):
        return [(part, node.line) for part in split_list(node.text)]
    if isinstance(node, Sequence):
        return [pair for item in node.items for pair in _texts(item, found, key)]
    found.error(node.line, "F01", f'"{key}" harus berupa daftar. Tulis {key}: satu, dua.')
    return []
