"""Everything in a file is reported: the sheets, rows and columns that were read, and those that were not."""

from typing import Any

import pytest

from netral.roster.problems import Reason
from netral.roster.reading import RosterReading, read_roster_file
from netral.roster.tables import ReadingReport, Unread
from netral.sheets.refusals import (
    ColumnAmbiguous,
    ColumnMissing,
    FileOversized,
    FileRefused,
    FileWithoutPeople,
    HeaderMissing,
    NikInstead,
)
from tests.roster.importing import TODAY
from tests.roster.roster_generator import Rows, SheetLayout, make_nip, write_csv, write_sheets

HEADINGS = ("NIP", "NAMA", "GOL", "UNIT KERJA")
SITI = (make_nip(1), "Siti Aminah", "III/a", "Dinas Kesehatan")
BUDI = (make_nip(2), "Budi Santoso", "III/a", "Dinas Perhubungan")
CITRA = (make_nip(3), "Citra Dewi", "III/a", "Inspektorat")


def read(*layouts: SheetLayout) -> RosterReading:
    return read_roster_file(write_sheets(*layouts), "pegawai.xlsx", today=TODAY)


def read_rows(*rows: Any, **more: Any) -> RosterReading:
    return read(SheetLayout("DATA", rows, **more))


def read_csv(*rows: Any) -> RosterReading:
    return read_roster_file(write_csv(rows), "formulir.csv", today=TODAY)


def refused(fact: type[FileRefused], *rows: Any, **more: Any) -> tuple[Any, ...]:
    with pytest.raises(fact) as caught:
        read_rows(*rows, **more)
    return caught.value.args


def names(reading: RosterReading) -> list[str]:
    return [row.nama for row in reading.rows]


def report(reading: RosterReading) -> ReadingReport:
    return reading.gathered.report


def unread(reading: RosterReading) -> list[tuple[str, Unread, str]]:
    return [(sheet.name, sheet.reason, sheet.detail) for sheet in report(reading).unread]


def headings(reading: RosterReading) -> dict[str, str]:
    return {column.field: f"{column.heading} {column.column}" for column in report(reading).used}


def test_all_sheets_with_the_same_headings_are_read() -> None:
    reordered = [(HEADINGS[1], HEADINGS[0], *HEADINGS[2:]), (CITRA[1], CITRA[0], *CITRA[2:])]

    reading = read(
        SheetLayout("DINKES", [HEADINGS, SITI]),
        SheetLayout("DISHUB", [["DAFTAR"], HEADINGS, BUDI]),
        SheetLayout("INSPEKTORAT", reordered),
        SheetLayout("Sheet4", []),
    )

    assert [(row.sheet, row.row, row.nama) for row in reading.rows] == [
        ("DINKES", 2, "Siti Aminah"),
        ("DISHUB", 3, "Budi Santoso"),
        ("INSPEKTORAT", 2, "Citra Dewi"),
    ]
    assert [(sheet.name, sheet.header_row, sheet.rows) for sheet in report(reading).sheets] == [
        ("DINKES", 1, 1),
        ("DISHUB", 2, 1),
        ("INSPEKTORAT", 1, 1),
    ]
    assert unread(reading) == []


def test_sheets_that_are_not_read_are_named_with_the_reason() -> None:
    reading = read(
        SheetLayout("REKAP", [["Jumlah per OPD"], ["Dinas Kesehatan", 20]]),
        SheetLayout("DATA", [HEADINGS, SITI]),
        SheetLayout("MUTASI", [("NIP", "NAMA PEGAWAI", "GOL", "UNIT KERJA"), BUDI]),
        SheetLayout("TELEPON", [("NIP", "NAMA"), BUDI[:2]]),
        SheetLayout("LAMA", [HEADINGS, CITRA], hidden=True),
    )

    assert names(reading) == ["Siti Aminah"]
    assert unread(reading) == [
        ("REKAP", Unread.HEADLESS, ""),
        ("MUTASI", Unread.DIFFERENT, "DATA"),
        ("TELEPON", Unread.INCOMPLETE, "JENIS ASN"),
        ("LAMA", Unread.HIDDEN, ""),
    ]


