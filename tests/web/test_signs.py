"""/pengawasan/tanda and /profil: signs that somebody finished the course for others, never a proof."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import CompletionTrace, OneTimeCode, User
from netral.accounts.traces import forget_traces
from netral.organisation.models import Instansi, Opd
from tests.factories import NOW, make_asn, make_instansi
from tests.learning.make import Exam, join, make_exam
from tests.web.conftest import PASSWORD, Browser, Clock, give_password, give_role
from tests.web.officers import sign_in_officer
from tests.web.pages import Page
from tests.web.test_people import code_on, make_codes

Open = Callable[[], Browser]
PLEDGE = {"butir": ["1", "2", "3", "4"]}


@pytest.fixture
def exam(session: Session) -> Exam:
    """Return an open period in which Siti, who has no password yet, has to learn."""
    exam = make_exam(session, notice=False)
    session.commit()
    return exam


@pytest.fixture
def budi(browser: Browser, session: Session, exam: Exam) -> Browser:
    """Return the browser of Budi, the operator of Siti's OPD."""
    mine = join(session, exam, make_asn(session, opd=session.get_one(Opd, exam.opd_id), nama="Budi Santoso"))
    user = give_password(session, session.get_one(User, mine.user_id))
    give_role(session, user, Role.OPERATOR_OPD, opd=session.get_one(Opd, exam.opd_id))
    browser.sign_in(user.login)
    return browser


def activate(browser: Browser, session: Session, exam: Exam, code: str) -> None:
    sent = {"nip": session.get_one(User, exam.user_id).login, "kode": code, "kata_sandi": PASSWORD}
    assert browser.post("/aktivasi", sent, token_from="/aktivasi").status_code == 303


def pledge(browser: Browser) -> None:
    assert "Ikrar sudah Anda tandatangani" in browser.send("/ikrar", PLEDGE, token_from="/ikrar").words


def look(open_browser: Open, session: Session, exam: Exam, query: str = "") -> Page:
    eka = open_browser()
    sign_in_officer(eka, session, Role.INSPEKTORAT, instansi=session.get_one(Instansi, exam.instansi_id), nama="Eka")
    return eka.visit(f"/pengawasan/tanda{query}")


def test_a_course_finished_where_its_code_was_made_is_a_sign(
    budi: Browser, session: Session, exam: Exam, open_browser: Open, clock: Clock
) -> None:
    code = code_on(make_codes(budi, f"/pegawai/{exam.asn_id}/kode"))
    budi.send("/keluar")
    activate(budi, session, exam, code)
    clock.forward(minutes=12)
    pledge(budi)

    page = look(open_browser, session, exam)
    assert "Tanda bukan bukti" in page.words
    assert "Siti Aminah" in page.words
    assert "peramban pembuat kode" in page.words
    assert "Budi Santoso" in page.words
    assert "12 menit" in page.words


def test_a_shared_network_is_shown_only_when_it_is_asked_for(
    budi: Browser, session: Session, exam: Exam, open_browser: Open
) -> None:
    code = code_on(make_codes(budi, f"/pegawai/{exam.asn_id}/kode"))
    siti = open_browser()
    activate(siti, session, exam, code)
    pledge(siti)

    assert "Tidak ada tanda" in look(open_browser, session, exam).words
    page = look(open_browser, session, exam, "?tanda=jaringan")
    assert "Siti Aminah" in page.words
    assert "peramban pembuat kode" not in page.words.partition("Sejak kode dipakai")[2]


def test_several_people_in_one_browser_are_a_sign(
    browser: Browser, session: Session, exam: Exam, open_browser: Open
) -> None:
    logins = []
    for nama in ("Citra Maharani", "Gita Puspita", "Joko Susilo"):
        mine = join(session, exam, make_asn(session, opd=session.get_one(Opd, exam.opd_id), nama=nama))
        logins.append(give_password(session, session.get_one(User, mine.user_id)).login)
    for login in logins:
        browser.sign_in(login)
        pledge(browser)
        browser.send("/keluar")

    words = look(open_browser, session, exam).words
    assert words.count("peramban bersama dengan 2 orang lain") == 3
    for nama in ("Citra Maharani", "Gita Puspita", "Joko Susilo"):
        assert nama in words


def test_the_inspectors_of_another_instansi_see_no_sign(
    budi: Browser, session: Session, exam: Exam, open_browser: Open
) -> None:
    pledge(budi)
    trace = session.scalars(select(CompletionTrace)).one()
    trace.maker_browser = True
    gita = open_browser()
    other = make_instansi(session, kode="lain")
    sign_in_officer(gita, session, Role.INSPEKTORAT, instansi=other, nama="Gita")

    assert "Budi" not in gita.visit("/pengawasan/tanda?tanda=jaringan").words
    assert "Budi" in look(open_browser, session, exam).words


def test_the_person_is_told_what_was_done_before_they_signed_in_themselves(
    budi: Browser, session: Session, exam: Exam, open_browser: Open
) -> None:
    code = code_on(make_codes(budi, f"/pegawai/{exam.asn_id}/kode"))
    budi.send("/keluar")
    activate(budi, session, exam, code)
    pledge(budi)
    login = session.get_one(User, exam.user_id).login
    siti = open_browser()

    told = siti.sign_in(login).words
    assert "Sebelum Anda masuk dari perangkat ini: kode dibuat oleh Budi Santoso pada 2 Mei 2029" in told
    assert "ikrar ditandatangani pada 2 Mei 2029" in told
    assert "Kode dibuat oleh Budi Santoso" in siti.visit("/profil").words
    siti.send("/keluar")
    assert "Sebelum Anda masuk" not in siti.sign_in(login).words, "it is said once in each browser"


def test_traces_are_forgotten_after_90_days(budi: Browser, session: Session, exam: Exam) -> None:
    make_codes(budi, f"/pegawai/{exam.asn_id}/kode")
    pledge(budi)
    assert session.scalars(select(OneTimeCode.place)).one()

    assert forget_traces(session, now=NOW + timedelta(days=89)) == 0
    assert forget_traces(session, now=NOW + timedelta(days=90)) == 1
    assert session.scalars(select(OneTimeCode.place)).one() is None
