"""Cards, the glossary and drawings: /kartu, /istilah, /gambar, and the sentence of refusal."""

import gzip

import pytest
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from tests.factories import make_instansi
from tests.learning.make import DRAWING, KODE, Exam, make_exam, publish_small
from tests.web.conftest import Browser, enter
from tests.web.officers import sign_in_officer

PARTS = {"bila": "2", "saya": "4", "ucapan": "1"}


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session)


@pytest.fixture
def siti(browser: Browser, exam: Exam, session: Session) -> Browser:
    return enter(browser, session, exam.user_id)


def test_cards_about_situations_are_parts_of_one_page_and_the_others_have_addresses(siti: Browser) -> None:
    page = siti.visit("/kartu")

    assert page.links()["Pasangan"] == "#posisi-pasangan"
    assert "Isi kartu pasangan." in page.words
    assert page.links()["Loket"] == f"/kartu/loket?periode={KODE}"
    assert "Isi kartu loket." in siti.visit(page.links()["Loket"]).words
    assert siti.visit("/kartu/sanksi").heading == "Sanksi"
    for nothing in ("pasangan", "posisi-pasangan", "tidak-ada"):
        assert siti.get(f"/kartu/{nothing}").status_code == 404


def test_a_learner_reads_the_cards_and_terms_of_their_own_edition(siti: Browser, session: Session) -> None:
    publish_small(session, modules=(), practice=())
    session.commit()
    later = session.connection().exec_driver_sql("SELECT max(edition_id) FROM card_version").scalar_one()
    assert later == 2

    for place in ("/kartu", "/istilah", "/kartu/loket", f"/kartu?periode={KODE}"):
        assert siti.get(place).status_code == 200
    assert siti.get("/kartu?periode=tidak-ada").status_code == 404
    tasks = siti.visit("/tugas").links()
    assert {"Daftar istilah", "Kartu: bila ini terjadi pada saya"} <= tasks.keys()


def test_an_officer_reads_the_newest_cards_and_terms(browser: Browser, session: Session) -> None:
    sign_in_officer(browser, session, Role.BKPSDM, instansi=make_instansi(session))
    assert "Belum ada kartu." in browser.visit("/kartu").words
    assert "Belum ada daftar istilah." in browser.visit("/istilah").words

    publish_small(session)
    session.commit()

    assert browser.visit("/kartu").links()["Loket"] == "/kartu/loket"
    assert "Aparatur sipil negara. PNS dan PPPK." in browser.visit("/istilah").words


def test_the_sentence_of_refusal_is_answered_and_kept_nowhere(siti: Browser, statements: list[str]) -> None:
    token = siti.token("/kartu")
    statements.clear()

    answer = siti.post("/kartu", {**PARTS, "periode": KODE, "csrf_token": token})

    assert answer.status_code == 200
    assert "Bila atasan meminta saya hadir di kampanye, saya akan meminta waktu" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert siti.post("/kartu", {**PARTS, "bila": "99", "csrf_token": token}).status_code == 400


def test_the_sentence_of_refusal_is_not_kept_after_the_session_has_ended(
    browser: Browser, siti: Browser, statements: list[str]
) -> None:
    token = siti.token("/kartu")
    siti.post("/keluar", {"csrf_token": token})
    statements.clear()

    assert browser.post("/kartu", {**PARTS, "csrf_token": token}).status_code in {302, 303, 400}
    assert [each for each in statements if "kept_form" in each] == []


def test_the_ikrar_leads_to_the_sentence(siti: Browser) -> None:
    assert siti.visit("/ikrar").links()["siapkan kalimat penolakan Anda"] == f"/kartu?periode={KODE}#kalimat"


def test_a_drawing_is_kept_for_good_and_can_do_nothing(browser: Browser, session: Session) -> None:
    publish_small(session)
    session.commit()

    answer = browser.get(DRAWING.address)

    assert (answer.status_code, answer.text) == (200, DRAWING.svg)
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert (
        gzip.decompress(browser.get(DRAWING.address, headers={"Accept-Encoding": "gzip"}).data).decode() == DRAWING.svg
    )
    assert browser.get("/gambar/" + "cd" * 32 + ".svg").status_code == 404
