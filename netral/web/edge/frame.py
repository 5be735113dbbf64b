"""The frame of every page: instansi, navigation, the person signed in."""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from flask import Flask, current_app, g, request, session, url_for
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer

from netral.accounts.access import Actor, Permission, Role
from netral.web.edge import current
from netral.web.edge.cookies import FORM_SALT

VERSION = "Netral 0.1"


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: str
    url: str
    current: bool


# Label, endpoint, permission.
Menu = Sequence[tuple[str, str, Permission]]


Counts = Mapping[Permission, Callable[[Actor], int]]


def init_frame(app: Flask, menu: Menu, count_waiting: Counts) -> None:
    """`count_waiting`: how many things wait for an officer, by the permission of their entry in the menu."""
    app.extensions["netral.menu"] = menu
    app.extensions["netral.count_waiting"] = count_waiting
    app.context_processor(frame)
    app.jinja_env.globals.update(contacts=current.contacts, csrf_token=give_form_token)


def give_form_token() -> str:
    """Return the token of this session's forms. Flask-WTF documents `g.csrf_token` and its value in the session."""
    if "csrf_token" not in g:
        if "csrf_token" not in session:
            return cast("str", generate_csrf())
        g.csrf_token = sign_form_token(current.settings().secret_key, session["csrf_token"])
    return cast("str", g.csrf_token)


@lru_cache(maxsize=1024)
def sign_form_token(secret_key: str, kept: str) -> str:
    """Sign a token as Flask-WTF does, once for each session: it has no end of its own (WTF_CSRF_TIME_LIMIT)."""
    return str(URLSafeTimedSerializer(secret_key, salt=FORM_SALT).dumps(kept))


def frame() -> dict[str, object]:
    demo = current.settings().demo
    if "netral_bare" in g:
        return {"instansi_name": "", "navigation": (), "account": None, "actor": None, "officer": False, "demo": demo}
    actor = current.actor_or_none()
    return {
        "instansi_name": current.instansi_name(),
        "navigation": navigation(actor) if actor else (),
        "account": actor.nama if actor else None,
        "actor": actor,
        "officer": actor is not None and any(role is not Role.PESERTA for role in actor.roles),
        "person_mark": mark(current.settings().secret_key, actor.user_id) if actor else None,
        "demo": demo,
        "footer_note": VERSION,
        "now_shown": current.now() if actor else None,
    }


def mark(key: str, user_id: int) -> str:
    """Return a mark by which a shared browser distinguishes people, and which reveals nothing else."""
    return hmac.digest(key.encode(), f"person {user_id}".encode(), hashlib.sha256).hex()[:12]


def navigation(actor: Actor) -> tuple[NavigationItem, ...]:
    """Return the menu of a person; entries have the number of things that wait there, which officers look for."""
    menu: Menu = current_app.extensions["netral.menu"]
    counts: Counts = current_app.extensions["netral.count_waiting"]
    waiting = {permission: count(actor) for permission, count in counts.items() if actor.may(permission)}
    items = (
        NavigationItem(
            f"{label} ({waiting[permission]})" if waiting.get(permission) else label,
            url_for(endpoint),
            endpoint == request.endpoint,
        )
        for label, endpoint, permission in menu
        if actor.may(permission)
    )
    return tuple(dict.fromkeys(items))
