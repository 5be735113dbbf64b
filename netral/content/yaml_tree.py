"""A bounded reader of YAML: every scalar is text, every node knows its line, nothing can be expanded."""

from dataclasses import dataclass, field

import yaml

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
    """One sentence, for the author, about what stops the reading."""

    def __init__(self, line: int, code: str, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.code = code
        self.message = message


@dataclass(slots=True)
class _Open:
    """A sequence or mapping whose end has not come yet."""

    line: int
    is_mapping: bool
    children: list[Node] = field(default_factory=list)

    def close(self) -> Node:
        if not self.is_mapping:
            return Sequence(tuple(self.children), self.line)
        entries: list[Entry] = []
        for key, value in zip(self.children[::2], self.children[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise BadYaml(key.line, "Y05", "nama kunci harus berupa teks. Tulis kunci: nilai.")
            entries.append(Entry(key.text, key.line, value))
        _refuse_repeated(entries)
        return Mapping(tuple(entries), self.line)


def _refuse_repeated(entries: list[Entry]) -> None:
    first: dict[str, int] = {}
    for entry in entries:
        if entry.key in first:
            message = f'kunci "{entry.key[:60]}" sudah ditulis di baris {first[entry.key]}. Hapus salah satu.'
            raise BadYaml(entry.line, "Y04", message)
        first[entry.key] = entry.line


def read_yaml(text: str, first_line: int = 1) -> Node | None:
    """The tree of a text, or None when it is empty. `first_line` is the text's first line in its file.

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
    """Code and words for the line at fault; a colon in a value is what people trip over."""
    lines = text.split("\n")
    line = lines[index] if 0 <= index < len(lines) else ""
    key, colon, value = line.partition(": ")
    value = value.strip()
    if colon and ": " in value and value[:1] not in "\"'[{":
        name = key.strip()[:60]
        return "F00", f'"{name}" memuat tanda ": ". Beri tanda kutip: {name}: "{value[:80]}"'
    return "Y01", "baris ini tidak dapat dibaca. Tulis kunci: nilai; beri tanda kutip bila nilai memuat tanda khusus."
