"""/pegawai/impor: unggah, pratinjau, terapkan, hasil; and undoing it."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import User
from netral.audit.models import AuditEvent
from netral.learning.periods.models import Enrolment, EnrolmentChange
from netral.organisation.models import Asn, Instansi, Opd, RosterImport
from netral.roster.reading import read_roster_file
from tests.factories import NOW, make_asn, make_enrolment, make_instansi, make_opd, make_period, make_user
from tests.roster.roster_generator import (
    FIRST_ROW,
    Person,
    lay_out,
    make_people,
    make_person,
    write_csv,
    write_workbook,
)
from tests.web.conftest import Browser, Clock
from tests.web.officers import sign_in_officer, sign_in_operator
from tests.web.pages import Page

SITI = make_person(1, nama="Siti Aminah", unit="")
BUDI = make_person(2, nama="Budi Santoso", unit="")
IMPOR = "/pegawai/impor"


@pytest.fixture
def instansi(session: Session) -> Instansi:
    return make_instansi(session)


@pytest.fixture
def kesehatan(session: Session, instansi: Instansi) -> Opd:
    return make_opd(session, instansi=instansi, kode="dinkes")


@pytest.fixture
def dewi(browser: Browser, session: Session, instansi: Instansi, kesehatan: Opd) -> User:
    return sign_in_officer(browser, session, instansi=instansi, nama="Dewi Lestari, S.IP.")


def upload(browser: Browser, *people: Person, status: int = 200) -> Page:
    return upload_file(browser, write_workbook(lay_out(people)), "pegawai_mei.xlsx", status=status)


def upload_file(browser: Browser, data: bytes, name: str, *, status: int = 200) -> Page:
    token = browser.token(IMPOR)
    fields = {"csrf_token": token, "berkas": (io.BytesIO(data), name)}
    answer = browser.open(IMPOR, method="POST", data=fields, content_type="multipart/form-data", follow_redirects=True)
    return browser.read(answer, status)


def last_import(session: Session) -> int:
    session.rollback()
    return session.scalars(select(RosterImport.id).order_by(RosterImport.id.desc()).limit(1)).one()


def apply(browser: Browser, session: Session, **fields: str) -> Page:
    return browser.send(f"{IMPOR}/{last_import(session)}/terapkan", fields)


def people(session: Session) -> dict[str, tuple[str, bool]]:
    session.rollback()
    return {asn.nama: (session.get_one(Opd, asn.opd_id).nama, asn.active) for asn in session.scalars(select(Asn))}


@pytest.mark.usefixtures("dewi")
def test_nothing_is_written_before_terapkan(browser: Browser, session: Session) -> None:
    page = upload(browser, SITI, BUDI)

    assert "Pratinjau: pegawai_mei.xlsx" in page.words
    assert "2 baris dibaca. Belum ada yang diterapkan." in page.words
    assert people(session) == {}

    page = browser.visit(f"{IMPOR}/{last_import(session)}/terapkan")
    assert "Terapkan 2 perubahan?" in page.words
    assert people(session) == {}


def test_terapkan_applies_the_shown_plan_and_names_the_officer(browser: Browser, session: Session, dewi: User) -> None:
    upload(browser, SITI, BUDI)

    page = apply(browser, session)

    assert "Data pegawai diperbarui" in page.words
    assert "pukul 10.00 WITA oleh Dewi Lestari, S.IP. " in page.words
    assert people(session) == {"Siti Aminah": ("Dinas Kesehatan", True), "Budi Santoso": ("Dinas Kesehatan", True)}
    assert SITI.nip in session.scalars(select(User.login)).all()


@pytest.mark.usefixtures("dewi")
def test_terapkan_pressed_twice_shows_the_result_again(browser: Browser, session: Session) -> None:
    upload(browser, SITI)
    apply(browser, session)

    page = apply(browser, session)

    assert "Data pegawai diperbarui" in page.words
    assert len(people(session)) == 1


@pytest.mark.usefixtures("dewi")
def test_the_same_file_again_changes_nothing(browser: Browser, session: Session) -> None:
    upload(browser, SITI)
    apply(browser, session)

    assert "Tidak ada perubahan; data sudah sama." in upload(browser, SITI).words


@pytest.mark.usefixtures("dewi")
def test_faulty_rows_are_listed_and_can_be_downloaded(browser: Browser, session: Session) -> None:
    page = upload(browser, SITI, make_person(2, nip="1,98E+17", nama="=Ayu+1"))

    assert "NIP terbaca sebagai angka dan kehilangan digit." in page.words
    answer = browser.get(f"{IMPOR}/{last_import(session)}/galat.xlsx")
    (problem,) = read_roster_file(answer.data, "galat.xlsx", today=NOW.date()).problems
    assert problem.value == "1,98E+17"
    assert "=Ayu+1" not in people(session)
    apply(browser, session)
    assert list(people(session)) == ["Siti Aminah"]


@pytest.mark.usefixtures("dewi")
def test_a_name_that_a_certificate_cannot_show_is_noted(browser: Browser) -> None:
    assert "Sertifikat tidak dapat mencetak 愛" in upload(browser, make_person(1, nama="Siti 愛", unit="")).words


@pytest.mark.usefixtures("dewi")
def test_many_faults_are_told_by_cause(browser: Browser) -> None:
    page = upload(browser, *(make_person(number, jenis="?") for number in range(60)))

    assert "Jenis ASN tidak dikenal." in page.words
    assert page.words.count("Jenis ASN tidak dikenal.") == 1
    assert f"{FIRST_ROW}, {FIRST_ROW + 1}" in page.words


@pytest.mark.usefixtures("dewi")
def test_an_unknown_unit_is_chosen_from_the_suggestions(browser: Browser, session: Session) -> None:
    page = upload(browser, make_person(1, nama="Siti Aminah", opd="Dinkes Kab", unit=""))
    assert "Maksud dari “Dinkes Kab”" in page.words
    assert "Dinas Kesehatan" in page.words
    assert "Belum ada baris yang dapat diterapkan. Jawab pertanyaan tentang unit di atas." in page.words

    page = answer_units(browser, session, kunci="dinkes kab", unit="dinkes")

    assert "Maksud dari" not in page.words
    apply(browser, session)
    assert people(session) == {"Siti Aminah": ("Dinas Kesehatan", True)}


def answer_units(browser: Browser, session: Session, status: int = 200, **fields: str) -> Page:
    return browser.send(f"{IMPOR}/{last_import(session)}/unit", fields, status=status)


@pytest.mark.usefixtures("dewi")
@pytest.mark.parametrize("typed", ["Puskesmas Hulu", "pkm-hulu", "Puskesmas Hulu, Dinas Kesehatan"])
def test_any_unit_can_be_typed_where_none_is_suggested(
    browser: Browser, session: Session, kesehatan: Opd, typed: str
) -> None:
    make_opd(session, nama="Puskesmas Hulu", kode="pkm-hulu", parent=kesehatan)
    page = upload(browser, make_person(1, nama="Siti Aminah", opd="Balai Pengobatan", unit=""))
    assert "Unit lain untuk “Balai Pengobatan”" in page.words
    assert '<option value="Puskesmas Hulu, Dinas Kesehatan">' in page.text

    answer_units(browser, session, kunci="balai pengobatan", unit="", lain=typed)
    apply(browser, session)

    assert people(session) == {"Siti Aminah": ("Puskesmas Hulu", True)}


@pytest.mark.usefixtures("dewi")
def test_a_typed_unit_that_is_not_there_is_asked_again_and_stays_typed(browser: Browser, session: Session) -> None:
    upload(browser, make_person(1, opd="Balai Pengobatan", unit=""))

    page = answer_units(browser, session, 422, kunci="balai pengobatan", unit="", lain="Puskesmas Hilir")

    assert "Unit ini tidak ditemukan, atau ada beberapa. Yang cocok ada di pilihan di atas." in page.words
    assert 'value="Puskesmas Hilir"' in page.text
    assert '<a href="#lain-1">Unit lain untuk “Balai Pengobatan” tidak ditemukan, atau ada beberapa.' in page.text


@pytest.mark.usefixtures("dewi")
def test_unknown_units_are_made_when_asked(browser: Browser, session: Session) -> None:
    upload(browser, make_person(1, nama="Siti Aminah", opd="Badan Baru", unit="Bidang Umum"))

    page = answer_units(browser, session, buat_unit="ya")

    assert "Unit baru yang akan dibuat: 2" in page.words
    assert "Bidang Umum, Badan Baru" in page.words
    apply(browser, session)
    assert people(session) == {"Siti Aminah": ("Bidang Umum", True)}


def test_the_first_upload_says_that_there_are_no_units_yet(
    browser: Browser, session: Session, instansi: Instansi
) -> None:
    sign_in_officer(browser, session, instansi=instansi)

    page = upload(browser, SITI)

    assert "Belum ada unit yang tercatat. Unit yang disebut berkas ini dapat dibuat semuanya." in page.words
    assert "Belum ada baris yang dapat diterapkan. Jawab pertanyaan tentang unit di atas." in page.words
    assert "data sudah sama" not in page.words
    answer_units(browser, session, buat_unit="ya")
    apply(browser, session)
    assert people(session) == {"Siti Aminah": ("Dinas Kesehatan", True)}


def test_a_first_upload_whose_numbers_are_damaged_is_not_said_to_need_an_answer(
    browser: Browser, session: Session, instansi: Instansi
) -> None:
    sign_in_officer(browser, session, instansi=instansi)

    page = upload_file(browser, table("1,98501E+17", ""), "pegawai.csv")

    assert "Belum ada baris yang dapat diterapkan. Perbaiki baris galatnya, lalu unggah lagi." in page.words


@pytest.mark.usefixtures("dewi")
def test_a_file_of_which_nothing_is_new_says_how_many_rows_were_left_out(browser: Browser, session: Session) -> None:
    rina = ("Rina Wati", "PNS", "Dinas Kesehatan")
    headings = ("NIP", "NAMA", "JENIS ASN", "PERANGKAT DAERAH")
    upload_file(browser, write_csv([headings, (OLD_NIP, *rina)]), "pegawai.csv")
    apply(browser, session)
    upload_file(browser, write_csv([headings, (OLD_NIP, *rina), ("19850101", *rina)]), "pegawai.csv")

    page = apply(browser, session)

    assert "Tidak ada yang diterapkan: 1 baris galat dilewati, selebihnya sudah sama dengan data pegawai." in page.words


@pytest.mark.usefixtures("dewi")
def test_a_unit_that_resembles_a_known_one_is_made_only_when_chosen(browser: Browser, session: Session) -> None:
    upload(browser, make_person(1, nama="Siti Aminah", opd="Dinas Kesehatn", unit=""))

    page = answer_units(browser, session, buat_unit="ya")
    assert "Mirip unit Dinas Kesehatan, jadi tidak dibuat." in page.words
    answer_units(browser, session, kunci="dinas kesehatn", unit=":baru")
    apply(browser, session)

    assert people(session) == {"Siti Aminah": ("Dinas Kesehatn", True)}


@pytest.mark.usefixtures("dewi")
def test_missing_people_are_named_and_stay_unless_chosen(browser: Browser, session: Session, kesehatan: Opd) -> None:
    make_asn(session, opd=kesehatan, nama="Lama Sekali")
    page = upload(browser, SITI)
    assert "Lama Sekali, Dinas Kesehatan" in page.words

    page = browser.visit(f"{IMPOR}/{last_import(session)}/terapkan?hilang=nonaktifkan&jumlah=1")
    assert "1 pegawai dinonaktifkan; riwayatnya tetap ada." in page.words
    apply(browser, session, hilang="nonaktifkan", jumlah="1")

    assert people(session)["Lama Sekali"] == ("Dinas Kesehatan", False)


@pytest.mark.usefixtures("dewi")
@pytest.mark.parametrize("typed", ["", "2", "dua"])
def test_many_missing_people_are_deactivated_only_by_their_number(
    browser: Browser, session: Session, kesehatan: Opd, typed: str
) -> None:
    make_asn(session, opd=kesehatan, nama="Lama Sekali")
    assert "Bila menonaktifkan, ketik 1 untuk menegaskannya." in upload(browser, SITI).words

    address = f"{IMPOR}/{last_import(session)}/terapkan"
    asked = browser.visit(f"{address}?hilang=nonaktifkan&jumlah={typed}", 422)
    refused = browser.send(address, {"hilang": "nonaktifkan", "jumlah": typed}, status=422)

    for page in (asked, refused):
        assert "Ketik 1 bila benar 1 pegawai dinonaktifkan." in page.words
    assert people(session) == {"Lama Sekali": ("Dinas Kesehatan", True)}


@pytest.mark.usefixtures("dewi")
def test_all_missing_people_can_be_read_page_by_page(browser: Browser, session: Session, kesehatan: Opd) -> None:
    for number in range(130):
        make_asn(session, opd=kesehatan, nama=f"Pegawai {number:03d}")
    page = upload(browser, SITI)
    assert "Dan 110 pegawai lain. Lihat semua nama" in page.words

    address = f"{IMPOR}/{last_import(session)}/hilang"

    assert "Tidak ada di berkas (130)" in browser.visit(address).words
    assert "Pegawai 129" in browser.visit(f"{address}?halaman=2").words
    assert "Pegawai 099" not in browser.visit(f"{address}?halaman=2").words


@pytest.mark.usefixtures("dewi")
def test_a_changed_nip_is_shown_and_keeps_the_enrolment(
    browser: Browser, session: Session, instansi: Instansi, kesehatan: Opd
) -> None:
    rina = make_asn(session, opd=kesehatan, nip=OLD_NIP, nama="Rina Wati", jenis="PPPK")
    make_user(session, asn=rina)
    make_enrolment(session, asn=rina, period=make_period(session, instansi=instansi))

    page = upload_file(browser, table(NEW_NIP, OLD_NIP), "pegawai.csv")
    assert "NIP berubah (1)" in page.words
    assert "Rina Wati: …06022000 menjadi …26122000 (baris 2)" in page.words
    assert OLD_NIP not in page.text
    apply(browser, session)

    session.rollback()
    assert session.scalars(select(Asn.nip)).all() == [NEW_NIP]
    assert session.scalars(select(Enrolment.asn_id)).all() == [rina.id]
    assert NEW_NIP in session.scalars(select(User.login)).all()


OLD_NIP, NEW_NIP = "198102022006022000", "198102022026122000"


def table(nip: str, nip_lama: str) -> bytes:
    headings = ("NIP", "NIP LAMA", "NAMA", "JENIS ASN", "PERANGKAT DAERAH", "EMAIL")
    return write_csv([headings, (nip, nip_lama, "Rina Wati", "PNS", "Dinas Kesehatan", "")])


@pytest.mark.usefixtures("dewi")
def test_a_nip_that_may_have_changed_is_a_question(browser: Browser, session: Session, kesehatan: Opd) -> None:
    make_asn(session, opd=kesehatan, nip=OLD_NIP, nama="Rina Wati")

    page = upload_file(browser, table(NEW_NIP, ""), "pegawai.csv")

    assert "Mungkin orang yang sama (1)" in page.words
    assert "Baris 2: Rina Wati, NIP …26122000 Sama dengan Rina Wati, Dinas" in page.words
    assert "Orang lain, pegawai baru" in page.words


@pytest.mark.usefixtures("dewi")
def test_blank_cells_erase_nothing_and_are_counted(browser: Browser, session: Session, kesehatan: Opd) -> None:
    make_asn(session, opd=kesehatan, nip=OLD_NIP, nama="Rina Wati", email="rina@contohkab.example")

    page = upload_file(browser, table(OLD_NIP, ""), "pegawai.csv")

    assert "Sel kosong di berkas: 1 surel. Yang sudah tercatat tidak dihapus." in page.words
    assert "Tidak ada perubahan; data sudah sama." in page.words


@pytest.mark.usefixtures("dewi")
def test_an_open_period_shows_and_follows_the_roster(
    browser: Browser, session: Session, instansi: Instansi, kesehatan: Opd
) -> None:
    siti = make_asn(session, opd=kesehatan, nip=SITI.nip, nama="Siti Aminah")
    make_opd(session, instansi=instansi, nama="Dinas Sosial")
    make_enrolment(session, asn=siti, period=make_period(session, instansi=instansi))

    page = upload(browser, make_person(1, nama="Siti Aminah", opd="Dinas Sosial", unit=""), BUDI)
    assert "Pilkada 2029: 1 pegawai masuk, 1 pindah unit" in page.words
    apply(browser, session)

    session.rollback()
    assert sorted(session.scalars(select(EnrolmentChange.kind))) == ["masuk", "pindah"]


@pytest.mark.usefixtures("dewi")
def test_an_import_is_undone_and_the_period_follows(
    browser: Browser, session: Session, instansi: Instansi, kesehatan: Opd
) -> None:
    make_enrolment(
        session, asn=make_asn(session, opd=kesehatan, nama="Lama"), period=make_period(session, instansi=instansi)
    )
    upload(browser, SITI)
    apply(browser, session)
    page = browser.visit(f"{IMPOR}/{last_import(session)}/urungkan")
    assert "1 pegawai kembali seperti sebelum" in page.words

    page = browser.send(f"{IMPOR}/{last_import(session)}/urungkan")

    assert "Impor ini sudah diurungkan" in page.words
    assert people(session)["Siti Aminah"] == ("Dinas Kesehatan", False)
    assert sorted(session.scalars(select(EnrolmentChange.kind))) == ["keluar", "masuk"]


@pytest.mark.usefixtures("dewi")
def test_undoing_names_and_leaves_people_who_have_learned_since(
    browser: Browser, session: Session, instansi: Instansi, clock: Clock
) -> None:
    make_period(session, instansi=instansi)
    make_enrolment(session, asn=make_asn(session), period=make_period(session, instansi=instansi))
    upload(browser, SITI, BUDI)
    apply(browser, session)
    siti = session.scalars(select(Enrolment).join(Asn, Asn.id == Enrolment.asn_id).where(Asn.nip == SITI.nip)).first()
    assert siti
    siti.started_at = NOW + timedelta(hours=1)
    session.commit()
    clock.forward(hours=2)

    page = browser.visit(f"{IMPOR}/{last_import(session)}/urungkan")
    assert "Tetap seperti sekarang (1)" in page.words
    assert "Siti Aminah" in page.words
    browser.send(f"{IMPOR}/{last_import(session)}/urungkan")

    assert people(session)["Siti Aminah"][1]
    assert not people(session)["Budi Santoso"][1]


@pytest.mark.usefixtures("dewi")
@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"%PDF-1.7", "surat.pdf", "Berkas harus .xlsx atau .csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "lama.xls", "berjenis xls"),
        (b"NIP;NAMA\n1;Siti\n", "pegawai.xlsx", "Isi berkas ini .csv, tetapi namanya tidak berakhiran .csv."),
        (b"", "kosong.xlsx", "tidak berisi baris"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_beside_its_field(
    browser: Browser, data: bytes, name: str, words: str
) -> None:
    page = upload_file(browser, data, name, status=422)

    assert words in page.words
    assert "Ada yang perlu diperbaiki" in page.words


@pytest.mark.usefixtures("dewi")
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"a;b\n1;2\n", "Tidak ada baris judul kolom"),
        (b"NIP;NAMA;JENIS ASN\n1;2;3\n", "kolom UNIT KERJA tidak ada"),
    ],
)
def test_the_question_about_columns_says_what_the_file_lacks(browser: Browser, data: bytes, why: str) -> None:
    page = upload_file(browser, data, "lain.csv")

    assert page.heading == "Kolom mana yang berisi apa?"
    assert why in page.words


@pytest.mark.usefixtures("dewi")
def test_a_preview_that_the_roster_has_overtaken_is_shown_anew(
    browser: Browser, session: Session, kesehatan: Opd
) -> None:
    upload(browser, SITI, BUDI)
    make_asn(session, opd=kesehatan, nip=SITI.nip, nama="Siti Aminah")
    session.commit()

    page = browser.send(f"{IMPOR}/{last_import(session)}/terapkan", status=409)

    assert "Data pegawai berubah sejak Anda meninjaunya" in page.words
    assert "Yang Anda tinjau: 2 baru, 0 berubah" in page.words
    assert "Sekarang: 1 baru, 1 berubah" in page.words
    assert "Budi Santoso" not in people(session)


def test_two_officers_do_not_review_at_once(browser: Browser, session: Session, instansi: Instansi, dewi: User) -> None:
    upload(browser, SITI)
    browser.send("/keluar")
    sign_in_officer(browser, session, instansi=instansi, nama="Rina")

    assert "Dewi Lestari, S.IP. sedang meninjau pegawai_mei.xlsx" in browser.visit(IMPOR).words
    refused = upload(browser, BUDI, status=409).words
    assert "Impor lain sedang ditinjau oleh Dewi Lestari, S.IP. sejak 2 Mei 2029" in refused


@pytest.mark.usefixtures("dewi")
def test_a_preview_is_discarded(browser: Browser, session: Session) -> None:
    upload(browser, SITI)

    page = browser.send(f"{IMPOR}/{last_import(session)}/batal")

    assert "Tidak ada data yang berubah." in page.words
    browser.visit(f"{IMPOR}/{last_import(session)}", 409)


@pytest.mark.usefixtures("dewi")
def test_a_preview_that_was_applied_meanwhile_is_not_called_discarded(browser: Browser, session: Session) -> None:
    upload(browser, SITI)
    apply(browser, session)

    page = browser.send(f"{IMPOR}/{last_import(session)}/batal")

    assert "Impor ini sudah diterapkan, jadi tidak dapat dibatalkan lagi." in page.words
    assert "Tidak ada data yang berubah." not in page.words
    assert people(session)["Siti Aminah"][1]


@pytest.mark.usefixtures("dewi")
def test_answers_of_another_officer_are_not_applied_unseen(browser: Browser, session: Session) -> None:
    upload(browser, make_person(1, nama="Siti Aminah", opd="Dinas Baru", unit=""), BUDI)
    address = f"{IMPOR}/{last_import(session)}/terapkan"
    reviewed = browser.visit(address).hidden(address)
    answer_units(browser, session, buat_unit="ya")

    page = browser.send(address, reviewed, status=409)

    assert "Pratinjau ini dihitung ulang setelah halaman Anda dibuka" in page.words
    assert people(session) == {}
    browser.send(address, browser.visit(address).hidden(address))
    assert people(session)["Siti Aminah"] == ("Dinas Baru", True)


@pytest.mark.usefixtures("dewi")
def test_undoing_twice_shows_the_result_twice(browser: Browser, session: Session) -> None:
    upload(browser, SITI)
    apply(browser, session)

    for _ in range(2):
        page = browser.send(f"{IMPOR}/{last_import(session)}/urungkan")
        assert "Impor ini sudah diurungkan" in page.words

    undone = select(AuditEvent).where(AuditEvent.action == "roster.undone")
    assert len(session.scalars(undone).all()) == 1
    assert "Impor ini sudah diurungkan" in browser.visit(f"{IMPOR}/{last_import(session)}/urungkan").words


@pytest.mark.usefixtures("dewi")
def test_the_sample_file_is_a_roster(browser: Browser) -> None:
    reading = read_roster_file(browser.get(f"{IMPOR}/contoh.xlsx").data, "contoh.xlsx", today=NOW.date())

    assert (len(reading.rows), reading.problems, reading.warnings) == (2, (), ())


def test_an_import_of_another_instansi_is_not_found(browser: Browser, session: Session, dewi: User) -> None:
    upload(browser, SITI)
    foreign = last_import(session)
    browser.send("/keluar")
    sign_in_officer(browser, session, instansi=make_instansi(session, kode="lain", nama="Kota Lain"), nama="Citra")

    for path in ("", "/hilang", "/terapkan", "/galat.xlsx", "/urungkan"):
        browser.visit(f"{IMPOR}/{foreign}{path}", 404)
    browser.send(f"{IMPOR}/{foreign}/terapkan", status=404)
    assert people(session) == {}


@pytest.mark.parametrize("role", [Role.PIMPINAN, Role.INSPEKTORAT])
def test_a_role_without_the_roster_permission_is_refused(
    browser: Browser, session: Session, instansi: Instansi, role: Role
) -> None:
    sign_in_officer(browser, session, role, instansi=instansi)

    browser.visit(IMPOR, 403)


def test_an_operator_is_refused_at_the_import(browser: Browser, session: Session, kesehatan: Opd) -> None:
    sign_in_operator(browser, session, kesehatan)

    browser.visit(IMPOR, 403)


@pytest.mark.usefixtures("dewi")
def test_a_preview_of_many_rows_stays_a_light_page(browser: Browser, session: Session) -> None:
    upload(browser, *make_people(400))
    browser.send(f"{IMPOR}/{last_import(session)}/unit", {"buat_unit": "ya"})

    assert len(browser.get(f"{IMPOR}/{last_import(session)}").data) < 40_000
