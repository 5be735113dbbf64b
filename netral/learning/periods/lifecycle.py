"""The life of a period: which changes it may take in which state, what they do to people, and the changes themselves.

A draft has no row of `period` yet (`drafts.py`); otherwise the state follows from dates, except that a period was
reopened or archived.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.errors import NetralError
from netral.indonesian import last_day, local_day
from netral.learning.editions.reading import dump_blueprint
from netral.learning.periods.audience import Audience, read_audience
from netral.learning.periods.enrolments import ReasonMissing, Standing, enrol
from netral.learning.periods.models import Enrolment, Period
from netral.learning.periods.opening import (
    DatesReversed,
    PeriodOver,
    PeriodPlan,
    as_values,
    check_blueprint,
    check_plan,
    check_units,
    decide,
    end_of,
    plan_of,
    read_period,
)
from netral.learning.periods.reading import PeriodState, PeriodView, choose_period
from netral.learning.periods.tallies import correct_tally
from netral.organisation.instansi import lock_instansi
from netral.organisation.numbers import mask_nik
from netral.versions import check_version, version_of


class Life(StrEnum):
    """The state of a period. `REOPENED` is running again after a closing, and takes the same changes as `LATE`."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    OPEN = "open"
    LATE = "late"
    REOPENED = "reopened"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Move(StrEnum):
    EDIT = "edit"
    OPEN = "open"
    CORRECT = "correct"
    WIDEN = "widen"
    EXTEND = "extend"
    CLOSE = "close"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    RESTORE = "restore"


class NotDraft(NetralError):
    """The period is no draft any more: it was opened or archived."""


class PeriodBegun(NetralError):
    """The period has begun, so its rules stay."""


class PeriodNotBegun(NetralError):
    """The period has not begun, so it cannot be closed; the argument is its first instant."""


class PeriodNotRunning(NetralError):
    """The period has not begun or is closed, so it cannot be extended."""


class PeriodNotClosed(NetralError):
    """The period is not closed, so it can neither be reopened nor archived."""


class PeriodNotArchived(NetralError):
    """The period is in the lists already."""


class DayBackwards(NetralError):
    """Days only move forward; the arguments name the day and tell the present one."""


class AudienceNarrowed(NetralError):
    """People who take part would no longer be asked to; nobody is taken out of a period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A change: from which states into which, what it writes, its event, and the fact that refuses it elsewhere.

    `reasoned`: it needs a reason, since people were told otherwise.
    """

    sources: frozenset[Life]
    targets: frozenset[Life]
    changes: tuple[str, ...]
    action: str
    refusal: type[NetralError]
    reasoned: bool = False


RUNNING = frozenset({Life.OPEN, Life.LATE, Life.REOPENED})
RULES = (
    "nama", "jenis", "opens_at", "due_at", "closes_at", "valid_until", "pass_percent", "max_attempts",
    "cooldown_minutes", "time_limit_seconds", "blueprint", "modules_first", "print_score", "relearn", "keys_shown",
    "pretest", "sign_days",
)  # fmt: skip
ENDS = ("due_at", "closes_at", "valid_until")
# Events do not tell these: they say so by their action, or in words of their own.
UNTOLD = frozenset({"reopened_at", "archived_at", "audience", "blueprint"})
DRAFT, CLOSED, ARCHIVED = (frozenset({life}) for life in (Life.DRAFT, Life.CLOSED, Life.ARCHIVED))
BEGINNING = frozenset({Life.UPCOMING, Life.OPEN, Life.LATE})
TRANSITIONS: Mapping[Move, Transition] = {
    Move.EDIT: Transition(
        sources=DRAFT, targets=DRAFT, changes=("plan",), action="period.draft_saved", refusal=NotDraft
    ),
    Move.OPEN: Transition(
        sources=DRAFT, targets=BEGINNING, changes=("period_id",), action="period.opened", refusal=NotDraft
    ),
    Move.CORRECT: Transition(
        sources=frozenset({Life.UPCOMING}),
        targets=BEGINNING,
        changes=RULES,
        action="period.corrected",
        refusal=PeriodBegun,
        reasoned=True,
    ),
    Move.WIDEN: Transition(
        sources=RUNNING | {Life.UPCOMING},
        targets=RUNNING | {Life.UPCOMING},
        changes=("audience",),
        action="period.widened",
        refusal=PeriodNotRunning,
        reasoned=True,
    ),
    Move.EXTEND: Transition(
        sources=RUNNING,
        targets=RUNNING,
        changes=ENDS,
        action="period.extended",
        refusal=PeriodNotRunning,
        reasoned=True,
    ),
    Move.CLOSE: Transition(
        sources=RUNNING,
        targets=CLOSED,
        changes=("due_at", "closes_at"),
        action="period.closed",
        refusal=PeriodNotBegun,
    ),
    Move.REOPEN: Transition(
        sources=CLOSED,
        targets=frozenset({Life.REOPENED}),
        changes=(*ENDS, "reopened_at"),
        action="period.reopened",
        refusal=PeriodNotClosed,
        reasoned=True,
    ),
    Move.ARCHIVE: Transition(
        sources=DRAFT | CLOSED,
        targets=ARCHIVED,
        changes=("archived_at",),
        action="period.archived",
        refusal=PeriodNotClosed,
    ),
    Move.RESTORE: Transition(
        sources=ARCHIVED,
        targets=DRAFT | CLOSED,
        changes=("archived_at",),
        action="period.restored",
        refusal=PeriodNotArchived,
    ),
}


