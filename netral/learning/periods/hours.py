"""Setting or correcting the JP of a period that is open already. What was issued keeps what was printed on it."""

from dataclasses import asdict

from sqlalchemy import update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.learning.periods.diklat import Hours, check_hours
from netral.learning.periods.enrolments import ReasonMissing
from netral.learning.periods.models import Period
from netral.learning.periods.reading import PeriodView, choose_period
from netral.organisation.instansi import lock_instansi
from netral.organisation.numbers import mask_nik
from netral.versions import check_version, version_of


def hours_of(period: PeriodView) -> Hours:
    return Hours(period.jp, period.jp_dasar, period.jenis_diklat)


def version_of_hours(period: PeriodView) -> str:
    return version_of(asdict(hours_of(period)))


def change_hours(
    session: Session, act: Act, *, kode: str, hours: Hours, reason: str, version: str | None = None
) -> bool:
    """Change the JP of certificates that are issued from now on; return False if they are so already.

    `version`: of the values that the page showed. Raises NotFound, ReasonMissing, Outdated and the errors of
    `check_hours`.
    """
    check_hours(hours)
    instansi = lock_instansi(session, act.instansi_id)
    period = choose_period(session, instansi_id=instansi.id, kode=kode, now=act.now)
    before = asdict(hours_of(period))
    changed = {name: value for name, value in asdict(hours).items() if value != before[name]}
    if not changed:
        return False
    if not reason.strip():
        raise ReasonMissing
    check_version(version, before)
    session.execute(update(Period).where(Period.id == period.id).values(changed))
    detail = {name: f"{before[name] or '-'} → {value or '-'}" for name, value in changed.items()}
    detail |= {"kode": kode, "reason": mask_nik(reason.strip())}
    record(session, act, action="period.hours_changed", object_kind="period", object_id=period.id, detail=detail)
    return True
