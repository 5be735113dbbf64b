"""Proving to be the one: the password, the code of the second factor, and both again before something grave."""

from dataclasses import dataclass
from typing import Any

from wtforms import PasswordField, StringField

from netral.accounts import factors, limits, passwords, users
from netral.accounts.factors import FactorCodeRefused
from netral.accounts.sealing import SealBroken, derive_key
from netral.accounts.users import Credentials
from netral.extensions import reading_session
from netral.web import current, sign_in
from netral.web.forms import Form, at_most, required, typed

SIX_DIGITS = "Kode enam angka dari aplikasi autentikator"
CODE_KEYS = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
CODE_REFUSED = "Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya di aplikasi, lalu ketik lagi"
UNREADABLE = (
    "Server tidak dapat lagi membaca autentikator Anda karena kuncinya berganti. Pakai kode pemulihan, atau minta "
    "pengelola melepas autentikator Anda"
)


def check_credentials(login: str, password: str) -> Credentials | None:
    """Look up, hash without holding a transaction, then count a refusal. Raises TooManyFailures, PasswordsBusy."""
    address, now = current.remote_address(), current.now()
    with reading_session() as reading:
        limits.check_failures(reading, login=login, address=address, now=now)
        user = users.find_credentials(reading, login)
    if passwords.verify_password(user.password_hash if user else None, password):
        return user
    session = current.session()
    limits.count_failure(session, login=login, address=address, now=now)
    session.commit()
    return None


@dataclass(frozen=True, slots=True)
class Checked:
    """`refusal`: why not, in words; none when the code counted. `recovery`: it was a recovery code."""

    refusal: str | None = None
    recovery: bool = False


def seal_key() -> bytes:
    return derive_key(current.settings().secret_key)


def check_code(user_id: int, code: str) -> Checked:
    """Use up a code of the second factor in the request's transaction, which the caller commits.

    A refusal is counted and committed here. Raises TooManyFailures.
    """
    session, address, now = current.session(), current.remote_address(), current.now()
    factors.lock_factor(session, user_id=user_id)
    limits.check_code_failures(session, user_id=user_id, address=address, now=now)
    try:
        recovery = factors.use_code(session, user_id=user_id, code=code, key=seal_key(), now=now)
    except SealBroken:
        session.rollback()
        return Checked(UNREADABLE)
    except FactorCodeRefused:
        limits.count_code_failure(session, user_id=user_id, address=address, now=now)
        session.commit()
        return Checked(CODE_REFUSED)
    limits.forgive_codes(session, user_id=user_id)
    return Checked(recovery=recovery)


class ConfirmedForm(Form):
    """A form of something grave. It asks for the password, and the code of who has a second factor, in itself: what was
    typed beside them stays where it is, and nothing is done twice. Within ten minutes of having done so it does not.
    """

    sandi_lagi: Any = PasswordField(
        "Kata sandi Anda", validators=[required("Isi kata sandi Anda"), at_most(200, "Kata sandi")]
    )
    kode_lagi: Any = StringField(
        SIX_DIGITS,
        validators=[required("Isi kode dari aplikasi autentikator"), at_most(40, "Kode")],
        render_kw=CODE_KEYS,
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        actor = sign_in.actor_at_hand()
        if actor.is_confirmed(current.now()):
            del self.sandi_lagi
        if self.sandi_lagi is None or not actor.proof.has_factor:
            del self.kode_lagi

    def validate(self, extra_validators: Any = None) -> bool:
        """The password is looked at last, so that a code is not used up for a form that must be mended anyway."""
        valid = bool(super().validate(extra_validators))
        return valid and (self.sandi_lagi is None or self.prove())

    def prove(self) -> bool:
        """Committed at once: what follows may fail, a code that was used stays used. Raises TooManyFailures."""
        user_id = sign_in.actor_at_hand().user_id
        with reading_session() as reading:
            login = users.read_credentials(reading, user_id=user_id).login
        if check_credentials(login, typed(self.sandi_lagi)) is None:
            self.sandi_lagi.errors = ["Kata sandi tidak cocok"]
            return False
        checked = check_code(user_id, typed(self.kode_lagi)) if self.kode_lagi is not None else Checked()
        if checked.refusal:
            self.kode_lagi.errors = [checked.refusal]
            return False
        limits.forgive(current.session(), login=login, address=current.remote_address())
        sign_in.confirm()
        current.session().commit()
        return True