def life_of(period: PeriodView, now: datetime) -> Life:
    """Return the state of an opened period."""
    if period.archived_at is not None:
        return Life.ARCHIVED
    state = period.state(now)
    running = state in {PeriodState.OPEN, PeriodState.LATE}
    return Life.REOPENED if running and period.reopened_at is not None else Life(state.value)


def list_moves(life: Life) -> tuple[Move, ...]:
    """Return the changes that a period in this state may take."""
    return tuple(move for move, transition in TRANSITIONS.items() if life in transition.sources)


def check_move(move: Move, life: Life, *details: object) -> Transition:
    """Return the transition, or raise the fact that refuses it in this state, with `details`."""
    transition = TRANSITIONS[move]
    if life not in transition.sources:
        raise transition.refusal(*details)
    return transition


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """New last days, inclusive, in the zone of the instansi; None leaves one as it is."""

    due_day: date | None = None
    last_day: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How many people a change of dates is about; those who are exempt or left are not counted.

    `unfinished`: without a certificate, of whom `overdue` are late now and in time again afterwards. `completed`: their
    certificates stay, of whom `in_time` counted as late and then no longer do. `unsigned`: passed, ikrar not signed.
    """

    unfinished: int
    overdue: int
    completed: int
    in_time: int
    unsigned: int


def tell_facts(period: PeriodView, audience: Audience) -> dict[str, Any]:
    """Return what an officer may change, as JSON: two pages with equal facts show the same period."""
    instants = (period.opens_at, period.due_at, period.closes_at, period.reopened_at, period.archived_at)
    return {
        "nama": period.nama,
        "jenis": period.jenis,
        "instants": [each and each.isoformat() for each in instants],
        "valid_until": period.valid_until and period.valid_until.isoformat(),
        "rules": dump_blueprint(period.blueprint),
        "limit": period.time_limit_seconds,
        "sign_days": period.sign_days,
        "audience": audience.dump(),
    }


def version_of_period(session: Session, period: PeriodView) -> str:
    return version_of(tell_facts(period, read_audience(session, period.id)))


def move_ends(period: PeriodView, ends: Ends, *, now: datetime) -> dict[str, Any]:
    """Return the new values of the ends that move. Raises DayBackwards, DatesReversed or PeriodOver."""
    zone = ZoneInfo(period.zona)
    due_at = move_end(period, "due_day", period.due_at, ends.due_day)
    closes_at = move_end(period, "last_day", period.closes_at, ends.last_day)
    valid_until = ends.valid_until or period.valid_until
    if period.valid_until is not None and valid_until is not None and valid_until < period.valid_until:
        raise DayBackwards("valid_until", period.valid_until)
    if due_at > closes_at:
        raise DatesReversed("due_day", "last_day")
    final_day = last_day(closes_at, period.zona)
    if closes_at <= now:
        raise PeriodOver(final_day)
    if valid_until is not None and valid_until < final_day:
        raise DatesReversed("last_day", "valid_until")
    new: dict[str, Any] = {"due_at": due_at.astimezone(zone), "closes_at": closes_at.astimezone(zone)}
    if period.valid_until is not None:
        new["valid_until"] = valid_until
    return {name: value for name, value in new.items() if value != getattr(period, name)}


def move_end(period: PeriodView, name: str, present: datetime, day: date | None) -> datetime:
    """Return the end of a day, which may not lie before the present one.

    A tenggat that a closing moved into a day stays there unless a later day is named.
    """
    shown = last_day(present, period.zona)
    if day is None or (day == shown and name == "due_day"):
        return present
    if day < shown:
        raise DayBackwards(name, shown)
    return end_of(day, ZoneInfo(period.zona))


def preview_ends(session: Session, period: PeriodView, changes: Mapping[str, Any], *, now: datetime) -> Effect:
    """Return whom new ends (of `move_ends`) are about."""
    due_at: datetime = changes.get("due_at", period.due_at)
    completed, passed = Enrolment.completed_at, Enrolment.passed_at
    done, moved = completed.is_not(None), (completed >= period.due_at) & (completed < due_at)
    counts = select(
        func.count().filter(~done),
        func.count().filter(done),
        func.count().filter(moved),
        func.count().filter(passed.is_not(None) & Enrolment.pledged_at.is_(None)),
    )
    there = (Enrolment.period_id == period.id) & (Enrolment.standing == Standing.WAJIB.value)
    unfinished, finished, in_time, unsigned = session.execute(counts.select_from(Enrolment).where(there)).one()
    overdue = unfinished if period.due_at <= now < due_at else 0
    return Effect(unfinished=unfinished, overdue=overdue, completed=finished, in_time=in_time, unsigned=unsigned)


def find_past_tenggat(period: PeriodView, changes: Mapping[str, Any], *, now: datetime) -> date | None:
    """Return the last day in time if it lies in the past even after new ends (of `move_ends`)."""
    due_at: datetime = changes.get("due_at", period.due_at)
    return last_day(due_at, period.zona) if due_at <= now else None


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is about to be written: its instansi and period are locked, and its state allows it."""

    session: Session
    act: Act
    move: Move
    period: PeriodView
    audience: Audience
    reason: str

    def write(self, values: Mapping[str, Any], **detail: Any) -> PeriodView:
        """Write the values that differ, and one event with both; return the period afterwards."""
        session, period = self.session, self.period
        if unknown := values.keys() - set(TRANSITIONS[self.move].changes):
            raise AssertionError(unknown)
        session.execute(update(Period).where(Period.id == period.id).values(dict(values)))
        if {"opens_at", "due_at"} & values.keys():
            correct_tally(session, period_id=period.id, now=self.act.now)
        told = {"kode": period.kode} | ({"reason": self.reason} if self.reason else {})
        told |= tell_changes(period, values) | detail
        action = TRANSITIONS[self.move].action
        record(session, self.act, action=action, object_kind="period", object_id=period.id, detail=told)
        return read_period(session, period.id)


