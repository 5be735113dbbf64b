"""Every view declares who may enter it; nobody enters a view without a declaration."""

from collections.abc import Callable
from itertools import chain
from typing import Any, TypeVar

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from netral.accounts.access import Awaited, Permission
from netral.errors import NotPermitted
from netral.web.edge import current, keeping, sign_in
from netral.web.edge.pace import check_officer
from netral.web.edge.returning import page_at_hand

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed_in"

# The page on which people who have given the password go on.
NEXT = {Awaited.CODE: "factor.ask_code", Awaited.ENROLMENT: "factor.overview"}

# Endpoint -> the most bytes of its form, where a file may be larger than elsewhere: SIASN's export has up to 20 MB.
LARGE_UPLOADS = {"roster_uploads.upload": 21 * 2**20}

# The function of a view -> what it declared; read by `tests/web/test_access.py`.
DECLARED: dict[Callable[..., Any], str | Permission | Awaited] = {}


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


def awaiting(awaited: Awaited) -> Callable[[View], View]:
    """Admit people who have given the password and owe this step; people who are signed in may enrol as well."""

    def declare(view: View) -> View:
        DECLARED[view] = awaited
        return view

    return declare


def wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def declared_here() -> str | Permission | Awaited | None:
    """Return the declaration of this request's view; None where there is no view."""
    return DECLARED.get(current_app.view_functions[request.endpoint]) if request.endpoint else None


def enforce() -> ResponseReturnValue | None:
    """Check access before every request, before its content is read. Raises NotPermitted, and TooOften of officers."""
    if request.endpoint is None:
        return None
    declared = declared_here()
    if declared == PUBLIC:
        return None
    if declared is None:
        raise NotPermitted(request.endpoint)
    actor = current.actor_or_none()
    if actor is None:
        return send_on(declared)
    if declared == Awaited.CODE:
        return redirect(url_for("account.start"))
    if isinstance(declared, Permission) and not actor.may(declared):
        raise NotPermitted(declared)
    if isinstance(declared, Permission) and declared is not Permission.LEARN:
        check_officer(actor.user_id)
    if request.endpoint in LARGE_UPLOADS:
        request.max_content_length = LARGE_UPLOADS[request.endpoint]
    return None


def send_on(declared: str | Permission | Awaited) -> ResponseReturnValue | None:
    """Redirect people who are not signed in to the password page or the next step after it; None if they are there.

    A script keeps the data it sends by itself and gets 401.
    """
    waiting = sign_in.waiting()
    if waiting and declared == waiting.awaited:
        return None
    if wants_json():
        abort(401)
    reason = keeping.receive_late(declared)
    if waiting:
        return redirect(url_for(NEXT[waiting.awaited], lanjut=page_at_hand()))
    return redirect(url_for("account.sign_in_page", lanjut=page_at_hand(), sebab=reason))


def limit_form() -> None:
    """Limit the size of a form without a file: Werkzeug bounds only the fields of forms that can contain one.

    JSON is refused, since Flask-WTF would take fields of any shape from it.
    """
    if request.is_json:
        abort(400)
    if request.mimetype != "multipart/form-data":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def refuse_nul() -> None:
    """Refuse a NUL, which no person writes and PostgreSQL cannot store. Runs after the check of the form's token."""
    texts = [request.path]
    if request.query_string or request.method != "GET":
        fields = [*request.args.items(multi=True), *request.form.items(multi=True)]
        texts += [upload.filename or "" for upload in request.files.values()]
        texts += chain.from_iterable(fields)
    if any("\0" in text for text in texts):
        abort(400)
