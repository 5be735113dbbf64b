"""An uploaded file as tables: choosing its sheets, rows and columns, and reporting the rest."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from netral.folding import clean, fold
from netral.organisation.numbers import mask_id, mask_nik, mask_number
from netral.roster.columns import SEARCHED_ROWS, Choices, ColumnNames, Header, find_header, headings_key
from netral.roster.problems import CellProblem
from netral.sheets.csv_files import read_csv
from netral.sheets.packages import USUAL, WIDE, Watch, refuse_ole, watch_nothing
from netral.sheets.refusals import (
    ColumnAmbiguous,
    ColumnMissing,
    ColumnsUnclear,
    FileEmpty,
    FileForeign,
    FileMisnamed,
    FileOversized,
    FileTooLarge,
    HeaderMissing,
)
from netral.sheets.rows import MAX_ROWS, Row, Sheet, column_letters
from netral.sheets.workbooks import read_workbook

MAX_UPLOAD_MB = 5
WIDE_UPLOAD_MB = 20
"""The most megabytes of a workbook of people: SIASN's export of 20,000 people has eight, and up to twenty."""

MAX_UPLOAD = MAX_UPLOAD_MB * 2**20
WIDE_UPLOAD = WIDE_UPLOAD_MB * 2**20
# The first bytes of other files, uploaded by mistake or on purpose -> the name people know them by.
SIGNATURES = {
    b"%PDF": "pdf",
    b"MZ": "exe",
    b"\x7fELF": "exe",
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF8": "gif",
    b"{\\rtf": "rtf",
    b"Rar!": "rar",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gz",
}
READ = ("xlsx", "csv")
"""The kinds that are read, which are also the endings of their names."""

SAMPLES = (["contoh"], ["sampel"], ["sample"])
"""First words in the names of sheets that show how to fill in the others."""

SAMPLED_ROWS = 3
MOST_DIGITS = 4
"""The most digits of a heading, which may name a year; a cell with more is no heading."""

MOST_NAMED = 30
LONGEST_NAMED = 40
MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<style", b"<meta")
Candidate = tuple[Sheet, Header]
NUMBERS = {"nip", "nip_lama", "number"}
"""Fields that hold only a number."""

IDS = {"siasn_id", "unor_id", "above_id", "kode", "induk"}
"""Fields that hold an id."""


class Unread(StrEnum):
    """The reasons why a sheet with content was not read; in brackets the contents of `detail`."""

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


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet, its headings, and the rows below them, without titles above the headings and without empty rows."""

    sheet: Sheet
    header: Header
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """The sheets to read, which have the same headings for the same fields, and those left unread."""

    read: tuple[Table, ...]
    unread: tuple[SheetUnread, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The part of a file that may be kept: cleaned cells without a NIK. `header` has only the used columns."""

    header: Header
    rows: tuple[Row, ...]
    report: ReadingReport


@dataclass(frozen=True, slots=True)
class ColumnsAsked:
    """A row of headings about which officers are asked.

    `samples`: of each column the first texts below it, each without a NIK. `guessed`: field -> index, where the words
    tell it. Nothing of it is kept.
    """

    key: str
    sheet: str
    row: int
    texts: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    guessed: Mapping[str, int]


class Narrowing:
    """Narrows rows of several sheets down to the same used fields."""

    def __init__(self, fields: Sequence[str]) -> None:
        self.fields = fields
        self.texts = [Texts(choose_mask(field)) for field in fields]

    def header(self, full: Header) -> Header:
        fields = {field: index for index, field in enumerate(self.fields)}
        return Header(full.first, full.last, tuple(map(full.text, self.fields)), fields, choice=full.choice)

    def narrow(self, table: Table, rows: Sequence[Row]) -> list[Row]:
        places = [(table.header.fields[field], texts) for field, texts in zip(self.fields, self.texts, strict=True)]
        sheet = table.sheet.name
        needed = max(place for place, _ in places) + 1
        narrowed = []
        for row in rows:
            cells = row.cells + ("",) * (needed - len(row.cells))
            narrowed.append(Row(row.number, tuple([texts[cells[place]] for place, texts in places]), sheet))
        return narrowed


def choose_mask(field: str) -> Callable[[str], str]:
    """Return the function that masks a NIK in the cells of a field."""
    if field in NUMBERS:
        return mask_number
    return mask_id if field in IDS else mask_nik


