"""The page of one person, the changes of place that BKPSDM enters on it, and entering somebody by hand."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import User
from netral.accounts.users import get_user
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.learning.periods.models import Enrolment
from netral.organisation.careers import Intent, Wish
from netral.organisation.models import Asn, Instansi, Opd
from netral.organisation.writing import change_people
from netral.roster.changing import change_place
from netral.roster.planning import plan_roster
from netral.roster.reading import read_roster_file
from tests.databases import ON_SQLITE
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.learning.make import Exam, get_enrolment, make_exam
from tests.roster.roster_generator import write_csv
from tests.web.conftest import Browser, give_password
from tests.web.officers import sign_in_officer, sign_in_operator

OpenBrowser = Callable[[], Browser]
pytestmark = ON_SQLITE
MOVING = {"unit": "dishub", "mulai": "2029-05-02", "nomor": "800/7", "alasan": "Mutasi rutin"}


@pytest.fixture
def exam(session: Session, browser: Browser) -> Exam:
    """Return Siti's exam, in an instansi where Dewi looks after people."""
    exam = make_exam(session)
    instansi = session.get_one(Instansi, exam.instansi_id)
    make_opd(session, instansi=instansi, nama="Dinas Perhubungan", kode="dishub")
    sign_in_officer(browser, session, instansi=instansi)
    return exam


def page_of(exam: Exam) -> str:
    return f"/pegawai/{exam.asn_id}"


def dishub(session: Session) -> int:
    return session.scalars(select(Opd.id).where(Opd.kode == "dishub")).one()


def test_the_page_tells_place_periods_and_former_nip(browser: Browser, session: Session, exam: Exam) -> None:
    change_people(session, [(exam.asn_id, {"nip": "198501012010012007"})], now=NOW)

    page = browser.visit(page_of(exam))

    assert "Siti Aminah" in page.heading
    assert "NIP sebelumnya: …000 (sampai 2 Mei 2029)." in page.words
    assert "Pilkada 2029" in page.words
    assert "198501012010012007" not in page.words


def test_a_move_is_previewed_and_then_counts_once(browser: Browser, session: Session, exam: Exam) -> None:
    form = f"{page_of(exam)}/pindah"
    shown = browser.visit(form).hidden(form)

    preview = browser.send(form, MOVING | shown)
    assert "dihitung di unit yang baru" in preview.words
    assert get_enrolment(session, exam).current_opd_id == exam.opd_id

    moved = browser.send(form, preview.hidden(form) | {"simpan": "ya"})
    assert "pindah ke Dinas Perhubungan." in moved.words
    again = browser.send(form, preview.hidden(form) | {"simpan": "ya"})
    assert "Tidak ada yang dicatat dua kali." in again.words
    session.commit()
    assert get_enrolment(session, exam).current_opd_id == dishub(session)
    assert session.scalars(select(AuditEvent.action).where(AuditEvent.action == "person.moved")).all() == [
        "person.moved"
    ]


def test_the_second_of_two_officers_is_told(
    browser: Browser, open_browser: OpenBrowser, session: Session, exam: Exam
) -> None:
    hana, form = open_browser(), f"{page_of(exam)}/berhenti"
    sign_in_officer(hana, session, instansi=session.get_one(Instansi, exam.instansi_id), nama="Hana")
    old = hana.visit(form).hidden(form)
    act = Act(None, NOW, exam.instansi_id)
    moving = Wish(intent=Intent.MOVE, day=date(2029, 5, 2), opd_id=dishub(session), reason="Mutasi")
    change_place(session, act, asn_id=exam.asn_id, wish=moving)

    leaving = {"jenis": "pensiun", "mulai": "2029-06-01", "alasan": "BUP", "simpan": "ya"}
    refused = hana.send(form, leaving | old, status=409)

    assert "berubah setelah halaman Anda dibuka" in refused.words
    assert "BUP" in refused.words
    assert "tercatat berhenti" in hana.send(form, leaving | refused.hidden(form)).words


def test_a_planned_retirement_can_be_withdrawn(browser: Browser, session: Session, exam: Exam) -> None:
    form = f"{page_of(exam)}/berhenti"
    leaving = {"jenis": "pensiun", "mulai": "2029-06-01", "alasan": "BUP", "simpan": "ya"}
    told = browser.send(form, leaving, token_from=form)
    assert "Berlaku dengan sendirinya pada 1 Juni 2029." in told.words
    assert "Pensiun mulai 1 Juni 2029 (rencana)" in told.words

    plan = browser.visit(page_of(exam)).hidden(f"{page_of(exam)}/batalkan")
    assert "Rencana dibatalkan" in browser.send(f"{page_of(exam)}/batalkan", plan).words
    assert "(rencana)" not in browser.visit(page_of(exam)).words


def test_a_plt_is_recorded_and_ended(browser: Browser, exam: Exam) -> None:
    form = f"{page_of(exam)}/tugas"
    plt = MOVING | {"jenis": "plt", "simpan": "ya"}
    assert "tercatat" in browser.send(form, plt, token_from=form).words

    page = browser.visit(page_of(exam))
    (end,) = [each.get("href") or "" for each in page.all("a") if "/akhiri" in (each.get("href") or "")]
    ended = browser.send(end, {"terakhir": "2029-05-31"}, token_from=end)

    assert "berakhir 31 Mei 2029" in ended.words


