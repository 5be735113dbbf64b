"""Reading an .xlsx workbook: its sheets in their order, each as rows of text (ECMA-376 part 1, 18.2 to 18.8).

python-calamine, which is six times as fast, was measured and not taken. It lays a sheet out as a full rectangle and
copies a shared string into every cell, so that two cells in opposite corners, or one long text that many cells point
to, end the whole process; it leaves out error values, and the blanks between the runs of a rich text, which join the
words of a name.
"""

import posixpath
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from sys import getsizeof
from typing import NamedTuple

from netral.sheets.packages import (
    USUAL,
    Bounds,
    Package,
    Watch,
    local_name,
    open_package,
    parse_part,
    watch_nothing,
)
from netral.sheets.refusals import FileBroken, FileForeign, FileOversized
from netral.sheets.rows import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Row, Sheet

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
MAX_SHEETS = 200
"""The most sheets of a workbook: enough for one per perangkat daerah of a large pemda."""

MAX_LIST = 2 * 2**20
"""The most bytes of each of the two parts that only list the others."""

MAX_STYLES = 16 * 2**20
"""The most bytes of the styles; a workbook into which styles were pasted for years has a tenth of it."""

MAX_FILLED = 500_000
MAX_MERGES = 100_000
EXACT_BELOW = 10**15
"""The digits of a number that spreadsheet programs keep."""

EPOCH = date(1899, 12, 30)
LAST_SERIAL = 2_958_465  # 31 December 9999
ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
BUILT_IN_DATES = frozenset(("14", "15", "16", "17", "22"))
DATE_LETTERS = re.compile("[dmy]", re.IGNORECASE)
NOT_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
TRUE = ("1", "true")
DIGITS = "0123456789"
LETTERS_OF_A_COLUMN = 3


class SheetEntry(NamedTuple):
    name: str
    relation: str
    hidden: bool


class Merge(NamedTuple):
    """A merged range: first and last row as numbered, and its left column."""

    first: int
    last: int
    column: int


def read_workbook(data: bytes, bounds: Bounds = USUAL, watch: Watch = watch_nothing) -> Iterator[Sheet]:
    """Yield the sheets in their order, each read only when it is asked for.

    Raises what `open_package` raises, and FileOversized when there are too many sheets.
    """
    package = open_package(data, bounds, watch)
    entries = list_sheets(package)
    targets = read_targets(package)
    strings = read_strings(package)
    date_styles = read_date_styles(package)
    if len(entries) > MAX_SHEETS:
        raise FileOversized("lembar")
    parts = [targets[entry.relation] for entry in entries if entry.relation in targets]
    if len({entry.name for entry in entries}) < len(entries) or len({*parts}) < len(parts):
        raise FileBroken(WORKBOOK)
    for entry in entries:
        pieces = package.stream(targets.get(entry.relation, ""))
        if pieces is not None:
            yield WorksheetReader(entry, strings, date_styles, most_kept=bounds.kept).read(pieces)


