"""Joins Flask-Login to the sessions that the server keeps: the cookie holds a token, and its row decides."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from flask import g, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from netral.accounts.access import Actor, Awaited
from netral.accounts.kept_forms import delete_form, hand_over_form
from netral.accounts.sessions import begin_session, confirm_session, digest_token, end_session, find_actor
from netral.extensions import reading_session
from netral.web.edge import current
from netral.web.edge.cookies import ENDED, FINGERPRINT, FORM_TOKEN, LOADED_FROM

# Long enough to install an authenticator application on a telephone.
PATIENCE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person who has given the password and owes another step: a stranger to every page except that step's."""

    actor: Actor
    token: str
    awaited: Awaited


class SignedIn(UserMixin):
    def __init__(self, actor: Actor, token: str) -> None:
        self.actor = actor
        self.token = token

    def get_id(self) -> str:
        return self.token


def init_sign_in(login_manager: LoginManager) -> None:
    login_manager.user_loader(load)
    # A phone's address changes on the way; the token proves the session.
    login_manager.session_protection = None


def load(token: str) -> SignedIn | None:
    """Return the person of a token. A POST reads on another connection, to hold no write lock from here on."""
    if "netral_bare" in g:
        return None  # the database may be away, and the page that says so does not read it
    now = current.now()
    with reading_session() as connection:
        actor = find_actor(connection, token=token, now=now)
    if actor is None:
        return None
    owed = awaited(actor)
    if owed is None:
        return SignedIn(actor, token)
    proved = actor.proof.confirmed_at
    if proved and now < proved + PATIENCE:
        g.netral_waiting = Waiting(actor, token, owed)
    return None


def awaited(actor: Actor) -> Awaited | None:
    """Return the owed step; none in an example, which may be entered with the passwords that it prints."""
    return actor.awaits(obligatory=not current.settings().demo)


def waiting() -> Waiting | None:
    """Return the person between the password and signing in, if any."""
    if current_user.is_authenticated:
        return None
    return cast("Waiting | None", g.get("netral_waiting"))


def actor_at_hand() -> Actor:
    """Return the person who is signed in or owes a step; only for views that nobody else enters."""
    found = waiting()
    return found.actor if found else current.actor()


def token_at_hand() -> str:
    found = waiting()
    return found.token if found else cast("str", current_user.token)


def session_hash() -> str | None:
    """Return the SHA-256 of this browser's session token, alive or ended; None if it has never had a session."""
    token = cookie.get(LOADED_FROM)
    return digest_token(token) if token else cast("str | None", cookie.get(ENDED))


def begin(user_id: int, *, factor: bool = False) -> Awaited | None:
    """Begin a session in the request's transaction, and clear the cookie of any earlier one.

    `factor`: the second factor was shown, or is not needed again. Returns the step that the next request will ask for.
    """
    token, now = secrets.token_urlsafe(32), current.now()
    session = current.session()
    device = tell_device(request.user_agent.string)
    begin_session(session, user_id=user_id, token=token, now=now, factor_at=now if factor else None, device=device)
    begun, ended = digest_token(token), session_hash()
    if ended:
        hand_over_form(session, ended_hash=ended, begun_hash=begun, user_id=user_id)
    actor = find_actor(session, token=token, now=now)
    if actor is None:
        raise AssertionError("a session that was just begun has an actor")
    cookie.clear()
    # Every form of this session contains it, so that even a late form identifies its session.
    cookie[FORM_TOKEN] = begun
    # The token of forms belonged to the earlier cookie.
    g.pop("csrf_token", None)
    g.pop("netral_waiting", None)
    cookie.permanent = True
    owed = awaited(actor)
    if owed is None:
        login_user(SignedIn(actor, token))
        cookie.pop(FINGERPRINT, None)
        g.netral_actor = actor
    else:
        cookie[LOADED_FROM] = token
    return owed


def confirm() -> None:
    """Note that the password was given once more: grave actions ask for it again only after ten minutes."""
    confirm_session(current.session(), token=token_at_hand(), now=current.now())


def end(token: str) -> None:
    """End the session, and delete the form kept for it: its sender leaves this browser."""
    end_session(current.session(), token=token, now=current.now())
    delete_form(current.session(), session_hash=digest_token(token))
    logout_user()
    g.netral_actor = None
    cookie.clear()


BROWSERS = (
    ("SamsungBrowser/", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("OPiOS/", "Opera"),
    ("Edg", "Edge"),
    ("UCBrowser/", "UC Browser"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("; wv)", "peramban dalam aplikasi"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
UNKNOWN = "Peramban tidak dikenal"


def tell_device(user_agent: str) -> str:
    """Return a name like `Chrome di Android`, by the first mark that fits: other browsers' texts have later marks."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if not browser:
        return f"Peramban lain di {system}" if system else UNKNOWN
    told = f"{browser} di {system}" if system else browser
    return told[0].upper() + told[1:]
