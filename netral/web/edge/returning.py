"""The address to which a browser returns after signing in: always a page of our own."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException


def safe_target(target: str) -> str | None:
    """Return the target if it is our own path and answers GET: no other host, no backslash, no control character."""
    own = target.startswith("/") and not target.startswith(("//", "/\\"))
    printable = all(character.isprintable() and character != "\\" for character in target)
    return target if own and printable and answers_get(target) else None


def answers_get(target: str) -> bool:
    try:
        return bool(find_view(target, "GET"))
    except (HTTPException, ValueError):
        return False


def find_view(target: str, method: str) -> tuple[str, Mapping[str, Any]]:
    """Return the view behind a path of our own, with what its address names. Raises HTTPException, ValueError."""
    endpoint, arguments = current_app.url_map.bind("").match(unquote(urlsplit(target).path), method)
    return str(endpoint), arguments


def page_at_hand() -> str | None:
    """Return the page of our own from which a form came, with its query, or the current address if it shows a page."""
    here = safe_target(request.full_path.rstrip("?"))
    return page_before() or here if request.method == "POST" else here or page_before()


def page_before() -> str | None:
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if came_from.netloc != request.host:
        return None
    return safe_target(came_from._replace(scheme="", netloc="", fragment="").geturl())
