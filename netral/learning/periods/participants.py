"""The people of a period: names and standing, never scores; and where each of them counted on a given day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from netral.database.paging import Page, paginate
from netral.errors import NotFound
from netral.learning.periods.enrolments import Standing
from netral.learning.periods.models import CompletionTally, Enrolment, EnrolmentChange, Exemption, Period
from netral.organisation.models import NIP_AKHIR, Asn, Opd
from netral.organisation.searching import finds


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A participant. `nip_akhir`: the last three digits, empty without a NIP.

    `document`: the number of the exemption's document; `exempt_until`: its last day, none if it is open or they are not
    exempt.
    """

    asn_id: int
    enrolment_id: int
    nama: str
    nip_akhir: str
    unit: str
    standing: Standing
    extra_time_percent: int
    extra_attempts: int
    completed_at: datetime | None
    document: str
    exempt_until: date | None


@dataclass(frozen=True, slots=True)
class DatedChange:
    """A change with its day: masuk, pindah, keluar, bebas or kembali; `unit` is where the person counts afterwards."""

    at: datetime
    kind: str
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class HeadCount:
    wajib: int = 0
    exempt: int = 0
    completed: int = 0


def list_participants(
    session: Session,
    *,
    instansi_id: int,
    period_id: int,
    words: str = "",
    standing: Standing | None = None,
    undocumented: bool = False,
    page: int = 1,
) -> Page[Participant]:
    """List participants by name; `words` are searched as `finds` does. `undocumented`: exempt without a document."""
    statement = select_participants(instansi_id=instansi_id, period_id=period_id).where(finds(words))
    if standing is not None:
        statement = statement.where(Enrolment.standing == standing.value)
    if undocumented:
        without = func.coalesce(Exemption.document, "") == ""
        statement = statement.where(Enrolment.standing == Standing.BEBAS.value, without)
    found = paginate(session, statement.order_by(Asn.nama, Asn.id), number=page)
    return found.map(as_participant)


def get_participant(session: Session, *, instansi_id: int, period_id: int, asn_id: int) -> Participant:
    """Return a participant. Raises NotFound."""
    statement = select_participants(instansi_id=instansi_id, period_id=period_id).where(Asn.id == asn_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound(asn_id)
    return as_participant(row)


def select_participants(*, instansi_id: int, period_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Asn.id.label("asn_id"),
            Enrolment.id.label("enrolment_id"),
            Asn.nama,
            NIP_AKHIR,
            Opd.nama.label("unit"),
            Enrolment.standing,
            Enrolment.extra_time_percent,
            Enrolment.extra_attempts,
            Enrolment.completed_at,
            func.coalesce(Exemption.document, "").label("document"),
            Exemption.valid_to.label("exempt_until"),
        )
        .join(Enrolment, Enrolment.asn_id == Asn.id)
        .join(Opd, Opd.id == Enrolment.current_opd_id)
        .outerjoin(
            Exemption,
            (Exemption.enrolment_id == Enrolment.id)
            & Exemption.ended_at.is_(None)
            & (Enrolment.standing == Standing.BEBAS.value),
        )
        .where(Enrolment.instansi_id == instansi_id, Enrolment.period_id == period_id)
    )


def as_participant(row: Row[*tuple[Any, ...]]) -> Participant:
    return Participant(**(row._asdict() | {"standing": Standing(row.standing)}))


def list_changes(session: Session, *, enrolment_id: int) -> tuple[DatedChange, ...]:
    """List the changes since the period opened, the newest first."""
    statement = (
        select(EnrolmentChange.at, EnrolmentChange.kind, Opd.nama, EnrolmentChange.reason)
        .join(Opd, Opd.id == EnrolmentChange.opd_id)
        .where(EnrolmentChange.enrolment_id == enrolment_id)
        .order_by(EnrolmentChange.at.desc(), EnrolmentChange.id.desc())
    )
    return tuple(DatedChange(*row) for row in session.execute(statement))


def count_participants(session: Session, *, instansi_id: int) -> dict[int, HeadCount]:
    """Return period id -> numbers of people, for every period of the instansi."""
    obliged = CompletionTally.standing == Standing.WAJIB.value
    people = func.sum(CompletionTally.people)
    statement = (
        select(
            CompletionTally.period_id,
            func.coalesce(people.filter(obliged), 0),
            func.coalesce(people.filter(CompletionTally.standing == Standing.BEBAS.value), 0),
            func.coalesce(people.filter(obliged & CompletionTally.completed), 0),
        )
        .join(Period, Period.id == CompletionTally.period_id)
        .where(Period.instansi_id == instansi_id)
        .group_by(CompletionTally.period_id)
    )
    return {
        period_id: HeadCount(wajib=due, exempt=exempt, completed=done)
        for period_id, due, exempt, done in session.execute(statement)
    }


STANDING_AFTER = {
    "masuk": Standing.WAJIB,
    "kembali": Standing.WAJIB,
    "bebas": Standing.BEBAS,
    "keluar": Standing.KELUAR,
}


@dataclass(frozen=True, slots=True)
class Change:
    """A change by ids: masuk, pindah, keluar, bebas or kembali; `opd_id` is where the person counts afterwards."""

    at: datetime
    kind: str
    opd_id: int


@dataclass(frozen=True, slots=True)
class Place:
    opd_id: int
    standing: Standing


def place_at(*, opd_id: int, joined_at: datetime, changes: Iterable[Change], at: datetime) -> Place | None:
    """Return the place at a moment, None before joining. `opd_id` is the frozen one; changes are in written order."""
    if at < joined_at:
        return None
    place = Place(opd_id, Standing.WAJIB)
    for change in changes:
        if change.at > at:
            break
        place = Place(change.opd_id, STANDING_AFTER.get(change.kind, place.standing))
    return place


def places_at(session: Session, *, period_id: int, at: datetime) -> dict[int, Place]:
    """Return enrolment id -> place, for everybody who had joined by then."""
    changes: dict[int, list[Change]] = {}
    dated = (
        select(EnrolmentChange.enrolment_id, EnrolmentChange.at, EnrolmentChange.kind, EnrolmentChange.opd_id)
        .join(Enrolment, Enrolment.id == EnrolmentChange.enrolment_id)
        .where(Enrolment.period_id == period_id, EnrolmentChange.at <= at)
        .order_by(EnrolmentChange.at, EnrolmentChange.id)
    )
    for enrolment_id, changed_at, kind, opd_id in session.execute(dated):
        changes.setdefault(enrolment_id, []).append(Change(changed_at, kind, opd_id))
    frozen = select(Enrolment.id, Enrolment.opd_id, Enrolment.joined_at).where(Enrolment.period_id == period_id)
    found = {
        row.id: place_at(opd_id=row.opd_id, joined_at=row.joined_at, changes=changes.get(row.id, ()), at=at)
        for row in session.execute(frozen)
    }
    return {enrolment_id: place for enrolment_id, place in found.items() if place is not None}
