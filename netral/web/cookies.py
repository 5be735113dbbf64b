"""The cookie of a session: renewed now and then, not with every answer; dated by whichever server signed it."""

import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, bytes_to_int

from netral.operation.health import CLOCK_TOLERANCE

# Of the hour after which an untouched page signs out; signing a cookie and sending it with every answer costs more.
RENEWED_AFTER = 300


class MaxAgeResponse(Response):
    """A cookie that ends says after how long as well as when: a phone would read the date by its own clock."""

    def set_cookie(self, key: str, value: str = "", **more: Any) -> None:  # type: ignore[override]  # all name the rest
        if isinstance(more.get("expires"), datetime):
            more["max_age"] = round((more["expires"] - datetime.now(UTC)).total_seconds())
        super().set_cookie(key, value, **more)


class TolerantSigner(TimestampSigner):
    """A clock that was set back by a second, or another server's that is a little ahead, signs nobody out."""

    def unsign(self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False) -> Any:  # noqa: FBT001, FBT002  as the library calls it
        try:
            return super().unsign(signed_value, max_age, return_timestamp)  # type: ignore[call-overload]  # handed on
        except SignatureExpired as fact:
            now = self.timestamp_to_datetime(self.get_timestamp())
            if fact.date_signed is None or not now < fact.date_signed <= now + CLOCK_TOLERANCE:
                raise
            return super().unsign(signed_value, None, return_timestamp)  # type: ignore[call-overload]  # handed on


class SparingCookies(SecureCookieSessionInterface):
    """Of one application; what signs is made once."""

    made: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self.made is None:
            self.made = super().get_signing_serializer(app)
            if self.made is not None:
                self.made.signer = TolerantSigner
        return self.made

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        if session.modified:
            return True
        signed = read_time(request.cookies.get(self.get_cookie_name(app), ""))
        return session.permanent and time.time() - signed > RENEWED_AFTER


def read_time(cookie: str) -> int:
    """When it was signed, in seconds since 1970; 0 for what is none. That it is genuine was found out on opening it."""
    try:
        return bytes_to_int(base64_decode(cookie.rsplit(".", 2)[1]))
    except (IndexError, BadData):
        return 0