def list_sheets(package: Package) -> list[SheetEntry]:
    content = package.take(WORKBOOK, most=MAX_LIST)
    if content is None:
        raise FileForeign("zip")
    entries = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == "sheet":
            relation = next((value for key, value in attributes.items() if local_name(key) == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            entries.append(SheetEntry(attributes.get("name", ""), relation, hidden))

    parse_part(WORKBOOK, (content,), start=start)
    return entries


def read_targets(package: Package) -> dict[str, str]:
    """Return the name of each worksheet's part by its relation id."""
    content = package.take(RELATIONS, most=MAX_LIST)
    if content is None:
        raise FileBroken(RELATIONS)
    targets = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "").replace("\\", "/")
            targets[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", target))

    parse_part(RELATIONS, (content,), start=start)
    return targets


def read_strings(package: Package) -> list[str]:
    """Return the shared strings. The runs of a rich text are joined, without phonetic hints (`rPh`)."""
    strings: list[str] = []
    inside: list[str] = []
    joined, kept = "", 0

    def start(name: str, attributes: dict[str, str]) -> None:
        inside.append(local_name(name))

    def text(characters: str) -> None:
        nonlocal joined
        if inside[-1] == "t" and "rPh" not in inside and len(joined) < MAX_TEXT:
            joined += characters

    def end(name: str) -> None:
        nonlocal joined, kept
        if inside.pop() == "si":
            strings.append(text_of_string(joined))
            kept += getsizeof(strings[-1])
            joined = ""
            if kept > package.bounds.kept:
                raise FileOversized("isi")

    parse_part(STRINGS, package.stream(STRINGS) or (b"<sst/>",), start=start, end=end, text=text)
    return strings


def read_date_styles(package: Package) -> frozenset[str]:
    """Return the numbers of the cell styles whose numbers are days."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        inside.append(local_name(name))
        if inside[-1] == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif inside[-2:] == ["cellXfs", "xf"]:
            styles.append(attributes.get("numFmtId", ""))

    def end(name: str) -> None:
        inside.pop()

    parse_part(STYLES, (package.take(STYLES, most=MAX_STYLES) or b"<styleSheet/>",), start=start, end=end)
    dates = {number for number in set(styles) if is_date_format(number, formats.get(number, ""))}
    return frozenset(str(index) for index, number in enumerate(styles) if number in dates)


def is_date_format(number: str, code: str) -> bool:
    """Return whether a number format shows a day: one of the built-in ones, or a code of its own with d, m or y."""
    return number in BUILT_IN_DATES or bool(DATE_LETTERS.search(NOT_LETTERS.sub("", code)))


class WorksheetReader:
    """Handlers of the parser, and the data gathered so far. They run a million times for 20,000 rows."""

    def __init__(self, entry: SheetEntry, strings: list[str], date_styles: frozenset[str], *, most_kept: int) -> None:
        self.name, _, self.hidden = entry
        self.strings = strings
        self.date_styles = date_styles
        self.most_kept = most_kept
        self.rows: list[tuple[int, list[str]]] = []
        self.texts: dict[str, str] = {}
        self.merges: list[Merge] = []
        self.hidden_rows: list[int] = []
        self.hidden_ranges: set[tuple[int, int]] = set()
        self.columns: dict[str, int] = {}
        self.cells: dict[int, str] = {}
        self.row_hidden = False
        self.number = 0
        self.column = -1
        self.kind = "n"
        self.style = ""
        self.value = ""
        self.kept = 0
        self.phonetic = False
        self.taking = False
        self.starts: dict[str, Callable[[dict[str, str]], None]] = {
            "c": self.start_cell,
            "v": self.start_text,
            "t": self.start_text,
            "row": self.start_row,
            "col": self.keep_hidden_columns,
            "rPh": self.start_phonetic,
            "mergeCell": self.keep_merge,
        }

    def read(self, pieces: Iterable[bytes]) -> Sheet:
        """Return the sheet, with a merged value in each of its rows. Raises FileBroken or FileOversized."""
        parse_part(self.name, pieces, start=self.start, text=self.text)
        self.finish_row()
        fill_merged(self.rows, self.merges)
        rows = tuple(Row(number, tuple(cells)) for number, cells in self.rows)
        columns = frozenset(number - 1 for first, last in self.hidden_ranges for number in range(first, last + 1))
        return Sheet(self.name, rows, self.hidden, frozenset(self.hidden_rows), columns)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Treat the start of an element as the end of the previous one: handlers for the ends would double the cost."""
        self.taking = False
        action = self.starts.get(name if ":" not in name else local_name(name))
        if action is not None:
            action(attributes)

    def start_row(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        number = read_number(reference, self.name) if reference else self.number + 1
        if number <= self.number:
            raise FileBroken(self.name)
        self.finish_row()
        if len(self.rows) >= MAX_ROWS:
            raise FileOversized("baris")
        if self.kept > self.most_kept:
            raise FileOversized("isi")
        self.number, self.column, self.row_hidden = number, -1, attributes.get("hidden") in TRUE

    def finish_row(self) -> None:
        """Keep the row as a list, which takes a quarter of the memory of its cells by column."""
        self.finish_cell()
        if self.cells:  # else it only carried a style
            self.rows.append((self.number, as_list(self.cells)))
            if self.row_hidden:
                self.hidden_rows.append(self.number)
        self.cells = {}

    def start_cell(self, attributes: dict[str, str]) -> None:
        self.finish_cell()
        self.phonetic = False
        reference = attributes.get("r")
        self.column = self.column_of(reference.rstrip(DIGITS)) if reference else self.column + 1
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")

    def start_text(self, attributes: dict[str, str]) -> None:
        self.taking = not self.phonetic

    def text(self, characters: str) -> None:
        """Join the runs of a rich text."""
        if self.taking and len(self.value) < MAX_TEXT:
            self.value += characters

    def start_phonetic(self, attributes: dict[str, str]) -> None:
        """Pass over hints for pronouncing, which follow the text of a cell."""
        self.phonetic = True

    def finish_cell(self) -> None:
        value, self.value = self.value[:MAX_TEXT], ""
        if not value or self.column >= MAX_COLUMNS:
            return
        match self.kind:
            case "s":
                value = self.shared(value)
            case "n":
                value = text_of_number(value, is_date=self.style in self.date_styles)
            case "b":
                value = "TRUE" if value.strip() == "1" else "FALSE"
            case _:
                value = text_of_string(value)
        if value:
            self.cells[self.column] = value if self.kind == "s" else self.once(value)

    def once(self, value: str) -> str:
        """Return the same text that another cell holds, so that each is kept and counted once, as shared ones are."""
        known = self.texts.get(value)
        if known is None:
            known = self.texts[value] = value
            self.kept += getsizeof(value)
        return known

    def shared(self, text: str) -> str:
        index = read_number(text, self.name)
        if index >= len(self.strings):
            raise FileBroken(self.name)
        return self.strings[index]

    def column_of(self, letters: str) -> int:
        found = self.columns.get(letters)
        if found is None:
            found = self.columns[letters] = read_column(letters, self.name)
        return found

    def keep_hidden_columns(self, attributes: dict[str, str]) -> None:
        """Keep the columns that are hidden or have no width, up to the last one that is read."""
        if attributes.get("hidden") in TRUE or attributes.get("width") == "0":
            first, last = (read_number(attributes.get(name, ""), self.name) for name in ("min", "max"))
            if first <= MAX_COLUMNS:
                self.hidden_ranges.add((first, min(last, MAX_COLUMNS)))

    def keep_merge(self, attributes: dict[str, str]) -> None:
        corner, _, opposite = attributes.get("ref", "").replace("$", "").partition(":")
        letters = corner.rstrip(DIGITS)
        first, last = corner[len(letters) :], opposite[len(opposite.rstrip(DIGITS)) :]
        if first and last and first != last:
            if len(self.merges) >= MAX_MERGES:
                raise FileOversized("isi")
            column = read_column(letters, self.name)
            self.merges.append(Merge(read_number(first, self.name), read_number(last, self.name), column))


def text_of_string(text: str) -> str:
    text = text[:MAX_TEXT]
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def text_of_number(text: str, *, is_date: bool = False) -> str:
    """Return a number as text: `19850101.0` is 19850101; 18 digits lose their last ones: 1.98501012010031E+17."""
    try:
        number = float(text)
    except ValueError:
        return text
    if is_date and 0 < number < LAST_SERIAL:
        return (EPOCH + timedelta(days=int(number))).strftime("%d/%m/%Y")
    if abs(number) >= EXACT_BELOW:
        return f"{number:.14E}"
    return str(int(number)) if number.is_integer() else repr(number)


def read_number(text: str, part: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > len("1048576"):
        raise FileBroken(part)
    return int(text)


def read_column(letters: str, part: str) -> int:
    """Return the index of a column: `A` is 0, `AB` is 27."""
    if not (letters.isascii() and letters.isalpha()) or len(letters) > LETTERS_OF_A_COLUMN:
        raise FileBroken(part)
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def fill_merged(rows: list[tuple[int, list[str]]], merges: list[Merge]) -> None:
    """Write a value that stands for several rows into each of them, down its left column. Raises FileOversized."""
    numbers = [number for number, _ in rows]
    filled = 0
    for merge in merges:
        at = bisect_left(numbers, merge.first)
        cells = rows[at][1] if at < len(rows) and numbers[at] == merge.first else []
        value = cells[merge.column] if merge.column < min(len(cells), MAX_COLUMNS) else ""
        if not value:
            continue
        for index in range(at + 1, bisect_left(numbers, merge.last + 1)):
            fill(rows[index][1], merge.column, value)
            filled += 1
            if filled > MAX_FILLED:
                raise FileOversized("isi")


def fill(cells: list[str], column: int, value: str) -> None:
    cells += [""] * (column + 1 - len(cells))
    cells[column] = cells[column] or value


def as_list(cells: dict[int, str]) -> list[str]:
    row = [""] * (max(cells) + 1)
    for column, text in cells.items():
        row[column] = text
    return row
