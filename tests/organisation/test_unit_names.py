"""Spellings of the own instansi, and how alike two names of units are."""

import pytest

from netral.folding import fold
from netral.organisation.units import OwnInstansi, UnitName, are_alike, rate_likeness

CONTOH = OwnInstansi("Kabupaten Contoh")
OFFICES = (
    "Dinas Tenaga Kerja",
    "Dinas Perpustakaan dan Kearsipan",
    "Dinas Pemberdayaan Masyarakat dan Desa",
    "Dinas Kependudukan dan Pencatatan Sipil",
    "Dinas Kesehatan",
    "Dinas Pendidikan dan Kebudayaan",
    "Dinas Perindustrian dan Perdagangan",
    "Dinas Pariwisata",
    "Dinas Perhubungan",
    "Dinas Sosial",
    "Badan Pendapatan Daerah",
    "Badan Penanggulangan Bencana Daerah",
    "Badan Kesatuan Bangsa dan Politik",
    "Satuan Polisi Pamong Praja",
    "Sekretariat Daerah",
    "Sekretariat DPRD",
)


def name(text: str) -> UnitName:
    return CONTOH.compare_as(text)


def best(typed: str) -> str:
    return max(OFFICES, key=lambda office: rate_likeness(name(typed), name(office)))


@pytest.mark.parametrize(
    "text",
    [
        "Kabupaten Contoh",
        "KAB. CONTOH",
        "Pemerintah Kab. Contoh",
        "Pemerintah Kabupaten Contoh",
        "Pemerintah Daerah Kabupaten Contoh",
        "Pemkab Contoh",
        "Pemkab. Kab. Contoh",
        "Pemda Contoh",
        "Pemda Kabupaten Contoh",
    ],
)
def test_every_spelling_of_the_own_instansi_is_recognised(text: str) -> None:
    assert CONTOH.is_named(fold(text))


@pytest.mark.parametrize(
    "text", ["Contoh", "Kota Contoh", "Pemkot Contoh", "Pemprov Contoh", "Kabupaten Contoh Barat", "Dinas Kesehatan"]
)
def test_other_names_are_not_taken_for_the_own_instansi(text: str) -> None:
    assert not CONTOH.is_named(fold(text))


@pytest.mark.parametrize(
    ("nama", "text"),
    [
        ("Kota Contoh", "Pemerintah Kota Contoh"),
        ("Kota Contoh", "Pemkot Contoh"),
        ("Pemerintah Provinsi Contoh", "Pemprov. Contoh"),
        ("Provinsi Contoh", "Pemerintah Daerah Prov. Contoh"),
        ("Pemkab Contoh", "Kabupaten Contoh"),
        ("Contoh", "Kabupaten Contoh"),
        ("Lembaga Contoh", "LEMBAGA CONTOH"),
    ],
)
def test_a_kota_a_provinsi_and_a_lembaga_know_themselves(nama: str, text: str) -> None:
    assert OwnInstansi(nama).is_named(fold(text))


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Dinas Kesehatan Kabupaten Contoh", "dinas kesehatan"),
        ("Dinas Kesehatan Pemkab Contoh", "dinas kesehatan"),
        ("Sekretariat Daerah Kab. Contoh", "sekretariat daerah"),
        ("Dinas Kesehatan Kota Contoh", "dinas kesehatan kota contoh"),
        ("Kecamatan Contoh", "kecamatan contoh"),
        ("Kabupaten Contoh", "kabupaten contoh"),
    ],
)
def test_a_unit_is_named_with_or_without_its_instansi(text: str, bare: str) -> None:
    assert CONTOH.strip(fold(text)) == bare


@pytest.mark.parametrize(
    ("typed", "office"),
    [
        ("DINKES", "Dinas Kesehatan"),
        ("Dinkes Kab. Contoh", "Dinas Kesehatan"),
        ("DPMD", "Dinas Pemberdayaan Masyarakat dan Desa"),
        ("DISPERINDAG", "Dinas Perindustrian dan Perdagangan"),
        ("BAPENDA", "Badan Pendapatan Daerah"),
        ("BPBD", "Badan Penanggulangan Bencana Daerah"),
        ("DISPAR", "Dinas Pariwisata"),
        ("DISHUB", "Dinas Perhubungan"),
        ("Dinsos", "Dinas Sosial"),
        ("DISDIKBUD", "Dinas Pendidikan dan Kebudayaan"),
        ("Disdukcapil", "Dinas Kependudukan dan Pencatatan Sipil"),
        ("KESBANGPOL", "Badan Kesatuan Bangsa dan Politik"),
        ("Satpol PP", "Satuan Polisi Pamong Praja"),
        ("SETDA", "Sekretariat Daerah"),
        ("Setwan", "Sekretariat DPRD"),
        ("Dinas Kesehatn", "Dinas Kesehatan"),
    ],
)
def test_a_usual_short_form_is_most_like_its_office(typed: str, office: str) -> None:
    assert best(typed) == office
    assert are_alike(name(typed), name(office))


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("SD Negeri 001 Sungai Jernih", "SDN 001 Sungai Jernih"),
        ("SDN 1 Hilir", "SD Negeri 001 Hilir"),
        ("KEC. MUARA LESTARI", "Kecamatan Muara Lestari"),
        ("Kel. Sungai Jernih", "Kelurahan Sungai Jernih"),
        ("Puskesmas Hulu", "UPTD Puskesmas Hulu"),
        ("Bid. Program", "Bidang Program"),
        ("Inspektorat", "Inspektorat Daerah"),
        ("Dinas Perpustakaan Kearsipan", "Dinas Perpustakaan dan Kearsipan"),
    ],
)
def test_other_spellings_of_one_unit_are_alike(typed: str, known: str) -> None:
    assert are_alike(name(typed), name(known))
    assert rate_likeness(name(typed), name(known)) == 1


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("SDN 002 Hilir", "SDN 001 Hilir"),
        ("Kecamatan Hulu", "Kecamatan Hilir"),
        ("Kelurahan Muara", "Kecamatan Muara"),
        ("Dinas Pertanian", "Dinas Pertanahan"),
        ("Dinas Pertanian", "Dinas Perpustakaan dan Kearsipan"),
        ("Bidang Program", "Bidang Pelayanan"),
        ("Sekretariat", "Sekretariat Kecamatan"),
        ("RSUD Hulu", "RSUD Hilir"),
    ],
)
def test_neighbouring_units_are_not_taken_for_each_other(typed: str, known: str) -> None:
    assert not are_alike(name(typed), name(known))


def test_offices_of_one_kabupaten_are_not_alike() -> None:
    pairs = [(one, other) for one in OFFICES for other in OFFICES if one < other]

    assert [pair for pair in pairs if are_alike(name(pair[0]), name(pair[1]))] == []
