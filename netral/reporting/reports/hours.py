"""JP by person and by unit, this year and last, as printed on valid certificates. Nobody is measured against a duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission, Reach
from netral.certificates.issue.register import first_issued
from netral.certificates.models import Certificate
from netral.organisation.models import Asn, Opd
from netral.reporting.report import Asked, Column, Kind, Notes, Report, Table, tabulate


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonHours:
    """A person with a certificate that prints JP; `top` is the perangkat daerah of their unit."""

    nama: str
    nip: str
    jenis: str
    unit: str
    top: str
    this_year: int
    last_year: int


@dataclass(slots=True)
class UnitHours:
    """The active people of one kind in a perangkat daerah and everything below it."""

    unit: str
    jenis: str
    people: int = 0
    with_hours: int = 0
    this_year: int = 0
    last_year: int = 0


@dataclass(frozen=True, slots=True)
class TrainingHours:
    year: int
    people: tuple[PersonHours, ...]
    units: tuple[UnitHours, ...]


def read(session: Session, asked: Asked) -> TrainingHours:
    """Read the JP of this year and the last one, by the calendar of the reader's zone."""
    year = asked.now.astimezone(ZoneInfo(asked.zona)).year
    tops = dict(
        session.execute(
            select(Opd.id, Opd.nama).where(Opd.instansi_id == asked.reach.instansi_id, Opd.parent_id.is_(None))
        ).all()
    )
    rows = session.execute(select_people(asked.reach, year)).all()
    people = tuple(as_person(row, name_top(tops, row.path)) for row in rows if row.this_year or row.last_year)
    return TrainingHours(year, people, add_up(rows, tops))


def select_people(reach: Reach, year: int) -> Select[*tuple[Any, ...]]:
    """Select everybody within reach, by unit and name, with the JP of their certificates of two years."""
    counted = (
        select(Certificate.asn_id, Certificate.jp, first_issued().label("first"))
        .where(Certificate.instansi_id == reach.instansi_id, Certificate.status == "valid")
        .subquery()
    )

    def add(one: int) -> Any:
        within = counted.c.first.between(date(one, 1, 1), date(one, 12, 31))
        return func.coalesce(func.sum(case((within, counted.c.jp), else_=0)), 0)

    statement = (
        select(Asn.nama, Asn.nip, Asn.jenis, Asn.active, Opd.nama.label("unit"), Opd.path)
        .add_columns(add(year).label("this_year"), add(year - 1).label("last_year"))
        .join(Opd, Opd.id == Asn.opd_id)
        .outerjoin(counted, counted.c.asn_id == Asn.id)
        .where(Asn.instansi_id == reach.instansi_id)
        .group_by(Asn.id, Opd.id)
        .order_by(Opd.path, func.lower(Asn.nama), Asn.id)
    )
    return statement.where(Opd.path.startswith(reach.opd_path)) if reach.opd_path else statement


def name_top(tops: dict[int, str], path: str) -> str:
    return tops[int(path.split("/", 1)[0])]


def as_person(row: Row[*tuple[Any, ...]], top: str) -> PersonHours:
    return PersonHours(
        nama=row.nama,
        nip=row.nip or "",
        jenis=row.jenis,
        unit=row.unit,
        top=top,
        this_year=int(row.this_year),
        last_year=int(row.last_year),
    )


def add_up(rows: Sequence[Row[*tuple[Any, ...]]], tops: dict[int, str]) -> tuple[UnitHours, ...]:
    """Return a row for each perangkat daerah and kind of ASN, by name."""
    found: dict[tuple[str, str], UnitHours] = {}
    for row in rows:
        if row.active:
            key = (name_top(tops, row.path), row.jenis)
            unit = found.setdefault(key, UnitHours(*key))
            unit.people += 1
            unit.with_hours += row.this_year > 0
            unit.this_year += int(row.this_year)
            unit.last_year += int(row.last_year)
    return tuple(found[key] for key in sorted(found))


THIS_YEAR = (
    "JP pada sertifikat berlaku yang terbit tahun ini; yang diterbitkan ulang dihitung pada tahun terbit yang pertama. "
    "Yang dicabut atau diganti tidak dihitung."
)
COLUMNS = (
    Column("Nama", "nama", width=36),
    Column("NIP", "nip", width=22),
    Column("Jenis", "jenis", width=12),
    Column("Unit kerja", "unit", width=44),
    Column("Perangkat daerah", "top", width=44),
    Column("JP tahun ini", "this_year", Kind.COUNT, 14),
    Column("JP tahun lalu", "last_year", Kind.COUNT, 14),
)
UNIT_COLUMNS = (
    Column("Perangkat daerah", "unit", width=44),
    Column("Jenis", "jenis", width=12),
    Column("Pegawai aktif", "people", Kind.COUNT, 14),
    Column("Ber-JP tahun ini", "with_hours", Kind.COUNT, 16),
    Column("JP tahun ini", "this_year", Kind.COUNT, 14, THIS_YEAR),
    Column("JP tahun lalu", "last_year", Kind.COUNT, 14),
)


def tables(found: TrainingHours) -> tuple[Table, ...]:
    people = tabulate(COLUMNS, found.people)
    note = "Setiap orang yang sertifikatnya memuat JP, juga yang sudah keluar."
    return tabulate(UNIT_COLUMNS, found.units), Table("Per orang", people.columns, people.rows, note=note)


def notes(found: TrainingHours) -> Notes:
    return [
        ("Tahun ini", str(found.year)),
        ("Cakupan", "Hanya sertifikat Netral. Diklat lain tercatat di SIASN."),
        ("Per orang", "Lembar kedua berkas Excel memuat JP setiap orang dengan NIP-nya."),
        ("Kewajiban", "Ketentuan JP bagi PNS dan PPPK berbeda, jadi laporan ini tidak menilai siapa yang sudah cukup."),
    ]


HOURS = Report(
    code="jp",
    title="JP pegawai tahun ini dan tahun lalu",
    permission=Permission.MANAGE_CERTIFICATES,
    read=read,
    tables=tables,
    notes=notes,
    file=lambda found: f"jp-{found.year}",
    of_period=False,
    empty="Belum ada pegawai.",
)
