"""Rows as they stand in a file, the result of every reader of tables."""

from dataclasses import dataclass

MAX_ROWS = 60_000
MAX_COLUMNS = 120
"""The most columns that are read: no roster is wider, and a stray cell further right is no reason for a refusal."""

MAX_TEXT = 500
"""The most characters of a cell that are read; no column of a roster needs half of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet; `number` as a spreadsheet program shows it (1, 2, ...). Cells are text, missing ones empty.

    `sheet` is filled in as soon as rows of several sheets stand together.
    """

    number: int
    cells: tuple[str, ...]
    sheet: str = ""

    def cell(self, index: int | None) -> str:
        return self.cells[index] if index is not None and index < len(self.cells) else ""

    @property
    def address(self) -> tuple[str, int]:
        return self.sheet, self.number

    @property
    def filled(self) -> int:
        return sum(1 for cell in self.cells if cell and not cell.isspace())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet; `hidden`, `hidden_rows` (as numbered) and `hidden_columns` (from 0) are those that programs hide."""

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def column_letters(index: int) -> str:
    """Return the letters of a column: 0 is `A`, 27 is `AB`."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
