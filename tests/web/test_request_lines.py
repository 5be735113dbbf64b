"""The log: one line of JSON for each request, without names and values."""

import errno
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, abort
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.errors import NotFound
from netral.web.edge import logs
from netral.web.edge.access import public
from netral.web.edge.logs import tell_error
from tests.factories import make_asn, make_instansi, make_user
from tests.web.conftest import PASSWORD, Browser, OpenApp, give_password
from tests.web.officers import sign_in_officer

NIP = "198001012005012000"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """Return the lines logged since the last call; each by itself is JSON."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture
def app(open_app: OpenApp) -> Flask:
    """One of its own, to which a test may add pages."""
    return open_app()


def add_view(app: Flask, rule: str, view: Callable[..., str]) -> None:
    app.add_url_rule(rule, view.__name__, public(view))


def break_down(app: Flask) -> None:
    """Fail with a person's number in the message."""

    def broken() -> str:
        number = NIP
        raise ValueError(f"bukan bilangan: {number}")

    add_view(app, "/rusak", broken)


def test_a_request_is_one_line_with_the_rule_and_never_the_address(browser: Browser, lines: Lines) -> None:
    lines()
    browser.get(f"/v/{'7' * 26}?nama=Siti%0aAminah")

    (line,) = lines()
    assert line["route"] == "/v/<code>"
    assert (line["event"], line["level"], line["method"], line["status"]) == ("refused", "warning", "GET", 404)
    assert line["ms"] >= 0
    assert line["time"].endswith("+00:00")
    assert "Siti" not in json.dumps(line)


def test_a_person_is_logged_as_a_number(browser: Browser, session: Session, lines: Lines) -> None:
    user = give_password(session, make_user(session, asn=make_asn(session, nip=NIP)))
    lines()
    browser.sign_in(NIP)

    written = lines()
    assert [line["event"] for line in written if line["method"] == "POST"] == ["signed_in"]
    assert written[-1]["person"] == user.id


def test_a_refused_sign_in_is_told_without_saying_whose(browser: Browser, session: Session, lines: Lines) -> None:
    give_password(session, make_user(session, asn=make_asn(session, nip=NIP)))
    lines()
    browser.send("/masuk?lanjut=/hasil/1", {"nip": NIP, "kata_sandi": "bukan kata sandinya"}, status=422)

    text = json.dumps(lines())
    assert '"event": "sign_in_failed"' in text
    for secret in (NIP, "bukan kata", "Siti", "lanjut", "hasil", PASSWORD):
        assert secret not in text


def test_refused_and_limited_requests_are_logged_as_such(
    app: Flask, browser: Browser, session: Session, lines: Lines
) -> None:
    def often() -> str:
        abort(429)

    def elsewhere() -> str:
        raise NotFound("asn", NIP)

    add_view(app, "/sering", often)
    add_view(app, "/lain", elsewhere)
    sign_in_officer(browser, session, Role.PENYUNTING, instansi=make_instansi(session), nama="Putri")
    lines()
    for path in ("/dasbor", "/lain", "/tidak-ada", "/sering"):
        browser.get(path)

    told = [(line["event"], line["status"], line.get("route")) for line in lines()]
    assert told == [
        ("refused", 403, "/dasbor"),
        ("refused", 404, "/lain"),
        ("request", 404, None),
        ("limited", 429, "/sering"),
    ]


def test_an_error_has_a_code_that_page_and_log_share_and_a_trace_without_values(
    app: Flask, browser: Browser, lines: Lines
) -> None:
    break_down(app)
    lines()
    page = browser.visit("/rusak", status=500)

    error, request = lines()
    assert f"Kode kejadian: {error['code']}" in page.words
    assert (error["event"], request["event"], request["code"]) == ("error", "failed", error["code"])
    assert error["request"] == request["request"]
    assert error["trace"].startswith("ValueError\n")
    assert error["trace"].endswith(" broken")
    assert len(error["trace"].splitlines()) < 6
    assert NIP not in json.dumps([error, request])


def test_a_machine_is_told_the_code_as_well(app: Flask, browser: Browser, lines: Lines) -> None:
    break_down(app)
    answer = browser.get("/rusak", headers={"Accept": "application/json"})

    assert answer.json is not None
    assert answer.json["event_code"] == lines()[0]["code"]


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device", f"/data/{NIP}"),
        OperationalError("UPDATE", {}, Exception("database or disk is full")),
    ],
)
def test_a_full_disk_is_said_in_one_sentence_and_passes(app: Flask, browser: Browser, error: Exception) -> None:
    def full() -> str:
        raise error

    add_view(app, "/penuh", full)
    answer = browser.get("/penuh")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Penyimpanan server penuh" in answer.text


def test_a_violated_constraint_keeps_the_row_to_itself() -> None:
    class Violation(Exception):
        sqlstate = "23505"

    error = IntegrityError("INSERT INTO asn VALUES (:nip)", {"nip": NIP}, Violation())
    error.__cause__ = Violation(f"Key (nip)=({NIP}) already exists.")
    told = tell_error(error)

    assert "23505" in told
    assert "Violation" in told
    assert NIP not in told


@pytest.mark.parametrize("formatter", [logs.JsonLines(), logs.TextLines()])
@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\u2028b", "\x1b[2J", 'a"} {"b'])
def test_nothing_that_is_logged_can_begin_a_line(formatter: logging.Formatter, text: str) -> None:
    record = logging.LogRecord("lain", logging.WARNING, "x", 1, "%s", (text,), None)
    record.route = text

    line = formatter.format(record)
    assert len(line.splitlines()) == 1
    assert line.isascii()
    assert line.isprintable()


def test_an_unknown_field_stays_out_of_the_log() -> None:
    record = logging.LogRecord("netral", logging.INFO, "x", 1, "request", None, None)
    record.nama = "Siti Aminah"

    assert "Siti" not in logs.JsonLines().format(record)
