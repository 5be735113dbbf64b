"""Passwords, codes and sessions against people who guess, steal and wait."""

import logging
import time
from collections.abc import Callable

import pytest
from flask import session as flask_session
from flask_wtf.csrf import validate_csrf
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.codes import issue_codes
from netral.accounts.models import LoginSession, User
from netral.accounts.passwords import (
    AROUND_LETTERS,
    COMMON,
    PasswordCommon,
    PasswordGuessable,
    PasswordTooShort,
    check_password,
    hash_password,
    verify_password,
)
from netral.audit.events import Act
from netral.settings import make_code, make_identifier
from netral.web.edge.cookies import FORM_SALT, FORM_TOKEN, LOADED_FROM
from tests.factories import NOW, make_asn, make_user
from tests.web.conftest import PASSWORD, SESSION_KEY, Browser, Clock, give_factor, give_password

NIP = "198001012005011001"


@pytest.fixture
def siti(session: Session) -> User:
    return give_password(session, make_user(session, asn=make_asn(session)))


@pytest.mark.parametrize(
    "password",
    [
        "kopi pahit di beranda",
        "semuahurufkecilsaja",
        "KAPITALSEMUANYA",
        "spasi di belakang   ",
        "🐘🦒🐢🦉🐝🐳🦔🐌🦋🐞🦀🐙",
        "x1" + "yz wv" * 12,
        "panjang sekali " * 13,
    ],
)
def test_a_long_password_of_any_composition_is_good_and_counts_to_its_last_character(password: str) -> None:
    check_password(password, login=NIP, nama="Siti Aminah")
    stored = hash_password(password, person=NIP)

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_password(stored, password, person=NIP)
    assert not verify_password(stored, password[:-1], person=NIP)
    assert not verify_password(stored, f"{password} ", person=NIP)
    assert not verify_password(stored, password.swapcase(), person=NIP) or password == password.swapcase()


@pytest.mark.parametrize(
    "password",
    [
        *("password1234", "passwordpassword", "qwertyuiop123", "rahasia123456", "indonesia1945", "netralitasasn"),
        *("bismillah123", "admin1234567", "aaaaaaaaaaaaaa", "123456789012", "111111111111", "asn2026asn2026"),
        *("Siti Aminah 99", "SITIAMINAH1990", NIP, f"{NIP}ab", "aminah aminah 1", "bkpsdm2026bkpsdm"),
    ],
)
def test_a_guessable_password_is_refused(password: str) -> None:
    with pytest.raises((PasswordGuessable, PasswordTooShort)):
        check_password(password, login=NIP, nama="Siti Aminah")


@pytest.mark.parametrize(
    "password",
    [
        *("dragon123456", "P@ssw0rd!2026", "2029-Sunshine-2029", "garudagaruda", "kucing1kucing2", "sayangku2029!!"),
        *("Pancasila1945", "pemkab sleman 2029", "jakartaselatan1", "PemkabContoh29", "Indonesia Raya 45"),
    ],
)
def test_a_common_password_is_refused_from_a_list(password: str) -> None:
    with pytest.raises((PasswordCommon, PasswordGuessable)):
        check_password(password, login=NIP, nama="Siti Aminah", instansi="Kabupaten Contoh")


def test_the_list_of_common_passwords_holds_what_is_looked_up_there() -> None:
    lines = COMMON.read_text(encoding="ascii").splitlines()
    words = [line for line in lines if not line.startswith("#")]

    assert "Copyright (c) 2016 Daniel Wolf" in "\n".join(lines)
    assert len(words) == len(set(words)) > 10_000
    assert not [word for word in words if AROUND_LETTERS.search(word) or word != word.casefold()]


def test_nobody_can_sign_in_where_nobody_was_made(session: Session) -> None:
    assert session.scalar(select(func.count()).select_from(User)) == 0


def test_codes_and_identifiers_are_drawn_from_enough(session: Session) -> None:
    assert len({make_code() for _ in range(1000)}) == 1000
    assert {len(make_identifier()) * 8 for _ in range(10)} == {128}


def test_changing_the_password_needs_the_one_of_now(browser: Browser, siti: User) -> None:
    browser.sign_in(siti.login)
    form = {"lama": "bukan yang sekarang", "kata_sandi": "teh manis di teras kantor"}

    assert "tidak cocok" in browser.send("/profil", form, status=422, token_from="/profil").words