def test_a_filled_in_sample_before_the_data_is_nobody() -> None:
    reading = read(SheetLayout("CONTOH", [HEADINGS, SITI]), SheetLayout("DATA", [HEADINGS, BUDI]))

    assert names(reading) == ["Budi Santoso"]
    assert unread(reading) == [("CONTOH", Unread.SAMPLE, "")]


@pytest.mark.parametrize("hidden", [False, True])
def test_a_sample_or_a_hidden_sheet_alone_is_read(*, hidden: bool) -> None:
    assert names(read(SheetLayout("Contoh pengisian", [HEADINGS, SITI], hidden=hidden))) == ["Siti Aminah"]


def test_more_sheets_than_a_large_pemda_has_opd_are_refused() -> None:
    with pytest.raises(FileOversized):
        read(*(SheetLayout(f"OPD {number}", [HEADINGS]) for number in range(201)))


def test_a_nip_on_two_sheets_is_named_with_both() -> None:
    reading = read(SheetLayout("DINKES", [HEADINGS, SITI]), SheetLayout("DISHUB", [HEADINGS, BUDI, SITI]))

    assert [(problem.sheet, problem.row, problem.data) for problem in reading.problems] == [
        ("DINKES", 2, {"rows": [2, 3], "sheets": ["DINKES", "DISHUB"]}),
        ("DISHUB", 3, {"rows": [2, 3], "sheets": ["DINKES", "DISHUB"]}),
    ]
    assert names(reading) == ["Budi Santoso"]


def test_hidden_rows_are_read_and_counted() -> None:
    reading = read_rows(HEADINGS, SITI, BUDI, ("TOTAL", "2 orang"), hidden_rows=[3, 4])

    assert names(reading) == ["Siti Aminah", "Budi Santoso"]
    (sheet,) = report(reading).sheets
    assert (sheet.rows, sheet.hidden_rows, sheet.skipped) == (2, 1, (4,))


def test_a_hidden_column_loses_to_a_visible_one_and_is_named() -> None:
    reading = read_rows((*HEADINGS, "UNIT KERJA"), (*BUDI[:3], "Unit Lama", "Unit Baru"), hidden_columns="D")

    assert reading.rows[0].place == ("Unit Baru",)
    assert headings(reading)["unit"] == "UNIT KERJA E"
    assert [(column.column, column.hidden) for column in report(reading).unused] == [("D", True)]


def test_a_hidden_column_that_is_the_only_one_is_used_and_said_to_be_hidden() -> None:
    reading = read_rows(HEADINGS, SITI, hidden_columns="D")

    assert reading.rows[0].place == ("Dinas Kesehatan",)
    assert [column.heading for column in report(reading).used if column.hidden] == ["UNIT KERJA"]


def test_two_visible_columns_for_one_field_are_refused_by_name() -> None:
    args = refused(ColumnAmbiguous, (*HEADINGS, "Unit Kerja"), (*SITI, "Dinas Lain"))

    assert args == (1, "DATA", "D (UNIT KERJA), E (Unit Kerja)")


GROUPS = ("NO", "JABATAN", None, "PEGAWAI", None, "GOL", "UNIT KERJA")
UNDER_GROUPS = (None, "NAMA", "ESELON", "NAMA", "NIP", None, None)
IN_GROUPS = (1, "Kepala Seksi", "IV.a", "Siti Aminah", make_nip(1), "III/d", "Dinas Kesehatan")


@pytest.mark.parametrize("merges", [(), ("B1:C1", "D1:E1")])
def test_two_rows_of_headings_are_told_apart_by_both_words(merges: tuple[str, ...]) -> None:
    reading = read_rows(GROUPS, UNDER_GROUPS, IN_GROUPS, merges=merges)

    assert (names(reading), reading.rows[0].jabatan) == (["Siti Aminah"], "Kepala Seksi")
    assert headings(reading)["nama"] == "PEGAWAI NAMA D"
    assert headings(reading)["jabatan"] == "JABATAN NAMA B"


