"""Reading periods, and choosing one when none is named. `opening.py` opens them, `lifecycle.py` changes them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, ColumnElement, Select, Text, case, cast, func, select
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.learning.editions.reading import load_blueprint
from netral.learning.periods.models import Period
from netral.organisation.models import Instansi
from netral.quiz.blueprint import Blueprint


class PeriodState(StrEnum):
    UPCOMING = "upcoming"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodView:
    """A period with all its settings. `opens_at` is its first instant; `due_at` and `closes_at` are exclusive ends.

    `raised_at`: when it moved to a newer edition, the last time; None if it never did. `reopened_at` likewise.
    """

    id: int
    instansi_id: int
    kode: str
    number: int
    nama: str
    jenis: str
    edition_id: int
    raised_at: datetime | None
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    valid_until: date | None
    pass_percent: int
    max_attempts: int
    cooldown_minutes: int
    time_limit_seconds: int | None
    modules_first: bool
    print_score: bool
    relearn: bool
    keys_shown: str
    pretest: bool
    sign_days: int
    reopened_at: datetime | None
    archived_at: datetime | None
    blueprint: Blueprint
    zona: str
    jp: int | None = None
    jp_dasar: str = ""
    jenis_diklat: int | None = None

    @property
    def sign_until(self) -> datetime:
        """Return the exclusive end of signing for those who passed; never after certificates would have expired."""
        until = self.closes_at + timedelta(days=self.sign_days)
        if self.valid_until is None:
            return until
        valid = datetime.combine(self.valid_until + timedelta(days=1), time.min, ZoneInfo(self.zona))
        return max(self.closes_at, min(until, valid))

    def state(self, now: datetime) -> PeriodState:
        """Return the state at a moment: `LATE` after the tenggat, while there is still time to finish."""
        if now < self.opens_at:
            return PeriodState.UPCOMING
        if now >= self.closes_at:
            return PeriodState.CLOSED
        return PeriodState.OPEN if now < self.due_at else PeriodState.LATE


# Tables instead of mapped classes: every request of a learner reads these, and does so without a session.
PERIOD, INSTANSI = Period.__table__, Instansi.__table__

PERIOD_COLUMNS = tuple(PERIOD.c[each.name] for each in fields(PeriodView) if each.name not in {"blueprint", "zona"})
# The plan is read as text, so that equal values are recognised (`make_view`).
SETTINGS = (cast(PERIOD.c.blueprint, Text).label("blueprint"), INSTANSI.c.zona)


def select_period() -> Select[Any]:
    columns: tuple[Any, ...] = (*PERIOD_COLUMNS, *SETTINGS)
    return select(*columns).select_from(PERIOD.join(INSTANSI, INSTANSI.c.id == PERIOD.c.instansi_id))


def as_view(row: Sequence[Any]) -> PeriodView:
    """Return the view of a row that begins with the columns of `select_period`."""
    return make_view(tuple(row[: len(PERIOD_COLUMNS) + len(SETTINGS)]))


@lru_cache(maxsize=256)
def make_view(columns: tuple[Any, ...]) -> PeriodView:
    """Return a view, made once for equal values, since all people of a period share it."""
    *own, written, zona = columns
    values: dict[str, Any] = {column.key: value for column, value in zip(PERIOD_COLUMNS, own, strict=True)}
    return PeriodView(**values, blueprint=load_blueprint(json.loads(written)), zona=zona)


def default_order(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[Any], ...]:
    """Return the order that puts the default period first: the open one with the nearest tenggat, else the latest.

    Archived ones come last.
    """
    is_open = (PERIOD.c.opens_at <= now) & (PERIOD.c.closes_at > now)
    return (
        case((is_open, 0), (PERIOD.c.archived_at.is_(None), 1), else_=2),
        case((is_open, PERIOD.c.due_at)),
        PERIOD.c.opens_at.desc(),
        PERIOD.c.number.desc(),
    )


def choose_period(session: Session, *, instansi_id: int, kode: str | None, now: datetime) -> PeriodView:
    """Return the period of this kode, else the default one. Raises NotFound, also for a period of another instansi."""
    statement = select_period().where(Period.instansi_id == instansi_id)
    if kode is not None:
        statement = statement.where(Period.kode == kode)
    row = session.execute(statement.order_by(*default_order(now)).limit(1)).one_or_none()
    if row is None:
        raise NotFound(kode)
    return as_view(row)


def list_periods(
    session: Session, *, instansi_id: int, archived: bool = True, named: str | None = None
) -> tuple[PeriodView, ...]:
    """List the periods, the latest first; with or without the archived ones, of which `named` is kept."""
    statement = select_period().where(Period.instansi_id == instansi_id).order_by(Period.number.desc())
    if not archived:
        statement = statement.where(Period.archived_at.is_(None) | (Period.kode == named))
    return tuple(map(as_view, session.execute(statement)))


def count_uses(session: Session) -> dict[int, int]:
    """Return edition id -> how many periods pin it."""
    return dict(session.execute(select(Period.edition_id, func.count()).group_by(Period.edition_id)).all())


def find_open_periods(session: Session, *, now: datetime) -> tuple[PeriodView, ...]:
    """List the open periods of every instansi, the nearest tenggat first, for the public front page."""
    statement = select_period().where(Period.opens_at <= now, Period.closes_at > now).order_by(Period.due_at)
    return tuple(map(as_view, session.execute(statement)))
