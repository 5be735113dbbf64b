"""Reading one worksheet: its rows as they are numbered, merged cells filled downwards, and what of it is hidden."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from sys import getsizeof

from netral.sheets.cells import MAX_KEPT, MAX_TEXT, text_of_number, text_of_string
from netral.sheets.refusals import FileBroken, FileOversized
from netral.sheets.rows import Row, Sheet
from netral.sheets.xml_events import local_name, parse_part

MAX_ROWS = 60_000
MAX_COLUMNS = 120
"""What stands further right is not read: no roster is that wide, and a stray cell there is not worth a refusal."""

MAX_FILLED = 500_000
TRUE = ("1", "true")
MAX_MERGES = 100_000
DIGITS = "0123456789"
LETTERS_OF_A_COLUMN = 3


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: first and last row as numbered, and its left column."""

    first: int
    last: int
    column: int


def read_worksheet(
    name: str, content: bytes, strings: list[str], date_styles: frozenset[int], *, hidden: bool = False
) -> Sheet:
    """Read one worksheet. `hidden`: whether the whole sheet is. Raises FileBroken or FileOversized."""
    reader = WorksheetReader(name, strings, date_styles)
    parse_part(name, content, start=reader.start, text=reader.text)
    reader.finish()
    fill_merged(reader.rows, reader.merges)
    rows = tuple(Row(number, as_tuple(cells)) for number, cells in reader.rows if cells)
    return Sheet(name, rows, hidden, frozenset(reader.hidden_rows), find_hidden_columns(reader.hidden_ranges))


class WorksheetReader:
    """The handlers of the parser, and what they have gathered so far. They run a million times for 20,000 rows."""

    def __init__(self, name: str, strings: list[str], date_styles: frozenset[int]) -> None:
        self.name = name
        self.strings = strings
        self.date_styles = {str(style) for style in date_styles}
        self.rows: list[tuple[int, dict[int, str]]] = []
        self.merges: list[Merge] = []
        self.hidden_rows: list[int] = []
        self.hidden_ranges: list[tuple[int, int]] = []
        self.columns: dict[str, int] = {}
        self.cells: dict[int, str] = {}
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

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element also ends the one before it: waiting for the ends would cost as much again."""
        self.taking = False
        action = self.starts.get(name if ":" not in name else local_name(name))
        if action is not None:
            action(attributes)

    def start_row(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        number = read_number(reference, self.name) if reference else self.number + 1
        if number <= self.number:
            raise FileBroken(self.name)
        self.finish_cell()
        if self.rows and not self.cells:
            empty, _ = self.rows.pop()  # the cell only carried a style
            if self.hidden_rows[-1:] == [empty]:
                self.hidden_rows.pop()
        if len(self.rows) >= MAX_ROWS:
            raise FileOversized("baris")
        if self.kept > MAX_KEPT:
            raise FileOversized("isi")
        self.number = number
        self.column = -1
        self.cells = {}
        self.rows.append((number, self.cells))
        if attributes.get("hidden") in TRUE:
            self.hidden_rows.append(number)

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
        """Hints for pronouncing follow the text of a cell; they are not part of it."""
        self.phonetic = True

    def finish(self) -> None:
        """After the last element."""
        self.finish_cell()

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
            self.cells[self.column] = value
            self.kept += getsizeof(value) if self.kind != "s" else 0  # shared strings are counted once

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
        """Keep the numbers of columns that are hidden or have no width, up to the last column that is read."""
        if attributes.get("hidden") not in TRUE and attributes.get("width") != "0":
            return
        first = read_number(attributes.get("min", ""), self.name)
        if first <= MAX_COLUMNS and len(self.hidden_ranges) < MAX_COLUMNS:
            last = read_number(attributes.get("max", ""), self.name)
            self.hidden_ranges.append((first, min(last, MAX_COLUMNS)))

    def keep_merge(self, attributes: dict[str, str]) -> None:
        corner, _, opposite = attributes.get("ref", "").replace("$", "").partition(":")
        letters = corner.rstrip(DIGITS)
        first, last = corner[len(letters) :], opposite[len(opposite.rstrip(DIGITS)) :]
        if first and last and first != last:
            if len(self.merges) >= MAX_MERGES:
                raise FileOversized("isi")
            column = read_column(letters, self.name)
            self.merges.append(Merge(read_number(first, self.name), read_number(last, self.name), column))


def read_number(text: str, part: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > len("1048576"):
        raise FileBroken(part)
    return int(text)


def read_column(letters: str, part: str) -> int:
    """`A` is 0, `AB` is 27."""
    if not (letters.isascii() and letters.isalpha()) or len(letters) > LETTERS_OF_A_COLUMN:
        raise FileBroken(part)
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def find_hidden_columns(ranges: list[tuple[int, int]]) -> frozenset[int]:
    return frozenset(number - 1 for first, last in ranges for number in range(first, last + 1))


def fill_merged(rows: list[tuple[int, dict[int, str]]], merges: list[Merge]) -> None:
    """A value that stands for several rows is written into each of them, down its left column. Raises FileOversized."""
    numbers = [number for number, _ in rows]
    filled = 0
    for merge in merges:
        at = bisect_left(numbers, merge.first)
        value = rows[at][1].get(merge.column) if at < len(rows) and numbers[at] == merge.first else None
        if not value or merge.column >= MAX_COLUMNS:
            continue
        for index in range(at + 1, bisect_left(numbers, merge.last + 1)):
            rows[index][1].setdefault(merge.column, value)
            filled += 1
            if filled > MAX_FILLED:
                raise FileOversized("isi")


def as_tuple(cells: dict[int, str]) -> tuple[str, ...]:
    return tuple(cells.get(column, "") for column in range(max(cells) + 1))
