"""A sheet for paper: the people of an OPD who are not done."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from netral.organisation.models import Opd
from tests.learning.make import Exam, make_exam
from tests.web.conftest import Browser, enter
from tests.web.officers import sign_in_operator


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session)


def test_the_list_of_an_opd_names_steps_and_stays_within_reach(
    browser: Browser, open_browser: Callable[[], Browser], session: Session, exam: Exam
) -> None:
    opd = session.get_one(Opd, exam.opd_id)
    sign_in_operator(browser, session, opd)
    page = browser.visit(f"/opd/{opd.kode}/cetak")

    assert page.heading == f"Daftar tindak lanjut: pegawai yang belum selesai, {opd.nama}"
    assert page.title.startswith(page.heading)
    assert "Siti Aminah" in page.words
    assert "Kabupaten Contoh · Pilkada 2029 · keadaan 2 Mei 2029 pukul 10.00 WITA" in page.words
    learner = open_browser()
    enter(learner, session, exam.user_id)
    learner.visit(f"/opd/{opd.kode}/cetak", status=403)
