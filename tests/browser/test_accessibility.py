"""axe finds nothing on any kind of page, at the width of a phone and of a desktop; nothing is wider than a phone."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import press, sign_in
from tests.browser.places import NARROW, NOBODY, PLACES, STATUSES, Town, settle
from tests.browser.rosters import write_roster_with_errors
from tests.browser.server import PASSWORD, Server

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL_PHONE = 320
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


def violations(page: Page) -> list[str]:
    answer = page.evaluate("options => axe.run(options)", {"runOnly": RULES, "resultTypes": ["violations"]})
    assert answer["testEngine"]["name"] == "axe-core"
    found = answer["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


def check(page: Page, *, narrow: bool) -> None:
    if narrow:
        page.set_viewport_size({"width": SMALL_PHONE, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE
    page.evaluate(Axe().axe_script)
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        assert violations(page) == [], size["width"]


@pytest.mark.parametrize(("name", "place"), [(name, place) for name, places in PLACES.items() for place in places])
def test_a_page_holds_no_barrier(name: str, place: str, visit: Visit, town: Town) -> None:
    page = visit(name)
    answer = page.goto(town.address(place))
    assert answer
    assert answer.status == STATUSES.get((name, place), 200)
    assert page.locator("h1").count() == 1

    check(page, narrow=name in NARROW)


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

    check(page, narrow=name in NARROW)


def test_a_preview_with_errors_holds_no_barrier(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> None:
    page = visit("Dewi")
    page.goto("/pegawai/impor")
    page.get_by_label("Berkas data pegawai").set_input_files(
        write_roster_with_errors(tmp_path_factory.mktemp("roster") / "pegawai.xlsx")
    )
    press(page, "Unggah dan periksa")
    check(page, narrow=False)
    press(page, "Lanjut")
    check(page, narrow=False)


def test_a_barrier_would_be_found(visit: Visit) -> None:
    page = visit(NOBODY)
    page.goto("/bantuan")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=/favicon.ico>')")
    page.evaluate(Axe().axe_script)

    assert any(each.startswith("image-alt: ") for each in violations(page))
