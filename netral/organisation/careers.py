"""One person's dated places, absences and former NIP, and the changes of them that an officer may wish for.

Judging a wish is pure: `judge` is given the career as it stands and returns what has to be written.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.errors import NetralError, NotFound
from netral.organisation.membership import DepartureKind, PlaceKind, local_day, read_people
from netral.organisation.models import Assignment, Departure, FormerNip, Opd
from netral.organisation.stays import NEW, Rearranged, Stay, find_stay, leave_on, settle_in
from netral.versions import version_of

FURTHEST = timedelta(days=731)


class NotServing(NetralError):
    """The person has no place on that day; the argument is the day."""


class BeforeHistory(NetralError):
    """Nothing is known of the person before a day, the argument."""


class DayTooFar(NetralError):
    """The day is more than two years ahead; the argument is the latest possible day."""


class AlreadyThere(NetralError):
    """The person has this place on that day already."""


class StillServing(NetralError):
    """The person has a place on that day, so they cannot return."""


class CountedElsewhere(NetralError):
    """Another secondment counts the person on some of these days already."""


class DaysReversed(NetralError):
    """The last day comes before the first."""


class Intent(StrEnum):
    MOVE = "pindah"
    ASSIGN = "tugas"
    LEAVE = "berhenti"
    RETURN = "kembali"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A change that an officer asks for, from `day` on.

    `kind`: of the place (`PlaceKind`) when one is assigned, of the departure (`DepartureKind`) when the person leaves.
    """

    intent: Intent
    day: date
    opd_id: int = 0
    kind: str = ""
    last: date | None = None
    counted: bool = False
    document: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A dated place with its unit in words."""

    id: int
    opd_id: int
    unit: str
    kind: PlaceKind
    first: date
    last: date | None
    counted: bool
    document: str
    reason: str

    @property
    def stay(self) -> Stay:
        return Stay(self.id, self.opd_id, self.first, self.last)


@dataclass(frozen=True, slots=True)
class Absence:
    """A departure. `returned_on`: the first day back, none while nobody knows of one."""

    id: int
    kind: DepartureKind
    left_on: date
    returned_on: date | None
    document: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Career:
    """All that is dated about one person; places and absences by day. `former_nips`: last digits, and until when."""

    asn_id: int
    instansi_id: int
    zona: str
    known_since: date
    places: tuple[Place, ...]
    absences: tuple[Absence, ...]
    former_nips: tuple[tuple[str, datetime], ...]

    @property
    def stays(self) -> tuple[Stay, ...]:
        return tuple(place.stay for place in self.places if place.kind is PlaceKind.DEFINITIF)

    @property
    def shown(self) -> tuple[list[object], list[object]]:
        """Return all places and absences with their days, of which the version is a digest."""
        places = [[each.kind, each.opd_id, str(each.first), str(each.last), each.counted] for each in self.places]
        return [*places], [[each.kind, str(each.left_on), str(each.returned_on)] for each in self.absences]

    @property
    def version(self) -> str:
        return version_of(*self.shown)

    def counted_in(self, day: date) -> int | None:
        """Return the unit that counts the person on a day, none when they do not serve."""
        home = find_stay(self.stays, day)
        away = next((place.opd_id for place in self.places if place.counted and place.stay.holds(day)), None)
        return None if home is None else away or home.opd_id


def read_career(session: Session, *, asn_id: int) -> Career:
    """Return a career. A person whom only their entry places has one place, from the day they were entered on.

    The caller knows that the person is within reach. Raises NotFound.
    """
    rows = read_people(session, [asn_id])
    if not rows:
        raise NotFound("asn", asn_id)
    (row,) = rows
    places = list_places(session, asn_id)
    entered = local_day(row.created_at, row.zona)
    definitif = [place.first for place in places if place.kind is PlaceKind.DEFINITIF]
    if not definitif and row.active:
        unit = session.scalars(select(Opd.nama).where(Opd.id == row.opd_id)).one()
        places = (
            Place(NEW, row.opd_id, unit, PlaceKind.DEFINITIF, entered, None, counted=False, document="", reason=""),
        )
    old = select(FormerNip.ending, FormerNip.replaced_at).where(FormerNip.asn_id == asn_id)
    return Career(
        asn_id=asn_id,
        instansi_id=row.instansi_id,
        zona=row.zona,
        known_since=min(definitif, default=entered),
        places=places,
        absences=list_absences(session, asn_id),
        former_nips=tuple((ending, at) for ending, at in session.execute(old.order_by(FormerNip.id))),
    )


def list_places(session: Session, asn_id: int) -> tuple[Place, ...]:
    """List the places that hold, held or will hold, by day."""
    statement = (
        select(
            Assignment.id,
            Assignment.opd_id,
            Opd.nama,
            Assignment.kind,
            Assignment.valid_from,
            Assignment.valid_to,
            Assignment.counted,
            Assignment.document,
            Assignment.reason,
        )
        .join(Opd, Opd.id == Assignment.opd_id)
        .where(Assignment.asn_id == asn_id, Assignment.voided_at.is_(None))
        .order_by(Assignment.valid_from, Assignment.id)
    )
    return tuple(as_place(*row) for row in session.execute(statement))


def as_place(place_id: int, opd_id: int, unit: str, kind: str, *rest: Any) -> Place:
    return Place(place_id, opd_id, unit, PlaceKind(kind), *rest)


def list_absences(session: Session, asn_id: int) -> tuple[Absence, ...]:
    columns = (Departure.id, Departure.kind, Departure.left_on, Departure.returned_on)
    statement = select(*columns, Departure.document, Departure.reason).where(
        Departure.asn_id == asn_id, Departure.voided_at.is_(None)
    )
    rows = session.execute(statement.order_by(Departure.left_on, Departure.id))
    return tuple(Absence(row.id, DepartureKind(row.kind), *row[2:]) for row in rows)


def judge(career: Career, wish: Wish, *, today: date) -> Rearranged:
    """Return the changes of the definitif places that a wish means; none for a further place.

    Raises NotServing, BeforeHistory, DayTooFar, DaysReversed, AlreadyThere, StillServing or CountedElsewhere.
    """
    if wish.day > today + FURTHEST:
        raise DayTooFar(today + FURTHEST)
    if wish.day < career.known_since:
        raise BeforeHistory(career.known_since)
    present = find_stay(career.stays, wish.day)
    if wish.intent is Intent.RETURN:
        if present is not None:
            raise StillServing(wish.day)
        return settle_in(career.stays, wish.opd_id, wish.day)
    if present is None:
        raise NotServing(wish.day)
    if wish.intent is Intent.LEAVE:
        return leave_on(career.stays, wish.day)
    if present.opd_id == wish.opd_id and (wish.intent is Intent.MOVE or wish.kind == PlaceKind.PERBANTUAN):
        raise AlreadyThere(wish.day)
    if wish.intent is Intent.MOVE:
        return settle_in(career.stays, wish.opd_id, wish.day)
    check_further_place(career, wish)
    return Rearranged()


def check_further_place(career: Career, wish: Wish) -> None:
    if wish.last is not None and wish.last < wish.day:
        raise DaysReversed(wish.day)
    meanwhile = [place for place in career.places if overlaps(place, wish)]
    if any((place.kind, place.opd_id) == (wish.kind, wish.opd_id) for place in meanwhile):
        raise AlreadyThere(wish.day)
    if wish.counted and any(place.counted for place in meanwhile):
        raise CountedElsewhere(wish.day)


def is_done(career: Career, wish: Wish) -> bool:
    """Return whether exactly this change was written already, as after pressing a button twice."""
    if wish.intent is Intent.LEAVE:
        return any((each.kind, each.left_on) == (wish.kind, wish.day) for each in career.absences)
    kind = wish.kind if wish.intent is Intent.ASSIGN else PlaceKind.DEFINITIF
    wanted = (kind, wish.opd_id, wish.day, wish.reason)
    return any((each.kind, each.opd_id, each.first, each.reason) == wanted for each in career.places)


def overlaps(place: Place, wish: Wish) -> bool:
    return (wish.last is None or place.first <= wish.last) and (place.last is None or wish.day <= place.last)
