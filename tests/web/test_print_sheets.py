"""Sheets for paper: a whole module, and who of an OPD has something left to do."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.learning.editions.models import ModulePage, ModuleVersion
from netral.learning.study.models import PageReached
from netral.organisation.models import Opd
from tests.learning.make import Exam, make_exam
from tests.web.conftest import Browser, give_password
from tests.web.officers import sign_in_operator


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session)


def test_a_module_is_printed_whole_and_nothing_counts_as_read(browser: Browser, session: Session, exam: Exam) -> None:
    browser.sign_in(give_password(session, session.get_one(User, exam.user_id)).login)
    slug = session.scalars(select(ModuleVersion.slug)).first()
    titles = session.scalars(
        select(ModulePage.title)
        .join(ModuleVersion, ModuleVersion.id == ModulePage.module_version_id)
        .where(ModuleVersion.slug == slug)
    ).all()

    before = session.scalars(select(PageReached.id)).all()
    page = browser.visit(f"/modul/{slug}/cetak")

    assert [" ".join("".join(heading.itertext()).split()) for heading in page.all("article/h2")] == list(titles)
    assert page.all("article/form") == []
    assert session.scalars(select(PageReached.id)).all() == before
    browser.visit("/modul/tidak-ada/cetak", status=404)


def test_the_list_of_an_opd_names_steps_and_stays_within_reach(
    browser: Browser, open_browser: Callable[[], Browser], session: Session, exam: Exam
) -> None:
    opd = session.get_one(Opd, exam.opd_id)
    sign_in_operator(browser, session, opd)
    page = browser.visit(f"/opd/{opd.kode}/cetak")

    assert "Siti Aminah" in page.words
    assert "Kabupaten Contoh · Pilkada 2029 · keadaan 2 Mei 2029 pukul 10.00 WITA" in page.words
    learner = open_browser()
    learner.sign_in(give_password(session, session.get_one(User, exam.user_id)).login)
    learner.visit(f"/opd/{opd.kode}/cetak", status=403)
