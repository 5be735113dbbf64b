"""Slowing down people who guess, without locking out anybody who does not.

Refusals count for 15 minutes. After ten for one login from one source, that login waits when tried from there. A source
is an address, or a browser from which its owner has signed in before. An address with 300 refusals is slowed as a
whole: passwords from browsers that are new to it are checked one after the other, two a second in each process, and
wrong one-time codes are answered at that pace. A right one-time code always counts: with 49 bits it needs no limit
against guessing.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import sleep

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from netral.accounts.models import LoginFailure
from netral.accounts.turns import Turns
from netral.database.tables import insert
from netral.errors import NetralError

WINDOW = timedelta(minutes=15)
# A refusal with a later date was counted while the clock ran ahead; it does not count, so that nobody waits for that
# day.
AHEAD = WINDOW
PER_PAIR = 10
PER_ADDRESS = 300
# Seconds between two tries from slowed addresses. At most twenty tries wait, so the last is served within ten seconds.
PAUSE = 0.5
SLOWED_PASSWORDS = Turns(at_once=1, most_waiting=20, patience=10)
SLOWED_CODES = Turns(at_once=1, most_waiting=10, patience=10)
SLOWED_RETRY = 10
ACTIVATION, FACTOR = "aktivasi", "kode"


class TooManyFailures(NetralError):
    """Too many refusals in 15 minutes; `retry_after` is in seconds. `shared`: tries of others at the address count."""

    def __init__(self, retry_after: int, *, shared: bool = False) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
        self.shared = shared


@dataclass(frozen=True, slots=True)
class Guess:
    """Hashed keys under which a refused try is counted: login and source together (`pair`), and the source alone."""

    pair: str
    address: str


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def guess_password(login: str, *, source: str) -> Guess:
    return Guess(digest(login, source), digest(source))


def guess_activation(login: str, *, address: str) -> Guess:
    """Count activation apart from passwords, so that wrong codes for a login do not hold up its password."""
    return Guess(digest(ACTIVATION, login, address), digest(address))


def guess_factor(user_id: int) -> Guess:
    """Count wrong factors by user, whatever their address: only a person who knows the password gets this far.

    No address is slowed by them.
    """
    pair = digest(FACTOR, str(user_id))
    return Guess(pair, pair)


def check_pair(session: Session, guess: Guess, *, now: datetime, most: int = PER_PAIR) -> None:
    """Raise TooManyFailures if the pair has `most` refusals or more."""
    at = find_failure(session, LoginFailure.pair_hash, guess.pair, most, now)
    if at is not None:
        raise TooManyFailures(max(1, int((at + WINDOW - now).total_seconds()) + 1))


def is_slowed(session: Session, guess: Guess, *, now: datetime) -> bool:
    return find_failure(session, LoginFailure.address_hash, guess.address, PER_ADDRESS, now) is not None


def find_failure(
    session: Session, column: InstrumentedAttribute[str], value: str, number: int, now: datetime
) -> datetime | None:
    """Return when the `number`th most recent refusal of the last 15 minutes was counted; None if there are fewer."""
    recent = (LoginFailure.at > now - WINDOW, LoginFailure.at <= now + AHEAD)
    statement = select(LoginFailure.at).where(column == value, *recent)
    return session.scalar(statement.order_by(LoginFailure.at.desc()).offset(number - 1).limit(1))


def wait_behind(turns: Turns, guess: Guess) -> None:
    """Wait for a turn among tries from slowed addresses. Raises TooManyFailures when the queue is full."""
    if not turns.begin(guess.pair):
        raise TooManyFailures(SLOWED_RETRY, shared=True)
    try:
        sleep(PAUSE)
    finally:
        turns.end(guess.pair)


def count_failure(session: Session, guess: Guess, *, now: datetime, slip: str | None = None) -> None:
    """Count a refused try. `slip`: a secret of the browser, given when no user has the login that was typed."""
    over: ColumnElement[bool] = or_(LoginFailure.at <= now - WINDOW, LoginFailure.at > now + AHEAD)
    session.execute(delete(LoginFailure).where(over))
    values = {"pair_hash": guess.pair, "address_hash": guess.address, "at": now}
    session.execute(insert(session, LoginFailure).values(**values, slip_hash=digest(slip) if slip else None))


def forgive(session: Session, guess: Guess, *, slip: str | None = None) -> None:
    """Delete the refusals that a right password or code makes up for: the owner's, and those of a mistyped login."""
    mine = LoginFailure.pair_hash == guess.pair
    slipped = LoginFailure.slip_hash == (digest(slip) if slip else "")
    session.execute(delete(LoginFailure).where(or_(mine, slipped)))
