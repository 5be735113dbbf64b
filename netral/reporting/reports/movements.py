"""Why the number of a period's participants changed: joins, moves, departures, exemptions, returns, and their grounds.

Each row is a dated change of an enrolment; its grounds are the place, departure or exemption that was written for it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.indonesian import local_day, number
from netral.learning.periods.enrolments import Standing
from netral.learning.periods.models import Enrolment, EnrolmentChange, Exemption
from netral.learning.periods.participants import STANDING_AFTER
from netral.organisation.membership import DepartureKind, PlaceKind
from netral.organisation.models import Asn, Assignment, Departure, Opd
from netral.organisation.numbers import last_digits
from netral.reporting.report import (
    Asked,
    Column,
    Kind,
    Linked,
    Notes,
    PeriodFacts,
    Report,
    Table,
    period_notes,
    read_period,
    tabulate,
)


class Movement(StrEnum):
    JOINED = "masuk"
    MOVED = "pindah"
    LEFT = "keluar"
    EXEMPTED = "bebas"
    OBLIGED = "berakhir"
    RETURNED = "kembali"


MOVEMENT_WORDS = {
    Movement.JOINED: "Masuk",
    Movement.MOVED: "Pindah",
    Movement.LEFT: "Keluar",
    Movement.EXEMPTED: "Dibebaskan",
    Movement.OBLIGED: "Pembebasan berakhir",
    Movement.RETURNED: "Kembali",
}
PLACE_WORDS = {
    PlaceKind.DEFINITIF: "Definitif",
    PlaceKind.PLT: "Pelaksana tugas (Plt.)",
    PlaceKind.PJ: "Penjabat (Pj.)",
    PlaceKind.PLH: "Pelaksana harian (Plh.)",
    PlaceKind.PERBANTUAN: "Diperbantukan",
}
DEPARTURE_WORDS = {
    DepartureKind.PENSIUN: "Pensiun",
    DepartureKind.MENINGGAL: "Meninggal dunia",
    DepartureKind.BERHENTI: "Berhenti atau diberhentikan",
    DepartureKind.PINDAH_INSTANSI: "Pindah ke instansi lain",
    DepartureKind.CLTN: "Cuti di luar tanggungan negara",
    DepartureKind.DATA: "Tidak ada lagi pada data pegawai",
}


@dataclass(frozen=True, slots=True)
class Grounds:
    """A written cause: its first day, the unit it leads to (0: any), its kind in words, and the document."""

    day: date
    opd_id: int
    kind: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One change of one person. `origin` and `goal` are names of units; empty where there is none."""

    day: date
    asn_id: int
    nama: str
    nip_akhir: str
    movement: Movement
    origin: str
    goal: str
    kind: str
    document: str
    reason: str

    @property
    def person(self) -> str:
        return Linked(self.nama, f"/pegawai/{self.asn_id}")

    @property
    def movement_words(self) -> str:
        return MOVEMENT_WORDS[self.movement]


@dataclass(slots=True)
class UnitMoves:
    """The participants of a unit as the period opened, all that changed since, and those of now, exempt or not."""

    unit: str
    began: int = 0
    joined: int = 0
    arrived: int = 0
    departed: int = 0
    left: int = 0
    returned: int = 0

    @property
    def changed(self) -> bool:
        return any((self.joined, self.arrived, self.departed, self.left, self.returned))

    @property
    def now(self) -> int:
        return self.began + self.joined + self.arrived - self.departed - self.left + self.returned


@dataclass(frozen=True, slots=True)
class Movements:
    period: PeriodFacts
    as_of: datetime
    rows: tuple[Moved, ...]
    units: tuple[UnitMoves, ...]


@dataclass(slots=True)
class Walker:
    """Follows one enrolment through its changes in the order they were written."""

    opd_id: int
    standing: Standing = Standing.WAJIB
    begun: bool = True
    seen: list[tuple[Row[int, datetime, str, int, str, int], Movement, int]] = field(default_factory=list)

    def take(self, row: Row[int, datetime, str, int, str, int]) -> None:
        movement = Movement(row.kind)
        if movement is Movement.RETURNED and self.standing is Standing.BEBAS:
            movement = Movement.OBLIGED
        self.begun = self.begun and movement is not Movement.JOINED
        self.seen.append((row, movement, self.opd_id))
        self.opd_id, self.standing = row.opd_id, STANDING_AFTER.get(row.kind, self.standing)


