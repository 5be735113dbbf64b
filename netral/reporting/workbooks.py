"""Tables as files: .xlsx with the sheets Data and Keterangan, and .csv that an Indonesian Excel opens as it is."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from netral.reporting.figures import decimal, instant
from netral.reporting.tables import Column, Kind, Table, Value

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# No text of ours or of a roster ever becomes a formula or a link.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NUMBER_FORMATS = {
    Kind.TEXT: "@",
    Kind.COUNT: "#,##0",
    Kind.PERCENT: "0.0%",
    Kind.POINTS: "+0.0;-0.0;0.0",
    Kind.INSTANT: "dd/mm/yyyy hh:mm",
}
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_workbook(tables: Sequence[Table], notes: Sequence[tuple[str, str]], *, created: datetime) -> bytes:
    """A sheet for each table and Keterangan last. `created` stands in the file, so the same report is the same file."""
    from xlsxwriter import Workbook

    file = BytesIO()
    with Workbook(file, OPTIONS) as workbook:
        workbook.set_properties({"created": created.replace(tzinfo=None)})
        for table in tables:
            write_sheet(workbook, table)
        write_notes(workbook, notes)
    return file.getvalue()


def write_sheet(workbook: "Workbook", table: Table) -> None:
    sheet = workbook.add_worksheet(table.name)
    heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for position, column in enumerate(table.columns):
        sheet.set_column(position, position, column.width)
        sheet.write_string(0, position, column.label, heading)
    formats = [workbook.add_format({"num_format": NUMBER_FORMATS[column.kind]}) for column in table.columns]
    for line, row in enumerate(table.rows, start=1):
        write_row(sheet, line, table, row, formats)
    if table.total is not None:
        strong = {"bold": True, "top": 1}
        formats = [
            workbook.add_format(strong | {"num_format": NUMBER_FORMATS[column.kind]}) for column in table.columns
        ]
        write_row(sheet, len(table.rows) + 1, table, table.total, formats)
    sheet.freeze_panes(1, 0)
    # The total stays outside the filter: sorting must not move it.
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def write_row(sheet: "Worksheet", line: int, table: Table, row: Sequence[Value], formats: Sequence["Format"]) -> None:
    for position, (column, value) in enumerate(zip(table.columns, row, strict=True)):
        write_cell(sheet, line, position, value, column.kind, formats[position], table.zona)


def write_cell(
    sheet: "Worksheet", line: int, position: int, value: Value, kind: Kind, look: "Format", zona: str
) -> None:
    if value is None:
        sheet.write_blank(line, position, None, look)
    elif isinstance(value, str):
        sheet.write_string(line, position, value, look)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, position, value.astimezone(ZoneInfo(zona)).replace(tzinfo=None), look)
    else:
        scale = {Kind.PERCENT: 1000, Kind.POINTS: 10}.get(kind, 1)
        sheet.write_number(line, position, value / scale, look)


def write_notes(workbook: "Workbook", notes: Sequence[tuple[str, str]]) -> None:
    sheet = workbook.add_worksheet("Keterangan")
    label: Any = workbook.add_format({"bold": True, "valign": "top"})
    text: Any = workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    for line, (name, note) in enumerate(notes):
        sheet.write_string(line, 0, name, label)
        sheet.write_string(line, 1, note, text)
    sheet.fit_to_pages(1, 0)


def write_csv(table: Table) -> bytes:
    """UTF-8 with BOM, semicolons, decimal commas. Text that a spreadsheet would calculate gets an apostrophe first."""
    file = StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerow(neutral(column.label) for column in table.columns)
    for row in [*table.rows, *([table.total] if table.total is not None else [])]:
        writer.writerow(as_text(value, column, table.zona) for column, value in zip(table.columns, row, strict=True))
    return file.getvalue().encode("utf-8-sig")


def as_text(value: Value, column: Column, zona: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return instant(value, zona)
    if isinstance(value, int):
        return decimal(value).replace(".", "") if column.kind in {Kind.PERCENT, Kind.POINTS} else str(value)
    return neutral(value)


def neutral(text: str) -> str:
    return f"'{text}" if text.startswith(DANGEROUS) else text
