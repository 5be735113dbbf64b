"""A roster with everything that follows from it: accounts, and the periods that are not over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, column, or_, select, table, update
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.accounts.users import open_accounts, rename_logins
from netral.database.tables import UtcDateTime
from netral.errors import NotFound
from netral.learning.exams.models import Attempt
from netral.learning.periods.models import SUMMARY, Enrolment
from netral.learning.study.models import PageReached, PracticeAnswer
from netral.organisation.models import Asn, RosterImport
from netral.roster.applying import RosterResult, Upload, apply_roster
from netral.roster.following import Followed, follow_roster
from netral.roster.plan import RosterPlan
from netral.roster.undoing import LeftAlone, UndoResult, plan_undo, undo_roster

# The ikrar lives above learning; whether somebody answered it is all that is asked here.
SIGNATURE = table("signature", column("enrolment_id", Integer), column("at", UtcDateTime()))


@dataclass(frozen=True, slots=True)
class Imported:
    result: RosterResult
    accounts: int
    followed: tuple[Followed, ...]


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """How many people get back what they had, and who stays as he is."""

    restored: int
    left_alone: tuple[LeftAlone, ...]


def import_roster(
    session: Session,
    plan: RosterPlan,
    *,
    upload: Upload,
    now: datetime,
    by: int | None,
    deactivate_missing: bool = False,
    skip_errors: bool = False,
    confirmed: int | None = None,
) -> Imported:
    """Applies the plan, opens accounts for who has none, and writes joins, moves, leaves and returns of every period
    that is not over. Raises what `apply_roster` raises. Again: nothing.
    """
    result = apply_roster(
        session,
        plan,
        upload=upload,
        now=now,
        by=by,
        deactivate_missing=deactivate_missing,
        skip_errors=skip_errors,
        confirmed=confirmed,
    )
    if result.import_id is None:
        return Imported(result, 0, ())
    rename_users(session, result.renamed)
    rename_logins(session, ((one.asn_id, one.before, one.after) for one in result.renumbered))
    accounts = open_accounts(session, instansi_id=plan.instansi_id, now=now)
    return Imported(result, accounts, follow_roster(session, instansi_id=plan.instansi_id, now=now, by=by))


def foresee_undo(session: Session, *, instansi_id: int, import_id: int) -> UndoPlan:
    """What undoing would do, for the page that asks. Raises NotFound, NotUndoable."""
    acted = who_acted(session, instansi_id=instansi_id, import_id=import_id)
    restoring, alone = plan_undo(session, instansi_id=instansi_id, import_id=import_id, acted=acted)
    return UndoPlan(len(restoring), tuple(alone))


def undo_import(
    session: Session, *, instansi_id: int, import_id: int, now: datetime, by: int | None
) -> tuple[UndoResult, tuple[Followed, ...]]:
    """Undoes the last import as far as nobody has acted on it. Raises NotFound, NotUndoable."""
    acted = who_acted(session, instansi_id=instansi_id, import_id=import_id)
    undone = undo_roster(session, instansi_id=instansi_id, import_id=import_id, acted=acted, now=now, by=by)
    rename_users(session, undone.restored)
    rename_logins(session, ((one.asn_id, one.before, one.after) for one in undone.renumbered))
    return undone, follow_roster(session, instansi_id=instansi_id, now=now, by=by)


def rename_users(session: Session, asn_ids: Iterable[int]) -> None:
    """An account greets with the name of the roster."""
    name = select(Asn.nama).where(Asn.id == User.asn_id).scalar_subquery()
    statement = update(User).where(User.asn_id.in_(list(asn_ids)), User.nama != name).values(nama=name)
    session.execute(statement, execution_options={"synchronize_session": False})


def who_acted(session: Session, *, instansi_id: int, import_id: int) -> frozenset[int]:
    """People who learned, practised, sat an exam, answered the ikrar or got a certificate since it was applied."""
    statement = select(RosterImport.applied_at).where(
        RosterImport.id == import_id, RosterImport.instansi_id == instansi_id
    )
    since = session.scalar(statement)
    if since is None:
        raise NotFound("impor", import_id)
    summaries: Any = or_(*(getattr(Enrolment, column) >= since for column in SUMMARY))
    acted = set(session.scalars(select(Enrolment.asn_id).where(Enrolment.instansi_id == instansi_id, summaries)))
    for moment in (PageReached.reached_at, PracticeAnswer.answered_at, Attempt.started_at):
        table = moment.class_
        acted_in = select(Enrolment.asn_id).join(table, table.enrolment_id == Enrolment.id)
        acted |= set(session.scalars(acted_in.where(table.instansi_id == instansi_id, moment >= since)))
    answered = select(Enrolment.asn_id).join(SIGNATURE, SIGNATURE.c.enrolment_id == Enrolment.id)
    acted |= set(session.scalars(answered.where(Enrolment.instansi_id == instansi_id, SIGNATURE.c.at >= since)))
    return frozenset(acted)
