"""The board on which authors see what the answers say about their questions."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.learning.editions.models import QuestionVersion
from netral.learning.exams.models import ItemTally
from tests.learning.make import Exam, make_exam
from tests.web.conftest import Browser
from tests.web.officers import sign_in_officer

CHOICES = {"jawaban:a": 10, "jawaban:b": 25}


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session)


@pytest.fixture
def rahma(browser: Browser, session: Session, exam: Exam) -> Browser:
    """Sign in Rahma, who writes the questions."""
    sign_in_officer(browser, session, Role.PENYUNTING, instansi=None, nama="Rahma")
    return browser


def keep(session: Session, exam: Exam, question_id: str, people: int, *, turned: bool) -> None:
    """Keep counts of people half of whom have it right: those who are good elsewhere, or, `turned`, the others."""
    version_id = session.scalars(select(QuestionVersion.id).where(QuestionVersion.question_id == question_id)).one()
    half = people // 2
    sums = {"people": people, "points": half, "squares": half, "rests": half, "rest_squares": half}
    kept = {"choices": CHOICES, "seconds": {"31": 4}, "by_group": {}}
    tally = ItemTally(period_id=exam.period_id, question_version_id=version_id, **sums, **kept)
    tally.products = 0 if turned else half
    session.add(tally)
    session.commit()


def test_a_question_that_good_people_have_wrong_stands_first(rahma: Browser, session: Session, exam: Exam) -> None:
    keep(session, exam, "kampanye-tunggal", 40, turned=False)
    keep(session, exam, "partai-jamak", 60, turned=True)
    keep(session, exam, "umum-bs", 29, turned=True)

    page = rahma.visit("/soal/rapor")

    assert "3 soal ujian yang sudah pernah dijawab" in page.words
    places = [page.words.index(name) for name in ("partai-jamak", "kampanye-tunggal", "umum-bs")]
    assert places == sorted(places)
    assert page.words.count("Kunci mungkin salah: peserta yang nilainya tinggi justru salah") == 1
    assert "−1,00 31" in page.words
    assert "belum cukup jawaban" in page.words
    assert "/soal/partai-jamak/tarik" in page.text


def test_the_page_of_a_question_tells_what_was_chosen(rahma: Browser, session: Session, exam: Exam) -> None:
    keep(session, exam, "kampanye-tunggal", 50, turned=False)
    keep(session, exam, "umum-bs", 29, turned=False)

    page = rahma.visit("/soal/kampanye-tunggal")

    assert "Yang dipilih A 20,0 %, B 50,0 %" in page.words
    assert "Median detik 31 (4 peserta)" in page.words
    assert "Angka belum cukup jawaban" in rahma.visit("/soal/umum-bs").words
    assert "Jawaban peserta" not in rahma.visit("/soal/latihan-1").words


def test_a_question_that_is_harder_for_a_group_says_for_whom(rahma: Browser, session: Session, exam: Exam) -> None:
    keep(session, exam, "kampanye-tunggal", 40, turned=False)
    harder = {"pns:3:1": 300, "pns:3:0": 100, "pppk:3:1": 100, "pppk:3:0": 300}
    session.execute(update(ItemTally).values(by_group=harder))
    session.commit()

    assert "Pada kemampuan yang sama, soal ini lebih sulit bagi PPPK daripada PNS" in rahma.visit("/soal/rapor").words


def test_a_board_without_answers_says_so(rahma: Browser) -> None:
    assert "Belum ada soal ujian yang dijawab" in rahma.visit("/soal/rapor").words