def begin(session: Session, act: Act, move: Move, *, kode: str, reason: str = "") -> Change:
    """Lock the period and check that it may take the change. Raises ReasonMissing, NotFound or the refusal."""
    reason = mask_nik(reason.strip())
    if TRANSITIONS[move].reasoned and not reason:
        raise ReasonMissing
    instansi = lock_instansi(session, act.instansi_id)
    period = choose_period(session, instansi_id=instansi.id, kode=kode, now=act.now)
    check_move(move, life_of(period, act.now), period.opens_at)
    return Change(session, act, move, period, read_audience(session, period.id), reason)


def correct_period(
    session: Session, act: Act, *, kode: str, plan: PeriodPlan, reason: str, version: str | None = None
) -> PeriodView:
    """Replace name, dates and rules of a period that has not begun; kode, edition and audience stay.

    Settings that the plan leaves open stay, too. A plan that changes nothing has no effect.

    Raises ReasonMissing, NotFound, PeriodBegun, Outdated, and the errors of a plan that cannot be.
    """
    change = begin(session, act, Move.CORRECT, kode=kode, reason=reason)
    values = settle_correction(session, change.period, change.audience, plan, now=act.now)
    if not values:
        return change.period
    check_version(version, tell_facts(change.period, change.audience))
    return change.write(values)


def settle_correction(
    session: Session, period: PeriodView, audience: Audience, plan: PeriodPlan, *, now: datetime
) -> dict[str, Any]:
    """Return the columns that a corrected plan changes. Raises the errors of a plan that cannot be."""
    zone = ZoneInfo(period.zona)
    plan = replace(plan, kode=period.kode, audience=audience)
    check_plan(session, period.instansi_id, plan, today=now.astimezone(zone).date())
    blueprint = decide(plan, replace(period.blueprint, limit_seconds=period.time_limit_seconds))
    check_blueprint(session, blueprint, edition_id=period.edition_id)
    values = as_values(plan, blueprint, zone)
    present = {name: getattr(period, name) for name in RULES}
    present["blueprint"] = dump_blueprint(replace(period.blueprint, limit_seconds=period.time_limit_seconds))
    return {name: values[name] for name in RULES if values[name] != present[name]}


def extend_period(
    session: Session, act: Act, *, kode: str, ends: Ends, reason: str, version: str | None = None
) -> PeriodView:
    """Move tenggat, tutup or the validity of coming certificates forward while the period runs.

    Ends that are the present ones change nothing. Raises ReasonMissing, NotFound, PeriodNotRunning, Outdated,
    DayBackwards or DatesReversed.
    """
    change = begin(session, act, Move.EXTEND, kode=kode, reason=reason)
    values = move_ends(change.period, ends, now=act.now)
    if not values:
        return change.period
    check_version(version, tell_facts(change.period, change.audience))
    return change.write(values)


