"""Proving an identity: the password, the code of the second factor, and both again before a grave action.

A browser in which a person has signed in before is distinguished from others, so that guesses by others at the same
address do not slow the person down. A cookie keeps one mark for each of the last people. A mark is a keyed hash of the
account and of its stored password: it names nobody, is worthless once the password has changed, and opens nothing.
Tries with a mark are counted separately, so a stolen telephone allows no more guesses than any other device.
"""

import hmac
from dataclasses import dataclass
from typing import Any, cast

from flask import Response, after_this_request, request
from flask import session as cookie
from wtforms import PasswordField, StringField

from netral.accounts import factors, limits, passwords, users
from netral.accounts.factors import FactorCodeRefused
from netral.accounts.limits import Guess
from netral.accounts.sealing import SealBroken, derive_key
from netral.accounts.users import Credentials
from netral.extensions import reading_session
from netral.web.edge import current, sign_in
from netral.web.edge.cookies import FORM_TOKEN
from netral.web.edge.forms import Form, at_most, required, typed

SIX_DIGITS = "Kode enam angka dari aplikasi autentikator"
CODE_KEYS = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
CODE_REFUSED = "Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya di aplikasi, lalu ketik lagi"
UNREADABLE = (
    "Server tidak dapat lagi membaca autentikator Anda karena kuncinya berganti. Pakai kode pemulihan, atau minta "
    "pengelola melepas autentikator Anda"
)
BROWSER_COOKIE = "netral-peramban"
# People of a small office share a telephone.
MOST_PEOPLE = 8
LIFETIME_SECONDS = 365 * 24 * 3600
MARK_LENGTH = 32


def guess_at(login: str, user: Credentials | None) -> Guess:
    """Return the keys under which a try to sign in as `login` is counted; `user` is the owner of that login, if any."""
    source = find_mark(user) if user else None
    return limits.guess_password(login, source=source or current.remote_address())


def check_credentials(login: str, password: str) -> Credentials | None:
    """Return the user if the password is right; otherwise count a refusal and commit. Hashes outside any transaction.

    Refusals are looked up again before an answer: however many tries come at once, in any process, at most ten wrong
    ones are answered. Raises TooManyFailures, PasswordsBusy.
    """
    now = current.now()
    with reading_session() as reading:
        user = users.find_credentials(reading, login)
        guess = guess_at(login, user)
        limits.check_pair(reading, guess, now=now)
        slowed = limits.is_slowed(reading, guess, now=now)
    if slowed:
        limits.wait_behind(limits.SLOWED_PASSWORDS, guess)
    right = passwords.verify_password(user.password_hash if user else None, password, person=login)
    if not right:
        count_failure(guess, unknown=user is None)
    with reading_session() as reading:
        limits.check_pair(reading, guess, now=now, most=limits.PER_PAIR if right else limits.PER_PAIR + 1)
    return user if right else None


def count_failure(guess: Guess, *, unknown: bool) -> None:
    """Count a refused try and commit. `unknown`: no user has the login that was typed."""
    session = current.session()
    limits.count_failure(session, guess, now=current.now(), slip=form_secret() if unknown else None)
    session.commit()


def forgive(guess: Guess) -> None:
    """Forgive earlier refusals in the request's transaction, which the caller commits, before a new session begins."""
    limits.forgive(current.session(), guess, slip=form_secret())


def form_secret() -> str | None:
    """Return the secret that a browser keeps from one form to the next before it has signed in."""
    return cast("str | None", cookie.get(FORM_TOKEN))


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a code. `refusal`: the reason in words, none if it counted. `recovery`: it was a recovery code."""

    refusal: str | None = None
    recovery: bool = False


def seal_key() -> bytes:
    return derive_key(current.settings().secret_key)


def check_code(user_id: int, code: str) -> Checked:
    """Use up a code of the second factor in the request's transaction, which the caller commits.

    A refusal is counted and committed here. Raises TooManyFailures.
    """
    session, guess, now = current.session(), limits.guess_factor(user_id), current.now()
    factors.lock_factor(session, user_id=user_id)
    limits.check_pair(session, guess, now=now)
    try:
        recovery = factors.use_code(session, user_id=user_id, code=code, key=seal_key(), now=now)
    except SealBroken:
        session.rollback()
        return Checked(UNREADABLE)
    except FactorCodeRefused:
        count_failure(guess, unknown=False)
        return Checked(CODE_REFUSED)
    limits.forgive(session, guess)
    return Checked(recovery=recovery)


class ConfirmedForm(Form):
    """A form of a grave action. It asks for the password and any second factor unless both were given in ten minutes.

    Asking in the form itself keeps its other values, and nothing is done twice.
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
        """Validate the password last, so that a code is not used up for a form that must be corrected anyway."""
        valid = bool(super().validate(extra_validators))
        return valid and (self.sandi_lagi is None or self.prove())

    def prove(self) -> bool:
        """Check password and code and commit at once: later steps may fail, but a used code stays used.

        Raises TooManyFailures, PasswordsBusy.
        """
        user_id = sign_in.actor_at_hand().user_id
        with reading_session() as reading:
            login = users.read_credentials(reading, user_id=user_id).login
        user = check_credentials(login, typed(self.sandi_lagi))
        if user is None:
            self.sandi_lagi.errors = ["Kata sandi tidak cocok"]
            return False
        checked = check_code(user_id, typed(self.kode_lagi)) if self.kode_lagi is not None else Checked()
        if checked.refusal:
            self.kode_lagi.errors = [checked.refusal]
            return False
        forgive(guess_at(login, user))
        sign_in.confirm()
        current.session().commit()
        return True


def make_mark(user_id: int, password_hash: str) -> str:
    text = f"known browser\0{user_id}\0{password_hash}"
    return hmac.digest(current.settings().secret_key.encode(), text.encode(), "sha256").hex()[:MARK_LENGTH]


def find_mark(user: Credentials) -> str | None:
    """Return the mark of this person if this browser has it."""
    mark = make_mark(user.user_id, user.password_hash or "")
    return mark if any(hmac.compare_digest(mark.encode(), each.encode()) for each in read_marks()) else None


def read_marks() -> list[str]:
    """Return the marks that the browser sends, the newest first; inventing marks gains nothing."""
    return request.cookies.get(cookie_name(), "").split(".")[:MOST_PEOPLE]


def remember_browser(user_id: int, password_hash: str) -> None:
    """Add the person's mark to the cookie of this response, after they have signed in."""
    mine = make_mark(user_id, password_hash)
    marks = [mine, *(mark for mark in read_marks() if mark != mine and len(mark) == MARK_LENGTH)][:MOST_PEOPLE]

    @after_this_request
    def send(response: Response) -> Response:
        response.set_cookie(
            cookie_name(),
            ".".join(marks),
            max_age=LIFETIME_SECONDS,
            secure=current.settings().secure,
            httponly=True,
            samesite="Lax",
        )
        return response


def cookie_name() -> str:
    return f"__Host-{BROWSER_COOKIE}" if current.settings().secure else BROWSER_COOKIE
