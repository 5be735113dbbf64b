"""The page on which an officer moves a period to a newer edition, and pages that were open meanwhile."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.learning.periods.models import Period
from netral.learning.raising import raise_edition
from netral.organisation.models import Instansi
from netral.pledges.models import Signature
from tests.factories import make_instansi
from tests.learning.make import (
    KODE,
    Exam,
    later,
    make_bank,
    make_exam,
    make_ikrar,
    make_module,
    publish_small,
    start,
)
from tests.quiz.make import make_single
from tests.web.conftest import Browser, give_password
from tests.web.officers import sign_in_officer

ADDRESS = f"/periode/{KODE}/edisi"
REASON = {"alasan": "Peraturan KPU berubah"}
MODULES = [make_module(pages=3), make_module("foto", position=2)]


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session, modules_first=True)


@pytest.fixture
def dewi(browser: Browser, session: Session, exam: Exam) -> Browser:
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, exam.instansi_id))
    return browser


def moves(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).where(AuditEvent.action == "period.edition_raised")) or 0


def test_the_effect_is_shown_before_the_period_moves(dewi: Browser, session: Session, exam: Exam) -> None:
    start(session, exam)
    assert "Tidak ada edisi yang lebih baru" in dewi.visit(ADDRESS).words
    number = publish_small(session, modules=MODULES, ikrar=make_ikrar("Baru.")).number

    assert f"Pindah ke edisi {number}" in dewi.visit(f"/periode/{KODE}").words
    words = dewi.visit(ADDRESS).words
    assert "1 pegawai belum lulus" in words
    assert "Modul baru: Foto, 2 halaman" in words
    assert "Halaman baru: Halaman 3" in words
    assert "Naskah ikrar berubah. 0 pegawai yang sudah menandatangani" in words
    assert "Tuliskan alasannya" in dewi.send(ADDRESS, {"alasan": ""}, token_from=ADDRESS, status=422).words
    done = dewi.send(ADDRESS, REASON, token_from=ADDRESS)

    assert f"memakai edisi {number} mulai sekarang" in done.words
    assert f"Edisi isi {number}" in done.words
    assert moves(session) == 1


def test_a_second_press_and_a_second_officer_move_nothing(
    dewi: Browser, open_browser: Callable[[], Browser], session: Session, exam: Exam
) -> None:
    publish_small(session, modules=MODULES)
    shown = dewi.visit(ADDRESS).hidden(ADDRESS)
    old = {name: shown[name] for name in ("dari", "ke")}
    dewi.send(ADDRESS, REASON | old)

    assert "Tidak ada yang dipindahkan dua kali" in dewi.send(ADDRESS, REASON | old).words
    number = publish_small(session, ikrar=make_ikrar("Baru.")).number
    hana = open_browser()
    sign_in_officer(hana, session, instansi=session.get_one(Instansi, exam.instansi_id), nama="Hana")
    refused = hana.send(ADDRESS, REASON | old | {"ke": str(number)}, status=409)
    assert "Periksa lagi perubahannya" in refused.words
    assert REASON["alasan"] in refused.text
    assert moves(session) == 1


def test_an_edition_that_is_too_small_offers_no_button(dewi: Browser, session: Session) -> None:
    publish_small(session, bank=make_bank()[:4])

    page = dewi.visit(ADDRESS)

    assert "bank soalnya tidak cukup untuk kuota periode ini" in page.words
    assert "perlu 1, tersedia 0" in page.words
    assert page.hidden(ADDRESS) == {}


def test_a_period_of_another_instansi_is_not_found(browser: Browser, session: Session, exam: Exam) -> None:
    number = publish_small(session, modules=MODULES).number
    sign_in_officer(browser, session, instansi=make_instansi(session, kode="lain", nama="Kota Lain"))

    browser.visit(ADDRESS, status=404)
    browser.send(ADDRESS, REASON | {"dari": "1", "ke": str(number)}, status=404)
    assert session.scalars(select(Period.edition_id)).one() == exam.edition_id


@pytest.fixture
def siti(browser: Browser, session: Session, exam: Exam) -> Browser:
    browser.sign_in(give_password(session, session.get_one(User, exam.user_id)).login)
    return browser


def move(session: Session, exam: Exam, **changes: object) -> None:
    number = publish_small(session, **changes).number
    raise_edition(session, Act(None, later(minutes=1), exam.instansi_id), kode=KODE, to=number, reason="Aturan baru")
    session.commit()


def test_a_module_that_was_open_is_recorded_in_the_newer_edition(siti: Browser, session: Session, exam: Exam) -> None:
    module = siti.visit(f"/modul/media-sosial?periode={KODE}")
    action = f"/modul/media-sosial?periode={KODE}&edisi={exam.edition_id}"
    practice = f"/modul/media-sosial/1/latihan/1?periode={KODE}"
    siti.send(action, module.hidden(action) | {"halaman": ["1"]})
    move(session, exam, modules=MODULES, practice=[make_single(id="latihan-1", stem="Soal lain")])

    tasks = siti.send(action, module.hidden(action) | {"halaman": ["1", "2"]})
    asked = siti.send(practice, module.hidden(practice), status=422)

    assert "Soal ini diperbarui setelah halaman Anda dibuka" in asked.words
    assert "Isi periode ini diperbarui saat Anda membaca" in tasks.words
    assert "2 dari 3 halaman dibaca" in tasks.words
    assert "Isi periode ini diperbarui pada 2 Mei 2029" in tasks.words


def test_an_ikrar_that_was_open_is_shown_in_its_new_words(siti: Browser, session: Session, exam: Exam) -> None:
    address = f"/ikrar?periode={KODE}"
    old = siti.visit(address).hidden(address) | {"butir": ["1", "2", "3", "4"], "aksi": "setuju"}
    move(session, exam, ikrar=make_ikrar("Naskah baru."))

    refused = siti.send(address, old, status=409)

    assert "jawaban Anda belum disimpan" in refused.words
    assert "Naskah baru." in refused.words
    assert session.scalars(select(Signature)).all() == []
