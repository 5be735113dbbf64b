"""Files of a report: reopened, they hold the figures of the page and of a recount."""

import csv
from dataclasses import replace
from datetime import datetime
from io import BytesIO, StringIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from netral.learning.periods.models import Period
from netral.reporting.counts import State
from netral.reporting.recounting import count_again, gather
from netral.reporting.report import Column, Figures, Kind, Notes, Report, Table
from netral.reporting.reports.completion import (
    COMPLETION,
    CompletionReport,
    completion_notes,
    completion_table,
    read_completion,
    units_table,
)
from netral.reporting.reports.follow_up import FOLLOW_UP, CallList, Step, Unfinished
from netral.reporting.workbooks import name_sheets, write_csv, write_report, write_workbook
from tests.factories import NOW, make_opd, make_period
from tests.reporting.makers import DAY, make_change, make_person

HOSTILE = ["=1+1", "+62", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]


@pytest.fixture
def period(session: Session) -> Period:
    """Make three OPD, one with a unit below it, and people in every state."""
    period, dinas = make_period(session), make_opd(session, nama="Dinas Kesehatan")
    unit = make_opd(session, parent=dinas, nama="Puskesmas Hulu")
    satpol, kosong = make_opd(session, nama="Satpol PP"), make_opd(session, nama="Bapenda")
    for state in State:
        make_person(session, opd=dinas, period=period, state=state)
        make_person(session, opd=unit, period=period, state=state, at=NOW - 9 * DAY, joined_at=NOW - 10 * DAY)
    for _ in range(3):
        make_person(session, opd=satpol, period=period, state=State.COMPLETED)
    exempt = make_person(session, opd=kosong, period=period, standing="bebas")
    make_change(session, exempt, "bebas", kosong)
    session.commit()
    return period


@pytest.fixture
def report(session: Session, period: Period) -> CompletionReport:
    return read_completion(session, instansi_id=period.instansi_id, period_id=period.id, now=NOW)


ZONA = "Asia/Makassar"


def reopen(tables: list[Table], notes: Notes | None = None) -> Workbook:
    return load_workbook(BytesIO(write_workbook(tables, notes or [], zona=ZONA, created=NOW)))


def reopen_report(report: Report[Figures], figures: Figures) -> Workbook:
    return load_workbook(BytesIO(write_report(report, figures, zona=ZONA, created=NOW)))


def records(sheet: Worksheet) -> list[dict[str, object]]:
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def test_the_sheet_data_holds_the_figures_of_the_page(report: CompletionReport) -> None:
    *rows, total = records(reopen([completion_table(report)])["Data"])

    for row, shown in zip([*rows, total], [*(row.total for row in report.shown), report.total], strict=True):
        assert (row["Wajib"], row["Selesai"], row["Belum mulai"]) == (shown.wajib, shown.completed, shown.not_started)
        assert (row["Sedang"], row["Lulus saja"], row["Ikrar saja"]) == (
            shown.under_way,
            shown.passed_only,
            shown.pledged_only,
        )
        assert (row["Terlambat"], row["Bebas"], row["Keluar"]) == (shown.late, shown.exempt, shown.left)
        assert row["Persen selesai"] == (None if shown.tenths is None else shown.tenths / 1000)
    assert [row["OPD"] for row in rows] == [row.unit.nama for row in report.shown]
    assert total["OPD"] == "Jumlah"


def test_the_sheet_unit_holds_what_a_recount_finds(session: Session, period: Period, report: CompletionReport) -> None:
    counted = count_again(gather(session, period.id, now=NOW).values(), report.period, now=NOW)
    by_kode = {row.unit.kode: row.unit.opd_id for row in report.rows}

    found = {str(row["Kode"]): row for row in records(reopen([units_table(report)])["Unit"])}

    assert found.keys() == by_kode.keys()
    for kode, row in found.items():
        counts = counted[by_kode[kode]]
        assert [row[name] for name in ("Wajib", "Selesai", "Lulus saja", "Ikrar saja", "Sedang", "Belum mulai")] == [
            counts.wajib,
            counts.completed,
            counts.passed_only,
            counts.pledged_only,
            counts.under_way,
            counts.not_started,
        ]
    assert sum(int(str(row["Wajib"])) for row in found.values()) == report.total.wajib
    assert {row["Unit"]: row["OPD induk teratas"] for row in found.values()}["Puskesmas Hulu"] == "Dinas Kesehatan"


def test_numbers_are_numbers_with_formats_and_the_header_is_frozen_with_filters(report: CompletionReport) -> None:
    sheet = reopen([completion_table(report)])["Data"]
    header = [cell.value for cell in sheet[1]]
    share = sheet.cell(2, header.index("Persen selesai") + 1)

    assert (share.data_type, share.number_format) == ("n", "0.0%")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:M{1 + len(report.shown)}"


