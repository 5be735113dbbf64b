"""A roster as an office writes it, read into people and problems."""

import unicodedata
from datetime import date
from typing import Any

import pytest

from netral.organisation.kinds import AsnKind
from netral.roster.problems import CellProblem, Reason
from netral.roster.reading import RosterReading, RosterRow, read_roster_file
from netral.words.roster import say_problem
from tests.roster.roster_generator import (
    FIRST_ROW,
    HEADINGS,
    Person,
    Value,
    lay_out,
    make_people,
    make_person,
    write_workbook,
)

TODAY = date(2029, 5, 2)


def read(*people: Person) -> RosterReading:
    return read_rows(lay_out(people))


def read_rows(rows: list[Any]) -> RosterReading:
    return read_roster_file(write_workbook(rows), "pegawai.xlsx", today=TODAY)


def one(reading: RosterReading) -> RosterRow:
    assert not reading.problems
    (row,) = reading.rows
    return row


def skipped(reading: RosterReading) -> tuple[int, ...]:
    (sheet,) = reading.gathered.report.sheets
    return sheet.skipped


def reasons(reading: RosterReading) -> list[tuple[int, str, Reason]]:
    return [(problem.row, problem.column, problem.reason) for problem in reading.problems]


def test_a_person_is_read_with_everything_the_file_says() -> None:
    person = make_person(nama="dr. Siti Aminah, M.Si.", unit="UPTD Puskesmas Hulu", email="siti@contohkab.example")

    assert one(read(person)) == RosterRow(
        sheet="DATA PEGAWAI",
        row=FIRST_ROW,
        nip=person.nip,
        number=None,
        nama="dr. Siti Aminah, M.Si.",
        jenis=AsnKind.PNS,
        jabatan="Pelaksana",
        golongan="III/a",
        email="siti@contohkab.example",
        place=("Dinas Kesehatan", "UPTD Puskesmas Hulu"),
        place_fields=("opd", "unit"),
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("PNS", AsnKind.PNS),
        ("CPNS", AsnKind.PNS),
        ("P3K", AsnKind.PPPK),
        ("pppk", AsnKind.PPPK),
        ("PPPK Paruh Waktu", AsnKind.PPPK_PW),
        ("PPPK (Paruh Waktu)", AsnKind.PPPK_PW),
        ("PPPK-PW", AsnKind.PPPK_PW),
        ("Pegawai Pemerintah dengan Perjanjian Kerja", AsnKind.PPPK),
        ("PPNPN", AsnKind.PPNPN),
        ("Non-ASN", AsnKind.PPNPN),
    ],
)
def test_kinds_are_recognised_as_offices_write_them(text: str, kind: AsnKind) -> None:
    assert one(read(make_person(jenis=text))).jenis is kind


def test_without_a_column_of_kinds_the_grade_tells_pns_from_pppk() -> None:
    rows: list[Any] = [["NIP", "NAMA", "GOLONGAN", "OPD"]]
    rows += [[make_person(1).nip, "Siti", "Penata Muda, III/a", "Dinas"], [make_person(2).nip, "Budi", "IX", "Dinas"]]

    assert [row.jenis for row in read_rows(rows).rows] == [AsnKind.PNS, AsnKind.PPPK]


def test_a_column_the_file_does_not_have_says_nothing() -> None:
    row = one(read_rows([["NIP", "NAMA", "JENIS ASN", "OPD"], [make_person().nip, "Siti", "PNS", "Dinas"]]))

    assert (row.jabatan, row.golongan, row.email) == (None, None, None)


def test_a_nip_stored_as_a_number_is_named_with_row_and_heading() -> None:
    rows = lay_out([make_person(1), make_person(2)])
    rows[-1] = [2, 198501012010012003, "Budi", "PNS", "", "", "Sekretariat", "Dinas Kesehatan", ""]

    reading = read_rows(rows)

    assert reading.problems == (
        CellProblem(FIRST_ROW + 1, "NIP", "1.98501012010012E+17", Reason.NIP_DAMAGED, sheet="DATA PEGAWAI"),
    )
    assert len(reading.rows) == 1