def test_a_session_set_beforehand_is_not_adopted(
    browser: Browser, open_browser: Callable[[], Browser], siti: User, session: Session
) -> None:
    attacker = open_browser()
    attacker.get("/masuk")
    planted = attacker.client.get_cookie("netral")
    assert planted
    browser.client.set_cookie("netral", planted.value)
    browser.sign_in(siti.login)
    mine = browser.client.get_cookie("netral")

    assert mine
    assert mine.value != planted.value
    assert attacker.get("/profil").status_code == 302
    assert browser.get("/profil").status_code == 200


def test_a_session_ends_after_an_hour_untouched(browser: Browser, siti: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hour is kept in the signed cookie itself."""
    begun = time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: begun)
    browser.sign_in(siti.login)
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: begun + 3590)
    stale = browser.client.get_cookie("netral")
    assert stale
    assert browser.get("/profil").status_code == 200
    browser.client.set_cookie("netral", stale.value)
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: begun + 3605)

    assert browser.get("/profil").status_code == 302


def test_a_session_ends_after_twelve_hours_however_busy(browser: Browser, siti: User, clock: Clock) -> None:
    browser.sign_in(siti.login)
    for _ in range(11):
        clock.forward(hours=1)
        assert browser.get("/profil").status_code == 200
    clock.forward(hours=1)

    assert browser.get("/profil").status_code == 302


def test_a_user_who_is_switched_off_is_out_with_the_next_request(
    browser: Browser, siti: User, session: Session
) -> None:
    browser.sign_in(siti.login)
    siti.active = False

    assert browser.get("/profil").status_code == 302


def test_a_stolen_database_holds_no_session_that_works(browser: Browser, siti: User, session: Session) -> None:
    browser.sign_in(siti.login)
    stored = session.scalars(select(LoginSession.token_hash)).one()
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = stored

    assert browser.get("/profil").status_code == 302


def test_the_cookie_of_a_session_holds_only_known_keys(browser: Browser, siti: User) -> None:
    """Flask-Login and Flask-WTF name these keys; another key would mean that a library stores more there."""
    browser.sign_in(siti.login)
    with browser.client.session_transaction() as cookie:
        assert {*cookie} == {LOADED_FROM, "_fresh", "_permanent", FORM_TOKEN}


def test_the_token_of_a_form_is_signed_as_flask_wtf_does(browser: Browser, siti: User) -> None:
    browser.sign_in(siti.login)
    token = browser.token("/profil")
    with browser.client.session_transaction() as cookie:
        kept = cookie[FORM_TOKEN]

    assert URLSafeTimedSerializer(SESSION_KEY, salt=FORM_SALT).loads(token) == kept
    with browser.client.application.test_request_context():
        flask_session[FORM_TOKEN] = kept
        validate_csrf(token)


def test_guessing_activation_codes_is_slowed_down_as_well(browser: Browser, siti: User) -> None:
    form = {"nip": siti.login, "kode": "SALAH23456", "kata_sandi": "teh manis di teras kantor"}
    statuses = [browser.post("/aktivasi", form, token_from="/aktivasi") for _ in range(11)]

    assert [answer.status_code for answer in statuses] == [422] * 10 + [429]
    assert int(statuses[-1].headers["Retry-After"]) > 0


def test_an_unknown_name_is_answered_like_a_wrong_password(browser: Browser, siti: User) -> None:
    known = browser.post("/masuk", {"nip": siti.login, "kata_sandi": "bukan kata sandinya"}, token_from="/masuk")
    unknown = browser.post("/masuk", {"nip": "199901012025011000", "kata_sandi": "bukan"}, token_from="/masuk")

    assert (known.status_code, len(known.data)) == (unknown.status_code, len(unknown.data))


def test_the_log_holds_no_password_code_token_or_name(
    browser: Browser, siti: User, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    give_factor(session, siti)
    issue_codes(session, Act(None, NOW), user_ids=[siti.id], new_code=lambda: "ABCDE23456")
    caplog.set_level(logging.DEBUG)
    browser.post("/masuk", {"nip": siti.login, "kata_sandi": "bukan kata sandinya"}, token_from="/masuk")
    code = browser.code()
    browser.sign_in(siti.login)
    browser.post("/masuk", {"nip": f'{siti.login}\n{{"event": "palsu"}}', "kata_sandi": PASSWORD})
    browser.get("/v/rahasia-di-alamat?kode=ABCDE23456")
    cookie = browser.client.get_cookie("netral")
    assert cookie
    secrets = (
        siti.login,
        PASSWORD,
        "bukan kata sandinya",
        code,
        cookie.value,
        "ABCDE23456",
        siti.nama,
        "palsu",
        "rahasia",
    )

    said = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name == "netral")
    assert said
    assert not [secret for secret in secrets if secret in said]
