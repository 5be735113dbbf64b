"""One line of the log for each request: route, result and duration; never a name, never a value.

`route` is the rule, not the address: an address may hold an identifier, a query string or a typed word. `person` is the
number of the account, when the request read it anyway.
"""

import logging
import secrets
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request
from flask_login import user_logged_in, user_logged_out

log = logging.getLogger("netral")
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
FORBIDDEN, NOT_FOUND, TOO_MANY, OURS = 403, 404, 429, 500
# The answers to a sign-in, code or password that did not fit.
REFUSALS = frozenset({401, 422})


def init_request_lines(app: Flask) -> None:
    """Register the log before any other handler of a request, so that no request is missed."""
    app.before_request(begin)
    app.after_request(write_line)
    user_logged_in.connect(note_signed_in, app)
    user_logged_out.connect(note_signed_out, app)


def begin() -> None:
    g.netral_begun = perf_counter()
    g.netral_request = secrets.token_hex(4)


def note_signed_in(sender: Flask, **more: Any) -> None:
    g.netral_event = "signed_in"


def note_signed_out(sender: Flask, **more: Any) -> None:
    g.netral_event = "signed_out"


def write_line(response: Response) -> Response:
    status = response.status_code
    event = name_event(status)
    level = logging.WARNING if event in {"refused", "limited", "sign_in_failed", "failed"} else logging.INFO
    log.log(level, event, extra=describe_request() | {"status": status, "code": g.get("netral_code")})
    return response


def name_event(status: int) -> str:
    if status >= OURS:
        return "failed"
    if status == TOO_MANY:
        return "limited"
    if request.method == "POST" and request.blueprint in {"account", "factor"} and status in REFUSALS:
        return "sign_in_failed"
    # Without a rule the address does not exist here; with one, its object is out of reach.
    if status == FORBIDDEN or (status == NOT_FOUND and request.url_rule is not None):
        return "refused"
    return str(g.get("netral_event", "request"))


def describe_request() -> dict[str, Any]:
    begun = g.get("netral_begun")
    return {
        "request": g.get("netral_request"),
        "method": request.method if request.method in METHODS else "?",
        "route": request.url_rule.rule if request.url_rule else None,
        "ms": None if begun is None else round((perf_counter() - begun) * 1000, 1),
        "person": find_person(),
    }


def find_person() -> int | None:
    """Return the person signed in, if the request determined that anyway; a public page does not."""
    known = g.get("netral_actor")
    return known.user_id if known else None
