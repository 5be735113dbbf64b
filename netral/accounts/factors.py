"""Second factors: six digits from an authenticator application (RFC 6238), and ten codes for a lost telephone."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from netral.accounts.codes import fold_code
from netral.accounts.limits import digest
from netral.accounts.models import LoginSession, RecoveryCode, SecondFactor, User
from netral.accounts.sealing import seal, unseal
from netral.accounts.sessions import digest_token, end_all_sessions, end_where
from netral.audit.events import Act, record
from netral.database.tables import change_rows, insert
from netral.errors import NetralError, NotFound

STEP_SECONDS = 30
# The clock of a telephone is off by less than one step, or its owner notices.
DRIFT = 1
# A last step further ahead than this was used while the server's clock ran ahead; respecting it would lock the owner
# out.
AHEAD = 30
DIGITS = 6
RECOVERY_CODES = 10


class FactorCodeRefused(NetralError):
    """The code is not the current one, was used already, or is no recovery code; the person is not told which."""


class NothingProposed(NetralError):
    """No secret waits for its first code."""


class RecoveryCodesNewer(NetralError):
    """Recovery codes were made after the page that asks for new ones was shown."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A person's factor. `proposed`: a secret waits for its first code. `recovery_left`: unused recovery codes."""

    proposed: bool
    confirmed_at: datetime | None
    recovery_left: int


def read_factor(session: Session, *, user_id: int) -> Factor:
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    row = session.execute(
        select(SecondFactor.proposed.is_not(None), SecondFactor.confirmed_at, left.scalar_subquery()).where(
            SecondFactor.user_id == user_id
        )
    ).one_or_none()
    return Factor(*row) if row else Factor(proposed=False, confirmed_at=None, recovery_left=0)


def lock_factor(session: Session, *, user_id: int) -> None:
    """Lock the person's factor, so that attempts run one after the other and cannot outrun their limit."""
    session.execute(select(SecondFactor.user_id).where(SecondFactor.user_id == user_id).with_for_update())


def propose(session: Session, *, user_id: int, secret: str, key: bytes, nonce: bytes) -> None:
    """Keep a secret (base32) that counts only once a code from it was given; a secret in use stays as it is."""
    sealed = seal(secret, key=key, owner=user_id, nonce=nonce)
    statement = insert(session, SecondFactor).values(user_id=user_id, proposed=sealed)
    session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_={"proposed": sealed}))


def read_proposed(session: Session, *, user_id: int, key: bytes) -> str:
    """Return the proposed secret in base32, for its owner's eyes; raises NothingProposed or SealBroken."""
    sealed = session.scalar(select(SecondFactor.proposed).where(SecondFactor.user_id == user_id))
    if sealed is None:
        raise NothingProposed
    return unseal(sealed, key=key, owner=user_id)


