"""Boleh nggak?: /boleh-nggak. What was asked is answered and forgotten."""

import logging

import pytest
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from tests.factories import make_instansi
from tests.learning.make import KODE, Exam, make_exam, publish_small
from tests.web.conftest import Browser, enter
from tests.web.officers import sign_in_officer
from tests.web.pages import check_page

PATH = "/boleh-nggak"


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session)


@pytest.fixture
def siti(browser: Browser, exam: Exam, session: Session) -> Browser:
    return enter(browser, session, exam.user_id)


def test_a_learner_asks_and_is_led_to_pages_cards_and_terms(siti: Browser) -> None:
    page = siti.visit(siti.visit("/tugas").links()["Boleh nggak?"])

    led = {
        "halaman 2 medsos": ("Halaman 2", f"/modul/media-sosial?periode={KODE}#2"),
        "petugas LOKET": ("Loket", f"/kartu/loket?periode={KODE}"),
        "pasangan saya": ("Pasangan", f"/kartu?periode={KODE}#posisi-pasangan"),
        "bakal calon": ("bakal calon", f"/istilah?periode={KODE}#istilah-bakal-calon"),
    }
    for question, (title, address) in led.items():
        found = check_page(siti.post(PATH, page.hidden(PATH) | {"tanya": question}))
        assert found.links()[title] == address
        assert found.value("tanya") == question
        assert siti.get(address.partition("#")[0]).status_code == 200


def test_a_question_about_nothing_is_told_what_to_write(siti: Browser) -> None:
    fields = siti.visit(PATH).hidden(PATH)

    for question, told in {"  ": "Tulis dahulu pertanyaan Anda", "boleh nggak?": "Tulis juga perbuatannya"}.items():
        answer = siti.post(PATH, fields | {"tanya": question})
        assert answer.status_code == 422
        page = check_page(answer)
        assert page.title.startswith("Galat: ")
        assert told in page.words
    assert "Belum ada yang cocok" in check_page(siti.post(PATH, fields | {"tanya": "zebra"})).words


def test_what_was_asked_stands_in_no_address_log_or_row(
    siti: Browser, statements: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    fields = siti.visit(PATH).hidden(PATH)
    statements.clear()

    with caplog.at_level(logging.DEBUG):
        answer = siti.post(PATH, fields | {"tanya": "loket rahasia"})
        siti.post("/keluar", fields)
        late = siti.post(PATH, fields | {"tanya": "loket rahasia"})

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert late.status_code in {302, 303, 400}
    assert not [each for each in statements if "INTO kept_form" in each or "rahasia" in each]
    assert not [each for each in caplog.records if "rahasia" in each.getMessage() or "rahasia" in str(each.__dict__)]
    assert siti.get(f"{PATH}?tanya=loket").status_code in {200, 302}


def test_an_officer_without_a_period_finds_cards_and_terms_only(browser: Browser, session: Session) -> None:
    sign_in_officer(browser, session, Role.BKPSDM, instansi=make_instansi(session))
    fields = browser.visit(PATH).hidden(PATH)
    assert "Belum ada yang cocok" in check_page(browser.post(PATH, fields | {"tanya": "loket"})).words
    publish_small(session)
    session.commit()

    found = check_page(browser.post(PATH, fields | {"tanya": "isi loket halaman"})).links()

    assert found["Loket"] == "/kartu/loket"
    assert "Halaman 1" not in found
