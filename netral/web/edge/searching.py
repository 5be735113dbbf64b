"""The search of officers' lists: /cari redirects to the list, whose address contains no digits of a number.

An address stays in the browser's history and in logs along the way, and is forwarded. A name may stand in it, so that
such a list can be kept and paged through; a NIP is sealed for the person who searched, and the list opens the seal.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from netral.accounts.sealing import NONCE_BYTES, SEARCH, SealBroken, derive_key, seal, unseal
from netral.errors import NotFound
from netral.folding import clean
from netral.organisation.searching import tells_number
from netral.web.edge import current
from netral.web.edge.access import signed_in
from netral.web.edge.returning import safe_target

bp = Blueprint("searching", __name__)

LONGEST = 100
OPEN, SEALED = "cari", "nomor"
OWN_FIELDS = frozenset({"csrf_token", "ke", OPEN})


@bp.post("/cari")
@signed_in
def search() -> ResponseReturnValue:
    """Redirect from the search form of a list, whose address is `ke`, to the list, with all chosen filters."""
    target = safe_target(request.form.get("ke", ""))
    if target is None:
        abort(400)
    chosen = [(name, value) for name, value in request.form.items(multi=True) if name not in OWN_FIELDS and value]
    return redirect(address(target, chosen, request.form.get(OPEN, "")), 303)


@bp.before_app_request
def hide_number() -> ResponseReturnValue | None:
    """Redirect an address with a number, typed by hand or kept from earlier, to one without it."""
    words = request.args.get(OPEN, "") if request.query_string else ""
    if request.method != "GET" or not tells_number(words) or current.actor_or_none() is None:
        return None
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != OPEN]
    return redirect(address(request.path, kept, words), 303)


def address(path: str, chosen: list[tuple[str, str]], text: str) -> str:
    words = clean(text)[:LONGEST]
    if words:
        chosen = [*chosen, (SEALED, seal_words(words)) if tells_number(words) else (OPEN, words)]
    return f"{path}?{urlencode(chosen)}" if chosen else path


def asked_words() -> str:
    """Return the words to search the list by. Raises NotFound for a number that another person sealed."""
    sealed = request.args.get(SEALED)
    return open_words(sealed) if sealed else clean(request.args.get(OPEN, ""))[:LONGEST]


def seal_words(words: str) -> str:
    owner, nonce = current.actor().user_id, secrets.token_bytes(NONCE_BYTES)
    return urlsafe_b64encode(seal(words, key=sealing_key(), owner=owner, nonce=nonce)).decode().rstrip("=")


def open_words(sealed: str) -> str:
    try:
        content = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        return unseal(content, key=sealing_key(), owner=current.actor().user_id)
    except (ValueError, SealBroken) as fact:
        raise NotFound("pencarian") from fact


def sealing_key() -> bytes:
    return derive_key(current.settings().secret_key, purpose=SEARCH)
