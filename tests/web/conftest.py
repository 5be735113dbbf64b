"""A client that checks every page it loads, on an application with a fixed clock and a database of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask import session as cookie
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from netral.accounts.access import FACTOR_ROLES, Role
from netral.accounts.factors import hash_recovery_code
from netral.accounts.models import RecoveryCode, SecondFactor, User
from netral.accounts.passwords import HASHER
from netral.accounts.sealing import derive_key, seal
from netral.accounts.users import grant_role
from netral.audit.events import Act
from netral.certificates.proof.keys import make_key
from netral.extensions import db
from netral.organisation.models import Instansi, Opd
from netral.settings import ROOT, Settings
from netral.web.application import create_app
from netral.web.edge import current
from netral.web.edge.cookies import SparingCookies
from netral.web.edge.logs import init_logs
from netral.web.edge.sign_in import begin
from tests.factories import NOW
from tests.web.pages import Page, check_page

PASSWORD = "kopi pahit di beranda rumah"
HASHED = HASHER.hash(PASSWORD)
SESSION_KEY = "untuk pengujian saja"
FACTOR_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass
class Clock:
    """The clock behind `settings.now`: a test moves it, nobody sleeps."""

    now: datetime = NOW
    codes: Iterator[int] = field(default_factory=lambda: count(1))

    def tell(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path, clock: Clock) -> Settings:
    make_key(tmp_path / "secrets")
    identifiers = count(1)
    return Settings(
        database_url=database_url,
        data_dir=tmp_path,
        secrets_dir=tmp_path / "secrets",
        content_dir=ROOT / "content",
        base_url="http://127.0.0.1:8000",
        secret_key=SESSION_KEY,
        now=clock.tell,
        new_code=lambda: f"KODE{next(clock.codes):06d}",
        new_identifier=lambda: next(identifiers).to_bytes(16, "big"),
        new_seed=lambda: 7,
    )


OpenApp = Callable[..., Flask]


@pytest.fixture
def open_app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[OpenApp]:
    """Return `open_app(demo=True)`: the application on the same database with other settings."""
    opened: list[Flask] = []

    def open_one(**changes: Any) -> Flask:
        opened.append(make_app(replace(settings, **changes), compiled_templates))
        return opened[-1]

    yield open_one
    for app in opened:
        leave(app)


def make_app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Flask:
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    app.config["TESTING"] = False  # errors become pages, as in production
    return app


def leave(app: Flask) -> None:
    """End the connections of an application."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@dataclass(frozen=True, slots=True)
class KeptApp:
    """An application with what it knew when it was made."""

    app: Flask
    extensions: dict[str, Any]
    config: dict[str, Any]

    def lend(self, settings: Settings) -> Flask:
        """Return the application as it was made, with other settings of the same kind."""
        for kept, made in ((self.app.extensions, self.extensions), (self.app.config, self.config)):
            kept.clear()
            kept.update(made)
        self.app.extensions["netral.settings"] = settings
        init_logs(readable=settings.demo)
        return self.app


KEPT_APPS: dict[str, KeptApp] = {}
"""By the address of the database: to register all routes and compile all statements takes longer than most tests."""


@pytest.fixture
def app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application as when it was made; a test that adds to it asks for one of its own, `open_app()`."""
    url = settings.database_url
    if url not in KEPT_APPS:
        made = make_app(settings, compiled_templates)
        KEPT_APPS[url] = KeptApp(made, dict(made.extensions), dict(made.config))
    app = KEPT_APPS[url].lend(settings)
    yield app
    leave(app)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Collect every statement that any engine runs, also those of the application."""
    heard: list[str] = []

    def hear(*arguments: Any) -> None:
        heard.append(arguments[2])

    event.listen(Engine, "before_cursor_execute", hear)
    yield heard
    event.remove(Engine, "before_cursor_execute", hear)


