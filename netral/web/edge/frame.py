"""What every page shows around its content: instansi, navigation, who is signed in."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from flask import Flask, g, request, session, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from netral.accounts.access import GRANTS, Actor, Permission, Role
from netral.web.edge import current
from netral.web.learner.learner import kode, link
from netral.web.office.corrections import count_for
from netral.web.office.reports import IN_MENU

VERSION = "Netral 0.1"


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: str
    url: str
    current: bool


# Label, endpoint, permission: shown to who may. Of more than five the first four stand, the rest is folded away:
# the work of an office comes before what its officers do for themselves.
MENU = (
    ("Dasbor", "dashboard.overview", Permission.VIEW_COMPLETION),
    ("Pegawai", "people.overview", Permission.ISSUE_CODES),
    ("Koreksi data", "corrections.overview", Permission.CHECK_CORRECTIONS),
    ("Periode", "periods.overview", Permission.MANAGE_PERIODS),
    ("Pengawasan", "oversight.overview", Permission.VIEW_SAMPLE),
    ("Ringkasan", "oversight.summary", Permission.VIEW_SUMMARY),
    ("Konten", "content.overview", Permission.VIEW_CONTENT),
    ("Pengelola", "installation.overview", Permission.VIEW_INSTALLATION),
    ("Audit", "audit.overview", Permission.VIEW_AUDIT),
    *(("Laporan", "reports.overview", permission) for permission in sorted(IN_MENU)),
    ("Instansi", "instansi.overview", Permission.MANAGE_INSTANSI),
    ("Tugas saya", "tasks.overview", Permission.LEARN),
    ("Sertifikat", "certificates.mine", Permission.LEARN),
)


def init_frame(app: Flask) -> None:
    app.context_processor(frame)
    app.jinja_env.globals.update(tautan=link, kode_periode=kode, contacts=current.contacts, remembered=remembered)
    app.jinja_env.globals["csrf_token"] = give_form_token


def give_form_token() -> str:
    """Of this session. It has no end of its own (WTF_CSRF_TIME_LIMIT), so it is signed once and not for every page."""
    if "csrf_token" not in g:
        if "csrf_token" not in session:
            return cast("str", generate_csrf())
        g.csrf_token = sign_form_token(session["csrf_token"])
    return cast("str", g.csrf_token)


@lru_cache(maxsize=1024)
def sign_form_token(kept: str) -> str:
    """Of what the session at hand keeps. The library documents `g.csrf_token` and what it keeps in the session."""
    return cast("str", generate_csrf())


@lru_cache(maxsize=512)
def remembered(macro: Callable[..., Any], *arguments: object) -> Markup:
    """What a macro draws of these arguments. Only for few different ones that hold nothing of a person or request."""
    return cast("Markup", macro(*arguments))


def frame() -> dict[str, object]:
    demo = current.settings().demo
    if "netral_bare" in g:
        return {"instansi_name": "", "navigation": (), "account": None, "actor": None, "demo": demo}
    actor = current.actor_or_none()
    return {
        "instansi_name": current.instansi_name(),
        "navigation": navigation(actor) if actor else (),
        "account": actor.nama if actor else None,
        "actor": actor,
        "person_mark": mark(current.settings().secret_key, actor.user_id) if actor else None,
        "demo": demo,
        "footer_note": VERSION,
        "now_shown": current.now() if actor else None,
    }


@lru_cache(maxsize=1024)
def mark(key: str, user_id: int) -> str:
    """What tells one person from another to a browser that several people use, and says nothing else."""
    return hmac.digest(key.encode(), f"person {user_id}".encode(), hashlib.sha256).hex()[:12]


def navigation(actor: Actor) -> tuple[NavigationItem, ...]:
    """Corrections with how many wait: that is what an officer looks for."""
    waiting = count_for(actor) if actor.may(Permission.CHECK_CORRECTIONS) else 0
    return choose_menu(actor.roles, request.endpoint, waiting)


@lru_cache(maxsize=1024)
def choose_menu(roles: frozenset[Role], here: str | None, waiting: int) -> tuple[NavigationItem, ...]:
    """The same for everybody with these roles, so it is not chosen anew at every request."""
    permitted = frozenset().union(*(GRANTS[role] for role in roles))
    items = (
        NavigationItem(
            f"{label} ({waiting})" if waiting and permission is Permission.CHECK_CORRECTIONS else label,
            url_for(endpoint),
            endpoint == here,
        )
        for label, endpoint, permission in MENU
        if permission in permitted
    )
    return tuple(dict.fromkeys(items))