class Texts(dict[str, str]):
    """A mapping from a cell to its cleaned text. Most texts repeat, so each is cleaned once."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        self.mask = mask

    def __missing__(self, raw: str) -> str:
        kept = self[raw] = self.mask(clean(raw))
        return kept


Skip = Callable[[Table], Collection[int]]
"""A function that returns the numbers of the rows of a sheet that are no data."""


def read_tables(
    data: bytes,
    file_name: str,
    names: ColumnNames,
    *,
    choices: Choices | None = None,
    wide: bool = False,
    watch: Watch = watch_nothing,
) -> Tables:
    """Read every sheet whose headings are those of the first sheet that has all needed columns.

    Samples and hidden sheets are read only when there is nothing else. `choices`: the columns that officers chose for
    rows of headings. `wide`: whether the file may be as large as SIASN's export. Raises a FileRefused.
    """
    found = [
        (sheet, find_header(sheet.rows, names, sheet.hidden_columns, choices))
        for sheet in read_sheets(data, file_name, lambda rows: score(rows, names), wide=wide, watch=watch)
        if sheet.rows
    ]
    if not found:
        raise FileEmpty
    complete = [(sheet, header) for sheet, header in found if header and not names.missing(header.fields)]
    if not complete:
        raise refuse(found, names)
    chosen, passed_over = prefer(complete)
    first, headings = chosen[0][0], headings_of(chosen[0][1])
    read = [make_table(sheet, header) for sheet, header in chosen if headings_of(header) == headings]
    if sum(len(table.rows) for table in read) > MAX_ROWS:
        raise FileOversized("baris")
    names_read = {table.sheet.name for table in read}
    unread = tuple(
        passed_over.get(sheet.name) or explain(sheet, header, names, first.name)
        for sheet, header in found
        if sheet.name not in names_read
    )
    return Tables(tuple(read), unread)


def read_sheets(
    data: bytes, file_name: str, score_rows: Callable[[Sequence[Row]], int], *, wide: bool, watch: Watch
) -> Iterator[Sheet]:
    """Read the sheets. Raises what `check_file` raises."""
    if check_file(data, file_name, wide=wide) == "xlsx":
        return read_workbook(data, WIDE if wide else USUAL, watch)
    return iter([read_csv(data, PurePath(file_name).stem, score=score_rows)])


def check_file(data: bytes, file_name: str, *, wide: bool) -> str:
    """Return whether a file is `xlsx` or `csv`, by its first bytes.

    Raises FileEmpty, FileTooLarge, FileForeign or FileMisnamed.

    Name and content must agree: an .exe called .xlsx is refused, as is a workbook called .csv.
    """
    if not data:
        raise FileEmpty
    if len(data) > WIDE_UPLOAD:
        raise FileTooLarge(WIDE_UPLOAD_MB if wide else MAX_UPLOAD_MB)
    kind = recognise_kind(data)
    if len(data) > MAX_UPLOAD and not (wide and kind == "xlsx"):
        raise FileTooLarge(MAX_UPLOAD_MB)
    ending = PurePath(file_name).suffix.lower().removeprefix(".")
    if ending not in {"", *READ} or kind not in READ:
        raise FileForeign(ending if ending not in {"", *READ} else kind)
    if kind != ending:
        raise FileMisnamed(kind)
    return kind


def recognise_kind(data: bytes) -> str:
    """Return the kind by the bytes alone: `xlsx` (any zip, checked later), `csv` (any text), or another name."""
    refuse_ole(data)
    if data.startswith(b"PK\x03\x04"):
        return "xlsx"
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            return kind
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower().startswith(MARKUP):
        return "html"
    return "biner" if b"\0" in data else "csv"


def score(rows: Sequence[Row], names: ColumnNames) -> int:
    header = find_header(rows, names)
    return len(header.fields) if header else 0


def prefer(complete: list[Candidate]) -> tuple[list[Candidate], dict[str, SheetUnread]]:
    """Choose the sheets to read, visible ones that are no samples if possible, and say why others are passed over."""
    reasons = {sheet.name: reason for sheet, _ in complete if (reason := reason_to_pass(sheet))}
    chosen = [one for one in complete if one[0].name not in reasons]
    if not chosen:
        chosen = [one for one in complete if not one[0].hidden] or complete
    names = {sheet.name for sheet, _ in chosen}
    return chosen, {name: SheetUnread(name, reason) for name, reason in reasons.items() if name not in names}


def reason_to_pass(sheet: Sheet) -> Unread | None:
    if sheet.hidden:
        return Unread.HIDDEN
    return Unread.SAMPLE if fold(sheet.name).split()[:1] in SAMPLES else None


def headings_of(header: Header) -> dict[str, str]:
    return {field: fold(header.text(field)) for field in header.fields}


def explain(sheet: Sheet, header: Header | None, names: ColumnNames, first: str) -> SheetUnread:
    if header is None:
        return SheetUnread(sheet.name, Unread.HEADLESS)
    if missing := names.missing(header.fields):
        return SheetUnread(sheet.name, Unread.INCOMPLETE, missing[0])
    return SheetUnread(sheet.name, Unread.DIFFERENT, first)


def make_table(sheet: Sheet, header: Header) -> Table:
    """Make a table of a sheet. Raises ColumnAmbiguous."""
    for columns in header.rivals.values():
        said = ", ".join(f"{column_letters(index)} ({header.texts[index]})" for index in columns)
        raise with_question(ColumnAmbiguous(header.last, sheet.name, said), sheet, header)
    return Table(sheet, header, tuple(row for row in sheet.rows if row.number > header.last))


def refuse(found: list[tuple[Sheet, Header | None]], names: ColumnNames) -> ColumnsUnclear:
    """Return the refusal of a file in which no sheet has all needed columns, based on the sheet that comes nearest."""
    headed = [(sheet, header) for sheet, header in found if header]
    if not headed:
        sheet, row = found[0][0], nearest_row(found[0][0])
        headless = HeaderMissing(", ".join(names.usual.values()), name_headings(row.cells))
        return with_question(headless, sheet, Header(row.number, row.number, row.cells, {}))
    sheet, header = min(headed, key=lambda one: len(names.missing(one[1].fields)))
    missing = names.missing(header.fields)[0]
    fact = ColumnMissing(header.first, missing, sheet.name, name_headings(header.texts))
    return with_question(fact, sheet, header)


def with_question(fact: ColumnsUnclear, sheet: Sheet, header: Header) -> ColumnsUnclear:
    """Return the fact with the columns about which to ask, unless what stands there are no headings."""
    if any(sum(map(str.isdigit, text)) > MOST_DIGITS for text in header.texts):
        return fact
    below = [row for row in sheet.rows if row.number > header.last][:SAMPLED_ROWS]
    samples = tuple(
        tuple(mask_number(clean(row.cell(index)))[:LONGEST_NAMED] for row in below)
        for index in range(len(header.texts))
    )
    texts = tuple(mask_nik(clean(text)) for text in header.texts)
    guessed = {field: index for field, index in header.fields.items() if field not in header.rivals}
    fact.asked = ColumnsAsked(headings_key(header.texts), sheet.name, header.last, texts, samples, guessed)
    return fact


def nearest_row(sheet: Sheet) -> Row:
    """Return the row that looks most like headings: many texts without digits."""
    rows = sheet.rows[:SEARCHED_ROWS]
    return max(rows, key=lambda row: (not any(map(str.isdigit, "".join(row.cells))), row.filled))


def name_headings(texts: Sequence[str]) -> str:
    said = [mask_nik(clean(text))[:LONGEST_NAMED] for text in texts if text and not text.isspace()]
    return ", ".join(said[:MOST_NAMED]) + (", ..." if len(said) > MOST_NAMED else "")


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
    return {
        "first": header.first,
        "last": header.last,
        "texts": list(header.texts),
        "fields": dict(header.fields),
        "choice": header.choice,
    }


def pack_rows(gathered: Gathered) -> list[list[Any]]:
    """Pack each row as the index of its sheet among those read, its row number, and the cells of the used columns."""
    places = {sheet.name: place for place, sheet in enumerate(gathered.report.sheets)}
    return [[places[row.sheet], row.number, *row.cells] for row in gathered.rows]


def unpack(header: Mapping[str, Any], reading: Mapping[str, Any], rows: Sequence[Sequence[Any]]) -> Gathered:
    """Return what `pack_header`, `ReadingReport.as_json` and `pack_rows` packed."""
    report = ReadingReport.from_json(reading)
    return Gathered(
        Header(
            header["first"], header["last"], tuple(header["texts"]), header["fields"], choice=header.get("choice", "")
        ),
        tuple(Row(number, tuple(cells), report.sheets[place].name) for place, number, *cells in rows),
        report,
    )
