"""The current request: settings, session, clock, the person signed in, their instansi and period."""

from datetime import date, datetime
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app, g, request
from flask_login import current_user
from sqlalchemy.orm import Session

from netral.accounts.access import Actor
from netral.audit.events import Act
from netral.certificates.issue.issuing import Signer
from netral.certificates.proof.keys import KeyRing, load_keys
from netral.errors import NotFound
from netral.extensions import db, reading_session
from netral.organisation.instansi import Profile, find_only_instansi, list_profiles
from netral.settings import Settings

DEFAULT_ZONE = "Asia/Jakarta"
# The office where no instansi is known, or several are.
OFFICE = "BKPSDM"


def settings() -> Settings:
    return cast("Settings", current_app.extensions["netral.settings"])


def now() -> datetime:
    """Return when the request was received: the same instant from its beginning to its end."""
    known = g.get("netral_now")
    if known is None:
        known = g.netral_now = settings().now()
    return cast("datetime", known)


def session() -> Session:
    """The request's session: a GET can only read in it. The view commits."""
    return db.session()


def is_stranger() -> bool:
    """Return whether a request has no cookie: such visitors may all be shown the same page."""
    return "HTTP_COOKIE" not in request.environ


def actor() -> Actor:
    """Return the person signed in; only for views that nobody else enters."""
    return cast("Actor", actor_or_none())


def actor_or_none() -> Actor | None:
    """Return the person signed in, if any. Flask-Login is asked once for each request; `sign_in` sets later changes."""
    if "netral_actor" not in g:
        if is_stranger():
            return None
        g.netral_actor = getattr(current_user, "actor", None)
    return cast("Actor | None", g.netral_actor)


def instansi_id() -> int:
    """Return the instansi of the person signed in; raises NotFound for an officer of the installation alone."""
    found = actor().instansi_id
    if found is None:
        raise NotFound("instansi")
    return found


def act() -> Act:
    """Return the act of this request for audit events: the person signed in, the time, the instansi."""
    return actor().act(now())


def zona() -> ZoneInfo:
    """Return the zone of this page's times: that of the instansi of the person signed in, else of the only instansi."""
    known = g.get("netral_zona")
    if known is None:
        known = g.netral_zona = ZoneInfo(name_zona())
    return cast("ZoneInfo", known)


def today() -> date:
    return now().astimezone(zona()).date()


def name_zona() -> str:
    if "netral_bare" in g:
        return DEFAULT_ZONE
    who = actor_or_none()
    if who and who.zona:
        return who.zona
    only = only_instansi()
    return only[1] if only else DEFAULT_ZONE


def instansi_name() -> str:
    who = actor_or_none()
    if who and who.instansi:
        return who.instansi
    only = only_instansi()
    return only[0] if only else ""


def office_name() -> str:
    """Return the short name of the personnel office that this page speaks of: one's own, else the only one."""
    if "netral_bare" in g:
        return OFFICE
    who = actor_or_none()
    if who and who.office:
        return who.office
    only = only_instansi()
    return only[2] if only else OFFICE


def only_instansi() -> tuple[str, str, str] | None:
    """Return name, zone and personnel office of the instansi when this installation has only one."""
    if "netral_only_instansi" not in g:
        with reading_session() as reading:
            g.netral_only_instansi = find_only_instansi(reading)
    return cast("tuple[str, str, str] | None", g.netral_only_instansi)


def contacts() -> tuple[Profile, ...]:
    """Return the contacts of the person's instansi, else of every one; without the database, the last known ones."""
    extensions = current_app.extensions
    if "netral_bare" not in g:
        with reading_session() as reading:
            extensions["netral.profiles"] = list_profiles(reading)
    profiles = cast("tuple[Profile, ...]", extensions.get("netral.profiles", ()))
    who = None if "netral_bare" in g else actor_or_none()
    own = [profile for profile in profiles if who and profile.nama == who.instansi]
    return tuple(profile for profile in own or profiles if profile.has_contact)


def keyring() -> KeyRing:
    """Return the keys of certificates, read from their files once for each process."""
    extensions = current_app.extensions
    if "netral.keyring" not in extensions:
        extensions["netral.keyring"] = load_keys(settings().secrets_dir)
    return cast("KeyRing", extensions["netral.keyring"])


def signer() -> Signer:
    """Return the signer of certificates in this process."""
    return Signer(settings().new_identifier, keyring)


def remote_address() -> str:
    """Return the address that a request is counted under: an IPv6 subscriber has a whole /64, so that is used."""
    return name_network(request.remote_addr or "?")


def name_network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return address
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False))
