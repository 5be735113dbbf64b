"""Sign-ins that the server knows, and that the server or the person can end."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.orm import Session

from netral.accounts.access import SUBTREE_ROLES, Actor, Grant, Proof, Reach, Role
from netral.accounts.models import LoginSession, RoleGrant, SecondFactor, User
from netral.audit.events import Act, record
from netral.audit.models import AuditEvent
from netral.database.hot import PreparedQuery
from netral.database.tables import Reader, change_rows, insert
from netral.errors import NotFound
from netral.organisation.models import Instansi, Opd

LIFETIME = timedelta(hours=12)
ENTERED = ("user.signed_in", "user.activated", "user.password_reset")


def digest_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin_session(
    session: Session,
    *,
    user_id: int,
    token: str,
    now: datetime,
    factor_at: datetime | None = None,
    device: str = "",
) -> None:
    """Begin a session of 12 hours. `token` has at least 128 random bits; only its SHA-256 is kept.

    `factor_at`: when the second factor was shown; none when only the password was. `device`: in words for its owner.
    """
    session.execute(delete(LoginSession).where(LoginSession.expires_at <= now - LIFETIME))
    session.execute(
        insert(session, LoginSession).values(
            token_hash=digest_token(token),
            user_id=user_id,
            created_at=now,
            expires_at=now + LIFETIME,
            factor_at=factor_at,
            confirmed_at=now,
            device=device,
        )
    )


def confirm_session(session: Session, *, token: str, now: datetime) -> None:
    """Note that the person has just proved their identity once more."""
    statement = update(LoginSession).where(LoginSession.token_hash == digest_token(token))
    session.execute(statement.values(confirmed_at=now))


def end_session(session: Session, *, token: str, now: datetime) -> None:
    end_where(session, LoginSession.token_hash == digest_token(token), now)


def end_all_sessions(session: Session, *, user_id: int, now: datetime) -> None:
    end_where(session, LoginSession.user_id == user_id, now)


def end_where(session: Session, condition: ColumnElement[bool], now: datetime) -> int:
    """End the open sessions that meet a condition and return how many there were."""
    return change_rows(
        session, update(LoginSession).where(condition, LoginSession.ended_at.is_(None)).values(ended_at=now)
    )


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A sign-in that has not ended. `device` is empty for an early sign-in without one; `here`: the current session."""

    id: int
    device: str
    since: datetime
    here: bool


def list_sessions(session: Session, *, user_id: int, token: str, now: datetime) -> tuple[OpenSession, ...]:
    """List the open sign-ins of a person: the one of `token` first, then the newest."""
    statement = (
        select(LoginSession.id, LoginSession.device, LoginSession.created_at, LoginSession.token_hash)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now)
        .order_by(LoginSession.created_at.desc(), LoginSession.id.desc())
    )
    mine = digest_token(token)
    found = [
        OpenSession(row.id, row.device, row.created_at, row.token_hash == mine) for row in session.execute(statement)
    ]
    return tuple(sorted(found, key=lambda each: not each.here))


def end_one_session(session: Session, act: Act, *, session_id: int) -> None:
    """End one session of the actor; the second time has no effect. Raises NotFound for somebody else's session."""
    mine = (LoginSession.id == session_id) & (LoginSession.user_id == act.actor_id)
    if session.scalars(select(LoginSession.id).where(mine)).one_or_none() is None:
        raise NotFound("session", session_id)
    if end_where(session, mine, act.now):
        record_own(session, act, "user.session_ended")


def end_other_sessions(session: Session, act: Act, *, token: str) -> None:
    """End every session of the actor except the one of `token`."""
    others = (LoginSession.user_id == act.actor_id) & (LoginSession.token_hash != digest_token(token))
    if end_where(session, others & (LoginSession.expires_at > act.now), act.now):
        record_own(session, act, "user.other_sessions_ended")


def record_own(session: Session, act: Act, action: str) -> None:
    """Record what a person did with their own account."""
    record(session, act, action=action, object_kind="user", object_id=act.actor_id or 0)


def find_owner(session: Reader, *, token_hash: str) -> int | None:
    """Return the user whose session this is or was, unless switched off. Rows stay for 12 hours after their end."""
    return session.scalar(
        select(User.id)
        .join(LoginSession, LoginSession.user_id == User.id)
        .where(LoginSession.token_hash == token_hash, User.active)
    )


