"""A report of what was read of a file and what was not, shown before writing, so that nothing is read in silence."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from netral.organisation.problems import CellProblem


class Unread(StrEnum):
    """Why a sheet with something in it was not read; in brackets what `detail` holds."""

    HEADLESS = "no_headings"
    INCOMPLETE = "column_missing"  # the usual name of the first needed column that is missing
    DIFFERENT = "other_headings"  # the name of the first sheet that was read
    HIDDEN = "hidden"
    SAMPLE = "sample"  # its name says that it shows how to fill in the others


@dataclass(frozen=True, slots=True)
class SheetRead:
    """A sheet that was read.

    `rows`: how many were taken for data; `hidden_rows`: how many of these are hidden in the file, as by a filter.
    `skipped`: numbers of rows that are not a person (totals, repeated headings, signatures under the table).
    """

    name: str
    header_row: int
    rows: int
    hidden_rows: int
    skipped: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SheetUnread:
    name: str
    reason: Unread
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ColumnFound:
    """A column of the file, by its letters in the first sheet that has it; `field` is empty when it was not used."""

    column: str
    heading: str
    field: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class ReadingReport:
    sheets: tuple[SheetRead, ...]
    unread: tuple[SheetUnread, ...]
    columns: tuple[ColumnFound, ...]

    @property
    def rows(self) -> int:
        return sum(sheet.rows for sheet in self.sheets)

    @property
    def used(self) -> tuple[ColumnFound, ...]:
        return tuple(column for column in self.columns if column.field)

    @property
    def unused(self) -> tuple[ColumnFound, ...]:
        return tuple(column for column in self.columns if not column.field)

    def in_order(self, problems: Iterable[CellProblem]) -> tuple[CellProblem, ...]:
        """Return the problems in the order of their rows in the file, sheet by sheet."""
        places = {sheet.name: place for place, sheet in enumerate(self.sheets)}
        return tuple(sorted(problems, key=lambda problem: (places[problem.sheet], problem.row)))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ReadingReport":
        return cls(
            tuple(SheetRead(**sheet | {"skipped": tuple(sheet["skipped"])}) for sheet in stored["sheets"]),
            tuple(SheetUnread(sheet["name"], Unread(sheet["reason"]), sheet["detail"]) for sheet in stored["unread"]),
            tuple(ColumnFound(**column) for column in stored["columns"]),
        )
