"""Importing a roster as BKPSDM does: upload, preview with errors, apply, undo."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from netral.accounts.models import User
from netral.learning.periods.models import Enrolment
from netral.organisation.models import Asn
from tests.browser.conftest import DESKTOP, Open
from tests.browser.journey import follow, picture, press, sign_in
from tests.browser.rosters import NEW, write_clean_roster, write_roster_with_errors
from tests.browser.server import Server

pytestmark = pytest.mark.browser


def count(server: Server) -> tuple[int, int, int]:
    """Return the numbers of ASN, accounts and enrolments."""
    with server.session() as session:
        asn, users, enrolments = (session.scalar(select(func.count(table.id))) for table in (Asn, User, Enrolment))
    return asn or 0, users or 0, enrolments or 0


def is_active(server: Server, nip: str) -> bool | None:
    with server.session() as session:
        return session.scalars(select(Asn.active).where(Asn.nip == nip)).one_or_none()


@pytest.fixture
def officer(server: Server, open_page: Open) -> Page:
    page = open_page(DESKTOP)
    sign_in(page, server.logins["Dewi"], "/pegawai/impor")
    return page


def upload(page: Page, file: Path) -> None:
    page.goto("/pegawai/impor")
    page.get_by_label("Berkas data pegawai").set_input_files(file)
    press(page, "Unggah dan periksa")


def rows_of(page: Page, table: str) -> list[list[str]]:
    rows = page.get_by_role("table", name=table).locator("tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def test_a_preview_names_every_error_by_row_and_writes_nothing(officer: Page, server: Server, tmp_path: Path) -> None:
    before = count(server)

    upload(officer, write_roster_with_errors(tmp_path / "pegawai.xlsx"))

    expect(officer.locator("h1")).to_have_text("Pratinjau: pegawai.xlsx")
    errors = rows_of(officer, "Baris galat")
    assert [(row, column) for row, column, *_ in errors] == [
        ("5", "NIP"),
        ("6", "UNIT KERJA"),
        ("7", "NIP"),
        ("8", "NIP"),
    ]
    assert "kehilangan digit" in errors[0][3]
    assert "Maksud Anda: UPTD Puskesmas Hulu?" in errors[1][3]
    assert "8" in errors[2][3]
    assert count(server) == before
    picture(officer, "impor-pratinjau")


def test_the_faulty_rows_come_back_as_a_workbook_to_mend(officer: Page, tmp_path: Path) -> None:
    upload(officer, write_roster_with_errors(tmp_path / "pegawai.xlsx"))
    with officer.expect_download() as waiting:
        officer.get_by_role("link", name="Unduh baris galat (.xlsx)").click()

    sheet = load_workbook(BytesIO(Path(waiting.value.path()).read_bytes())).active

    assert sheet
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] is not None
    assert (rows[0][0], rows[0][-1]) == ("BARIS ASAL", "KETERANGAN")
    assert [row[0] for row in rows[1:]] == [5, 6, 7, 8]
    assert "kehilangan digit" in str(rows[1][-1])


def test_applied_rows_can_be_undone_until_the_next_import(officer: Page, server: Server, tmp_path: Path) -> None:
    before = count(server)
    upload(officer, write_roster_with_errors(tmp_path / "pegawai.xlsx"))
    press(officer, "Lanjut")
    expect(officer.locator("h1")).to_have_text("Terapkan 1 perubahan?")
    picture(officer, "impor-terapkan")
    press(officer, "Terapkan")

    expect(officer.locator("h1")).to_have_text("Data pegawai diperbarui")
    assert count(server) == tuple(number + 1 for number in before)
    assert is_active(server, NEW) is True
    picture(officer, "impor-hasil")
    follow(officer, "Urungkan impor ini")
    press(officer, "Urungkan impor")

    expect(officer.locator("h1")).to_have_text("Impor ini sudah diurungkan")
    assert is_active(server, NEW) is False


def test_the_same_file_once_more_changes_nothing(officer: Page, server: Server, tmp_path: Path) -> None:
    file = write_clean_roster(tmp_path / "pegawai.xlsx")
    upload(officer, file)
    press(officer, "Lanjut")
    press(officer, "Terapkan")
    expect(officer.locator("h1")).to_have_text("Data pegawai diperbarui")
    before = count(server)

    upload(officer, file)

    assert stat(officer, "Tetap") == "1"
    assert stat(officer, "Baru") == "0"
    assert count(server) == before


def stat(page: Page, label: str) -> str:
    return page.locator(".stat", has=page.get_by_text(label, exact=True)).locator(".stat-value").inner_text()


def test_a_file_of_another_kind_is_refused_in_one_sentence(officer: Page, tmp_path: Path) -> None:
    file = tmp_path / "pegawai.pdf"
    file.write_bytes(b"%PDF-1.7 bukan tabel")
    upload(officer, file)

    assert officer.title().startswith("Galat: ")
    expect(officer.locator("[data-error-summary]")).to_be_focused()
    expect(officer.locator("#berkas-galat")).to_be_visible()
