"""Undoing the last applied roster for everybody except people who have acted or changed since."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from netral.accounts.sessions import find_signed_in
from netral.accounts.users import rename_logins, return_roles
from netral.audit.events import Act, record
from netral.database.tables import plan_anew
from netral.errors import NetralError, NotFound
from netral.learning.exams.models import Attempt
from netral.learning.periods.models import Enrolment
from netral.learning.study.models import PageReached, PracticeAnswer
from netral.organisation.instansi import lock_instansi
from netral.organisation.models import Asn, RosterChange, RosterImport
from netral.organisation.writing import change_people
from netral.pledges.models import Signature
from netral.roster.applying import APPLIED, UNDOABLE, UNDONE, Renumbered, rename_users
from netral.roster.following import Followed, follow_roster
from netral.roster.planning import COLUMNS, JOINED, RETURNED


class NotUndoable(NetralError):
    """Only the last applied import can be undone, only once, and only for seven days."""


class Blocker(StrEnum):
    """The reasons why undoing leaves a person as they are."""

    SIGNED_IN = "signed_in"  # of somebody whom undoing would lock out: they joined, came back or got another NIP
    STARTED = "started"
    SIGNED = "signed"
    CERTIFIED = "certified"
    CHANGED = "changed"  # by another way than this import
    NIP_TAKEN = "nip_taken"  # their previous NIP belongs to somebody else now


@dataclass(frozen=True, slots=True)
class LeftAlone:
    asn_id: int
    nama: str
    why: tuple[Blocker, ...]


SUMMARISED = {
    "started_at": Blocker.STARTED,
    "passed_at": Blocker.STARTED,
    "pledged_at": Blocker.SIGNED,
    "completed_at": Blocker.CERTIFIED,
}
ACTS = (
    (PageReached.reached_at, Blocker.STARTED),
    (PracticeAnswer.answered_at, Blocker.STARTED),
    (Attempt.started_at, Blocker.STARTED),
    (Signature.at, Blocker.SIGNED),
)


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """People with the values to restore, and people whom undoing leaves alone.

    The latter acted or were changed after the import, or their previous NIP belongs to somebody else now.
    """

    restoring: tuple[tuple[int, Mapping[str, Any]], ...]
    left_alone: tuple[LeftAlone, ...]

    @property
    def restored(self) -> tuple[int, ...]:
        return tuple(asn_id for asn_id, _ in self.restoring)


@dataclass(frozen=True, slots=True)
class UndoResult:
    """The plan as it was carried out; `renumbered`: restored people who have their previous NIP again."""

    plan: UndoPlan
    renumbered: tuple[Renumbered, ...]
    followed: tuple[Followed, ...]


def find_undoable(session: Session, *, instansi_id: int, now: datetime) -> int | None:
    """Return the last applied import, unless it was undone or is older than seven days."""
    statement = (
        select(RosterImport.id, RosterImport.state, RosterImport.applied_at)
        .where(RosterImport.instansi_id == instansi_id, RosterImport.applied_at.is_not(None))
        .order_by(RosterImport.applied_at.desc(), RosterImport.id.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return row.id if row and row.state == APPLIED and now < row.applied_at + UNDOABLE else None


def plan_undo(session: Session, *, instansi_id: int, import_id: int, now: datetime) -> UndoPlan:
    """Return what undoing would do. Raises NotFound, NotUndoable."""
    this = RosterImport.id == import_id, RosterImport.instansi_id == instansi_id
    applied = session.execute(select(RosterImport.applied_at, RosterImport.summary).where(*this)).one_or_none()
    if applied is None or applied.applied_at is None:
        raise NotFound("impor", import_id)
    if find_undoable(session, instansi_id=instansi_id, now=now) != import_id:
        raise NotUndoable(import_id)
    statement = (
        select(RosterChange.asn_id, RosterChange.kind, RosterChange.before, RosterChange.after)
        .add_columns(*(getattr(Asn, name) for name in COLUMNS))
        .add_columns((Asn.updated_at > applied.applied_at).label("changed_since"))
        .join(Asn, Asn.id == RosterChange.asn_id)
        .where(RosterChange.import_id == import_id, Asn.instansi_id == instansi_id)
        .order_by(RosterChange.asn_id)
    )
    old_nips = dict(applied.summary.get("old_nips", ()))
    blockers = find_blockers(session, instansi_id, applied.applied_at, old_nips)
    restoring, alone = [], []
    for row in session.execute(statement):
        why = blockers.get(row.asn_id, set()) - ({Blocker.SIGNED_IN} if not locks_out(row, old_nips) else set())
        if not stands_as_applied(row):
            why.add(Blocker.CHANGED)
        if why:
            alone.append(LeftAlone(row.asn_id, row.nama, tuple(one for one in Blocker if one in why)))
        else:
            old_nip = {"nip": old_nips[row.asn_id]} if row.asn_id in old_nips else {}
            restoring.append((row.asn_id, row.before | old_nip))
    return UndoPlan(tuple(restoring), tuple(alone))


def locks_out(row: Row[Any], old_nips: Mapping[int, str]) -> bool:
    """Return whether somebody who has signed in could not do so again, or not by the same NIP."""
    return row.kind in {JOINED, RETURNED} or row.asn_id in old_nips


def find_blockers(
    session: Session, instansi_id: int, since: datetime, old_nips: Mapping[int, str]
) -> defaultdict[int, set[Blocker]]:
    """Return what people have done since then, by their ids."""
    found: defaultdict[int, set[Blocker]] = defaultdict(set)
    mine = Enrolment.instansi_id == instansi_id
    for column, blocker in SUMMARISED.items():
        for asn_id in session.scalars(select(Enrolment.asn_id).where(mine, getattr(Enrolment, column) >= since)):
            found[asn_id].add(blocker)
    for moment, blocker in ACTS:
        table = moment.class_
        acted_in = select(Enrolment.asn_id).join(table, table.enrolment_id == Enrolment.id)
        for asn_id in session.scalars(acted_in.where(table.instansi_id == instansi_id, moment >= since)):
            found[asn_id].add(blocker)
    for asn_id in find_signed_in(session, instansi_id=instansi_id, since=since):
        found[asn_id].add(Blocker.SIGNED_IN)
    for asn_id in find_replaced(session, instansi_id, old_nips):
        found[asn_id].add(Blocker.NIP_TAKEN)
    return found


def find_replaced(session: Session, instansi_id: int, old_nips: Mapping[int, str]) -> set[int]:
    """Return the people whose previous NIP (`old_nips`, by person) has been given to somebody else since."""
    statement = select(Asn.nip).where(
        Asn.instansi_id == instansi_id, Asn.nip.in_(list(old_nips.values())), Asn.id.not_in(list(old_nips))
    )
    taken = frozenset(session.scalars(statement)) if old_nips else frozenset()
    return {asn_id for asn_id, nip in old_nips.items() if nip in taken}


def stands_as_applied(row: Row[Any]) -> bool:
    return not row.changed_since and all(getattr(row, column) == value for column, value in row.after.items())


def undo_roster(session: Session, *, instansi_id: int, import_id: int, now: datetime, by: int | None) -> UndoResult:
    """Undo the last import for everybody who has not acted; accounts and periods follow. Raises NotFound, NotUndoable.

    New people become inactive, since nobody is deleted; new units stay. Roles that ended with the import are given
    again, except those of oversight.
    """
    lock_instansi(session, instansi_id)
    plan = plan_undo(session, instansi_id=instansi_id, import_id=import_id, now=now)
    renumbered = list_renumbered(session, plan)
    plan_anew(session)
    change_people(session, plan.restoring, now=now)
    undone = session.get_one(RosterImport, import_id)
    applied_at = undone.applied_at or now
    undone.state, undone.undone_at, undone.problems, undone.listed = UNDONE, now, [], []
    undone.summary = undone.summary | {"old_nips": []}
    session.flush()
    act = Act(by, now, instansi_id)
    record(
        session,
        act,
        action="roster.undone",
        object_kind="roster_import",
        object_id=import_id,
        detail={"restored": len(plan.restoring), "left_alone": len(plan.left_alone)},
    )
    rename_users(session, plan.restored)
    rename_logins(session, renumbered)
    return_roles(session, act, asn_ids=frozenset(plan.restored), ended_at=applied_at)
    return UndoResult(plan, renumbered, follow_roster(session, instansi_id=instansi_id, now=now, by=by))


def list_renumbered(session: Session, plan: UndoPlan) -> tuple[Renumbered, ...]:
    """List NIP changes before they are undone: from the present NIP to the previous one."""
    wanted = {asn_id: values["nip"] for asn_id, values in plan.restoring if values.get("nip")}
    people = session.execute(select(Asn.id, Asn.nip).where(Asn.id.in_(list(wanted)))).all() if wanted else ()
    return tuple(Renumbered(row.id, row.nip or "", wanted[row.id]) for row in people)