def test_the_notes_say_what_when_of_whom_and_what_every_column_means(report: CompletionReport) -> None:
    book = reopen_report(COMPLETION, report)
    notes = {str(row[0]): str(row[1]) for row in book["Keterangan"].iter_rows(values_only=True)}

    assert notes["Data per"] == "2 Mei 2029 10.00 WITA"
    assert (notes["Periode"], notes["Instansi"]) == ("Pilkada 2029", "Kabupaten Contoh")
    assert (notes["Cakupan"], notes["Tenggat"]) == ("Seluruh instansi", "31 Mei 2029")
    assert notes["Selesai"] == "5 dari 13 (38,4 %)"
    for column in completion_table(report).columns[2:]:
        assert f"Arti {column.label}" in notes


def test_the_notes_of_a_subtree_name_it(session: Session, period: Period, report: CompletionReport) -> None:
    dinas = next(row.unit for row in report.rows if row.unit.nama == "Dinas Kesehatan")
    part = read_completion(session, instansi_id=period.instansi_id, period_id=period.id, now=NOW, opd_path=dinas.path)

    assert dict(completion_notes(part))["Cakupan"] == "Dinas Kesehatan"
    assert [row[1] for row in completion_table(part).rows] == ["Dinas Kesehatan", "Puskesmas Hulu"]


def test_the_same_report_is_the_same_file(report: CompletionReport) -> None:
    first, second = (write_report(COMPLETION, report, zona=ZONA, created=NOW) for _ in range(2))

    assert first == second


def hostile_table() -> Table:
    rows = tuple((text, -5, 1000) for text in HOSTILE)
    columns = (Column("Nama", "nama"), Column("Jumlah", "jumlah", Kind.COUNT), Column("Persen", "persen", Kind.PERCENT))
    return Table("Data", columns, rows)


def test_no_text_becomes_a_formula_in_a_workbook() -> None:
    sheet = reopen([hostile_table()])["Data"]

    assert {cell.data_type for (cell,) in sheet["A2:A8"]} == {"s"}
    assert [cell.value for (cell,) in sheet["B2:B8"]] == [-5] * 7


def test_a_text_stays_text_when_its_cell_is_edited() -> None:
    """Excel keeps an edited cell as text by this prefix; without it `=1+1` would become a formula."""
    book = reopen([replace(hostile_table(), total=("=1+1", 0, 0))], [("=1+1", "@SUM(A1)")])

    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.quotePrefix for cell in cells if cell.data_type == "s"} == {True}
    assert {cell.quotePrefix for cell in cells if cell.data_type == "n"} == {False}


def test_no_text_becomes_a_formula_in_a_csv_and_numbers_stay(report: CompletionReport) -> None:
    _, *rows = csv.reader(
        StringIO(write_csv(hostile_table(), zona=ZONA).decode("utf-8-sig"), newline=""), delimiter=";"
    )

    assert [row[0] for row in rows] == [f"'{text}" for text in HOSTILE]
    assert {(row[1], row[2]) for row in rows} == {("-5", "100,0")}


def test_a_csv_opens_in_an_indonesian_spreadsheet(report: CompletionReport) -> None:
    content = write_csv(completion_table(report), zona=ZONA)

    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Kode;OPD;Wajib;Belum mulai;Sedang;")
    assert lines[-1].split(";")[1:3] == ["Jumlah", "13"]
    assert lines[-1].split(";")[9] == "38,4"


def test_the_call_list_holds_names_steps_and_times_and_no_score(report: CompletionReport) -> None:
    people = (
        Unfinished(1, 1, "Siti Aminah", "001", "Dinas Kesehatan", Step.PLEDGE, NOW),
        Unfinished(2, 2, "=cmd|x", "", "Puskesmas Hulu", Step.START, None),
    )
    book = reopen_report(FOLLOW_UP, CallList(report, people))

    assert records(book["Data"]) == [
        {
            "Nama": "Siti Aminah",
            "3 angka akhir NIP": "001",
            "Unit": "Dinas Kesehatan",
            "Langkah berikutnya": "Menandatangani ikrar",
            "Terakhir aktif": datetime(2029, 5, 2, 10),  # noqa: DTZ001 - a cell has no zone; the sheet Keterangan names it
        },
        {
            "Nama": "=cmd|x",
            "3 angka akhir NIP": "",
            "Unit": "Puskesmas Hulu",
            "Langkah berikutnya": "Mulai belajar",
            "Terakhir aktif": None,
        },
    ]
    notes = list(book["Keterangan"].iter_rows(values_only=True))
    assert ("Belum selesai", "2 dari 13 pegawai wajib") in notes
    assert "Arti Langkah berikutnya" in [label for label, _ in notes]


def test_sheets_have_names_that_a_workbook_accepts_and_that_differ() -> None:
    titles = ("Netralitas pegawai selama masa kampanye", "Netralitas pegawai selama masa tenang", "A/B: [c]")

    names = name_sheets([Table(title, (), ()) for title in titles])

    assert names == ["Netralitas pegawai selama masa ", "Netralitas pegawai selama m (2)", "A B   c "]
