"""An uploaded file as tables: what kind of file it is, which of its sheets are read, and their headings."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from netral.folding import clean, fold
from netral.organisation.nik import mask_nik
from netral.roster.headers import SEARCHED_ROWS, ColumnNames, Header, find_header
from netral.roster.reading_report import SheetUnread, Unread
from netral.sheets.csv_files import read_csv
from netral.sheets.packages import refuse_ole
from netral.sheets.refusals import (
    ColumnAmbiguous,
    ColumnMissing,
    FileEmpty,
    FileForeign,
    FileOversized,
    FileTooLarge,
    HeaderMissing,
)
from netral.sheets.rows import MAX_ROWS, Row, Sheet, column_letters
from netral.sheets.workbooks import read_workbook

MAX_UPLOAD_MB = 5
MAX_UPLOAD = MAX_UPLOAD_MB * 2**20

# The first bytes of what is uploaded by mistake or by guile -> the name people know it by.
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
SAMPLES = (["contoh"], ["sampel"], ["sample"])
"""First words of the names of sheets that show how to fill in the others."""

MOST_NAMED = 30
LONGEST_NAMED = 40
MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<style", b"<meta")

Candidate = tuple[Sheet, Header]


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


def read_tables(data: bytes, file_name: str, names: ColumnNames) -> Tables:
    """Read every sheet whose headings are those of the first sheet that has all needed columns.

    Samples and hidden sheets are read only when there is nothing else. Raises a FileRefused.
    """
    found = [
        (sheet, find_header(sheet.rows, names, sheet.hidden_columns))
        for sheet in read_sheets(data, file_name, lambda rows: score(rows, names))
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
        raise ColumnAmbiguous(header.last, sheet.name, said)
    return Table(sheet, header, tuple(row for row in sheet.rows if row.number > header.last))


def refuse(found: list[tuple[Sheet, Header | None]], names: ColumnNames) -> HeaderMissing | ColumnMissing:
    """Return the refusal of a file in which no sheet has all needed columns, in terms of the one that comes nearest."""
    headed = [(sheet, header) for sheet, header in found if header]
    if not headed:
        return HeaderMissing(", ".join(names.usual.values()), name_headings(nearest_row(found[0][0]).cells))
    sheet, header = min(headed, key=lambda one: len(names.missing(one[1].fields)))
    return ColumnMissing(header.first, names.missing(header.fields)[0], sheet.name, name_headings(header.texts))


def nearest_row(sheet: Sheet) -> Row:
    """Return the row that looks most like headings: many texts without digits."""
    rows = sheet.rows[:SEARCHED_ROWS]
    return max(rows, key=lambda row: (not any(map(str.isdigit, "".join(row.cells))), row.filled))


def name_headings(texts: Sequence[str]) -> str:
    said = [mask_nik(clean(text))[:LONGEST_NAMED] for text in texts if text and not text.isspace()]
    return ", ".join(said[:MOST_NAMED]) + (", ..." if len(said) > MOST_NAMED else "")


def read_sheets(data: bytes, file_name: str, score_rows: Callable[[Sequence[Row]], int]) -> Iterator[Sheet]:
    """Name and content must agree: an .exe called .xlsx is refused, as is a workbook called .csv."""
    if not data:
        raise FileEmpty
    if len(data) > MAX_UPLOAD:
        raise FileTooLarge(MAX_UPLOAD_MB)
    kind = recognise_kind(data)
    ending = PurePath(file_name).suffix.lower().removeprefix(".")
    if ending not in {"xlsx", "csv"}:
        raise FileForeign(ending or kind)
    if kind != ending:
        raise FileForeign(kind)
    if kind == "xlsx":
        return read_workbook(data)
    return iter([read_csv(data, PurePath(file_name).stem, score=score_rows)])


def recognise_kind(data: bytes) -> str:
    """By its bytes alone: `xlsx` (a zip; what it holds shows later), `csv` (any text), or what else it is."""
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
