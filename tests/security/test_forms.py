"""Every form of the url_map is sent values of people, scripts and attackers: no fault, and no undue effect."""

from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.routing import Rule

from netral.accounts.models import RoleGrant, User
from netral.learning.exams.models import Attempt
from tests.security.town import NASTY, Town
from tests.web.conftest import PASSWORD, Browser

# These are sent to no account, because they end the session that the others need.
ENDS = {"/keluar", "/profil/keluar-semua", "/profil/sesi/akhiri-lainnya", "/profil/sesi/<int:session_id>/akhiri"}
# Fields that no form has and that careless code might take.
FAVOURS = (
    dict.fromkeys(("user_id", "asn_id", "instansi_id", "opd_id", "active", "passed", "is_correct", "correct"), "1")
    | dict.fromkeys(("score", "percent", "nilai", "points_numerator"), "100")
    | {"role": "bkpsdm", "roles": "bkpsdm", "state": "passed", "password_hash": "x", "login": "dewi", "_method": "PUT"}
)
WORDS = (
    *("", " ", "0", "-1", "1", "9" * 40, "1e309", "NaN", "٣", "true", "on", "null", "[]", "2029-02-30", "31/12/9999"),
    *("\x00", "a\x00b", "\ud83c", "🎉" * 40, "a" * 3000, "\r\nX-Jahat: 1", "../../etc/passwd", "' OR 1=1 --", NASTY),
    *("=cmd|' /C calc'!A0", "%00", "{}", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>", PASSWORD),
)
values = st.one_of(st.sampled_from(WORDS), st.text(max_size=40)).map(
    lambda text: text.encode("utf-8", "replace").decode()
)


class Controls(HTMLParser):
    """Names of the controls of every form that posts, by its address."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.names: dict[str, set[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form":
            self.action = (attributes.get("action") or "") if attributes.get("method") == "post" else ""
        name = attributes.get("name")
        if self.action and name and name != "csrf_token" and tag in {"input", "textarea", "select", "button"}:
            self.names.setdefault(self.action.split("?")[0], set()).add(name)


@pytest.fixture(scope="package")
def controls(town: Town) -> dict[str, set[str]]:
    reader = Controls()
    for rule in town.rules("GET"):
        if rule.rule.endswith(("pdf", "xlsx", "csv", "svg", "json", "png")):
            continue
        page = town.who_may(rule).get(town.address(rule), buffered=True)
        if page.mimetype == "text/html":
            reader.feed(page.text)
    return reader.names


@cache
def token_of(browser: Browser) -> str:
    """Return the token of the session, which fits every form."""
    return browser.token("/profil")


def send(town: Town, rule: Rule, browser: Browser, fields: dict[str, Any]) -> int:
    data = {"csrf_token": token_of(browser)} | fields
    answer = browser.open(town.address(rule), method="POST", data=data, buffered=True)
    assert answer.status_code < 500, (rule.rule, fields, answer.status_code)
    assert "X-Jahat" not in answer.headers
    return answer.status_code


def grants_and_accounts(town: Town) -> tuple[list[Any], list[Any]]:
    town.session.rollback()
    grants = select(RoleGrant.user_id, RoleGrant.role, RoleGrant.scope, RoleGrant.revoked_at).order_by(RoleGrant.id)
    accounts = select(User.id, User.login, User.password_hash, User.instansi_id, User.asn_id, User.active)
    found = town.session.execute(grants).all(), town.session.execute(accounts.order_by(User.id)).all()
    town.session.rollback()
    return [*found[0]], [*found[1]]


def test_most_forms_are_found_on_the_pages(controls: dict[str, set[str]]) -> None:
    assert len(controls) > 15
    assert {"nip", "kata_sandi"} <= controls["/aktivasi"]


def test_no_form_fails_or_does_a_favour_whatever_is_sent(town: Town, controls: dict[str, set[str]]) -> None:
    before = grants_and_accounts(town)
    for rule in town.rules("POST"):
        browser = town.stranger() if rule.rule in ENDS else town.who_may(rule)
        attack(town, rule, browser, sorted(controls.get(town.address(rule), set()) | {"kode", "alasan"}))
    assert grants_and_accounts(town) == before
    assert town.session.scalar(select(func.count()).where(Attempt.passed.is_(True))) == 1
    town.session.rollback()


def attack(town: Town, rule: Rule, browser: Browser, names: list[str]) -> None:
    @example({})
    @examples(max_examples=4, derandomize=True, database=None, deadline=None)
    @given(st.dictionaries(st.sampled_from(names), st.lists(values, min_size=1, max_size=2)))
    def whatever(fields: dict[str, list[str]]) -> None:
        send(town, rule, browser, FAVOURS | fields)

    whatever()