def test_a_nip_that_stands_twice_spoils_both_rows() -> None:
    reading = read(make_person(1), make_person(2), make_person(1, nama="Lain"))

    assert [(problem.row, problem.data) for problem in reading.problems] == [
        (FIRST_ROW, {"rows": [FIRST_ROW, FIRST_ROW + 2]}),
        (FIRST_ROW + 2, {"rows": [FIRST_ROW, FIRST_ROW + 2]}),
    ]
    assert [row.nip for row in reading.rows] == [make_person(2).nip]
    assert reading.spoiled_keys == {make_person(1).nip}


def test_rows_that_share_a_nip_by_the_hundred_name_no_more_of_each_other_than_is_read() -> None:
    reading = read(*(make_person(1) for _ in range(300)))

    assert len(reading.problems) == 300
    assert {len(problem.data["rows"]) for problem in reading.problems} == {20}
    first = FIRST_ROW
    named = ", ".join(str(row) for row in range(first, first + 12))
    assert say_problem(reading.problems[-1]).startswith(f"NIP ini ada di baris {named}, dan lainnya. ")


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"nama": ""}, "NAMA LENGKAP", Reason.NAME_MISSING),
        ({"nama": "12345"}, "NAMA LENGKAP", Reason.NAME_WITHOUT_LETTERS),
        ({"nama": "Siti \u202enimA"}, "NAMA LENGKAP", Reason.FORBIDDEN_CHARACTER),
        ({"nama": "S" * 201}, "NAMA LENGKAP", Reason.TOO_LONG),
        ({"jenis": "Pejabat Negara"}, "JENIS ASN", Reason.KIND_UNKNOWN),
        ({"jenis": "", "golongan": ""}, "JENIS ASN", Reason.KIND_MISSING),
        ({"unit": "", "opd": "-"}, "PERANGKAT DAERAH", Reason.PLACE_MISSING),
        ({"nip": ""}, "NIP", Reason.NIP_MISSING),
        ({"nip": "1985"}, "NIP", Reason.NIP_LENGTH),
    ],
)
def test_problems_are_named_by_row_and_heading(change: dict[str, str], column: str, reason: Reason) -> None:
    reading = read(make_person(1), make_person(2, **change), make_person(3))

    assert reasons(reading) == [(FIRST_ROW + 1, column, reason)]
    assert len(reading.rows) == 2


def test_everything_wrong_in_a_row_is_said_at_once() -> None:
    reading = read(make_person(nama="", nip="1985", jenis="?"))

    assert {problem.reason for problem in reading.problems} == {
        Reason.NAME_MISSING,
        Reason.NIP_LENGTH,
        Reason.KIND_UNKNOWN,
    }


def test_names_are_kept_in_one_form_whatever_the_keyboard() -> None:
    decomposed = unicodedata.normalize("NFD", "Andrée  Latu")

    assert one(read(make_person(nama=f" {decomposed}\u200b "))).nama == "Andrée Latu"


def test_an_address_that_is_none_is_left_out_with_a_warning() -> None:
    reading = read(make_person(1, email="tidak ada"), make_person(2, email="siti.contohkab"))

    assert [row.email for row in reading.rows] == ["", ""]
    assert [(warning.row, warning.reason) for warning in reading.warnings] == [(FIRST_ROW + 1, Reason.EMAIL_INVALID)]


def test_a_name_that_a_certificate_cannot_show_is_a_warning() -> None:
    data = write_workbook(lay_out([make_person(1, nama="Siti 愛"), make_person(2)]))

    reading = read_roster_file(data, "pegawai.xlsx", today=TODAY, unprintable=lambda name: set(name) & {"愛"})

    assert [(warning.row, warning.data) for warning in reading.warnings] == [(FIRST_ROW, {"signs": "愛"})]
    assert len(reading.rows) == 2


