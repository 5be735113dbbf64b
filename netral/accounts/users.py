"""Users and their roles: making them, finding them, granting and revoking."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, exists, func, literal, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from netral.accounts.access import FACTOR_ROLES, SUBTREE_ROLES, Role
from netral.accounts.codes import end_codes, lock_users
from netral.accounts.models import LoginSession, RoleGrant, User
from netral.accounts.sessions import end_where
from netral.accounts.two_persons import void_proposals
from netral.audit.events import Act, record
from netral.database.tables import change_rows, insert
from netral.errors import NetralError, NotFound
from netral.folding import clean
from netral.organisation.instansi import lock_instansi
from netral.organisation.models import Asn, Opd
from netral.organisation.numbers import fold_login

# Without a holder of one of these roles, nobody could repair anything any more, or nobody would oversee it: neither one
# pengelola alone nor a roster may end all oversight.
INDISPENSABLE = FACTOR_ROLES


class LoginTaken(NetralError):
    """Another user has this login name; the first argument is the name."""


class LastOfficer(NetralError):
    """The last holder of a role that the instansi or the installation cannot be without; the argument is the role."""


class RoleNeedsOpd(NetralError):
    """The role of operator_opd needs an OPD."""


class RoleNeedsInstansi(NetralError):
    """Every role except pengelola and penyunting belongs to an instansi."""


class GrantedAlready(NetralError):
    """The user has this role there."""


class OwnMatter(NetralError):
    """Officers decide nothing about themselves; another officer does."""


class HolderGone(NetralError):
    """The user has left the service, so that a role would end at once; the argument is their name."""


@dataclass(frozen=True, slots=True)
class Credentials:
    user_id: int
    login: str
    nama: str
    instansi_id: int | None
    password_hash: str | None


def find_credentials(session: Session, login: str) -> Credentials | None:
    """Find an active user. An unknown login and one that is switched off both give None."""
    row = session.execute(
        select(User.id, User.login, User.nama, User.instansi_id, User.password_hash).where(
            User.login == login, User.active.is_(True)
        )
    ).one_or_none()
    return Credentials(*row) if row else None


def is_current(session: Session, user: Credentials) -> bool:
    """Return whether the data read before hashing a password still hold, locked until the transaction ends."""
    lock_users(session, User.id == user.user_id)
    return find_credentials(session, user.login) == user


def make_user(session: Session, act: Act, *, login: str, nama: str, asn_id: int | None = None) -> User:
    """Make a user of the act's instansi, without a password until a one-time code is redeemed.

    Raises LoginTaken.
    """
    login = fold_login(login)
    if session.scalar(select(exists().where(User.login == login))):
        raise LoginTaken(login)
    user = User(login=login, nama=clean(nama), instansi_id=act.instansi_id, asn_id=asn_id, created_at=act.now)
    session.add(user)
    session.flush()
    record(session, act, action="user.made", object_kind="user", object_id=user.id)
    return user


def open_accounts(session: Session, *, instansi_id: int, now: datetime) -> int:
    """Make a user for each active ASN without one; return how many. The login is the NIP, else the participant number.

    The NIP of an ASN who moved here is still a login of the other instansi, so the new login also carries the id of
    this one.
    """
    login = func.coalesce(Asn.nip, Asn.number)
    taken = exists().where(User.login == login).correlate(Asn)
    statement = (
        select(
            case((taken, login + f"@{instansi_id}"), else_=login),
            Asn.nama,
            literal(instansi_id),
            Asn.id,
            true(),
            literal(now, User.created_at.type),
        )
        .where(Asn.instansi_id == instansi_id, Asn.active.is_(True), login.is_not(None))
        .where(~exists().where(User.asn_id == Asn.id).correlate(Asn))
        .order_by(Asn.id)
    )
    columns = ["login", "nama", "instansi_id", "asn_id", "active", "created_at"]
    return change_rows(session, insert(session, User).from_select(columns, statement).on_conflict_do_nothing())


def rename_logins(session: Session, nips: Iterable[tuple[int, str | None, str]]) -> int:
    """Rename the logins of people whose NIP has changed and return how many were renamed.

    `nips`: (asn, NIP before, NIP now). A login stays if another account has the new name. Password, sessions and
    one-time codes belong to the account, so they stay good.
    """
    rows = [{"asn": asn_id, "before": before, "now": now} for asn_id, before, now in nips]
    if not rows:
        return 0
    other = aliased(User)
    statement = (
        update(User)
        .where(User.asn_id == bindparam("asn"), User.login == bindparam("before"))
        .where(~exists().where(other.login == bindparam("now")))
        .values(login=bindparam("now"))
    )
    changed = session.connection().execute(statement, rows).rowcount
    session.expire_all()
    return changed


def get_user(session: Session, login: str) -> User:
    """Return a user. Raises NotFound."""
    user = session.scalars(select(User).where(User.login == fold_login(login))).one_or_none()
    if user is None:
        raise NotFound(login)
    return user


def refuse_own_matter(session: Session, act: Act, *, asn_id: int) -> None:
    """Raise OwnMatter if the actor is this person.

    Who has a personal interest may not decide: UU 30/2014 articles 42 and 43 (1) a.
    """
    if find_own_asn_id(session, act) == asn_id:
        raise OwnMatter


def find_own_asn_id(session: Session, act: Act) -> int | None:
    """Return the actor's own entry on the roster; None without an actor, or for an actor off the roster."""
    return session.execute(select(User.asn_id).where(User.id == act.actor_id)).scalar_one_or_none()


