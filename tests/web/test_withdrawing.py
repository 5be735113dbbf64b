"""The page on which authors withdraw a question that turned out wrong."""

import pytest
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from tests.learning.make import Exam, fail_exam, get_attempts, make_exam, read_paper
from tests.web.conftest import Browser
from tests.web.officers import sign_in_officer


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session)


@pytest.fixture
def rahma(browser: Browser, session: Session, exam: Exam) -> Browser:
    """Sign in Rahma, who writes the questions."""
    sign_in_officer(browser, session, Role.PENYUNTING, instansi=None, nama="Rahma")
    return browser


def test_the_effect_is_shown_before_a_question_is_withdrawn(rahma: Browser, session: Session, exam: Exam) -> None:
    fail_exam(session, exam)
    question_id = read_paper(session, exam)[1].question.id
    address = f"/soal/{question_id}/tarik"

    assert "tarik dari ujian" in rahma.visit(f"/soal/{question_id}").words
    assert "Ujian selesai yang dinilai ulang 1" in rahma.visit(address).words
    refused = rahma.send(address, {"alasan": ""}, token_from=address, status=422)
    assert "Tulis apa yang keliru" in refused.words
    done = rahma.send(address, {"alasan": "Kuncinya keliru"}, token_from=address)

    assert "Soal ini ditarik" in done.words
    assert "Kuncinya keliru" in done.words
    assert [attempt.points_numerator for attempt in get_attempts(session, exam)] == [1]
    assert "Soal sudah ditarik" in rahma.visit(address, status=409).words
