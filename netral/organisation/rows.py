"""Rows as they stand in a file: what every reader of tables hands on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the row a spreadsheet program shows (1, 2, ...); cells are text, missing ones empty."""

    number: int
    cells: tuple[str, ...]

    def cell(self, index: int | None) -> str:
        return self.cells[index] if index is not None and index < len(self.cells) else ""

    @property
    def filled(self) -> int:
        return sum(1 for cell in self.cells if cell and not cell.isspace())


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    rows: tuple[Row, ...]
