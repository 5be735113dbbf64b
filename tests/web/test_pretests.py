"""Tes awal: /tes-awal, offered on Tugas saya before anything was read."""

import pytest
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.learning.exams.pretest_items import list_items
from netral.learning.periods.enrolments import get_enrolled
from tests.learning.make import KODE, Exam, make_exam, right
from tests.web.conftest import Browser, give_password
from tests.web.pages import Page

TASKS, HERE = f"/tugas?periode={KODE}", f"/tes-awal?periode={KODE}"
START = f"/tes-awal/mulai?periode={KODE}"


@pytest.fixture
def exam(session: Session) -> Exam:
    exam = make_exam(session, pretest=True, modules_first=True)
    give_password(session, session.get_one(User, exam.user_id))
    session.commit()
    return exam


@pytest.fixture
def siti(browser: Browser, exam: Exam, session: Session) -> Browser:
    browser.enter(session.get_one(User, exam.user_id).login)
    return browser


def choose(session: Session, exam: Exam) -> dict[str, list[str]]:
    """Return a form with everything right and sure, as the page would send it."""
    form: dict[str, list[str]] = {}
    for item in list_items(session, get_enrolled(session, **exam.who).id):
        form |= {f"s{item.slot}.{name}": values for name, values in right(item.layout).items()}
        form |= {f"s{item.slot}.yakin": ["ya"]}
    return form


def count_questions(page: Page) -> int:
    return len([each for each in page.all("input") if each.get("name", "").endswith(".yakin")]) // 2


def test_it_is_offered_taken_and_its_result_opens_the_exam(siti: Browser, session: Session, exam: Exam) -> None:
    tasks = siti.visit(TASKS)
    assert "Tes awal, tidak wajib" in tasks.words
    offer = siti.visit(tasks.links()["Coba tes awal"])
    assert offer.links()["Lewati tes awal"] == f"/modul/media-sosial?periode={KODE}"
    assert count_questions(siti.send(START, token_from=HERE)) == 6
    assert count_questions(siti.send(START, token_from=HERE)) == 6

    form = choose(session, exam)
    result = siti.send(HERE, form, token_from=HERE)

    assert result.heading == "Hasil tes awal"
    assert result.links()["Media sosial"] == f"/modul/media-sosial?periode={KODE}"
    tasks = siti.visit(TASKS)
    assert "Boleh dilewati" in tasks.words
    assert "menit membaca lagi" not in tasks.words
    assert "Hasil tes awal Anda" in tasks.links()
    assert siti.visit(f"/ujian?periode={KODE}").all("button")[-1].text == "Mulai ujian"


def test_its_page_holds_no_key_and_an_empty_form_is_told_so(siti: Browser, session: Session, exam: Exam) -> None:
    page = siti.send(START, token_from=HERE)
    for item in list_items(session, get_enrolled(session, **exam.who).id):
        assert item.layout.question.id not in page.text
        assert "Umpan balik" not in page.text

    assert "Jawab sedikitnya satu soal, atau lewati tes awal" in siti.send(HERE, token_from=HERE, status=422).words


def test_after_reading_it_is_neither_offered_nor_taken(siti: Browser, session: Session, exam: Exam) -> None:
    siti.send(START, token_from=HERE)
    form = choose(session, exam) | {"csrf_token": [siti.token(HERE)], "periode": [KODE]}
    siti.post("/modul/media-sosial", {"halaman": "1", "periode": KODE}, token_from=TASKS)

    late = siti.read(siti.open(HERE, method="POST", data=form, follow_redirects=True), 200)

    assert late.heading == "Tugas saya"
    assert "Anda sudah mulai belajar, jadi tes awal tidak dikirim lagi." in late.words
    assert "Tes awal, tidak wajib" not in late.words
