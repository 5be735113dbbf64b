"""Where somebody counted on a given day: a fold over the dated changes of an enrolment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.learning.periods.enrolments import Standing
from netral.learning.periods.models import Enrolment, EnrolmentChange

STANDING_AFTER = {
    "masuk": Standing.WAJIB,
    "kembali": Standing.WAJIB,
    "bebas": Standing.BEBAS,
    "keluar": Standing.KELUAR,
}


@dataclass(frozen=True, slots=True)
class Change:
    """Kinds: masuk, pindah, keluar, bebas, kembali; `opd_id` is where the person counts from then on."""

    at: datetime
    kind: str
    opd_id: int


@dataclass(frozen=True, slots=True)
class Place:
    opd_id: int
    standing: Standing


def place_at(*, opd_id: int, joined_at: datetime, changes: Iterable[Change], at: datetime) -> Place | None:
    """None before the person joined. `opd_id` is the frozen one; changes are in the order they were written."""
    if at < joined_at:
        return None
    place = Place(opd_id, Standing.WAJIB)
    for change in changes:
        if change.at > at:
            break
        place = Place(change.opd_id, STANDING_AFTER.get(change.kind, place.standing))
    return place


def places_at(session: Session, *, period_id: int, at: datetime) -> dict[int, Place]:
    """Enrolment id to place, of everybody who had joined by then."""
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
