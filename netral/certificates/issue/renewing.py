"""Reissuing every certificate of a period that prints other JP than the period has by now, a batch at a time.

A JP that is set or corrected late alters nothing issued; one reissue after the other is no work for thousands. Expired
certificates stay, and so do those of people whose name cannot be printed.
"""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.certificates.issue.basis import clean
from netral.certificates.issue.issuing import VALID, RevocationReasonMissing, Signer, reissue
from netral.certificates.models import Certificate
from netral.certificates.paper.sheet import missing_glyphs
from netral.errors import NetralError, NotFound
from netral.jobs.queue import Claimed, Progress, enqueue
from netral.learning.periods.models import Period
from netral.organisation.models import Asn, Instansi

KIND = "reissue_hours"
BATCH = 20


class NothingOutdated(NetralError):
    """Every certificate prints what the period has; the argument is the kode of the period."""


def list_outdated(session: Session, act: Act, *, period_id: int) -> tuple[str, ...]:
    """List the public ids in the order of issue. Raises NotFound for a period of another instansi."""
    period = session.execute(
        select(Period.jp, Period.jp_dasar, Period.jenis_diklat, Instansi.zona)
        .join(Instansi, Instansi.id == Period.instansi_id)
        .where(Period.id == period_id, Period.instansi_id == act.instansi_id)
    ).one_or_none()
    if period is None:
        raise NotFound(period_id)
    today: date = act.now.astimezone(ZoneInfo(period.zona)).date()
    differs = or_(
        Certificate.jp.is_distinct_from(period.jp),
        Certificate.jp_dasar != clean(period.jp_dasar),
        Certificate.jenis_diklat.is_distinct_from(period.jenis_diklat),
    )
    statement = (
        select(Certificate.public_id, Asn.nama)
        .join(Asn, Asn.id == Certificate.asn_id)
        .where(Certificate.period_id == period_id, Certificate.status == VALID, differs)
        .where(or_(Certificate.valid_until.is_(None), Certificate.valid_until >= today))
        .order_by(Certificate.sequence)
    )
    return tuple(row.public_id for row in session.execute(statement) if not missing_glyphs(clean(row.nama)))


def order_reissue(session: Session, act: Act, *, period_id: int, kode: str, reason: str) -> int:
    """Order the reissue and return the id of its job, or of the one that is under way already.

    Raises NotFound, NothingOutdated, RevocationReasonMissing.
    """
    if not reason.strip():
        raise RevocationReasonMissing
    count = len(list_outdated(session, act, period_id=period_id))
    if not count:
        raise NothingOutdated(kode)
    job_id = enqueue(session, act, KIND, {"period_id": period_id, "reason": reason.strip()}, key=str(period_id))
    detail = {"kode": kode, "count": count, "reason": reason.strip()}
    record(session, act, action="period.reissue_ordered", object_kind="period", object_id=period_id, detail=detail)
    return job_id


def reissue_batch(session: Session, claimed: Claimed, signer: Signer, act: Act) -> Progress:
    """Reissue the next certificates, uncommitted. What was reissued by hand meanwhile is not reissued again."""
    outdated = list_outdated(session, act, period_id=claimed.arguments["period_id"])
    for public_id in outdated[:BATCH]:
        reissue(session, act, signer, public_id=public_id, reason=claimed.arguments["reason"])
    left = len(outdated[BATCH:])
    total = max(claimed.total, len(outdated))
    return Progress(done=total - left, total=total, result={"period_id": claimed.arguments["period_id"]})
