"""No password, code or file is ever kept of a form that comes too late, whatever view it was meant for."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO

import pytest
from sqlalchemy import delete, select, update
from wtforms import Field, PasswordField

from netral.accounts.access import Permission, Role
from netral.accounts.kept_forms import SentForm, find_form
from netral.accounts.models import KeptForm, LoginSession, User
from netral.accounts.sealing import KEPT_FORM, derive_key
from netral.web.edge.access import DECLARED
from netral.web.edge.forms import Form
from netral.web.edge.keeping import SECRET_FIELDS
from netral.web.kept import FORMS, OTHERS
from tests.factories import NOW
from tests.security.town import NASTY, Town
from tests.web.conftest import PASSWORD, SESSION_KEY, Browser

KEY = derive_key(SESSION_KEY, KEPT_FORM)
SECRET_KINDS = {"current-password", "new-password", "one-time-code"}


class Controls(HTMLParser):
    """Reads the fields of forms that post, by the form's address: those people fill in, and the secret ones."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.typed: dict[str, set[str]] = {}
        self.secret: dict[str, set[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "form":
            self.action = (known.get("action") or "").split("?")[0] if known.get("method") == "post" else ""
        name = known.get("name")
        if not self.action or not name or tag not in {"input", "textarea", "select"} or known.get("type") == "hidden":
            return
        self.typed.setdefault(self.action, set()).add(name)
        if known.get("type") in {"password", "file"} or known.get("autocomplete") in SECRET_KINDS:
            self.secret.setdefault(self.action, set()).add(name)


@pytest.fixture(scope="package")
def controls(town: Town) -> Controls:
    """Read the fields of every page, long after the password was given, when grave things ask for it again."""
    confirmed = dict(town.session.execute(select(LoginSession.id, LoginSession.confirmed_at)).all())
    town.session.execute(update(LoginSession).values(confirmed_at=NOW.replace(year=NOW.year - 1)))
    town.session.commit()
    reader = Controls()
    for rule in town.rules("GET"):
        page = town.who_may(rule).get(town.address(rule), buffered=True)
        if page.mimetype == "text/html":
            reader.feed(page.text)
    for each, at in confirmed.items():
        town.session.execute(update(LoginSession).where(LoginSession.id == each).values(confirmed_at=at))
    town.session.commit()
    return reader


@pytest.fixture
def late(town: Town) -> Iterator[Town]:
    """End every session of the town for the length of a test."""
    town.session.execute(delete(KeptForm))
    ended = town.session.scalars(select(LoginSession.id).where(LoginSession.ended_at.is_(None))).all()
    for browser in town.browsers.values():
        token_of(browser)
    town.session.execute(update(LoginSession).where(LoginSession.id.in_(ended)).values(ended_at=NOW))
    yield town
    town.session.execute(delete(KeptForm))
    town.session.execute(update(LoginSession).where(LoginSession.id.in_(ended)).values(ended_at=None))
    town.session.commit()


TOKENS: dict[int, str] = {}


def token_of(browser: Browser) -> str:
    """Return a form token that was asked for while the session was alive."""
    if id(browser) not in TOKENS:
        TOKENS[id(browser)] = browser.token("/profil")
    return TOKENS[id(browser)]


def kept_forms(town: Town) -> list[SentForm]:
    town.session.rollback()
    rows = town.session.scalars(select(KeptForm)).all()
    found = [
        find_form(town.session, session_hash=row.session_hash, user_id=row.user_id, key=KEY, now=NOW) for row in rows
    ]
    town.session.execute(delete(KeptForm))
    town.session.commit()
    return [each for each in found if each]


def every_form(base: type[Form] = Form) -> Iterator[type[Form]]:
    for each in base.__subclasses__():
        yield each
        yield from every_form(each)


def fields_of(form: type[Form]) -> dict[str, type[Field]]:
    """Return the names and kinds of the fields of a form class."""
    found = {name: getattr(getattr(form, name, None), "field_class", None) for name in dir(form)}
    return {name: kind for name, kind in found.items() if kind}


def declared(town: Town, path: str, method: str = "POST") -> object:
    return DECLARED[town.app.view_functions[town.app.url_map.bind("").match(path, method)[0]]]


def test_every_password_of_every_form_class_is_known_as_a_secret() -> None:
    fields = {name for each in every_form() for name, kind in fields_of(each).items() if kind is PasswordField}

    assert fields
    assert fields <= SECRET_FIELDS


def test_every_secret_on_a_page_is_known_or_its_form_is_never_kept(town: Town, controls: Controls) -> None:
    seen = set().union(*controls.secret.values())
    assert {"kata_sandi", "lama", "sandi_lagi", "kode_lagi"} <= seen
    for action, names in controls.secret.items():
        if isinstance(declared(town, action), Permission):
            assert names <= SECRET_FIELDS | {"berkas"}, action


def test_every_typed_field_of_a_kept_form_is_shown_in_words(town: Town, controls: Controls) -> None:
    for action, names in controls.typed.items():
        endpoint = town.app.url_map.bind("").match(action, "POST")[0]
        if isinstance(declared(town, action), Permission):
            own = set(fields_of(FORMS[endpoint])) if endpoint in FORMS else set()
            answers = {name for name in names if re.match(r"(s\d+\.)?(jawaban|syarat|ragu)", name)}
            assert names - own - set(OTHERS) - answers - SECRET_FIELDS - {"berkas"} == set(), action


def test_no_view_keeps_a_password_or_code(late: Town, controls: Controls) -> None:
    secrets = dict.fromkeys(SECRET_FIELDS | set().union(*controls.secret.values()) - {"berkas", "kode"}, PASSWORD)
    kept = 0
    for rule in late.rules("POST"):
        browser, place = late.who_may(rule), late.address(rule)
        if browser is late.waiting:
            continue
        data = secrets | {"csrf_token": token_of(browser), "alasan": NASTY}
        assert browser.open(place, method="POST", data=data).status_code in {200, 302, 303, 400, 422, 429}, place
        for form in kept_forms(late):
            kept += 1
            assert isinstance(DECLARED[late.app.view_functions[rule.endpoint]], Permission), place
            assert form.fields == (("alasan", NASTY),), place
    assert kept > 20


def test_a_form_of_passwords_alone_is_never_kept(late: Town) -> None:
    learner = late.browsers[Role.PESERTA]
    data = {"csrf_token": token_of(learner), "lama": PASSWORD, "kata_sandi": f"{PASSWORD} baru"}
    for path in ("/profil", "/keluar", "/autentikator/mulai", "/ujian/1"):
        learner.open(path, method="POST", data=data)
        assert kept_forms(late) == [], path


def test_a_file_is_never_kept(late: Town) -> None:
    officer = late.browsers[Role.BKPSDM]
    data = {"csrf_token": token_of(officer), "berkas": (BytesIO(b"nip,nama"), "pegawai.csv"), "alasan": "x"}
    answer = officer.open("/pegawai/impor", method="POST", data=data, content_type="multipart/form-data")

    assert "sebab=tidak" in answer.location
    assert kept_forms(late) == []


def test_a_late_form_never_leads_to_a_missing_page(late: Town) -> None:
    login = late.session.scalars(select(User.login).where(User.active)).first()
    assert login
    for rule in late.rules("POST"):
        browser = late.who_may(rule)
        if DECLARED[late.app.view_functions[rule.endpoint]] == "public" or browser is late.waiting:
            continue
        answer = browser.open(late.address(rule), method="POST", data={"csrf_token": token_of(browser)})
        assert answer.status_code == 302, rule.rule
        page = late.stranger().get(answer.location)
        assert page.status_code == 200, rule.rule
        target = answer.location.partition("lanjut=")[2].partition("&")[0]
        assert not target or late.app.url_map.bind("").test(target.replace("%2F", "/"), "GET"), rule.rule
