"""Opening a period, which freezes its participants."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.tables import insert
from netral.errors import NetralError, NotFound
from netral.indonesian import last_day, local_day
from netral.learning.editions.models import Edition
from netral.learning.editions.reading import dump_blueprint, load_bank, load_blueprint
from netral.learning.periods.audience import EVERYBODY, Audience, UnitsUnknown, count_audience
from netral.learning.periods.diklat import Hours, check_hours
from netral.learning.periods.enrolments import enrol
from netral.learning.periods.models import Enrolment, Period, PeriodDraft
from netral.learning.periods.reading import PeriodView, as_view, list_periods, select_period
from netral.organisation.instansi import KODE, lock_instansi
from netral.organisation.models import Asn, Instansi, Opd
from netral.quiz.blueprint import Blueprint, KeysShown, plan_both
from netral.quiz.drawing import PoolTooSmall, shortages
from netral.quiz.questions import Indicator

RANGES = {
    "pass_percent": (1, 100),
    "attempts": (1, 100),
    "pause_minutes": (0, 43_200),
    "limit_seconds": (60, 86_400),
    "open_percent": (0, 100),
    "size": (1, 200),
    "sign_days": (0, 90),
}
SIGN_DAYS = 14


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


class SettingOutOfRange(NetralError):
    """A setting is out of its range; the arguments are name, value, lowest, highest."""


class NoEdition(NetralError):
    """No edition has been published yet."""


class NoAsn(NetralError):
    """The instansi has no active ASN who could take part."""


class AudienceEmpty(NetralError):
    """No active ASN belongs to the chosen units and kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodPlan:
    """The choices of an officer; for None, the edition decides. Days are inclusive, in the zone of the instansi.

    `limit_seconds` 0 means no timer. `sign_days`: how long after the last day those who passed may still sign.
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
    audience: Audience = EVERYBODY
    sign_days: int = SIGN_DAYS
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
    """Open a period that pins the newest edition, and enrol every active ASN of its audience in their present OPD.

    Raises KodeMalformed, KodeTaken, DatesReversed, PeriodOver, SettingOutOfRange, UnitsUnknown, NoEdition,
    PoolTooSmall, NoAsn or AudienceEmpty.
    """
    instansi = lock_instansi(session, act.instansi_id)
    check_kode(session, instansi.id, plan.kode)
    return write_period(session, act, instansi, plan)


def write_period(session: Session, act: Act, instansi: Instansi, plan: PeriodPlan) -> OpenedPeriod:
    """Write the row of a period and enrol its people. The instansi is locked, and the kode is free."""
    zone = ZoneInfo(instansi.zona)
    edition, blueprint = settle(session, instansi.id, plan, today=act.now.astimezone(zone).date())
    last_number = select(func.coalesce(func.max(Period.number), 0)).where(Period.instansi_id == instansi.id)
    values = as_values(plan, blueprint, zone) | {
        "instansi_id": instansi.id,
        "number": session.execute(last_number).scalar_one() + 1,
        "edition_id": edition.id,
        "audience": plan.audience.dump(),
        "opened_at": act.now,
        "opened_by": act.actor_id,
    }
    period_id = session.execute(insert(session, Period).values(values).returning(Period.id)).scalar_one()
    enrolled = enrol(session, act, period_id=period_id)
    if not enrolled:
        raise nobody(plan, instansi.id)
    detail = {"kode": plan.kode, "enrolled": enrolled, "edition": edition.number}
    record(session, act, action="period.opened", object_kind="period", object_id=period_id, detail=detail)
    return OpenedPeriod(read_period(session, period_id), enrolled)


def nobody(plan: PeriodPlan, instansi_id: int) -> NetralError:
    return NoAsn(instansi_id) if plan.audience.everybody else AudienceEmpty(instansi_id)


def preview_opening(
    session: Session, *, instansi_id: int, plan: PeriodPlan, now: datetime, drafted: bool = False
) -> OpeningPreview:
    """Return the effect of opening; `drafted`: the kode is that of the draft which is opened.

    Raises NotFound, and every error that `open_period` would raise now.
    """
    zona = session.scalar(select(Instansi.zona).where(Instansi.id == instansi_id))
    if zona is None:
        raise NotFound(instansi_id)
    zone = ZoneInfo(zona)
    if not drafted:
        check_kode(session, instansi_id, plan.kode)
    edition, _ = settle(session, instansi_id, plan, today=now.astimezone(zone).date())
    enrolled = count_audience(session, plan.audience, instansi_id=instansi_id)
    if not enrolled:
        raise nobody(plan, instansi_id)
    return OpeningPreview(enrolled, edition.number, find_overlapping(session, plan, zone, instansi_id=instansi_id))


def find_overlapping(session: Session, plan: PeriodPlan, zone: ZoneInfo, *, instansi_id: int) -> tuple[PeriodView, ...]:
    """Return the other periods of the same days in which somebody of this audience takes part."""
    opens_at, closes_at = start_of(plan.first_day, zone), end_of(plan.last_day, zone)
    people = select(Asn.id).where(plan.audience.condition(instansi_id))
    shared = exists().where(Enrolment.period_id == Period.id, Enrolment.asn_id.in_(people))
    crossing = set(session.scalars(select(Period.id).where(Period.instansi_id == instansi_id, shared)))
    return tuple(
        period
        for period in list_periods(session, instansi_id=instansi_id)
        if period.opens_at < closes_at and opens_at < period.closes_at and period.id in crossing
    )


def default_blueprint(session: Session) -> Blueprint:
    """Return the plan of an exam that the newest edition proposes. Raises NoEdition."""
    return load_blueprint(newest_edition(session).blueprint)


def settle(
    session: Session, instansi_id: int, plan: PeriodPlan, *, today: date
) -> tuple[Row[int, int, dict[str, Any]], Blueprint]:
    """Check everything but the kode, and return the edition to pin and the plan of the exam.

    Raises the errors of `open_period` except those about the kode and the people.
    """
    check_plan(session, instansi_id, plan, today=today)
    edition = newest_edition(session)
    blueprint = decide(plan, load_blueprint(edition.blueprint))
    check_blueprint(session, blueprint, edition_id=edition.id)
    return edition, blueprint


def check_kode(session: Session, instansi_id: int, kode: str) -> None:
    """Raise KodeMalformed, or KodeTaken if a period or a draft has the kode."""
    if not KODE.fullmatch(kode):
        raise KodeMalformed(kode)
    for table in (Period, PeriodDraft):
        if session.scalar(select(exists().where(table.instansi_id == instansi_id, table.kode == kode))):
            raise KodeTaken(kode)


def check_plan(session: Session, instansi_id: int, plan: PeriodPlan, *, today: date) -> None:
    check_order(plan)
    if plan.last_day < today:
        raise PeriodOver(plan.last_day)
    check_range("sign_days", plan.sign_days)
    check_units(session, instansi_id, plan.audience)


def check_order(plan: PeriodPlan) -> None:
    if plan.first_day > plan.due_day:
        raise DatesReversed("first_day", "due_day")
    if plan.due_day > plan.last_day:
        raise DatesReversed("due_day", "last_day")
    if plan.valid_until is not None and plan.valid_until < plan.last_day:
        raise DatesReversed("last_day", "valid_until")
    check_hours(Hours(plan.jp, plan.jp_dasar, plan.jenis_diklat))


def check_units(session: Session, instansi_id: int, audience: Audience) -> None:
    """Raise UnitsUnknown unless all units are of this instansi."""
    own = select(func.count()).where(Opd.instansi_id == instansi_id, Opd.id.in_(audience.opd_ids))
    if (session.scalar(own) or 0) != len(set(audience.opd_ids)):
        raise UnitsUnknown("")


def check_range(name: str, value: int | None) -> None:
    lowest, highest = RANGES[name]
    if value is not None and not lowest <= value <= highest:
        raise SettingOutOfRange(name, value, lowest, highest)


def check_blueprint(session: Session, blueprint: Blueprint, *, edition_id: int) -> None:
    """Raise SettingOutOfRange, or PoolTooSmall if the bank of the edition cannot fill the papers."""
    for name in RANGES.keys() - {"sign_days"}:
        check_range(name, getattr(blueprint, name))
    if short := shortages(list(load_bank(session, edition_id).values()), plan_both(blueprint)):
        raise PoolTooSmall(short)


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
        "due_at": end_of(plan.due_day, zone),
        "closes_at": end_of(plan.last_day, zone),
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
        "sign_days": plan.sign_days,
        "jp": plan.jp,
        "jp_dasar": plan.jp_dasar,
        "jenis_diklat": plan.jenis_diklat,
    }


def plan_of(period: PeriodView, audience: Audience) -> PeriodPlan:
    """Return the plan that would open a period like this one; days are those on which its instants fall."""
    chosen = {each.name: getattr(period.blueprint, each.name) for each in fields(Blueprint)}
    return PeriodPlan(
        kode=period.kode,
        nama=period.nama,
        jenis=PeriodKind(period.jenis),
        first_day=local_day(period.opens_at, period.zona),
        due_day=last_day(period.due_at, period.zona),
        last_day=last_day(period.closes_at, period.zona),
        valid_until=period.valid_until,
        audience=audience,
        sign_days=period.sign_days,
        jp=period.jp,
        jp_dasar=period.jp_dasar,
        jenis_diklat=period.jenis_diklat,
        **chosen | {"limit_seconds": period.time_limit_seconds or 0},
    )


def start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the exclusive end of a day."""
    return start_of(day + timedelta(days=1), zone)


def newest_edition(session: Session) -> Row[int, int, dict[str, Any]]:
    """Return the newest edition. Raises NoEdition."""
    statement = select(Edition.id, Edition.number, Edition.blueprint).order_by(Edition.number.desc()).limit(1)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NoEdition
    return row


def read_period(session: Session, period_id: int) -> PeriodView:
    return as_view(session.execute(select_period().where(Period.id == period_id)).one())
