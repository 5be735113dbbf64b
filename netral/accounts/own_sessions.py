"""A person's own sign-ins: seeing where one is signed in, and ending that elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.models import LoginSession
from netral.accounts.sessions import digest_token, end_where
from netral.audit.events import Act, record
from netral.errors import NotFound


@dataclass(frozen=True, slots=True)
class OpenSession:
    """`device` is empty of a session that began before devices were noted; `here`: the one that asks."""

    id: int
    device: str
    since: datetime
    here: bool


def list_sessions(session: Session, *, user_id: int, token: str, now: datetime) -> tuple[OpenSession, ...]:
    """Those that are open, this one first, then the newest."""
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


def end_one_session(session: Session, *, user_id: int, instansi_id: int | None, session_id: int, now: datetime) -> None:
    """Again: nothing. Raises NotFound for a session of somebody else."""
    mine = (LoginSession.id == session_id) & (LoginSession.user_id == user_id)
    if session.scalars(select(LoginSession.id).where(mine)).one_or_none() is None:
        raise NotFound("session", session_id)
    if end_where(session, mine, now):
        note(session, "user.session_ended", user_id, instansi_id, now)


def end_other_sessions(session: Session, *, user_id: int, instansi_id: int | None, token: str, now: datetime) -> None:
    others = (LoginSession.user_id == user_id) & (LoginSession.token_hash != digest_token(token))
    if end_where(session, others & (LoginSession.expires_at > now), now):
        note(session, "user.other_sessions_ended", user_id, instansi_id, now)


def note(session: Session, action: str, user_id: int, instansi_id: int | None, now: datetime) -> None:
    record(session, Act(user_id, now, instansi_id), action=action, object_kind="user", object_id=user_id)
