"""Actions that need two officers: whatever lets somebody act as an officer of oversight.

Those who are overseen must not hold the keys of those who oversee: BKPSDM alone could otherwise take the account of an
inspector by a new code. One officer proposes, another confirms, and the code is shown only to the one who confirms. The
command line does everything alone, because it belongs to whoever owns the machine; it is recorded as such.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from netral.accounts.access import FACTOR_ROLES, Grant, Role
from netral.accounts.models import Proposal, RoleGrant, User

LIFETIME = timedelta(hours=72)


class Kind(StrEnum):
    ROLE = "peran"
    CODE = "kode"
    FACTOR = "autentikator"


class State(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    VOID = "void"
    EXPIRED = "expired"


Pairs = frozenset[tuple[Role, Role]]
BKPSDM, INSPEKTORAT, PENGELOLA = Role.BKPSDM, Role.INSPEKTORAT, Role.PENGELOLA

# The role at stake -> the roles of the officer who proposes and of the officer who confirms.
PAIRS: dict[Role, Pairs] = {
    INSPEKTORAT: frozenset(
        {(BKPSDM, PENGELOLA), (INSPEKTORAT, PENGELOLA), (PENGELOLA, INSPEKTORAT), (PENGELOLA, PENGELOLA)}
    ),
    BKPSDM: frozenset({(BKPSDM, PENGELOLA), (PENGELOLA, BKPSDM), (PENGELOLA, PENGELOLA)}),
    PENGELOLA: frozenset({(PENGELOLA, PENGELOLA)}),
}
# Two colleagues of BKPSDM may also let a third one in again, who was named before.
COLLEAGUES: Pairs = frozenset({(BKPSDM, BKPSDM)})


@dataclass(frozen=True, slots=True)
class Stake:
    """A role of oversight that an action would hand over; `instansi_id` 0 is the installation."""

    role: Role
    instansi_id: int


def pairs_for(kind: Kind, role: Role) -> Pairs:
    return PAIRS[role] | COLLEAGUES if role is BKPSDM and kind is not Kind.ROLE else PAIRS[role]


def may_propose(grants: Sequence[Grant], kind: Kind, stakes: Sequence[Stake]) -> bool:
    """Return whether somebody with these roles may propose it: there is a pair for every role at stake."""
    return bool(stakes) and all(
        any(holds(grants, proposer, stake) for proposer, _ in pairs_for(kind, stake.role)) for stake in stakes
    )


def may_confirm(proposing: Sequence[Grant], confirming: Sequence[Grant], kind: Kind, stakes: Sequence[Stake]) -> bool:
    """Return whether these two together may do it; the caller ensures that they are two persons."""
    return bool(stakes) and all(
        any(holds(proposing, first, stake) and holds(confirming, second, stake) for first, second in found)
        for stake, found in ((stake, pairs_for(kind, stake.role)) for stake in stakes)
    )


def find_confirmers(proposing: Sequence[Grant], kind: Kind, stakes: Sequence[Stake]) -> tuple[Role, ...]:
    """Return the roles of which any one may confirm what somebody with these roles has proposed."""
    found = [
        {confirmer for proposer, confirmer in pairs_for(kind, stake.role) if holds(proposing, proposer, stake)}
        for stake in stakes
    ]
    return tuple(sorted(set.intersection(*found))) if found else ()


def holds(grants: Iterable[Grant], role: Role, stake: Stake) -> bool:
    """Return whether one of these roles is the wanted one and reaches the instansi; a pengelola reaches all of them."""
    return any(
        grant.role is role and (role is Role.PENGELOLA or grant.reach.instansi_id == stake.instansi_id)
        for grant in grants
    )


def is_guarded() -> ColumnElement[bool]:
    """Return a condition: the user holds a role of oversight."""
    held = select(RoleGrant.id).where(
        RoleGrant.user_id == User.id, RoleGrant.revoked_at.is_(None), RoleGrant.role.in_(sorted(FACTOR_ROLES))
    )
    return held.correlate(User).exists()


def find_stakes(grants: Iterable[Grant]) -> tuple[Stake, ...]:
    """Return the roles of oversight among these."""
    found = (Stake(grant.role, grant.reach.instansi_id) for grant in grants if grant.role in FACTOR_ROLES)
    return tuple(dict.fromkeys(found))


def void_proposals(session: Session, *, user_ids: Sequence[int], now: datetime) -> None:
    """End the open proposals about users and by them, whose roles have changed."""
    theirs = or_(Proposal.target_id.in_(user_ids), Proposal.proposed_by.in_(user_ids))
    statement = update(Proposal).where(theirs, Proposal.state == State.OPEN.value)
    session.execute(statement.values(state=State.VOID.value, decided_at=now))
