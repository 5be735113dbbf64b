"""Where people finished a step, compared with where their code was made: a reason for a talk, never a proof.

An officer who makes codes could finish the course for others. An office shares its network and families share a
telephone, so nothing follows from a sign by itself. No address is kept beside a person, only whether two were the same.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, aliased

from netral.accounts.models import CompletionTrace, OneTimeCode, User
from netral.audit.events import Act
from netral.database.tables import change_rows

KEPT = timedelta(days=90)
BEFORE = timedelta(hours=24)
# The most people who finished lately that are compared with the marks of a browser.
MOST_COMPARED = 5000


@dataclass(frozen=True, slots=True)
class Made:
    """The code that a person used last: its maker with their stored password, and the network it was made from."""

    maker_id: int | None
    password_hash: str
    place: str | None


def find_made(session: Session, *, user_id: int) -> Made | None:
    """Return the code that the person used last, if they have used one."""
    maker = aliased(User)
    statement = (
        select(OneTimeCode.created_by, maker.password_hash, OneTimeCode.place)
        .outerjoin(maker, maker.id == OneTimeCode.created_by)
        .where(OneTimeCode.user_id == user_id, OneTimeCode.used_at.is_not(None))
        .order_by(OneTimeCode.used_at.desc(), OneTimeCode.id.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return Made(row.created_by, row.password_hash or "", row.place) if row else None


def find_marked(
    session: Session, act: Act, *, marks: Collection[str], make_mark: Callable[[int, str], str]
) -> tuple[int, ...]:
    """Return the other people of the instansi who finished within 24 hours in a browser that has these marks."""
    lately = select(CompletionTrace.user_id).where(
        CompletionTrace.instansi_id == act.instansi_id, CompletionTrace.at > act.now - BEFORE
    )
    statement = select(User.id, User.password_hash).where(User.id.in_(lately), User.id != act.actor_id)
    rows = session.execute(statement.limit(MOST_COMPARED))
    return tuple(user_id for user_id, hashed in rows if make_mark(user_id, hashed or "") in marks)


def keep_trace(
    session: Session,
    act: Act,
    *,
    step: str,
    maker_id: int | None,
    maker_browser: bool,
    maker_place: bool,
    others: Collection[int],
) -> None:
    """Keep the answers to the three questions about a step that the actor has just finished.

    `others`: who finished in this browser lately; the first step of the actor counts beside theirs, too.
    """
    lately = CompletionTrace.at > act.now - BEFORE
    mine = select(CompletionTrace.id).where(CompletionTrace.user_id == act.actor_id, lately).limit(1)
    if others and session.scalar(mine) is None:
        theirs = update(CompletionTrace).where(CompletionTrace.user_id.in_(others), lately)
        session.execute(theirs.values(others=CompletionTrace.others + 1))
    session.add(
        CompletionTrace(
            instansi_id=act.instansi_id,
            user_id=act.actor_id,
            step=step,
            at=act.now,
            maker_id=maker_id,
            maker_browser=maker_browser,
            maker_place=maker_place,
            others=len(others),
        )
    )


def forget_traces(session: Session, *, now: datetime) -> int:
    """Delete traces of more than 90 days and empty the places of codes as old; return how many traces there were."""
    old_place = (OneTimeCode.place.is_not(None), OneTimeCode.created_at <= now - KEPT)
    session.execute(update(OneTimeCode).where(*old_place).values(place=None))
    return change_rows(session, delete(CompletionTrace).where(CompletionTrace.at <= now - KEPT))
