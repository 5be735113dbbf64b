"""Every address once, requested by a person who may: the response around the page, and duties of the page."""

import re
from dataclasses import dataclass
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter as BaseNumberConverter
from werkzeug.test import TestResponse

from netral.accounts.access import Permission, Role
from netral.accounts.models import User
from netral.models import Base
from netral.web.edge.access import DECLARED
from netral.web.edge.pace import Pace
from netral.web.edge.queries import MOST_DIGITS, NumberConverter
from tests.security.town import NASTY, Town

EVIL = {"Origin": "https://jahat.example", "X-Forwarded-Host": "jahat.example", "X-Forwarded-Proto": "gopher"}
POLICY = {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'", "default-src 'none'"}
# Everybody may keep these: they hold nothing about a person.
KEPT = ("/.well-known/", "/lambang/")
# A GET stores nothing except the hash of a file that it sends for the first time.
FIRST_VIEW = "/sertifikat.pdf"


def fingerprint(town: Town) -> dict[str, str]:
    """Return the values of every row of every table."""
    with town.engine.connect() as connection:
        tables = [table for table in Base.metadata.sorted_tables if table.name != "login_session"]
        rows = {table.name: connection.execute(select(table).order_by(*table.primary_key)).all() for table in tables}
    return {name: sha256(repr(found).encode()).hexdigest() for name, found in rows.items()}


@dataclass(frozen=True)
class Walk:
    """Every answer by its address, and the database before and after."""

    seen: dict[str, TestResponse]
    before: dict[str, str]
    after: dict[str, str]


@pytest.fixture(scope="package")
def walk(town: Town) -> Walk:
    town.session.commit()
    before = fingerprint(town)
    seen = {}
    for rule in town.rules("GET"):
        if rule.rule != FIRST_VIEW:
            place = town.address(rule)
            seen[place] = town.who_may(rule).get(place, headers=EVIL, buffered=True)
    return Walk(seen, before, fingerprint(town))


class Reader(HTMLParser):
    """Collects the parts of a page that a browser would use."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def read_page(response: TestResponse) -> list[tuple[str, dict[str, str | None]]]:
    return Reader(response.text).found if response.mimetype == "text/html" else []


def check_headers(response: TestResponse, place: str) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert {part.strip() for part in policy.split(";")} >= POLICY, place
    assert "unsafe" not in policy, place
    assert "*" not in policy, place
    assert response.headers["X-Content-Type-Options"] == "nosniff", place
    assert response.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, place


def test_nearly_every_address_is_really_seen(walk: Walk) -> None:
    statuses = {place: answer.status_code for place, answer in walk.seen.items()}
    assert not [place for place, status in statuses.items() if status >= 500]
    assert list(statuses.values()).count(200) > 50


def test_every_response_carries_policy_nosniff_and_referrer(walk: Walk) -> None:
    for place, response in walk.seen.items():
        check_headers(response, place)


def test_no_other_origin_is_let_in_and_nobody_s_header_is_echoed(walk: Walk) -> None:
    for place, response in walk.seen.items():
        assert "Access-Control-Allow-Origin" not in response.headers, place
        assert "jahat.example" not in str(response.headers), place
        assert b"jahat.example" not in response.data, place
        assert b"gopher:" not in response.data, place


def test_every_response_says_its_type(walk: Walk) -> None:
    for place, response in walk.seen.items():
        kind = response.content_type or ""
        assert kind, place
        if kind.startswith("text/"):
            assert kind.lower().endswith("charset=utf-8"), place
        if ".json" in place:
            assert response.mimetype == "application/json", place
        if place.endswith((".xlsx", ".csv", ".pdf")) and response.status_code == 200:
            assert response.headers["Content-Disposition"].startswith("attachment;"), place


def test_nothing_of_a_person_is_left_in_a_cache(walk: Walk) -> None:
    for place, response in walk.seen.items():
        if not place.startswith(KEPT):
            assert {"no-store", "private"} & set(response.headers["Cache-Control"].split(", ")), place


def test_a_name_is_never_markup(walk: Walk) -> None:
    shown = 0
    for place, response in walk.seen.items():
        shown += "&lt;img src=x onerror=alert(1)&gt;" in response.text if response.mimetype == "text/html" else 0
        for tag, attributes in read_page(response):
            assert not [name for name in attributes if name.startswith("on")], (place, tag)
            assert attributes.get("src") != "x", place
            assert tag != "script" or str(attributes.get("src")).startswith("/static/"), place
    assert shown > 20


def test_a_name_is_never_a_template(walk: Walk) -> None:
    for place, response in walk.seen.items():
        if response.mimetype == "text/html":
            assert "&#39;49" not in response.text, place
    assert any("{{7*7}}" in response.text for response in walk.seen.values() if response.mimetype == "text/html")


def test_links_lead_by_safe_schemes_only(walk: Walk) -> None:
    for place, response in walk.seen.items():
        for _, attributes in read_page(response):
            for name in ("href", "src", "action"):
                address = attributes.get(name) or "/"
                schemes = ("/", "#", "https://", "otpauth://", "?", "data:image/")
                assert address.startswith(schemes), (place, address)


def test_a_window_that_is_opened_cannot_reach_back(walk: Walk) -> None:
    for place, response in walk.seen.items():
        for _, attributes in read_page(response):
            assert attributes.get("target") is None or "noopener" in (attributes.get("rel") or ""), place


def test_no_address_carries_personal_data(walk: Walk, town: Town) -> None:
    logins = [login for login in town.session.scalars(select(User.login)) if login]
    town.session.rollback()
    for place, response in walk.seen.items():
        for _, attributes in read_page(response):
            for name in ("href", "src", "action"):
                address = attributes.get(name) or ""
                assert not [login for login in logins if login in address], (place, address)
                assert NASTY not in address or "otpauth" in address, place
        assert not [login for login in logins if login in response.headers.get("Location", "")], place


def test_looking_at_everything_changes_nothing(walk: Walk) -> None:
    assert walk.before == walk.after


# It answers a question about a certificate and has nothing to change.
ASKS = {"/v", "/v/<code>"}
SEARCHES = {
    "/pegawai",
    "/sertifikat-terbit",
    "/soal",
    "/periode/<kode>/peserta",
    "/audit",
    "/dasbor",
    "/petugas/tunjuk",
}


def test_a_form_without_its_token_changes_nothing(town: Town) -> None:
    before = fingerprint(town)
    for rule in town.rules("POST"):
        answer = town.who_may(rule).open(town.address(rule), method="POST", data={"alasan": "tanpa token"})
        assert answer.status_code == 400 or rule.rule in ASKS, rule.rule
    assert fingerprint(town) == before


@pytest.mark.parametrize("words", ["a.*(", "(a+)+$" * 20, "%_\\", "'; DROP TABLE asn; --", "a" * 5000])
def test_a_search_is_never_an_expression(town: Town, words: str) -> None:
    names = ("cari", "opd", "halaman", "periode", "aksi", "dari", "sampai", "urut", "status", "indikator")
    for rule in town.rules("GET"):
        if rule.rule in SEARCHES:
            browser, place = town.who_may(rule), town.address(rule)
            assert browser.get(place, query_string={"cari": words}).status_code == 200, rule.rule
            assert browser.get(place, query_string=dict.fromkeys(names, words)).status_code < 500, rule.rule


def test_every_search_and_file_of_officers_is_counted(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("searches", "files"):
        monkeypatch.setitem(town.app.extensions, f"netral.pace.{name}", Pace(1))
    counted = set()
    for rule in town.rules("GET"):
        declared = DECLARED[town.app.view_functions[rule.endpoint]]
        if isinstance(declared, Permission) and declared is not Permission.LEARN:
            browser, place = town.who_may(rule), town.address(rule)
            statuses = [browser.get(place, query_string={"cari": "siti"}, buffered=True).status_code for _ in range(2)]
            assert statuses[1] == 429, rule.rule
            counted.add(rule.rule)
    assert counted > SEARCHES


def test_a_nul_is_refused_wherever_it_stands(town: Town) -> None:
    for rule in town.rules("GET"):
        if rule.rule in SEARCHES:
            query = {"cari": "a\x00b"}
            assert town.who_may(rule).get(town.address(rule), query_string=query).status_code == 400, rule.rule
    learner = town.browsers[Role.PESERTA]
    for fields in ({"lama": "a\x00b"}, {"a\x00b": "lama"}):
        assert learner.post("/profil", fields, token_from="/profil").status_code == 400


def test_odd_paths_reach_nothing(town: Town) -> None:
    hidden = (
        "/.git/config",
        "/.env",
        "/instance/netral.sqlite3",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/",
    )
    strange = ("/debug", "/console", "/metrics", "/server-status", "/modul/..%2f..%2fetc%2fpasswd/1", "/modul/%00/1")
    confused = (
        "/tugas/..%2faudit",
        "/v/%2e%2e%2faudit",
        "/lambang/..%2f..%2fx.png",
        "//jahat.example/%2e%2e",
        "/profil/x.css",
    )
    browser = town.browsers[Role.PESERTA]
    for place in (*hidden, *strange, *confused):
        answer = browser.get(place, buffered=True)
        assert answer.status_code in {302, 303, 308, 400, 404}, (place, answer.status_code)
        assert "root:" not in answer.text
        assert not answer.headers.get("Location", "/").startswith("//"), place
    for method in ("TRACE", "CONNECT", "PROPFIND", "DELETE", "PUT", "PATCH"):
        assert browser.open("/tugas", method=method).status_code == 405, method


def test_a_file_is_named_by_us_alone(town: Town) -> None:
    for wanted in ("../../etc/passwd", "/etc/passwd", "%2e%2e", "\x00"):
        answer = town.browsers[Role.PESERTA].get("/sertifikat.pdf", query_string={"id": wanted})
        assert answer.status_code in {400, 404}, wanted


NUMBERED = re.compile(r"<int(?:\([^)]*\))?:\w+>")
# Too large for a column of 32 bits, for one of 64, for any; and a digit that is not ASCII.
TOO_LARGE = ("2147483648", "9223372036854775808", "9" * 400, "\u0663")


def test_every_number_in_an_address_is_read_by_our_converter(town: Town) -> None:
    numbers = [
        converter
        for rule in town.app.url_map.iter_rules()
        for converter in rule._converters.values()
        if isinstance(converter, BaseNumberConverter)
    ]

    assert {type(converter) for converter in numbers} == {NumberConverter}


@pytest.mark.parametrize("number", TOO_LARGE)
def test_a_number_that_is_too_large_is_404_at_every_address(town: Town, number: str) -> None:
    for method, rule in numbered_rules(town):
        place = NUMBERED.sub(number, rule.rule).replace("<slug>", "media-sosial").replace("<kode>", town.names["kode"])
        assert ask(town, method, rule, place).status_code == 404, (method, place)


def test_the_largest_number_of_an_address_is_no_fault(town: Town) -> None:
    for method, rule in numbered_rules(town):
        place = NUMBERED.sub("9" * MOST_DIGITS, rule.rule).replace("<slug>", "media-sosial")
        answer = ask(town, method, rule, place.replace("<kode>", town.names["kode"]))
        assert answer.status_code < 500, (method, place)


def numbered_rules(town: Town) -> list[tuple[str, Rule]]:
    found = [(method, rule) for method in ("GET", "POST") for rule in town.rules(method) if NUMBERED.search(rule.rule)]
    assert len(found) > 20
    return found


def ask(town: Town, method: str, rule: Rule, place: str) -> TestResponse:
    browser = town.who_may(rule)
    data = {"csrf_token": browser.token("/profil")} if method == "POST" else None
    return browser.open(place, method=method, data=data, buffered=True)
