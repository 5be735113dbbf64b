"""The life of a proposal of two officers: proposed, then confirmed, declined, withdrawn, void or expired."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from netral.accounts.access import FACTOR_ROLES, Grant, Role
from netral.accounts.codes import IssuedCode, issue_codes, lock_users
from netral.accounts.factors import remove_factor
from netral.accounts.models import Proposal, RecoveryCode, RoleGrant, SecondFactor, User
from netral.accounts.sessions import read_grants
from netral.accounts.two_persons import (
    LIFETIME,
    Kind,
    Stake,
    State,
    find_confirmers,
    find_stakes,
    may_confirm,
    may_propose,
)
from netral.accounts.users import grant_role
from netral.audit.events import Act, record
from netral.database.paging import Page, paginate
from netral.database.tables import change_rows, insert
from netral.errors import NetralError, NotFound, NotPermitted
from netral.organisation.models import Asn, Instansi


class ProposalOpen(NetralError):
    """The same thing is proposed already and waits for another officer; the argument is the proposal."""


class ProposalSettled(NetralError):
    """The proposal was decided before, has expired, or became void; nothing has happened."""


class OwnProposal(NetralError):
    """Nobody confirms what they proposed, and nobody proposes or confirms anything about their own account."""


class FactorMissing(NetralError):
    """The person has no second factor that could be removed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that an officer may propose about a person; `role` only for a role."""

    kind: Kind
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The account that a proposal is about; `instansi_id` None is an account of the installation alone.

    `in_service`: False for somebody who has left.
    """

    user_id: int
    nama: str
    instansi_id: int | None
    grants: tuple[Grant, ...]
    has_factor: bool
    in_service: bool

    def stakes(self, choice: Choice) -> tuple[Stake, ...]:
        """Return the roles of oversight that a choice would hand over; somebody who has left is given none."""
        held = find_stakes(self.grants)
        if choice.role is None:
            return held
        wanted = Stake(choice.role, 0 if choice.role is Role.PENGELOLA else self.instansi_id or 0)
        return () if wanted in held or not self.in_service else (*held, wanted)

    def clashes(self, choice: Choice) -> bool:
        """Return whether the person would oversee themselves: an inspector in BKPSDM, or the other way round."""
        others = {Role.INSPEKTORAT: Role.BKPSDM, Role.BKPSDM: Role.INSPEKTORAT}
        other = others.get(choice.role) if choice.role else None
        return other is not None and Stake(other, self.instansi_id or 0) in find_stakes(self.grants)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """A proposal with names. `state` is expired from the last moment on, whether or not that has been written."""

    id: int
    instansi: str | None
    kind: Kind
    target_id: int
    target: str
    role: str
    reason: str
    proposed_by: int
    proposer: str
    proposed_at: datetime
    expires_at: datetime
    state: State
    decider: str | None
    decided_at: datetime | None


