"""The whole way of a learner at a phone's width, from signing in to a certificate that anybody can check."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.journey import (
    answer_everything,
    follow,
    hand_in,
    heading,
    picture,
    read_a_module,
    read_qr,
    read_text,
    sign_in,
    sign_the_ikrar,
    start_the_exam,
)
from tests.browser.learners import Learner
from tests.browser.server import Server

pytestmark = pytest.mark.browser


def test_a_learner_comes_from_signing_in_to_a_verified_certificate(server: Server, open_page: Open) -> None:
    walk(Learner(server, "Siti"), open_page(), open_page())


def test_javascript_is_not_needed_for_any_of_it(server: Server, open_page: Open) -> None:
    walk(Learner(server, "Joko"), open_page(javascript=False), open_page(javascript=False))


def walk(learner: Learner, page: Page, stranger: Page) -> None:
    look = Album(page, learner.name.lower())
    sign_in(page, learner.login)
    look("tugas-awal")
    read_all_modules(page, look)
    start_the_exam(page)
    look("soal")
    answer_everything(page, learner.right_answers())
    look("tinjau")
    see_the_result(page, look)
    follow(page, "Lanjut ke ikrar")
    look("ikrar")
    sign_the_ikrar(page)
    follow(page, "Lihat sertifikat")
    look("sertifikat")
    pdf = download_pdf(page)

    stranger.goto(read_qr(pdf))
    (certificate,) = learner.certificates()
    expect(stranger.locator("h1")).to_have_text("Sah dan berlaku")
    picture(stranger, f"{learner.name.lower()}-pemeriksaan")
    for text in (certificate.nama, certificate.nomor):
        expect(page.get_by_role("main").get_by_text(text).first).to_be_visible()
        expect(stranger.get_by_role("main").get_by_text(text).first).to_be_visible()
        assert text in read_text(pdf)


class Album:
    """The pictures of one learner."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name

    def __call__(self, step: str) -> None:
        picture(self.page, f"{self.name}-{step}")


def read_all_modules(page: Page, look: Album) -> None:
    number = 0
    while not page.get_by_role("link", name="Buka ujian", exact=True).count():
        read_a_module(page)
        number += 1
        look(f"modul-{number}-selesai")
    follow(page, "Buka ujian")
    look("ujian-mulai")


def see_the_result(page: Page, look: Album) -> None:
    hand_in(page)
    assert heading(page) == "Anda lulus ujian"
    look("hasil")
    expect(page.get_by_text("Nilai 100. Batas kelulusan 85.")).to_be_visible()


def download_pdf(page: Page) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Unduh PDF").click()
    return Path(waiting.value.path()).read_bytes()
