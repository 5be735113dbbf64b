"""The offices of a fictitious kabupaten: a tree of about sixty units, with how many people work in each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """An office. `weight`: its share of the people. `field`: their field of work, guru, kesehatan or umum."""

    kode: str
    nama: str
    jenis: str
    parent: str | None
    weight: int
    field: str = "umum"


ROOTS = (
    ("setda", "Sekretariat Daerah", "opd", 40),
    ("setwan", "Sekretariat DPRD", "opd", 20),
    ("inspektorat", "Inspektorat", "opd", 22),
    ("bkpsdm", "BKPSDM", "opd", 24),
    ("bappeda", "Bappeda", "opd", 24),
    ("bpkad", "Badan Pengelolaan Keuangan dan Aset Daerah", "opd", 34),
    ("bpbd", "Badan Penanggulangan Bencana Daerah", "opd", 22),
    ("kesbangpol", "Badan Kesatuan Bangsa dan Politik", "opd", 14),
    ("satpolpp", "Satuan Polisi Pamong Praja", "opd", 48),
    ("disdik", "Dinas Pendidikan dan Kebudayaan", "opd", 50),
    ("dinkes", "Dinas Kesehatan", "opd", 46),
    ("rsud", "RSUD Contoh", "opd", 150),
    ("pupr", "Dinas Pekerjaan Umum dan Penataan Ruang", "opd", 42),
    ("dinsos", "Dinas Sosial", "opd", 22),
    ("dishub", "Dinas Perhubungan", "opd", 36),
    ("diskominfo", "Dinas Komunikasi dan Informatika", "opd", 22),
    ("disdukcapil", "Dinas Kependudukan dan Pencatatan Sipil", "opd", 26),
    ("dpmptsp", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", "opd", 22),
    ("disnaker", "Dinas Tenaga Kerja", "opd", 20),
    ("distan", "Dinas Pertanian", "opd", 34),
    ("dlh", "Dinas Lingkungan Hidup", "opd", 30),
    ("perpus", "Dinas Perpustakaan dan Kearsipan", "opd", 16),
)
SCHOOLS = (
    *((f"smpn{number}", f"SMP Negeri {number} Contoh", 32) for number in range(1, 6)),
    *((f"sdn{number}", f"SD Negeri {number} Contoh", 20) for number in range(1, 8)),
)
HEALTH = (
    *((name.lower(), f"UPTD Puskesmas {name}", 42) for name in ("Hulu", "Hilir", "Tengah", "Pesisir", "Bukit")),
    ("labkes", "UPTD Laboratorium Kesehatan", 14),
)
BELOW = (
    ("setda", "bidang", "umum", (("umum", "Bagian Umum", 18), ("hukum", "Bagian Hukum", 10))),
    ("disdik", "sekolah", "guru", SCHOOLS),
    ("dinkes", "uptd", "kesehatan", HEALTH),
    ("pupr", "uptd", "umum", (("alat", "UPTD Peralatan dan Perbengkelan", 16),)),
    ("distan", "uptd", "umum", (("benih", "UPTD Balai Benih", 12), ("ternak", "UPTD Kesehatan Hewan", 14))),
)
KECAMATAN = (
    ("Hulu", ("Melati", "Kenanga")),
    ("Hilir", ("Mawar", "Cempaka")),
    ("Tengah", ("Teratai", "Dahlia")),
    ("Pesisir", ("Bakau", "Cemara")),
    ("Bukit", ("Pinus", "Anggrek")),
)
FIELDS = {"rsud": "kesehatan", "disdik": "umum"}


def list_places() -> tuple[Place, ...]:
    """Return the offices, parents before children."""
    places = [Place(kode, nama, jenis, None, weight, FIELDS.get(kode, "umum")) for kode, nama, jenis, weight in ROOTS]
    for parent, jenis, field, units in BELOW:
        places += [Place(f"{parent}-{kode}", nama, jenis, parent, weight, field) for kode, nama, weight in units]
    for name, kelurahan in KECAMATAN:
        kode = f"kec-{name.lower()}"
        places.append(Place(kode, f"Kecamatan {name}", "kecamatan", None, 22))
        places += [Place(f"{kode}-{each.lower()}", f"Kelurahan {each}", "kelurahan", kode, 9) for each in kelurahan]
    return tuple(places)
