"""The session cookie: renewed now and then, not with every answer; dated by the server that signed it."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from netral.accounts.sessions import digest_token
from netral.operation.health import CLOCK_TOLERANCE

# A cookie counts for an hour and is renewed after this time; renewing it with every answer would cost more.
RENEWED_AFTER = timedelta(minutes=5)
# Browsers keep the cookie longer than the hour for which it counts, so that it still identifies the ended session.
KEPT_BY_BROWSERS = timedelta(hours=24)
# The key for the SHA-256 of a session's token in a cookie that counts no more.
ENDED = "ended"

# Private names of our libraries; `tests/security/test_signing_in.py` detects a change.
LOADED_FROM = "_user_id"
# Flask-Login: a hash of address and browser that nothing here reads; it would make every request longer.
FINGERPRINT = "_id"
# Flask-WTF: what the token of a form must repeat, and the salt with which the token is signed. The token is made once
# for each session, and read again when a form comes after its session has ended.
FORM_TOKEN, FORM_SALT = "csrf_token", "wtf-csrf-token"

# The clock that dates cookies; it signs nothing.
CLOCK = TimestampSigner("nothing")


class MaxAgeResponse(Response):
    """A response whose cookies also state a maximum age, since a phone would judge a date by its own clock."""

    def set_cookie(self, key: str, value: str = "", **more: Any) -> None:  # type: ignore[override]  # all name the rest
        if isinstance(more.get("expires"), datetime):
            more["max_age"] = round((more["expires"] - datetime.now(UTC)).total_seconds())
        super().set_cookie(key, value, **more)


class DatedSession(SecureCookieSession):
    """A session with the time at which its cookie was signed."""

    signed: datetime


class SparingCookies(SecureCookieSessionInterface):
    """Sessions in signed cookies. The signer is made once, and each cookie is read once (`read_cookie`)."""

    made: URLSafeTimedSerializer | None = None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        try:
            kept, signed = read_cookie(serializer, cookie)
        except BadData:
            return self.session_class()
        # A clock that was set back by a second, or another server's that is a little ahead, signs nobody out.
        if not -CLOCK_TOLERANCE <= read_clock() - signed <= app.permanent_session_lifetime:
            return self.session_class(leave_behind(kept))
        opened = DatedSession(deepcopy(kept))
        opened.signed = signed
        return opened

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        return datetime.now(UTC) + KEPT_BY_BROWSERS if session.permanent else None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self.made is None:
            self.made = super().get_signing_serializer(app)
        return self.made

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if self.should_set_cookie(app, session):
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers.add("Vary", "Cookie")

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        old = isinstance(session, DatedSession) and read_clock() - session.signed > RENEWED_AFTER
        return session.modified or (session.permanent and old)


def read_clock() -> datetime:
    return CLOCK.timestamp_to_datetime(CLOCK.get_timestamp())


def leave_behind(kept: dict[str, Any]) -> dict[str, str]:
    """Keep only the hash of an outdated cookie, which identifies its session but cannot reopen it."""
    return {ENDED: digest_token(kept[LOADED_FROM])} if LOADED_FROM in kept else {}


@lru_cache(maxsize=1024)
def read_cookie(serializer: URLSafeTimedSerializer, cookie: str) -> tuple[dict[str, Any], datetime]:
    """Return the signed data and the time of signing, however long ago. Raises BadData.

    Cached, because it takes a fifteenth of a page's time.
    """
    kept, signed = serializer.loads(cookie, return_timestamp=True)
    return kept, signed
