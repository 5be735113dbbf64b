"""Reading the audit trail: one chain, filtered, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.audit.models import AuditEvent
from netral.database.paging import Page, paginate


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Empty fields do not filter. `action` matches what begins with it: `certificate.` or `certificate.revoked`."""

    action: str = ""
    object_kind: str = ""
    object_id: str = ""
    actor_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """`actor` is a name where names were asked for, and none for a command or the system."""

    sequence: int
    at: datetime
    actor_id: int | None
    actor: str | None
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]
    hash: str


def list_events(session: Session, *, chain: int, wanted: TrailFilter, page: int = 1) -> Page[TrailEvent]:
    """The newest first. The chain is the reach: ask only for what may be read."""
    statement = narrow(select_events(chain), wanted).order_by(AuditEvent.sequence.desc())
    return paginate(session, statement, number=page).map(lambda row: TrailEvent(*row))


def list_actions(session: Session, *, chain: int) -> tuple[str, ...]:
    """All that occur in a chain, for a filter to choose from."""
    occurring = select(AuditEvent.action).where(AuditEvent.chain == chain).distinct().order_by(AuditEvent.action)
    return tuple(session.scalars(occurring))


def count_events(session: Session, *, chain: int, wanted: TrailFilter) -> int:
    statement = narrow(select(AuditEvent.sequence).where(AuditEvent.chain == chain), wanted)
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def list_all_events(session: Session, *, chain: int, wanted: TrailFilter) -> tuple[TrailEvent, ...]:
    """In the order of the chain, for a file."""
    rows = session.execute(narrow(select_events(chain), wanted).order_by(AuditEvent.sequence))
    return tuple(TrailEvent(*row) for row in rows)


def select_events(chain: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            AuditEvent.sequence,
            AuditEvent.at,
            AuditEvent.actor_id,
            User.nama.label("actor"),
            AuditEvent.action,
            AuditEvent.object_kind,
            AuditEvent.object_id,
            AuditEvent.detail,
            AuditEvent.hash,
        )
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(AuditEvent.chain == chain)
    )


def narrow(statement: Select[*tuple[Any, ...]], wanted: TrailFilter) -> Select[*tuple[Any, ...]]:
    if wanted.action:
        statement = statement.where(AuditEvent.action.startswith(wanted.action, autoescape=True))
    if wanted.object_kind:
        statement = statement.where(AuditEvent.object_kind == wanted.object_kind)
    if wanted.object_id:
        statement = statement.where(AuditEvent.object_id == wanted.object_id)
    if wanted.actor_id is not None:
        statement = statement.where(AuditEvent.actor_id == wanted.actor_id)
    if wanted.since is not None:
        statement = statement.where(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditEvent.at < wanted.until)
    return statement
