"""A roster applied or undone as one step: people, their accounts, and the periods that follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, column, or_, select, table, union, update
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.accounts.users import open_accounts
from netral.database import UtcDateTime
from netral.errors import NotFound
from netral.learning.models import Attempt, Enrolment, PageReached, Period, PracticeAnswer
from netral.learning.rosters import Followed, follow_roster
from netral.organisation.applying import RosterResult, Upload, apply_roster
from netral.organisation.models import Asn, RosterImport
from netral.organisation.planning import MOVED, RosterPlan
from netral.organisation.undoing import UndoResult, undo_roster

# The ikrar lives above learning; whether somebody answered it is all that is asked.
SIGNATURE = table("signature", column("enrolment_id", Integer), column("at", UtcDateTime()))


@dataclass(frozen=True, slots=True)
class Applied:
    """`accounts`: how many users were made; `periods`: what the running periods followed."""

    result: RosterResult
    accounts: int
    periods: tuple[Followed, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    result: UndoResult
    periods: tuple[Followed, ...]


def apply_import(
    session: Session,
    plan: RosterPlan,
    *,
    upload: Upload,
    now: datetime,
    by: int | None,
    deactivate_missing: bool = False,
    skip_errors: bool = False,
) -> Applied:
    """Raises what `apply_roster` raises. A second time changes nothing, also in the periods."""
    result = apply_roster(
        session,
        plan,
        upload=upload,
        now=now,
        by=by,
        deactivate_missing=deactivate_missing,
        skip_errors=skip_errors,
    )
    rename_users(session, result.renamed)
    accounts = open_accounts(session, instansi_id=plan.instansi_id, now=now)
    return Applied(result, accounts, follow_roster(session, instansi_id=plan.instansi_id, now=now, by=by))


def undo_import(session: Session, *, instansi_id: int, import_id: int, now: datetime, by: int | None) -> Undone:
    """Raises NotFound or NotUndoable. Whoever has done something since is left as he is, and named.

    Accounts that were made stay: an account without an active person has nothing to do, and nobody is deleted.
    """
    acted = find_acted(session, instansi_id=instansi_id, import_id=import_id)
    result = undo_roster(session, instansi_id=instansi_id, import_id=import_id, acted=acted, now=now, by=by)
    rename_users(session, result.restored)
    return Undone(result, follow_roster(session, instansi_id=instansi_id, now=now, by=by))


def expect(session: Session, plan: RosterPlan, *, deactivate_missing: bool, now: datetime) -> tuple[Followed, ...]:
    """What applying would change in each period that has not closed, for the preview: writes nothing."""
    moved = {change.asn_id for change in plan.changes if change.kind == MOVED}
    leaving = {absent.asn_id for absent in plan.missing} if deactivate_missing else set()
    returned = plan.returned
    periods = select(Period.id, Period.kode).where(Period.instansi_id == plan.instansi_id, Period.closes_at > now)
    return tuple(
        Followed(period_id, kode, joined=len(plan.added), moved=len(moved), left=len(leaving), returned=returned)
        for period_id, kode in session.execute(periods.order_by(Period.id))
    )


def rename_users(session: Session, asn_ids: Iterable[int]) -> None:
    """The name an account greets with is that of the roster."""
    wanted = list(asn_ids)
    if not wanted:
        return
    name = select(Asn.nama).where(Asn.id == User.asn_id).scalar_subquery()
    statement = update(User).where(User.asn_id.in_(wanted), User.nama != name).values(nama=name)
    session.execute(statement, execution_options={"synchronize_session": False})


def find_acted(session: Session, *, instansi_id: int, import_id: int) -> frozenset[int]:
    """People who have read, practised, sat an exam or answered the ikrar since the import was applied."""
    wanted = (RosterImport.id == import_id) & (RosterImport.instansi_id == instansi_id)
    since = session.scalar(select(RosterImport.applied_at).where(wanted))
    if since is None:
        raise NotFound(import_id)
    traces = [
        trace(PageReached.enrolment_id, PageReached.reached_at >= since),
        trace(PracticeAnswer.enrolment_id, PracticeAnswer.answered_at >= since),
        trace(Attempt.enrolment_id, or_(Attempt.started_at >= since, Attempt.closed_at >= since)),
        trace(SIGNATURE.c.enrolment_id, SIGNATURE.c.at >= since),
    ]
    statement = select(Enrolment.asn_id).where(
        Enrolment.instansi_id == instansi_id, Enrolment.id.in_(union(*traces).scalar_subquery())
    )
    return frozenset(session.scalars(statement))


def trace(enrolment_id: Any, since: Any) -> Select[Any]:
    return select(enrolment_id).where(since)
