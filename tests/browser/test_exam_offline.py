"""No choice in the exam is lost: closed tabs, no signal, two tabs, a killed server, Back, no JavaScript."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from netral.quiz.options import CHOICE_FIELD
from tests.browser.conftest import Open
from tests.browser.journey import answer_everything, caption, chosen, press, sign_in
from tests.browser.learners import Learner
from tests.browser.server import Server

pytestmark = pytest.mark.browser

SAVED = re.compile(r"^Tersimpan pukul \d\d\.\d\d WITA$")
Sit = Callable[..., tuple[Page, Learner]]


@pytest.fixture
def sit(server: Server, open_page: Open) -> Sit:
    """Sign in and open a question with options of a fresh exam: `sit("Lina", javascript=False)`."""

    def sit_down(name: str, *, javascript: bool = True) -> tuple[Page, Learner]:
        learner = Learner(server, name).has_started_the_exam()
        page = open_page(javascript=javascript)
        sign_in(page, learner.login, f"/ujian/{first_choice(learner)}")
        return page, learner

    return sit_down


def first_choice(learner: Learner) -> int:
    """Return the first slot, other than the first and the last, whose answer is one set of options."""
    right = learner.right_answers()
    return next(slot for slot in sorted(right) if slot > 1 and slot < len(right) and [*right[slot]] == [CHOICE_FIELD])


def slot_of(page: Page) -> int:
    """Return the question that the address names."""
    return int(urlsplit(page.url).fragment)


def tick(page: Page, position: int = 0) -> str:
    """Choose an option of the current question by its place and return its value."""
    control = page.locator(f'input[name="s{slot_of(page)}.{CHOICE_FIELD}"]').nth(position)
    control.locator("xpath=following-sibling::label").click()
    return control.input_value()


def reopen(page: Page) -> Page:
    """Close the tab without pressing anything, and open the address in a new one."""
    address, context = page.url, page.context
    page.close()
    again = context.new_page()
    again.goto(address)
    return again


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_have_text(SAVED)


def test_a_choice_survives_closing_the_tab_without_pressing_anything(sit: Sit) -> None:
    page, learner = sit("Siti")
    assert chosen(page, slot_of(page)) == []
    option = tick(page)
    expect_saved(page)

    again = reopen(page)

    assert chosen(again, slot_of(again)) == [option]
    expect_saved(again)
    assert learner.saved_answers() == {slot_of(again): {CHOICE_FIELD: [option]}}


def tell_map(page: Page) -> tuple[str, list[str]]:
    """Return the map's heading, and the look and words of each cell."""
    cells = page.locator(".map-cell").evaluate_all(
        "cells => cells.map(cell => cell.className + cell.getAttribute('aria-label') + cell.textContent)"
    )
    return page.locator(".map-fold summary").inner_text(), cells


@pytest.mark.parametrize(("name", "word"), [("Zahra", "1 terjawab"), ("Yanti", "1 ragu-ragu")])
def test_the_map_of_questions_follows_what_is_chosen(sit: Sit, name: str, word: str) -> None:
    page, _ = sit(name)
    before = tell_map(page)
    tick(page)
    if "ragu" in word:
        flag(page).click()
    expect(page.locator(".map-fold summary")).to_contain_text(word)
    expect_saved(page)
    drawn_by_the_page = tell_map(page)

    page.reload()

    assert before != drawn_by_the_page == tell_map(page)


def test_a_choice_without_signal_is_kept_and_sent_once_the_signal_is_back(sit: Sit) -> None:
    page, learner = sit("Joko")
    page.context.set_offline(True)
    option = tick(page)
    expect(page.locator("[data-status]")).to_have_text("Belum tersimpan. Menunggu sambungan.")
    expect(page.locator("[data-offline]")).to_be_visible()
    assert learner.saved_answers() == {}

    page.context.set_offline(False)

    expect_saved(page)
    expect(page.locator("[data-offline]")).to_be_hidden()
    assert learner.saved_answers() == {slot_of(page): {CHOICE_FIELD: [option]}}
    assert page.evaluate("Object.keys(localStorage)") == []


def test_several_choices_without_signal_end_as_the_last_of_them(sit: Sit) -> None:
    page, learner = sit("Lina")
    if page.locator(f'input[type="checkbox"][name="{CHOICE_FIELD}"]').count():
        tick(page, 2)
    page.context.set_offline(True)
    tick(page, 0)
    tick(page, 1)
    expected = sorted(chosen(page, slot_of(page)))
    page.context.set_offline(False)

    expect_saved(page)
    assert sorted(learner.saved_answers()[slot_of(page)][CHOICE_FIELD]) == expected


