"""Words for what was read of a file and what was not: for the preview, the command line and `--json`."""

from collections.abc import Sequence
from typing import Any

from netral.roster.problems import CellProblem
from netral.roster.reading import RosterReading
from netral.roster.tables import ColumnFound, ReadingReport, SheetRead, Unread
from netral.words.roster import as_document

MOST_ROWS_NAMED = 12
FIELD_NAMES = {
    "nip": "NIP",
    "nip_lama": "NIP sebelumnya",
    "number": "nomor peserta",
    "nama": "nama",
    "gelar_depan": "digabungkan ke nama",
    "gelar_belakang": "digabungkan ke nama",
    "jenis": "jenis",
    "kedudukan": "kedudukan hukum",
    "golongan": "golongan",
    "jabatan": "jabatan",
    "sub_unit": "subunit",
    "unit": "unit kerja",
    "opd": "perangkat daerah",
    "email": "surel",
    "kode": "kode",
    "induk": "induk",
}
UNREAD = {
    Unread.HEADLESS: "tidak ada baris judul kolom yang dikenal",
    Unread.INCOMPLETE: "kolom {detail} tidak ada",
    Unread.DIFFERENT: "judul kolomnya berbeda dari lembar {detail}; samakan judulnya bila isinya perlu dibaca",
    Unread.HIDDEN: "lembarnya tersembunyi; tampilkan bila isinya perlu dibaca",
    Unread.SAMPLE: "namanya menyebut contoh; ganti nama lembarnya bila isinya perlu dibaca",
}


def say_reading(report: ReadingReport, ended: Sequence[CellProblem], *, ended_rows: int) -> list[str]:
    """List in sentences what a reader of the file would not expect. `ended`: those of the `ended_rows` to be named."""
    return [*say_sheets(report), *say_hidden_columns(report), *say_ended(report, ended, ended_rows)]


def say_sheets(report: ReadingReport) -> list[str]:
    """Say in one sentence for each sheet that is not empty whether and how it was read."""
    unread = [
        f"Lembar {sheet.name} tidak dibaca: {UNREAD[sheet.reason].format(detail=sheet.detail)}."
        for sheet in report.unread
    ]
    return [*map(say_sheet, report.sheets), *unread]


def say_sheet(sheet: SheetRead) -> str:
    said = [f"Lembar {sheet.name}: {sheet.rows} baris dibaca di bawah judul kolom baris {sheet.header_row}"]
    if sheet.hidden_rows:
        said.append(f"{sheet.hidden_rows} di antaranya tersembunyi dan ikut dibaca")
    if sheet.skipped:
        rows = name_rows(sheet.skipped)
        said.append(f"{len(sheet.skipped)} baris dilewati karena bukan data (judul, jumlah, tanda tangan): {rows}")
    return f"{'; '.join(said)}."


def say_columns(report: ReadingReport) -> list[str]:
    said = [f"Kolom yang dipakai: {', '.join(map(name_column, report.used))}."]
    if report.unused:
        said.append(f"Kolom yang tidak dipakai: {', '.join(map(name_column, report.unused))}.")
    return said


def say_hidden_columns(report: ReadingReport) -> list[str]:
    said = []
    if used := ", ".join(name_column(column) for column in report.used if column.hidden):
        said.append(f"Kolom tersembunyi yang ikut dibaca: {used}.")
    if unused := ", ".join(name_column(column) for column in report.unused if column.hidden):
        said.append(f"Kolom tersembunyi yang tidak dibaca: {unused}.")
    return said


def name_column(column: ColumnFound) -> str:
    """Name a column as `UNIT KERJA (kolom E, unit kerja)`; for an unused one, without its use."""
    use = f", {FIELD_NAMES[column.field]}" if column.field else ""
    return f"{column.heading} (kolom {column.column}{use})"


def say_ended(report: ReadingReport, ended: Sequence[CellProblem], ended_rows: int) -> list[str]:
    if not ended_rows:
        return []
    sheets = len(report.sheets) > 1
    named = ", ".join(f"{row_of(one, sheets=sheets)} ({one.value})" for one in ended)
    more = f", dan {ended_rows - len(ended)} lagi" if ended_rows > len(ended) else ""
    counted = f"{ended_rows} baris tidak dihitung sebagai pegawai aktif menurut kolom {ended[0].column}: {named}{more}."
    return [f"{counted} Yang masih tercatat aktif termasuk yang tidak ada di berkas."]


def row_of(problem: CellProblem, *, sheets: bool) -> str:
    """Return the row's number, with its sheet if several were read. `sheets`: whether that is so."""
    return f"{problem.sheet} {problem.row}" if sheets else str(problem.row)


def name_rows(rows: Sequence[int | str]) -> str:
    named = ", ".join(map(str, rows[:MOST_ROWS_NAMED]))
    return f"{named}, ..." if len(rows) > MOST_ROWS_NAMED else named


def describe_reading(report: ReadingReport) -> dict[str, Any]:
    """Describe what was read, for `--json`."""
    return {
        "sheets": [
            {
                "name": sheet.name,
                "header_row": sheet.header_row,
                "rows": sheet.rows,
                "hidden_rows": sheet.hidden_rows,
                "skipped_rows": list(sheet.skipped),
            }
            for sheet in report.sheets
        ],
        "sheets_not_read": [{"name": sheet.name, "reason": sheet.reason.value} for sheet in report.unread],
        "columns": [describe_column(column) | {"field": column.field} for column in report.used],
        "columns_not_used": list(map(describe_column, report.unused)),
    }


def describe_column(column: ColumnFound) -> dict[str, Any]:
    return {"column": column.column, "heading": column.heading, "hidden": column.hidden}


def describe_roster_reading(reading: RosterReading) -> dict[str, Any]:
    return describe_reading(reading.gathered.report) | {
        "ended": list(map(as_document, reading.ended)),
        "warnings": list(map(as_document, reading.warnings)),
    }
