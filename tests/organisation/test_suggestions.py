"""The usual short forms of offices are understood among all units of a kabupaten with 59 perangkat daerah."""

import pytest

from netral.organisation.kinds import listed
from netral.organisation.units import Unit, UnitTree, guess_unit_kind

DINAS = listed(
    "Pendidikan dan Kebudayaan, Kesehatan, Pekerjaan Umum dan Tata Ruang, Perumahan dan Kawasan Permukiman, Sosial, "
    "Tenaga Kerja dan Transmigrasi, Ketahanan Pangan, Lingkungan Hidup, Kependudukan dan Pencatatan Sipil, "
    "Pemberdayaan Masyarakat dan Desa, Perhubungan, Komunikasi dan Informatika, Koperasi dan UKM, "
    "Penanaman Modal dan PTSP, Pemuda dan Olahraga, Perpustakaan dan Kearsipan, Kelautan dan Perikanan, Pariwisata, "
    "Pertanian, Perkebunan, Perdagangan dan Perindustrian, Pengendalian Penduduk dan KB, Pemadam Kebakaran, Pertanahan"
)
BADAN = listed(
    "Kepegawaian dan Pengembangan SDM, Perencanaan Pembangunan Daerah, Pengelola Keuangan dan Aset Daerah, "
    "Pendapatan Daerah, Kesatuan Bangsa dan Politik, Penanggulangan Bencana Daerah, Riset dan Inovasi Daerah, "
    "Pengelola Perbatasan Daerah"
)
PLACES = listed(
    "Hulu, Hilir, Muara, Tengah, Seberang, Kota, Baru, Lestari, Makmur, Jaya, Sentosa, Indah, Harapan, Sejahtera, "
    "Timur, Barat, Utara, Selatan, Pesisir, Permai"
)
OTHERS = ("Sekretariat Daerah", "Sekretariat DPRD", "Inspektorat Daerah", "Satuan Polisi Pamong Praja")
SHORT_FORMS = """
DINKES: Dinas Kesehatan
DISDIKBUD, DIKBUD, DINAS PENDIDIKAN: Dinas Pendidikan dan Kebudayaan
PUPR, DINAS PUPR, DPUTR: Dinas Pekerjaan Umum dan Tata Ruang
DISPERKIM, PERKIM: Dinas Perumahan dan Kawasan Permukiman
DINSOS: Dinas Sosial
DISNAKERTRANS, DISNAKER, NAKERTRANS: Dinas Tenaga Kerja dan Transmigrasi
DISKETAPANG, DKP: Dinas Ketahanan Pangan
DLH: Dinas Lingkungan Hidup
DISDUKCAPIL, DUKCAPIL: Dinas Kependudukan dan Pencatatan Sipil
DPMD, DINPERMASDES: Dinas Pemberdayaan Masyarakat dan Desa
DISHUB: Dinas Perhubungan
DISKOMINFO, KOMINFO: Dinas Komunikasi dan Informatika
DISKOPUKM: Dinas Koperasi dan UKM
DPMPTSP: Dinas Penanaman Modal dan PTSP
DISPORA: Dinas Pemuda dan Olahraga
DISPUSIP, DPK: Dinas Perpustakaan dan Kearsipan
DISKANLA: Dinas Kelautan dan Perikanan
DISPAR: Dinas Pariwisata
DISTAN: Dinas Pertanian
DISBUN: Dinas Perkebunan
DISPERINDAG: Dinas Perdagangan dan Perindustrian
DALDUK KB, DPPKB: Dinas Pengendalian Penduduk dan KB
DAMKAR: Dinas Pemadam Kebakaran
BKPSDM, BKD: Badan Kepegawaian dan Pengembangan SDM
BAPPEDA: Badan Perencanaan Pembangunan Daerah
BPKAD: Badan Pengelola Keuangan dan Aset Daerah
BAPENDA: Badan Pendapatan Daerah
KESBANGPOL: Badan Kesatuan Bangsa dan Politik
BPBD: Badan Penanggulangan Bencana Daerah
SATPOL PP, POL PP: Satuan Polisi Pamong Praja
SETDA: Sekretariat Daerah
SETWAN: Sekretariat DPRD
ITDA: Inspektorat Daerah
"""
EXPECTED = {
    typed: office
    for typed_forms, office in (line.split(": ") for line in SHORT_FORMS.strip().splitlines())
    for typed in typed_forms.split(", ")
}


