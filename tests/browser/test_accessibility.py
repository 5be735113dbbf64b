"""No barrier on public and learners' pages: for screen readers, thumbs, keyboards, zoom and own colours."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import check, check_fault, check_place, find_violations
from tests.browser.conftest import Visit
from tests.browser.journey import follow, give_the_password, press
from tests.browser.places import LEARNERS, NOBODY, PLACES, STATUSES, Town

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("name", "place"), [(name, place) for name in (NOBODY, *LEARNERS) for place in PLACES.get(name, ())]
)
def test_a_page_holds_no_barrier(name: str, place: str, visit: Visit, town: Town) -> None:
    check_place(visit(name), town.address(place), status=STATUSES.get((name, place), 200), thumbs=name in LEARNERS)


def leave_the_sign_in_empty(page: Page) -> None:
    page.goto("/masuk")
    press(page, "Masuk")


def leave_the_activation_empty(page: Page) -> None:
    page.goto("/aktivasi")
    page.locator("main form button:not([type=button])").click()


def answer_nothing(page: Page) -> None:
    page.goto("/ujian/kerjakan")
    press(page, "Simpan dan lanjutkan")


def tick_nothing(page: Page) -> None:
    page.goto("/ikrar")
    press(page, "Tandatangani ikrar")


def practise_without_a_choice(page: Page) -> None:
    page.goto("/tugas")
    page.get_by_role("link", name="Mulai: ").click()
    while not page.locator("form.practice:visible").count():
        press(page, "Lanjut")
    press(page, "Periksa jawaban")
    expect(page.get_by_text("Pilih jawaban dahulu")).to_be_visible()


def change_the_password_to_nothing(page: Page) -> None:
    page.goto("/profil")
    page.locator("main form").first.locator("button:not([type=button])").click()


def leave_the_code_empty(page: Page) -> None:
    login = page.goto("/profil") and page.locator("dd").nth(1).inner_text()
    page.context.clear_cookies()
    page.goto("/masuk")
    give_the_password(page, login or "")
    press(page, "Lanjut")


def ask_for_no_correction(page: Page) -> None:
    page.goto("/profil/koreksi")
    press(page, "Kirim permintaan")


def choose_nothing_under_a_post(page: Page) -> None:
    page.goto("/lini-masa/pagi-sebelum-apel")
    press(page, "Pilih tindakan")


def ask_nothing(page: Page) -> None:
    page.goto("/boleh-nggak")
    press(page, "Cari")


FAULTS: tuple[tuple[str, Callable[[Page], None]], ...] = (
    (NOBODY, leave_the_sign_in_empty),
    (NOBODY, leave_the_activation_empty),
    ("Joko", answer_nothing),
    ("Lina", tick_nothing),
    ("Made", practise_without_a_choice),
    ("Made", choose_nothing_under_a_post),
    ("Made", ask_nothing),
    ("Made", change_the_password_to_nothing),
    ("Zahra", leave_the_code_empty),
    ("Siti", ask_for_no_correction),
)


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_page_with_errors_holds_no_barrier(name: str, fault: Callable[[Page], None], visit: Visit) -> None:
    check_fault(visit(name), fault, thumbs=name in LEARNERS)


def test_the_door_between_password_and_work_holds_no_barrier(visit: Visit, town: Town) -> None:
    page = visit(NOBODY)
    page.goto("/masuk")
    give_the_password(page, town.server.logins["Zahra"])
    check(page, thumbs=True)
    follow(page, "Pakai kode pemulihan")
    check(page, thumbs=True)
    page.context.clear_cookies()


def test_an_answered_question_holds_no_barrier(visit: Visit) -> None:
    page = visit("Made")
    for question in ("boleh nggak like postingan", "zebra"):
        page.goto("/boleh-nggak")
        page.get_by_role("searchbox").fill(question)
        press(page, "Cari")
        check(page, thumbs=True)


def test_a_feed_holds_no_barrier_up_to_its_end(visit: Visit) -> None:
    page = visit("Made")
    page.goto("/lini-masa/pagi-sebelum-apel")
    while page.get_by_role("button", name="Pilih tindakan").count():
        page.get_by_role("radio").first.check()
        press(page, "Pilih tindakan")
        if page.get_by_role("button", name="Lihat hasil").count():
            check(page, thumbs=True)
        page.locator("main form button").click()
        page.wait_for_load_state()

    assert page.locator("h1").inner_text() == "Hasil untuk Anda sendiri"
    check(page, thumbs=True)


def test_a_barrier_would_be_found(visit: Visit) -> None:
    page = visit(NOBODY)
    page.goto("/bantuan")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=/favicon.ico>')")

    assert any(each.startswith("image-alt: ") for each in find_violations(page))