def test_a_group_nobody_knows_does_not_take_the_place_of_a_plain_heading() -> None:
    rows: Rows = [
        ("NAMA", "NIP", "KEPEGAWAIAN", None, "ATASAN", None),
        (None, None, "GOL", "UNIT KERJA", "NAMA", "NIP"),
        (*(SITI[1], SITI[0]), *SITI[2:], "Dewi Lestari", make_nip(9)),
    ]

    reading = read_rows(*rows)

    assert names(reading) == ["Siti Aminah"]
    assert [column.heading for column in report(reading).unused] == ["ATASAN NAMA", "ATASAN NIP"]


@pytest.mark.parametrize(
    ("before", "nama", "after", "joined"),
    [
        ("dr.", "ARJUNA CONTOHWAN", "Sp.A.", "dr. ARJUNA CONTOHWAN, Sp.A."),
        ("Dr.", "Siti Rahma", "S.H., M.Si.", "Dr. Siti Rahma, S.H., M.Si."),
        ("", "Siti Rahma", "S.H.,M.Si.", "Siti Rahma, S.H., M.Si."),
        ("Dr.", "Dr. Siti Rahma, S.H.", "S.H., M.Si.", "Dr. Siti Rahma, S.H., M.Si."),
        ("Dr. dr.", "dr. Siti Rahma", "-", "Dr. dr. Siti Rahma"),
        ("dr.", "DR. SITI RAHMA, S.KED", "S.Ked.", "DR. SITI RAHMA, S.KED"),
        ("-", "Siti Rahma", "", "Siti Rahma"),
    ],
)
def test_titles_in_columns_of_their_own_are_joined_to_the_name(before: str, nama: str, after: str, joined: str) -> None:
    rows = ("NIP", "GELAR DEPAN", "NAMA", "GELAR BELAKANG", "GOL", "OPD"), (SITI[0], before, nama, after, *SITI[2:])

    reading = read_rows(*rows)

    assert names(reading) == [joined]
    assert {"gelar_depan", "gelar_belakang"} <= headings(reading).keys()


@pytest.mark.parametrize("text", ["Pensiun BUP", "Meninggal", "Diberhentikan tidak dengan hormat", "Mencapai BUP"])
def test_a_former_asn_is_set_aside_with_row_and_value(text: str) -> None:
    reading = read_rows((*HEADINGS, "KEDUDUKAN HUKUM"), (*SITI, "Aktif"), (*BUDI[:3], "", text))

    assert names(reading) == ["Siti Aminah"]
    assert [(one.row, one.column, one.value) for one in reading.ended] == [(3, "KEDUDUKAN HUKUM", text)]
    assert (reading.problems, reading.spoiled_keys) == ((), frozenset())


@pytest.mark.parametrize("text", ["", "Aktif", "CPNS", "PNS", "PNS Aktif", "PPPK Aktif", "CPNS/PNS"])
def test_a_serving_person_is_read_without_a_warning(text: str) -> None:
    reading = read_rows((*HEADINGS, "KEDUDUKAN HUKUM NAMA"), (*SITI, text))

    assert (names(reading), reading.ended, reading.warnings) == (["Siti Aminah"], (), ())


@pytest.mark.parametrize(
    "text", ["Cuti di luar tanggungan negara", "Masa Persiapan Pensiun", "Pemberhentian Sementara"]
)
def test_a_standing_nobody_knows_is_read_as_active_with_a_warning(text: str) -> None:
    reading = read_rows((*HEADINGS, "KEDUDUKAN HUKUM"), (*SITI, text))

    assert names(reading) == ["Siti Aminah"]
    assert [(one.value, one.reason) for one in reading.warnings] == [(text, Reason.STANDING_UNKNOWN)]


