"""The rows of all sheets that are read, gathered as one, with the cells of the used columns and no others."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from netral.folding import clean, fold
from netral.organisation.nik import mask_nik, mask_number
from netral.roster.headers import Header
from netral.roster.reading_report import ColumnFound, ReadingReport, SheetRead
from netral.roster.tables import Table, Tables
from netral.sheets.rows import Row, column_letters

NUMBERS = {"nip", "nip_lama", "number"}
"""Fields that hold a number and nothing else."""

Skip = Callable[[Table], Collection[int]]
"""A function that returns the numbers of the rows of a sheet that are no data."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The part of a file that may be kept: cells cleaned, and without a NIK. `header` has only the used columns."""

    header: Header
    rows: tuple[Row, ...]
    report: ReadingReport


def gather(tables: Tables, skip: Skip) -> Gathered:
    narrowing = Narrowing(tuple(tables.read[0].header.fields))
    rows: list[Row] = []
    sheets = []
    for table in tables.read:
        skipped = skip(table)
        kept = [row for row in table.rows if row.number not in skipped]
        hidden = sum(1 for row in kept if row.number in table.sheet.hidden_rows) if table.sheet.hidden_rows else 0
        sheets.append(SheetRead(table.sheet.name, table.header.last, len(kept), hidden, tuple(sorted(skipped))))
        rows += narrowing.narrow(table, kept)
    report = ReadingReport(tuple(sheets), tables.unread, find_columns(tables.read))
    return Gathered(narrowing.header(tables.read[0].header), tuple(rows), report)


class Narrowing:
    """Narrows rows of several sheets down to the same used fields."""

    def __init__(self, fields: Sequence[str]) -> None:
        self.fields = fields
        self.texts = [Texts(mask_number if field in NUMBERS else mask_nik) for field in fields]

    def header(self, full: Header) -> Header:
        fields = {field: index for index, field in enumerate(self.fields)}
        return Header(full.first, full.last, tuple(map(full.text, self.fields)), fields)

    def narrow(self, table: Table, rows: Sequence[Row]) -> list[Row]:
        places = [(table.header.fields[field], texts) for field, texts in zip(self.fields, self.texts, strict=True)]
        sheet = table.sheet.name
        needed = max(place for place, _ in places) + 1
        narrowed = []
        for row in rows:
            cells = row.cells + ("",) * (needed - len(row.cells))
            narrowed.append(Row(row.number, tuple([texts[cells[place]] for place, texts in places]), sheet))
        return narrowed


class Texts(dict[str, str]):
    """A mapping from a cell as it stands to what is kept of it. Most texts repeat, so each is cleaned once."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        self.mask = mask

    def __missing__(self, raw: str) -> str:
        kept = self[raw] = self.mask(clean(raw))
        return kept


def find_columns(tables: Sequence[Table]) -> tuple[ColumnFound, ...]:
    """List every heading once, by its column in the first sheet that has it; hidden if it is hidden in any sheet."""
    found: dict[tuple[str, str], ColumnFound] = {}
    for table in tables:
        fields = {index: field for field, index in table.header.fields.items()}
        for index, heading in enumerate(table.header.texts):
            if heading:
                key = fields.get(index, ""), fold(heading)
                hidden = index in table.sheet.hidden_columns
                new = ColumnFound(column_letters(index), mask_nik(heading), key[0], hidden)
                before = found.setdefault(key, new)
                found[key] = replace(before, hidden=before.hidden or hidden)
    return tuple(found.values())


def pack_header(header: Header) -> dict[str, Any]:
    return {"first": header.first, "last": header.last, "texts": list(header.texts), "fields": dict(header.fields)}


def pack_rows(gathered: Gathered) -> list[list[Any]]:
    """Pack each row as the index of its sheet among those read, its row number, and the cells of the used columns."""
    places = {sheet.name: place for place, sheet in enumerate(gathered.report.sheets)}
    return [[places[row.sheet], row.number, *row.cells] for row in gathered.rows]


def unpack(header: Mapping[str, Any], reading: Mapping[str, Any], rows: Sequence[Sequence[Any]]) -> Gathered:
    """Restore what `pack_header`, `ReadingReport.as_json` and `pack_rows` packed."""
    report = ReadingReport.from_json(reading)
    return Gathered(
        Header(header["first"], header["last"], tuple(header["texts"]), header["fields"]),
        tuple(Row(number, tuple(cells), report.sheets[place].name) for place, number, *cells in rows),
        report,
    )
