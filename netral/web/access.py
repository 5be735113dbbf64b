"""Every view says who may enter. What does not say it, nobody enters."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from netral.accounts.access import Permission
from netral.errors import NotPermitted

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed_in"

# The function of a view -> what it declared; read by `tests/web/test_access.py`.
DECLARED: dict[Callable[..., Any], str | Permission] = {}


def public(view: View) -> View:
    DECLARED[view] = PUBLIC
    return view


def signed_in(view: View) -> View:
    DECLARED[view] = SIGNED_IN
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    def declare(view: View) -> View:
        DECLARED[view] = permission
        return view

    return declare


def wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def enforce() -> ResponseReturnValue | None:
    """Runs before every request, before anything is read of it."""
    if request.endpoint is None:
        return None
    declared = DECLARED.get(current_app.view_functions[request.endpoint])
    if declared == PUBLIC:
        return None
    if declared is None:
        raise NotPermitted(request.endpoint)
    if not current_user.is_authenticated:
        if wants_json():
            abort(401)
        target = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return redirect(url_for("account.sign_in_page", lanjut=target))
    if declared != SIGNED_IN and not current_user.actor.may(declared):
        raise NotPermitted(declared)
    return None


def safe_target(target: str) -> str | None:
    """A path of our own, or nothing: no other host, no backslash, no control character, however it is written."""
    own = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if own and all(character.isprintable() and character != "\\" for character in target) else None
