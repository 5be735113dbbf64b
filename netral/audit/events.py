"""Recording actions, and proving that the record was not changed afterwards."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from netral.audit.models import AuditEvent, AuditHead
from netral.database.tables import dump_json, insert

INSTALLATION = 0
PENDING = "netral.audit.pending"
FIRST = "0" * 64
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Act:
    """The part that all events of one action share: the actor, the time and the instansi.

    Without an actor it was a command or the system; without an instansi it concerns the whole installation.
    """

    actor_id: int | None
    now: datetime
    instansi_id: int | None = None

    @property
    def chain(self) -> int:
        """Number of the chain that its events are appended to."""
        return self.instansi_id or INSTALLATION

    def within(self, instansi_id: int | None) -> "Act":
        """Return the same act in another instansi, for an actor from outside it."""
        return replace(self, instansi_id=instansi_id)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event before it has its place in the chain."""

    act: Act
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """The result of verifying a chain. `broken_at` is the number of the first event that does not fit, else none."""

    chain: int
    length: int
    broken_at: int | None


def record(
    session: Session,
    act: Act,
    *,
    action: str,
    object_kind: str,
    object_id: str | int,
    detail: dict[str, Any] | None = None,
) -> None:
    """Collect one event; it is written as the transaction commits, when the head of its chain is locked last."""
    happening = Happening(act, action, object_kind, str(object_id), detail or {})
    session.info.setdefault(PENDING, []).append(happening)


@event.listens_for(Session, "before_commit")
def write_pending(session: Session) -> None:
    """Write the recorded events in the transaction of the change. Chains are locked in order, so none deadlock."""
    pending: list[Happening] = session.info.get(PENDING, [])
    if not pending:
        return
    session.flush()
    for chain in sorted({happening.act.chain for happening in pending}):
        append(session, chain, [happening for happening in pending if happening.act.chain == chain])
    session.info[PENDING] = []


@event.listens_for(Session, "after_rollback")
def forget_pending(session: Session) -> None:
    session.info.pop(PENDING, None)


def append(session: Session, chain: int, happenings: list[Happening]) -> None:
    session.execute(insert(session, AuditHead).values(chain=chain, sequence=0, hash=FIRST).on_conflict_do_nothing())
    head = session.execute(
        select(AuditHead.sequence, AuditHead.hash).where(AuditHead.chain == chain).with_for_update()
    ).one()
    sequence, previous = head.sequence, head.hash
    rows = []
    for happening in happenings:
        sequence += 1
        row = as_row(happening, sequence, previous)
        previous = row["hash"]
        rows.append(row)
    session.execute(insert(session, AuditEvent), rows)
    session.execute(update(AuditHead).where(AuditHead.chain == chain).values(sequence=sequence, hash=previous))


def as_row(happening: Happening, sequence: int, previous: str) -> dict[str, Any]:
    row = {
        "chain": happening.act.chain,
        "sequence": sequence,
        "at": happening.act.now,
        "actor_id": happening.act.actor_id,
        "action": happening.action,
        "object_kind": happening.object_kind,
        "object_id": happening.object_id,
        "detail": happening.detail,
        "previous_hash": previous,
    }
    return row | {"hash": hash_event(row)}


def hash_event(row: dict[str, Any]) -> str:
    """Return the SHA-256, in hex, over every column, including the previous hash."""
    text = dump_json(row | {"at": row["at"].astimezone(UTC).isoformat(timespec="microseconds")})
    return hashlib.sha256(text.encode()).hexdigest()


def verify_chain(session: Session, chain: int) -> ChainVerdict:
    """Recompute a chain from its first event; it must also end where the head says."""
    sequence, previous = 0, FIRST
    for row in read_chain(session, chain):
        expected = hash_event({name: row[name] for name in row if name != "hash"})
        if row["sequence"] != sequence + 1 or row["previous_hash"] != previous or row["hash"] != expected:
            return ChainVerdict(chain, sequence, sequence + 1)
        sequence, previous = row["sequence"], row["hash"]
    head = session.execute(select(AuditHead.sequence, AuditHead.hash).where(AuditHead.chain == chain)).one_or_none()
    complete = (head.sequence, head.hash) == (sequence, previous) if head else sequence == 0
    return ChainVerdict(chain, sequence, None if complete else sequence + 1)


def read_chain(session: Session, chain: int) -> Iterator[dict[str, Any]]:
    """Yield every event of a chain as a row, in order, page by page: a chain may be larger than memory."""
    columns = [column for column in AuditEvent.__table__.columns if column.name != "id"]
    last = 0
    while True:
        statement = select(*columns).where(AuditEvent.chain == chain, AuditEvent.sequence > last)
        rows = session.execute(statement.order_by(AuditEvent.sequence).limit(PAGE)).mappings().all()
        yield from map(dict, rows)
        if len(rows) < PAGE:
            return
        last = rows[-1]["sequence"]


def list_chains(session: Session) -> list[int]:
    return list(session.scalars(select(AuditHead.chain).order_by(AuditHead.chain)))
