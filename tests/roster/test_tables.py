"""Files as offices send them, read into one table."""

from collections.abc import Sequence

import pytest

from netral.roster.columns import ROSTER_COLUMNS
from netral.roster.tables import Table, read_tables
from netral.sheets.refusals import ColumnMissing, FileBroken, FileEmpty, HeaderMissing
from tests.roster.roster_generator import (
    FIRST_ROW,
    HEADINGS,
    TITLES,
    Value,
    lay_out,
    make_people,
    make_person,
    write_csv,
    write_workbook,
)


def read(data: bytes, name: str = "pegawai.xlsx") -> Table:
    (table,) = read_tables(data, name, ROSTER_COLUMNS).read
    return table


def value(table: Table, field: str, index: int = 0) -> str:
    return table.rows[index].cell(table.header.fields[field])


@pytest.mark.parametrize("small", [False, True])
def test_titles_above_the_headings_are_passed_over(*, small: bool) -> None:
    person = make_person(nama="Siti Aminah, S.E.")

    table = read(write_workbook(lay_out([person]), small=small))

    assert (table.header.first, table.header.last) == (5, 5)
    assert table.rows[0].number == FIRST_ROW
    assert value(table, "nama") == "Siti Aminah, S.E."
    assert value(table, "nip") == person.nip


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_is_read_whatever_its_separator_and_encoding(separator: str, encoding: str) -> None:
    people = [make_person(1, nama="Andrée Latu, S.Pd., M.Si."), make_person(2, jabatan="Analis; Pengawas | Penata")]

    table = read(write_csv(lay_out(people), separator=separator, encoding=encoding), "pegawai.csv")

    assert [value(table, "nama", index) for index in (0, 1)] == [people[0].nama, people[1].nama]
    assert value(table, "jabatan", 1) == "Analis; Pengawas | Penata"
    assert table.rows[0].number == FIRST_ROW


def test_the_separator_line_of_excel_is_not_a_row() -> None:
    table = read(b"sep=;\r\n" + write_csv(lay_out([make_person()])), "pegawai.csv")

    assert table.rows[0].number == FIRST_ROW


def test_a_formula_that_keeps_excel_from_reading_a_number_is_its_text() -> None:
    data = b'NIP;NAMA;JENIS ASN;OPD\n="198501012010012000";Siti;PNS;Dinas Kesehatan\n'

    assert value(read(data, "pegawai.csv"), "nip") == "198501012010012000"


def test_a_quotation_mark_nobody_closed_is_named_and_not_swallowed() -> None:
    lines = [f"{make_person(number).nip};Nama;PNS;Dinas\n" for number in range(30)]
    lines[3] = lines[3].replace("Nama", '"Nama')

    with pytest.raises(FileBroken) as refused:
        read(("NIP;NAMA;JENIS ASN;OPD\n" + "".join(lines)).encode(), "pegawai.csv")
    assert refused.value.args == (5,)


@pytest.mark.parametrize(
    "headings",
    [
        ("NIP BARU", "NAMA", "STATUS KEPEGAWAIAN", "UNIT KERJA", "SKPD"),
        ("Nip", "Nama Pegawai", "Jenis Asn", "Unit Organisasi", "O.P.D."),
        ("N I P", "NAMA LENGKAP (dengan gelar)", "Status ASN", "Nama Unit", "Nama OPD"),
        ("2. NIP", "3. Nama", "4. Jenis", "5. Unit", "6. Instansi"),
        ("NIP/NI PPPK", "Nama Lengkap & Gelar", "STATUS", "SUB UNIT", "Perangkat  Daerah"),
    ],
)
def test_headings_are_recognised_as_offices_write_them(headings: tuple[str, ...]) -> None:
    person = (make_person().nip, "Siti", "PNS", "Sekretariat", "Dinas Kesehatan")

    table = read(write_workbook([headings, person]))

    assert set(table.header.fields) >= {"nip", "nama", "jenis", "opd"}
    assert table.header.text("nip") == headings[0]


def test_the_old_nip_is_not_taken_for_the_nip() -> None:
    table = read(
        write_workbook([["NIP LAMA", "NIP BARU", "NAMA", "JENIS ASN", "OPD"], ["130", "1985", "Siti", "PNS", "X"]])
    )

    assert value(table, "nip") == "1985"


def test_headings_over_two_rows_with_merged_cells() -> None:
    rows: list[list[Value]] = [
        ["DAFTAR PEGAWAI", None, None, None, None, None],
        ["NO", "NIP", "NAMA", "KEPEGAWAIAN", None, "OPD"],
        [None, None, None, "JENIS ASN", "JABATAN", None],
        [1, make_person().nip, "Siti Aminah", "PNS", "Perawat", "Dinas Kesehatan"],
    ]
    merges = ["A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3"]

    table = read(write_workbook(rows, merges=merges))

    assert table.header.last == 3
    assert {field: value(table, field) for field in ("nip", "nama", "jenis", "jabatan", "opd")} == {
        "nip": make_person().nip,
        "nama": "Siti Aminah",
        "jenis": "PNS",
        "jabatan": "Perawat",
        "opd": "Dinas Kesehatan",
    }


def test_a_cell_merged_over_several_people_counts_for_each_of_them() -> None:
    rows: list[list[Value]] = [["NIP", "NAMA", "JENIS ASN", "OPD"]]
    rows += [[make_person(number).nip, "Nama", "PNS", "Dinas Sosial" if number == 0 else None] for number in range(3)]

    table = read(write_workbook(rows, merges=["D2:D4"]))

    assert [value(table, "opd", index) for index in range(3)] == ["Dinas Sosial"] * 3


def test_empty_rows_keep_the_numbers_of_the_rows_below_them() -> None:
    rows = [HEADINGS, make_person(1).cells(1), [], [], make_person(2).cells(2)]

    assert [row.number for row in read(write_workbook(rows)).rows] == [2, 5]
    assert [row.number for row in read(write_csv(rows), "pegawai.csv").rows] == [2, 5]


def test_a_number_of_18_digits_shows_that_its_digits_are_lost() -> None:
    rows: list[Sequence[Value]] = [HEADINGS[:4] + HEADINGS[7:8], [1, 198501012010012003, "Siti", "PNS", "Dinas"]]

    assert value(read(write_workbook(rows)), "nip") == "1.98501012010012E+17"


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n"])
def test_an_empty_file_says_so(data: bytes) -> None:
    with pytest.raises(FileEmpty):
        read(data, "pegawai.csv")


def test_a_file_without_headings_says_so() -> None:
    with pytest.raises(HeaderMissing):
        read(write_workbook([*TITLES, [1, "catatan rapat"]]))


def test_a_missing_column_is_named_with_the_row_of_the_headings() -> None:
    with pytest.raises(ColumnMissing) as refused:
        read(write_workbook([*TITLES, ["NO", "NIP", "JENIS ASN", "OPD"], [1, "1", "PNS", "Dinas"]]))
    assert refused.value.args == (5, "NAMA LENGKAP", "DATA PEGAWAI", "NO, NIP, JENIS ASN, OPD")


def test_every_row_of_a_long_roster_is_read() -> None:
    people = make_people(500)

    table = read(write_workbook(lay_out(people)))

    assert [value(table, "nip", index) for index in range(500)] == [person.nip for person in people]
    assert table.rows[-1].number == FIRST_ROW + 499
