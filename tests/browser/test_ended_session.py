"""Typed text survives when a session ends during work, or when a server has no room for a sign-in."""

import re
import time
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from netral.accounts.models import LoginSession
from netral.quiz.options import CHOICE_FIELD
from tests.browser.barriers import check
from tests.browser.conftest import Open
from tests.browser.journey import follow, give_the_password, heading, picture, press, sign_in
from tests.browser.learners import Learner
from tests.browser.server import PASSWORD, Server
from tests.browser.test_exam_offline import first_choice, tick

pytestmark = pytest.mark.browser
AN_HOUR = 3600
A_MINUTE = 60
WAITING = re.compile(r"^Layanan sedang ramai; mencoba lagi dalam (60|[1-5]\d) detik\.$")


def end_session(learner: Learner) -> None:
    with learner.server.session() as session:
        mine = LoginSession.user_id == learner.user(session).id
        session.execute(update(LoginSession).where(mine).values(ended_at=datetime.now(UTC)))


def test_an_answer_sent_too_late_is_kept_without_a_script(server: Server, open_page: Open) -> None:
    siti = Learner(server, "Siti").has_started_the_exam()
    page = open_page(javascript=False)
    slot = first_choice(siti)
    sign_in(page, siti.login, f"/ujian/{slot}")
    end_session(siti)
    option = tick(page)
    press(page, "Simpan jawaban")

    expect(page.get_by_role("status").first).to_contain_text("isian Anda disimpan 30 menit")
    picture(page, "sesi-berakhir")
    give_the_password(page, siti.login)
    assert heading(page) == "Isian Anda belum diproses"
    picture(page, "isian-disimpan")
    assert siti.saved_answers() == {}
    press(page, "Kirim sekarang")

    assert siti.saved_answers() == {slot: {CHOICE_FIELD: [option]}}


def test_an_answer_sent_too_late_waits_in_the_queue_of_its_page(server: Server, open_page: Open) -> None:
    joko = Learner(server, "Joko").has_started_the_exam()
    page = open_page()
    slot = first_choice(joko)
    sign_in(page, joko.login, f"/ujian/{slot}")
    end_session(joko)
    option = tick(page)
    expect(page.locator("[data-status]")).to_contain_text("Sesi Anda berakhir")
    press(page, "Simpan dan lanjutkan")
    follow(page, "Masuk lagi")
    check(page, thumbs=True)
    give_the_password(page, joko.login)
    check(page, thumbs=True)
    page.evaluate(f"location.hash = {slot}")

    expect(page.locator(f'input[name="s{slot}.{CHOICE_FIELD}"][value="{option}"]')).to_be_checked()
    expect(page.locator("[data-status]")).to_contain_text("Tersimpan")
    assert joko.saved_answers() == {slot: {CHOICE_FIELD: [option]}}
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_browser_still_knows_after_an_hour_whose_session_it_was(server: Server, open_page: Open) -> None:
    page = open_page()
    sign_in(page, server.logins["Lina"], "/tugas")
    (cookie,) = [cookie for cookie in page.context.cookies() if cookie["name"] == "netral"]

    assert cookie["expires"] - time.time() > 20 * AN_HOUR


def answer_busy(page: Page, times: int) -> list[str]:
    """Answer the first sign-ins as a busy server does; return the addresses that were posted to."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        asked.append(route.request.url)
        if len(asked) > times:
            return route.continue_()
        words = {"error": "Layanan sedang sibuk", "message": "Permintaan Anda belum diproses."}
        return route.fulfill(status=503, headers={"Retry-After": str(A_MINUTE)}, json=words)

    page.route("**/masuk", answer)
    return asked


def open_sign_in(page: Page, login: str) -> None:
    page.clock.install()  # a minute is run through, so that what is shown meanwhile can be looked at
    page.goto("/masuk?lanjut=/tugas")
    page.get_by_label("NIP").fill(login)
    page.get_by_label("Kata sandi").fill(PASSWORD)


def test_a_sign_in_that_finds_no_room_is_tried_again_from_its_field(server: Server, open_page: Open) -> None:
    page = open_page()
    asked = answer_busy(page, 2)
    open_sign_in(page, server.logins["Made"])
    press(page, "Masuk")

    expect(page.locator("[data-patience]")).to_have_text(WAITING)
    check(page, thumbs=True)
    picture(page, "masuk-ramai")
    page.clock.run_for(A_MINUTE * 1000)
    expect(page.locator("[data-patience]")).to_have_text(WAITING)
    page.clock.run_for(A_MINUTE * 1000)
    expect(page.locator("h1")).to_have_text("Tugas saya")
    assert len(asked) == 3


def test_trying_again_can_be_stopped(server: Server, open_page: Open) -> None:
    page = open_page()
    asked = answer_busy(page, 9)
    open_sign_in(page, server.logins["Made"])
    press(page, "Masuk")
    press(page, "Berhenti mencoba")
    page.clock.run_for(2 * A_MINUTE * 1000)

    expect(page.get_by_label("Kata sandi")).to_have_value(PASSWORD)
    expect(page.get_by_role("button", name="Masuk", exact=True)).to_be_enabled()
    assert len(asked) == 1


def test_a_wrong_password_is_told_and_stays_in_its_field(server: Server, open_page: Open) -> None:
    page = open_page()
    open_sign_in(page, server.logins["Made"])
    page.get_by_label("Kata sandi").fill("bukan kata sandinya")
    press(page, "Masuk")

    expect(page.locator("[data-patience]")).to_have_text("NIP atau nama masuk tidak cocok dengan kata sandinya")
    expect(page.get_by_label("Kata sandi")).to_have_value("bukan kata sandinya")
    check(page, thumbs=True)
    picture(page, "masuk-tidak-cocok")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    press(page, "Masuk")
    expect(page.locator("h1")).to_have_text("Tugas saya")
