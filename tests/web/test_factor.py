"""The second factor between the password and the work: setting it up, moving it and losing it."""

import re
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import FACTOR_ROLES, Role
from netral.accounts.codes import issue_codes
from netral.accounts.models import SecondFactor, User
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.organisation.models import Instansi
from tests.factories import NOW, make_asn, make_user, the_instansi
from tests.web.conftest import PASSWORD, Browser, Clock, OpenApp, give_factor, give_password, give_role
from tests.web.pages import Page

CODE_PAGE = "Kode dari aplikasi autentikator"
ENROL_PAGE = "Pasang autentikator"
RECOVERY = "/autentikator/kode-pemulihan"
PLACES = ("/profil", "/mulai", "/dasbor", "/pegawai", "/tugas", "/audit", "/sertifikat")


@pytest.fixture
def instansi(session: Session) -> Instansi:
    return the_instansi(session)


@pytest.fixture
def dewi(session: Session, instansi: Instansi) -> User:
    """Sign in Dewi of bkpsdm, with an authenticator application."""
    user = give_password(session, make_user(session, asn=make_asn(session, nama="Dewi Lestari")))
    return give_role(session, user, Role.BKPSDM, instansi=instansi)


@pytest.fixture
def eka(session: Session, dewi: User, instansi: Instansi) -> User:
    """Sign in Eka of inspektorat, without one yet."""
    user = give_password(session, make_user(session, asn=make_asn(session, nama="Eka Pratama")))
    give_role(session, user, Role.INSPEKTORAT, instansi=instansi)
    session.delete(session.get_one(SecondFactor, user.id))
    session.flush()
    return user


@pytest.fixture
def siti(session: Session) -> User:
    """Sign in Siti, a peserta, who needs no second factor."""
    return give_password(session, make_user(session, asn=make_asn(session)))


def give_the_password(browser: Browser, user: User, target: str = "/mulai") -> Page:
    return browser.send("/masuk", {"nip": user.login, "kata_sandi": PASSWORD, "lanjut": target})


def secret_on(page: Page) -> str:
    found = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.words)
    assert found
    return found[0].replace(" ", "")


def codes_on(page: Page) -> list[str]:
    return ["".join(element.itertext()).strip() for element in page.all("li") if element.get("class") == "slip-code"]


def renew_codes(browser: Browser, *, status: int = 200, **fields: str) -> Page:
    """Read the page that asks, and press its button."""
    sent = {"terakhir": browser.visit(RECOVERY).value("terakhir"), **fields}
    return browser.send(RECOVERY, sent, status=status, token_from=RECOVERY)


def set_up(browser: Browser, clock: Clock) -> tuple[str, list[str]]:
    """Return the secret and the recovery codes."""
    secret = secret_on(browser.send("/autentikator/mulai", token_from="/autentikator/mulai"))
    page = browser.send(
        "/autentikator/pasang", {"kode": pyotp.TOTP(secret).at(clock.now)}, token_from="/autentikator/pasang"
    )
    assert page.heading == "Buat kode pemulihan Anda"
    page = renew_codes(browser)
    assert page.heading == "Kode pemulihan Anda"
    return secret, codes_on(page)


