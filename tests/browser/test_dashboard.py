"""Completion for officers: current from the moment a certificate is issued, equal in every form, within reach."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, Open
from tests.browser.journey import picture, press, sign_in, sign_the_ikrar
from tests.browser.learners import Learner
from tests.browser.server import Server

pytestmark = pytest.mark.browser

COUNTS = ("wajib", "belum", "sedang", "lulus", "ikrar", "selesai", "terlambat")


def dashboard(open_page: Open, server: Server, name: str) -> Page:
    page = open_page(DESKTOP)
    sign_in(page, server.logins[name], "/dasbor")
    return page


def figures(page: Page) -> dict[str, dict[str, int]]:
    """Return the table row by row, the total as Jumlah."""
    rows = page.get_by_role("region", name="Ketuntasan per OPD").locator("tbody tr, tfoot tr").all()
    found = {}
    for row in rows:
        name = row.locator("th").inner_text().split("\n")[0]
        cells = row.locator("td").all_inner_texts()[: len(COUNTS)]
        found[name] = {key: int(cell.replace(".", "")) for key, cell in zip(COUNTS, cells, strict=True)}
    return found


def test_the_figures_change_the_moment_a_certificate_is_issued(server: Server, open_page: Open) -> None:
    learner = Learner(server, "Siti").has_passed()
    page = dashboard(open_page, server, "Dewi")
    before = figures(page)
    phone = open_page()
    sign_in(phone, learner.login, "/ikrar")
    sign_the_ikrar(phone)

    page.reload()

    after = figures(page)
    for name in ("Dinas Kesehatan", "Jumlah"):
        assert after[name]["selesai"] == before[name]["selesai"] + 1
        assert after[name]["lulus"] == before[name]["lulus"] - 1
        assert after[name]["wajib"] == before[name]["wajib"]
    assert after["Dinas Sosial"] == before["Dinas Sosial"]
    picture(page, "dasbor")


def test_the_chart_is_drawn_and_told_in_words(server: Server, open_page: Open) -> None:
    page = dashboard(open_page, server, "Dewi")
    chart = page.get_by_role("img").and_(page.locator("main img"))

    chart.scroll_into_view_if_needed()
    expect(chart).to_have_js_property("complete", value=True)

    assert chart.evaluate("image => image.naturalWidth") > 100
    assert "Dinas Kesehatan" in (chart.get_attribute("alt") or "")


def test_the_workbook_holds_the_figures_of_the_page(server: Server, open_page: Open) -> None:
    Learner(server, "Joko").has_a_certificate()
    page = dashboard(open_page, server, "Dewi")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Unduh Excel").click()
    book = load_workbook(BytesIO(Path(waiting.value.path()).read_bytes()), data_only=True)

    assert "Keterangan" in book.sheetnames
    rows = {row[1]: row[2 : 2 + len(COUNTS)] for row in book["Data"].iter_rows(values_only=True)}
    for name, shown in figures(page).items():
        assert rows[name] == tuple(shown.values())


def test_sorting_is_a_link_that_says_its_direction(server: Server, open_page: Open) -> None:
    page = dashboard(open_page, server, "Dewi")
    page.get_by_role("link", name="OPD", exact=True).click()

    expect(page.get_by_role("columnheader", name="OPD")).to_have_attribute("aria-sort", "ascending")
    names = list(figures(page))
    assert names[:2] == ["Dinas Kesehatan", "Dinas Sosial"]


def test_an_operator_sees_the_own_subtree_and_nothing_beside_it(server: Server, open_page: Open) -> None:
    page = dashboard(open_page, server, "Budi")

    expect(page.locator("h1")).to_have_text("Dasbor: Dinas Kesehatan")
    expect(page.get_by_text("Dinas Sosial")).to_have_count(0)
    assert "UPTD Puskesmas Hulu" in figures(page)
    answer = page.goto("/opd/dinsos")
    assert answer
    assert answer.status == 404


def test_the_call_list_names_steps_and_the_message_names_nobody(server: Server, open_page: Open) -> None:
    Learner(server, "Lina").has_passed()
    page = dashboard(open_page, server, "Budi")
    page.goto("/opd/pkm-hulu")

    page.get_by_label("Nama atau NIP", exact=True).fill("Lina Basri")
    press(page, "Tampilkan")

    listed = page.get_by_role("region", name="Daftar tindak lanjut").locator("tbody tr")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("Lina Basri")
    assert "Lina" not in page.get_by_label("Teks", exact=True).input_value()
    picture(page, "opd-rincian")
