"""A bounded reader of YAML, and the values of its keys; an unfit value is a finding on the line of its key.

Every scalar is text, every node knows its line, nothing can be expanded.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import yaml

from netral.content.findings import Findings, meant, shown

MAX_DEPTH = 8
MAX_NODES = 20_000
MAX_SCALAR = 4_000


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    items: "tuple[Node, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    line: int
    value: "Node"


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: tuple[Entry, ...]
    line: int

    def get(self, key: str) -> "Entry | None":
        return next((entry for entry in self.entries if entry.key == key), None)


Node = Scalar | Sequence | Mapping


class BadYaml(Exception):
    """The text cannot be read; the argument is one sentence for the author."""

    def __init__(self, line: int, code: str, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.code = code
        self.message = message


@dataclass(slots=True)
class _Open:
    """A sequence or mapping whose end has not been read yet."""

    line: int
    is_mapping: bool
    children: list[Node] = field(default_factory=list)

    def close(self) -> Node:
        if not self.is_mapping:
            return Sequence(tuple(self.children), self.line)
        entries: list[Entry] = []
        for key, value in zip(self.children[::2], self.children[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise BadYaml(key.line, "Y05", "kata sebelum titik dua harus berupa teks. Tulis nama: nilai.")
            entries.append(Entry(key.text, key.line, value))
        _refuse_repeated(entries)
        return Mapping(tuple(entries), self.line)


def _refuse_repeated(entries: list[Entry]) -> None:
    first: dict[str, int] = {}
    for entry in entries:
        if entry.key in first:
            message = f'baris "{entry.key[:60]}:" sudah ditulis di baris {first[entry.key]}. Hapus salah satu.'
            raise BadYaml(entry.line, "Y04", message)
        first[entry.key] = entry.line


def read_yaml(text: str, first_line: int = 1) -> Node | None:
    """Return the tree of a text, None if it is empty. `first_line` is the number of its first line in the file.

    Anchors, aliases, tags, deep nesting, a second document and very long values are refused: `BadYaml`.
    """
    offset = first_line
    try:
        return _build(text, offset)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        index = mark.line if mark else 0
        code, message = _reason(text, index)
        raise BadYaml(index + offset, code, message) from error
    except yaml.YAMLError as error:
        raise BadYaml(offset, "Y01", "ada tanda yang tidak dapat dibaca. Hapus tanda khusus di berkas ini.") from error


def read_mapping(text: str, found: Findings, code: str, problem: str, *, first_line: int = 1) -> Mapping | None:
    """Return the keys of a text; a text that cannot be read or has none is a finding (`code`, `problem`)."""
    try:
        tree = read_yaml(text, first_line)
    except BadYaml as bad:
        found.error(bad.line, bad.code, bad.message)
        return None
    if not isinstance(tree, Mapping):
        found.error(max(1, first_line - 1), code, problem)
        return None
    return tree


def _build(text: str, offset: int) -> Node | None:
    stack: list[_Open] = []
    root: Node | None = None
    count = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        line = (event.start_mark.line if event.start_mark else 0) + offset
        node: Node | None = None
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise BadYaml(line, "Y05", 'tanda "---" kedua memulai dokumen lain. Hapus tanda itu.')
        if isinstance(event, yaml.NodeEvent):
            count += 1
            _refuse_tricks(event, line, count)
        if isinstance(event, yaml.CollectionStartEvent):
            stack.append(_Open(line, isinstance(event, yaml.MappingStartEvent)))
            if len(stack) > MAX_DEPTH:
                raise BadYaml(line, "Y03", "susunan terlalu dalam. Ratakan susunan ini.")
        elif isinstance(event, yaml.CollectionEndEvent):
            node = stack.pop().close()
        elif isinstance(event, yaml.ScalarEvent):
            node = Scalar(event.value, line)
        if node is not None and stack:
            stack[-1].children.append(node)
        elif node is not None:
            root = node
    return root


def _refuse_tricks(event: yaml.NodeEvent, line: int, count: int) -> None:
    if event.anchor:
        raise BadYaml(line, "Y02", 'tanda "&" dan "*" (jangkar YAML) tidak dipakai. Beri tanda kutip pada nilainya.')
    if getattr(event, "tag", None):
        raise BadYaml(line, "Y02", 'tanda "!" di awal nilai tidak dipakai. Beri tanda kutip pada nilainya.')
    if count > MAX_NODES:
        raise BadYaml(line, "Y03", f"lebih dari {MAX_NODES} nilai dalam satu berkas. Bagi isinya.")
    if isinstance(event, yaml.ScalarEvent) and len(event.value) > MAX_SCALAR:
        raise BadYaml(line, "Y03", f"nilai ini lebih dari {MAX_SCALAR} huruf. Ringkas nilainya.")


def _reason(text: str, index: int) -> tuple[str, str]:
    """Return code and words for the line at fault; a colon in a value is the usual mistake."""
    lines = text.split("\n")
    line = lines[index] if 0 <= index < len(lines) else ""
    key, colon, value = line.partition(": ")
    value = value.strip()
    if colon and ": " in value and value[:1] not in "\"'[{":
        name = key.strip()[:60]
        return "F00", f'"{name}" memuat tanda ": ". Beri tanda kutip: {name}: "{value[:80]}"'
    return "Y01", "baris ini tidak dapat dibaca. Tulis nama: nilai; beri tanda kutip bila nilai memuat tanda khusus."


SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_SLUG = 64
MAX_DIGITS = 9
YES = frozenset({"ya", "true", "benar"})
NO = frozenset({"tidak", "false", "salah"})

Word = TypeVar("Word", bound=str)


class Form:
    """One mapping, read key by key. A required key that is missing gives one finding and an empty value."""

    def __init__(self, mapping: Mapping, found: Findings, *, known: Collection[str]) -> None:
        self.mapping = mapping
        self.found = found
        for entry in mapping.entries:
            if entry.key not in known:
                found.error(entry.line, "F03", f'baris "{shown(entry.key)}:" tidak dikenal. {meant(entry.key, known)}')

    def line(self, key: str) -> int:
        entry = self.mapping.get(key)
        return entry.line if entry else self.mapping.line

    def _entry(self, key: str, *, required: bool) -> Entry | None:
        entry = self.mapping.get(key)
        if entry and not (isinstance(entry.value, Scalar) and entry.value.text.strip() in {"", "null", "~"}):
            return entry
        if required:
            line = entry.line if entry else self.mapping.line
            self.found.error(line, "F02", f'baris "{key}:" wajib diisi. Tulis {key}, titik dua, lalu isinya.')
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
        """Return the values of a list with their lines; a list may be written with commas or one to a line."""
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

    def word(self, key: str, words: Iterable[Word], *, required: bool = False) -> Word | None:
        text = self.text(key, required=required)
        return as_word(text, words, key, self.line(key), self.found) if text else None

    def words(self, key: str, words: Iterable[Word], *, required: bool = False) -> tuple[Word, ...]:
        found = [as_word(text, words, key, line, self.found) for text, line in self.texts(key, required=required)]
        return tuple(dict.fromkeys(word for word in found if word is not None))


def as_word(text: str, words: Iterable[Word], key: str, line: int, found: Findings) -> Word | None:
    wanted = as_value(text)
    for word in words:
        if word.lower() == wanted:
            return word
    found.error(line, "F04", f'{key} "{shown(text)}" tidak dikenal. {meant(wanted, words)}')
    return None


def as_value(text: str) -> str:
    """Return the text as a value: capitals, blanks for hyphens and a full stop at the end are forgiven."""
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