def reopen_period(
    session: Session, act: Act, *, kode: str, ends: Ends, reason: str, version: str | None = None
) -> PeriodView:
    """Let a closed period run again until a new last day; everybody goes on where they stopped.

    Raises ReasonMissing, NotFound, PeriodNotClosed, Outdated, DayBackwards, DatesReversed or PeriodOver.
    """
    change = begin(session, act, Move.REOPEN, kode=kode, reason=reason)
    check_version(version, tell_facts(change.period, change.audience))
    values = move_ends(change.period, ends, now=act.now)
    return change.write(values | {"reopened_at": act.now})


def widen_period(
    session: Session, act: Act, *, kode: str, audience: Audience, reason: str, version: str | None = None
) -> tuple[PeriodView, int]:
    """Give the period to more of the instansi, as the next wave; return it and how many people joined.

    Raises ReasonMissing, NotFound, PeriodNotRunning, Outdated, UnitsUnknown or AudienceNarrowed.
    """
    change = begin(session, act, Move.WIDEN, kode=kode, reason=reason)
    if audience == change.audience:
        return change.period, 0
    check_version(version, tell_facts(change.period, change.audience))
    check_units(session, change.period.instansi_id, audience)
    check_wider(change.audience, audience)
    session.execute(update(Period).where(Period.id == change.period.id).values(audience=audience.dump()))
    joined = enrol(session, act, period_id=change.period.id)
    return change.write({"audience": audience.dump()}, joined=joined), joined


def check_wider(present: Audience, wanted: Audience) -> None:
    """Raise AudienceNarrowed unless the wanted audience names all that the present one does."""
    for now_named, then_named in ((present.opd_ids, wanted.opd_ids), (present.kinds, wanted.kinds)):
        if then_named and (not now_named or not set(now_named) <= set(then_named)):
            raise AudienceNarrowed


def close_period(session: Session, act: Act, *, kode: str, reason: str = "") -> PeriodView:
    """Close a period: from now on nothing starts or continues. Calling it twice has no further effect.

    The caller commits, then grades the open attempts with `closing.close_attempts_of`, in batches. A later tenggat is
    moved to the same instant. Raises NotFound or PeriodNotBegun.
    """
    instansi = lock_instansi(session, act.instansi_id)
    found = choose_period(session, instansi_id=instansi.id, kode=kode, now=act.now)
    if act.now >= found.closes_at:
        return found
    if act.now == found.opens_at:
        raise PeriodNotBegun(found.opens_at)
    change = begin(session, act, Move.CLOSE, kode=kode, reason=reason)
    due_at = {"due_at": act.now} if act.now < found.due_at else {}
    return change.write({"closes_at": act.now} | due_at)


def archive_period(session: Session, act: Act, *, kode: str) -> PeriodView:
    """Take a closed period out of the lists; it stays readable. Raises NotFound or PeriodNotClosed."""
    return begin(session, act, Move.ARCHIVE, kode=kode).write({"archived_at": act.now})


def restore_period(session: Session, act: Act, *, kode: str) -> PeriodView:
    """Put an archived period back into the lists. Raises NotFound or PeriodNotArchived."""
    return begin(session, act, Move.RESTORE, kode=kode).write({"archived_at": None})


def tell_changes(period: PeriodView, values: Mapping[str, Any]) -> dict[str, str]:
    """Return each changed value before and after, as an event keeps it: ends as the last day that they include."""
    return {
        name: f"{tell_value(name, getattr(period, name), period.zona)} → {tell_value(name, value, period.zona)}"
        for name, value in values.items()
        if name not in UNTOLD
    }


def tell_value(name: str, value: Any, zona: str) -> str:
    if isinstance(value, datetime):
        return (last_day(value, zona) if name in ENDS else local_day(value, zona)).isoformat()
    return "" if value is None else str(value)


def copy_plan(session: Session, period: PeriodView) -> PeriodPlan:
    """Return the plan of a period as it is now."""
    return plan_of(period, read_audience(session, period.id))


def move_plan(plan: PeriodPlan, today: date) -> PeriodPlan:
    """Return an earlier plan without its kode, as long as it was, but beginning the day after today."""
    shift = today + timedelta(days=1) - plan.first_day
    valid_until = plan.valid_until and plan.valid_until + shift
    days = {name: getattr(plan, name) + shift for name in ("first_day", "due_day", "last_day")}
    return replace(plan, kode="", valid_until=valid_until, **days)
