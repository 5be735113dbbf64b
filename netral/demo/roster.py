"""Planting the fictitious kabupaten: its units and its people, with numbers that no real person can have."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.database.tables import insert
from netral.demo.places import Place, list_places
from netral.organisation.membership import write_first_stays
from netral.organisation.models import Asn, Opd


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Names are put together from lists, so that nobody in particular is meant.
MEN = words(
    "Abdul Aris Bakri Basri Daud Darwis Fadli Faisal Farhan Firman Hamid Haris Hasan Hendra Herman Idris "
    "Ilham Imran Irfan Jamal Kamil Lukman Mansur Mukhlis Nasir Nurdin Rahmat Ridwan Rizal Rusdi Sabri "
    "Salman Samsul Syahrul Taufik Usman Wahyu Yunus Yusran Zainal Agus Bambang Budi Dedi Eko Gunawan Made "
    "Nyoman Petrus Yohanis"
)
WOMEN = words(
    "Aisyah Amelia Andini Anisa Asmawati Citra Dahlia Darmawati Desi Dewi Erna Fatimah Fitri Hasnah Hesti "
    "Ida Indah Irma Jumriah Kartika Lestari Lina Marlina Maya Mirna Murni Nadia Ningsih Novi Nurhayati "
    "Nurul Rahayu Ratna Rina Rosmini Salma Sari Siti Sri Suryani Wahyuni Yanti Yuliana Zahra Ayu Kadek "
    "Maria Yosefina"
)
SECOND = words(
    "Alamsyah Amin Arifin Asri Aziz Badrun Effendi Firdaus Halim Hamzah Hidayat Ibrahim Ismail Jafar "
    "Kurniawan Latif Mahmud Malik Maulana Muchtar Mustafa Nasrullah Nugroho Pratama Purnama Putra Rahim "
    "Ramadhan Rauf Saleh Santoso Saputra Setiawan Sulaiman Syamsuddin Tamrin Umar Utomo Wibowo Wijaya "
    "Yusuf Zakaria"
)
SECOND_OF_WOMEN = words(
    "Alwi Amalia Aminah Anggraini Astuti Azzahra Damayanti Fadilah Handayani Harahap Hasanah Hidayah "
    "Kusuma Lestari Maharani Mulyani Mustika Ningrum Oktaviani Permata Pertiwi Puspita Putri Rahmawati "
    "Ramadhani Safitri Salsabila Sartika Septiani Setyawati Utami Wahyuningsih Wulandari Yulianti "
    "Zubaidah"
)
TITLES = {
    "guru": ("S.Pd.", "S.Pd.", "S.Pd., M.Pd.", "S.Pd.I.", ""),
    "kesehatan": ("A.Md.Kep.", "S.Kep., Ns.", "A.Md.Keb.", "S.K.M.", "S.Farm., Apt.", ""),
    "umum": ("S.Sos.", "S.E.", "S.H.", "S.IP., M.Si.", "S.T.", "A.Md.", "S.Kom.", "", "", ""),
}
SHORT = 0.8
OF_MIDWIVES = "A.Md.Keb."
# Names of well-known people are given to nobody.
AVOIDED = frozenset({"Agus Pratama", "Siti Hasanah", "Sri Mulyani", "Budi Santoso", "Suharto"})
FIRST_BIRTH = date(1967, 1, 1)
BIRTH_DAYS = 12_000
# Coprime to 100, so that neighbours on a list have different last digits.
SERIAL_STEP = 37
KINDS = ("PNS",) * 14 + ("PPPK",) * 4 + ("PPPK-PW",) + ("PPNPN",)
SHARE_OF_WOMEN = 0.55
FEWEST = 6
RANKS = ("II/c", "II/d", "III/a", "III/b", "III/c", "III/d", "IV/a")
POSTS = {
    "guru": ("Guru Ahli Pertama", "Guru Ahli Muda", "Guru Ahli Madya", "Pengelola Tata Usaha"),
    "kesehatan": ("Perawat Terampil", "Bidan Ahli Pertama", "Apoteker", "Pengelola Layanan Kesehatan"),
    "umum": ("Pengadministrasi Umum", "Analis Kebijakan", "Pengelola Keuangan", "Arsiparis", "Penata Layanan"),
}


@dataclass(frozen=True, slots=True)
class Planted:
    """The planted rows. `people`: OPD kode -> ids of the people there, in the order they were made."""

    opds: dict[str, int]
    people: dict[str, list[int]]


def plant(session: Session, *, instansi_id: int, size: int, rng: Random, now: datetime) -> Planted:
    """Make about `size` people over all units."""
    places = list_places()
    opds = plant_opds(session, instansi_id, places)
    session.execute(insert(session, Asn), list(make_people(instansi_id, places, opds, size=size, rng=rng, now=now)))
    write_first_stays(session, instansi_id, last=0, now=now)
    people: dict[str, list[int]] = {place.kode: [] for place in places}
    kodes = {opd_id: kode for kode, opd_id in opds.items()}
    for asn_id, opd_id in session.execute(
        select(Asn.id, Asn.opd_id).where(Asn.instansi_id == instansi_id).order_by(Asn.id)
    ):
        people[kodes[opd_id]].append(asn_id)
    return Planted(opds, people)


def plant_opds(session: Session, instansi_id: int, places: tuple[Place, ...]) -> dict[str, int]:
    opds: dict[str, int] = {}
    paths: dict[str, str] = {}
    for place in places:
        values = {
            "instansi_id": instansi_id,
            "kode": place.kode,
            "nama": place.nama,
            "jenis": place.jenis,
            "parent_id": opds[place.parent] if place.parent else None,
            "path": "",
        }
        opd_id = session.execute(insert(session, Opd).values(values).returning(Opd.id)).scalar_one()
        opds[place.kode] = opd_id
        paths[place.kode] = f"{paths[place.parent] if place.parent else ''}{opd_id}/"
        session.execute(update(Opd).where(Opd.id == opd_id).values(path=paths[place.kode]))
    return opds


def make_people(
    instansi_id: int, places: tuple[Place, ...], opds: dict[str, int], *, size: int, rng: Random, now: datetime
) -> list[dict[str, object]]:
    total = sum(place.weight for place in places)
    numbers = NumberMaker(rng)
    return [
        make_person(place, numbers, rng)
        | {"instansi_id": instansi_id, "opd_id": opds[place.kode], "active": True, "created_at": now, "updated_at": now}
        for place in places
        for _ in range(max(FEWEST, round(place.weight * size / total)))
    ]


def make_person(place: Place, numbers: "NumberMaker", rng: Random) -> dict[str, object]:
    woman = rng.random() < SHARE_OF_WOMEN
    jenis = rng.choice(KINDS)
    nip = None if jenis == "PPNPN" else numbers.make_nip(woman=woman, contract=jenis != "PNS")
    return {
        "nama": invent_name(rng, woman=woman, field=place.field),
        "nip": nip,
        "number": numbers.make_number() if nip is None else None,
        "jenis": jenis,
        "jabatan": rng.choice(POSTS[place.field]),
        "golongan": rng.choice(RANKS) if jenis == "PNS" else "",
        "email": "",
    }


class NumberMaker:
    """Makes NIP with serials from 900 on, and numbers of participants without a NIP.

    A serial counts people of the same birthday, first month and sex, so no real one is ever that high.
    """

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.given: set[str] = set()
        self.last = 0

    def make_nip(self, *, woman: bool, contract: bool) -> str:
        while True:
            born = FIRST_BIRTH + timedelta(days=self.rng.randrange(BIRTH_DAYS))
            year = self.rng.randrange(max(2019 if contract else 1990, born.year + 22), 2026)
            month = 21 if contract else self.rng.randrange(1, 13)
            serial = 900 + len(self.given) * SERIAL_STEP % 100
            nip = f"{born:%Y%m%d}{year}{month:02}{2 if woman else 1}{serial}"
            if nip not in self.given:
                self.given.add(nip)
                return nip

    def make_number(self) -> str:
        self.last += 1
        return f"non-{self.last:04}"


def invent_name(rng: Random, *, woman: bool, field: str) -> str:
    """Return a name with the titles usual in a field of work: guru, kesehatan or umum."""
    while True:
        first = rng.choice(WOMEN if woman else MEN)
        second = rng.choice(SECOND_OF_WOMEN if woman else SECOND)
        name = f"{first} {second}" if rng.random() < SHORT else f"{first} {rng.choice(SECOND)} {second}"
        if first != second and not any(avoided in name for avoided in AVOIDED):
            break
    title = rng.choice([title for title in TITLES[field] if woman or title != OF_MIDWIVES])
    return f"{name}, {title}" if title else name
