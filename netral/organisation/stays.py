"""The definitif places of one person, day by day. Pure: places in, changes of places out.

A person has one place or none on each day; a person without one has left the service, or has not yet begun.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

A_DAY = timedelta(days=1)
NEW = 0
"""Stands for the id of a stay that is still to be written."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A place from the day `first` to the day `last`, both included; without `last` it is open."""

    id: int
    opd_id: int
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Rearranged:
    """Changes of one person's stays, in this order: ids to void, ids with their new last day, and a stay to add."""

    voided: tuple[int, ...] = ()
    ending: Mapping[int, date | None] = field(default_factory=dict)
    added: Stay | None = None


def find_stay(stays: Sequence[Stay], day: date) -> Stay | None:
    return next((stay for stay in stays if stay.holds(day)), None)


def settle_in(stays: Sequence[Stay], opd_id: int, day: date) -> Rearranged:
    """Place a person in a unit from a day on: to the end of the stay it falls into, or to the next one.

    A stay that was planned for later still begins on its day.
    """
    present = find_stay(stays, day)
    if present is not None and present.opd_id == opd_id:
        return Rearranged()
    until = present.last if present is not None else day_before_next(stays, day)
    voided = (present.id,) if present is not None and present.first == day else ()
    before = next((stay for stay in stays if stay.last == day - A_DAY and stay.opd_id == opd_id), None)
    if before is not None and (present is None or voided):
        return Rearranged(voided, {before.id: until})
    ending = {present.id: day - A_DAY} if present is not None and not voided else {}
    return Rearranged(voided, ending, Stay(NEW, opd_id, day, until))


def leave_on(stays: Sequence[Stay], day: date) -> Rearranged:
    """End all stays: the day before is the last one, and whatever was planned for later is void."""
    ending = {stay.id: day - A_DAY for stay in stays if stay.first < day and stay.holds(day)}
    return Rearranged(tuple(stay.id for stay in stays if stay.first >= day), ending)


def take_back(stays: Sequence[Stay], stay: Stay) -> Rearranged:
    """Void a stay; the one that ended for it goes on in its place."""
    before = next((each for each in stays if each.last == stay.first - A_DAY), None)
    return Rearranged((stay.id,), {before.id: stay.last} if before is not None else {})


def carry_out(stays: Sequence[Stay], changes: Rearranged) -> tuple[Stay, ...]:
    """Return the stays as the changes leave them, by day; a stay that was added has the id NEW."""
    kept = [
        replace(stay, last=changes.ending.get(stay.id, stay.last)) for stay in stays if stay.id not in changes.voided
    ]
    return tuple(sorted([*kept, *([changes.added] if changes.added else [])], key=lambda stay: stay.first))


def day_before_next(stays: Sequence[Stay], day: date) -> date | None:
    later = [stay.first for stay in stays if stay.first > day]
    return min(later) - A_DAY if later else None
