"""Joining Flask-Login to the sessions that the server keeps: the cookie holds a token, the row behind it decides."""

import secrets

from flask import session as cookie
from flask_login import LoginManager, UserMixin, login_user, logout_user

from netral.accounts.access import Actor
from netral.accounts.sessions import begin_session, end_session, find_actor
from netral.extensions import reading_session
from netral.web import current


class SignedIn(UserMixin):
    def __init__(self, actor: Actor, token: str) -> None:
        self.actor = actor
        self.token = token

    def get_id(self) -> str:
        return self.token


def init_sign_in(login_manager: LoginManager) -> None:
    login_manager.user_loader(load)
    # Addresses change on the road; the token is what proves the session.
    login_manager.session_protection = None


def load(token: str) -> SignedIn | None:
    """In a reading of its own: a POST would otherwise hold the write lock from here on."""
    with reading_session() as session:
        actor = find_actor(session, token=token, now=current.now())
    return SignedIn(actor, token) if actor else None


def begin(user_id: int) -> None:
    """Start a session in the request's transaction and in a cookie that keeps nothing of an earlier one."""
    token = secrets.token_urlsafe(32)
    session = current.session()
    begin_session(session, user_id=user_id, token=token, now=current.now())
    actor = find_actor(session, token=token, now=current.now())
    if actor is None:
        raise AssertionError("a session that was just begun has an actor")
    cookie.clear()
    cookie.permanent = True
    login_user(SignedIn(actor, token))


def end(token: str) -> None:
    end_session(current.session(), token=token, now=current.now())
    logout_user()
    cookie.clear()
