"""The dated places of people as rows: the one door that writes them, and their state on a day.

`asn.opd_id`, `asn.active` and `asn.counted_opd_id` are today's state of these rows. `change_people` keeps the rows in
step with what it writes, whoever calls it; `find_due` names the people for whom a day has come since.

Nothing here gives a right: operators reach people through their definitif unit, so a Plt, Pj, Plh or a seconded person
is not within reach of the second unit's operator, who sees of a person counted there what the lists of a period show.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Row, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from netral.database.tables import insert
from netral.organisation.models import Asn, Assignment, Departure, FormerNip, Instansi
from netral.organisation.numbers import last_digits
from netral.organisation.stays import A_DAY, Rearranged, Stay, find_stay, leave_on, settle_in

Values = Mapping[str, Any]
PersonRow = Row[*tuple[Any, ...]]
MOST_AT_ONCE = 5000


class PlaceKind(StrEnum):
    DEFINITIF = "definitif"
    PLT = "plt"
    PJ = "pj"
    PLH = "plh"
    PERBANTUAN = "perbantuan"


class DepartureKind(StrEnum):
    """Why somebody left. `DATA`: they were no longer on the roster, and nobody said why."""

    PENSIUN = "pensiun"
    MENINGGAL = "meninggal"
    BERHENTI = "berhenti"
    PINDAH_INSTANSI = "pindah-instansi"
    CLTN = "cltn"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Note:
    """The grounds that an officer gives, with the writer and the time."""

    now: datetime
    by: int | None = None
    document: str = ""
    reason: str = ""

    @property
    def values(self) -> dict[str, Any]:
        return {"document": self.document, "reason": self.reason, "at": self.now, "by_user_id": self.by}


@dataclass(frozen=True, slots=True)
class Due:
    """A person whose row in `asn` is not yet what their dated places say of today.

    `values`: columns of `Asn`; `since`: the day from which they hold; `reason` as the officer wrote it.
    """

    asn_id: int
    values: Values
    since: date
    reason: str


def keep_places(session: Session, changes: Sequence[tuple[int, Values]], *, now: datetime) -> None:
    """Bring the dated rows into line with columns of `asn` that are about to be written, as from today.

    A row that says so already, because the change was planned, is left as it is.
    """
    wanted = {asn_id: values for asn_id, values in changes if values.keys() & {"opd_id", "active", "nip"}}
    ids = list(wanted)
    for start in range(0, len(ids), MOST_AT_ONCE):
        people = read_people(session, ids[start : start + MOST_AT_ONCE])
        keep_former_nips(session, [(row, wanted[row.id]) for row in people], now=now)
        moving = [row for row in people if wanted[row.id].keys() & {"opd_id", "active"}]
        if moving:
            keep_stays(session, moving, wanted, now=now)


def read_people(session: Session, asn_ids: Sequence[int]) -> Sequence[PersonRow]:
    columns = (Asn.id, Asn.instansi_id, Asn.opd_id, Asn.active, Asn.nip, Asn.created_at, Instansi.zona)
    statement = select(*columns).join(Instansi, Instansi.id == Asn.instansi_id)
    return session.execute(statement.where(Asn.id.in_(asn_ids)).order_by(Asn.id)).all()


def keep_former_nips(session: Session, people: Iterable[tuple[PersonRow, Values]], *, now: datetime) -> None:
    rows = [
        {"instansi_id": row.instansi_id, "asn_id": row.id, "ending": last_digits(row.nip), "replaced_at": now}
        for row, values in people
        if row.nip and values.get("nip", row.nip) != row.nip
    ]
    if rows:
        session.execute(insert(session, FormerNip), rows)


def keep_stays(session: Session, people: Sequence[PersonRow], wanted: Mapping[int, Values], *, now: datetime) -> None:
    stays = read_all_stays(session, people)
    note, changed, leaving, back = Note(now), {}, [], []
    for row in people:
        today, own = local_day(now, row.zona), stays.get(row.id, ())
        values = {"active": row.active, "opd_id": row.opd_id, **wanted[row.id]}
        if not values["active"]:
            changed[row.id] = leave_on(own, today) if find_stay(own, today) else Rearranged()
            leaving += [(row, today)] if row.active else []
        elif not row.active or values["opd_id"] != row.opd_id:
            changed[row.id] = settle_in(own, values["opd_id"], today)
            back += [(row.id, today)] if not row.active else []
    rearrange(session, {row.id: row.instansi_id for row in people}, changed, note)
    end_others(session, [(row.id, today) for row, today in leaving], now=now)
    note_departures(session, leaving, note)
    end_departures(session, back, now=now)


def read_all_stays(session: Session, people: Sequence[PersonRow]) -> dict[int, tuple[Stay, ...]]:
    """Return ASN id -> the definitif stays, after writing a first one for active people who have none."""
    stays = read_stays(session, [row.id for row in people])
    missing = [row for row in people if row.active and not stays.get(row.id)]
    if not missing:
        return stays
    session.execute(insert(session, Assignment), [first_stay(row) for row in missing])
    return read_stays(session, [row.id for row in people])


def first_stay(row: PersonRow) -> dict[str, Any]:
    """Return the first place of a person whom nothing but their entry in `asn` places."""
    return stay_values(row.instansi_id, row.id, Stay(0, row.opd_id, local_day(row.created_at, row.zona), None)) | {
        "at": row.created_at
    }


def stay_values(instansi_id: int, asn_id: int, stay: Stay) -> dict[str, Any]:
    blank = {"counted": False, "document": "", "reason": "", "by_user_id": None}
    own = {"opd_id": stay.opd_id, "valid_from": stay.first, "valid_to": stay.last}
    return {"instansi_id": instansi_id, "asn_id": asn_id, "kind": PlaceKind.DEFINITIF.value} | blank | own


def write_first_stays(session: Session, instansi_id: int, *, last: int, now: datetime) -> None:
    """Place the people whose ids are greater than `last` where their entry says, from today on."""
    zona = session.scalars(select(Instansi.zona).where(Instansi.id == instansi_id)).one()
    columns: dict[str, Any] = {
        "instansi_id": Asn.instansi_id,
        "asn_id": Asn.id,
        "opd_id": Asn.opd_id,
        "kind": literal(PlaceKind.DEFINITIF.value),
        "valid_from": literal(local_day(now, zona), Date),
        "counted": literal(value=False),
        "document": literal(""),
        "reason": literal(""),
        "at": literal(now, Assignment.at.type),
    }
    people = select(*columns.values()).where(Asn.instansi_id == instansi_id, Asn.id > last, Asn.active.is_(True))
    session.execute(insert(session, Assignment).from_select(list(columns), people))


def read_stays(session: Session, asn_ids: Sequence[int]) -> dict[int, tuple[Stay, ...]]:
    """Return ASN id -> the definitif stays, by day."""
    columns = (Assignment.asn_id, Assignment.id, Assignment.opd_id, Assignment.valid_from, Assignment.valid_to)
    statement = select(*columns).where(Assignment.asn_id.in_(asn_ids), is_definitif(Assignment))
    found: defaultdict[int, list[Stay]] = defaultdict(list)
    for row in session.execute(statement.order_by(Assignment.asn_id, Assignment.valid_from)):
        found[row.asn_id].append(Stay(row.id, row.opd_id, row.valid_from, row.valid_to))
    return {asn_id: tuple(stays) for asn_id, stays in found.items()}


def is_definitif(table: Any) -> Any:
    return (table.kind == PlaceKind.DEFINITIF.value) & table.voided_at.is_(None)


def rearrange(session: Session, instansi_ids: Mapping[int, int], changed: Mapping[int, Rearranged], note: Note) -> None:
    """Write the changes of people's stays, by ASN id; what ends is written first, so that no two overlap."""
    voided = [stay_id for each in changed.values() for stay_id in each.voided]
    if voided:
        session.execute(update(Assignment).where(Assignment.id.in_(voided)).values(voided_at=note.now))
    ending = [{"id": stay_id, "valid_to": day} for each in changed.values() for stay_id, day in each.ending.items()]
    if ending:
        session.execute(update(Assignment), ending)
    added = [
        stay_values(instansi_ids[asn_id], asn_id, each.added) | note.values
        for asn_id, each in changed.items()
        if each.added
    ]
    if added:
        session.execute(insert(session, Assignment), added)


