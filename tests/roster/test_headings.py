"""Headings as offices write them, and the columns that officers choose where the words do not tell."""

import pytest

from netral.organisation.kinds import AsnKind, read_kind
from netral.roster.columns import ROSTER_COLUMNS, find_header
from netral.roster.problems import Reason
from netral.roster.reading import read_roster_file
from netral.roster.tables import ColumnsAsked
from netral.sheets.refusals import ColumnsUnclear
from netral.sheets.rows import Row
from tests.roster.importing import TODAY
from tests.roster.roster_generator import make_nip, write_csv

WRITTEN = """
nip: NIP; NIP BARU; NIP/NI PPPK; NIP / NIPPPK; NIP (18 DIGIT); NIP PNS; NIP ASN; NO. NIP; NOMOR INDUK PEGAWAI (NIP)
nip: NIP/NRP; NIP / NIK; N I P; NIP Pegawai; NIP_BARU; NIPBARU; NI PPPK; NI P3K; NIP (tanpa spasi); NIP LENGKAP
nip: NIP/Nomor Peserta; NIP PNS/PPPK; NIP SAAT INI; NIP/ID PEGAWAI; Nomor Induk; NIP (Nomor Induk Pegawai)
nama: NAMA; NAMA LENGKAP; NAMA PEGAWAI; NAMA LENGKAP (DENGAN GELAR); NAMA + GELAR; NAMA BESERTA GELAR; NAMA ASN
nama: NAMA LENGKAP BESERTA GELAR; NAMA LENGKAP PEGAWAI; NAMA PNS/PPPK; NAMA LENGKAP & GELAR; NAMA ASN/NON ASN
nama: NAMA LENGKAP SESUAI SK; NAMA TANPA GELAR; NAMA PEGAWAI BESERTA GELAR; NAMA/GELAR; NAMA KARYAWAN
unit: UNIT KERJA; UNIT; NAMA UNIT KERJA; UNIT ORGANISASI; UNOR; UNOR NAMA; UNIT KERJA SAAT INI; TEMPAT TUGAS
unit: TEMPAT BERTUGAS; LOKASI KERJA; SATUAN PENDIDIKAN; Unit Kerja/OPD; UNIT KERJA SEKARANG; UNIT KERJA TERAKHIR
unit: UNIT KERJA/SEKOLAH; BAGIAN/UNIT KERJA; PENEMPATAN; ASAL UNIT KERJA; UNIT KERJA (OPD)
opd: SKPD/UNIT KERJA; OPD; NAMA SKPD; PERANGKAT DAERAH; SATUAN KERJA; SATKER; INSTANSI; UNIT KERJA INDUK
opd: UNOR INDUK NAMA; DINAS/INSTANSI; DINAS/BADAN; ASAL INSTANSI; NAMA SATUAN KERJA; ASAL OPD; SKPD INDUK
opd: ORGANISASI PERANGKAT DAERAH (OPD); PERANGKAT DAERAH/UNIT KERJA
jenis: JENIS ASN; JENIS PEGAWAI NAMA; STATUS KEPEGAWAIAN; STATUS PEGAWAI; PNS/PPPK; STATUS; KATEGORI PEGAWAI
jenis: STATUS (PNS/PPPK); PNS/PPPK/NON ASN; STATUS ASN/NON ASN; ASN/NON ASN; KEPEGAWAIAN; CPNS/PNS; TIPE PEGAWAI
golongan: GOL; GOL. RUANG; PANGKAT / GOL. RUANG; PANGKAT DAN GOLONGAN; GOLONGAN TERAKHIR; PANGKAT/GOL TERAKHIR
jabatan: JABATAN; NAMA JABATAN; JABATAN SEKARANG; NAMA JABATAN TERAKHIR
email: E-MAIL; EMAIL/SUREL; EMAIL AKTIF; ALAMAT SUREL (EMAIL); EMAIL DINAS
number: NO PESERTA; NOMOR PESERTA UJIAN; NO. REGISTRASI; NOMOR PESERTA PPPK
nip_lama: NIP LAMA; NIP SEBELUMNYA; NIP PPPK LAMA
siasn_id: PNS ID; PNS ORANG ID
unor_id: UNOR ID
"""
CASES = [
    (heading, field)
    for field, headings in (line.split(": ", 1) for line in WRITTEN.strip().splitlines())
    for heading in headings.split("; ")
]
SITI, BUDI = (make_nip(1), "Siti Aminah"), (make_nip(2), "Budi Santoso")


