"""The pages before signing in is complete, when they cannot go on: typed text stays, passwords and codes do not."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from netral.accounts.models import LoginSession, User
from netral.settings import Settings
from netral.web.account.account import REFUSED
from netral.web.application import create_app
from tests.factories import NOW, make_asn, make_user
from tests.web.conftest import PASSWORD, SESSION_KEY, Browser, give_factor, give_password
from tests.web.pages import Page, check_page

NIP = "198001012005011000"
CODE = "ABCDE23456"
JSON = {"Accept": "application/json"}


@pytest.fixture
def siti(session: Session) -> User:
    return give_password(session, make_user(session, asn=make_asn(session)))


@pytest.fixture
def away(settings: Settings) -> FlaskClient:
    """Return a client of a server that has lost its database."""
    return create_app(replace(settings, database_url="sqlite:////tidak/ada/di/sini.sqlite3")).test_client()


def send(client: FlaskClient, path: str, data: dict[str, Any], **more: Any) -> TestResponse:
    """Send a form with the token of a page that came before the trouble."""
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "sebelumnya"
    token = URLSafeTimedSerializer(SESSION_KEY, salt="wtf-csrf-token").dumps("sebelumnya")
    return client.post(path, data={"csrf_token": token, **data}, **more)


def test_a_sign_in_that_cannot_be_answered_keeps_the_nip_and_the_target(away: FlaskClient) -> None:
    answer = send(away, "/masuk", {"nip": NIP, "kata_sandi": PASSWORD, "lanjut": "/ujian/3", "sebab": "disimpan"})
    page = check_page(answer)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert (page.value("nip"), page.value("lanjut"), page.value("sebab")) == (NIP, "/ujian/3", "disimpan")
    assert "NIP Anda masih terisi. Ketik kata sandi lagi, lalu tekan Masuk." in page.words
    assert PASSWORD not in answer.text


def test_an_activation_that_cannot_be_answered_keeps_the_nip_alone(away: FlaskClient) -> None:
    answer = send(away, "/aktivasi", {"nip": NIP, "kode": CODE, "kata_sandi": PASSWORD})
    page = check_page(answer)

    assert answer.status_code == 503
    assert page.value("nip") == NIP
    assert page.value("kode") == ""
    assert CODE not in answer.text
    assert PASSWORD not in answer.text


def test_a_script_is_told_when_to_try_again(away: FlaskClient) -> None:
    answer = send(away, "/masuk", {"nip": NIP, "kata_sandi": PASSWORD}, headers=JSON)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json
    assert set(answer.json) >= {"error", "message"}


def test_a_script_is_told_where_to_go_on(browser: Browser, siti: User) -> None:
    form = {"nip": siti.login, "kata_sandi": PASSWORD, "lanjut": "/profil"}
    answer = browser.post("/masuk", form, token_from="/masuk", headers=JSON)

    assert (answer.status_code, answer.json) == (200, {"next": "/profil"})
    assert browser.visit("/profil").heading == "Profil saya"


def test_a_script_is_told_what_does_not_fit(browser: Browser, siti: User) -> None:
    form = {"nip": siti.login, "kata_sandi": "bukan kata sandinya"}
    answer = browser.post("/masuk", form, token_from="/masuk", headers=JSON)

    assert (answer.status_code, answer.json) == (422, {"message": REFUSED})


@pytest.mark.parametrize("path", ["/masuk", "/aktivasi"])
def test_a_page_that_was_open_too_long_comes_again_with_the_nip(browser: Browser, path: str) -> None:
    data = {"nip": NIP, "kode": CODE, "kata_sandi": PASSWORD, "csrf_token": "dari kemarin"}
    answer = browser.open(path, method="POST", data=data)
    page = check_page(answer)

    assert answer.status_code == 400
    assert "Halaman ini terlalu lama terbuka" in page.words
    assert page.value("nip") == NIP
    assert PASSWORD not in answer.text
    assert CODE not in answer.text


def test_too_many_wrong_passwords_leave_the_form_where_it_is(browser: Browser, siti: User) -> None:
    wrong = {"nip": siti.login, "kata_sandi": "bukan kata sandinya", "lanjut": "/profil"}
    for _ in range(10):
        browser.post("/masuk", wrong, token_from="/masuk")
    answer = browser.post("/masuk", wrong, token_from="/masuk")
    page = Page(answer.text)

    assert answer.status_code == 429
    assert (page.value("nip"), page.value("lanjut")) == (siti.login, "/profil")


def test_a_code_that_came_too_late_is_asked_for_again(browser: Browser, siti: User, session: Session) -> None:
    give_factor(session, siti)
    browser.post("/masuk", {"nip": siti.login, "kata_sandi": PASSWORD}, token_from="/masuk")
    data = {"kode": "123456", "lanjut": "/profil", "csrf_token": "dari kemarin"}
    answer = browser.open("/masuk/kode", method="POST", data=data)
    page = check_page(answer)

    assert answer.status_code == 400
    assert (page.value("kode"), page.value("lanjut")) == ("", "/profil")


@pytest.mark.parametrize("target", ["/keluar", "/ujian/mulai", "/koreksi/1/periksa", "/tidak-ada"])
def test_signing_in_never_leads_to_an_address_that_takes_only_forms(browser: Browser, siti: User, target: str) -> None:
    form = {"nip": siti.login, "kata_sandi": PASSWORD, "lanjut": target}

    assert browser.post("/masuk", form, token_from="/masuk").location == "/mulai"


def test_the_sign_in_page_says_why_it_is_shown(browser: Browser, siti: User, session: Session) -> None:
    assert "Sesi Anda berakhir" not in browser.visit("/profil").words
    browser.sign_in(siti.login)
    session.execute(update(LoginSession).values(ended_at=NOW))

    assert "Sesi Anda berakhir. Masuk lagi untuk melanjutkan." in browser.visit("/profil").words
