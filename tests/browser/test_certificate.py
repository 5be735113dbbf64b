"""The certificate on screen, on paper and before a stranger who checks it."""

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from netral.certificates.models import Certificate
from tests.browser.conftest import DESKTOP, Open
from tests.browser.journey import follow, picture, press, read_qr, read_text, sign_in
from tests.browser.learners import Learner
from tests.browser.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def certificate(server: Server) -> Certificate:
    """Return Siti's certificate, which no test changes."""
    return Learner(server, "Siti").has_a_certificate().certificates()[0]


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    return Path(waiting.value.path()).read_bytes()


def test_every_download_is_the_same_file_with_the_words_of_the_page(
    server: Server, open_page: Open, certificate: Certificate
) -> None:
    page = open_page()
    sign_in(page, server.logins["Siti"], "/sertifikat")

    pdf = download(page, "Unduh PDF")

    assert download(page, "Unduh PDF") == pdf
    printed = read_text(pdf).replace(" ", "")
    words = page.locator(".certificate p, .certificate h2, .certificate dt, .certificate dd").all_inner_texts()
    assert len(words) > 15
    assert [word for word in words if "".join(word.split()) not in printed] == []
    assert read_qr(pdf).startswith(f"{server.url}/v/{certificate.public_id}#")


def test_the_certificate_is_printed_on_one_sheet(server: Server, open_page: Open, certificate: Certificate) -> None:
    page = open_page(DESKTOP)
    sign_in(page, server.logins["Siti"], "/sertifikat")
    picture(page, "sertifikat-1280")

    paper = page.pdf(prefer_css_page_size=True, print_background=True)

    with pypdfium2.PdfDocument(BytesIO(paper)) as document:
        assert len(document) == 1
    assert read_qr(paper).startswith(f"{server.url}/v/{certificate.public_id}#")
    assert "Unduh PDF" not in read_text(paper)


def test_a_printed_page_is_the_matter_under_a_head(server: Server, open_page: Open, certificate: Certificate) -> None:
    """Folded parts are unfolded on paper, and controls are left out."""
    page = open_page()
    sign_in(page, server.logins["Siti"], "/hasil/1")

    with pypdfium2.PdfDocument(BytesIO(page.pdf())) as document:
        words = "\n".join(sheet.get_textpage().get_text_range() for sheet in document)
    assert "Kabupaten Contoh · Pilkada Kabupaten Contoh · keadaan" in words
    assert "Siti Aminah" in words
    assert words.count("Jawaban Anda") >= 10
    for pressed in ("Keluar", "Cetak hasil", "Aksesibilitas"):
        assert pressed not in words.split("\r\n")


def test_the_shared_link_carries_nobody_s_name(server: Server, open_page: Open, certificate: Certificate) -> None:
    page = open_page()
    sign_in(page, server.logins["Siti"], "/sertifikat")

    shared = page.get_by_role("link", name="Bagikan ke WhatsApp").get_attribute("href") or ""

    assert shared.startswith("https://wa.me/?text=")
    assert shared.endswith(f"/v/{certificate.public_id}")
    assert "Siti" not in shared


def test_a_code_typed_from_paper_is_found_as_people_type_it(open_page: Open, certificate: Certificate) -> None:
    page = open_page(javascript=False)
    page.goto("/v")
    typed = certificate.public_id.lower().replace("0", "O").replace("1", "l")
    page.get_by_label("Kode pada sertifikat").fill(f" {typed[:7]} {typed[7:]} ")
    press(page, "Periksa sertifikat")

    expect(page.locator("h1")).to_have_text("Sah dan berlaku")
    expect(page.get_by_role("main").get_by_text(certificate.nama)).to_be_visible()


def test_a_code_with_a_slip_is_given_back_to_correct(open_page: Open, certificate: Certificate) -> None:
    page = open_page(javascript=False)
    page.goto("/v")
    page.get_by_label("Kode pada sertifikat").fill(certificate.public_id[:-1])
    press(page, "Periksa sertifikat")

    expect(page.locator("h1")).to_have_text("Kode belum lengkap atau salah ketik")
    expect(page.get_by_label("Kode pada sertifikat")).to_have_value(certificate.public_id[:-1])


def test_a_qr_code_that_was_altered_is_told_from_a_genuine_one(
    server: Server, open_page: Open, certificate: Certificate
) -> None:
    page = open_page()
    sign_in(page, server.logins["Siti"], "/sertifikat")
    genuine = read_qr(download(page, "Unduh PDF"))
    altered = genuine[:-20] + genuine[-20:].translate(str.maketrans("0123456789", "1234567890"))

    page.goto("about:blank")
    page.goto(altered)

    expect(page.locator("h1")).to_have_text("Isi tidak cocok dengan catatan kami")
    expect(page.get_by_role("main").get_by_text(certificate.nama)).to_have_count(0)
    picture(page, "pemeriksaan-tidak-cocok")


def test_a_foreign_answer_is_no_verdict_on_a_qr_code(server: Server, open_page: Open, certificate: Certificate) -> None:
    page = open_page()
    portal = "<!doctype html><title>Wi-Fi Bandara</title><h1>Selamat datang</h1>"
    page.route(
        "**/v/*", lambda route: route.fallback() if route.request.method == "GET" else route.fulfill(body=portal)
    )

    page.goto(f"/v/{certificate.public_id}#12345")

    expect(page.get_by_text("Isi kode QR belum dapat dibandingkan.")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Sah dan berlaku")
    assert page.url.endswith("#12345")  # loading the page again compares the code


def test_a_revoked_certificate_says_so_to_everybody_but_not_why(server: Server, open_page: Open) -> None:
    revoked = Learner(server, "Joko").has_a_certificate().certificates()[0]
    officer = open_page(DESKTOP)
    sign_in(officer, server.logins["Dewi"], "/dasbor")
    follow(officer, "Sertifikat terbit")
    follow(officer, f"Cabut {revoked.nomor}")
    officer.get_by_label("Alasan pencabutan").fill("Ujian ditempuh orang lain")
    press(officer, "Cabut sertifikat")
    expect(officer.get_by_text(f"Sertifikat {revoked.nomor} dicabut.")).to_be_visible()
    picture(officer, "sertifikat-terbit")

    stranger = open_page()
    stranger.goto(f"/v/{revoked.public_id}")

    expect(stranger.locator("h1")).to_have_text("Dicabut")
    assert "orang lain" not in stranger.content()
    picture(stranger, "pemeriksaan-dicabut")


def test_a_reissued_certificate_leaves_the_old_one_replaced(server: Server, open_page: Open) -> None:
    learner = Learner(server, "Lina").has_a_certificate()
    old = learner.certificates()[0]
    officer = open_page(DESKTOP)
    sign_in(officer, server.logins["Dewi"], f"/sertifikat-terbit/{old.public_id}/ganti")
    officer.get_by_label("Alasan").fill("Gelar diperbaiki")
    press(officer, "Terbitkan ulang")
    new = next(each for each in learner.certificates() if each.public_id != old.public_id)

    stranger = open_page()
    stranger.goto(f"/v/{old.public_id}")
    expect(stranger.locator("h1")).to_have_text("Diganti dengan sertifikat baru")
    assert new.nomor not in stranger.content()
    assert new.public_id not in stranger.content()
    stranger.goto(f"/v/{new.public_id}")
    expect(stranger.locator("h1")).to_have_text("Sah dan berlaku")