class Holder(NamedTuple):
    """Whose session it is, with one of their roles; `role` is None for somebody without any."""

    user_id: int
    nama: str
    instansi_id: int | None
    asn_id: int | None
    instansi: str | None
    zona: str | None
    office: str | None
    role: str | None
    reach_instansi_id: int | None
    path: str | None
    has_factor: bool
    factor_at: datetime | None
    confirmed_at: datetime | None


user, login, grant = User.__table__.c, LoginSession.__table__.c, RoleGrant.__table__.c
opd, instansi, factor = Opd.__table__.c, Instansi.__table__.c, SecondFactor.__table__.c

ACTOR = PreparedQuery(
    select(
        user.id,
        user.nama,
        user.instansi_id,
        user.asn_id,
        instansi.nama.label("instansi"),
        instansi.zona,
        instansi.issuer_short.label("office"),
        grant.role,
        grant.instansi_id.label("reach_instansi_id"),
        opd.path,
        factor.confirmed_at.is_not(None).label("has_factor"),
        login.factor_at,
        login.confirmed_at,
    )
    .select_from(
        LoginSession.__table__.join(User.__table__, user.id == login.user_id)
        .outerjoin(RoleGrant.__table__, (grant.user_id == user.id) & grant.revoked_at.is_(None))
        .outerjoin(Opd.__table__, opd.id == grant.opd_id)
        .outerjoin(Instansi.__table__, instansi.id == user.instansi_id)
        .outerjoin(SecondFactor.__table__, factor.user_id == user.id)
    )
    .where(
        login.token_hash == bindparam("token_hash"),
        login.ended_at.is_(None),
        login.expires_at > bindparam("now"),
        user.active.is_(True),
    ),
    Holder._make,
)


def find_actor(session: Reader, *, token: str, now: datetime) -> Actor | None:
    """Return the person whose session this token opens, with their roles."""
    rows = ACTOR.all(session, token_hash=digest_token(token), now=now)
    if not rows:
        return None
    first = rows[0]
    return Actor(
        user_id=first.user_id,
        nama=first.nama,
        instansi_id=first.instansi_id,
        instansi=first.instansi or "",
        zona=first.zona or "",
        asn_id=first.asn_id,
        grants=(*own_grant(first), *(as_grant(row) for row in rows if row.role is not None)),
        office=first.office or "",
        proof=Proof(first.has_factor, first.factor_at, first.confirmed_at),
    )


def read_grants(session: Session, *, user_id: int) -> tuple[Grant, ...]:
    """Return the roles beyond peserta that an active user holds now, signed in or not."""
    statement = (
        select(RoleGrant.role, RoleGrant.instansi_id.label("reach_instansi_id"), Opd.path)
        .join(User, User.id == RoleGrant.user_id)
        .outerjoin(Opd, Opd.id == RoleGrant.opd_id)
        .where(User.id == user_id, User.active.is_(True), RoleGrant.revoked_at.is_(None))
    )
    return tuple(as_grant(row) for row in session.execute(statement))


def own_grant(row: Holder) -> tuple[Grant, ...]:
    """Return the role of peserta, which everybody on a roster has, whatever other roles they hold."""
    if row.asn_id is None or row.instansi_id is None:
        return ()
    return (Grant(Role.PESERTA, Reach(row.instansi_id)),)


def as_grant(row: Any) -> Grant:
    role = Role(row.role)
    return Grant(role, Reach(row.reach_instansi_id or 0, row.path if role in SUBTREE_ROLES else None))


def find_signed_in(session: Session, *, instansi_id: int, since: datetime) -> set[int]:
    """Return the people on the roster who have signed in since then.

    Sessions are forgotten a day after they end, so the trail is asked as well.
    """
    mine = User.instansi_id == instansi_id, User.asn_id.is_not(None)
    began = select(User.asn_id).join(LoginSession, LoginSession.user_id == User.id)
    acted = select(User.asn_id).join(AuditEvent, AuditEvent.actor_id == User.id)
    entered = AuditEvent.chain == instansi_id, AuditEvent.at >= since, AuditEvent.action.in_(ENTERED)
    found = [
        *session.scalars(began.where(*mine, LoginSession.created_at >= since)),
        *session.scalars(acted.where(*mine, *entered)),
    ]
    return {asn_id for asn_id in found if asn_id is not None}
