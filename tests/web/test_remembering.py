"""Ingat kembali: /ingat, and the reminder on Tugas saya."""

import pytest
from sqlalchemy.orm import Session

from netral.accounts.models import User
from tests.learning.make import KODE, Exam, make_exam, pass_exam
from tests.quiz.make import make_single
from tests.web.conftest import Browser, Clock, give_password
from tests.web.pages import Page, check_page

PRACTICE = tuple(make_single(id=f"latihan-{number}", stem=f"Soal {number}") for number in range(1, 5))
REMINDER = "soal singkat, tidak dinilai dan tidak wajib"


@pytest.fixture
def exam(session: Session) -> Exam:
    exam = make_exam(session, practice=PRACTICE)
    give_password(session, session.get_one(User, exam.user_id))
    session.commit()
    pass_exam(session, exam)
    return exam


def visit(browser: Browser, clock: Clock, session: Session, exam: Exam, *, days: float) -> Page:
    """Sign in some days later and look at the tasks."""
    clock.forward(days=days)
    browser.enter(session.get_one(User, exam.user_id).login)
    return browser.visit("/tugas")


def forms(page: Page) -> list[str]:
    return [form.get("action") for form in page.all("form") if form.get("action", "").startswith("/ingat/")]


def test_three_questions_are_answered_one_by_one_and_then_the_reminder_is_gone(
    browser: Browser, clock: Clock, session: Session, exam: Exam
) -> None:
    tasks = visit(browser, clock, session, exam, days=7)
    assert f"Tiga {REMINDER}" in tasks.words
    page = browser.visit(tasks.links()["Jawab sekarang"])
    assert len(forms(page)) == 3

    for action in forms(page):
        answered = browser.post(action, page.hidden(action) | {"jawaban": page.value("jawaban")})
        assert answered.status_code == 303
        address, _, anchor = answered.location.partition("#")
        page = browser.visit(address)
        assert [each for each in page.tree.iter() if each.get("id") == anchor]

    assert "Semua soal kali ini sudah Anda jawab. Soal berikutnya mulai 3 Juni 2029." in page.words
    assert "3 Juni 2029 10 Juni 2029 17 Juni 2029 24 Juni 2029 31 Juli 2029" in page.words
    assert REMINDER not in browser.visit("/tugas").words


def test_an_empty_answer_is_told_where_it_is_missing(
    browser: Browser, clock: Clock, session: Session, exam: Exam
) -> None:
    visit(browser, clock, session, exam, days=95)
    page = browser.visit(f"/ingat?periode={KODE}")
    action = forms(page)[1]

    answer = browser.post(action, page.hidden(action))

    assert answer.status_code == 422
    again = check_page(answer)
    target = again.links()["Pilih jawaban dahulu"].removeprefix("#")
    assert [each for each in again.tree.iter() if each.get("id", "").startswith(target)]
    assert browser.post("/ingat/media-sosial/1/9", page.hidden(action) | {"jawaban": "a"}).status_code == 404


def test_before_the_first_round_the_page_says_when_it_begins(
    browser: Browser, clock: Clock, session: Session, exam: Exam
) -> None:
    tasks = visit(browser, clock, session, exam, days=1)

    assert REMINDER not in tasks.words
    assert "Soal singkat berikutnya mulai 9 Mei 2029." in browser.visit("/ingat").words