class Browser:
    """A person at a browser: keeps cookies, fetches the token of a form, and refuses a bad page."""

    def __init__(self, client: FlaskClient, session: Session) -> None:
        self.client = client
        self.session = session

    def open(self, path: str, **more: Any) -> TestResponse:
        """Send a request after committing the test's own changes, which then lock nothing."""
        self.session.commit()
        return self.client.open(path, **more)

    def visit(self, path: str, status: int = 200) -> Page:
        """GET, follow redirects, and check the page: language, one h1, unique ids, a label for each control."""
        return self.read(self.open(path, follow_redirects=True), status)

    def get(self, path: str, **more: Any) -> TestResponse:
        """A bare GET, for redirects, files and JSON."""
        return self.open(path, **more)

    def send(
        self, path: str, data: dict[str, Any] | None = None, *, status: int = 200, token_from: str | None = None
    ) -> Page:
        """POST a form with its CSRF token, follow the redirect, and check the page."""
        return self.read(self.post(path, data, token_from=token_from, follow_redirects=True), status)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, token_from: str | None = None, **more: Any
    ) -> TestResponse:
        """Send a bare POST with the hidden fields of this form on the page `token_from`, or with only a CSRF token."""
        page = Page(self.open(token_from or "/profil", follow_redirects=True).text)
        fields = {"csrf_token": page.token(), **page.hidden(path), **(data or {})}
        return self.open(path, method="POST", data=fields, **more)

    def token(self, path: str) -> str:
        page = self.open(path, follow_redirects=True)
        return Page(page.text).token()

    def read(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, (response.status_code, response.text[:2000])
        return check_page(response)

    def sign_in(self, login: str, password: str = PASSWORD, *, target: str = "/mulai") -> Page:
        """Sign in with the password and, where there is a second factor, its code."""
        page = self.send("/masuk", {"nip": login, "kata_sandi": password, "lanjut": target})
        if page.heading != "Kode dari aplikasi autentikator":
            return page
        # The clock of a test stands still, and a code counts only once.
        self.session.execute(update(SecondFactor).values(last_step=None))
        return self.send("/masuk/kode", {"kode": self.code(), "lanjut": target}, token_from="/masuk/kode")

    def enter(self, login: str, *, target: str = "/mulai") -> Page:
        """Begin a session as after signing in, without its forms and the time that hashing a password takes."""
        app = self.client.application
        user_id, factor = self.session.execute(
            select(User.id, SecondFactor.user_id.is_not(None)).outerjoin(SecondFactor).where(User.login == login)
        ).one()
        self.session.commit()
        with app.test_request_context(method="POST"):
            begin(user_id, factor=factor)
            current.session().commit()
            signer = SparingCookies().get_signing_serializer(app)
            assert signer
            self.client.set_cookie(app.config["SESSION_COOKIE_NAME"], signer.dumps(dict(cookie)))
        return self.visit(target)

    def code(self) -> str:
        """Return the code that the authenticator application of an officer made by `give_role` shows now."""
        settings: Settings = self.client.application.extensions["netral.settings"]
        return pyotp.TOTP(FACTOR_SECRET).at(settings.now())


@pytest.fixture
def browser(app: Flask, session: Session) -> Browser:
    return Browser(app.test_client(), session)


@pytest.fixture
def open_browser(app: Flask, session: Session) -> Callable[[], Browser]:
    """Return another person's browser, with cookies of its own."""
    return lambda: Browser(app.test_client(), session)


def give_password(session: Session, user: User) -> User:
    """Set PASSWORD as by activation; it is hashed once for the whole run."""
    user.password_hash = HASHED
    session.flush()
    return user


def enter(browser: Browser, session: Session, user_id: int) -> Browser:
    """Give somebody the password and begin their session."""
    browser.enter(give_password(session, session.get_one(User, user_id)).login)
    return browser


def give_factor(session: Session, user: User) -> User:
    """Set up an authenticator application with FACTOR_SECRET; one recovery code is left."""
    sealed = seal(FACTOR_SECRET, key=derive_key(SESSION_KEY), owner=user.id, nonce=bytes(12))
    session.add(SecondFactor(user_id=user.id, sealed=sealed, confirmed_at=NOW))
    session.add(RecoveryCode(user_id=user.id, code_hash=hash_recovery_code(user.id, "PULIH00001"), created_at=NOW))
    session.flush()
    return user


def give_role(
    session: Session, user: User, role: Role, *, instansi: Instansi | None = None, opd: Opd | None = None
) -> User:
    """Give a role, with a second factor if the role needs one."""
    instansi_id = opd.instansi_id if opd else (instansi.id if instansi else None)
    grant_role(session, Act(None, NOW, instansi_id), user=user, role=role, opd_id=opd.id if opd else None)
    if role in FACTOR_ROLES and session.get(SecondFactor, user.id) is None:
        give_factor(session, user)
    return user
