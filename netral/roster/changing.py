"""Changes of one person's place that an officer enters, and the day on which a planned one takes effect.

Every change is written as dated rows first. `bring_up_to_date` then carries today's state of the rows into the entry of
the person, their roles, and the periods that are not over: at once for a day that has come, else by the sweep of that
day. Only BKPSDM enters changes; who sees a person is said in `netral/organisation/membership.py`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.tables import insert
from netral.errors import NetralError, NotFound
from netral.learning.periods.models import Enrolment, Period
from netral.organisation.careers import Absence, Career, CountedElsewhere, Intent, Place, Wish, judge, read_career
from netral.organisation.instansi import lock_instansi
from netral.organisation.membership import (
    DepartureKind,
    Due,
    Note,
    PlaceKind,
    end_departures,
    end_others,
    find_due,
    local_day,
    read_all_stays,
    read_people,
    rearrange,
    write_departure,
)
from netral.organisation.models import Asn, Assignment, Departure, Instansi, Opd
from netral.organisation.numbers import mask_nik
from netral.organisation.stays import A_DAY, Rearranged, carry_out, find_stay, take_back
from netral.organisation.writing import change_people
from netral.roster.following import Dated, follow_roster
from netral.versions import check_version


class ChangeReasonMissing(NetralError):
    """A change of a person's place needs a reason."""


class NotPlanned(NetralError):
    """Only what has not yet begun can be withdrawn; the rest is ended or followed by another change."""