def read(session: Session, asked: Asked) -> Movements:
    """Read the changes that touch a unit within the reach, the newest first. Raises NotFound."""
    period = read_period(session, asked)
    units = read_unit_names(session, asked)
    enrolled = select(Enrolment.id, Enrolment.opd_id).where(Enrolment.period_id == period.period_id)
    walkers = {row.id: Walker(row.opd_id) for row in session.execute(enrolled)}
    for row in session.execute(select_changes(period)):
        walkers[row.enrolment_id].take(row)
    people, grounds = read_people(session, period), read_grounds(session, period)
    moved = [
        as_moved(row, movement, origin, people[row.enrolment_id], units, grounds.get(row.asn_id, {}), period.zona)
        for walker in walkers.values()
        for row, movement, origin in walker.seen
        if origin in units or row.opd_id in units
    ]
    moved.sort(key=lambda each: (each.day, each.nama), reverse=True)
    return Movements(period, asked.now, tuple(moved), tuple(add_up(walkers.values(), units)))


def read_unit_names(session: Session, asked: Asked) -> dict[int, str]:
    statement = select(Opd.id, Opd.nama).where(Opd.instansi_id == asked.reach.instansi_id)
    if asked.reach.opd_path is not None:
        statement = statement.where(Opd.path.startswith(asked.reach.opd_path, autoescape=True))
    return dict(session.execute(statement.order_by(Opd.path)).all())


def select_changes(period: PeriodFacts) -> Select[int, datetime, str, int, str, int]:
    return (
        select(
            EnrolmentChange.enrolment_id,
            EnrolmentChange.at,
            EnrolmentChange.kind,
            EnrolmentChange.opd_id,
            EnrolmentChange.reason,
            Enrolment.asn_id,
        )
        .join(Enrolment, Enrolment.id == EnrolmentChange.enrolment_id)
        .where(Enrolment.period_id == period.period_id)
        .order_by(EnrolmentChange.at, EnrolmentChange.id)
    )


def changed_people(period: PeriodFacts) -> Select[int]:
    return (
        select(Enrolment.asn_id)
        .join(EnrolmentChange, EnrolmentChange.enrolment_id == Enrolment.id)
        .where(Enrolment.period_id == period.period_id)
    )


def read_people(session: Session, period: PeriodFacts) -> dict[int, tuple[str, str]]:
    """Return enrolment id -> name and last digits of the NIP, for people with changes."""
    statement = (
        select(Enrolment.id, Asn.nama, Asn.nip)
        .join(Asn, Asn.id == Enrolment.asn_id)
        .where(Enrolment.period_id == period.period_id, Asn.id.in_(changed_people(period)))
    )
    return {row.id: (row.nama, last_digits(row.nip)) for row in session.execute(statement)}


def read_grounds(session: Session, period: PeriodFacts) -> dict[int, dict[Movement, list[Grounds]]]:
    """Return ASN id -> the causes that were written, by what they can explain."""
    found: defaultdict[int, dict[Movement, list[Grounds]]] = defaultdict(lambda: defaultdict(list))
    people = changed_people(period)
    places = select(Assignment).where(Assignment.asn_id.in_(people), Assignment.voided_at.is_(None))
    for place in session.scalars(places.order_by(Assignment.valid_from, Assignment.id)):
        if place.kind == PlaceKind.DEFINITIF or place.counted:
            words = PLACE_WORDS[PlaceKind(place.kind)] if place.document or place.reason or place.counted else ""
            cause = Grounds(place.valid_from, place.opd_id, words, place.document)
            found[place.asn_id][Movement.MOVED].append(cause)
    gone = select(Departure).where(Departure.asn_id.in_(people), Departure.voided_at.is_(None))
    for each in session.scalars(gone.order_by(Departure.left_on, Departure.id)):
        words = DEPARTURE_WORDS[DepartureKind(each.kind)]
        found[each.asn_id][Movement.LEFT].append(Grounds(each.left_on, 0, words, each.document))
        if each.returned_on:
            found[each.asn_id][Movement.RETURNED].append(Grounds(each.returned_on, 0, words, ""))
    exempt = (
        select(Enrolment.asn_id, Exemption.at, Exemption.document)
        .join(Exemption, Exemption.enrolment_id == Enrolment.id)
        .where(Enrolment.period_id == period.period_id)
        .order_by(Exemption.id)
    )
    for asn_id, at, document in session.execute(exempt):
        found[asn_id][Movement.EXEMPTED].append(Grounds(local_day(at, period.zona), 0, "", document))
    return found


def as_moved(
    row: Row[int, datetime, str, int, str, int],
    movement: Movement,
    origin: int,
    person: tuple[str, str],
    units: Mapping[int, str],
    grounds: Mapping[Movement, Sequence[Grounds]],
    zona: str,
) -> Moved:
    day = local_day(row.at, zona)
    cause = find_cause(grounds.get(movement, ()), day, row.opd_id)
    stays = movement in {Movement.EXEMPTED, Movement.OBLIGED}
    return Moved(
        day=day,
        asn_id=row.asn_id,
        nama=person[0],
        nip_akhir=person[1],
        movement=movement,
        origin="" if movement in {Movement.JOINED, Movement.RETURNED} else units.get(origin, OUT_OF_REACH),
        goal="" if movement is Movement.LEFT or stays else units.get(row.opd_id, OUT_OF_REACH),
        kind=(cause.kind if cause else "") or ("" if stays else UNSTATED),
        document=cause.document if cause else "",
        reason=row.reason,
    )