@pytest.mark.parametrize(("heading", "field"), CASES)
def test_the_heading_tells_the_field(heading: str, field: str) -> None:
    other = "EMAIL" if field == "jabatan" else "JABATAN"

    header = find_header([Row(1, ("NO", other, heading))], ROSTER_COLUMNS)

    assert header is not None
    assert header.fields[field] == 2


def test_what_is_written_out_comes_before_what_needs_words_left_out() -> None:
    header = find_header([Row(1, ("NIP", "GOLONGAN TERAKHIR", "GOLONGAN"))], ROSTER_COLUMNS)

    assert header is not None
    assert header.fields["golongan"] == 2
    assert header.rivals == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("PNS Daerah Kab/Kota", AsnKind.PNS),
        ("CPNS Daerah", AsnKind.PNS),
        ("PNS/CPNS", AsnKind.PNS),
        ("PPPK Tenaga Guru", AsnKind.PPPK),
        ("ASN - PPPK", AsnKind.PPPK),
        ("PPPK Paruh Waktu (Tenaga Teknis)", AsnKind.PPPK_PW),
        ("Pegawai Pemerintah dengan Perjanjian Kerja (PPPK) Paruh Waktu", AsnKind.PPPK_PW),
        ("Non PNS", AsnKind.PPNPN),
        ("Pegawai Pemerintah Non Pegawai Negeri", AsnKind.PPNPN),
        ("PNS/PPPK", None),
        ("Pejabat Negara", None),
    ],
)
def test_the_kind_is_read_from_the_words_that_tell_it(text: str, kind: AsnKind | None) -> None:
    assert read_kind(text) is kind


@pytest.mark.parametrize("status", ["Aktif", "P", ""])
def test_the_grade_tells_the_kind_where_the_status_does_not(status: str) -> None:
    rows = [("NIP", "NAMA", "STATUS", "GOL", "OPD"), (*SITI, status, "III/b", "A"), (*BUDI, status, "IX", "A")]

    reading = read_roster_file(write_csv(rows), "pegawai.csv", today=TODAY)

    assert [row.jenis for row in reading.rows] == [AsnKind.PNS, AsnKind.PPPK]
    assert reading.problems == ()


def ask(*rows: tuple[str, ...]) -> ColumnsAsked:
    with pytest.raises(ColumnsUnclear) as caught:
        read_roster_file(write_csv(rows), "pegawai.csv", today=TODAY)
    assert isinstance(caught.value.asked, ColumnsAsked)
    return caught.value.asked


UNKNOWN = (("NIP", "NAMA", "GOL", "POSISI KERJA", "KTP"), (*SITI, "III/a", "Dinas Kesehatan", "9999999999990001"))


def test_headings_that_do_not_tell_are_asked_about_without_any_nik() -> None:
    asked = ask(*UNKNOWN)

    assert asked.texts == UNKNOWN[0]
    assert asked.guessed == {"nip": 0, "nama": 1, "golongan": 2}
    assert asked.samples[3:] == (("Dinas Kesehatan",), ("16 angka",))


def test_chosen_columns_are_read_whatever_their_order() -> None:
    asked = ask(*UNKNOWN)
    chosen = {"nip": ("nip", 0), "nama": ("nama", 0), "golongan": ("gol", 0), "unit": ("posisi kerja", 0)}
    turned = [tuple(reversed(row)) for row in UNKNOWN]

    reading = read_roster_file(write_csv(turned), "lagi.csv", today=TODAY, choices={asked.key: chosen})

    assert [row.place for row in reading.rows] == [("Dinas Kesehatan",)]
    assert reading.gathered.header.choice == asked.key
    assert "9999999999990001" not in str(reading)


def test_people_are_never_taken_for_headings_to_ask_about() -> None:
    with pytest.raises(ColumnsUnclear) as caught:
        read_roster_file(write_csv([SITI, BUDI]), "pegawai.csv", today=TODAY)

    assert caught.value.asked is None


def test_an_id_of_siasn_is_kept_whole_though_sixteen_of_its_signs_are_digits() -> None:
    pns_id = "AB1234567890123456CDEF1234567890"
    rows = [
        ("PNS ID", "NIP", "NAMA", "GOL", "OPD"),
        (pns_id, *SITI, "III/a", "A"),
        ("1234567890123456", *BUDI, "I", "A"),
    ]

    reading = read_roster_file(write_csv(rows), "pegawai.csv", today=TODAY)

    assert [row.siasn_id for row in reading.rows] == [pns_id]
    assert [problem.reason for problem in reading.problems] == [Reason.NIK_GIVEN]
