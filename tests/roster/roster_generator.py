"""Rosters of people who do not exist, of any size, laid out as personnel offices export them.

Every NIP ends in the serial 000, which no real NIP has.
"""

import csv
import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import xlsxwriter

HEADINGS = (
    "NO",
    "NIP",
    "NAMA LENGKAP",
    "JENIS ASN",
    "PANGKAT/GOL",
    "JABATAN",
    "UNIT KERJA",
    "PERANGKAT DAERAH",
    "EMAIL",
)
TITLES = (
    ("DAFTAR PEGAWAI APARATUR SIPIL NEGARA",),
    ("PEMERINTAH KABUPATEN CONTOH",),
    ("Keadaan per 1 Mei 2029",),
    (),
)
FIRST_ROW = len(TITLES) + 2
"""The Excel row of the first person."""

GIVEN = ("Aisyah", "Bagus", "Cahya", "Damar", "Elok", "Farid", "Gita", "Hanif", "Irma", "Jaka", "Kirana", "Lukman")
FAMILY = ("Abidin", "Baskoro", "Cendana", "Darmawan", "Effendi", "Faturahman", "Gumilar", "Halim", "Irawan", "Jatmika")
BRANCHES = ("Kesehatan", "Pendidikan", "Sosial", "Perhubungan", "Pertanian", "Lingkungan Hidup", "Pariwisata")
UNITS = ("Sekretariat", "Bidang Program", "Bidang Pelayanan", "UPTD Wilayah Hulu", "UPTD Wilayah Hilir")
POSTS = {"PNS": ("III/a", "Pelaksana"), "PPPK": ("IX", "Guru Ahli Pertama"), "PPPK Paruh Waktu": ("V", "Pengelola")}

Value = str | int | float | None
Rows = Sequence[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """The layout of one sheet of a workbook; `hidden_rows` as numbered, `hidden_columns` by letter."""

    name: str
    rows: Rows
    merges: Sequence[str] = ()
    hidden: bool = False
    hidden_rows: Sequence[int] = ()
    hidden_columns: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as an office writes it: kinds and places by name."""

    nip: str
    nama: str
    jenis: str = "PNS"
    golongan: str = "III/a"
    jabatan: str = "Pelaksana"
    unit: str = "Sekretariat"
    opd: str = "Dinas Kesehatan"
    email: str = ""

    def cells(self, number: int) -> list[Value]:
        mine = [self.nip, self.nama, self.jenis, self.golongan, self.jabatan, self.unit, self.opd, self.email]
        return [number, *mine]


def make_nip(number: int) -> str:
    """Return a different NIP for every number up to twenty million."""
    born = date(1967, 1, 1) + timedelta(days=number % 12_000)
    started = 2000 + number // 12_000 % 24
    month = 1 + number // 288_000 % 12
    return f"{born:%Y%m%d}{started}{month:02d}{1 + number % 2}000"


def make_people(count: int, *, seed: int = 1, opds: int = 7) -> list[Person]:
    chance = random.Random(seed)
    people = []
    for number in range(count):
        jenis = chance.choices(list(POSTS), weights=[60, 35, 5])[0]
        golongan, jabatan = POSTS[jenis]
        nama = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}{chance.choice(['', ', S.E.', ', S.Pd.'])}"
        office = chance.randrange(opds)
        branch = BRANCHES[office % len(BRANCHES)]
        people.append(
            Person(
                nip=make_nip(number),
                nama=nama,
                jenis=jenis,
                golongan=golongan,
                jabatan=jabatan,
                unit=chance.choice(UNITS),
                opd=f"Dinas {branch}" + (f" {office // len(BRANCHES) + 1}" if office >= len(BRANCHES) else ""),
                email=f"pegawai{number}@contohkab.example" if chance.random() < 0.6 else "",
            )
        )
    return people


def make_person(number: int = 1, **more: str) -> Person:
    return replace(Person(nip=make_nip(number), nama=f"Pegawai {'ABCDEFGHIJ'[number % 10]} Contoh"), **more)


def lay_out(people: Iterable[Person]) -> list[Sequence[Value]]:
    """Return titles, headings in row 5, people."""
    return [*TITLES, HEADINGS, *(person.cells(number) for number, person in enumerate(people, 1))]


def write_workbook(rows: Rows, *, merges: Sequence[str] = (), small: bool = False) -> bytes:
    """Write text as text, numbers as numbers. `small`: strings inline, as some exporters write them to save memory."""
    return write_sheets(SheetLayout("DATA PEGAWAI", rows, merges=merges), small=small)


def write_sheets(*layouts: SheetLayout, small: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": small, "strings_to_formulas": False})
    for layout in layouts:
        fill_sheet(book.add_worksheet(layout.name), layout)
    book.close()
    return out.getvalue()


def fill_sheet(sheet: Any, layout: SheetLayout) -> None:
    for index, row in enumerate(layout.rows):
        if index + 1 in layout.hidden_rows:
            sheet.set_row(index, None, None, {"hidden": True})
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(index, column, value)
            elif value is not None:
                sheet.write_number(index, column, value)
    for merge in layout.merges:
        corner = merge.split(":")[0]
        sheet.merge_range(merge, layout.rows[int(corner[1:]) - 1][ord(corner[0]) - ord("A")])
    for letter in layout.hidden_columns:
        sheet.set_column(f"{letter}:{letter}", None, None, {"hidden": True})
    if layout.hidden:
        sheet.hide()


def write_csv(rows: Sequence[Sequence[Value]], *, separator: str = ";", encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def make_roster(count: int, *, seed: int = 1) -> bytes:
    return write_workbook(lay_out(make_people(count, seed=seed)))
