"""No barrier on officers' pages: for screen readers, zoom and own colours, with errors and during actions."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.barriers import check, check_fault, check_place
from tests.browser.conftest import Visit
from tests.browser.journey import follow, press
from tests.browser.places import LEARNERS, NOBODY, PLACES, STATUSES, Town
from tests.browser.rosters import write_roster_with_errors

pytestmark = pytest.mark.browser

OFFICERS = [name for name in PLACES if name not in {NOBODY, *LEARNERS}]


@pytest.mark.parametrize(("name", "place"), [(name, place) for name in OFFICERS for place in PLACES.get(name, ())])
def test_a_page_holds_no_barrier(name: str, place: str, visit: Visit, town: Town) -> None:
    check_place(visit(name), town.address(place), status=STATUSES.get((name, place), 200), thumbs=False)


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
    ("Dewi", take_the_name_away),
    ("Dewi", decline_without_a_reason),
    ("Dewi", upload_nothing),
    ("Dewi", open_a_period_of_nothing),
)


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_page_with_errors_holds_no_barrier(name: str, fault: Callable[[Page], None], visit: Visit) -> None:
    check_fault(visit(name), fault, thumbs=False)


@pytest.mark.parametrize("place", ["/sosialisasi/{meeting}", "/sertifikat-terbit", "/periode", "/pegawai", "/petugas"])
def test_a_printed_table_has_no_column_of_actions(place: str, visit: Visit, town: Town) -> None:
    page = visit("Dewi")
    page.goto(town.address(place))
    page.emulate_media(media="print")

    assert page.locator("thead th:visible", has_text="Tindakan").count() == 0
    for table in page.locator("table").all():
        heads, first = table.locator("thead th:visible"), table.locator("tbody tr").first
        assert first.locator("> :visible").count() == heads.count()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_code_on_the_speakers_screen_stands_on_one_line(width: int, visit: Visit, town: Town) -> None:
    page = visit("Dewi")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(town.address("/sosialisasi/{meeting}/layar"))

    assert page.locator(".meeting-code").evaluate("code => code.getClientRects().length") == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width


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


def test_a_sample_that_was_drawn_holds_no_barrier(visit: Visit) -> None:
    page = visit("Eka")
    page.goto("/pengawasan")
    page.get_by_role("button", name="Ambil sampel acak").click()
    page.wait_for_load_state()
    check(page, thumbs=False)
