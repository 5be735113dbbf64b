"""The clerk, a program of its own: it takes tables as `workbooks` describes them and returns a workbook."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook

from netral.working import work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# No text of ours or of a roster becomes a formula or a link: neither when it is written nor, thanks to the prefix, when
# somebody edits its cell.
TEXT = {"num_format": "@", "quote_prefix": True}
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_workbook(order: dict[str, Any]) -> bytes:
    file = BytesIO()
    with Workbook(file, OPTIONS) as workbook:
        workbook.set_properties({"created": datetime.fromisoformat(order["created"])})
        for table in order["tables"]:
            write_sheet(workbook, table)
        write_notes(workbook, order["notes"])
    return file.getvalue()


def write_sheet(workbook: Workbook, table: dict[str, Any]) -> None:
    sheet = workbook.add_worksheet(table["name"])
    columns, rows = table["columns"], table["rows"]
    heading = workbook.add_format({"quote_prefix": True, "bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for position, (label, width, _) in enumerate(columns):
        sheet.set_column(position, position, width)
        sheet.write_string(0, position, label, heading)
    looks = [TEXT if look == TEXT["num_format"] else {"num_format": look} for _, _, look in columns]
    formats = [workbook.add_format(look) for look in looks]
    for line, row in enumerate(rows, start=1):
        write_row(sheet, line, row, formats)
    if table["total"] is not None:
        formats = [workbook.add_format(look | {"bold": True, "top": 1}) for look in looks]
        write_row(sheet, len(rows) + 1, table["total"], formats)
    sheet.freeze_panes(1, 0)
    # The total stays outside the filter, because sorting must not move it.
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def write_row(sheet: Worksheet, line: int, row: list[Any], formats: list[Format]) -> None:
    for position, (value, look) in enumerate(zip(row, formats, strict=True)):
        if value is None:
            sheet.write_blank(line, position, None, look)
        elif isinstance(value, str):
            sheet.write_string(line, position, value, look)
        elif isinstance(value, list):
            sheet.write_datetime(line, position, datetime.fromisoformat(value[0]), look)
        else:
            sheet.write_number(line, position, value, look)


def write_notes(workbook: Workbook, notes: list[tuple[str, str]]) -> None:
    sheet = workbook.add_worksheet("Keterangan")
    label = workbook.add_format(TEXT | {"bold": True, "valign": "top"})
    text = workbook.add_format(TEXT | {"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    for line, (name, note) in enumerate(notes):
        sheet.write_string(line, 0, name, label)
        sheet.write_string(line, 1, note, text)
    sheet.fit_to_pages(1, 0)


if __name__ == "__main__":
    work(write_workbook)
