"""Browsers in which a person has signed in before: guesses by others at the same address do not slow them down.

A cookie keeps one mark for each of the last people. A mark is a keyed hash of the account and of its stored password:
it names nobody, is worthless once the password has changed, and opens nothing. Tries with a mark are counted by
themselves, so a stolen telephone allows no more guesses than anything else.
"""

import hmac

from flask import Response, after_this_request, request

from netral.accounts.users import Credentials
from netral.web.edge import current

NAME = "netral-peramban"
# A telephone goes round in a small office.
MOST_PEOPLE = 8
LIFETIME_SECONDS = 365 * 24 * 3600
MARK_LENGTH = 32


def make_mark(user_id: int, password_hash: str) -> str:
    text = f"known browser\0{user_id}\0{password_hash}"
    return hmac.digest(current.settings().secret_key.encode(), text.encode(), "sha256").hex()[:MARK_LENGTH]


def find_mark(user: Credentials) -> str | None:
    """Return the mark of this person if this browser has it."""
    mark = make_mark(user.user_id, user.password_hash or "")
    return mark if any(hmac.compare_digest(mark.encode(), each.encode()) for each in read_marks()) else None


def read_marks() -> list[str]:
    """Return the marks that the browser sends, the newest first; inventing some gains nothing."""
    return request.cookies.get(cookie_name(), "").split(".")[:MOST_PEOPLE]


def remember(user_id: int, password_hash: str) -> None:
    """Add the person's mark to the cookie that the answer to this request brings, after they have signed in."""
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
    return f"__Host-{NAME}" if current.settings().secure else NAME
