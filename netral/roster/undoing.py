"""Undoing the last applied roster: everybody back to what was, except who has acted or changed since."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.errors import NetralError
from netral.organisation.models import Asn, RosterChange, RosterImport
from netral.organisation.writing import change_people, lock_organisation
from netral.roster.applying import APPLIED, UNDONE, Renumbered
from netral.roster.plan import COLUMNS


class NotUndoable(NetralError):
    """Only the last applied import can be undone, and only once."""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    asn_id: int
    nama: str


@dataclass(frozen=True, slots=True)
class UndoResult:
    """The people whom undoing restored or left alone, by id.

    `renumbered`: restored people who have their previous NIP again. `left_alone`: people whom undoing does not touch,
    since they acted or were changed after the import, or since somebody else has their previous NIP.
    """

    import_id: int
    restored: tuple[int, ...]
    renumbered: tuple[Renumbered, ...]
    left_alone: tuple[LeftAlone, ...]


def find_undoable(session: Session, *, instansi_id: int) -> int | None:
    """The last applied import, unless it was undone."""
    statement = (
        select(RosterImport.id, RosterImport.state)
        .where(RosterImport.instansi_id == instansi_id, RosterImport.applied_at.is_not(None))
        .order_by(RosterImport.applied_at.desc(), RosterImport.id.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return row.id if row and row.state == APPLIED else None


def plan_undo(
    session: Session, *, instansi_id: int, import_id: int, acted: Collection[int]
) -> tuple[list[tuple[int, dict[str, Any]]], list[LeftAlone]]:
    """(person, values to restore), and who is left alone. Raises NotUndoable."""
    if find_undoable(session, instansi_id=instansi_id) != import_id:
        raise NotUndoable(import_id)
    columns = [getattr(Asn, name) for name in COLUMNS]
    statement = (
        select(RosterChange.asn_id, RosterChange.before, RosterChange.after, *columns)
        .add_columns((Asn.updated_at > RosterImport.applied_at).label("changed_since"))
        .join(Asn, Asn.id == RosterChange.asn_id)
        .join(RosterImport, RosterImport.id == RosterChange.import_id)
        .where(RosterChange.import_id == import_id, Asn.instansi_id == instansi_id)
        .order_by(RosterChange.asn_id)
    )
    summary = session.scalars(select(RosterImport.summary).where(RosterImport.id == import_id)).one()
    old_nips = dict(summary.get("old_nips", ()))
    restoring, alone = [], []
    kept_as_is = frozenset(acted) | find_replaced(session, instansi_id, old_nips)
    for row in session.execute(statement):
        if row.asn_id in kept_as_is or not stands_as_applied(row):
            alone.append(LeftAlone(row.asn_id, row.nama))
        else:
            old_nip = {"nip": old_nips[row.asn_id]} if row.asn_id in old_nips else {}
            restoring.append((row.asn_id, row.before | old_nip))
    return restoring, alone


def find_replaced(session: Session, instansi_id: int, old_nips: Mapping[int, str]) -> set[int]:
    """Return the people whose previous NIP (`old_nips`, by person) has been given to somebody else since."""
    statement = select(Asn.nip).where(
        Asn.instansi_id == instansi_id, Asn.nip.in_(list(old_nips.values())), Asn.id.not_in(list(old_nips))
    )
    taken = frozenset(session.scalars(statement)) if old_nips else frozenset()
    return {asn_id for asn_id, nip in old_nips.items() if nip in taken}


def stands_as_applied(row: Row[Any]) -> bool:
    return not row.changed_since and all(getattr(row, column) == value for column, value in row.after.items())


def undo_roster(
    session: Session, *, instansi_id: int, import_id: int, acted: Collection[int], now: datetime, by: int | None
) -> UndoResult:
    """Raises NotUndoable. `acted`: people who have learned, sat an exam or signed since; they are left as they are.

    Who was new becomes inactive, since nobody is deleted; units that were made stay.
    """
    lock_organisation(session, instansi_id)
    restoring, alone = plan_undo(session, instansi_id=instansi_id, import_id=import_id, acted=acted)
    renumbered = list_renumbered(session, restoring)
    change_people(session, restoring, now=now)
    undone = session.get_one(RosterImport, import_id)
    undone.state, undone.undone_at, undone.problems = UNDONE, now, []
    undone.summary = undone.summary | {"old_nips": []}
    session.flush()
    record(
        session,
        Act(by, now, instansi_id),
        action="roster.undone",
        object_kind="roster_import",
        object_id=import_id,
        detail={"restored": len(restoring), "left_alone": len(alone)},
    )
    return UndoResult(import_id, tuple(asn_id for asn_id, _ in restoring), renumbered, tuple(alone))


def list_renumbered(session: Session, restoring: Iterable[tuple[int, dict[str, Any]]]) -> tuple[Renumbered, ...]:
    """List NIP changes before they are undone: from the NIP that people have now to the one that they had."""
    wanted = {asn_id: values["nip"] for asn_id, values in restoring if values.get("nip")}
    people = session.execute(select(Asn.id, Asn.nip).where(Asn.id.in_(list(wanted)))).all() if wanted else ()
    return tuple(Renumbered(row.id, row.nip or "", wanted[row.id]) for row in people)
