"""One phone, several people: the next person finds nothing of the one before."""

import json

import pytest
from playwright.sync_api import Page, expect

from netral.quiz.options import CHOICE_FIELD
from tests.browser.conftest import Open
from tests.browser.journey import heading, press, sign_in
from tests.browser.learners import Learner
from tests.browser.server import Server
from tests.browser.test_exam_offline import first_choice, tick

pytestmark = pytest.mark.browser


def leave_unsent(page: Page, learner: Learner) -> str:
    """Make a choice without signal and let the session end by itself: nobody pressed Keluar."""
    sign_in(page, learner.login, f"/ujian/{first_choice(learner)}")
    page.context.route("**/*", lambda route: route.abort())
    option = tick(page)
    expect(page.locator("[data-status]")).to_have_text("Belum tersimpan. Menunggu sambungan.")
    page.goto("about:blank")
    page.context.clear_cookies()
    page.context.unroute_all(behavior="wait")
    return option


def test_the_next_person_never_sends_what_the_last_one_chose(server: Server, open_page: Open) -> None:
    siti, joko = (Learner(server, name).has_started_the_exam() for name in ("Siti", "Joko"))
    page = open_page()
    leave_unsent(page, siti)

    sign_in(page, joko.login, f"/ujian/{first_choice(joko)}")
    option = tick(page)
    expect(page.locator("[data-status]")).to_contain_text("Tersimpan pukul")

    assert page.evaluate("Object.keys(localStorage)") == []
    assert list(joko.saved_answers().values()) == [{CHOICE_FIELD: [option]}]
    assert siti.saved_answers() == {}


def test_a_person_who_returns_to_their_own_phone_loses_nothing(server: Server, open_page: Open) -> None:
    lina = Learner(server, "Lina").has_started_the_exam()
    page = open_page()
    option = leave_unsent(page, lina)

    sign_in(page, lina.login, f"/ujian/{first_choice(lina)}")
    expect(page.locator("[data-status]")).to_contain_text("Tersimpan pukul")

    assert lina.saved_answers() == {first_choice(lina): {CHOICE_FIELD: [option]}}


@pytest.mark.parametrize("javascript", [True, False])
def test_back_after_signing_out_shows_nothing_of_anybody(server: Server, open_page: Open, *, javascript: bool) -> None:
    made = Learner(server, "Made").has_a_certificate()
    page = open_page(javascript=javascript)
    sign_in(page, made.login, "/sertifikat")
    page.goto("/profil")
    page.locator(".nav-fold > summary").click()
    press(page, "Keluar")
    assert "Made" not in page.content()

    for _ in range(2):
        page.go_back()
        page.wait_for_load_state()
        assert heading(page) == "Masuk"
        assert "Made" not in page.content()
        assert made.login not in page.content()
    stored = page.context.storage_state()
    assert "Made" not in json.dumps(stored)


def test_signing_out_sends_first_what_is_waiting(server: Server, open_page: Open) -> None:
    """Answers are sent even from a page outside the exam, because a phone that is handed on forgets everything."""
    nur = Learner(server, "Nur").has_started_the_exam()
    page = open_page()
    leave_unsent(page, nur)
    page.context.route("**/ujian/*", lambda route: route.fulfill(status=502, body="Bad Gateway"))
    sign_in(page, nur.login, "/tugas")
    assert len(page.evaluate("Object.keys(localStorage)")) == 1
    page.context.unroute_all(behavior="wait")

    page.locator(".nav-fold > summary").click()
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_text("Anda sudah keluar.")).to_be_visible()

    assert len(nur.saved_answers()) == 1
    assert page.evaluate("Object.keys(localStorage)") == []


def test_signing_out_without_a_way_to_send_says_what_would_be_lost(server: Server, open_page: Open) -> None:
    oki = Learner(server, "Oki").has_started_the_exam()
    page = open_page()
    leave_unsent(page, oki)
    page.context.route("**/ujian/*", lambda route: route.fulfill(status=502, body="Bad Gateway"))
    sign_in(page, oki.login, "/tugas")
    page.locator(".nav-fold > summary").click()
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("status")).to_contain_text("Ada jawaban yang belum tersimpan.")
    assert len(page.evaluate("Object.keys(localStorage)")) == 1

    page.wait_for_timeout(1000)  # a second press at once is a double press, which has read nothing
    page.get_by_role("button", name="Keluar").click()

    expect(page.get_by_text("Anda sudah keluar.")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []
    assert page.evaluate("Object.keys(sessionStorage)") == []
