"""The cookie of a session: renewed now and then, not with every answer."""

import time

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadData
from itsdangerous.encoding import base64_decode, bytes_to_int

# Of the hour after which an untouched page signs out; signing a cookie and sending it with every answer costs more.
RENEWED_AFTER = 300


class SparingCookies(SecureCookieSessionInterface):
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
