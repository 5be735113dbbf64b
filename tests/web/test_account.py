"""Signing in and out, activation, password: the pages before the work."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.codes import issue_codes
from netral.accounts.models import LoginSession, User
from netral.audit.events import Act
from netral.web.edge.sign_in import tell_device
from tests.factories import NOW, make_asn, make_user
from tests.web.conftest import PASSWORD, Browser, Clock, give_password
from tests.web.test_macros import draw


@pytest.fixture
def siti(session: Session) -> User:
    user = give_password(session, make_user(session, asn=make_asn(session)))
    session.commit()
    return user


def test_a_wrong_password_and_an_unknown_nip_get_the_same_words(browser: Browser, siti: User) -> None:
    wrong = browser.send("/masuk", {"nip": siti.login, "kata_sandi": "bukan kata sandinya"}, status=422)
    unknown = browser.send("/masuk", {"nip": "199901012025011000", "kata_sandi": PASSWORD}, status=422)

    assert "NIP atau nama masuk tidak cocok dengan kata sandinya" in wrong.words
    assert wrong.words == unknown.words
    assert wrong.title.startswith("Galat: ")


def test_a_nip_may_be_typed_with_blanks(browser: Browser, siti: User) -> None:
    login = siti.login
    browser.send("/masuk", {"nip": f"{login[:8]} {login[8:14]} {login[14]} {login[15:]}", "kata_sandi": PASSWORD})

    assert "Profil saya" in browser.visit("/profil").heading


SPELLINGS = [
    "NIP. {}", "'{}", "\u200b{}", "\u202a{}\u202c", "\u2066{}\u2069", "\ufeff{} ", "{}\u00ad", "{}\u2060", "nip: {}",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_nip_and_a_password_may_be_pasted(browser: Browser, siti: User, spelling: str) -> None:
    pasted = {"nip": spelling.format(siti.login), "kata_sandi": f"\u2068{PASSWORD.replace(' ', chr(0xA0))}\u2069"}
    browser.send("/masuk", pasted)

    assert browser.visit("/profil").heading == "Profil saya"


def test_a_code_may_be_pasted(browser: Browser, siti: User, session: Session) -> None:
    (issued,) = issue_codes(session, Act(None, NOW), user_ids=[siti.id], new_code=lambda: "ABCDE23456")
    code = f"Kode: {issued.code[:5].lower()}\u2013{issued.code[5:]}\u200b"
    browser.send("/aktivasi", {"nip": f"NIP {siti.login}", "kode": code, "kata_sandi": "hujan turun di sore hari"})

    assert browser.visit("/profil").heading == "Profil saya"


def test_signing_in_leads_to_the_page_that_was_wanted(browser: Browser, siti: User) -> None:
    form = browser.visit("/profil")

    assert form.value("lanjut") == "/profil"
    page = browser.send("/masuk", {"nip": siti.login, "kata_sandi": PASSWORD, "lanjut": "/profil"})
    assert page.heading == "Profil saya"


@pytest.mark.parametrize(
    "target",
    ["//jahat.example", "/\\jahat.example", "https:jahat.example", "/\t/jahat.example", "javascript:alert(1)", "jahat"],
)
def test_no_link_leads_away_from_here_after_signing_in(browser: Browser, siti: User, target: str) -> None:
    response = browser.post("/masuk", {"nip": siti.login, "kata_sandi": PASSWORD, "lanjut": target})

    assert response.location == "/mulai"


def test_the_old_cookie_is_worthless_after_signing_out(browser: Browser, siti: User) -> None:
    browser.sign_in(siti.login)
    stolen = browser.client.get_cookie("netral")
    assert stolen
    browser.send("/keluar")
    browser.client.set_cookie("netral", stolen.value)

    assert browser.visit("/profil").heading == "Masuk"


def test_a_person_lists_their_sessions_and_ends_one_elsewhere(
    browser: Browser, open_browser: Callable[[], Browser], siti: User, session: Session
) -> None:
    phone, office = open_browser(), open_browser()
    phone.client.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (Linux; Android 10; K) Chrome/120.0 Mobile Safari/537.36"
    )
    for each in (phone, office, browser):
        each.sign_in(siti.login)
    shown = browser.visit("/profil").words
    assert "Chrome di Android Masuk 2 Mei 2029 pukul 10.00 WITA" in shown
    assert shown.count("(perangkat ini)") == 1

    first = session.scalars(select(LoginSession.id).order_by(LoginSession.id)).first()
    browser.send(f"/profil/sesi/{first}/akhiri")
    assert phone.visit("/profil").heading == "Masuk"
    assert office.visit("/profil").heading == "Profil saya"
    browser.send("/profil/sesi/akhiri-lainnya")
    assert office.visit("/profil").heading == "Masuk"
    assert browser.visit("/profil").heading == "Profil saya"


def test_nobody_ends_a_session_of_somebody_else(
    browser: Browser, open_browser: Callable[[], Browser], siti: User, session: Session
) -> None:
    rudi = give_password(session, make_user(session, asn=make_asn(session, nama="Rudi Hartono")))
    other = open_browser()
    other.sign_in(rudi.login)
    browser.sign_in(siti.login)
    foreign = session.scalars(select(LoginSession.id).where(LoginSession.user_id == rudi.id)).one()

    browser.send(f"/profil/sesi/{foreign}/akhiri", status=404)
    assert other.visit("/profil").heading == "Profil saya"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120 Safari/537.36 Edg/120.0", "Edge di Windows"),
        (
            "Mozilla/5.0 (Linux; Android 12; SM-A037F) SamsungBrowser/23.0 Chrome/115.0 Mobile",
            "Samsung Internet di Android",
        ),
        ("Mozilla/5.0 (Linux; Android 9; wv) Chrome/99 (; wv) WhatsApp", "Peramban dalam aplikasi di Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) Version/16.0 Safari/604.1", "Safari di iPhone"),
        ("curl/8.0", "Peramban tidak dikenal"),
        ("", "Peramban tidak dikenal"),
    ],
)
def test_a_device_is_told_in_words(agent: str, told: str) -> None:
    assert tell_device(agent) == told


def test_an_activation_code_works_once(browser: Browser, session: Session) -> None:
    siti = make_user(session, asn=make_asn(session))
    (code,) = issue_codes(session, Act(None, NOW), user_ids=[siti.id], new_code=lambda: "ABCDE23456")
    session.commit()
    form = {"nip": siti.login, "kode": "abcde 23456", "kata_sandi": PASSWORD}

    browser.send("/aktivasi", form)
    browser.send("/keluar")
    again = browser.send("/aktivasi", form, status=422)

    assert "Minta kode baru" in again.words
    assert code.code == "ABCDE23456"
    browser.sign_in(siti.login)
    assert browser.visit("/profil").heading == "Profil saya"


def test_an_activation_code_ends_after_three_days(browser: Browser, session: Session, clock: Clock) -> None:
    siti = make_user(session, asn=make_asn(session))
    issue_codes(session, Act(None, NOW), user_ids=[siti.id], new_code=lambda: "ABCDE23456")
    session.commit()
    clock.forward(hours=72, seconds=1)

    browser.send("/aktivasi", {"nip": siti.login, "kode": "ABCDE23456", "kata_sandi": PASSWORD}, status=422)


def test_ten_wrong_passwords_slow_down_this_address_only(
    browser: Browser, open_browser: Callable[[], Browser], siti: User, clock: Clock
) -> None:
    for _ in range(10):
        browser.send("/masuk", {"nip": siti.login, "kata_sandi": "bukan kata sandinya"}, status=422)

    slowed = browser.post("/masuk", {"nip": siti.login, "kata_sandi": PASSWORD})
    assert slowed.status_code == 429
    assert 0 < int(slowed.headers["Retry-After"]) <= 15 * 60 + 1
    elsewhere = open_browser()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "10.1.2.3"
    elsewhere.sign_in(siti.login)
    assert elsewhere.visit("/profil").heading == "Profil saya"
    clock.forward(minutes=15, seconds=1)
    browser.sign_in(siti.login)


def test_changing_the_password_ends_every_other_session(
    browser: Browser, open_browser: Callable[[], Browser], siti: User
) -> None:
    other = open_browser()
    other.sign_in(siti.login)
    browser.sign_in(siti.login)
    browser.send("/profil", {"lama": PASSWORD, "kata_sandi": "teh manis di teras kantor"}, token_from="/profil")

    assert browser.visit("/profil").heading == "Profil saya"
    assert other.visit("/profil").heading == "Masuk"


@pytest.mark.parametrize("weak", ["pendek", "123456789012345", "passwordpassword", "Siti Aminah 1234"])
def test_a_password_that_is_tried_first_is_refused(browser: Browser, siti: User, weak: str) -> None:
    browser.sign_in(siti.login)

    page = browser.send("/profil", {"lama": PASSWORD, "kata_sandi": weak}, status=422, token_from="/profil")
    assert page.title.startswith("Galat: ")


def test_signing_in_gives_a_new_session_and_keeps_only_its_hash(browser: Browser, siti: User, session: Session) -> None:
    browser.sign_in(siti.login)

    (row,) = session.scalars(select(LoginSession)).all()
    assert len(row.token_hash) == 64
    assert row.user_id == siti.id


def test_a_form_without_its_token_changes_nothing(browser: Browser, siti: User) -> None:
    browser.sign_in(siti.login)

    response = browser.client.post("/keluar")
    assert response.status_code == 400
    assert browser.visit("/profil").heading == "Profil saya"


@pytest.mark.parametrize("path", ["/masuk", "/aktivasi"])
def test_the_login_is_called_as_on_the_slip_with_the_code(browser: Browser, path: str) -> None:
    """People without a NIP sign in as well, so the form uses the same words as their slip."""
    slip = draw("sheets.code_slips", "[{'login': 'NON-0019'}], 'besok', '/aktivasi'").words

    assert "NIP atau nama masuk: NON-0019" in slip
    assert "Kode sekali pakai:" in slip
    assert "NIP atau nama masuk NIP 18 angka, atau nama masuk seperti pada lembar kode." in browser.visit(path).words
