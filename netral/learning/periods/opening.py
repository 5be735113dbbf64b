"""Opening a period, which freezes its participants; and closing it early."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, exists, func, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.tables import insert
from netral.errors import NetralError, NotFound
from netral.learning.editions.models import Edition
from netral.learning.editions.reading import dump_blueprint, load_bank, load_blueprint
from netral.learning.periods.diklat import Hours, check_hours
from netral.learning.periods.enrolments import enrol
from netral.learning.periods.models import Period
from netral.learning.periods.reading import PeriodView, as_view, choose_period, list_periods, select_period
from netral.learning.periods.tallies import correct_tally
from netral.organisation.instansi import lock_instansi
from netral.organisation.models import Asn, Instansi
from netral.quiz.blueprint import Blueprint, KeysShown, plan_both
from netral.quiz.drawing import PoolTooSmall, shortages
from netral.quiz.questions import Indicator

KODE = re.compile(r"[A-Za-z0-9._-]{1,32}")
RANGES = {
    "pass_percent": (1, 100),
    "attempts": (1, 100),
    "pause_minutes": (0, 43_200),
    "limit_seconds": (60, 86_400),
    "open_percent": (0, 100),
    "size": (1, 200),
}


class PeriodKind(StrEnum):
    PEMILU = "pemilu"
    PILKADA = "pilkada"
    PILKADES = "pilkades"
    DI_LUAR = "di-luar"


class KodeMalformed(NetralError):
    """A kode has 1 to 32 letters, digits, dots, underscores or hyphens; the first argument is what was given."""


class KodeTaken(NetralError):
    """The instansi has a period of this kode; the first argument is the kode."""


class DatesReversed(NetralError):
    """Two days are in the wrong order: the first argument names the day that must not come after the second."""


class PeriodOver(NetralError):
    """The last day is past; the first argument is that day."""


class PeriodNotBegun(NetralError):
    """The period has not begun, so it cannot be closed; the argument is its first instant."""


class SettingOutOfRange(NetralError):
    """A setting is out of its range; the arguments are name, value, lowest, highest."""


class NoEdition(NetralError):
    """No edition has been published yet."""


class NoAsn(NetralError):
    """The instansi has no active ASN who could take part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodPlan:
    """The choices of an officer; for None, the edition decides. Days are inclusive, in the zone of the instansi.

    `limit_seconds` 0 means no timer.
    """

    kode: str
    nama: str
    jenis: PeriodKind
    first_day: date
    due_day: date
    last_day: date
    valid_until: date | None = None
    pass_percent: int | None = None
    attempts: int | None = None
    pause_minutes: int | None = None
    limit_seconds: int | None = None
    open_percent: int | None = None
    quotas: Mapping[Indicator, int] | None = None
    modules_first: bool | None = None
    score_printed: bool | None = None
    relearn: bool | None = None
    keys_shown: KeysShown | None = None
    pretest: bool | None = None
    jp: int | None = None
    jp_dasar: str = ""
    jenis_diklat: int | None = None


@dataclass(frozen=True, slots=True)
class OpenedPeriod:
    period: PeriodView
    enrolled: int


@dataclass(frozen=True, slots=True)
class OpeningPreview:
    """The effect of opening. `enrolled`: how many would take part. `overlapping`: other periods of the same days."""

    enrolled: int
    edition: int
    overlapping: tuple[PeriodView, ...]


def open_period(session: Session, act: Act, plan: PeriodPlan) -> OpenedPeriod:
    """Open a period that pins the newest edition, and enrol every active ASN in their present OPD.

    Raises KodeMalformed, KodeTaken, DatesReversed, PeriodOver, SettingOutOfRange, NoEdition, PoolTooSmall or NoAsn.
    """
    instansi = lock_instansi(session, act.instansi_id)
    zone = ZoneInfo(instansi.zona)
    edition, blueprint = settle(session, instansi.id, plan, today=act.now.astimezone(zone).date())
    last_number = select(func.coalesce(func.max(Period.number), 0)).where(Period.instansi_id == instansi.id)
    values = as_values(plan, blueprint, zone) | {
        "instansi_id": instansi.id,
        "number": session.execute(last_number).scalar_one() + 1,
        "edition_id": edition.id,
        "opened_at": act.now,
        "opened_by": act.actor_id,
    }
    period_id = session.execute(insert(session, Period).values(values).returning(Period.id)).scalar_one()
    enrolled = enrol(session, act, period_id=period_id)
    if not enrolled:
        raise NoAsn(instansi.id)
    detail = {"kode": plan.kode, "enrolled": enrolled, "edition": edition.number}
    record(session, act, action="period.opened", object_kind="period", object_id=period_id, detail=detail)
    return OpenedPeriod(read_period(session, period_id), enrolled)


def preview_opening(session: Session, *, instansi_id: int, plan: PeriodPlan, now: datetime) -> OpeningPreview:
    """Return the effect of opening. Raises NotFound, and every error that `open_period` would raise now."""
    zona = session.scalar(select(Instansi.zona).where(Instansi.id == instansi_id))
    if zona is None:
        raise NotFound(instansi_id)
    zone = ZoneInfo(zona)
    edition, blueprint = settle(session, instansi_id, plan, today=now.astimezone(zone).date())
    enrolled = count_active(session, instansi_id=instansi_id)
    if not enrolled:
        raise NoAsn(instansi_id)
    values = as_values(plan, blueprint, zone)
    overlapping = tuple(
        period
        for period in list_periods(session, instansi_id=instansi_id)
        if period.opens_at < values["closes_at"] and values["opens_at"] < period.closes_at
    )
    return OpeningPreview(enrolled, edition.number, overlapping)


