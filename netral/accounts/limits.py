"""Slowing down who guesses without locking anybody out: failures count per login and address, and per address."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from netral.accounts.models import LoginFailure
from netral.database import insert
from netral.errors import NetralError

WINDOW = timedelta(minutes=15)
# What is dated later was counted by a clock that ran ahead and was set right: nobody waits for its day to come.
AHEAD = WINDOW
PER_PAIR = 10
PER_ADDRESS = 300
CODE = "kode"


class TooManyFailures(NetralError):
    """Too many refusals in 15 minutes; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def check_failures(session: Session, *, login: str, address: str, now: datetime) -> None:
    """Raises TooManyFailures when the pair has 10 or the address 300 refusals within 15 minutes."""
    check_count(session, LoginFailure.pair_hash == digest(login, address), PER_PAIR, now)
    check_count(session, LoginFailure.address_hash == digest(address), PER_ADDRESS, now)


def check_count(session: Session, condition: ColumnElement[bool], most: int, now: datetime) -> None:
    recent = (LoginFailure.at > now - WINDOW, LoginFailure.at <= now + AHEAD)
    statement = select(func.count(), func.min(LoginFailure.at)).where(condition, *recent)
    count, oldest = session.execute(statement).one()
    if count >= most:
        raise TooManyFailures(max(1, int((oldest + WINDOW - now).total_seconds()) + 1))


def count_failure(session: Session, *, login: str, address: str, now: datetime) -> None:
    keep_failure(session, digest(login, address), digest(address), now)


def keep_failure(session: Session, pair_hash: str, address_hash: str, now: datetime) -> None:
    over = or_(LoginFailure.at <= now - WINDOW, LoginFailure.at > now + AHEAD)
    session.execute(delete(LoginFailure).where(over))
    session.execute(insert(session, LoginFailure).values(pair_hash=pair_hash, address_hash=address_hash, at=now))


def forgive(session: Session, *, login: str, address: str) -> None:
    """After a right password: the owner's own slips do not add up."""
    session.execute(delete(LoginFailure).where(LoginFailure.pair_hash == digest(login, address)))


def check_code_failures(session: Session, *, user_id: int, address: str, now: datetime) -> None:
    """Codes of the second factor: 10 refusals for a person from wherever, since only who knows the password gets here.

    Raises TooManyFailures.
    """
    check_count(session, LoginFailure.pair_hash == digest(CODE, str(user_id)), PER_PAIR, now)
    check_count(session, LoginFailure.address_hash == digest(address), PER_ADDRESS, now)


def count_code_failure(session: Session, *, user_id: int, address: str, now: datetime) -> None:
    keep_failure(session, digest(CODE, str(user_id)), digest(address), now)


def forgive_codes(session: Session, *, user_id: int) -> None:
    session.execute(delete(LoginFailure).where(LoginFailure.pair_hash == digest(CODE, str(user_id))))