@pytest.fixture(scope="module")
def tree() -> UnitTree:
    """A kabupaten with 59 perangkat daerah and 380 units below them."""
    roots = [
        *OTHERS,
        *(f"Dinas {name}" for name in DINAS),
        *(f"Badan {name}" for name in BADAN),
        *(f"RSUD {place}" for place in PLACES[:3]),
        *(f"Kecamatan {place}" for place in PLACES),
    ]
    below = {
        "Dinas Pendidikan dan Kebudayaan": [
            *(f"SDN {number:03d} {PLACES[number % 20]}" for number in range(1, 181)),
            *(f"SMPN {number} {PLACES[number % 20]}" for number in range(1, 41)),
        ],
        "Dinas Kesehatan": [f"UPTD Puskesmas {place}" for place in PLACES],
    } | {f"Kecamatan {place}": [f"Kelurahan {place} {half}" for half in ("Satu", "Dua")] for place in PLACES}
    tree = UnitTree((), instansi="Kabupaten Contoh")
    for root in roots:
        above = add(tree, None, root)
        for nama in ("Sekretariat", *below.get(root, ())):
            add(tree, above, nama)
    return tree


def add(tree: UnitTree, parent: int | None, nama: str) -> int:
    unit_id = len(tree.units) + 1
    tree.add(Unit(unit_id, parent, f"unit-{unit_id}", nama, guess_unit_kind(nama, is_root=parent is None)))
    return unit_id


def suggest(tree: UnitTree, typed: str) -> list[str]:
    return [one["nama"].partition(",")[0] for one in tree.suggest(None, typed)]


def test_usual_short_forms_of_offices_are_offered_and_nearly_all_first(tree: UnitTree) -> None:
    offered = {typed: suggest(tree, typed) for typed in EXPECTED}

    assert len(EXPECTED) == 48
    assert [typed for typed, office in EXPECTED.items() if office not in offered[typed]] == []
    assert sum(offered[typed][0] == office for typed, office in EXPECTED.items()) >= 45


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("Puskesmas Hulu", "UPTD Puskesmas Hulu"),
        ("PKM HULU", "UPTD Puskesmas Hulu"),
        ("SD Negeri 001 Hilir", "SDN 001 Hilir"),
        ("SDN 1 Hilir", "SDN 001 Hilir"),
        ("SMP Negeri 3 Tengah", "SMPN 3 Tengah"),
        ("Kel. Hulu Satu", "Kelurahan Hulu Satu"),
        ("Kantor Lurah Hulu Satu", "Kelurahan Hulu Satu"),
        ("RS Hulu", "RSUD Hulu"),
        ("Kec. Hulu", "Kecamatan Hulu"),
    ],
)
def test_units_below_are_found_when_no_perangkat_daerah_is_named(tree: UnitTree, typed: str, unit: str) -> None:
    tree.asked = 0

    assert unit in suggest(tree, typed)[:2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("puskesmas hul", ["UPTD Puskesmas Hulu, Dinas Kesehatan"]),
        ("kel. hilir", ["Kelurahan Hilir Dua, Kecamatan Hilir", "Kelurahan Hilir Satu, Kecamatan Hilir"]),
        ("Dinas Perikanan Laut", []),
    ],
)
def test_units_are_found_by_the_beginnings_of_their_words(tree: UnitTree, text: str, found: list[str]) -> None:
    assert [tree.label(one) for one in tree.search(text, most=50)] == found