def grant_role(session: Session, act: Act, *, user: User, role: Role, opd_id: int | None = None) -> None:
    """Give a user a role in the instansi of the act.

    Their open codes and sessions end, since those were issued for fewer rights, and so do proposals about them. Peserta
    cannot be granted: everybody on a roster is one. Raises RoleNeedsOpd, RoleNeedsInstansi, HolderGone or
    GrantedAlready.
    """
    if role in SUBTREE_ROLES and opd_id is None:
        raise RoleNeedsOpd(role)
    if role not in {Role.PENGELOLA, Role.PENYUNTING} and act.instansi_id is None:
        raise RoleNeedsInstansi(role)
    if grant_all(session, act, role=role, pairs=[(user.id, opd_id)]) == 0:
        raise GrantedAlready(role)


def grant_all(session: Session, act: Act, *, role: Role, pairs: Sequence[tuple[int, int | None]]) -> int:
    """Give people a role in the instansi of the act, by user and OPD, in few statements however many they are.

    Returns how many did not have it there; access ends for these only. Raises HolderGone.
    """
    user_ids = [user_id for user_id, _ in pairs]
    lock_users(session, User.id.in_(user_ids))
    gone = set(user_ids) - set(active_holders(session, user_ids))
    if gone:
        raise HolderGone(session.get_one(User, min(gone)).nama)
    given: dict[str, Any] = {
        "role": role.value,
        "instansi_id": act.instansi_id,
        "granted_at": act.now,
        "granted_by": act.actor_id,
    }
    held = [(user_id, opd_id if role in SUBTREE_ROLES else None) for user_id, opd_id in pairs]
    rows = [
        {"user_id": user_id, "opd_id": opd_id, "scope": f"{act.instansi_id or 0}/{opd_id or 0}"} | given
        for user_id, opd_id in held
    ]
    statement = insert(session, RoleGrant).values(rows).on_conflict_do_nothing().returning(RoleGrant.user_id)
    granted = list(session.scalars(statement))
    end_access(session, act, "role.granted", granted, role)
    return len(granted)


def revoke_role(session: Session, act: Act, *, user: User, role: Role, opd_id: int | None = None) -> None:
    """Take a role in the instansi of the act from a user and end their open codes, sessions and proposals.

    Raises NotFound if the user does not have it, LastOfficer if no holder would be left.
    """
    lock_users(session, User.id == user.id)
    same = (
        RoleGrant.role == role.value,
        RoleGrant.instansi_id.is_not_distinct_from(act.instansi_id),
        RoleGrant.revoked_at.is_(None),
    )
    holders = session.execute(
        select(RoleGrant.id, RoleGrant.user_id, RoleGrant.opd_id).where(*same).order_by(RoleGrant.id).with_for_update()
    ).all()
    mine = [row.id for row in holders if row.user_id == user.id and (opd_id is None or row.opd_id == opd_id)]
    if not mine:
        raise NotFound(role)
    others = active_holders(session, [row.user_id for row in holders if row.user_id != user.id])
    if role in INDISPENSABLE and not others:
        raise LastOfficer(role)
    session.execute(update(RoleGrant).where(RoleGrant.id.in_(mine)).values(revoked_at=act.now))
    end_access(session, act, "role.revoked", [user.id], role)


