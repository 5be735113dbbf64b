"""The printed sheet: every fact, nothing more, in plain Indonesian."""

from datetime import date
from typing import Any

import pytest

from netral.certificates.paper.sheet import Line, format_validity, make_sheet, missing_glyphs
from tests.certificates.samples import BASE_URL, make_record


def test_everything_printed_is_on_the_sheet() -> None:
    sheet = make_sheet(make_record(), base_url=BASE_URL)

    assert sheet.nama == "Siti Aminah, S.KM."
    assert sheet.number == "Nomor 12/NETRAL-ASN/BKPSDM/V/2029"
    assert sheet.lines == (
        Line("NIP, tiga angka terakhir", "000"),
        Line("Unit kerja", "Dinas Kesehatan"),
        Line("Periode", "Pilkada 2029"),
        Line("Nilai", "85 dari 100"),
        Line("Terbit", "2 Mei 2029"),
        Line("Berlaku", "Sampai 31 Desember 2029 pukul 23.59 WITA"),
    )
    assert sheet.check_address == "netralitas.contohkab.example/v"
    assert sheet.code == "014D2-PF2DB-SQQZX-Q5TK1-V58CGG"


def test_an_unknown_or_unprinted_field_has_no_line() -> None:
    sheet = make_sheet(make_record(nip_akhir="", score=None, valid_until=None), base_url=BASE_URL)

    assert [line.label for line in sheet.lines] == ["Unit kerja", "Periode", "Terbit", "Berlaku"]
    assert sheet.lines[-1].value == "Tanpa batas waktu"


def test_the_hours_are_printed_with_their_basis_and_kind() -> None:
    hours: dict[str, Any] = {"jp": 3, "jp_dasar": "Keputusan Kepala BKPSDM Nomor 12 Tahun 2029", "jenis_diklat": 16}
    lines = make_sheet(make_record(**hours), base_url=BASE_URL).lines

    assert Line("Jam pelajaran", "3 JP (Keputusan Kepala BKPSDM Nomor 12 Tahun 2029)") in lines
    assert Line("Jenis diklat", "E-learning") in lines


def test_a_score_of_zero_is_printed() -> None:
    assert Line("Nilai", "0 dari 100") in make_sheet(make_record(score=0), base_url=BASE_URL).lines


def test_the_sheet_says_that_it_has_no_certified_signature() -> None:
    note = make_sheet(make_record(), base_url=BASE_URL).note

    assert "Ini bukan tanda tangan elektronik tersertifikasi." in note
    assert note.endswith("memindai kode QR atau membuka netralitas.contohkab.example/v.")


def test_the_shared_address_carries_no_personal_data() -> None:
    sheet = make_sheet(make_record(), base_url=BASE_URL)

    assert sheet.address == f"{BASE_URL}/v/014D2PF2DBSQQZXQ5TK1V58CGG"


def test_only_a_demonstration_is_marked() -> None:
    assert make_sheet(make_record(), base_url=BASE_URL).mark == ""
    assert "bukan sertifikat sungguhan" in make_sheet(make_record(), base_url=BASE_URL, demo=True).mark


ZONES = [("Asia/Jakarta", "WIB"), ("Asia/Pontianak", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")]
NAMES = [
    "Siti Aminah",
    "Ni Luh Putu Ayu, S.E.",
    "Rene\u0301 d'Alme\u00efda",
    "Jos\u00e9 Nu\u00f1ez",
    "\u1e0catu \u02bbAbd",
]


@pytest.mark.parametrize(("zone", "name"), ZONES)
def test_the_zone_is_named(zone: str, name: str) -> None:
    assert format_validity(date(2029, 12, 1), zone) == f"Sampai 1 Desember 2029 pukul 23.59 {name}"


@pytest.mark.parametrize("name", NAMES)
def test_ordinary_and_accented_names_are_printed(name: str) -> None:
    assert missing_glyphs(name) == set()


def test_missing_and_invisible_characters_are_named_and_replaced() -> None:
    name = "Siti \U00020000\u202eAminah\u200b"

    assert missing_glyphs(name) == {"\U00020000", "\u202e", "\u200b"}
    assert make_sheet(make_record(nama=name), base_url=BASE_URL).nama == "Siti \ufffd\ufffdAminah\ufffd"