def tell_address(secret: str, *, nama: str, issuer: str) -> str:
    """Return the otpauth:// address that an authenticator application reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=nama, issuer_name=issuer)


def matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    """Return the step of 30 seconds that the code belongs to, at most one away from the current step."""
    current = int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    steps = range(current - DRIFT, current + DRIFT + 1)
    typed = code.encode()
    return next((step for step in steps if hmac.compare_digest(generator.generate_otp(step).encode(), typed)), None)


def confirm(session: Session, *, user_id: int, code: str, key: bytes, now: datetime) -> None:
    """Put the proposed secret into use; every session ends, and recovery codes of an earlier secret are worthless.

    Raises NothingProposed, FactorCodeRefused.
    """
    sealed = session.scalar(select(SecondFactor.proposed).where(SecondFactor.user_id == user_id))
    if sealed is None:
        raise NothingProposed
    step = matching_step(unseal(sealed, key=key, owner=user_id), fold_code(code), now=now)
    values = {"sealed": sealed, "proposed": None, "confirmed_at": now, "last_step": step}
    same = (SecondFactor.user_id == user_id, SecondFactor.proposed == sealed)
    if step is None or change_rows(session, update(SecondFactor).where(*same).values(values)) != 1:
        raise FactorCodeRefused
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    end_all_sessions(session, user_id=user_id, now=now)
    note(session, Act(user_id, now), "user.factor_enrolled", user_id)


def use_code(session: Session, *, user_id: int, code: str, key: bytes, now: datetime) -> bool:
    """Use up a code from the application or a recovery code; return whether it was a recovery code.

    Raises FactorCodeRefused, or SealBroken when the secret can no longer be read: recovery codes work even then.
    """
    typed = fold_code(code)
    if not (len(typed) == DIGITS and typed.isascii() and typed.isdigit()):
        use_recovery_code(session, user_id=user_id, code=typed, now=now)
        return True
    sealed = session.scalar(select(SecondFactor.sealed).where(SecondFactor.user_id == user_id))
    step = matching_step(unseal(sealed, key=key, owner=user_id), typed, now=now) if sealed else None
    if step is None or not take_step(session, user_id, step):
        raise FactorCodeRefused
    return False


def take_step(session: Session, user_id: int, step: int) -> bool:
    """Use up a step and return whether it was still unused.

    One statement compares and sets, so that of two uses of one code only one wins, and an older code is refused.
    """
    last = func.coalesce(SecondFactor.last_step, 0)
    unused = or_(last < step, last > step + AHEAD)
    statement = update(SecondFactor).where(SecondFactor.user_id == user_id, unused).values(last_step=step)
    return change_rows(session, statement) == 1


def use_recovery_code(session: Session, *, user_id: int, code: str, now: datetime) -> None:
    statement = (
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == hash_recovery_code(user_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    if change_rows(session, statement) != 1:
        raise FactorCodeRefused
    note(session, Act(user_id, now), "user.recovery_code_used", user_id)


def make_recovery_codes(
    session: Session,
    *,
    user_id: int,
    new_code: Callable[[], str],
    now: datetime,
    token: str = "",
    seen: str | None = None,
) -> tuple[str, ...]:
    """Make ten recovery codes, which make the earlier ones worthless, and return them; only their hashes are stored.

    Every session ends except that of `token`. `seen`: the set of codes that the caller's page knows of, as
    `name_recovery_codes` names it; raises RecoveryCodesNewer when the set has changed.
    """
    lock_factor(session, user_id=user_id)
    if seen is not None and name_recovery_codes(session, user_id=user_id) != seen:
        raise RecoveryCodesNewer
    codes = tuple(new_code() for _ in range(RECOVERY_CODES))
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    rows = [
        {"user_id": user_id, "code_hash": hash_recovery_code(user_id, code), "created_at": now, "used_at": None}
        for code in codes
    ]
    session.execute(insert(session, RecoveryCode), rows)
    end_where(session, (LoginSession.user_id == user_id) & (LoginSession.token_hash != digest_token(token)), now)
    note(session, Act(user_id, now), "user.recovery_codes_made", user_id, count=len(codes))
    return codes


def name_recovery_codes(session: Session, *, user_id: int) -> str:
    """Return a name for the person's set of recovery codes, used ones included; it reveals nothing about the codes."""
    hashes = select(RecoveryCode.code_hash).where(RecoveryCode.user_id == user_id).order_by(RecoveryCode.code_hash)
    return digest(*session.scalars(hashes))


def hash_recovery_code(user_id: int, code: str) -> str:
    return digest("pemulihan", str(user_id), fold_code(code))


def remove_factor(session: Session, act: Act, *, user_id: int) -> None:
    """Remove the factor and its recovery codes; every session ends. Raises NotFound when there is none."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    counted = (SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))
    if change_rows(session, delete(SecondFactor).where(*counted)) != 1:
        raise NotFound("autentikator", session.scalar(select(User.login).where(User.id == user_id)))
    end_all_sessions(session, user_id=user_id, now=act.now)
    note(session, act, "user.factor_removed", user_id)


def note(session: Session, act: Act, action: str, user_id: int, **detail: int) -> None:
    """Record an event of a person's factor in the instansi of that person."""
    act = act.within(session.scalar(select(User.instansi_id).where(User.id == user_id)))
    record(session, act, action=action, object_kind="user", object_id=user_id, detail=detail)
