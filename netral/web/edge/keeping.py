"""Keeping a form that arrives after its session has ended, and finding it again after signing in."""

import secrets
from contextlib import suppress
from enum import StrEnum
from typing import cast

from flask import Response, current_app, request, url_for
from flask_wtf.csrf import validate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from wtforms import ValidationError

from netral.accounts.access import Permission
from netral.accounts.kept_forms import FormTooLarge, SentForm, delete_form, find_form, keep_form
from netral.accounts.sealing import KEPT_FORM, NONCE_BYTES, derive_key
from netral.accounts.sessions import find_owner
from netral.extensions import reading_session
from netral.web.edge import current, sign_in
from netral.web.edge.cookies import FORM_SALT, FORM_TOKEN
from netral.web.edge.returning import page_at_hand

# Names of the fields that hold passwords and codes; `tests/security/test_kept_secrets.py` finds any that are missing.
SECRET_FIELDS = frozenset({"kata_sandi", "lama", "sandi_lagi", "kode_lagi"})
# The field that marks a kept form when it is sent after all.
MARK = "isian_tersimpan"
NOT_TYPED = frozenset({FORM_TOKEN, MARK})
TOO_OFTEN, FAILED = 429, 500
# Lini Masa promises that no choice is stored, so its form is lost with its session.
NEVER_KEPT = frozenset({"feeds.decide"})
# Every form of a page repeats the subject of the page; such fields alone are nothing that a person typed.
ABOUT = frozenset({"periode", "dari", "ingat"})
FORM = "application/x-www-form-urlencoded"


class Reason(StrEnum):
    """The reason for signing in, as the address of the sign-in page gives it."""

    ENDED = "berakhir"
    KEPT = "disimpan"
    TOO_LARGE = "besar"
    NOT_KEPT = "tidak"


def receive_late(declared: object) -> Reason | None:
    """Return the reason why a request without a living session has to sign in, and keep its form if that is allowed."""
    ended = sign_in.session_hash()
    sends_file = request.mimetype == "multipart/form-data"
    if request.method != "POST" or not (sends_file or typed_fields()):
        return Reason.ENDED if ended else None
    if ended is None:
        return Reason.NOT_KEPT
    with reading_session() as reading:
        owner = find_owner(reading, token_hash=ended)
    return keep(declared, owner=owner, session_hash=ended)


def keep_of_earlier_session(declared: object) -> bool:
    """Keep a form that was drawn before its sender signed in again; return whether it was kept."""
    if not isinstance(declared, Permission) or not typed_fields():
        return False
    actor, here = current.actor_or_none(), sign_in.session_hash()
    if actor is None or here is None:
        return False
    return keep(declared, owner=actor.user_id, session_hash=here) is Reason.KEPT


def keep(declared: object, *, owner: int | None, session_hash: str) -> Reason:
    """Keep the current form for `owner` alone, and only if it was drawn for a session of the same person.

    Forms of views that need no permission are not kept: they belong to signing in and to one's own account, and hold a
    password or a code, or end a session. A file is not kept either.
    """
    if not isinstance(declared, Permission) or request.endpoint in NEVER_KEPT:
        return Reason.NOT_KEPT
    if request.mimetype != FORM or owner is None or find_drawn_for() != owner:
        return Reason.NOT_KEPT
    sent = SentForm(
        address=request.full_path.rstrip("?"),
        page=page_at_hand() or url_for("account.start"),
        fields=typed_fields(),
    )
    session = current.session()
    try:
        keep_form(
            session,
            sent,
            session_hash=session_hash,
            user_id=owner,
            key=kept_key(),
            nonce=secrets.token_bytes(NONCE_BYTES),
            now=current.now(),
        )
    except FormTooLarge:
        session.rollback()
        return Reason.TOO_LARGE
    session.commit()
    return Reason.KEPT


def typed_fields() -> tuple[tuple[str, str], ...]:
    """Return the fields that may be kept; none if all are blank, or if one holds a NUL, which no view would accept."""
    unkept = SECRET_FIELDS | NOT_TYPED
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if name not in unkept)
    has_nul = any("\0" in name + value for name, value in fields)
    is_blank = not any(value.strip() for name, value in fields if name not in ABOUT)
    return () if has_nul or is_blank else fields


def find_drawn_for() -> int | None:
    """Return the user for whose session the current form was drawn: its token is signed and names that session."""
    signer = URLSafeTimedSerializer(cast("str", current_app.secret_key), salt=FORM_SALT)
    try:
        named = signer.loads(request.form.get(FORM_TOKEN, ""))
    except BadData:
        return None
    with reading_session() as reading:
        return find_owner(reading, token_hash=str(named))


def is_token_good() -> bool:
    """Return whether the form belongs to this very session; people who may not enter were refused before."""
    try:
        validate_csrf(request.form.get(FORM_TOKEN))
    except ValidationError:
        return False
    return True


def kept_key() -> bytes:
    return derive_key(current.settings().secret_key, KEPT_FORM)


def find_kept(user_id: int) -> SentForm | None:
    """Find the form that waits for this person in this browser, whether they are signed in or about to be."""
    found = sign_in.session_hash()
    if found is None:
        return None
    with reading_session() as reading:
        return find_form(reading, session_hash=found, user_id=user_id, key=kept_key(), now=current.now())


def lead_on(user_id: int, target: str | None) -> str:
    """Return the address to go to after the password or the code; a kept form comes first."""
    return url_for("kept.show") if find_kept(user_id) else target or url_for("account.start")


def discard() -> None:
    """Throw away the form kept for this session. The caller commits."""
    found = sign_in.session_hash()
    if found is not None:
        delete_form(current.session(), session_hash=found)


def is_sent_again() -> bool:
    """Return whether the form is one that was kept; a form too large to be read is not."""
    try:
        return MARK in request.form
    except HTTPException:
        return False


def forget_when_used(response: Response) -> Response:
    """Delete a kept form once its view has answered, even with a refusal; not after a failure."""
    answered = response.status_code < FAILED and response.status_code != TOO_OFTEN
    if answered and is_sent_again() and current.actor_or_none() and is_token_good():
        session = current.session()
        # The view's work is done and stays: a form that cannot be deleted now expires in half an hour.
        with suppress(OperationalError, PoolTimeout):
            session.rollback()
            discard()
            session.commit()
    return response
