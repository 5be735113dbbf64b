"""Drafts, corrections, new ends, waves, the archive and the final report of a period in the browser."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.audit.models import AuditEvent
from netral.learning.periods.models import Enrolment, Period, PeriodDraft
from netral.organisation.models import Instansi, Opd
from tests.databases import ON_SQLITE
from tests.factories import NOW, make_asn, make_opd
from tests.learning.make import KODE, Exam, answer_all, make_exam, pass_exam, publish_small, start
from tests.web.conftest import Browser, Clock, enter
from tests.web.officers import sign_in_officer, sign_in_operator
from tests.web.test_periods import FORM

HERE = f"/periode/{KODE}"
WHY = "Jadwal KPU berubah"


@dataclass
class Office:
    """Dewi and Hana of BKPSDM, with a period in which Siti learns."""

    dewi: Browser
    hana: Browser
    exam: Exam


@pytest.fixture
def office(session: Session, open_browser: Callable[[], Browser]) -> Office:
    exam = make_exam(session)
    dewi, hana = open_browser(), open_browser()
    instansi = session.get_one(Instansi, exam.instansi_id)
    sign_in_officer(dewi, session, instansi=instansi)
    sign_in_officer(hana, session, instansi=instansi, nama="Hana Pertiwi")
    return Office(dewi, hana, exam)


@pytest.fixture
def dewi(browser: Browser, session: Session) -> Browser:
    """Sign in Dewi of an instansi with people of two dinas and an edition, but no period."""
    siti = make_asn(session)
    make_asn(session, opd=make_opd(session, nama="Dinas Pendidikan", kode="dikbud"), nama="Eka")
    publish_small(session)
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, siti.instansi_id))
    return browser


def get_period(session: Session) -> Period:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Period)).one()


def count_events(session: Session, action: str) -> int:
    session.rollback()
    return session.scalar(select(func.count()).where(AuditEvent.action == action)) or 0


def test_a_draft_is_saved_changed_and_opened(dewi: Browser, session: Session) -> None:
    page = dewi.send("/periode/buka", FORM | {"draf": "1", "opd": "dikbud"})
    assert page.heading == "Pemilu 2029"
    assert "Pegawai belum melihat apa pun" in page.words
    assert "Semua ASN aktif di Dinas Pendidikan" in page.words

    old = dewi.visit("/periode/pemilu-2029/ubah").hidden("/periode/pemilu-2029/ubah")
    page = dewi.send("/periode/pemilu-2029/ubah", FORM | old | {"nama": "Pemilu 2029 gelombang dua", "opd": "dikbud"})
    assert page.heading == "Pemilu 2029 gelombang dua"
    page = dewi.send("/periode/pemilu-2029/ubah", FORM | old | {"opd": "dikbud"}, status=409)
    assert "Tersimpan sekarang: Pemilu 2029 gelombang dua" in page.words

    page = dewi.visit("/periode/pemilu-2029/buka")
    assert "1 pegawai akan melihat tugas ini" in page.words
    dewi.send("/periode/pemilu-2029/buka", page.hidden("/periode/pemilu-2029/buka"))
    assert session.scalars(select(Enrolment)).one()
    assert session.scalars(select(PeriodDraft.period_id)).one() == get_period(session).id
    assert dewi.send("/periode/pemilu-2029/buka").words.count("Tidak ada yang dibuka dua kali") == 1


def test_the_same_draft_sent_twice_is_one(dewi: Browser, session: Session) -> None:
    for _ in range(2):
        dewi.send("/periode/buka", FORM | {"draf": "1"})

    assert session.scalar(select(func.count()).select_from(PeriodDraft)) == 1
    assert "Draf" in dewi.visit("/periode").words


def test_a_wrong_date_of_an_upcoming_period_is_corrected_with_a_reason(
    office: Office, session: Session, clock: Clock
) -> None:
    clock.now = datetime(2029, 4, 20, tzinfo=UTC)
    shown = office.dewi.visit(f"{HERE}/ubah").hidden(f"{HERE}/ubah")
    form = FORM | shown | {"nama": "Pilkada 2029", "jenis": "pilkada", "tenggat": "2029-06-15"}

    assert "Tuliskan alasannya" in office.dewi.send(f"{HERE}/ubah", form, status=422).words
    page = office.dewi.send(f"{HERE}/ubah", form | {"alasan": WHY})
    assert "31 Mei 2029, menjadi 15 Juni 2029" in page.words
    assert "belum ada yang dapat mulai" in page.words
    assert count_events(session, "period.corrected") == 0
    begun = office.dewi.send(f"{HERE}/ubah", form | {"alasan": WHY, "mulai": "2029-01-01"})
    assert "peserta dapat mulai begitu ini disimpan. Sejak itu aturannya terkunci" in begun.words
    office.dewi.send(f"{HERE}/ubah", form | {"alasan": WHY, "konfirmasi": "1"})

    assert get_period(session).due_at == datetime(2029, 6, 15, 16, tzinfo=UTC)
    assert count_events(session, "period.corrected") == 1


def test_a_running_period_is_extended_after_seeing_whom_it_is_about(office: Office, session: Session) -> None:
    form = {"tenggat": "2029-06-10", "tutup": "2029-07-15", "berlaku_sampai": "2029-12-31", "alasan": WHY}
    form |= office.dewi.visit(f"{HERE}/perpanjang").hidden(f"{HERE}/perpanjang")

    page = office.dewi.send(f"{HERE}/perpanjang", form)
    assert "1 pegawai belum selesai" in page.words
    assert "30 Juni 2029, menjadi 15 Juli 2029" in page.words
    page = office.dewi.send(f"{HERE}/perpanjang", form | {"konfirmasi": "1"})

    assert "diperpanjang sampai 15 Juli 2029" in page.words
    assert get_period(session).closes_at == datetime(2029, 7, 15, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"tutup": "2029-06-20"}, "Tanggal tutup hanya dapat diundur: pilih 30 Juni 2029 atau sesudahnya"),
        ({"tenggat": "2029-05-20"}, "Tenggat hanya dapat diundur: pilih 31 Mei 2029 atau sesudahnya"),
        ({"tutup": "9999-12-31"}, "Tulis tutup sebagai tanggal yang ada, tahunnya 1900 sampai 2199"),
        ({"tenggat": "2029-07-20"}, "Tanggal tutup harus pada atau setelah tenggat"),
        ({"tutup": "2030-01-31"}, "Sertifikat harus berlaku setidaknya sampai tanggal tutup"),
        ({}, "Belum ada yang diubah"),
        ({"alasan": " "}, "Tuliskan alasannya"),
    ],
)
def test_ends_that_cannot_be_are_refused_with_a_sentence(
    office: Office, session: Session, sent: dict[str, str], told: str
) -> None:
    form = {"tenggat": "2029-05-31", "tutup": "2029-06-30", "berlaku_sampai": "2029-12-31", "alasan": WHY} | sent

    assert told in office.dewi.send(f"{HERE}/perpanjang", form, status=422).words
    assert count_events(session, "period.extended") == 0


def test_the_second_of_two_officers_sees_both_dates(office: Office, session: Session) -> None:
    form = {"tenggat": "2029-05-31", "berlaku_sampai": "2029-12-31", "alasan": WHY, "konfirmasi": "1"}
    form["versi"] = office.dewi.visit(f"{HERE}/perpanjang").hidden(f"{HERE}/perpanjang")["versi"]
    office.hana.send(f"{HERE}/perpanjang", form | {"tutup": "2029-07-10"})

    page = office.dewi.send(f"{HERE}/perpanjang", form | {"tutup": "2029-07-20"}, status=409)
    assert page.value("tutup") == "2029-07-20"
    assert "Tersimpan sekarang: 10 Juli 2029" in page.words
    assert get_period(session).closes_at == datetime(2029, 7, 10, 16, tzinfo=UTC)

    office.dewi.send(f"{HERE}/perpanjang", form | page.hidden(f"{HERE}/perpanjang") | {"tutup": "2029-07-20"})
    assert get_period(session).closes_at == datetime(2029, 7, 20, 16, tzinfo=UTC)


def test_a_closed_period_is_reopened_and_both_closings_keep_their_report(
    office: Office, session: Session, clock: Clock
) -> None:
    office.dewi.send(f"{HERE}/tutup", {"alasan": "Keliru"})
    form = {"tenggat": "2029-05-31", "tutup": "2029-07-15", "berlaku_sampai": "2029-12-31", "alasan": WHY}
    form |= office.dewi.visit(f"{HERE}/buka-lagi").hidden(f"{HERE}/buka-lagi")

    page = office.dewi.send(f"{HERE}/buka-lagi", form)
    assert "jawaban yang sesuai tampil pada hasil ujian" in page.words
    page = office.dewi.send(f"{HERE}/buka-lagi", form | {"konfirmasi": "1"})
    assert "Dibuka lagi" in page.words
    again = office.dewi.send(f"{HERE}/buka-lagi", form | {"konfirmasi": "1"}, token_from=HERE)
    assert "sudah dibuka lagi. Tidak ada yang dibuka dua kali." in again.words
    clock.now = NOW + timedelta(minutes=5)
    office.dewi.send(f"{HERE}/tutup")

    page = office.dewi.visit(f"{HERE}/laporan-akhir")
    assert "Penutupan ke-1" in page.words
    assert "Penutupan ke-2" in page.words
    assert get_period(session).reopened_at == NOW


def test_the_final_report_is_a_page_and_a_workbook_within_the_own_reach(
    office: Office, session: Session, open_browser: Callable[[], Browser]
) -> None:
    assert "Laporan akhir dibuat saat periode ditutup" in office.dewi.visit(f"{HERE}/laporan-akhir").words
    elsewhere = make_opd(session, nama="Dinas Sosial", kode="dinsos")
    session.commit()
    office.dewi.send(f"{HERE}/tutup")

    page = office.dewi.visit(f"{HERE}/laporan-akhir")
    assert "Sidik SHA-256" in page.words
    book = load_workbook(BytesIO(office.dewi.open(f"{HERE}/laporan-akhir.xlsx").data))
    assert book.sheetnames == ["Data", "Unit", "Keterangan"]
    budi = open_browser()
    sign_in_operator(budi, session, elsewhere)
    assert "Dinas Kesehatan" not in budi.visit(f"{HERE}/laporan-akhir").words


def test_an_archived_period_leaves_the_lists_and_stays_readable(office: Office, session: Session) -> None:
    office.dewi.send(f"{HERE}/tutup")
    for _ in range(2):
        office.dewi.send(f"{HERE}/arsip", {"tindakan": "archive"})

    assert KODE not in office.dewi.visit("/periode").words
    assert KODE in office.dewi.visit("/periode?arsip=1").words
    assert "Diarsipkan" in office.dewi.visit(HERE).words
    assert "yang sudah di arsip keluarkan dahulu" in office.dewi.visit(f"{HERE}/buka-lagi", 409).words
    assert office.dewi.visit(f"/dasbor?periode={KODE}").heading
    assert count_events(session, "period.archived") == 1
    office.dewi.send(f"{HERE}/arsip", {"tindakan": "restore"})
    assert KODE in office.dewi.visit("/periode").words


def test_a_change_that_the_state_does_not_allow_says_so(office: Office) -> None:
    for place in ("ubah", "buka-lagi", "arsip"):
        assert office.dewi.visit(f"{HERE}/{place}", status=409).heading
    links = office.dewi.visit(HERE).links()
    assert {"Perpanjang", "Tambah peserta", "Tutup periode", "Salin menjadi periode baru"} <= links.keys()
    assert not {"Koreksi periode", "Buka lagi", "Arsipkan"} & links.keys()


def test_the_next_wave_joins_a_running_period(dewi: Browser, session: Session) -> None:
    dewi.send("/periode/buka", FORM | {"konfirmasi": "1", "opd": "dikbud"})
    place = "/periode/pemilu-2029/peserta-baru"
    form = dewi.visit(place).hidden(place) | {"alasan": "Gelombang kedua"}

    assert "1 pegawai ikut mulai sekarang" in dewi.send(place, form).words
    assert "1 pegawai menjadi peserta" in dewi.send(place, form | {"konfirmasi": "1"}).words
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 2


def test_an_unknown_unit_is_named(dewi: Browser) -> None:
    page = dewi.send("/periode/buka", FORM | {"unit": "pkm-hulu"}, status=422)

    assert "Tidak ada unit dengan kode pkm-hulu di instansi ini" in page.words


def test_a_copy_proposes_the_rules_on_new_days(office: Office) -> None:
    page = office.dewi.visit(f"/periode/buka?dari={KODE}")

    assert [page.value(name) for name in ("kode", "nama", "mulai", "tenggat")] == [
        *("", "Pilkada 2029", "2029-05-03", "2029-06-02")
    ]


@ON_SQLITE
def test_who_answered_all_and_did_not_hand_in_is_told_and_can_be_found(
    office: Office, session: Session, open_browser: Callable[[], Browser]
) -> None:
    siti, exam = enter(open_browser(), session, office.exam.user_id), office.exam
    start(session, exam)
    told = "Semua soal sudah dijawab, tetapi belum dikumpulkan. Kumpulkan sebelum"
    assert told not in siti.visit("/tugas").words
    answer_all(session, exam)

    assert told in siti.visit("/tugas").words
    assert told in siti.visit("/ujian/kerjakan").words
    kode = session.get_one(Opd, exam.opd_id).kode
    page = office.dewi.visit(f"/opd/{kode}?langkah=kumpulkan")
    assert "Semua soal dijawab, belum dikumpulkan (1)" in page.words
    assert "Siti Aminah" in page.words


@ON_SQLITE
def test_who_passed_in_time_signs_after_tutup_and_gets_the_certificate(
    office: Office, session: Session, open_browser: Callable[[], Browser], clock: Clock
) -> None:
    pass_exam(session, office.exam)
    clock.now = datetime(2029, 7, 4, tzinfo=UTC)
    siti = enter(open_browser(), session, office.exam.user_id)

    assert "ikrar masih dapat Anda tandatangani sampai 14 Juli 2029" in siti.visit("/tugas").words
    assert "sampai 14 Juli 2029" in siti.visit("/ikrar").words
    siti.send("/ikrar", {"aksi": "setuju", "butir": ["1", "2", "3", "4"]}, token_from="/ikrar")
    session.rollback()
    assert session.scalars(select(Enrolment.completed_at)).one() == clock.now