def end_others(session: Session, leaving: Iterable[tuple[int, date]], *, now: datetime) -> None:
    """End Plt, Pj, Plh and secondments of people who leave: nothing of that kind outlasts the service."""
    for day, asn_ids in by_day(leaving).items():
        others = (Assignment.asn_id.in_(asn_ids), Assignment.kind != PlaceKind.DEFINITIF.value)
        standing = (*others, Assignment.voided_at.is_(None))
        session.execute(update(Assignment).where(*standing, Assignment.valid_from >= day).values(voided_at=now))
        until = or_(Assignment.valid_to.is_(None), Assignment.valid_to >= day)
        session.execute(
            update(Assignment).where(*standing, Assignment.valid_from < day, until).values(valid_to=day - A_DAY)
        )


def by_day(people: Iterable[tuple[int, date]]) -> dict[date, list[int]]:
    """Group people by their day, so that each day takes one statement: people of one instansi share it."""
    found: defaultdict[date, list[int]] = defaultdict(list)
    for asn_id, day in people:
        found[day].append(asn_id)
    return found


def write_departure(
    session: Session, *, instansi_id: int, asn_id: int, kind: DepartureKind, day: date, note: Note
) -> None:
    """Write that a person leaves on a day; another departure that was not yet over is void."""
    session.execute(
        update(Departure).where(Departure.asn_id == asn_id, is_gone(Departure)).values(voided_at=note.now),
    )
    values = {"instansi_id": instansi_id, "asn_id": asn_id, "kind": kind.value, "left_on": day}
    session.execute(insert(session, Departure).values(values | note.values))


