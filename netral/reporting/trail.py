"""Reading the audit trail: one chain, filtered, the newest first."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.audit.models import AuditEvent

PAGE_SIZE = 50


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


@dataclass(frozen=True, slots=True)
class TrailPage:
    """`actions` are all that occur in the chain, for a filter to choose from."""

    events: tuple[TrailEvent, ...]
    matches: int
    page: int
    actions: tuple[str, ...]

    @property
    def last_page(self) -> int:
        return max(1, -(-self.matches // PAGE_SIZE))


def list_events(
    session: Session, *, chain: int, wanted: TrailFilter, page: int = 1, with_names: bool = True
) -> TrailPage:
    """50 to a page; a page beyond the last shows the last. The chain is the reach: ask only for what may be read."""
    statement = narrow(select_events(chain), wanted)
    matches = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    page = min(max(page, 1), max(1, -(-matches // PAGE_SIZE)))
    rows = session.execute(
        statement.order_by(AuditEvent.sequence.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    )
    events = tuple(TrailEvent(*row) for row in rows)
    if not with_names:
        events = tuple(replace(event, actor=None) for event in events)
    occurring = select(AuditEvent.action).where(AuditEvent.chain == chain).distinct().order_by(AuditEvent.action)
    return TrailPage(events, matches, page, tuple(session.scalars(occurring)))


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
