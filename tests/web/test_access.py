"""Access: every view declares it, GET changes nothing, and no address leads around it."""

import ast
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from netral.accounts.access import GRANTS, Awaited, Permission, Role
from netral.web.account.account import LANDING
from netral.web.edge.access import DECLARED, PUBLIC, SIGNED_IN
from tests.factories import make_asn, make_instansi, make_opd, make_user
from tests.web.conftest import Browser, give_password, give_role

EXAMPLES = {
    "kode": "tidak-ada",
    "slug": "tidak-ada",
    "n": "1",
    "no": "1",
    "code": "0" * 26,
    "id": "999999",
    "name": "x",
}


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def address(rule: Rule, examples: Mapping[str, str] = EXAMPLES) -> str:
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: examples.get(found[1], "1"), rule.rule)


def test_every_view_says_who_may_enter(app: Flask) -> None:
    undeclared = [rule.endpoint for rule in rules(app) if app.view_functions[rule.endpoint] not in DECLARED]

    assert undeclared == []


def test_every_role_has_its_line() -> None:
    assert set(GRANTS) == set(Role)


def test_every_role_lands_somewhere() -> None:
    assert {role for role, _ in LANDING} == set(Role)


def test_a_view_that_commits_accepts_post_and_a_view_for_get_never_does(app: Flask) -> None:
    for rule in rules(app):
        source = inspect.getsource(app.view_functions[rule.endpoint])
        if ".commit()" in source:
            assert "POST" in (rule.methods or set()), rule.endpoint


def test_only_views_of_the_edge_build_no_statements() -> None:
    from netral.settings import ROOT

    for path in sorted((ROOT / "netral" / "web").rglob("*.py")):
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy"
            for alias in node.names
        }
        assert not names & {"select", "update", "delete", "insert"}, path


@dataclass
class Stranger:
    role: Role
    browser: Browser


@pytest.fixture
def strangers(session: Session, open_browser: Callable[[], Browser]) -> list[Stranger]:
    """Return one officer of each role, all of another instansi than the data."""
    other = make_instansi(session, kode="lain", nama="Kabupaten Lain")
    opd = make_opd(session, instansi=other, nama="Dinas Lain")
    found = []
    for role in Role:
        user = give_password(session, make_user(session, asn=make_asn(session, opd=opd, nama=f"Orang {role}")))
        if role is not Role.PESERTA:
            instansi = None if role is Role.PENGELOLA else other
            give_role(session, user, role, instansi=instansi, opd=opd if role is Role.OPERATOR_OPD else None)
        browser = open_browser()
        browser.enter(user.login)
        found.append(Stranger(role, browser))
    return found


def test_a_stranger_is_asked_to_sign_in(app: Flask, browser: Browser) -> None:
    for rule in rules(app):
        if DECLARED[app.view_functions[rule.endpoint]] == PUBLIC or "GET" not in (rule.methods or set()):
            continue
        response = browser.get(address(rule))
        assert response.status_code == 302, rule.rule
        assert response.location.startswith("/masuk?lanjut="), rule.rule


def test_every_address_refuses_roles_without_its_permission(app: Flask, strangers: list[Stranger]) -> None:
    for rule in rules(app):
        declared = DECLARED[app.view_functions[rule.endpoint]]
        if declared in {PUBLIC, SIGNED_IN, *Awaited}:
            continue
        assert isinstance(declared, Permission)
        for stranger in strangers:
            if declared in GRANTS[stranger.role] or declared is Permission.LEARN:
                continue
            method = "GET" if "GET" in (rule.methods or set()) else "POST"
            data = {"csrf_token": stranger.browser.token("/profil")} if method == "POST" else None
            response = stranger.browser.open(address(rule), method=method, data=data)
            assert response.status_code == 403, (stranger.role, rule.rule, response.status_code)
