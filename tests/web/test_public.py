"""Public pages and error pages: each leads on, and names whom to ask."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from netral.learning.editions.models import ModuleVersion
from netral.learning.periods.models import Period
from tests.factories import make_instansi, make_opd
from tests.learning.make import make_exam
from tests.web.conftest import Browser
from tests.web.officers import sign_in_operator

CONTACT = {
    "contact_name": "Bidang Pembinaan BKPSDM",
    "contact_phone": "0411 555 0101",
    "contact_email": "bkpsdm@contohkab.example",
    "contact_hours": "Senin sampai Jumat",
}


def make_reachable(session: Session, **more: str) -> None:
    instansi = make_instansi(session, **more)
    for column, value in CONTACT.items():
        setattr(instansi, column, value)
    session.commit()


@pytest.mark.parametrize("path", ["/bantuan", "/privasi", "/aksesibilitas"])
def test_a_stranger_reads_public_pages_and_whom_to_ask(browser: Browser, session: Session, path: str) -> None:
    assert "operator kepegawaian" in browser.visit(path).words
    make_reachable(session)

    page = browser.visit(path)
    for said in CONTACT.values():
        assert said in page.words
    assert page.links()["bkpsdm@contohkab.example"] == "mailto:bkpsdm@contohkab.example"


def test_the_privacy_page_states_each_thing_once(browser: Browser, session: Session) -> None:
    page = browser.visit("/privasi")

    # What an item is about stands in front; a row of the table begins with who sees it.
    stated = ["".join(each.itertext())[:40] for each in (*page.all("li"), *page.all("th"))]

    assert len(stated) > 30
    assert sorted({*stated}) == sorted(stated)


def test_the_front_page_tells_how_long_the_open_period_takes(browser: Browser, session: Session) -> None:
    exam = make_exam(session)
    minutes = sum(session.scalars(select(ModuleVersion.minutes).where(ModuleVersion.edition_id == exam.edition_id)))
    size = session.get_one(Period, exam.period_id).blueprint["kuota"].values()

    page = browser.visit("/")

    assert minutes > 0
    assert f"Sekitar {minutes} menit membaca dan ujian {sum(size)} soal" in page.words


def test_every_link_of_the_help_leads_somewhere(app: Flask, browser: Browser) -> None:
    page = browser.visit("/bantuan")
    known = {rule.rule for rule in app.url_map.iter_rules()}
    ids = {element.get("id") for element in page.tree.iter()}

    for target in page.links().values():
        assert target in known or target.removeprefix("#") in ids, target


def test_of_several_instansi_each_one_has_its_contact(browser: Browser, session: Session) -> None:
    make_reachable(session)
    make_reachable(session, kode="lain", nama="Kabupaten Lain")
    make_instansi(session, kode="diam", nama="Kabupaten Diam")

    words = browser.visit("/bantuan").words
    assert "Kabupaten Contoh" in words
    assert "Kabupaten Lain" in words
    assert "Kabupaten Diam" not in words


def test_an_error_page_explains_and_leads_on(browser: Browser, session: Session) -> None:
    make_reachable(session)
    sign_in_operator(browser, session, make_opd(session))
    for method, path, data, status in (
        ("GET", "/tidak-ada", None, 404),
        ("GET", "/audit", None, 403),
        ("GET", "/keluar", None, 405),
        ("POST", "/profil", {"lama": "x"}, 400),
        ("POST", "/profil", {"lama": "x" * 300_000}, 413),
    ):
        answer = browser.open(path, method=method, data=data, content_type="multipart/form-data" if data else None)
        page = browser.read(answer, status)
        assert page.links()["Buka halaman awal saya"] == "/mulai"
        assert "0411 555 0101" in page.words, status


def test_without_the_database_the_page_still_names_whom_to_ask(
    app: Flask, browser: Browser, session: Session, open_browser: Callable[[], Browser]
) -> None:
    make_reachable(session)
    browser.visit("/bantuan")
    session.execute(text("ALTER TABLE period RENAME TO away"))
    session.commit()

    # SQLite calls a missing table a database error, PostgreSQL a wrong statement.
    page = open_browser().visit("/", status=503 if session.get_bind().dialect.name == "sqlite" else 500)
    assert "Jawaban yang sudah tersimpan aman" in page.words
    assert "0411 555 0101" in page.words
    assert "Kode kejadian" in page.words
    assert page.links()["Buka beranda"] == "/"