def count_active(session: Session, *, instansi_id: int) -> int:
    active = (Asn.instansi_id == instansi_id) & Asn.active.is_(True)
    return session.scalar(select(func.count()).select_from(Asn).where(active)) or 0


def default_blueprint(session: Session) -> Blueprint:
    """Return the plan of an exam that the newest edition proposes. Raises NoEdition."""
    return load_blueprint(newest_edition(session).blueprint)


def settle(
    session: Session, instansi_id: int, plan: PeriodPlan, *, today: date
) -> tuple[Row[int, int, dict[str, Any]], Blueprint]:
    """Check everything and return the edition to pin and the plan. Raises the errors of `open_period` except NoAsn."""
    check_plan(session, instansi_id, plan, today=today)
    edition = newest_edition(session)
    blueprint = decide(plan, load_blueprint(edition.blueprint))
    check_blueprint(blueprint)
    if short := shortages(list(load_bank(session, edition.id).values()), plan_both(blueprint)):
        raise PoolTooSmall(short)
    return edition, blueprint


def check_plan(session: Session, instansi_id: int, plan: PeriodPlan, *, today: date) -> None:
    if not KODE.fullmatch(plan.kode):
        raise KodeMalformed(plan.kode)
    if session.scalar(select(exists().where(Period.instansi_id == instansi_id, Period.kode == plan.kode))):
        raise KodeTaken(plan.kode)
    if plan.first_day > plan.due_day:
        raise DatesReversed("first_day", "due_day")
    if plan.due_day > plan.last_day:
        raise DatesReversed("due_day", "last_day")
    if plan.last_day < today:
        raise PeriodOver(plan.last_day)
    if plan.valid_until is not None and plan.valid_until < plan.last_day:
        raise DatesReversed("last_day", "valid_until")
    check_hours(Hours(plan.jp, plan.jp_dasar, plan.jenis_diklat))


def check_blueprint(blueprint: Blueprint) -> None:
    for name, (lowest, highest) in RANGES.items():
        value: int | None = getattr(blueprint, name)
        if value is not None and not lowest <= value <= highest:
            raise SettingOutOfRange(name, value, lowest, highest)


def decide(plan: PeriodPlan, default: Blueprint) -> Blueprint:
    chosen = {each.name: getattr(plan, each.name) for each in fields(Blueprint)}
    decided = replace(default, **{name: value for name, value in chosen.items() if value is not None})
    return replace(decided, limit_seconds=decided.limit_seconds or None)


def as_values(plan: PeriodPlan, blueprint: Blueprint, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "kode": plan.kode,
        "nama": plan.nama,
        "jenis": plan.jenis.value,
        "opens_at": start_of(plan.first_day, zone),
        "due_at": start_of(plan.due_day + timedelta(days=1), zone),
        "closes_at": start_of(plan.last_day + timedelta(days=1), zone),
        "valid_until": plan.valid_until,
        "pass_percent": blueprint.pass_percent,
        "max_attempts": blueprint.attempts,
        "cooldown_minutes": blueprint.pause_minutes,
        "time_limit_seconds": blueprint.limit_seconds,
        "blueprint": dump_blueprint(blueprint),
        "modules_first": blueprint.modules_first,
        "print_score": blueprint.score_printed,
        "relearn": blueprint.relearn,
        "keys_shown": blueprint.keys_shown.value,
        "pretest": blueprint.pretest,
        "jp": plan.jp,
        "jp_dasar": plan.jp_dasar,
        "jenis_diklat": plan.jenis_diklat,
    }


def start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def newest_edition(session: Session) -> Row[int, int, dict[str, Any]]:
    """Return the newest edition. Raises NoEdition."""
    statement = select(Edition.id, Edition.number, Edition.blueprint).order_by(Edition.number.desc()).limit(1)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NoEdition
    return row


def close_period(session: Session, act: Act, *, kode: str) -> PeriodView:
    """Close a period: from now on nothing starts or continues. Calling it twice has no further effect.

    The caller commits, then grades the open attempts with `closing.close_attempts_of`, in batches. A later tenggat is
    moved to the same instant. Raises NotFound or PeriodNotBegun.
    """
    instansi, now = lock_instansi(session, act.instansi_id), act.now
    period = choose_period(session, instansi_id=instansi.id, kode=kode, now=now)
    if now <= period.opens_at:
        raise PeriodNotBegun(period.opens_at)
    if now >= period.closes_at:
        return period
    values = {"closes_at": now, "due_at": min(period.due_at, now)}
    session.execute(update(Period).where(Period.id == period.id).values(values))
    if now < period.due_at:
        correct_tally(session, period_id=period.id, now=now)
    record(session, act, action="period.closed", object_kind="period", object_id=period.id, detail={"kode": kode})
    return read_period(session, period.id)


def read_period(session: Session, period_id: int) -> PeriodView:
    return as_view(session.execute(select_period().where(Period.id == period_id)).one())