def test_who_left_may_sign_in_and_is_found_by_the_office(
    browser: Browser, open_browser: OpenBrowser, session: Session, exam: Exam
) -> None:
    form = f"{page_of(exam)}/berhenti"
    leaving = {"jenis": "pensiun", "mulai": "2029-05-02", "alasan": "BUP", "simpan": "ya"}
    browser.send(form, leaving, token_from=form)

    siti = open_browser()
    siti.enter(give_password(session, session.get_one(User, exam.user_id)).login, target="/sertifikat")
    assert siti.post("/ujian", token_from="/profil").status_code != 200
    assert "Siti Aminah" not in browser.visit("/pegawai").words
    assert "Siti Aminah" in browser.visit("/pegawai/keluar").words
    assert "Kembalikan" in browser.visit(page_of(exam)).words
    assert "Siti Aminah" in browser.visit(f"{page_of(exam)}/kode").words, "a new code for a forgotten password"


def test_an_operator_reads_the_own_subtree_and_changes_nothing(
    open_browser: OpenBrowser, session: Session, exam: Exam
) -> None:
    budi, citra = open_browser(), open_browser()
    sign_in_operator(budi, session, session.get_one(Opd, exam.opd_id))
    sign_in_operator(citra, session, session.get_one(Opd, dishub(session)))
    plt = Wish(intent=Intent.ASSIGN, kind="plt", day=date(2029, 5, 2), opd_id=dishub(session), reason="Kosong")
    change_place(session, Act(None, NOW, exam.instansi_id), asn_id=exam.asn_id, wish=plt)

    assert "Pelaksana tugas" in budi.visit(page_of(exam)).words
    assert budi.get(f"{page_of(exam)}/pindah").status_code == 403
    assert citra.get(page_of(exam)).status_code == 404, "a Plt gives the second unit no right"
    seconded = Wish(
        intent=Intent.ASSIGN, kind="perbantuan", counted=True, day=date(2029, 5, 2), opd_id=dishub(session), reason="-"
    )
    change_place(session, Act(None, NOW, exam.instansi_id), asn_id=exam.asn_id, wish=seconded)
    assert "Dihitung di" in citra.visit(page_of(exam)).words
    assert citra.get(f"{page_of(exam)}/kode").status_code == 404


def test_an_officer_of_another_instansi_finds_nobody(open_browser: OpenBrowser, session: Session, exam: Exam) -> None:
    hana = open_browser()
    sign_in_officer(hana, session, Role.BKPSDM, instansi=make_instansi(session, kode="lain"), nama="Hana")

    for path in ("", "/pindah", "/tugas", "/berhenti", "/kembali"):
        assert hana.get(page_of(exam) + path).status_code == 404, path


NEWCOMER = {"nama": "Rina Wulandari, S.E.", "nip": "19900101 201501 2 001", "jenis": "PNS", "unit": "dishub"}


def test_a_newcomer_joins_the_open_period(browser: Browser, session: Session, exam: Exam) -> None:
    page = browser.send("/pegawai/tambah", NEWCOMER)

    assert "Ia menjadi peserta 1 periode" in page.words
    rina = session.scalars(select(Asn).where(Asn.nip == "199001012015012001")).one()
    assert session.scalars(select(Enrolment).where(Enrolment.asn_id == rina.id)).one().current_opd_id == rina.opd_id
    assert session.scalars(select(User).where(User.asn_id == rina.id)).one().login == rina.nip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"nip": "1234"}, "NIP terdiri dari 18 angka"),
        ({"nip": "6401010101900001"}, "seperti NIK"),
        ({"nip": ""}, "Hanya PPNPN yang tidak mempunyainya"),
        ({"nama": "123"}, "Nama harus memuat huruf"),
        ({"unit": "tidak-ada"}, "Pilih salah satu dari daftar"),
    ],
)
def test_a_newcomer_with_a_wrong_entry_is_not_made(
    browser: Browser, session: Session, exam: Exam, changed: dict[str, str], said: str
) -> None:
    assert said in browser.send("/pegawai/tambah", NEWCOMER | changed, status=422).words
    assert len(session.scalars(select(Asn)).all()) == 1


def test_a_newcomer_without_a_nip_signs_in_and_is_known_to_the_next_roster(
    browser: Browser, session: Session, exam: Exam
) -> None:
    typed = {"nip": "", "peserta": "NON-77 88", "jenis": "PPNPN"}

    browser.send("/pegawai/tambah", NEWCOMER | typed)

    rina = session.scalars(select(Asn).where(Asn.nama == NEWCOMER["nama"])).one()
    assert get_user(session, "Non-7788").asn_id == rina.id
    row = ("NON-7788", rina.nama, "PPNPN", "Dinas Perhubungan")
    file = write_csv([("NO PESERTA", "NAMA", "JENIS ASN", "PERANGKAT DAERAH"), row])
    reading = read_roster_file(file, "pegawai.csv", today=NOW.date())
    assert plan_roster(session, instansi_id=exam.instansi_id, reading=reading).counts["added"] == 0
    known = browser.send("/pegawai/tambah", NEWCOMER | typed | {"peserta": "non-7788"}, status=422)
    assert "Nomor ini sudah dipakai" in known.words


def test_a_newcomer_who_may_be_known_is_asked_about(browser: Browser, session: Session, exam: Exam) -> None:
    make_asn(session, nama="Rina Wulandari", nip="199001012010012001")

    asked = browser.send("/pegawai/tambah", NEWCOMER, status=422)
    assert "Ada pegawai bernama sama" in asked.words
    known = browser.send("/pegawai/tambah", NEWCOMER | {"nip": "199001012010012001"}, status=422)
    assert "Nomor ini sudah dipakai" in known.words

    assert "Pegawai ditambahkan" in browser.send("/pegawai/tambah", NEWCOMER | {"orang_lain": "y"}).words