def actions(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_the_password_alone_shows_nothing_of_a_person_with_a_factor(browser: Browser, dewi: User) -> None:
    assert give_the_password(browser, dewi).heading == CODE_PAGE

    for place in PLACES:
        page = browser.visit(place)
        assert page.heading == CODE_PAGE, place
        assert "Dewi" not in page.text
        assert dewi.login not in page.text
    assert browser.get("/autentikator").location.startswith("/masuk/kode?")
    assert browser.get("/tugas", headers={"Accept": "application/json"}).status_code == 401
    assert browser.visit("/bantuan").heading == "Bantuan"


def test_the_code_leads_to_the_wanted_page_with_a_new_session(browser: Browser, dewi: User, session: Session) -> None:
    give_the_password(browser, dewi, "/pegawai")
    before = browser.client.get_cookie("netral")
    assert before
    page = browser.send("/masuk/kode", {"kode": browser.code(), "lanjut": "/pegawai"}, token_from="/masuk/kode")

    assert page.heading == "Pegawai"
    assert actions(session)[-1] == "user.signed_in"
    browser.client.set_cookie("netral", before.value)
    assert browser.visit("/pegawai").heading == "Masuk"


def test_a_code_does_not_sign_in_twice(browser: Browser, dewi: User, open_browser: Callable[[], Browser]) -> None:
    browser.sign_in(dewi.login)
    other = open_browser()
    give_the_password(other, dewi)

    page = other.send("/masuk/kode", {"kode": other.code()}, status=422, token_from="/masuk/kode")
    assert "sudah dipakai" in page.words


def test_the_code_page_needs_the_password_first(browser: Browser, dewi: User) -> None:
    assert browser.visit("/masuk/kode").heading == "Masuk"
    browser.sign_in(dewi.login)
    assert browser.get("/masuk/kode").location == "/mulai"


def test_a_wait_of_half_an_hour_begins_again_and_may_be_given_up(browser: Browser, dewi: User, clock: Clock) -> None:
    give_the_password(browser, dewi)
    assert browser.send("/masuk/batal", token_from="/masuk/kode").heading == "Masuk"
    give_the_password(browser, dewi)
    clock.forward(minutes=30)

    assert browser.visit("/masuk/kode").heading == "Masuk"


def test_ten_wrong_codes_slow_down_from_wherever_they_come(
    browser: Browser, dewi: User, open_browser: Callable[[], Browser], clock: Clock
) -> None:
    give_the_password(browser, dewi)
    token = browser.token("/masuk/kode")
    for _ in range(10):
        assert (
            browser.open("/masuk/kode", method="POST", data={"kode": "000000", "csrf_token": token}).status_code == 422
        )
    other = open_browser()
    other.client.environ_base["REMOTE_ADDR"] = "10.1.2.3"
    give_the_password(other, dewi)

    assert other.post("/masuk/kode", {"kode": other.code()}, token_from="/masuk/kode").status_code == 429
    clock.forward(minutes=15, seconds=1)
    assert other.send("/masuk/kode", {"kode": other.code()}, token_from="/masuk/kode").heading != CODE_PAGE


def test_wrong_codes_are_limited_while_setting_up_and_confirming_too(
    browser: Browser, dewi: User, clock: Clock
) -> None:
    browser.sign_in(dewi.login)
    browser.send("/autentikator/mulai", token_from="/autentikator/mulai")
    token = browser.token("/autentikator/pasang")
    wrong = {"kode": "000000", "csrf_token": token}
    statuses = [browser.open("/autentikator/pasang", method="POST", data=wrong).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]

    clock.forward(minutes=12)
    proof = {"sandi_lagi": PASSWORD, "kode_lagi": browser.code()}
    renew_codes(browser, status=429, **proof)
    clock.forward(minutes=4)
    renew_codes(browser, sandi_lagi=PASSWORD, kode_lagi=browser.code())


@pytest.mark.parametrize("role", sorted(FACTOR_ROLES))
def test_a_role_without_its_factor_reaches_only_the_page_that_sets_it_up(
    browser: Browser, session: Session, instansi: Instansi, role: Role
) -> None:
    user = give_password(session, make_user(session, asn=make_asn(session, nama="Orang Baru")))
    give_role(session, user, role, instansi=None if role is Role.PENGELOLA else instansi)
    session.delete(session.get_one(SecondFactor, user.id))

    assert give_the_password(browser, user).heading == ENROL_PAGE
    for place in PLACES:
        page = browser.visit(place)
        assert page.heading == ENROL_PAGE, place
        assert "Orang Baru" not in page.text
    assert browser.send("/masuk/batal", token_from="/autentikator/mulai").heading == "Masuk"


def test_setting_up_ends_in_the_work_with_a_new_session(
    browser: Browser, eka: User, session: Session, clock: Clock
) -> None:
    give_the_password(browser, eka)
    before = browser.client.get_cookie("netral")
    assert before
    secret, codes = set_up(browser, clock)

    assert browser.visit("/mulai").heading != ENROL_PAGE
    assert len(set(codes)) == 10
    assert actions(session)[-3:] == ["user.factor_enrolled", "user.signed_in", "user.recovery_codes_made"]
    assert secret.encode() not in (session.get_one(SecondFactor, eka.id).sealed or b"")
    browser.client.set_cookie("netral", before.value)
    assert browser.visit("/profil").heading == "Masuk"


def test_pressing_twice_leads_to_recovery_codes_all_the_same(browser: Browser, eka: User, clock: Clock) -> None:
    """Without JavaScript nothing holds a second press back: it goes out with the cookie of before the first answer."""
    give_the_password(browser, eka)
    secret = secret_on(browser.send("/autentikator/mulai", token_from="/autentikator/mulai"))
    cookie = browser.client.get_cookie("netral")
    assert cookie
    sent = {"kode": pyotp.TOTP(secret).at(clock.now), "csrf_token": browser.token("/autentikator/pasang")}
    assert browser.open("/autentikator/pasang", method="POST", data=sent).location == RECOVERY
    after = browser.client.get_cookie("netral")
    assert after

    browser.client.set_cookie("netral", cookie.value)
    second = browser.open("/autentikator/pasang", method="POST", data=sent)
    assert second.location.startswith("/masuk?")
    for arrived in (after.value, cookie.value):
        browser.client.set_cookie("netral", arrived)
        if browser.visit(second.location).heading == "Masuk":
            clock.forward(seconds=60)
            give_the_password(browser, eka)
            browser.send("/masuk/kode", {"kode": pyotp.TOTP(secret).at(clock.now)}, token_from="/masuk/kode")
        assert browser.visit("/mulai").heading == "Buat kode pemulihan Anda"
    shown = renew_codes(browser)
    assert browser.visit("/mulai").heading != "Buat kode pemulihan Anda"
    clock.forward(seconds=60)
    give_the_password(browser, eka)
    kept = {"kode": codes_on(shown)[0], "lanjut": "/profil"}
    assert browser.send("/masuk/kode-pemulihan", kept, token_from="/masuk/kode-pemulihan").heading == "Profil saya"


def test_setting_up_asks_for_a_right_code_and_shows_the_same_secret_again(
    browser: Browser, eka: User, session: Session
) -> None:
    give_the_password(browser, eka)
    assert browser.visit("/autentikator/pasang").heading == ENROL_PAGE
    secret = secret_on(browser.send("/autentikator/mulai", token_from="/autentikator/mulai"))
    page = browser.send("/autentikator/pasang", {"kode": "000000"}, status=422, token_from="/autentikator/pasang")

    assert secret_on(page) == secret
    assert "<svg" in page.text
    assert session.get_one(SecondFactor, eka.id).confirmed_at is None


def test_a_role_that_was_just_given_asks_for_the_password_and_a_factor(
    browser: Browser, siti: User, session: Session, instansi: Instansi
) -> None:
    browser.sign_in(siti.login)
    give_role(session, siti, Role.BKPSDM, instansi=instansi)
    session.delete(session.get_one(SecondFactor, siti.id))

    assert browser.visit("/profil").heading == "Masuk"
    assert give_the_password(browser, siti).heading == ENROL_PAGE


def test_in_the_example_the_password_is_enough(open_app: OpenApp, eka: User, session: Session) -> None:
    browser = Browser(open_app(demo=True).test_client(), session)

    assert give_the_password(browser, eka).heading != ENROL_PAGE
    assert "tidak wajib" in browser.visit("/autentikator/mulai").words


def test_a_peserta_may_switch_the_factor_on_and_off(
    browser: Browser, siti: User, open_browser: Callable[[], Browser], clock: Clock, session: Session
) -> None:
    other = open_browser()
    other.sign_in(siti.login)
    browser.sign_in(siti.login)
    assert "Pasang autentikator" in browser.visit("/profil").links()
    set_up(browser, clock)
    assert other.visit("/profil").heading == "Masuk"
    assert browser.visit("/profil").heading == "Profil saya"

    browser.send("/autentikator/lepas", token_from="/autentikator/lepas")
    assert browser.visit("/profil").heading == "Profil saya"
    assert actions(session)[-1] == "user.factor_removed"
    assert give_the_password(open_browser(), siti, "/profil").heading == "Profil saya"


def test_an_obligatory_factor_cannot_be_switched_off(browser: Browser, dewi: User, session: Session) -> None:
    browser.sign_in(dewi.login)

    assert "Lepas autentikator" not in browser.visit("/autentikator").links()
    browser.visit("/autentikator/lepas", status=403)
    browser.send("/autentikator/lepas", status=403)
    assert session.get(SecondFactor, dewi.id)


def test_a_new_telephone_replaces_the_old_one(
    browser: Browser, dewi: User, open_browser: Callable[[], Browser], clock: Clock
) -> None:
    browser.sign_in(dewi.login)
    secret, _ = set_up(browser, clock)
    clock.forward(seconds=60)
    other = open_browser()
    give_the_password(other, dewi, "/pegawai")

    other.send("/masuk/kode", {"kode": other.code()}, status=422, token_from="/masuk/kode")
    page = other.send("/masuk/kode", {"kode": pyotp.TOTP(secret).at(clock.now)}, token_from="/masuk/kode")
    assert page.heading != CODE_PAGE


def test_a_recovery_code_signs_in_once_and_tells_how_many_are_left(
    browser: Browser, dewi: User, clock: Clock, open_browser: Callable[[], Browser]
) -> None:
    browser.sign_in(dewi.login)
    _, codes = set_up(browser, clock)
    for number in range(8):
        other = open_browser()
        give_the_password(other, dewi)
        form = {"kode": codes[number].lower(), "lanjut": "/profil"}
        page = other.send("/masuk/kode-pemulihan", form, token_from="/masuk/kode-pemulihan")
        assert f"Sisa kode pemulihan Anda {9 - number}." in page.words
    again = open_browser()
    give_the_password(again, dewi)

    again.send("/masuk/kode-pemulihan", {"kode": codes[0]}, status=422, token_from="/masuk/kode-pemulihan")
    assert "hampir habis" in browser.visit("/autentikator").words


def test_a_form_that_is_sent_again_leaves_the_recovery_codes_good(
    browser: Browser, dewi: User, clock: Clock, open_browser: Callable[[], Browser]
) -> None:
    browser.sign_in(dewi.login)
    sent = {"terakhir": browser.visit(RECOVERY).value("terakhir")}
    shown = codes_on(browser.send(RECOVERY, sent, token_from=RECOVERY))
    again = browser.send(RECOVERY, sent, status=409, token_from=RECOVERY)
    other = open_browser()
    give_the_password(other, dewi)

    assert again.heading == "Kode pemulihan Anda sudah dibuat"
    other.send("/masuk/kode-pemulihan", {"kode": shown[0]}, token_from="/masuk/kode-pemulihan")
    assert not set(codes_on(renew_codes(browser))) & set(shown)


def test_new_recovery_codes_end_the_other_sessions(
    browser: Browser, dewi: User, clock: Clock, open_browser: Callable[[], Browser]
) -> None:
    browser.sign_in(dewi.login)
    _, old = set_up(browser, clock)
    new = codes_on(renew_codes(browser))
    other = open_browser()
    give_the_password(other, dewi)

    assert not set(old) & set(new)
    other.send("/masuk/kode-pemulihan", {"kode": old[0]}, status=422, token_from="/masuk/kode-pemulihan")
    other.send("/masuk/kode-pemulihan", {"kode": new[0]}, token_from="/masuk/kode-pemulihan")


def test_a_new_password_leaves_the_factor_where_it_is(browser: Browser, dewi: User, session: Session) -> None:
    issue_codes(session, Act(None, NOW), user_ids=[dewi.id], new_code=lambda: "ABCDE23456")
    form = {"nip": dewi.login, "kode": "ABCDE23456", "kata_sandi": "teh manis di teras kantor"}

    assert browser.send("/aktivasi", form, token_from="/aktivasi").heading == CODE_PAGE
    browser.send("/masuk/kode", {"kode": browser.code()}, token_from="/masuk/kode")
    change = {"lama": "teh manis di teras kantor", "kata_sandi": PASSWORD}
    assert browser.send("/profil", change, token_from="/profil").heading == "Profil saya"


def test_a_server_that_lost_its_key_says_so_and_lets_a_recovery_code_in(
    browser: Browser, dewi: User, open_app: OpenApp, session: Session, clock: Clock
) -> None:
    browser.sign_in(dewi.login)
    _, codes = set_up(browser, clock)
    elsewhere = Browser(open_app(secret_key="kunci yang lain").test_client(), session)
    give_the_password(elsewhere, dewi)

    page = elsewhere.send("/masuk/kode", {"kode": "123456"}, status=422, token_from="/masuk/kode")
    assert "kuncinya berganti" in page.words
    elsewhere.send("/masuk/kode-pemulihan", {"kode": codes[0]}, token_from="/masuk/kode-pemulihan")
    set_up(elsewhere, clock)


def test_grave_things_ask_for_the_password_and_the_code_after_ten_minutes_and_do_them_once(
    browser: Browser, dewi: User, session: Session, clock: Clock
) -> None:
    browser.sign_in(dewi.login)
    clock.forward(minutes=10)
    assert "Kata sandi Anda" in browser.visit(RECOVERY).words

    renew_codes(browser, status=422)
    wrong = renew_codes(browser, status=422, sandi_lagi="bukan", kode_lagi=browser.code())
    assert "Kata sandi tidak cocok" in wrong.words
    renew_codes(browser, status=422, sandi_lagi=PASSWORD, kode_lagi="000000")
    assert "user.recovery_codes_made" not in actions(session)
    done = renew_codes(browser, sandi_lagi=PASSWORD, kode_lagi=browser.code())
    assert len(codes_on(done)) == 10
    assert "Kata sandi Anda" not in browser.visit(RECOVERY).words
    assert actions(session).count("user.recovery_codes_made") == 1


def test_a_person_without_a_factor_is_asked_for_the_password_only(browser: Browser, siti: User, clock: Clock) -> None:
    browser.sign_in(siti.login)
    clock.forward(minutes=11)
    page = browser.visit("/autentikator/mulai")

    assert page.value("kode_lagi") is None
    browser.send("/autentikator/mulai", status=422, token_from="/autentikator/mulai")
    next_page = browser.send("/autentikator/mulai", {"sandi_lagi": PASSWORD}, token_from="/autentikator/mulai")
    assert next_page.heading == "Hubungkan aplikasi autentikator"


def test_bkpsdm_takes_the_factor_off_a_colleague_and_an_operator_does_not(
    browser: Browser, dewi: User, siti: User, session: Session, open_browser: Callable[[], Browser], clock: Clock
) -> None:
    give_factor(session, siti)
    other = open_browser()
    other.sign_in(siti.login)
    browser.sign_in(dewi.login)
    place = f"/pegawai/{siti.asn_id}/autentikator"
    assert place in browser.visit("/pegawai").links().values()

    clock.forward(minutes=11)
    browser.send(place, status=422, token_from=place)
    browser.send(place, {"sandi_lagi": PASSWORD, "kode_lagi": browser.code()}, token_from=place)
    assert other.visit("/profil").heading == "Masuk"
    assert give_the_password(other, siti, "/profil").heading == "Profil saya"
    browser.visit(place, status=404)
    assert browser.get(f"/pegawai/{dewi.asn_id}/autentikator").location == "/autentikator"
    other.visit(f"/pegawai/{dewi.asn_id}/autentikator", status=403)


def test_no_page_of_the_factor_names_an_english_word_for_it(app: Flask) -> None:
    from netral.settings import ROOT

    for template in sorted((ROOT / "templates" / "autentikator").glob("*.html")):
        assert not re.search(r"\b(TOTP|token|backup|login|password)\b", template.read_text(encoding="utf-8")), template
