"""What opening a period would mean, asked before it is done: nothing is written."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.learning.editions.blueprints import load_blueprint
from netral.learning.periods.opening import NoAsn, PeriodPlan, as_values, newest_edition, settle
from netral.learning.periods.reading import PeriodView, list_periods
from netral.organisation.models import Asn, Instansi
from netral.quiz.blueprint import Blueprint


@dataclass(frozen=True, slots=True)
class OpeningPreview:
    """`enrolled`: how many people it would reach. `overlapping`: other periods of the same days."""

    enrolled: int
    edition: int
    overlapping: tuple[PeriodView, ...]


def preview_opening(session: Session, *, instansi_id: int, plan: PeriodPlan, now: datetime) -> OpeningPreview:
    """Raises NotFound, and every fact that `open_period` would raise now."""
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
    """The plan of an exam that the newest edition proposes. Raises NoEdition."""
    return load_blueprint(newest_edition(session).blueprint)
