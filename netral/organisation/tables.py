"""An uploaded file as one table: what kind of file it is, its headings, and the rows below them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from netral.organisation.csv_files import read_csv
from netral.organisation.headers import ColumnNames, Header, find_header
from netral.organisation.packages import refuse_ole
from netral.organisation.refusals import ColumnMissing, FileEmpty, FileForeign, FileTooLarge, HeaderMissing
from netral.organisation.rows import Row, Sheet
from netral.organisation.workbooks import read_workbook

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
MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<style", b"<meta")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below the headings; titles above them and empty rows are not in it."""

    sheet: str
    header: Header
    rows: tuple[Row, ...]


def read_table(data: bytes, file_name: str, names: ColumnNames) -> Table:
    """Raises a FileRefused. The first sheet wins in which no needed column is missing."""
    closest: tuple[Sheet, Header] | None = None
    some_rows = False
    for sheet in read_sheets(data, file_name, lambda rows: score(rows, names)):
        some_rows = some_rows or bool(sheet.rows)
        header = find_header(sheet.rows, names)
        if header and not names.missing(header.fields):
            return Table(sheet.name, header, tuple(row for row in sheet.rows if row.number > header.last))
        if header and closest is None:
            closest = (sheet, header)
    if not some_rows:
        raise FileEmpty
    if closest is None:
        raise HeaderMissing
    header = closest[1]
    raise ColumnMissing(header.first, names.missing(header.fields)[0])


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
    return read_workbook(data) if kind == "xlsx" else iter([read_csv(data, score=score_rows)])


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
