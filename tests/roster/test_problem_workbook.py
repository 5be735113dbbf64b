"""The workbook of faulty rows can be corrected and uploaded again."""

from io import BytesIO

from openpyxl import load_workbook

from netral.roster.columns import ROSTER_COLUMNS
from netral.roster.previews import FaultyRow, write_problem_workbook
from netral.roster.reading import read_roster_file
from netral.roster.tables import read_tables
from tests.roster.importing import TODAY
from tests.roster.roster_generator import HEADINGS, make_person


def test_nip_keep_their_digits_and_formulas_stay_text() -> None:
    cells = [str(cell) for cell in make_person(nama="=1+1").cells(1)]

    data = write_problem_workbook(HEADINGS, [FaultyRow("DATA", 42, cells, "NIP harus 18 angka.")])

    (table,) = read_tables(data, "galat.xlsx", ROSTER_COLUMNS).read
    assert table.header.texts == ("BARIS ASAL", "LEMBAR ASAL", *HEADINGS, "KETERANGAN")
    assert table.rows[0].cells == ("42", "DATA", *cells[:8], "", "NIP harus 18 angka.")


def test_a_formula_of_the_file_stays_text_when_its_cell_is_edited() -> None:
    book = load_workbook(BytesIO(write_problem_workbook(["=1+1"], [FaultyRow("=1+1", 42, ["=1+1"], "NIP kosong.")])))

    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert {cell.quotePrefix for cell in cells if cell.data_type == "s"} == {True}


def test_a_mended_workbook_is_a_roster() -> None:
    cells = [str(cell) for cell in make_person(nama="Siti Aminah").cells(1)]

    reading = read_roster_file(
        write_problem_workbook(HEADINGS, [FaultyRow("DATA", 42, cells, "")]), "galat.xlsx", today=TODAY
    )

    assert [row.nama for row in reading.rows] == ["Siti Aminah"]