def note_departures(session: Session, leaving: Sequence[tuple[PersonRow, date]], note: Note) -> None:
    """Write that people left without a stated kind, unless an officer stated one."""
    known = {
        asn_id
        for start in range(0, len(leaving), MOST_AT_ONCE)
        for asn_id in session.scalars(
            select(Departure.asn_id).where(
                Departure.asn_id.in_([row.id for row, _ in leaving[start : start + MOST_AT_ONCE]]), is_gone(Departure)
            )
        )
    }
    rows = [
        {"instansi_id": row.instansi_id, "asn_id": row.id, "kind": DepartureKind.DATA.value, "left_on": day}
        | note.values
        for row, day in leaving
        if row.id not in known
    ]
    if rows:
        session.execute(insert(session, Departure), rows)


def list_stated_departures(session: Session, *, instansi_id: int) -> dict[int, date]:
    """Return ASN id -> the day of leaving, for people whose departure an officer entered: no file undoes that."""
    statement = select(Departure.asn_id, Departure.left_on).where(
        Departure.instansi_id == instansi_id, is_gone(Departure), Departure.kind != DepartureKind.DATA.value
    )
    return dict(session.execute(statement).all())


def is_gone(table: Any) -> Any:
    return table.voided_at.is_(None) & table.returned_on.is_(None)


def end_departures(session: Session, back: Iterable[tuple[int, date]], *, now: datetime) -> None:
    """End the departures of people who are back from a day on; one of that very day never took effect."""
    for day, asn_ids in by_day(back).items():
        open_ones = (Departure.asn_id.in_(asn_ids), is_gone(Departure))
        session.execute(update(Departure).where(*open_ones, Departure.left_on >= day).values(voided_at=now))
        session.execute(update(Departure).where(*open_ones, Departure.left_on < day).values(returned_on=day))


def find_due(session: Session, *, instansi_id: int, today: date, asn_id: int | None = None) -> tuple[Due, ...]:
    """Return the people whose entry differs from their dated places of today; people without any are left alone."""
    home, away = aliased(Assignment), aliased(Assignment)
    statement = (
        select(Asn.id, Asn.opd_id, Asn.active, Asn.counted_opd_id, home.opd_id.label("home"), away.opd_id.label("away"))
        .outerjoin(home, (home.asn_id == Asn.id) & is_definitif(home) & holds(home, today))
        .outerjoin(
            away, (away.asn_id == Asn.id) & away.counted.is_(True) & away.voided_at.is_(None) & holds(away, today)
        )
        .where(Asn.instansi_id == instansi_id, exists().where(Assignment.asn_id == Asn.id))
        .where(
            (Asn.active != home.id.is_not(None))
            | (home.id.is_not(None) & (home.opd_id != Asn.opd_id))
            | Asn.counted_opd_id.is_distinct_from(away.opd_id)
        )
    )
    if asn_id is not None:
        statement = statement.where(Asn.id == asn_id)
    return tuple(as_due(session, row, today) for row in session.execute(statement.order_by(Asn.id)).all())


def holds(table: Any, day: date) -> Any:
    return (table.valid_from <= day) & (func.coalesce(table.valid_to, day) >= day)


def as_due(session: Session, row: PersonRow, today: date) -> Due:
    values = {"active": row.home is not None, "opd_id": row.home or row.opd_id, "counted_opd_id": row.away}
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    since, reason = find_grounds(session, row.id, today)
    return Due(row.id, changed, since, reason)


def find_grounds(session: Session, asn_id: int, today: date) -> tuple[date, str]:
    """Return the day up to today on which the places of a person changed last, and why."""
    dated: list[tuple[date, str]] = [(date.min, "")]
    places = select(Assignment).where(Assignment.asn_id == asn_id, Assignment.voided_at.is_(None))
    for place in session.scalars(places.order_by(Assignment.id)):
        if place.kind == PlaceKind.DEFINITIF or place.counted:
            dated.append((place.valid_from, place.reason))
            dated += [(place.valid_to + A_DAY, "")] if place.valid_to else []
    gone = select(Departure).where(Departure.asn_id == asn_id, Departure.voided_at.is_(None))
    dated += [(departure.left_on, departure.reason) for departure in session.scalars(gone.order_by(Departure.id))]
    return max((day, reason) for day, reason in dated if day <= today)


def local_day(at: datetime, zona: str) -> date:
    return at.astimezone(ZoneInfo(zona)).date()
