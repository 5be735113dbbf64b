"""Officers give extra time and further attempts; learners read why, and their pages follow."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import User
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.learning.exams.closing import close_overdue
from netral.learning.exams.compensating import note_beat
from netral.learning.exams.extending import extend_person
from netral.learning.exams.models import Attempt, AttemptExtension, AttemptGrant, Outage
from netral.learning.periods.models import Enrolment, Period
from netral.learning.periods.opening import open_period
from netral.organisation.models import Instansi, Opd
from tests.databases import ON_SQLITE
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.learning.make import KODE, Exam, fail_exam, join, later, make_exam, make_plan, read_paper, right, start
from tests.web.conftest import Browser, Clock, enter
from tests.web.officers import sign_in_officer

pytestmark = ON_SQLITE

PERIOD = f"/periode/{KODE}"
GROUP = f"{PERIOD}/tambahan"
OUTAGES = f"{PERIOD}/gangguan"


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session, limit_seconds=1200, attempts=1, pause_minutes=0)


@pytest.fixture
def dewi(browser: Browser, session: Session, exam: Exam) -> Browser:
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, exam.instansi_id))
    return browser


@pytest.fixture
def siti(open_browser: Callable[[], Browser], session: Session, exam: Exam) -> Browser:
    return enter(open_browser(), session, exam.user_id)


def person(exam: Exam) -> str:
    return f"{PERIOD}/peserta/{exam.asn_id}"


def count(session: Session, table: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_dead_end_after_the_last_attempt_has_a_way_out(
    dewi: Browser, siti: Browser, session: Session, exam: Exam
) -> None:
    fail_exam(session, exam)
    told = "BKPSDM dapat memberi kesempatan tambahan; mintalah lewat operator"
    assert all(told in siti.visit(f"{page}?periode={KODE}").words for page in ("/tugas", "/ujian", "/hasil/1"))
    address = f"{person(exam)}/kesempatan"
    sent = dewi.visit(person(exam)).hidden(address) | {"kesempatan": "2"}
    assert "Tuliskan alasannya" in dewi.send(address, sent, status=422).words
    sent |= {"alasan_kesempatan": "Baru kembali dari cuti sakit."}

    done = dewi.send(address, sent)
    again = dewi.send(address, sent)

    assert "mendapat 2 kesempatan tambahan" in done.words
    assert "3 kali, sudah dipakai 1" in done.words
    assert "Mendapat 2 kesempatan tambahan karena baru kembali dari cuti sakit. Oleh Dewi" in done.words
    assert "Tidak ada yang diberikan dua kali" in again.words
    words = siti.visit(f"/ujian?periode={KODE}").words
    assert "Anda mendapat 2 kesempatan tambahan karena baru kembali dari cuti sakit." in words
    assert "Mulai ujian" in words


def test_of_two_officers_the_second_is_told(
    dewi: Browser, open_browser: Callable[[], Browser], session: Session, exam: Exam
) -> None:
    fail_exam(session, exam)
    hana, address = open_browser(), f"{person(exam)}/kesempatan"
    sign_in_officer(hana, session, instansi=session.get_one(Instansi, exam.instansi_id), nama="Hana")
    forms = [
        each.visit(person(exam)).hidden(address) | {"kesempatan": "1", "alasan_kesempatan": "Sakit"}
        for each in (dewi, hana)
    ]
    dewi.send(address, forms[0])

    refused = hana.send(address, forms[1], status=409)

    assert "sudah diubah petugas lain" in refused.words
    assert count(session, AttemptGrant) == 1


def test_minutes_reach_the_exam_that_runs_and_its_page(
    dewi: Browser, siti: Browser, session: Session, exam: Exam, clock: Clock
) -> None:
    start(session, exam)
    address = f"{person(exam)}/menit"
    sent = dewi.visit(person(exam)).hidden(address) | {"menit": "15", "alasan_menit": "Laptopnya mati"}
    assert "Waktu ujian Siti Aminah ditambah 15 menit" in dewi.send(address, sent).words
    dewi.send(address, sent)
    clock.forward(minutes=30)

    paper = siti.visit(f"/ujian/kerjakan?periode={KODE}")
    answer = siti.post(
        f"/ujian/1?periode={KODE}",
        {"periode": KODE} | right(read_paper(session, exam)[1]),
        headers={"Accept": "application/json"},
        token_from=f"/ujian?periode={KODE}",
    )

    assert "Waktu Anda ditambah 15 menit karena laptopnya mati." in paper.words
    assert "Sisa waktu 5 menit" in paper.words
    assert json.loads(answer.text)["ends_at"] == later(minutes=35).isoformat()
    assert "Waktu Anda ditambah 15 menit" in siti.visit(f"/ujian?periode={KODE}").words
    assert count(session, AttemptExtension) == 1


def give_half_an_hour(session: Session, exam: Exam, now: datetime) -> None:
    act = Act(None, now, exam.instansi_id)
    extend_person(session, act, asn_id=exam.asn_id, kode=KODE, minutes=30, reason="Listrik padam", key="satu")
    session.commit()


def test_an_exam_with_more_time_goes_on_after_tutup_and_its_page_says_so(
    open_browser: Callable[[], Browser], session: Session, exam: Exam, clock: Clock
) -> None:
    period = session.get_one(Period, exam.period_id)
    begun = period.closes_at - timedelta(minutes=5)
    start(session, exam, now=begun)
    give_half_an_hour(session, exam, begun)
    clock.now = period.closes_at + timedelta(minutes=5)
    siti = enter(open_browser(), session, exam.user_id)
    until = "masih berjalan sampai 1 Juli 2029 pukul 00.30 WITA"

    words = siti.visit("/tugas").words

    assert until in words
    assert "Kumpulkan sebelum itu" in words
    assert "Lanjutkan ujian" in words
    assert "Anda tetap dapat membaca modul dan hasil Anda" not in words
    assert "Sisa waktu 25 menit" in siti.visit(f"/ujian/kerjakan?periode={KODE}").words
    other = replace(make_plan(), kode="pilkades", nama="Pilkades", last_day=date(2029, 9, 1))
    open_period(session, exam.act(NOW), other)
    session.commit()
    words = siti.visit("/tugas").words
    assert until in words
    assert "2 periode belum selesai" in words


def test_closing_says_that_given_time_ends_with_it(dewi: Browser, session: Session, exam: Exam) -> None:
    start(session, exam)
    address = f"{PERIOD}/tutup"
    assert "1 pegawai sedang mengerjakan ujian: jawaban" in dewi.visit(address).words
    give_half_an_hour(session, exam, NOW)

    assert (
        "1 pegawai sedang mengerjakan ujian, 1 dengan tambahan waktu yang gugur: jawaban" in dewi.visit(address).words
    )


def test_who_sits_no_exam_gets_no_minutes(dewi: Browser, session: Session, exam: Exam) -> None:
    assert "Beri tambahan waktu" not in dewi.visit(person(exam)).words

    told = dewi.send(
        f"{person(exam)}/menit", {"menit": "15", "alasan_menit": "Laptopnya mati"}, token_from=person(exam)
    )

    assert "tidak sedang mengerjakan ujian" in told.words


def test_no_attempts_are_promised_in_a_closed_period(dewi: Browser, session: Session, exam: Exam) -> None:
    fail_exam(session, exam)
    session.execute(update(Period).values(due_at=NOW, closes_at=NOW))
    session.commit()
    filled = {"jenis": "kesempatan", "opd": "", "banyaknya": "1", "alasan": "Soal sulit dipahami"}

    told = dewi.send(GROUP, filled, token_from=GROUP, status=422).words

    assert "Buka lagi periodenya dahulu" in told
    assert count(session, AttemptGrant) == 0


def test_a_group_is_shown_by_name_before_anything_is_given(dewi: Browser, session: Session, exam: Exam) -> None:
    fail_exam(session, exam)
    elsewhere = make_opd(session, nama="Dinas Lain")
    fail_exam(session, join(session, exam, make_asn(session, opd=elsewhere, nama="Budi Santoso")))
    unit = session.get_one(Opd, exam.opd_id).kode
    filled = {"jenis": "kesempatan", "opd": unit, "banyaknya": "1", "alasan": "Soal sulit dipahami"}
    assert "Isi bilangan bulat" in dewi.send(GROUP, filled | {"banyaknya": "6"}, token_from=GROUP, status=422).words

    preview = dewi.send(GROUP, filled, token_from=GROUP)
    assert "Beri 1 kesempatan tambahan kepada 1 pegawai?" in preview.words
    assert "Siti Aminah, Dinas Kesehatan" in preview.words
    assert "Budi Santoso" not in preview.words
    assert count(session, AttemptGrant) == 0
    sent = preview.hidden(GROUP) | {"konfirmasi": "beri"}
    done, again = dewi.send(GROUP, sent), dewi.send(GROUP, sent)

    assert "1 pegawai mendapat 1 kesempatan tambahan." in done.words
    assert "Tidak ada yang diberikan dua kali" in again.words
    assert count(session, AttemptGrant) == 1


def test_minutes_for_everybody_are_given_once(dewi: Browser, session: Session, exam: Exam) -> None:
    start(session, exam)
    preview = dewi.send(
        GROUP, {"jenis": "menit", "opd": "", "banyaknya": "20", "alasan": "Wi-Fi padam"}, token_from=GROUP
    )
    sent = preview.hidden(GROUP) | {"konfirmasi": "beri"}
    dewi.send(GROUP, sent)
    dewi.send(GROUP, sent)

    assert session.scalars(select(Attempt.extra_seconds)).one() == 1200


def beat(session: Session, *, minutes: int) -> None:
    note_beat(session, Act(None, later(minutes=minutes)))
    session.commit()


def test_a_short_outage_is_told_to_all_sides(
    dewi: Browser, siti: Browser, open_browser: Callable[[], Browser], session: Session, exam: Exam, clock: Clock
) -> None:
    assert "Tidak ada gangguan selama periode ini" in dewi.visit(OUTAGES).words
    start(session, exam)
    beat(session, minutes=5)
    beat(session, minutes=30)
    clock.forward(minutes=30)

    told = "Waktu Anda ditambah 25 menit karena layanan terganggu 2 Mei 2029 pukul 10.05 WITA sampai 10.30 WITA."
    assert told in siti.visit(f"/ujian/kerjakan?periode={KODE}").words
    assert "Waktu sudah ditambah" in dewi.visit(OUTAGES).words
    sign_in_officer(putu := open_browser(), session, Role.PENGELOLA, instansi=None, nama="Putu")
    assert "2 Mei 2029 pukul 10.05 WITA sampai 10.30 WITA: waktu sudah ditambah" in putu.visit("/pengelola").words
    outage_id = session.scalars(select(Outage.id)).one()
    assert "Tidak ada yang perlu diputuskan" in dewi.visit(f"{OUTAGES}/{outage_id}").words


def test_a_night_without_the_service_asks_nobody_to_decide(
    dewi: Browser, open_browser: Callable[[], Browser], session: Session, exam: Exam, clock: Clock
) -> None:
    beat(session, minutes=5)
    beat(session, minutes=645)
    clock.forward(minutes=645)

    words = dewi.visit(OUTAGES).words
    assert "11 jam" in words
    assert "Tidak ada ujian yang terkena" in words
    assert "Perlu diputuskan" not in words
    sign_in_officer(putu := open_browser(), session, Role.PENGELOLA, instansi=None, nama="Putu")
    assert "diputuskan pada tiap periode" in putu.visit("/pengelola").words


def test_what_a_long_outage_cut_off_is_replaced_by_an_officer(
    dewi: Browser, siti: Browser, session: Session, exam: Exam, clock: Clock
) -> None:
    start(session, exam)
    beat(session, minutes=5)
    beat(session, minutes=300)
    close_overdue(session, now=later(minutes=300))
    session.commit()
    address = f"{OUTAGES}/{session.scalars(select(Outage.id)).one()}"
    assert "Perlu diputuskan" in dewi.visit(OUTAGES).words
    assert "Waktunya habis dalam gangguan: 1 pegawai" in dewi.visit(address).words
    assert "Tuliskan alasannya" in dewi.send(f"{address}/pengganti", {}, token_from=address, status=422).words

    done = dewi.send(f"{address}/pengganti", {"alasan": "Listrik padam"}, token_from=address)
    again = dewi.send(f"{address}/pengganti", {"alasan": "Listrik padam"}, token_from=address)

    assert "1 pegawai mendapat satu kesempatan pengganti." in done.words
    assert "Kesempatan sudah diganti" in dewi.visit(OUTAGES).words
    assert "Tidak ada yang diberikan dua kali" in again.words
    assert session.scalars(select(Enrolment.extra_attempts)).one() == 1
    words = siti.visit(f"/ujian?periode={KODE}").words
    assert "1 kesempatan tambahan pengganti percobaan 1 yang terputus gangguan karena listrik padam" in words
    assert session.scalar(select(func.count()).where(AuditEvent.action == "outage.attempts_replaced")) == 1


def test_officers_of_another_instansi_find_nothing(browser: Browser, session: Session, exam: Exam) -> None:
    start(session, exam)
    beat(session, minutes=5)
    beat(session, minutes=300)
    outage_id = session.scalars(select(Outage.id)).one()
    sign_in_officer(browser, session, instansi=make_instansi(session, kode="lain", nama="Kota Lain"))
    reason = {"alasan": "x", "alasan_menit": "x", "alasan_kesempatan": "x", "menit": "5", "kesempatan": "1"}
    reason |= {"jenis": "menit", "opd": "", "banyaknya": "5", "konfirmasi": "beri"}

    for address in (GROUP, OUTAGES, f"{OUTAGES}/{outage_id}", person(exam)):
        browser.visit(address, status=404)
    for address in (
        GROUP,
        f"{OUTAGES}/{outage_id}/waktu",
        f"{OUTAGES}/{outage_id}/pengganti",
        f"{person(exam)}/menit",
        f"{person(exam)}/kesempatan",
    ):
        browser.send(address, reason, status=404)
    assert count(session, AttemptExtension) + count(session, AttemptGrant) == 0


def test_officers_find_no_forms_about_themselves(dewi: Browser, session: Session, exam: Exam) -> None:
    fail_exam(session, exam)
    forms = dewi.visit(person(exam)).hidden(f"{person(exam)}/kesempatan")
    session.execute(update(User).where(User.id == exam.user_id).values(asn_id=None))
    session.execute(update(User).where(User.nama == "Dewi").values(asn_id=exam.asn_id))
    session.commit()

    page = dewi.visit(person(exam))
    refused = dewi.send(
        f"{person(exam)}/kesempatan", forms | {"kesempatan": "1", "alasan_kesempatan": "Sakit"}, status=409
    )

    assert "Ini nama Anda sendiri" in page.words
    assert "Beri kesempatan tambahan" not in page.words
    assert "Yang menyangkut diri Anda diputuskan petugas lain." in refused.words
    assert count(session, AttemptGrant) == 0


def test_a_learner_reaches_none_of_it(siti: Browser, session: Session, exam: Exam) -> None:
    assert session.get_one(User, exam.user_id).asn_id == exam.asn_id
    for address in (GROUP, OUTAGES, person(exam)):
        siti.visit(address, status=403)
