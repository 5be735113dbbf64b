"""Errors, static files, cookies, hosts and redirects: the same for everybody, whatever the database holds."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from netral.accounts.models import User
from netral.settings import Settings
from netral.web.application import create_app
from netral.web.edge.access import DECLARED, PUBLIC
from tests.factories import make_asn, make_user
from tests.security.test_addresses import check_headers
from tests.web.conftest import PASSWORD, Browser, OpenApp, give_factor, give_password
from tests.web.pages import Page

HTTPS = "https://netral.contohkab.example"
TARGETS = (
    *("//jahat.example", "/\\jahat.example", "\\/jahat.example", "https:jahat.example", "https://jahat.example"),
    *("/\t/jahat.example", "\t//jahat.example", "/\r\nLocation: https://jahat.example", "javascript:alert(1)"),
    *(
        "https://127.0.0.1:8000@jahat.example",
        "///jahat.example",
        "jahat.example",
        " //jahat.example",
        "@jahat.example",
    ),
)


@pytest.fixture
def siti(session: Session) -> User:
    return give_password(session, make_user(session, asn=make_asn(session)))


def test_errors_carry_the_headers_and_tell_nothing_of_the_inside(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise RuntimeError("rahasia dapur")

    monkeypatch.setitem(app.view_functions, "public.robots", fail)
    DECLARED[fail] = PUBLIC
    answers: dict[int, TestResponse] = {
        302: browser.get("/profil"),
        400: browser.client.post("/masuk"),
        404: browser.get("/tidak-ada"),
        405: browser.client.put("/masuk"),
        413: browser.client.post("/masuk", data={"nip": "x" * 7_000_000}),
        500: browser.get("/robots.txt"),
    }
    del DECLARED[fail]
    for status, response in answers.items():
        assert response.status_code == status
        check_headers(response, str(status))
        assert "no-store" in response.headers["Cache-Control"], status
        for inside in ("rahasia dapur", "Traceback", "site-packages", "RuntimeError", "Werkzeug"):
            assert inside not in response.text, status


def test_static_files_carry_the_headers_and_no_folder_is_listed(browser: Browser) -> None:
    response = browser.get("/static/netral.css", buffered=True)

    check_headers(response, "/static/netral.css")
    assert "max-age=31536000" in response.headers["Cache-Control"]
    assert browser.get("/static/").status_code == 404


def part(name: str, value: str) -> bytes:
    return f'--batas\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


LARGE = (
    ("application/x-www-form-urlencoded", b"nip=" + b"x" * 300_000),
    ("application/x-www-form-urlencoded", b"a&" * 200_000),
    ("multipart/form-data; boundary=batas", part("nip", "x" * 300_000) + b"--batas--"),
    ("multipart/form-data; boundary=batas", b"".join(part(f"f{n}", "x") for n in range(501)) + b"--batas--"),
    ("multipart/form-data; boundary=batas", part("nip", "x" * 7_000_000) + b"--batas--"),
)


def test_requests_have_size_limits(browser: Browser) -> None:
    for kind, body in LARGE:
        for place in ("/aktivasi", "/v"):
            answer = browser.client.post(place, data=body, content_type=kind, buffered=True)
            assert answer.status_code == 413, (place, kind, body[:10])


def open_https(open_app: OpenApp, session: Session) -> Browser:
    return Browser(open_app(base_url=HTTPS).test_client(), session)


def test_behind_https_browsers_stay_there_and_cookies_belong_to_the_host_alone(
    open_app: OpenApp, session: Session, siti: User
) -> None:
    browser = open_https(open_app, session)
    form = browser.open("/masuk", base_url=HTTPS)
    data = {"nip": siti.login, "kata_sandi": PASSWORD, "csrf_token": Page(form.text).token()}
    answer = browser.open("/masuk", method="POST", data=data, base_url=HTTPS, headers={"Referer": f"{HTTPS}/masuk"})
    static = browser.open("/static/netral.css", base_url=HTTPS, buffered=True)

    assert answer.status_code == 303
    for response in (form, answer, static):
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookies = [cookie for response in (form, answer) for cookie in response.headers.getlist("Set-Cookie")]
    assert cookies
    for cookie in cookies:
        name, *attributes = (part.strip().lower() for part in cookie.split(";"))
        assert name.startswith(("__host-netral=", "__host-netral-peramban="))
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(attributes)
        assert not [each for each in attributes if each.startswith("domain")]


def test_a_cookie_ends_after_a_while_and_not_by_the_clock_of_a_telephone(browser: Browser, siti: User) -> None:
    token = Page(browser.open("/masuk").text).token()
    data = {"nip": siti.login, "kata_sandi": PASSWORD, "csrf_token": token}

    answer = browser.open("/masuk", method="POST", data=data)

    cookies = [browser.client.get_cookie(name) for name in ("netral", "netral-peramban")]
    assert answer.status_code == 303
    assert [cookie and cookie.max_age for cookie in cookies] == [24 * 3600, 365 * 24 * 3600]


def test_another_host_is_refused_and_never_stands_on_a_page(browser: Browser) -> None:
    assert browser.get("/", headers={"Host": "jahat.example"}).status_code == 400
    for place in ("/", "/masuk", "/v", "/profil"):
        answer = browser.get(place, headers={"X-Forwarded-Host": "jahat.example", "Forwarded": "host=jahat.example"})
        assert "jahat.example" not in answer.text + str(answer.headers)


def test_without_a_proxy_nobody_chooses_the_own_address(browser: Browser, siti: User) -> None:
    form = {"nip": siti.login, "kata_sandi": "bukan kata sandinya"}
    statuses = []
    for number in range(11):
        spoofed = {"X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.0.0.{number}", "Forwarded": "for=10.9.9.9"}
        statuses.append(browser.post("/masuk", form, token_from="/masuk", headers=spoofed).status_code)

    assert statuses == [422] * 10 + [429]


def test_behind_one_proxy_only_what_it_added_counts(open_app: OpenApp, session: Session, siti: User) -> None:
    browser = Browser(open_app(proxy_hops=1).test_client(), session)
    form = {"nip": siti.login, "kata_sandi": "bukan kata sandinya"}
    statuses = []
    for number in range(11):
        spoofed = {"X-Forwarded-For": f"10.0.0.{number}, 192.0.2.7"}
        statuses.append(browser.post("/masuk", form, token_from="/masuk", headers=spoofed).status_code)

    assert statuses == [422] * 10 + [429]


def test_no_redirect_after_signing_in_leads_away(browser: Browser, siti: User) -> None:
    for target in TARGETS:
        browser.client.delete_cookie("netral")
        form = {"nip": siti.login, "kata_sandi": PASSWORD, "lanjut": target}
        assert browser.post("/masuk", form, token_from="/masuk").location == "/mulai", target


def test_no_redirect_after_the_code_leads_away(browser: Browser, siti: User, session: Session) -> None:
    give_factor(session, siti)
    browser.post("/masuk", {"nip": siti.login, "kata_sandi": PASSWORD}, token_from="/masuk")
    for target in TARGETS:
        page = browser.get("/masuk/kode", query_string={"lanjut": target})
        assert Page(page.text).value("lanjut") is None, target
    code = {"kode": browser.code(), "lanjut": "//jahat.example"}

    assert browser.post("/masuk/kode", code, token_from="/masuk/kode").location == "/mulai"


def test_without_its_database_every_page_is_503_without_a_word_of_the_inside(settings: Settings) -> None:
    client = create_app(replace(settings, database_url="sqlite:////tidak/ada/di/sini.sqlite3")).test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "bukan sesi kami"
    for place in ("/", "/masuk", f"/v/{'0' * 26}", "/profil", "/tidak-ada", "/masuk?lanjut=/profil"):
        for answer in (client.get(place), client.post(place, data={"nip": "1", "kata_sandi": PASSWORD})):
            assert answer.status_code == 503, place
            assert int(answer.headers["Retry-After"]) > 0
            assert not [inside for inside in ("sqlite", "Traceback", "OperationalError") if inside in answer.text]
