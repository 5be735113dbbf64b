"""The whole paper is one document: it is answered without a signal, by the keyboard, and in several tabs."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from netral.quiz.options import CHOICE_FIELD
from netral.quiz.questions import Answer
from tests.browser.barriers import check
from tests.browser.conftest import Open
from tests.browser.journey import (
    answer_everything,
    caption,
    follow,
    give_the_password,
    hand_in,
    picture,
    press,
    sign_in,
)
from tests.browser.learners import Learner
from tests.browser.server import Server
from tests.browser.test_ended_session import end_session
from tests.browser.test_exam_offline import expect_saved, first_choice, flag, focused, go_to, tick

pytestmark = pytest.mark.browser

PAPER = "/ujian/kerjakan"
WAITING = "Belum tersimpan. Menunggu sambungan."


def sit(server: Server, page: Page, name: str) -> Learner:
    """Open the paper of a fresh exam."""
    learner = Learner(server, name).has_started_the_exam()
    sign_in(page, learner.login, PAPER)
    return learner


def expect_all_sent(page: Page) -> None:
    page.wait_for_function("() => localStorage.length === 0")


def answer_without_signal(page: Page, learner: Learner) -> dict[int, Answer]:
    """Cut the network, answer every question, look at the review, and return what was chosen."""
    answers = learner.right_answers()
    page.context.set_offline(True)
    answer_everything(page, answers)
    expect(page.locator("[data-status]")).to_have_text(WAITING)
    expect(page.locator("[data-offline]")).to_be_visible()
    assert page.locator("#tinjau [data-said]").filter(has_text=re.compile("^Terjawab")).count() == len(answers)
    expect(page.locator('[data-group="belum"]')).to_be_hidden()
    assert learner.saved_answers() == {}
    return answers


# ---- Without a signal ----


def test_a_paper_answered_without_a_signal_is_handed_in_ten_minutes_later(server: Server, open_page: Open) -> None:
    page = open_page()
    page.clock.install()
    siti = sit(server, page, "Siti")
    answers = answer_without_signal(page, siti)
    picture(page, "tinjau-tanpa-sambungan")
    page.clock.fast_forward("10:00")
    press(page, "Lanjut ke pengumpulan")
    page.get_by_role("button", name="Kumpulkan jawaban").click()
    expect(page.locator("[data-status]")).to_contain_text("Ada jawaban yang belum tersimpan.")
    page.context.set_offline(False)
    expect_all_sent(page)
    assert siti.saved_answers() == answers

    press(page, "Kumpulkan jawaban")

    expect(page.locator("h1")).to_have_text("Anda lulus ujian")
    assert siti.attempt_states() == ["submitted"]


def test_a_paper_answered_without_a_signal_outlives_its_session(server: Server, open_page: Open) -> None:
    """Seventy minutes later the server asks for the password, and then receives every answer."""
    page = open_page()
    page.clock.install()
    joko = sit(server, page, "Joko")
    answers = answer_without_signal(page, joko)
    page.clock.fast_forward("01:10:00")
    end_session(joko)
    page.context.set_offline(False)
    expect(page.locator("[data-status]")).to_contain_text("Sesi Anda berakhir.")
    assert joko.saved_answers() == {}

    follow(page, "Masuk lagi")
    give_the_password(page, joko.login)
    expect_all_sent(page)
    assert joko.saved_answers() == answers
    go_to_review(page)
    hand_in(page)

    expect(page.locator("h1")).to_have_text("Anda lulus ujian")


def go_to_review(page: Page) -> None:
    page.get_by_text(re.compile("^Daftar soal: ")).click()
    page.locator(".map-fold").get_by_role("button", name="Tinjau semua jawaban").click()


def test_a_tab_closed_without_a_signal_sends_when_it_is_opened_again(server: Server, open_page: Open) -> None:
    page = open_page()
    lina = sit(server, page, "Lina")
    answers = answer_without_signal(page, lina)
    context = page.context
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(PAPER)

    expect_all_sent(again)
    assert lina.saved_answers() == answers
    expect(again.locator(".map-fold summary")).to_contain_text("20 terjawab")


def test_handing_in_without_a_signal_keeps_the_paper(server: Server, open_page: Open) -> None:
    page = open_page()
    made = sit(server, page, "Made")
    answer_everything(page, made.right_answers())
    expect_all_sent(page)
    page.context.set_offline(True)
    press(page, "Lanjut ke pengumpulan")
    page.get_by_role("button", name="Kumpulkan jawaban").click()
    expect(page.locator("[data-status]")).to_contain_text("kumpulkan saat sambungan kembali")
    assert made.attempt_states() == ["open"]
    page.context.set_offline(False)

    press(page, "Kumpulkan jawaban")

    expect(page.locator("h1")).to_have_text("Anda lulus ujian")


def test_turning_reviewing_and_confirming_ask_the_server_for_nothing(server: Server, open_page: Open) -> None:
    page = open_page()
    nur = sit(server, page, "Nur")
    page.wait_for_load_state("networkidle")
    asked: list[tuple[str, str]] = []
    page.on("request", lambda request: asked.append((request.method, urlsplit(request.url).path)))
    answer_everything(page, nur.right_answers())
    press(page, "Lanjut ke pengumpulan")
    expect_all_sent(page)

    asked = [each for each in asked if not each[1].startswith("/static/favicon")]
    assert set(asked) == {("POST", f"/ujian/{slot}") for slot in range(1, 21)}


# ---- Two tabs ----


@pytest.mark.parametrize(("name", "older", "newer"), [("Oki", True, False), ("Putri", False, True)])
def test_of_two_tabs_the_older_overwrites_nothing(
    server: Server, open_page: Open, name: str, *, older: bool, newer: bool
) -> None:
    """One tab has a script and the other has none; the tab that was opened first is told which question it was."""
    learner = Learner(server, name).has_started_the_exam()
    slot = first_choice(learner)
    behind, ahead = open_page(javascript=older), open_page(javascript=newer)
    for page in (behind, ahead):
        sign_in(page, learner.login, f"/ujian/{slot}")
    option = tick(ahead, 0)
    keep(ahead, script=newer)

    tick(behind, 1)
    if older:
        expect(behind.locator("[data-status]")).to_contain_text(f"Jawaban soal {slot} diubah dari perangkat lain")
    else:
        press(behind, "Simpan jawaban")
        expect(behind.get_by_text(re.compile(f"^Jawaban soal {slot} diubah dari perangkat lain"))).to_be_visible()

    expect(behind.locator(f'[name="s{slot}.{CHOICE_FIELD}"][value="{option}"]')).to_be_checked()
    assert learner.saved_answers() == {slot: {CHOICE_FIELD: [option]}}


def keep(page: Page, *, script: bool) -> None:
    if script:
        expect_saved(page)
    else:
        press(page, "Simpan jawaban")


# ---- Keyboards and screen readers ----


def test_the_keyboard_alone_walks_from_the_first_question_to_the_result(server: Server, open_page: Open) -> None:
    page = open_page()
    learner = sit(server, page, "Rahmat")
    for slot, answer in sorted(learner.right_answers().items()):
        expect(caption(page)).to_have_text(f"Soal {slot} dari 20")
        if slot > 1:
            assert focused(page).startswith(f"Soal {slot} dari 20 "), "the heading takes the focus"
            assert page.title().startswith(f"Soal {slot} dari 20 ")
        for field, values in answer.items():
            for value in values:
                press_keys(page, f'[name="s{slot}.{field}"]', value)
        page.get_by_role("button", name="Simpan dan lanjutkan").focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tinjau sebelum mengumpulkan")).to_be_focused()
    for name in ("Lanjut ke pengumpulan", "Kumpulkan jawaban"):
        page.get_by_role("button", name=name).focus()
        page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Anda lulus ujian")


def press_keys(page: Page, controls: str, value: str) -> None:
    """Press Space to tick a box or choose the focused radio; a list takes the letters of its line."""
    control = page.locator(controls).first
    if control.evaluate("control => control.tagName") == "SELECT":
        control.select_option(value)
        return
    page.locator(f'{controls}[value="{value}"]').focus()
    page.keyboard.press("Space")


def test_a_screen_reader_hears_where_it_is(server: Server, open_page: Open) -> None:
    page = open_page()
    learner = sit(server, page, "Sari")
    slot = first_choice(learner)
    go_to(page, slot)

    heading = page.get_by_role("heading", name=re.compile(f"^Soal {slot} dari 20 "))
    expect(heading).to_be_focused()
    expect(page.get_by_role("group", name=re.compile(f"^Soal {slot} dari 20 "))).to_be_visible()
    assert page.get_by_role("heading", level=2).count() == 1, "one question is shown, and the map is folded away"
    tick(page)
    flag(page).click()
    page.get_by_text(re.compile("^Daftar soal: 1 terjawab, 1 ragu-ragu, 19 belum")).click()
    expect(page.get_by_role("link", name=f"Soal {slot}, terjawab, ragu-ragu, sedang dibuka")).to_be_visible()
    check(page, thumbs=True)
    go_to_review_again = page.locator(".map-fold").get_by_role("button", name="Tinjau semua jawaban")
    go_to_review_again.click()
    expect(page.get_by_role("heading", name="Tinjau sebelum mengumpulkan")).to_be_focused()
    check(page, thumbs=True)


def test_every_question_of_a_paper_holds_no_barrier(server: Server, open_page: Open) -> None:
    page = open_page()
    learner = Learner(server, "Tono")
    learner.has_started_the_exam(learner.has_read_everything().seed_with_every_kind())
    sign_in(page, learner.login, PAPER)
    with server.session() as session:
        slots = {layout.question.kind: slot for slot, layout in learner.layouts(session).items()}
    for slot in slots.values():
        go_to(page, slot)
        check(page, thumbs=True)


def test_the_browsers_back_leads_to_the_question_before(server: Server, open_page: Open) -> None:
    page = open_page()
    sit(server, page, "Umi")
    for _ in range(3):
        press(page, "Lewatkan soal ini")
    expect(caption(page)).to_have_text("Soal 4 dari 20")

    page.go_back()
    expect(caption(page)).to_have_text("Soal 3 dari 20")
    page.go_forward()
    expect(caption(page)).to_have_text("Soal 4 dari 20")
    page.reload()
    expect(caption(page)).to_have_text("Soal 4 dari 20")