@pytest.mark.parametrize("rows", [[HEADINGS], [HEADINGS, ("JUMLAH", "0 orang")]])
def test_a_file_without_people_is_refused(rows: Rows) -> None:
    assert refused(FileWithoutPeople, *rows) == (1, "DATA")


def test_a_file_of_retired_people_is_a_file_without_people() -> None:
    refused(FileWithoutPeople, (*HEADINGS, "KEDUDUKAN HUKUM"), (*SITI, "Pensiun"))


@pytest.mark.parametrize(
    "row",
    [
        ("NIP (tanpa spasi)", "Nama Lengkap (beserta gelar)", "Status Kepegawaian", "Unit Kerja/OPD"),
        ("NIP/NIK", "NAMA LENGKAP BESERTA GELAR", "PNS/PPPK", "SKPD/UNIT KERJA"),
        ("NIP Pegawai", "Nama Lengkap Pegawai", "Status Pegawai", "Unit Kerja Pegawai"),
    ],
)
def test_headings_of_web_forms_are_recognised(row: tuple[str, ...]) -> None:
    reading = read_csv(("Timestamp", *row), ("11/1/2026", SITI[0], SITI[1], "PNS", SITI[3]))

    assert names(reading) == ["Siti Aminah"]
    assert report(reading).sheets[0].name == "formulir"
    assert [column.heading for column in report(reading).unused] == ["Timestamp"]


def test_a_column_that_holds_a_name_and_a_nip_is_neither() -> None:
    assert refused(ColumnMissing, ("Nama/NIP", "GOL", "UNIT KERJA"), ("Siti / 1985", "III/a", "Dinas"))[1] == "NIP"


def test_the_headings_that_were_found_are_named() -> None:
    rows = ("NIP", "NAMA", "GOL", "Lokasi Sekarang"), SITI

    assert refused(ColumnMissing, *rows) == (1, "UNIT KERJA", "DATA", "NIP, NAMA, GOL, Lokasi Sekarang")
    assert refused(HeaderMissing, ("Kolom Satu", "Kolom Dua"), ("1", "2"))[1] == "Kolom Satu, Kolom Dua"


def test_a_list_of_people_by_their_nik_is_told_what_it_needs() -> None:
    rows = ("NO", "NAMA", "NIK", "STATUS", "UNIT KERJA"), ("1", "Siti", "9999999999990001", "PPNPN", "Dinas")

    assert refused(NikInstead, *rows) == (1, "DATA")


def test_the_new_nip_goes_before_an_old_one_called_nip() -> None:
    reading = read_rows(("NIP", "NIP BARU", "NAMA", "GOL", "OPD"), ("131000000", *SITI))

    assert [row.nip for row in reading.rows] == [SITI[0]]
    assert [column.heading for column in report(reading).unused] == ["NIP"]


def test_a_signature_in_the_column_of_nip_is_nobody() -> None:
    signature = [("Contoh, 2 Mei 2029",), ("Kepala BKPSDM,",), ("Dewi Lestari",), (f"NIP. {make_nip(9)}",)]

    reading = read_rows(HEADINGS, SITI, *signature)

    assert (names(reading), reading.problems) == (["Siti Aminah"], ())
    assert report(reading).sheets[0].skipped == (3, 4, 5, 6)


def test_a_report_survives_being_stored() -> None:
    kept = report(read(SheetLayout("DATA", [HEADINGS, SITI]), SheetLayout("REKAP", [["x"]])))

    assert ReadingReport.from_json(kept.as_json()) == kept


def test_reading_a_workbook_tells_how_far_it_is() -> None:
    shares: list[float] = []
    data = write_sheets(*(SheetLayout(name, [HEADINGS, SITI] + [("",) * 4] * 99) for name in ("DINKES", "DISHUB")))

    read_roster_file(data, "pegawai.xlsx", today=TODAY, watch=shares.append)

    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[1] < shares[-1] == 1
