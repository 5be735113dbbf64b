"""Periods at /periode: opening after an interruption, obstacles, closing, and the people of one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import User
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.certificates.models import Certificate
from netral.learning.exams.models import Attempt
from netral.learning.periods.models import Enrolment, Period
from netral.organisation.models import Instansi
from netral.pledges.signing import sign
from netral.quiz.questions import Indicator
from tests.factories import NOW, make_asn, make_instansi, make_opd, make_period, the_instansi
from tests.learning.make import KODE, Exam, answer_all, make_exam, publish_small, start
from tests.web.conftest import Browser, Clock
from tests.web.officers import sign_in_officer, sign_in_operator

FORM = {
    "kode": "pemilu-2029",
    "nama": "Pemilu 2029",
    "jenis": "pemilu",
    "mulai": "2029-05-01",
    "tenggat": "2029-05-31",
    "tutup": "2029-06-30",
    "berlaku_sampai": "2029-12-31",
    "lulus": "80",
    "kesempatan": "3",
    "jeda": "60",
    "batas": "",
    "kuota_karier": "",
    "kuota_partai": "1",
    "kuota_kampanye": "2",
    "kuota_layanan": "0",
    "kuota_umum": "1",
    "cetak_nilai": "y",
    "kunci_tampil": "tenggat",
}
CONFIRMED = FORM | {"konfirmasi": "1"}


@pytest.fixture
def dewi(browser: Browser, session: Session) -> Browser:
    """Sign in Dewi of an instansi with Siti on its roster and an edition, but no period yet."""
    siti = make_asn(session)
    publish_small(session)
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, siti.instansi_id))
    return browser


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session, limit_seconds=3600)


@pytest.fixture
def watching(browser: Browser, session: Session, exam: Exam) -> Browser:
    """Sign in Dewi of the instansi in whose period Siti learns."""
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, exam.instansi_id))
    return browser


def count_periods(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Period)) or 0


def get_enrolment(session: Session) -> Enrolment:
    session.expire_all()
    return session.scalars(select(Enrolment)).one()


def test_without_a_period_the_list_says_how_one_comes_about(dewi: Browser) -> None:
    page = dewi.visit("/periode")

    assert "Belum ada periode" in page.words
    assert page.links()["Buka periode"] == "/periode/buka"


def test_the_form_proposes_what_the_newest_edition_has(dewi: Browser) -> None:
    page = dewi.visit("/periode/buka")

    proposed = [page.value(name) for name in ("kuota_kampanye", "kuota_karier", "lulus", "kesempatan", "jeda", "batas")]
    assert proposed == ["2", "0", "80", "3", "60", ""]
    total = sum(int(page.value(f"kuota_{each}") or 0) for each in Indicator)
    assert f"Jumlah yang tertulis saat halaman ini dibuka: {total} soal" in page.words


def test_a_valid_form_is_first_answered_with_what_it_means_and_opens_nothing(dewi: Browser, session: Session) -> None:
    page = dewi.send("/periode/buka", FORM)

    assert page.heading == "Buka periode Pemilu 2029?"
    assert "1 pegawai akan melihat tugas ini. Sampai hari pertama, isian masih dapat dikoreksi" in page.words
    assert {name: page.value(name) for name in FORM} == FORM
    assert count_periods(session) == 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"lulus": "75"}, "75 persen materi lulus dalam tiga kesempatan pada 98 dari 100 kali."),
        ({"lulus": "100", "kesempatan": "1"}, "75 persen materi lulus dalam satu kesempatan pada 32 dari 100 kali."),
        ({"lulus": "1", "kesempatan": "12"}, "75 persen materi lulus dalam 12 kesempatan pada lebih dari 99 dari 100"),
    ],
)
def test_the_confirmation_says_how_strict_the_officers_own_settings_are(
    dewi: Browser, changes: dict[str, str], told: str
) -> None:
    assert told in dewi.send("/periode/buka", FORM | changes).words


def test_a_choice_that_is_not_offered_is_refused_in_words(dewi: Browser) -> None:
    page = dewi.send("/periode/buka", FORM | {"jenis": "pilgub"}, status=422)

    assert "Pilih salah satu dari daftar" in page.words
    assert "Not a valid" not in page.words


def test_a_period_may_be_pasted_and_its_name_must_be_printable(dewi: Browser) -> None:
    pasted = {
        "kode": "pemilu\u20132029\u200b",
        "nama": "Pemilu\u00a0 2029",
        "mulai": "01\u201305\u20132029",
        "lulus": "８０",
    }
    assert dewi.send("/periode/buka", FORM | pasted).heading == "Buka periode Pemilu 2029?"

    page = dewi.send("/periode/buka", FORM | {"nama": "Pemilu ꦱꦶꦗꦶ"}, status=422)
    assert "Ada huruf yang tidak dapat dicetak" in page.words


def test_the_confirmation_opens_and_enrols_everybody(dewi: Browser, session: Session) -> None:
    page = dewi.send("/periode/buka", CONFIRMED | {"tes_awal": "y"})

    assert "Periode Pemilu 2029 dibuka untuk 1 pegawai." in page.words
    period = session.scalars(select(Period)).one()
    assert (period.kode, period.jenis, period.time_limit_seconds) == ("pemilu-2029", "pemilu", None)
    assert (period.modules_first, period.print_score, period.pretest) == (False, True, True)
    assert get_enrolment(session).standing == "wajib"


def test_sending_the_confirmation_twice_opens_one_period(dewi: Browser, session: Session) -> None:
    dewi.send("/periode/buka", CONFIRMED)
    page = dewi.send("/periode/buka", CONFIRMED)

    assert page.heading == "Periode"
    assert "Periode Pemilu 2029 sudah dibuka. Tidak ada yang dibuka dua kali." in page.words
    assert count_periods(session) == 1


def test_another_period_of_the_same_kode_is_refused_beside_the_field(dewi: Browser, session: Session) -> None:
    dewi.send("/periode/buka", CONFIRMED)
    page = dewi.send("/periode/buka", CONFIRMED | {"nama": "Pemilu ulang"}, status=422)

    assert "Sudah ada periode dengan kode pemilu-2029. Pilih kode lain" in page.words
    assert page.value("nama") == "Pemilu ulang"
    assert count_periods(session) == 1


def test_a_period_on_the_same_days_as_another_is_pointed_out(dewi: Browser) -> None:
    dewi.send("/periode/buka", CONFIRMED)
    page = dewi.send("/periode/buka", FORM | {"kode": "pilkades", "nama": "Pilkades"})

    assert "Ada periode lain pada tanggal yang sama" in page.words
    assert "Pemilu 2029, sampai 30 Juni 2029 (dibuka)" in page.words


WRONG: list[tuple[dict[str, str], str]] = [
    ({"kode": "pemilu 2029"}, "Pakai 1 sampai 32 huruf, angka, titik, garis bawah, atau tanda hubung"),
    ({"kode": ".."}, "atau tanda hubung, bukan tanda saja"),
    ({"kode": "buka"}, "Kode buka dipakai untuk alamat halaman ini. Pilih kode lain"),
    ({"nama": ""}, "Isi nama periode"),
    ({"mulai": "besok"}, "Tulis mulai sebagai tanggal yang ada, tahunnya 1900 sampai 2199, misalnya 31/05/2029"),
    ({"mulai": "31/02/2029"}, "Tulis mulai sebagai tanggal yang ada"),
    ({"tutup": "9999-12-31", "berlaku_sampai": "9999-12-31"}, "Tulis tutup sebagai tanggal yang ada"),
    ({"tenggat": "2029-04-30"}, "Tenggat harus pada atau setelah tanggal mulai"),
    ({"tutup": "2029-05-30"}, "Tanggal tutup harus pada atau setelah tenggat"),
    ({"berlaku_sampai": "2029-06-01"}, "Sertifikat harus berlaku setidaknya sampai tanggal tutup"),
    ({"mulai": "2029-03-01", "tenggat": "2029-03-02", "tutup": "2029-03-03"}, "Tanggal tutup 3 Maret 2029 sudah lewat"),
    ({"lulus": "101"}, "Batas lulus harus 1 sampai 100 persen"),
    ({"lulus": "delapan"}, "Isi batas lulus dengan bilangan bulat"),
    ({"batas": "1441"}, "Batas waktu ujian harus 1 sampai 1.440 menit"),
    ({"kuota_partai": "dua"}, "Isi jumlah soal "),
    ({"kuota_kampanye": "9"}, "Bank soal tidak cukup. Kegiatan kampanye: perlu 9, tersedia 4"),
]


def test_a_refused_opening_is_explained_and_keeps_the_typed_values(dewi: Browser, session: Session) -> None:
    for change, message in WRONG:
        page = dewi.send("/periode/buka", CONFIRMED | change, status=422)

        assert message in page.words
        assert {name: page.value(name) for name in change} == change
    assert count_periods(session) == 0


def test_days_are_read_as_people_type_them_too(dewi: Browser) -> None:
    page = dewi.send("/periode/buka", FORM | {"mulai": "1/5/2029", "tenggat": "31-05-2029"})

    assert page.heading == "Buka periode Pemilu 2029?"


def test_going_back_from_the_confirmation_keeps_everything_typed(dewi: Browser) -> None:
    page = dewi.send("/periode/buka", FORM | {"kembali": "1"})

    assert page.heading == "Buka periode"
    assert page.value("nama") == "Pemilu 2029"


def test_without_an_edition_or_people_the_page_says_what_is_missing(browser: Browser, session: Session) -> None:
    sign_in_officer(browser, session, instansi=make_instansi(session))

    assert "Belum ada edisi yang terbit" in browser.visit("/periode/buka").words
    assert "Belum ada edisi yang terbit" in browser.send("/periode/buka", CONFIRMED, status=422).words
    publish_small(session)
    assert "Belum ada pegawai aktif" in browser.send("/periode/buka", CONFIRMED, status=422).words


def test_the_list_says_how_each_period_stands(dewi: Browser, session: Session) -> None:
    before, after = NOW - timedelta(days=9), NOW + timedelta(days=9)
    make_period(session, nama="Nanti", opens_at=after, due_at=after + timedelta(1), closes_at=after + timedelta(2))
    make_period(session, nama="Kini", opens_at=before, due_at=after, closes_at=after)
    make_period(session, nama="Lambat", opens_at=before, due_at=NOW, closes_at=after)
    make_period(session, nama="Dulu", opens_at=before, due_at=NOW, closes_at=NOW)

    page = dewi.visit("/periode")

    rows = [" ".join("".join(row.itertext()).split()) for row in page.all("tr")]
    for name, word in {"Nanti": "Akan dibuka", "Kini": "Dibuka", "Lambat": "Lewat tenggat", "Dulu": "Ditutup"}.items():
        assert word in next(row for row in rows if row.startswith(name))


def test_the_settings_of_a_period_are_shown_as_locked(watching: Browser) -> None:
    words = watching.visit(f"/periode/{KODE}").words

    assert "Aturan ujian terkunci karena periode sudah dibuka." in words
    assert "Kegiatan kampanye 2" in words
    assert "60 menit" in words


def test_closing_grades_what_is_open_and_completes_what_was_signed(
    watching: Browser, session: Session, exam: Exam
) -> None:
    sign(session, Act(exam.user_id, NOW), ticked=frozenset({1, 2, 3, 4}), **exam.who)
    start(session, exam)
    answer_all(session, exam)
    assert "1 pegawai sedang mengerjakan ujian" in watching.visit(f"/periode/{KODE}/tutup").words

    page = watching.send(f"/periode/{KODE}/tutup")

    assert "1 ujian yang masih dikerjakan dinilai." in page.words
    attempt = session.scalars(select(Attempt)).one()
    assert (attempt.state, attempt.passed) == ("expired", True)
    assert session.scalars(select(Certificate.status)).all() == ["valid"]
    assert get_enrolment(session).completed_at


def test_closing_twice_changes_nothing_more(watching: Browser, session: Session, clock: Clock) -> None:
    watching.send(f"/periode/{KODE}/tutup")
    closed_at = session.scalars(select(Period.closes_at)).one()
    clock.forward(minutes=5)
    watching.send(f"/periode/{KODE}/tutup")

    assert session.scalars(select(Period.closes_at)).one() == closed_at
    assert session.scalar(select(func.count()).where(AuditEvent.action == "period.closed")) == 1
    assert watching.visit(f"/periode/{KODE}/tutup").heading == "Periode sudah ditutup"


def person_address(exam: Exam) -> str:
    return f"/periode/{KODE}/peserta/{exam.asn_id}"


def test_a_person_is_found_by_name_with_standing(watching: Browser, exam: Exam) -> None:
    page = watching.visit(f"/periode/{KODE}/peserta?cari=aminah")
    assert page.links()["Siti Aminah"] == person_address(exam)
    assert "Wajib" in page.words
    nobody = watching.visit(f"/periode/{KODE}/peserta?cari=joko")
    assert "Tidak ada peserta yang cocok" in nobody.words


def test_an_exemption_needs_a_reason(watching: Browser, session: Session, exam: Exam) -> None:
    page = watching.send(f"{person_address(exam)}/bebaskan", {"alasan": " "}, status=422)

    assert "Tuliskan alasannya" in page.words
    assert get_enrolment(session).standing == "wajib"


def test_an_exemption_is_granted_and_ended_and_both_are_kept(watching: Browser, session: Session, exam: Exam) -> None:
    page = watching.send(f"{person_address(exam)}/bebaskan", {"alasan": "Cuti besar"})
    assert "Siti Aminah dibebaskan dari periode ini." in page.words
    assert get_enrolment(session).standing == "bebas"

    page = watching.send(f"{person_address(exam)}/akhiri", {"alasan": "Cuti dibatalkan"})
    assert get_enrolment(session).standing == "wajib"
    assert "Pembebasan diakhiri, Dinas Kesehatan. Alasan: Cuti dibatalkan" in page.words
    assert "Dibebaskan, Dinas Kesehatan. Alasan: Cuti besar" in page.words


def test_an_exemption_sent_twice_says_that_nothing_changed(watching: Browser, session: Session, exam: Exam) -> None:
    watching.send(f"{person_address(exam)}/bebaskan", {"alasan": "Cuti besar"})
    page = watching.send(f"{person_address(exam)}/bebaskan", {"alasan": "Cuti besar"})

    assert "Tidak ada yang berubah: kedudukan Siti Aminah sudah dibebaskan." in page.words
    assert 'Alasan yang Anda tulis tidak disimpan: "Cuti besar"' in page.words
    assert session.scalar(select(func.count()).where(AuditEvent.action == "enrolment.exempted")) == 1


def test_extra_time_is_0_to_300_percent(watching: Browser, session: Session, exam: Exam) -> None:
    for wrong in ("301", "-1", "banyak", ""):
        page = watching.send(f"{person_address(exam)}/waktu", {"persen": wrong}, status=422)
        assert "Isi bilangan bulat 0 sampai 300" in page.words
    watching.send(f"{person_address(exam)}/waktu", {"persen": "50"}, token_from=person_address(exam))

    assert get_enrolment(session).extra_time_percent == 50
    assert watching.visit(person_address(exam)).value("persen") == "50"


ADDRESSES: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "", {}),
    ("GET", "/tutup", {}),
    ("POST", "/tutup", {}),
    ("GET", "/peserta", {}),
    ("GET", "/peserta/{asn}", {}),
    ("POST", "/peserta/{asn}/bebaskan", {"alasan": "Cuti"}),
    ("POST", "/peserta/{asn}/akhiri", {"alasan": "Cuti"}),
    ("POST", "/peserta/{asn}/waktu", {"persen": "50"}),
]


def ask(browser: Browser, exam: Exam, method: str, path: str, data: dict[str, Any]) -> int:
    address = f"/periode/{KODE}{path.format(asn=exam.asn_id)}"
    return (browser.get(address) if method == "GET" else browser.post(address, data)).status_code


def test_a_period_of_another_instansi_is_not_found(browser: Browser, session: Session, exam: Exam) -> None:
    other = make_instansi(session, kode="lain", nama="Kabupaten Lain")
    sign_in_officer(browser, session, instansi=other)

    assert {ask(browser, exam, *address) for address in ADDRESSES} == {404}
    assert "Pilkada" not in browser.visit("/periode").words
    assert (get_enrolment(session).standing, get_enrolment(session).extra_time_percent) == ("wajib", 0)


def test_a_person_of_another_period_is_not_found(watching: Browser, session: Session) -> None:
    latecomer = make_asn(session, nama="Joko Purnomo")

    assert watching.get(f"/periode/{KODE}/peserta/{latecomer.id}").status_code == 404


def test_operators_and_overseers_may_not_enter(
    session: Session, exam: Exam, open_browser: Callable[[], Browser]
) -> None:
    instansi = the_instansi(session)
    operator, overseer = open_browser(), open_browser()
    sign_in_operator(operator, session, make_opd(session, instansi=instansi, nama="Dinas Sosial"))
    sign_in_officer(overseer, session, Role.INSPEKTORAT, instansi=instansi)

    for browser in (operator, overseer):
        assert {ask(browser, exam, *address) for address in ADDRESSES} == {403}
        assert browser.get("/periode").status_code == 403
        assert browser.get("/periode/buka").status_code == 403


def test_opening_and_closing_stand_in_the_trail_with_their_actor(dewi: Browser, session: Session) -> None:
    dewi.send("/periode/buka", CONFIRMED)
    dewi.send("/periode/pemilu-2029/tutup")

    actors = session.execute(select(AuditEvent.action, AuditEvent.actor_id).where(AuditEvent.object_kind == "period"))
    dewi_id = session.scalars(select(User.id).where(User.nama == "Dewi")).one()
    assert dict(actors.all()) == dict.fromkeys(("period.opened", "period.closed", "period.report_frozen"), dewi_id)
