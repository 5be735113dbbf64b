"""Tables as files: .xlsx with the sheets Data and Keterangan, and .csv that an Indonesian Excel opens directly."""

import csv
import re
from collections.abc import Sequence
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from netral.apart import Workshop
from netral.indonesian import MINUS, day, decimal, instant
from netral.reporting.report import Figures, Kind, Notes, Report, Table, Value, explain

NUMBER_FORMATS = {
    Kind.TEXT: "@",
    Kind.DIGITS: "@",
    Kind.COUNT: "#,##0",
    Kind.YEAR: "0",
    Kind.PERCENT: "0.0%",
    Kind.POINTS: "+0.0;-0.0;0.0",
    Kind.DAY: "dd/mm/yyyy",
    Kind.INSTANT: "dd/mm/yyyy hh:mm",
    Kind.STAMP: "@",
}
# The clerk is a process of its own: thousands of people in cells take more memory than the rest of a web process, which
# would keep it.
CLERK = Workshop(Path(__file__).with_name("filing.py"), seconds=60, idle=2)
SHEET_NAME = 31  # signs, as Excel allows
NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_report(report: Report[Figures], figures: Figures, *, zona: str, created: datetime) -> bytes:
    """Write a sheet for each table and Keterangan last. Raises WorkFailed."""
    tables = report.tables(figures)
    meanings = [(f"Arti {label}", meaning) for label, meaning in explain(tables[0].columns)]
    told = [(table.name, table.note) for table in tables if table.note]
    notes = [("Laporan", report.title), *report.notes(figures), *meanings, *told]
    return write_workbook(tables, notes, zona=zona, created=created)


def write_workbook(tables: Sequence[Table], notes: Notes, *, zona: str, created: datetime) -> bytes:
    """Write a workbook dated `created`, so that equal reports give equal files; `zona` is the zone of instants.

    Raises WorkFailed.
    """
    return CLERK.order(
        {
            "created": created.replace(tzinfo=None).isoformat(),
            "tables": [
                {**describe_table(table, zona), "name": name}
                for table, name in zip(tables, name_sheets(tables), strict=True)
            ],
            "notes": notes,
        }
    )


def name_sheets(tables: Sequence[Table]) -> list[str]:
    """Return a name for each sheet that a workbook accepts, and no two that differ only after its 31 signs."""
    names: list[str] = []
    for number, table in enumerate(tables, 1):
        name = NO_SHEET_NAME.sub(" ", table.name)[:SHEET_NAME]
        taken = name.lower() in {each.lower() for each in names}
        mark = f" ({number})"
        names.append(name[: SHEET_NAME - len(mark)] + mark if taken else name)
    return names


def describe_table(table: Table, zona: str) -> dict[str, Any]:
    def describe(row: Sequence[Value]) -> list[Any]:
        return [as_cell(value, column.kind, zona) for column, value in zip(table.columns, row, strict=True)]

    return {
        "name": table.name,
        "columns": [(column.label, column.width, NUMBER_FORMATS[column.kind]) for column in table.columns],
        "rows": [describe(row) for row in table.rows],
        "total": None if table.total is None else describe(table.total),
    }


def as_cell(value: Value, kind: Kind, zona: str) -> str | float | list[str] | None:
    """Return the value of a cell. A day or moment is its wall clock, put into a list to distinguish it from text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo(zona))
        return as_stamp(local) if kind is Kind.STAMP else [local.replace(tzinfo=None).isoformat()]
    if isinstance(value, date):
        return [value.isoformat()]
    return value / {Kind.PERCENT: 1000, Kind.POINTS: 10}.get(kind, 1)


def as_stamp(local: datetime) -> str:
    return local.isoformat(timespec="seconds")


def write_csv(table: Table, *, zona: str) -> bytes:
    """Write UTF-8 with BOM, semicolons and decimal commas. An apostrophe precedes text that would be calculated."""
    file = StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerow(neutral(column.label) for column in table.columns)
    for row in [*table.rows, *([table.total] if table.total is not None else [])]:
        writer.writerow(as_text(value, column.kind, zona) for column, value in zip(table.columns, row, strict=True))
    return file.getvalue().encode("utf-8-sig")


def as_text(value: Value, kind: Kind, zona: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return as_stamp(value.astimezone(ZoneInfo(zona))) if kind is Kind.STAMP else instant(value, zona)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int):
        tenths = kind in {Kind.PERCENT, Kind.POINTS}
        return decimal(value).replace(".", "").replace(MINUS, "-") if tenths else str(value)
    return neutral(value)


def neutral(text: str) -> str:
    return f"'{text}" if text.startswith(DANGEROUS) else text