def test_a_device_that_was_left_behind_is_told_and_shown_the_newer_answer(sit: Sit, open_page: Open) -> None:
    page, learner = sit("Made")
    newer = open_page()
    sign_in(newer, learner.login, f"/ujian/{slot_of(page)}")
    tick(newer, 0)
    expect_saved(newer)
    first = chosen(newer, slot_of(newer))
    tick(newer, 1)
    expect(newer.locator(f'[name="s{slot_of(newer)}.urutan"]')).to_have_value("3")
    expect_saved(newer)
    latest = chosen(newer, slot_of(newer))
    assert latest != first

    tick(page, 2)

    expect(page.locator("[data-status]")).to_contain_text(f"Jawaban soal {slot_of(page)} diubah dari perangkat lain")
    assert chosen(page, slot_of(page)) == latest
    assert learner.saved_answers()[slot_of(page)][CHOICE_FIELD] == sorted(latest)


def test_without_javascript_a_tab_that_was_left_behind_is_told_as_well(sit: Sit) -> None:
    page, learner = sit("Nur", javascript=False)
    newer = page.context.new_page()
    newer.goto(page.url)
    option = tick(newer, 0)
    press(newer, "Simpan jawaban")

    tick(page, 1)
    press(page, "Simpan jawaban")

    expect(page.get_by_text(re.compile(f"Jawaban soal {slot_of(page)} diubah dari perangkat lain"))).to_be_visible()
    assert chosen(page, slot_of(page)) == [option]
    assert learner.saved_answers()[slot_of(page)][CHOICE_FIELD] == [option]


def test_a_double_press_on_kumpulkan_hands_in_once_and_back_leads_to_the_result(sit: Sit) -> None:
    page, learner = sit("Oki")
    go_to(page, 1)
    answer_everything(page, learner.right_answers())
    press(page, "Lanjut ke pengumpulan")
    page.get_by_role("button", name="Kumpulkan jawaban").dblclick(no_wait_after=True)
    expect(page.locator("h1")).to_have_text("Anda lulus ujian")
    result = page.url

    page.go_back()

    expect(page.locator("h1")).to_have_text("Anda lulus ujian")
    assert page.url.partition("#")[0] == result
    assert learner.attempt_states() == ["submitted"]


def test_a_killed_server_loses_no_acknowledged_answer_and_the_exam_goes_on(sit: Sit, server: Server) -> None:
    page, learner = sit("Putri")
    option = tick(page)
    expect_saved(page)
    server.kill()
    tick(page, 1)
    expect(page.locator("[data-status]")).to_have_text("Belum tersimpan. Menunggu sambungan.")
    unsent = chosen(page, slot_of(page))
    assert learner.saved_answers() == {slot_of(page): {CHOICE_FIELD: [option]}}

    server.start()
    page.reload()

    assert chosen(page, slot_of(page)) == unsent
    expect_saved(page)
    assert learner.saved_answers() == {slot_of(page): {CHOICE_FIELD: sorted(unsent)}}
    go_to(page, 1)
    answer_everything(page, learner.right_answers())


def go_to(page: Page, slot: int) -> None:
    page.evaluate(f"location.hash = {slot}")


def flag(page: Page) -> Locator:
    return page.locator(f'label[for="s{slot_of(page)}.ragu"]')


@pytest.mark.parametrize(
    ("name", "way", "step"),
    [("Rahmat", "Sebelumnya", -1), ("Sari", "Lewatkan soal ini", 1), ("Tono", "Soal 20", None)],
)
def test_every_way_off_a_question_keeps_choice_and_flag(sit: Sit, name: str, way: str, step: int | None) -> None:
    page, learner = sit(name)
    slot = slot_of(page)
    option = tick(page)
    flag(page).click()

    if step is None:
        page.get_by_text(re.compile("^Daftar soal: ")).click()
        page.get_by_role("link", name=re.compile(f"^{way},")).click()
    else:
        press(page, way)
    page.wait_for_url(re.compile(f"#{slot + step if step else 20}$"))

    page.go_back()
    page.wait_for_url(re.compile(f"#{slot}$"))
    expect_saved(page)
    assert learner.saved_answers() == {slot: {CHOICE_FIELD: [option]}}
    assert learner.doubtful_slots() == [slot]
    assert chosen(page, slot) == [option]
    expect(page.locator(f'[name="s{slot}.ragu"]')).to_be_checked()
    expect(page.locator(f'.map-fold a[href="#{slot}"]')).to_have_attribute(
        "aria-label", f"Soal {slot}, terjawab, ragu-ragu, sedang dibuka"
    )


