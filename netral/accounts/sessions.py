"""Sign-ins that the server knows and can end."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.orm import Session

from netral.accounts.access import SUBTREE_ROLES, Actor, Grant, Proof, Reach, Role
from netral.accounts.models import LoginSession, RoleGrant, SecondFactor, User
from netral.database import insert
from netral.organisation.models import Instansi, Opd

LIFETIME = timedelta(hours=12)


def digest_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin_session(
    session: Session, *, user_id: int, token: str, now: datetime, factor_at: datetime | None = None
) -> None:
    """`token` is at least 128 random bits; only its SHA-256 is kept. Ends by itself after 12 hours.

    `factor_at`: when the second factor was shown; none when only the password was.
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
        )
    )


def confirm_session(session: Session, *, token: str, now: datetime) -> None:
    """The person has just proved once more to be the one who signed in."""
    statement = update(LoginSession).where(LoginSession.token_hash == digest_token(token))
    session.execute(statement.values(confirmed_at=now))


def end_session(session: Session, *, token: str, now: datetime) -> None:
    end_where(session, LoginSession.token_hash == digest_token(token), now)


def end_all_sessions(session: Session, *, user_id: int, now: datetime) -> None:
    end_where(session, LoginSession.user_id == user_id, now)


def end_where(session: Session, condition: ColumnElement[bool], now: datetime) -> None:
    session.execute(update(LoginSession).where(condition, LoginSession.ended_at.is_(None)).values(ended_at=now))


def find_actor(session: Session, *, token: str, now: datetime) -> Actor | None:
    """Who holds this token, with roles: one statement, since it runs for every request."""
    rows = session.execute(
        select(
            User.id,
            User.nama,
            User.instansi_id,
            User.asn_id,
            Instansi.nama.label("instansi"),
            Instansi.zona,
            RoleGrant.role,
            RoleGrant.instansi_id.label("reach_instansi_id"),
            Opd.path,
            SecondFactor.confirmed_at.is_not(None).label("has_factor"),
            LoginSession.factor_at,
            LoginSession.confirmed_at,
        )
        .join(LoginSession, LoginSession.user_id == User.id)
        .outerjoin(RoleGrant, (RoleGrant.user_id == User.id) & RoleGrant.revoked_at.is_(None))
        .outerjoin(Opd, Opd.id == RoleGrant.opd_id)
        .outerjoin(Instansi, Instansi.id == User.instansi_id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(
            LoginSession.token_hash == digest_token(token),
            LoginSession.ended_at.is_(None),
            LoginSession.expires_at > now,
            User.active.is_(True),
        )
    ).all()
    if not rows:
        return None
    first = rows[0]
    return Actor(
        user_id=first.id,
        nama=first.nama,
        instansi_id=first.instansi_id,
        instansi=first.instansi or "",
        zona=first.zona or "",
        asn_id=first.asn_id,
        grants=(*own_grant(first), *(as_grant(row) for row in rows if row.role is not None)),
        proof=Proof(first.has_factor, first.factor_at, first.confirmed_at),
    )


def own_grant(row: Row[*tuple[Any, ...]]) -> tuple[Grant, ...]:
    """Everybody on a roster is a peserta, whatever else."""
    return (Grant(Role.PESERTA, Reach(row.instansi_id)),) if row.asn_id is not None else ()


def as_grant(row: Row[*tuple[Any, ...]]) -> Grant:
    role = Role(row.role)
    return Grant(role, Reach(row.reach_instansi_id or 0, row.path if role in SUBTREE_ROLES else None))
