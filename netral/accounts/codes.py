"""One-time codes for activation and reset. They are printed or read out, since four people in ten have no e-mail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from operator import itemgetter

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, aliased

from netral.accounts.access import Permission, find_reaches
from netral.accounts.directory import OfficerBeyondReach, TwoPersonsNeeded, get_invited
from netral.accounts.limits import digest
from netral.accounts.models import LoginSession, OneTimeCode, Proposal, User
from netral.accounts.sessions import end_where, read_grants, record_own
from netral.accounts.two_persons import Kind, State, find_stakes, may_confirm
from netral.audit.events import INSTALLATION, Act, record
from netral.database.tables import change_rows, insert, plan_anew
from netral.errors import NetralError, NotFound
from netral.folding import fold_signs

LIFETIME = timedelta(hours=72)


class CodeRefused(NetralError):
    """The code cannot be redeemed for this login; the person is not told why.

    It does not exist, was used already, is older than 72 hours, or its maker may no longer make one for this person.
    """


class CodesNewer(NetralError):
    """Codes were made for one of these people after the page that asks for new ones was shown."""


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A new code; it is never shown or stored anywhere else."""

    user_id: int
    login: str
    nama: str
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EarlierCodes:
    """Codes that were made for some people before.

    `newest`: the id of the last one, 0 when there was none. `still_good`: how many can be redeemed. `made_at` and
    `maker` describe the last redeemable one; the maker is empty when it was made on the command line.
    """

    newest: int
    still_good: int
    made_at: datetime | None
    maker: str


def fold_code(text: str) -> str:
    """Return a typed code as it is hashed: any case, any signs between its groups, `Kode: ` in front or not."""
    code = fold_signs(text).rpartition(":")[2]
    return "".join(character for character in code.upper() if character.isalnum())


def read_earlier(session: Session, *, user_ids: Sequence[int], now: datetime) -> EarlierCodes:
    mine = OneTimeCode.user_id.in_(user_ids)
    good = (mine, OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > now)
    newest = session.scalar(select(func.max(OneTimeCode.id)).where(mine)) or 0
    still_good = session.scalar(select(func.count()).select_from(OneTimeCode).where(*good)) or 0
    made = select(OneTimeCode.created_at, User.nama).outerjoin(User, User.id == OneTimeCode.created_by)
    last = session.execute(made.where(*good).order_by(OneTimeCode.id.desc()).limit(1)).one_or_none()
    return EarlierCodes(newest, still_good, last.created_at if last else None, (last and last.nama) or "")


class CodeState(StrEnum):
    GOOD = "good"
    USED = "used"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """The newest code that was made for a person: when, by whom (empty: on the command line), and what became of it."""

    nama: str
    made_at: datetime
    maker: str
    state: CodeState


def list_printed(session: Session, *, user_ids: Sequence[int], now: datetime) -> tuple[PrintedCode, ...]:
    """List the newest code of each of these people who has had one, by name."""
    maker = aliased(User)
    newest = select(func.max(OneTimeCode.id)).where(OneTimeCode.user_id.in_(user_ids)).group_by(OneTimeCode.user_id)
    statement = (
        select(User.nama, OneTimeCode.created_at, maker.nama, OneTimeCode.used_at, OneTimeCode.expires_at)
        .join(User, User.id == OneTimeCode.user_id)
        .outerjoin(maker, maker.id == OneTimeCode.created_by)
        .where(OneTimeCode.id.in_(newest))
        .order_by(User.nama, User.id)
    )
    return tuple(
        PrintedCode(nama, made_at, by or "", judge_code(used_at, expires_at, now))
        for nama, made_at, by, used_at, expires_at in session.execute(statement)
    )


def judge_code(used_at: datetime | None, expires_at: datetime, now: datetime) -> CodeState:
    if used_at is not None:
        return CodeState.USED
    return CodeState.GOOD if expires_at > now else CodeState.ENDED


def lock_users(session: Session, condition: ColumnElement[bool]) -> None:
    """Lock these users before their codes, roles or sessions change, so that transactions change them one at a time."""
    session.execute(select(User.id).where(condition).order_by(User.id).with_for_update())


@dataclass(frozen=True, slots=True)
class Known:
    """The codes that the caller's page names: the newest, and how many end when new ones are made."""

    newest: int
    ending: int


def issue_codes(
    session: Session,
    act: Act,
    *,
    user_ids: Sequence[int],
    new_code: Callable[[], str],
    known: Known | None = None,
    place: str | None = None,
    proposal_id: int | None = None,
) -> list[IssuedCode]:
    """Issue a new code for each user, for activation or, if they have a password, for resetting it; earlier codes end.

    Raises CodesNewer when a newer code exists than those that are `known`, or when more codes would end. `place`: a
    keyed hash of the maker's network. `proposal_id`: the proposal that two officers agreed on. Writes one audit event
    per instansi, with the number of codes.
    """
    lock_users(session, User.id.in_(user_ids))
    check_known(session, known, user_ids=user_ids, now=act.now)
    columns = (User.id, User.login, User.nama, User.instansi_id, User.password_hash)
    active = select(*columns).where(User.id.in_(user_ids), User.active.is_(True))
    users = session.execute(active.order_by(User.nama, User.id)).all()
    if not users:
        return []
    end_codes(session, [user.id for user in users], act.now)
    issued = [IssuedCode(user.id, user.login, user.nama, new_code(), act.now + LIFETIME) for user in users]
    rows = [
        {
            "user_id": user.id,
            "code_hash": hash_code(user.id, code.code),
            "purpose": "atur-ulang" if user.password_hash else "aktivasi",
            "expires_at": code.expires_at,
        }
        for user, code in zip(users, issued, strict=True)
    ]
    made = {"created_at": act.now, "created_by": act.actor_id, "place": place, "proposal_id": proposal_id}
    plan_anew(session)
    session.execute(insert(session, OneTimeCode), [row | made for row in rows])
    for chain, mine in groupby(sorted((user.instansi_id or INSTALLATION, user.id) for user in users), itemgetter(0)):
        record_issue(session, act.within(chain), [user_id for _, user_id in mine])
    return issued


