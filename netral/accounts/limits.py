"""Slowing down who guesses without locking anybody out: failures count per login and address, and per address."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from netral.accounts.models import LoginFailure
from netral.database import insert
from netral.errors import NetralError

WINDOW = timedelta(minutes=15)
PER_PAIR = 10
PER_ADDRESS = 300


class TooManyFailures(NetralError):
    """Too many refusals in 15 minutes; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def check_failures(session: Session, *, login: str, address: str, now: datetime) -> None:
    """Raises TooManyFailures when the pair has 10 or the address 300 refusals within 15 minutes."""
    table = LoginFailure
    hashes = ((table.pair_hash, digest(login, address), PER_PAIR), (table.address_hash, digest(address), PER_ADDRESS))
    for column, value, most in hashes:
        count, oldest = session.execute(
            select(func.count(), func.min(table.at)).where(column == value, table.at > now - WINDOW)
        ).one()
        if count >= most:
            raise TooManyFailures(max(1, int((oldest + WINDOW - now).total_seconds()) + 1))


def count_failure(session: Session, *, login: str, address: str, now: datetime) -> None:
    session.execute(delete(LoginFailure).where(LoginFailure.at <= now - WINDOW))
    session.execute(
        insert(session, LoginFailure).values(pair_hash=digest(login, address), address_hash=digest(address), at=now)
    )


def forgive(session: Session, *, login: str, address: str) -> None:
    """After a right password: the owner's own slips do not add up."""
    session.execute(delete(LoginFailure).where(LoginFailure.pair_hash == digest(login, address)))
