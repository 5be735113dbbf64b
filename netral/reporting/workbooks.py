"""Tables as files: .xlsx with the sheets Data and Keterangan, and .csv that an Indonesian Excel opens as it is."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from netral.apart import Workshop
from netral.indonesian import decimal, instant
from netral.reporting.tables import Column, Kind, Table, Value

NUMBER_FORMATS = {
    Kind.TEXT: "@",
    Kind.COUNT: "#,##0",
    Kind.PERCENT: "0.0%",
    Kind.POINTS: "+0.0;-0.0;0.0",
    Kind.INSTANT: "dd/mm/yyyy hh:mm",
}
# Thousands of people in cells take more memory than all else in a web process, which would keep it.
CLERK = Workshop(Path(__file__).with_name("filing.py"), seconds=60, idle=2)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_workbook(tables: Sequence[Table], notes: Sequence[tuple[str, str]], *, created: datetime) -> bytes:
    """A sheet for each table and Keterangan last. `created` stands in the file, so the same report is the same file.

    Raises WorkFailed.
    """
    return CLERK.order(
        {
            "created": created.replace(tzinfo=None).isoformat(),
            "tables": [describe_table(table) for table in tables],
            "notes": list(notes),
        }
    )


def describe_table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "columns": [(column.label, column.width, NUMBER_FORMATS[column.kind]) for column in table.columns],
        "rows": [describe_row(row, table) for row in table.rows],
        "total": None if table.total is None else describe_row(table.total, table),
    }


def describe_row(row: Sequence[Value], table: Table) -> list[Any]:
    return [describe_cell(value, column.kind, table.zona) for column, value in zip(table.columns, row, strict=True)]


def describe_cell(value: Value, kind: Kind, zona: str) -> str | float | list[str] | None:
    """A moment is its wall clock, in a list: it is not a text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return [value.astimezone(ZoneInfo(zona)).replace(tzinfo=None).isoformat()]
    return value / {Kind.PERCENT: 1000, Kind.POINTS: 10}.get(kind, 1)


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
