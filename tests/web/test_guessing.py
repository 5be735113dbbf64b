"""Guessing passwords and codes: people who guess are slowed, and nobody else at the same address notices."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from netral.accounts import limits
from netral.accounts.access import Role
from netral.accounts.codes import issue_codes
from netral.accounts.models import LoginFailure, User
from netral.accounts.passwords import HASHER, TURNS
from netral.audit.events import Act
from netral.organisation.models import Instansi
from netral.web.edge.errors import tell_wait
from tests.factories import NOW, make_asn, make_user
from tests.web.conftest import PASSWORD, Browser, Clock, give_password, give_role

ADDRESS = "127.0.0.1"
NEW = "teh manis di teras kantor"
CODE = "ABCDE23456"
OpenBrowser = Callable[[], Browser]


@pytest.fixture
def siti(session: Session) -> User:
    user = give_password(session, make_user(session, asn=make_asn(session)))
    session.commit()
    return user


@pytest.fixture
def citra(session: Session) -> User:
    """Return Citra, who holds a one-time code and has no password yet."""
    user = make_user(session, asn=make_asn(session, nama="Citra Maharani"))
    issue_codes(session, Act(None, NOW), user_ids=[user.id], new_code=lambda: CODE)
    session.commit()
    return user


def guess(browser: Browser, login: str, times: int = 1) -> list[int]:
    """Send wrong passwords, one after the other, and return the status codes."""
    wrong = {"nip": login, "kata_sandi": "bukan kata sandinya", "csrf_token": browser.token("/masuk")}
    return [browser.open("/masuk", method="POST", data=wrong).status_code for _ in range(times)]


def guess_code(browser: Browser, login: str, times: int = 1) -> list[int]:
    wrong = {"nip": login, "kode": "SALAH23456", "kata_sandi": NEW, "csrf_token": browser.token("/aktivasi")}
    return [browser.open("/aktivasi", method="POST", data=wrong).status_code for _ in range(times)]


def slow_the_address(session: Session) -> None:
    """Count refusals as if one password had been tried on each of 300 people."""
    for number in range(limits.PER_ADDRESS):
        tried = limits.guess_password(f"orang-{number}", source=ADDRESS)
        limits.count_failure(session, tried, now=NOW)
    session.commit()


def count_failures(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(LoginFailure)) or 0


def test_an_open_session_is_no_place_to_guess_the_password_at(
    browser: Browser, open_browser: OpenBrowser, siti: User, clock: Clock
) -> None:
    browser.sign_in(siti.login)
    wrong = {"lama": "bukan yang sekarang", "kata_sandi": NEW, "csrf_token": browser.token("/profil")}
    statuses = [browser.open("/profil", method="POST", data=wrong).status_code for _ in range(11)]

    assert statuses == [422] * 10 + [429]
    clock.forward(minutes=6)
    slowed = browser.post("/profil", {"lama": PASSWORD, "kata_sandi": NEW}, token_from="/profil")
    assert slowed.status_code == 429
    assert slowed.headers["Retry-After"] == str(9 * 60 + 1)
    assert "Coba lagi 10 menit lagi." in slowed.text
    elsewhere = open_browser()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "10.1.2.3"
    elsewhere.sign_in(siti.login)
    clock.forward(minutes=9, seconds=1)
    browser.send("/profil", {"lama": PASSWORD, "kata_sandi": NEW}, token_from="/profil")


def test_wrong_codes_of_a_colleague_stop_no_right_code_and_no_password(
    browser: Browser, open_browser: OpenBrowser, siti: User, citra: User
) -> None:
    colleague, login = open_browser(), citra.login
    for name in (login, siti.login):
        assert guess_code(colleague, name, 11) == [422] * 10 + [429]

    sent = {"nip": login, "kode": CODE, "kata_sandi": PASSWORD}
    assert browser.send("/aktivasi", sent, token_from="/aktivasi").heading != "Aktifkan akun"
    assert open_browser().sign_in(siti.login).heading != "Masuk"


def test_a_slowed_address_still_lets_everybody_in(
    browser: Browser, open_browser: OpenBrowser, siti: User, citra: User, session: Session
) -> None:
    slow_the_address(session)

    assert guess_code(open_browser(), citra.login) == [422]
    assert guess(open_browser(), siti.login) == [422]
    assert browser.sign_in(siti.login).heading != "Masuk"
    sent = {"nip": citra.login, "kode": CODE, "kata_sandi": PASSWORD}
    assert open_browser().send("/aktivasi", sent, token_from="/aktivasi").heading != "Aktifkan akun"


def test_when_too_many_wait_at_a_slowed_address_the_page_says_how_long_and_why(
    browser: Browser, open_browser: OpenBrowser, siti: User, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in(siti.login)
    slow_the_address(session)
    monkeypatch.setattr(limits.SLOWED_PASSWORDS, "most_waiting", 0)

    stranger = open_browser()
    page = stranger.post("/masuk", {"nip": siti.login, "kata_sandi": PASSWORD}, token_from="/masuk")
    assert (page.status_code, page.headers["Retry-After"]) == (429, "10")
    assert "coba lagi 10 detik lagi" in page.text
    assert "orang lain di kantor Anda" in page.text
    browser.send("/keluar")
    assert browser.sign_in(siti.login).heading != "Masuk"


def test_a_browser_that_somebody_signed_in_from_before_is_counted_by_itself(
    browser: Browser, open_browser: OpenBrowser, siti: User
) -> None:
    browser.sign_in(siti.login)
    browser.send("/keluar")
    assert guess(open_browser(), siti.login, 11) == [422] * 10 + [429]

    assert browser.sign_in(siti.login).heading != "Masuk"
    browser.send("/keluar")
    assert guess(browser, siti.login, 11) == [422] * 10 + [429], "a stolen telephone is no better a place to guess at"


def test_a_known_browser_is_known_for_each_of_its_people_until_the_password_is_another(
    browser: Browser, open_browser: OpenBrowser, siti: User, session: Session
) -> None:
    rudi = give_password(session, make_user(session, asn=make_asn(session, nama="Rudi Hartono")))
    for login in (siti.login, rudi.login):
        browser.sign_in(login)
        browser.send("/keluar")
    other = open_browser()
    other.sign_in(siti.login)
    other.send("/profil", {"lama": PASSWORD, "kata_sandi": NEW}, token_from="/profil")
    for login in (siti.login, rudi.login):
        guess(open_browser(), login, 10)

    assert browser.post("/masuk", {"nip": siti.login, "kata_sandi": NEW}, token_from="/masuk").status_code == 429
    assert browser.sign_in(rudi.login).heading != "Masuk"


def test_the_cookie_of_a_known_browser_tells_nothing_of_its_people(browser: Browser, siti: User) -> None:
    browser.sign_in(siti.login)
    cookie = browser.client.get_cookie("netral-peramban")

    assert cookie
    assert cookie.http_only
    assert siti.login not in cookie.value
    assert len(cookie.value) == 32


def test_a_mistyped_nip_is_forgiven_and_a_guess_at_somebody_else_is_not(
    browser: Browser, siti: User, citra: User, session: Session
) -> None:
    guess(browser, "199901012025011000", 3)
    guess(browser, siti.login)
    guess_code(browser, "199901012025011000")
    assert count_failures(session) == 5
    browser.sign_in(siti.login)
    assert count_failures(session) == 0

    browser.send("/keluar")
    guess(browser, citra.login)
    browser.sign_in(siti.login)
    assert count_failures(session) == 1


def test_the_code_of_an_officer_passes_a_slowed_address(browser: Browser, session: Session, siti: User) -> None:
    give_role(session, siti, Role.BKPSDM, instansi=session.get_one(Instansi, siti.instansi_id or 0))
    browser.send("/masuk", {"nip": siti.login, "kata_sandi": PASSWORD})
    slow_the_address(session)

    page = browser.send("/masuk/kode", {"kode": browser.code()}, token_from="/masuk/kode")
    assert page.heading != "Kode dari aplikasi autentikator"


def test_at_most_ten_of_many_guesses_at_once_are_answered(open_browser: OpenBrowser, siti: User) -> None:
    login, browsers = siti.login, [open_browser() for _ in range(6)]
    tokens = [browser.token("/masuk") for browser in browsers]

    def guess_on(number: int) -> list[int]:
        wrong = {"nip": login, "kata_sandi": f"tebakan ke-{number}", "csrf_token": tokens[number]}
        return [browsers[number].client.post("/masuk", data=wrong).status_code for _ in range(8)]

    with ThreadPoolExecutor(len(browsers)) as threads:
        statuses = Counter(chain.from_iterable(threads.map(guess_on, range(len(browsers)))))
    statuses.update(guess(browsers[0], login, 10))

    assert set(statuses) <= {422, 429, 503}
    assert statuses[422] <= limits.PER_PAIR
    assert guess(browsers[0], login) == [429]


def ask_while(act: Callable[[], None], login: str, ask: Callable[[], TestResponse]) -> int:
    """Return the status of a request that waits for its turn to check a password while something else is done."""
    assert TURNS.begin(login)
    with ThreadPoolExecutor(1) as threads:
        try:
            asked = threads.submit(ask)
            while login not in TURNS.waiting and not asked.done():
                time.sleep(0.001)
            act()
        finally:
            TURNS.end(login)
        return asked.result().status_code


@pytest.mark.parametrize("password", [PASSWORD, "bukan kata sandinya"])
def test_refusals_counted_meanwhile_by_another_process_count(
    browser: Browser, siti: User, session: Session, password: str
) -> None:
    login = siti.login
    sent = {"nip": login, "kata_sandi": password, "csrf_token": browser.token("/masuk")}

    def count_ten() -> None:
        for _ in range(limits.PER_PAIR):
            limits.count_failure(session, limits.guess_password(login, source=ADDRESS), now=NOW)
        session.commit()

    assert ask_while(count_ten, login, lambda: browser.client.post("/masuk", data=sent)) == 429


@pytest.mark.parametrize("place", ["/masuk", "/profil"])
def test_a_password_that_was_replaced_meanwhile_opens_nothing(
    browser: Browser, siti: User, session: Session, place: str
) -> None:
    login = siti.login
    if place == "/profil":
        browser.sign_in(login)
    password = {"lama": PASSWORD, "kata_sandi": NEW} if place == "/profil" else {"kata_sandi": PASSWORD}
    sent = {"nip": login, "csrf_token": browser.token(place), **password}

    def replace() -> None:
        siti.password_hash = HASHER.hash("sepeda biru di garasi")
        session.commit()

    assert ask_while(replace, login, lambda: browser.client.post(place, data=sent)) == 422


def test_one_person_with_many_requests_keeps_nobody_from_signing_in(
    open_browser: OpenBrowser, siti: User, session: Session
) -> None:
    busy, hashed = open_browser(), siti.password_hash
    busy.sign_in(siti.login)
    people = [make_user(session, asn=make_asn(session, nama="Orang Biasa"), password_hash=hashed) for _ in range(40)]
    logins, browsers = [person.login for person in people], [open_browser() for _ in people]
    tokens = [browser.token("/masuk") for browser in browsers]
    change = {"lama": PASSWORD, "kata_sandi": "pendek", "csrf_token": busy.token("/profil")}
    cookies = busy.client.get_cookie("netral")
    assert cookies

    def sign_in(number: int) -> int:
        sent = {"nip": logins[number], "kata_sandi": PASSWORD, "csrf_token": tokens[number]}
        return browsers[number].client.post("/masuk", data=sent).status_code

    def press(_: int) -> int:
        client = busy.client.application.test_client()
        client.set_cookie("netral", cookies.value)
        return client.post("/profil", data=change).status_code

    with ThreadPoolExecutor(64) as threads:
        pressed = threads.map(press, range(24))
        assert Counter(threads.map(sign_in, range(len(people)))) == {303: len(people)}
        assert set(pressed) <= {422, 503}


@pytest.mark.parametrize(("seconds", "told"), [(1, "1 detik"), (119, "119 detik"), (120, "2 menit"), (541, "10 menit")])
def test_waiting_is_told_in_words_and_never_too_short(seconds: int, told: str) -> None:
    assert tell_wait(seconds) == told


@pytest.mark.parametrize("second", ["2001:db8:1:2::7", "2001:db8:1:2:ffff::1"])
def test_an_ipv6_subscriber_is_one_address(open_browser: OpenBrowser, siti: User, second: str) -> None:
    first, other = open_browser(), open_browser()
    first.client.environ_base["REMOTE_ADDR"] = "2001:db8:1:2::1"
    other.client.environ_base["REMOTE_ADDR"] = second
    guess(first, siti.login, 10)

    assert guess(other, siti.login) == [429]
