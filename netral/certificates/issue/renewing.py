"""Reissuing every certificate of a period that prints other JP than the period has by now, a batch at a time.

A JP that is set or corrected late alters nothing issued; one reissue after the other is no work for thousands. Expired
certificates stay, and so do those of people whose name cannot be printed.
"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
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
PAGE = 5 * BATCH


class NothingOutdated(NetralError):
    """Every certificate prints what the period has; the argument is the kode of the period."""


def count_outdated(session: Session, act: Act, *, period_id: int) -> int:
    """Count what a reissue would be about. Raises NotFound for a period of another instansi."""
    return len(list_outdated(session, act, period_id=period_id))


def list_outdated(session: Session, act: Act, *, period_id: int, most: int | None = None) -> tuple[str, ...]:
    """List the public ids in the order of issue, or the first of them. Raises NotFound for a foreign period."""
    statement = select_outdated(session, act, period_id=period_id)
    found: list[str] = []
    while most is None or len(found) < most:
        # Names that cannot be printed are left out here, so a page of rows may hold fewer than are wanted.
        rows = session.execute(statement if most is None else statement.limit(PAGE)).all()
        found += [row.public_id for row in rows if not missing_glyphs(clean(row.nama))]
        if most is None or len(rows) < PAGE:
            break
        statement = statement.where(Certificate.sequence > rows[-1].sequence)
    return tuple(found[:most])


def select_outdated(session: Session, act: Act, *, period_id: int) -> Select[*tuple[Any, ...]]:
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
    return (
        select(Certificate.public_id, Certificate.sequence, Asn.nama)
        .join(Asn, Asn.id == Certificate.asn_id)
        .where(Certificate.period_id == period_id, Certificate.status == VALID, differs)
        .where(or_(Certificate.valid_until.is_(None), Certificate.valid_until >= today))
        .order_by(Certificate.sequence)
    )


def order_reissue(session: Session, act: Act, *, period_id: int, kode: str, reason: str) -> int:
    """Order the reissue and return the id of its job, or of the one that is under way already.

    Raises NotFound, NothingOutdated, RevocationReasonMissing.
    """
    if not reason.strip():
        raise RevocationReasonMissing
    count = count_outdated(session, act, period_id=period_id)
    if not count:
        raise NothingOutdated(kode)
    job_id = enqueue(session, act, KIND, {"period_id": period_id, "reason": reason.strip()}, key=str(period_id))
    detail = {"kode": kode, "count": count, "reason": reason.strip()}
    record(session, act, action="period.reissue_ordered", object_kind="period", object_id=period_id, detail=detail)
    return job_id


def reissue_batch(session: Session, claimed: Claimed, signer: Signer, act: Act) -> Progress:
    """Reissue the next certificates, uncommitted. What was reissued by hand meanwhile is not reissued again.

    Only the first step counts all of them: each of a thousand steps would otherwise read what a thousand have to do.
    """
    period_id = claimed.arguments["period_id"]
    total = claimed.total or count_outdated(session, act, period_id=period_id)
    found = list_outdated(session, act, period_id=period_id, most=BATCH + 1)
    for public_id in found[:BATCH]:
        reissue(session, act, signer, public_id=public_id, reason=claimed.arguments["reason"])
    done = claimed.done + len(found[:BATCH])
    left_over = len(found) > BATCH
    return Progress(done=done, total=max(total, done + 1) if left_over else done, result={"period_id": period_id})