def test_without_javascript_both_buttons_keep_choice_and_flag(sit: Sit) -> None:
    page, learner = sit("Umi", javascript=False)
    slot = slot_of(page)
    option = tick(page)
    press(page, "Simpan jawaban")
    expect(page.get_by_text("Jawaban tersimpan pukul ")).to_be_visible()
    assert learner.saved_answers() == {slot: {CHOICE_FIELD: [option]}}
    page.locator(f'label[for="s{slot}.ragu"]').click()

    press(page, "Tinjau dan kumpulkan")

    expect(page.get_by_role("link", name=f"Soal {slot}", exact=True)).to_have_count(1)
    assert learner.doubtful_slots() == [slot]
    page.get_by_role("link", name=f"Ubah soal {slot}").click()
    page.wait_for_load_state()
    assert slot_of(page) == slot
    assert chosen(page, slot) == [option]
    expect(page.locator(f'[name="s{slot}.ragu"]')).to_be_checked()


def test_without_a_choice_the_page_says_what_is_missing_and_leads_there(sit: Sit) -> None:
    page, _ = sit("Nur")
    press(page, "Lewatkan soal ini")
    slot = slot_of(page)
    press(page, "Simpan dan lanjutkan")

    told = page.locator("[data-question]:not([hidden]) [data-missing]")
    expect(told).to_be_visible()
    expect(told).to_contain_text("atau tekan Lewatkan soal ini")
    first = page.locator(f'input[name^="s{slot}.jawaban"]').first
    expect(first).to_be_focused()
    group = first.locator("xpath=ancestor::fieldset[1]")
    assert f"s{slot}.kurang" in (group.get_attribute("aria-describedby") or "").split()
    assert slot_of(page) == slot


def focused(page: Page) -> str:
    """Return the name that a screen reader reads for the focused element: its text, or that of its label."""
    name: str = page.evaluate(
        """() => { const one = document.activeElement;
        return (one.labels && one.labels[0] ? one.labels[0] : one).innerText.replace(/\\s+/g, " ").trim() }"""
    )
    return name


def tab(page: Page, times: int) -> list[str]:
    """Return the names of the next stops of the keyboard."""
    order = []
    for _ in range(times):
        page.keyboard.press("Tab")
        order.append(focused(page))
    return order


def test_the_keyboard_alone_walks_the_page_in_order_and_enter_saves(sit: Sit) -> None:
    page, learner = sit("Vina")
    page.goto("/ujian/kerjakan")
    before = tab(page, 4)
    go_to_a_single_choice(page, learner)
    slot = slot_of(page)
    order = tab(page, 6)

    assert before == ["Langsung ke isi", "Netralitas ASN Kabupaten Contoh", "Menu", "Tugas saya"]
    options = page.locator(f'input[name="s{slot}.{CHOICE_FIELD}"] + label').first.inner_text().split("\n")[-1].strip()
    assert options in order[0]
    assert order[1:5] == ["Tandai ragu-ragu", "Simpan dan lanjutkan", "Sebelumnya", "Lewatkan soal ini"]
    assert order[5].startswith("Daftar soal: ")
    page.locator(f'input[name="s{slot}.{CHOICE_FIELD}"]').first.focus()
    page.keyboard.press("ArrowDown")
    expect_saved(page)
    option = chosen(page, slot_of(page))
    page.keyboard.press("Enter")
    expect(caption(page)).to_have_text(f"Soal {slot + 1} dari 20")
    assert focused(page).startswith(f"Soal {slot + 1} dari 20 ")
    assert learner.saved_answers() == {slot: {CHOICE_FIELD: option}}


def go_to_a_single_choice(page: Page, learner: Learner) -> None:
    right = learner.right_answers()
    for slot in range(2, len(right)):
        options = page.locator(f'input[type="radio"][name="s{slot}.{CHOICE_FIELD}"]')
        reasons = page.locator(f'[name="s{slot}.syarat"]')
        if options.count() > 2 and not reasons.count():
            go_to(page, slot)
            return
    raise AssertionError("no question with one answer")


def test_another_device_continues_where_the_first_left_off(sit: Sit, open_page: Open) -> None:
    page, learner = sit("Wawan")
    option = tick(page)
    expect_saved(page)

    other: Page = open_page()
    sign_in(other, learner.login, f"/ujian/{slot_of(page)}")

    assert chosen(other, slot_of(other)) == [option]
    assert caption(other).inner_text() == caption(page).inner_text()