def end_roles_of_departed(session: Session, act: Act) -> None:
    """Take every role from people of the act's instansi who are not in service, except one that nobody else could take.

    Their accounts stay, so that they can still fetch their certificates. Calling it twice has no further effect.
    """
    held = (
        select(User, RoleGrant.role, RoleGrant.instansi_id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .join(Asn, Asn.id == User.asn_id)
        .where(Asn.instansi_id == act.instansi_id, Asn.active.is_(False), RoleGrant.revoked_at.is_(None))
    )
    if session.execute(held.limit(1)).first() is None:
        return  # almost always, and then nothing is locked
    lock_instansi(session, act.instansi_id)
    for user, role, instansi_id in set(session.execute(held).all()):
        with suppress(LastOfficer):
            revoke_role(session, act.within(instansi_id), user=user, role=Role(role))


def return_roles(session: Session, act: Act, *, asn_ids: Collection[int], ended_at: datetime) -> None:
    """Give people who are in service again the roles that ended at a moment, except those of oversight.

    Two persons give those: somebody else may have taken over the account meanwhile.
    """
    ended = (
        select(User, RoleGrant.role, RoleGrant.instansi_id, RoleGrant.opd_id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .join(Asn, Asn.id == User.asn_id)
        .where(Asn.instansi_id == act.instansi_id, Asn.active.is_(True), RoleGrant.revoked_at == ended_at)
        .where(RoleGrant.role.not_in(sorted(FACTOR_ROLES)))
    )
    for user, role, instansi_id, opd_id in session.execute(ended).all():
        if user.asn_id in asn_ids:
            with suppress(GrantedAlready):
                grant_role(session, act.within(instansi_id), user=user, role=Role(role), opd_id=opd_id)


def end_access(session: Session, act: Act, action: str, user_ids: Sequence[int], role: Role) -> None:
    """End the codes and sessions of users whose roles have changed, and record each change.

    Proposals about them and by them end only with a role of oversight: a role that BKPSDM gives alone decides nothing
    about who may propose or confirm, and must not be a way to end a proposal alone.
    """
    if role in FACTOR_ROLES:
        void_proposals(session, user_ids=user_ids, now=act.now)
    end_codes(session, user_ids, act.now)
    end_where(session, LoginSession.user_id.in_(user_ids), act.now)
    for user_id in user_ids:
        record(session, act, action=action, object_kind="user", object_id=user_id, detail={"role": role.value})


def active_holders(session: Session, user_ids: list[int]) -> list[int]:
    """Return those of these users who can act: neither switched off nor gone from the roster."""
    in_service = or_(Asn.id.is_(None), Asn.active.is_(True))
    statement = select(User.id).outerjoin(Asn, Asn.id == User.asn_id)
    return list(session.scalars(statement.where(User.id.in_(user_ids), User.active.is_(True), in_service)))


@dataclass(frozen=True, slots=True)
class Person:
    """The roster's data about a user, for the user's own eyes."""

    login: str
    nama: str
    nip: str | None
    opd: str | None
    jabatan: str | None
    jenis: str | None
    email: str | None


def describe_person(session: Session, *, user_id: int) -> Person:
    statement = (
        select(User.login, User.nama, Asn.nip, Opd.nama.label("opd"), Asn.jabatan, Asn.jenis, Asn.email)
        .outerjoin(Asn, Asn.id == User.asn_id)
        .outerjoin(Opd, Opd.id == Asn.opd_id)
        .where(User.id == user_id)
    )
    return Person(*session.execute(statement).one())


def read_credentials(session: Session, *, user_id: int) -> Credentials:
    statement = select(User.id, User.login, User.nama, User.instansi_id, User.password_hash).where(User.id == user_id)
    return Credentials(*session.execute(statement).one())


def keep_rehashed(session: Session, *, user_id: int, password_hash: str) -> None:
    """Store the same password hashed at today's cost: no session ends and nothing is recorded."""
    session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
