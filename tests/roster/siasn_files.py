"""The two files that SIASN gives an office: its tree of units (`ref-unor`), and its people in 67 columns.

Everybody is invented. Every NIP ends in the serial 000, which no real NIP has, and every NIK begins with 99, which is
no province.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import md5

from tests.roster.roster_generator import FAMILY, GIVEN, SheetLayout, make_nip, write_sheets
from tests.sheets.hostile_files import write_row
from tests.sheets.hostile_sheets import HEAD, SHEET, TAIL, with_parts

INSTANSI = "Pemerintah Kabupaten Contoh"
PLACES = (
    *("Hulu", "Hilir", "Muara", "Tengah", "Seberang", "Kota", "Baru", "Lestari", "Makmur", "Jaya", "Sentosa", "Indah"),
    *("Harapan", "Sejahtera", "Timur", "Barat", "Utara", "Selatan", "Pesisir", "Permai"),
)
OFFICES = (
    *("Dinas Sosial", "Dinas Perhubungan", "Dinas Pertanian", "Dinas Lingkungan Hidup", "Dinas Pariwisata"),
    *("Dinas Perikanan", "Dinas Perpustakaan dan Kearsipan", "Dinas Komunikasi dan Informatika", "Dinas Perdagangan"),
    *("Dinas Tenaga Kerja", "Dinas Pekerjaan Umum", "Dinas Perumahan", "Dinas Kependudukan dan Pencatatan Sipil"),
    *("Badan Kepegawaian dan Pengembangan SDM", "Badan Pendapatan Daerah", "Badan Penanggulangan Bencana Daerah"),
    *("Badan Kesatuan Bangsa dan Politik", "Badan Perencanaan Pembangunan Daerah", "Inspektorat Daerah"),
    *("Sekretariat Daerah", "Sekretariat DPRD", "Satuan Polisi Pamong Praja"),
)
HEADINGS = (
    *("PNS ID", "NIP BARU", "NIP LAMA", "NAMA", "GELAR DEPAN", "GELAR BELAKANG", "TEMPAT LAHIR ID"),
    *("TEMPAT LAHIR NAMA", "TANGGAL LAHIR", "JENIS KELAMIN", "AGAMA ID", "AGAMA NAMA", "JENIS KAWIN ID"),
    *("JENIS KAWIN NAMA", "NIK", "NOMOR HP", "EMAIL", "EMAIL GOV", "ALAMAT", "NPWP NOMOR", "BPJS"),
    *("JENIS PEGAWAI ID", "JENIS PEGAWAI NAMA", "KEDUDUKAN HUKUM ID", "KEDUDUKAN HUKUM NAMA", "STATUS CPNS PNS"),
    *("KARTU ASN VIRTUAL", "NOMOR SK CPNS", "TANGGAL SK CPNS", "TMT CPNS", "NOMOR SK PNS", "TANGGAL SK PNS", "TMT PNS"),
    *("GOL AWAL ID", "GOL AWAL NAMA", "GOL AKHIR ID", "GOL AKHIR NAMA", "TMT GOLONGAN", "MK TAHUN", "MK BULAN"),
    *("JENIS JABATAN ID", "JENIS JABATAN NAMA", "JABATAN ID", "JABATAN NAMA", "TMT JABATAN"),
    *("TINGKAT PENDIDIKAN ID", "TINGKAT PENDIDIKAN NAMA", "PENDIDIKAN ID", "PENDIDIKAN NAMA", "TAHUN LULUS"),
    *("KPKN ID", "KPKN NAMA", "LOKASI KERJA ID", "LOKASI KERJA NAMA", "UNOR ID", "UNOR NAMA", "UNOR INDUK ID"),
    *("UNOR INDUK NAMA", "INSTANSI INDUK ID", "INSTANSI INDUK NAMA", "INSTANSI KERJA ID", "INSTANSI KERJA NAMA"),
    *("SATUAN KERJA ID", "SATUAN KERJA NAMA", "IS VALID NIK", "FLAG IKD", "TMT PENSIUN"),
)


@dataclass(frozen=True, slots=True)
class Unor:
    """A unit; `above` is the name of the one above it, and names are different from each other."""

    nama: str
    above: str = INSTANSI
    weight: int = 10

    @property
    def id(self) -> str:
        return unor_id(self.nama)


@dataclass(frozen=True, slots=True)
class Pegawai:
    nama: str
    unor: Unor
    nip: str
    jabatan: str = "Pelaksana"
    kedudukan: str = "Aktif"


def unor_id(nama: str) -> str:
    """Return 32 hexadecimal digits, as SIASN numbers its units."""
    return md5(nama.encode(), usedforsecurity=False).hexdigest().upper()


def make_units() -> list[Unor]:
    """Return 46 perangkat daerah with some 350 units below them; most people work in schools and puskesmas."""
    units = [Unor("Dinas Kesehatan"), Unor("Dinas Pendidikan"), Unor("RSUD Contoh", weight=300)]
    units += [Unor(f"UPTD Puskesmas {place}", "Dinas Kesehatan", 190) for place in PLACES]
    units += [Unor(f"SDN {number:03d} {PLACES[number % 20]}", "Dinas Pendidikan", 50) for number in range(1, 181)]
    units += [Unor(f"SMPN {number} {PLACES[number % 20]}", "Dinas Pendidikan", 70) for number in range(1, 41)]
    for office in OFFICES:
        units += [Unor(office, weight=30)]
        units += [Unor(f"{part} {office}", office, 20) for part in ("Sekretariat", "Bidang Program")]
    for place in PLACES:
        units += [Unor(f"Kecamatan {place}", weight=15)]
        units += [Unor(f"Kelurahan {place} {number}", f"Kecamatan {place}", 8) for number in ("Satu", "Dua")]
    return units


def find_unit(nama: str) -> Unor:
    return next(unit for unit in make_units() if unit.nama == nama)


def make_crowd(count: int, *, seed: int = 1) -> list[Pegawai]:
    """Return as many people as chance spreads over the units; the numbers of their NIP start at 1,000."""
    chance, units = random.Random(seed), make_units()
    places = chance.choices(units, weights=[unit.weight for unit in units], k=count)
    return [
        Pegawai(f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}", unor, make_nip(1_000 + number))
        for number, unor in enumerate(places)
    ]


def write_ref_unor() -> bytes:
    rows = [("Id", "NamaUnor", "DiatasanId"), (unor_id(INSTANSI), INSTANSI, None)]
    rows += [(unit.id, unit.nama, unor_id(unit.above)) for unit in make_units()]
    return write_sheets(SheetLayout("ref-unor", rows))


def write_people(people: Sequence[Pegawai]) -> bytes:
    """Write shared strings, as SIASN does: a library that writes any workbook takes a minute for 20,000 people."""
    strings: dict[str, int] = {}
    rows = [write_row(1, list(HEADINGS), strings)]
    rows += [write_row(number + 1, list(cells(person, number)), strings) for number, person in enumerate(people, 1)]
    listed = "".join(f"<si><t>{text}</t></si>" for text in strings)
    return with_parts(
        {"xl/sharedStrings.xml": f"<sst>{listed}</sst>".encode(), SHEET: (HEAD + "".join(rows) + TAIL).encode()}
    )


def cells(person: Pegawai, number: int) -> Iterator[str]:
    """Yield one cell for each heading; what stands in columns that nobody needs differs as much as in a real file."""
    unit = person.unor
    induk = unit if unit.above == INSTANSI else Unor(unit.above)
    known = {
        "PNS ID": f"{number:032X}",
        "NIP BARU": person.nip,
        "NIP LAMA": f"13{number:07d}",
        "NAMA": person.nama.upper(),
        "GELAR DEPAN": "",
        "GELAR BELAKANG": ("S.Kep.", "S.Pd.", "")[number % 3],
        "TANGGAL LAHIR": f"{person.nip[6:8]}-{person.nip[4:6]}-{person.nip[:4]}",
        "NIK": f"99{number:014d}",
        "EMAIL": f"pegawai{number}@contohkab.example" if number % 5 else "",
        "JENIS PEGAWAI NAMA": "PNS Daerah Kab/Kota",
        "KEDUDUKAN HUKUM NAMA": person.kedudukan,
        "STATUS CPNS PNS": "P",
        "GOL AKHIR NAMA": ("III/a", "III/b", "II/c", "IV/a")[number % 4],
        "JABATAN NAMA": person.jabatan,
        "UNOR ID": unit.id,
        "UNOR NAMA": unit.nama,
        "UNOR INDUK ID": induk.id,
        "UNOR INDUK NAMA": induk.nama,
        "INSTANSI INDUK NAMA": INSTANSI,
        "INSTANSI KERJA NAMA": INSTANSI,
        "SATUAN KERJA NAMA": INSTANSI,
    }
    for column, heading in enumerate(HEADINGS):
        yield known[heading] if heading in known else f"{heading.title()} {number if column % 3 else number % 50}"