def find_cause(grounds: Sequence[Grounds], day: date, opd_id: int) -> Grounds | None:
    """Return the last cause up to a day that leads to a unit: causes come by day."""
    fitting = [each for each in grounds if each.day <= day and each.opd_id in {0, opd_id}]
    return fitting[-1] if fitting else None


def add_up(walkers: Iterable[Walker], units: Mapping[int, str]) -> Iterator[UnitMoves]:
    """Yield a row for each unit that changed, and one for all others together, so that the rows add up."""
    rows = {opd_id: UnitMoves(name) for opd_id, name in units.items()}
    outside = UnitMoves("")
    for walker in walkers:
        first = walker.seen[0][2] if walker.seen else walker.opd_id
        rows.get(first, outside).began += walker.begun
        for row, movement, origin in walker.seen:
            source, goal = rows.get(origin, outside), rows.get(row.opd_id, outside)
            goal.joined += movement is Movement.JOINED
            goal.returned += movement is Movement.RETURNED
            source.left += movement is Movement.LEFT
            if movement is Movement.MOVED:
                goal.arrived += 1
                source.departed += 1
    yield from (row for row in rows.values() if row.changed)
    unchanged = sum(row.began for row in rows.values() if not row.changed)
    if unchanged:
        yield UnitMoves(OTHERS, unchanged)


OUT_OF_REACH = "unit lain"
OTHERS = "Unit tanpa perubahan"
UNSTATED = "data pegawai"
COLUMNS = (
    Column("Tanggal", "day", Kind.DAY, 16),
    Column("Nama", "person", width=36),
    Column("3 angka akhir NIP", "nip_akhir", Kind.DIGITS, 18, absent="tanpa NIP", head="Akhir NIP"),
    Column("Perubahan", "movement_words", width=22),
    Column("Dari", "origin", width=40),
    Column("Ke", "goal", width=40),
    Column("Sebab", "kind", width=32, meaning="Penugasan atau jenis berhentinya; data pegawai: impor atau koreksi."),
    Column("Dokumen", "document", width=28),
    Column("Alasan", "reason", width=48),
)
UNIT_COLUMNS = (
    Column("Unit", "unit", width=44),
    Column("Semula", "began", Kind.COUNT, 12, meaning="Peserta ketika periode dibuka, termasuk yang dibebaskan."),
    Column("Masuk", "joined", Kind.COUNT, 12, meaning="Pegawai baru sejak periode dibuka."),
    Column("Pindah masuk", "arrived", Kind.COUNT, 14),
    Column("Pindah keluar", "departed", Kind.COUNT, 14),
    Column("Keluar", "left", Kind.COUNT, 12, meaning="Pensiun, meninggal, berhenti, pindah instansi, dan cuti."),
    Column("Kembali", "returned", Kind.COUNT, 12),
    Column(
        "Sekarang", "now", Kind.COUNT, 12, meaning="Semula + masuk + pindah masuk - pindah keluar - keluar + kembali."
    ),
)


def tables(found: Movements) -> tuple[Table, ...]:
    listed = tabulate(COLUMNS, found.rows)
    by_unit = tabulate(UNIT_COLUMNS, found.units)
    sums = [sum(getattr(row, column.field) for row in found.units) for column in UNIT_COLUMNS[1:]]
    note = "Peserta setiap unit, yang dibebaskan ikut dihitung, dan perubahannya."
    return listed, Table("Per unit", by_unit.columns, by_unit.rows, total=("Jumlah", *sums), note=note)


def notes(found: Movements) -> Notes:
    counted = Counter(row.movement for row in found.rows)
    return [
        *period_notes(found.period, found.as_of),
        *((words, number(counted[movement])) for movement, words in MOVEMENT_WORDS.items()),
        ("Tanggal", "Sejak kapan perubahan berlaku; yang dicatat terlambat tidak mendahului perubahan sebelumnya."),
    ]


MOVEMENTS = Report(
    code="perpindahan",
    title="Perpindahan peserta",
    permission=Permission.MANAGE_PERIODS,
    read=read,
    tables=tables,
    notes=notes,
    file=lambda found: f"perpindahan-{found.period.kode}",
    whole=True,
    empty="Belum ada perubahan peserta sejak periode ini dibuka.",
)
