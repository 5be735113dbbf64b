"""Slowing down who guesses without keeping anybody out who does not.

Refusals count for 15 minutes. After ten of one login from one source that login waits there. A source is an address, or
a browser that its owner has signed in from before. An address with 300 refusals is slowed as a whole: browsers that are
new there have their passwords looked at one behind the other, two in a second and process, and wrong one-time codes are
answered at that pace. A right one-time code always counts: with 49 bits it needs no limit against guessing.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import sleep

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from netral.accounts.models import LoginFailure
from netral.accounts.turns import Turns
from netral.database import insert
from netral.errors import NetralError

WINDOW = timedelta(minutes=15)
# What is dated later was counted by a clock that ran ahead and was set right: nobody waits for its day to come.
AHEAD = WINDOW
PER_PAIR = 10
PER_ADDRESS = 300
# In seconds, between two from slowed addresses. Twenty wait at most, so that the last of them comes within ten seconds.
# Wrong codes wait elsewhere: they cost so little to send that they would take every place.
PAUSE = 0.5
SLOWED_PASSWORDS = Turns(at_once=1, most_waiting=20, patience=10)
SLOWED_CODES = Turns(at_once=1, most_waiting=10, patience=10)
SLOWED_RETRY = 10
ACTIVATION, FACTOR = "aktivasi", "kode"


class TooManyFailures(NetralError):
    """Too many refusals in 15 minutes; `retry_after` is in seconds. `shared`: of others at the same address too."""

    def __init__(self, retry_after: int, *, shared: bool = False) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
        self.shared = shared


@dataclass(frozen=True, slots=True)
class Guess:
    """What a try counts for when it is refused, hashed: who is meant and from where (`pair`), and from where alone."""

    pair: str
    address: str


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def guess_password(login: str, *, source: str) -> Guess:
    return Guess(digest(login, source), digest(source))


def guess_activation(login: str, *, address: str) -> Guess:
    """Counted apart from passwords: wrong codes on somebody's name do not keep the password of that name waiting."""
    return Guess(digest(ACTIVATION, login, address), digest(address))


def guess_factor(user_id: int) -> Guess:
    """Wherever it comes from: only who knows the password gets so far. No address is slowed by it."""
    pair = digest(FACTOR, str(user_id))
    return Guess(pair, pair)


def check_pair(session: Session, guess: Guess, *, now: datetime, most: int = PER_PAIR) -> None:
    """Raises TooManyFailures when the pair has `most` refusals or more."""
    at = find_failure(session, LoginFailure.pair_hash, guess.pair, most, now)
    if at is not None:
        raise TooManyFailures(max(1, int((at + WINDOW - now).total_seconds()) + 1))


def is_slowed(session: Session, guess: Guess, *, now: datetime) -> bool:
    return find_failure(session, LoginFailure.address_hash, guess.address, PER_ADDRESS, now) is not None


def find_failure(
    session: Session, column: InstrumentedAttribute[str], value: str, number: int, now: datetime
) -> datetime | None:
    """When the refusal was that so many, itself included, have followed within the last 15 minutes."""
    recent = (LoginFailure.at > now - WINDOW, LoginFailure.at <= now + AHEAD)
    statement = select(LoginFailure.at).where(column == value, *recent)
    return session.scalar(statement.order_by(LoginFailure.at.desc()).offset(number - 1).limit(1))


def wait_behind(turns: Turns, guess: Guess) -> None:
    """For what comes from a slowed address. Raises TooManyFailures when all places there are taken."""
    if not turns.begin(guess.pair):
        raise TooManyFailures(SLOWED_RETRY, shared=True)
    try:
        sleep(PAUSE)
    finally:
        turns.end(guess.pair)


def count_failure(session: Session, guess: Guess, *, now: datetime, slip: str | None = None) -> None:
    """`slip`: a secret of the browser, when nobody has the login that was typed."""
    over: ColumnElement[bool] = or_(LoginFailure.at <= now - WINDOW, LoginFailure.at > now + AHEAD)
    session.execute(delete(LoginFailure).where(over))
    values = {"pair_hash": guess.pair, "address_hash": guess.address, "at": now}
    session.execute(insert(session, LoginFailure).values(**values, slip_hash=digest(slip) if slip else None))


def forgive(session: Session, guess: Guess, *, slip: str | None = None) -> None:
    """After a right password or code: neither the owner's own refusals nor a mistyped login add up."""
    mine = LoginFailure.pair_hash == guess.pair
    slipped = LoginFailure.slip_hash == (digest(slip) if slip else "")
    session.execute(delete(LoginFailure).where(or_(mine, slipped)))