class PeriodEffect(StrEnum):
    """The effect of a change in a period. `OVER`: none, since the period closes before the day comes."""

    JOINS = "joins"
    MOVES = "moves"
    LEAVES = "leaves"
    RETURNS = "returns"
    NOTHING = "nothing"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The effect of a change in one period."""

    nama: str
    effect: PeriodEffect
    completed: bool


ACTIONS = {
    Intent.MOVE: "person.moved",
    Intent.ASSIGN: "person.assigned",
    Intent.LEAVE: "person.left",
    Intent.RETURN: "person.returned",
}


def get_career(session: Session, *, instansi_id: int | None, asn_id: int) -> Career:
    """Return the career of a person of this instansi. Raises NotFound."""
    if session.scalar(select(Asn.id).where(Asn.id == asn_id, Asn.instansi_id == instansi_id)) is None:
        raise NotFound("asn", asn_id)
    return read_career(session, asn_id=asn_id)


def foresee(session: Session, career: Career, wish: Wish, *, now: datetime) -> tuple[Foreseen, ...]:
    """Return what a change would do in each period that is not over. Raises the errors of `judge`."""
    today = local_day(now, career.zona)
    effective = max(wish.day, today)
    after = carry_out(career.stays, judge(career, wish, today=today))
    home = find_stay(after, effective)
    away = next((place.opd_id for place in career.places if place.counted and place.stay.holds(effective)), None)
    if wish.intent is Intent.ASSIGN and wish.counted and (wish.last is None or wish.last >= effective):
        away = wish.opd_id
    wanted = None if home is None else away or home.opd_id
    columns = (Period.nama, Period.closes_at, Enrolment.current_opd_id, Enrolment.standing, Enrolment.completed_at)
    statement = (
        select(*columns)
        .outerjoin(Enrolment, (Enrolment.period_id == Period.id) & (Enrolment.asn_id == career.asn_id))
        .where(Period.instansi_id == career.instansi_id, Period.closes_at > now)
        .order_by(Period.number)
    )
    begins = first_instant(effective, career.zona)
    return tuple(
        Foreseen(
            row.nama,
            PeriodEffect.OVER
            if row.closes_at <= begins
            else tell_effect(wanted, present=row.current_opd_id, standing=row.standing),
            row.completed_at is not None,
        )
        for row in session.execute(statement)
    )


def tell_effect(wanted: int | None, *, present: int | None, standing: str | None) -> PeriodEffect:
    if wanted is None:
        return PeriodEffect.LEAVES if standing not in {None, "keluar"} else PeriodEffect.NOTHING
    if present is None:
        return PeriodEffect.JOINS
    if standing == "keluar":
        return PeriodEffect.RETURNS
    return PeriodEffect.MOVES if wanted != present else PeriodEffect.NOTHING


def change_place(session: Session, act: Act, *, asn_id: int, wish: Wish, version: str | None = None) -> bool:
    """Write a change and, if its day has come, its effects; return whether it has. `version`: of the shown career.

    Raises NotFound, ChangeReasonMissing, Outdated, and the errors of `judge`.
    """
    if not wish.reason.strip():
        raise ChangeReasonMissing
    career = lock_career(session, act, asn_id=asn_id, version=version)
    today = local_day(act.now, career.zona)
    changes = judge(career, wish, today=today)
    note = Note(act.now, act.actor_id, mask_nik(wish.document.strip()), mask_nik(wish.reason.strip()))
    rearrange(session, {asn_id: career.instansi_id}, {asn_id: changes}, note)
    if wish.intent is Intent.ASSIGN:
        write_further_place(session, career, wish, note)
    elif wish.intent is Intent.LEAVE:
        end_others(session, [(asn_id, wish.day)], now=act.now)
        kind = DepartureKind(wish.kind)
        write_departure(session, instansi_id=career.instansi_id, asn_id=asn_id, kind=kind, day=wish.day, note=note)
    elif wish.intent is Intent.RETURN:
        end_departures(session, [(asn_id, wish.day)], now=act.now)
    unit = session.scalar(select(Opd.kode).where(Opd.id == wish.opd_id)) or ""
    said = {"day": wish.day.isoformat(), "kode": unit, "kind": wish.kind, "document": note.document}
    detail = {name: text for name, text in said.items() if text} | {"reason": note.reason}
    record(session, act, action=ACTIONS[wish.intent], object_kind="asn", object_id=asn_id, detail=detail)
    bring_up_to_date(session, act, asn_id=asn_id)
    return wish.day <= today


def lock_career(session: Session, act: Act, *, asn_id: int, version: str | None) -> Career:
    """Return the career once nobody else can change it, with its first place written. Raises NotFound, Outdated."""
    lock_instansi(session, act.instansi_id)
    check_version(version, *get_career(session, instansi_id=act.instansi_id, asn_id=asn_id).shown)
    read_all_stays(session, read_people(session, [asn_id]))
    return read_career(session, asn_id=asn_id)


def write_further_place(session: Session, career: Career, wish: Wish, note: Note) -> None:
    values = {
        "instansi_id": career.instansi_id,
        "asn_id": career.asn_id,
        "opd_id": wish.opd_id,
        "kind": PlaceKind(wish.kind).value,
        "valid_from": wish.day,
        "valid_to": wish.last,
        "counted": wish.counted and wish.kind == PlaceKind.PERBANTUAN,
    }
    session.execute(insert(session, Assignment).values(values | note.values))


def end_place(
    session: Session, act: Act, *, asn_id: int, place_id: int, last: date, version: str | None = None
) -> None:
    """Let a further place end on a day; one that ends before it begins is void.

    Raises NotFound, Outdated, or CountedElsewhere if it would reach into another secondment that counts the person.
    """
    career = lock_career(session, act, asn_id=asn_id, version=version)
    place = find_place(career, place_id)
    if place.kind is PlaceKind.DEFINITIF:
        raise NotFound("tugas", place_id)
    others = (each for each in career.places if each.counted and each.id != place_id and each.first > place.first)
    if place.counted and any(each.first <= last for each in others):
        raise CountedElsewhere(last)
    values = {"valid_to": last} if last >= place.first else {"voided_at": act.now}
    session.execute(update(Assignment).where(Assignment.id == place_id).values(values))
    detail = {"day": last.isoformat(), "kind": place.kind.value}
    record(session, act, action="person.place_ended", object_kind="asn", object_id=asn_id, detail=detail)
    bring_up_to_date(session, act, asn_id=asn_id)


def find_place(career: Career, place_id: int) -> Place:
    found = next((place for place in career.places if place.id == place_id), None)
    if found is None:
        raise NotFound("tempat", place_id)
    return found


def withdraw_plan(
    session: Session, act: Act, *, asn_id: int, place_id: int = 0, absence_id: int = 0, version: str | None = None
) -> None:
    """Withdraw a planned place or departure; what it would have ended goes on.

    Raises NotFound, NotPlanned or Outdated.
    """
    career = lock_career(session, act, asn_id=asn_id, version=version)
    today, note = local_day(act.now, career.zona), Note(act.now, act.actor_id)
    if place_id:
        withdraw_place(session, career, find_place(career, place_id), today, note)
    else:
        absence = next((each for each in career.absences if each.id == absence_id), None)
        if absence is None:
            raise NotFound("berhenti", absence_id)
        withdraw_departure(session, career, absence, today, note)
    record(session, act, action="person.plan_withdrawn", object_kind="asn", object_id=asn_id)
    bring_up_to_date(session, act, asn_id=asn_id)


def withdraw_place(session: Session, career: Career, place: Place, today: date, note: Note) -> None:
    if place.first <= today:
        raise NotPlanned(place.id)
    changes = Rearranged((place.id,))
    returned = next((each for each in career.absences if each.returned_on == place.first), None)
    if place.kind is PlaceKind.DEFINITIF:
        changes = take_back(career.stays, place.stay)
        if returned is not None:
            session.execute(update(Departure).where(Departure.id == returned.id).values(returned_on=None))
    rearrange(session, {career.asn_id: career.instansi_id}, {career.asn_id: changes}, note)


def withdraw_departure(session: Session, career: Career, absence: Absence, today: date, note: Note) -> None:
    if absence.left_on <= today:
        raise NotPlanned(absence.id)
    session.execute(update(Departure).where(Departure.id == absence.id).values(voided_at=note.now))
    ended = next((stay for stay in career.stays if stay.last == absence.left_on - A_DAY), None)
    if ended is not None:
        until = min((stay.first for stay in career.stays if stay.first > ended.first), default=None)
        changes = Rearranged(ending={ended.id: until - A_DAY if until else None})
        rearrange(session, {career.asn_id: career.instansi_id}, {career.asn_id: changes}, note)


def bring_up_to_date(session: Session, act: Act, *, asn_id: int | None = None) -> tuple[Due, ...]:
    """Carry today's state of the dated places into entries, roles and open periods; return the people it was due for.

    Calling it twice has no further effect. Of one person, or of the whole instansi of the act.
    """
    instansi = session.get_one(Instansi, act.instansi_id)
    today = local_day(act.now, instansi.zona)
    if not find_due(session, instansi_id=instansi.id, today=today, asn_id=asn_id):
        return ()  # most rounds of the sweep, which then lock nothing
    lock_instansi(session, instansi.id)
    due = find_due(session, instansi_id=instansi.id, today=today, asn_id=asn_id)
    change_people(session, [(each.asn_id, each.values) for each in due], now=act.now)
    for each in due:
        if asn_id is None:
            detail = {"day": each.since.isoformat()}
            record(session, act, action="person.day_came", object_kind="asn", object_id=each.asn_id, detail=detail)
    follow_dated(session, act, due, zona=instansi.zona)
    return due


def follow_dated(session: Session, act: Act, due: Sequence[Due], *, zona: str) -> None:
    """Let the periods follow, each change dated on its own day."""
    groups: defaultdict[tuple[date, str], list[int]] = defaultdict(list)
    for each in due:
        groups[each.since, each.reason].append(each.asn_id)
    for (since, reason), asn_ids in sorted(groups.items()):
        begins = min(first_instant(since, zona), act.now)
        dated = Dated(tuple(asn_ids), begins, reason)
        follow_roster(session, instansi_id=act.chain, now=act.now, by=act.actor_id, dated=dated)


def first_instant(day: date, zona: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zona))