def check_known(session: Session, known: Known | None, *, user_ids: Sequence[int], now: datetime) -> None:
    """Raise CodesNewer unless a page, if there is one, named the newest code and every one that would end."""
    if known is not None:
        found = read_earlier(session, user_ids=user_ids, now=now)
        if found.newest > known.newest or found.still_good > known.ending:
            raise CodesNewer


def end_codes(session: Session, user_ids: Sequence[int], now: datetime) -> None:
    open_ones = (OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > now)
    # Codes end at the time they were made, not now: setting the clock back must not revive an old slip of paper.
    ended = update(OneTimeCode).where(OneTimeCode.user_id.in_(user_ids), *open_ones)
    session.execute(ended.values(expires_at=OneTimeCode.created_at))


def record_issue(session: Session, act: Act, user_ids: list[int]) -> None:
    whom, said = user_ids[0] if len(user_ids) == 1 else "banyak", {"count": len(user_ids)}
    record(session, act, action="code.issued", object_kind="user", object_id=whom, detail=said)


def hash_code(user_id: int, code: str) -> str:
    """Hash a code with the person, not the login, so that a slip of paper stays good when their NIP changes."""
    return digest("kode", str(user_id), fold_code(code))


def is_code(user_id: int, login: str, code: str) -> ColumnElement[bool]:
    # Slips that an earlier version printed are hashed with the login; they expire 72 hours after they were made.
    return OneTimeCode.code_hash.in_((hash_code(user_id, code), digest(login, fold_code(code))))


def check_code(session: Session, *, login: str, code: str, now: datetime) -> User:
    """Return the user of a code without using it up: a password is hashed before `redeem_code`. Raises CodeRefused."""
    user = session.scalars(select(User).where(User.login == login, User.active.is_(True))).one_or_none()
    user_id = user.id if user else 0
    found = select(OneTimeCode.created_by, OneTimeCode.proposal_id).where(
        OneTimeCode.user_id == user_id,
        is_code(user_id, login, code),
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > now,
    )
    made = session.execute(found).one_or_none()
    if made is None or user is None or not may_invite(session, *made, user=user):
        raise CodeRefused
    return user


def may_invite(session: Session, maker_id: int | None, proposal_id: int | None, *, user: User) -> bool:
    """Return whether the maker could still make this code, since roles and places may have changed.

    A code that was made on the command line is always good.
    """
    if maker_id is None:
        return True
    if proposal_id is not None:
        return is_agreed(session, proposal_id=proposal_id, user=user)
    reaches = find_reaches(read_grants(session, user_id=maker_id), Permission.ISSUE_CODES)
    try:
        get_invited(session, reaches=reaches, asn_id=user.asn_id or 0)
    except (NotFound, OfficerBeyondReach, TwoPersonsNeeded):
        return False
    return True


def is_agreed(session: Session, *, proposal_id: int, user: User) -> bool:
    """Return whether the two officers who agreed on a code for this user could still do so."""
    agreed = session.get_one(Proposal, proposal_id)
    if agreed.state != State.CONFIRMED or agreed.target_id != user.id or agreed.decided_by is None:
        return False
    stakes = find_stakes(read_grants(session, user_id=user.id))
    first, second = (read_grants(session, user_id=each) for each in (agreed.proposed_by, agreed.decided_by))
    return may_confirm(first, second, Kind(agreed.kind), stakes)


def redeem_code(session: Session, *, login: str, code: str, password_hash: str, now: datetime) -> int:
    """Use the code up and set the password; every session of the user ends. Returns the user id; raises CodeRefused."""
    lock_users(session, User.login == login)
    user = check_code(session, login=login, code=code, now=now)
    statement = (
        update(OneTimeCode)
        .where(OneTimeCode.user_id == user.id, is_code(user.id, login, code), OneTimeCode.used_at.is_(None))
        .values(used_at=now)
    )
    if change_rows(session, statement) != 1:
        raise CodeRefused
    act = Act(user.id, now, user.instansi_id)
    set_password(session, act, password_hash, action="user.password_reset" if user.password_hash else "user.activated")
    return user.id


def set_password(session: Session, act: Act, password_hash: str, *, action: str = "user.password_changed") -> None:
    """Set the password of the actor. All their sessions end, including the current one: the edge begins a new one."""
    session.execute(update(User).where(User.id == act.actor_id).values(password_hash=password_hash))
    end_where(session, LoginSession.user_id == act.actor_id, act.now)
    record_own(session, act, action)