def find_target(session: Session, *, user_id: int) -> Target:
    """Return an active account. Raises NotFound."""
    row = session.execute(
        select(User.nama, User.instansi_id, SecondFactor.confirmed_at.is_not(None), func.coalesce(Asn.active, true()))
        .outerjoin(Asn, Asn.id == User.asn_id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(User.id == user_id, User.active.is_(True))
    ).one_or_none()
    if row is None:
        raise NotFound("user", user_id)
    nama, instansi_id, has_factor, in_service = row
    return Target(user_id, nama, instansi_id, read_grants(session, user_id=user_id), has_factor, in_service)


def list_choices(target: Target, *, actor_id: int, grants: Sequence[Grant]) -> list[Choice]:
    """List what somebody with these roles may propose about a person."""
    if target.user_id == actor_id:
        return []
    named = (Choice(Kind.ROLE, role) for role in (Role.INSPEKTORAT, Role.BKPSDM, Role.PENGELOLA))
    choices = [Choice(Kind.CODE), *([Choice(Kind.FACTOR)] if target.has_factor else []), *named]
    possible = (choice for choice in choices if not target.clashes(choice))
    return [choice for choice in possible if may_propose(grants, choice.kind, target.stakes(choice))]


def propose(session: Session, act: Act, *, grants: Sequence[Grant], user_id: int, choice: Choice, reason: str) -> int:
    """Propose a choice about a person and return the proposal; for the next 72 hours another officer may confirm it.

    Raises NotFound, OwnProposal, NotPermitted, FactorMissing or ProposalOpen.
    """
    lock_users(session, User.id == user_id)
    target = find_target(session, user_id=user_id)
    if act.actor_id is None or user_id == act.actor_id:
        raise OwnProposal
    stakes = target.stakes(choice)
    if not may_propose(grants, choice.kind, stakes) or target.clashes(choice):
        raise NotPermitted(choice.kind)
    if choice.kind is Kind.FACTOR and not target.has_factor:
        raise FactorMissing
    expire(session, act.now)
    values = {
        "instansi_id": None if choice.role is Role.PENGELOLA else target.instansi_id,
        "kind": choice.kind.value,
        "target_id": user_id,
        "role": choice.role.value if choice.role else "",
        "reason": reason,
        "proposed_by": act.actor_id,
        "proposed_at": act.now,
        "expires_at": act.now + LIFETIME,
        "state": State.OPEN.value,
    }
    proposal_id: int | None = session.scalar(
        insert(session, Proposal).values(values).on_conflict_do_nothing().returning(Proposal.id)
    )
    if proposal_id is None:
        raise ProposalOpen(find_open(session, values))
    note(session, act, "proposal.made", session.get_one(Proposal, proposal_id))
    return proposal_id


def find_open(session: Session, values: dict[str, Any]) -> int | None:
    same = (getattr(Proposal, name) == values[name] for name in ("target_id", "kind", "role", "state"))
    return session.scalar(select(Proposal.id).where(*same))


def expire(session: Session, now: datetime) -> None:
    """Note which proposals nobody confirmed in time."""
    late = (Proposal.state == State.OPEN.value, Proposal.expires_at <= now)
    session.execute(update(Proposal).where(*late).values(state=State.EXPIRED.value, decided_at=Proposal.expires_at))


def confirm(
    session: Session,
    act: Act,
    *,
    grants: Sequence[Grant],
    proposal_id: int,
    new_code: Callable[[], str],
    place: str | None = None,
) -> IssuedCode | None:
    """Do what was proposed, once, and return the code that the person needs now, if any.

    Raises NotFound, ProposalSettled, OwnProposal or NotPermitted.
    """
    proposal = find_proposal(session, proposal_id)
    lock_users(session, User.id == proposal.target_id)
    target, choice = find_target(session, user_id=proposal.target_id), choice_of(proposal)
    if act.actor_id in {proposal.proposed_by, proposal.target_id}:
        raise OwnProposal
    proposing = read_grants(session, user_id=proposal.proposed_by)
    stakes = target.stakes(choice)
    settle(session, act, proposal, State.CONFIRMED)
    if not may_confirm(proposing, grants, choice.kind, stakes):
        raise NotPermitted(choice.kind)
    note(session, act, "proposal.confirmed", proposal)
    return DEEDS[choice.kind](session, act.within(proposal.instansi_id), proposal, new_code, place)


def decline(session: Session, act: Act, *, grants: Sequence[Grant], proposal_id: int) -> None:
    """Decline a proposal, as an officer who might confirm it. Raises as `confirm` does."""
    proposal = find_proposal(session, proposal_id)
    stakes = find_target(session, user_id=proposal.target_id).stakes(choice_of(proposal))
    if act.actor_id == proposal.proposed_by:
        raise OwnProposal
    if not may_confirm(read_grants(session, user_id=proposal.proposed_by), grants, Kind(proposal.kind), stakes):
        raise NotPermitted(proposal.kind)
    settle(session, act, proposal, State.DECLINED)
    note(session, act, "proposal.declined", proposal)


def withdraw(session: Session, act: Act, *, proposal_id: int) -> None:
    """Withdraw the actor's own proposal. Raises NotFound or ProposalSettled."""
    proposal = find_proposal(session, proposal_id)
    if proposal.proposed_by != act.actor_id:
        raise NotFound("proposal", proposal_id)
    settle(session, act, proposal, State.WITHDRAWN)
    note(session, act, "proposal.withdrawn", proposal)


def find_proposal(session: Session, proposal_id: int) -> Proposal:
    found = session.get(Proposal, proposal_id)
    if found is None:
        raise NotFound("proposal", proposal_id)
    return found


def choice_of(proposal: Proposal) -> Choice:
    return Choice(Kind(proposal.kind), Role(proposal.role) if proposal.role else None)


def settle(session: Session, act: Act, proposal: Proposal, state: State) -> None:
    """Decide an open proposal; of two decisions at once only one succeeds. Raises ProposalSettled."""
    still_open = (Proposal.id == proposal.id, Proposal.state == State.OPEN.value, Proposal.expires_at > act.now)
    values = {"state": state.value, "decided_by": act.actor_id, "decided_at": act.now}
    if change_rows(session, update(Proposal).where(*still_open).values(values)) != 1:
        raise ProposalSettled(proposal.id)


def note(session: Session, act: Act, action: str, proposal: Proposal) -> None:
    detail = {"proposal": proposal.id, "kind": proposal.kind, "reason": proposal.reason}
    role = {"role": proposal.role} if proposal.role else {}
    act = act.within(proposal.instansi_id)
    record(session, act, action=action, object_kind="user", object_id=proposal.target_id, detail=detail | role)


Deed = Callable[[Session, Act, Proposal, Callable[[], str], str | None], IssuedCode | None]


def give_code(
    session: Session, act: Act, proposal: Proposal, new_code: Callable[[], str], place: str | None
) -> IssuedCode | None:
    (issued,) = issue_codes(
        session, act, user_ids=[proposal.target_id], new_code=new_code, place=place, proposal_id=proposal.id
    )
    return issued


def take_factor(session: Session, act: Act, proposal: Proposal, *_: Any) -> None:
    remove_factor(session, act, user_id=proposal.target_id)


def give_role(
    session: Session, act: Act, proposal: Proposal, new_code: Callable[[], str], place: str | None
) -> IssuedCode | None:
    """Give the role. The first role of oversight starts the account afresh, and a code is returned.

    Until now another person may know the password of a learner or hold their factor; neither may outlast the role.
    """
    user, role = session.get_one(User, proposal.target_id), Role(proposal.role)
    afresh = not any(grant.role in FACTOR_ROLES for grant in read_grants(session, user_id=user.id))
    grant_role(session, act, user=user, role=role)
    if not afresh:
        return None
    user.password_hash = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    session.flush()
    return give_code(session, act, proposal, new_code, place)


DEEDS: dict[Kind, Deed] = {Kind.ROLE: give_role, Kind.CODE: give_code, Kind.FACTOR: take_factor}


def list_proposals(
    session: Session, *, actor_id: int, grants: Sequence[Grant], now: datetime, page: int = 1
) -> Page[ProposalView]:
    """List the proposals that somebody with these roles may see, open ones first, then the newest."""
    late = Proposal.expires_at <= now
    waiting = and_(Proposal.state == State.OPEN.value, ~late)
    statement = select_views().where(visible(actor_id, grants)).order_by(waiting.desc(), Proposal.id.desc())
    return paginate(session, statement, number=page).map(lambda row: as_view(row, now))


def read_proposal(
    session: Session, *, actor_id: int, grants: Sequence[Grant], proposal_id: int, now: datetime
) -> ProposalView:
    """Return a proposal. Raises NotFound, also for one that is not theirs to see."""
    statement = select_views().where(Proposal.id == proposal_id, visible(actor_id, grants))
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("proposal", proposal_id)
    return as_view(row, now)


def visible(actor_id: int, grants: Sequence[Grant]) -> Any:
    """Return a condition: the actor's own proposals, and those of every instansi that a role of oversight reaches."""
    if any(grant.role is Role.PENGELOLA for grant in grants):
        return Proposal.id > 0
    reached = [stake.instansi_id for stake in find_stakes(grants)]
    return or_(Proposal.proposed_by == actor_id, Proposal.instansi_id.in_(reached))


def select_views() -> Select[*tuple[Any, ...]]:
    target, proposer, decider = aliased(User), aliased(User), aliased(User)
    return (
        select(
            Proposal.id,
            Instansi.nama.label("instansi"),
            Proposal.kind,
            Proposal.target_id,
            target.nama.label("target"),
            Proposal.role,
            Proposal.reason,
            Proposal.proposed_by,
            proposer.nama.label("proposer"),
            Proposal.proposed_at,
            Proposal.expires_at,
            Proposal.state,
            decider.nama.label("decider"),
            Proposal.decided_at,
        )
        .join(target, target.id == Proposal.target_id)
        .join(proposer, proposer.id == Proposal.proposed_by)
        .outerjoin(decider, decider.id == Proposal.decided_by)
        .outerjoin(Instansi, Instansi.id == Proposal.instansi_id)
    )


def as_view(row: Any, now: datetime) -> ProposalView:
    late = row.state == State.OPEN and row.expires_at <= now
    values = row._asdict() | {"kind": Kind(row.kind), "state": State.EXPIRED if late else State(row.state)}
    return ProposalView(**values)


def may_decide(session: Session, view: ProposalView, *, actor_id: int, grants: Sequence[Grant]) -> bool:
    """Return whether the actor may confirm or decline an open proposal."""
    if view.state is not State.OPEN or actor_id in {view.proposed_by, view.target_id}:
        return False
    proposing = read_grants(session, user_id=view.proposed_by)
    return may_confirm(proposing, grants, view.kind, find_stakes_of(session, view))


def find_stakes_of(session: Session, view: ProposalView) -> tuple[Stake, ...]:
    """Return the roles that a proposal would hand over, none when the account has been switched off."""
    try:
        target = find_target(session, user_id=view.target_id)
    except NotFound:
        return ()
    return target.stakes(Choice(view.kind, Role(view.role) if view.role else None))


def count_deciding(session: Session, *, actor_id: int, grants: Sequence[Grant], now: datetime) -> int:
    """Count the open proposals that the actor may confirm or decline; there are hardly ever more than a few."""
    waiting = (Proposal.state == State.OPEN.value, Proposal.expires_at > now, visible(actor_id, grants))
    views = [as_view(row, now) for row in session.execute(select_views().where(*waiting))]
    return sum(may_decide(session, view, actor_id=actor_id, grants=grants) for view in views)


def list_confirmers(session: Session, view: ProposalView) -> tuple[Role, ...]:
    """List the roles of the officers who may confirm a proposal."""
    proposing = read_grants(session, user_id=view.proposed_by)
    return find_confirmers(proposing, view.kind, find_stakes_of(session, view))


def has_confirmer(session: Session, view: ProposalView) -> bool:
    """Return whether there is anybody who may confirm a proposal; officers of oversight are few."""
    proposing, stakes = read_grants(session, user_id=view.proposed_by), find_stakes_of(session, view)
    others = select(RoleGrant.user_id).where(
        RoleGrant.role.in_(sorted(FACTOR_ROLES)), RoleGrant.user_id.not_in([view.proposed_by, view.target_id])
    )
    return any(
        may_confirm(proposing, read_grants(session, user_id=user_id), view.kind, stakes)
        for user_id in session.scalars(others.distinct())
    )


def list_about(session: Session, *, user_id: int, now: datetime) -> tuple[ProposalView, ...]:
    """List the open proposals about a person, for their own eyes."""
    statement = select_views().where(
        Proposal.target_id == user_id, Proposal.state == State.OPEN.value, Proposal.expires_at > now
    )
    return tuple(as_view(row, now) for row in session.execute(statement.order_by(Proposal.id)))