def test_a_unit_that_a_certificate_cannot_show_is_refused() -> None:
    data = write_workbook(lay_out([make_person(1, unit="Puskesmas 愛"), make_person(2)]))

    reading = read_roster_file(data, "pegawai.xlsx", today=TODAY, unprintable=lambda name: set(name) & {"愛"})

    assert [(problem.row, problem.reason) for problem in reading.problems] == [(FIRST_ROW, Reason.NAME_UNPRINTABLE)]


def test_of_a_long_rank_the_grade_is_kept() -> None:
    assert one(read(make_person(golongan="Penata Muda Tingkat I ( III / B )"))).golongan == "III/b"


def test_a_ppnpn_is_known_by_a_participant_number() -> None:
    headings = [*HEADINGS, "NO PESERTA"]
    rows: list[Any] = [
        headings,
        [*make_person(1, nip="-", jenis="PPNPN").cells(1), "PPNPN 017"],
        [*make_person(2, nip="", jenis="PPNPN").cells(2), ""],
    ]

    reading = read_rows(rows)

    assert [(row.nip, row.number) for row in reading.rows] == [(None, "ppnpn017")]
    assert reasons(reading) == [(3, "NO PESERTA", Reason.NUMBER_MISSING)]


def test_a_ppnpn_without_such_a_column_is_a_problem_with_its_reason() -> None:
    assert reasons(read(make_person(nip="", jenis="PPNPN"))) == [(FIRST_ROW, "NIP", Reason.NUMBER_MISSING)]


def test_a_list_of_ppnpn_needs_no_nip_column() -> None:
    rows: list[Any] = [["NO PESERTA", "NAMA", "JENIS ASN", "OPD"], ["017", "Siti", "PPNPN", "Dinas"]]

    assert one(read_rows(rows)).key == "017"


def test_a_unit_called_like_its_perangkat_daerah_is_that_perangkat_daerah() -> None:
    assert one(read(make_person(unit="DINAS KESEHATAN", opd="Dinas Kesehatan"))).place == ("Dinas Kesehatan",)


def test_three_levels_of_units_are_read_from_the_top() -> None:
    rows: list[Any] = [["NIP", "NAMA", "JENIS", "SUB UNIT", "UNIT KERJA", "OPD"]]
    rows += [[make_person().nip, "Siti", "PNS", "Kelas Jauh", "SDN 001", "Dinas Pendidikan"]]

    assert one(read_rows(rows)).place == ("Dinas Pendidikan", "SDN 001", "Kelas Jauh")


def test_rows_that_are_nobody_are_skipped_and_listed() -> None:
    numbers: list[Value] = ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"]
    rows = [
        HEADINGS,
        numbers,
        ["DINAS KESEHATAN"],
        make_person(1).cells(1),
        [],
        ["JUMLAH", None, "1"],
        HEADINGS,
        make_person(2).cells(2),
        ["TOTAL", "2 orang"],
        [],
        [None, None, None, None, None, None, "Contoh, 2 Mei 2029"],
        [None, None, "Mengetahui,", None, None, None, "Kepala BKPSDM,"],
        [None, None, None, None, None, None, "Dewi Lestari"],
    ]

    reading = read_rows(rows)

    assert [row.row for row in reading.rows] == [4, 8]
    assert not reading.problems
    assert skipped(reading) == (2, 3, 6, 7, 9, 11, 12, 13)


def test_a_forgotten_nip_between_people_is_a_problem_and_not_skipped() -> None:
    reading = read(make_person(1), make_person(2, nip=""), make_person(3, nip=""))

    assert [problem.row for problem in reading.problems] == [FIRST_ROW + 1, FIRST_ROW + 2]
    assert reading.spoiled_names == {"pegawai c contoh", "pegawai d contoh"}


def test_a_problem_survives_being_stored() -> None:
    problem = CellProblem(42, "NIP", "19850", Reason.NIP_LENGTH, {"digits": 5})

    assert CellProblem.from_json(problem.as_json()) == problem


def test_a_large_roster_without_mistakes_has_no_problems() -> None:
    reading = read(*make_people(2000))

    assert (len(reading.rows), reading.problems, reading.warnings, skipped(reading)) == (2000, (), (), ())
