"""No barrier on any page, in its usual state and with errors: for readers, thumbs, keyboards, zoom and own colours."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.barriers import (
    find_edgeless_controls,
    find_overflow,
    find_overflow_when_spaced,
    find_small_targets,
    find_unreachable,
    find_violations,
)
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import follow, press, sign_in
from tests.browser.places import LEARNERS, NOBODY, PLACES, STATUSES, Town, settle
from tests.browser.rosters import write_roster_with_errors
from tests.browser.server import PASSWORD, Server

pytestmark = pytest.mark.browser

SMALL_PHONE = ViewportSize(width=320, height=640)
Visit = Callable[[str], Page]


@pytest.fixture(scope="module")
def town(server: Server) -> Town:
    return settle(server)


@pytest.fixture(scope="module")
def visit(chromium: Browser, town: Town) -> Iterator[Visit]:
    """The window of a person, signed in once."""
    pages: dict[str, Page] = {}

    def window_of(name: str) -> Page:
        if name not in pages:
            context = chromium.new_context(base_url=town.server.url, viewport=PHONE, locale="id-ID")
            context.set_default_timeout(15_000)
            pages[name] = context.new_page()
            if name != NOBODY:
                sign_in(pages[name], town.server.logins[name])
        return pages[name]

    yield window_of
    for page in pages.values():
        page.context.close()


def check(page: Page, *, thumbs: bool) -> None:
    """At three widths; the narrowest is also what a small window shows at 200 %."""
    found: dict[object, list[str]] = {}
    for size in (SMALL_PHONE, PHONE, DESKTOP):
        page.set_viewport_size(size)
        found[size["width"]] = [*find_violations(page), *find_overflow(page)]
    page.set_viewport_size(SMALL_PHONE)
    found["spaced"] = find_overflow_when_spaced(page)
    page.set_viewport_size(PHONE)
    found["own colours"] = find_edgeless_controls(page)
    if thumbs:
        found["thumbs"] = find_small_targets(page)
        found["keyboard"] = find_unreachable(page)
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize(("name", "place"), [(name, place) for name, places in PLACES.items() for place in places])
def test_a_page_holds_no_barrier(name: str, place: str, visit: Visit, town: Town) -> None:
    page = visit(name)
    answer = page.goto(town.address(place))
    assert answer
    assert answer.status == STATUSES.get((name, place), 200)
    assert page.locator("h1").count() == 1

    check(page, thumbs=name in LEARNERS)


def leave_the_sign_in_empty(page: Page) -> None:
    page.goto("/masuk")
    press(page, "Masuk")


def leave_the_activation_empty(page: Page) -> None:
    page.goto("/aktivasi")
    page.locator("main form button:not([type=button])").click()


def answer_nothing(page: Page) -> None:
    page.goto("/ujian/1")
    press(page, "Simpan dan lanjutkan")


def tick_nothing(page: Page) -> None:
    page.goto("/ikrar")
    press(page, "Tandatangani ikrar")


def practise_without_a_choice(page: Page) -> None:
    page.goto("/tugas")
    page.get_by_role("link", name="Mulai: ").click()
    while not page.locator("form.practice").count():
        press(page, "Lanjut")
    press(page, "Periksa jawaban")


def change_the_password_to_nothing(page: Page) -> None:
    page.goto("/profil")
    page.locator("main form").first.locator("button:not([type=button])").click()


def leave_the_code_empty(page: Page) -> None:
    login = page.goto("/profil") and page.locator("dd").nth(1).inner_text()
    page.context.clear_cookies()
    page.goto("/masuk")
    page.get_by_label("NIP").fill(login or "")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    press(page, "Masuk")
    press(page, "Lanjut")


def ask_for_no_correction(page: Page) -> None:
    page.goto("/profil/koreksi")
    press(page, "Kirim permintaan")


def take_the_name_away(page: Page) -> None:
    page.goto("/instansi")
    page.get_by_label("Nama instansi").fill("")
    press(page, "Simpan pengaturan")


def decline_without_a_reason(page: Page) -> None:
    page.goto("/koreksi")
    page.get_by_role("link", name="Siti Aminah").click()
    press(page, "Tolak permintaan")


def upload_nothing(page: Page) -> None:
    page.goto("/pegawai/impor")
    press(page, "Unggah dan periksa")


def open_a_period_of_nothing(page: Page) -> None:
    page.goto("/periode/buka")
    page.locator("main form button:not([type=button])").last.click()


FAULTS: tuple[tuple[str, Callable[[Page], None]], ...] = (
    (NOBODY, leave_the_sign_in_empty),
    (NOBODY, leave_the_activation_empty),
    ("Joko", answer_nothing),
    ("Lina", tick_nothing),
    ("Made", practise_without_a_choice),
    ("Made", change_the_password_to_nothing),
    ("Zahra", leave_the_code_empty),
    ("Siti", ask_for_no_correction),
    ("Dewi", take_the_name_away),
    ("Dewi", decline_without_a_reason),
    ("Dewi", upload_nothing),
    ("Dewi", open_a_period_of_nothing),
)


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_page_with_errors_holds_no_barrier(name: str, fault: Callable[[Page], None], visit: Visit) -> None:
    page = visit(name)
    page.set_viewport_size(PHONE)
    fault(page)
    page.wait_for_load_state()
    assert page.title().startswith("Galat: ")

    check(page, thumbs=name in LEARNERS)


def test_every_step_of_an_import_holds_no_barrier(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> None:
    page = visit("Dewi")
    page.goto("/pegawai/impor")
    page.get_by_label("Berkas data pegawai").set_input_files(
        write_roster_with_errors(tmp_path_factory.mktemp("roster") / "pegawai.xlsx")
    )
    for name in ("Unggah dan periksa", "Lanjut", "Terapkan"):
        press(page, name)
        check(page, thumbs=False)
    follow(page, "Urungkan impor ini")
    check(page, thumbs=False)


def test_the_door_between_password_and_work_holds_no_barrier(visit: Visit, town: Town) -> None:
    page = visit(NOBODY)
    page.goto("/masuk")
    page.get_by_label("NIP").fill(town.server.logins["Zahra"])
    page.get_by_label("Kata sandi").fill(PASSWORD)
    press(page, "Masuk")
    check(page, thumbs=True)
    follow(page, "Pakai kode pemulihan")
    check(page, thumbs=True)
    page.context.clear_cookies()


def test_a_sample_that_was_drawn_holds_no_barrier(visit: Visit) -> None:
    page = visit("Eka")
    page.goto("/pengawasan")
    page.get_by_role("button", name="Ambil sampel acak").click()
    page.wait_for_load_state()
    check(page, thumbs=False)


def test_a_barrier_would_be_found(visit: Visit) -> None:
    page = visit(NOBODY)
    page.goto("/bantuan")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=/favicon.ico>')")

    assert any(each.startswith("image-alt: ") for each in find_violations(page))
