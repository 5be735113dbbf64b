"""Answers of an officer about a file: its columns, the names of units, and which people are the same."""

import io
from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.jobs.models import Job
from netral.organisation.models import Asn, Instansi, Opd, RosterImport
from netral.settings import Settings
from tests.databases import ON_SQLITE
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.roster.roster_generator import lay_out, make_nip, make_people, write_csv, write_workbook
from tests.web.conftest import Browser
from tests.web.officers import sign_in_officer
from tests.web.pages import Page

IMPOR = "/pegawai/impor"
NIK = "9999999999990001"
HEADINGS = ("NIP", "NAMA", "GOL", "POSISI KERJA", "AGAMA", "KTP")
SITI = (make_nip(1), "Siti Aminah", "III/a", "DINKES", "Rahasia", NIK)
CHOSEN = {"isi-nip": "0", "isi-nama": "1", "isi-golongan": "2", "isi-unit": "3"}
NEW_NIP = f"{make_nip(1)[:8]}2026122000"


@pytest.fixture
def kesehatan(session: Session) -> Opd:
    return make_opd(session, nama="Dinas Kesehatan", kode="dinkes-kab")


@pytest.fixture
def dewi(browser: Browser, session: Session, kesehatan: Opd) -> User:
    return sign_in_officer(browser, session, instansi=session.get_one(Instansi, kesehatan.instansi_id))


def send_file(browser: Browser, data: bytes, *, status: int = 200) -> Page:
    sent = {"csrf_token": browser.token(IMPOR), "berkas": (io.BytesIO(data), "pegawai.csv")}
    answer = browser.open(IMPOR, method="POST", data=sent, content_type="multipart/form-data", follow_redirects=True)
    return browser.read(answer, status)


def choose_columns(
    browser: Browser, session: Session, chosen: Mapping[str, str] = CHOSEN, *, status: int = 200
) -> Page:
    """Answer which column is which; the file is there already."""
    return browser.send(address(session, "/kolom"), dict(chosen), status=status)


def last_import(session: Session) -> RosterImport:
    session.rollback()
    return session.scalars(select(RosterImport).order_by(RosterImport.id.desc()).limit(1)).one()


def address(session: Session, step: str = "") -> str:
    return f"{IMPOR}/{last_import(session).id}{step}"


def apply(browser: Browser, session: Session) -> Page:
    return browser.send(address(session, "/terapkan"), {"hilang": "biarkan"})


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_columns_that_no_heading_tells_are_chosen_once_and_known_next_time(browser: Browser, session: Session) -> None:
    asked = send_file(browser, write_csv([HEADINGS, SITI]))
    assert asked.heading == "Kolom mana yang berisi apa?"
    assert "D: POSISI KERJA (contoh: DINKES)" in asked.words

    chosen = choose_columns(browser, session)
    again = send_file(browser, write_csv([HEADINGS, SITI]))

    for page in (chosen, again):
        for words in (
            "POSISI KERJA dibaca sebagai unit kerja",
            "NIP dibaca sebagai NIP",
            "GOL dibaca sebagai golongan",
        ):
            assert f"Kolom {words}" in page.words
        assert "seperti yang dipilih" in page.words


@pytest.mark.usefixtures("dewi")
def test_a_file_lies_outside_the_database_and_only_while_its_columns_are_asked_about(
    browser: Browser, session: Session, settings: Settings
) -> None:
    asked = send_file(browser, write_csv([HEADINGS, SITI]))
    assert NIK not in asked.text
    held = last_import(session)
    assert "Siti" not in f"{held.rows} {held.summary} {held.problems}"
    files = sorted(settings.upload_dir.iterdir())
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    assert NIK in files[0].read_text()
    assert NIK not in files[1].read_text()

    choose_columns(browser, session)

    kept = last_import(session)
    assert (kept.id, kept.state) == (held.id, "pratinjau")
    assert "Rahasia" not in f"{kept.rows} {kept.summary} {kept.problems}"
    assert list(settings.upload_dir.iterdir()) == []


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_columns_that_do_not_do_are_asked_about_again(browser: Browser, session: Session, settings: Settings) -> None:
    send_file(browser, write_csv([HEADINGS, SITI]))

    page = choose_columns(browser, session, {"isi-nip": ""}, status=422)
    assert "Pilih kolom NIP dan nama" in page.words
    page = choose_columns(browser, session, {"isi-nip": "0"})
    assert page.heading == "Kolom mana yang berisi apa?"
    assert len(list(settings.upload_dir.iterdir())) == 2

    assert "Pratinjau: pegawai.csv" in choose_columns(browser, session).words


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_a_file_whose_columns_are_asked_about_is_shown_to_its_uploader_alone(
    browser: Browser, session: Session, kesehatan: Opd
) -> None:
    send_file(browser, write_csv([HEADINGS, SITI]))
    place = address(session)
    browser.send("/keluar")
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, kesehatan.instansi_id), nama="Hana")

    assert "Siti" not in browser.visit(place, 409).text
    browser.send(f"{place}/kolom", {"isi-nip": "0"}, status=409)
    browser.send("/keluar")
    sign_in_officer(browser, session, instansi=make_instansi(session, kode="lain"), nama="Intan")
    browser.visit(place, 404)
    browser.send(f"{place}/kolom", {"isi-nip": "0"}, status=404)


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_discarding_a_file_whose_columns_are_asked_about_removes_it(
    browser: Browser, session: Session, settings: Settings
) -> None:
    send_file(browser, write_csv([HEADINGS, SITI]))

    page = browser.send(address(session, "/batal"))

    assert "Impor dibatalkan. Tidak ada data yang berubah." in page.words
    assert list(settings.upload_dir.iterdir()) == []


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_forgotten_columns_are_asked_about_again(browser: Browser, session: Session) -> None:
    send_file(browser, write_csv([HEADINGS, SITI]))
    choose_columns(browser, session)
    memory = browser.visit(f"{IMPOR}/ingatan")
    assert "POSISI KERJA dibaca sebagai unit kerja" in memory.words

    page = browser.send(f"{IMPOR}/ingatan/kolom/1/lupakan")

    assert "Susunan kolom (0)" in page.words
    assert send_file(browser, write_csv([HEADINGS, SITI])).heading == "Kolom mana yang berisi apa?"


def use_short_name(browser: Browser, session: Session, opd: Opd) -> None:
    """Upload Siti in `BALAI X`, say that this is the OPD, and apply it."""
    send_file(browser, write_csv([("NIP", "NAMA", "GOL", "OPD"), (SITI[0], SITI[1], "III/a", "BALAI X")]))
    browser.send(address(session, "/unit"), {"kunci": "balai x", "unit": opd.kode, "lain": ""})
    apply(browser, session)


@pytest.mark.usefixtures("dewi")
def test_a_name_that_was_explained_is_known_in_the_next_file(
    browser: Browser, session: Session, kesehatan: Opd
) -> None:
    use_short_name(browser, session, kesehatan)

    page = send_file(browser, write_csv([("NIP", "NAMA", "GOL", "OPD"), (make_nip(2), "Budi", "III/a", "Balai X")]))

    assert "Unit yang belum dikenal" not in page.words
    apply(browser, session)
    session.rollback()
    assert session.scalars(select(Asn.opd_id)).all() == [kesehatan.id, kesehatan.id]


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_a_forgotten_name_is_asked_about_again(browser: Browser, session: Session, kesehatan: Opd) -> None:
    use_short_name(browser, session, kesehatan)
    assert "BALAI X Dinas Kesehatan" in browser.visit(f"{IMPOR}/ingatan").words

    browser.send(f"{IMPOR}/ingatan/nama/1/lupakan")

    page = send_file(browser, write_csv([("NIP", "NAMA", "GOL", "OPD"), (make_nip(2), "Budi", "III/a", "Balai X")]))
    assert "Maksud dari “Balai X”" in page.words


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_what_another_instansi_remembers_is_neither_seen_nor_forgotten(
    browser: Browser, session: Session, kesehatan: Opd
) -> None:
    use_short_name(browser, session, kesehatan)
    browser.send("/keluar")
    sign_in_officer(browser, session, instansi=make_instansi(session, kode="lain"), nama="Hana")

    assert "Nama lain unit (0)" in browser.visit(f"{IMPOR}/ingatan").words
    browser.send(f"{IMPOR}/ingatan/nama/1/lupakan", status=404)


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_any_unit_can_be_chosen_though_none_resembles_the_name(browser: Browser, session: Session) -> None:
    make_opd(session, nama="Inspektorat", kode="itda")
    session.commit()

    page = send_file(browser, write_csv([("NIP", "NAMA", "GOL", "OPD"), (SITI[0], SITI[1], "III/a", "BALAI X")]))

    assert "Inspektorat" in [option.text for option in page.all("option")]


def rename(browser: Browser, session: Session, opd: Opd, answer: str) -> dict[str, bool]:
    """Upload Rina with another NIP and without the old one, answer, and apply; return the NIP of all with `active`."""
    rina = make_asn(session, opd=opd, nip=make_nip(1), nama="Rina Wati", jenis="PPPK")
    session.commit()
    page = send_file(browser, write_csv([("NIP", "NAMA", "JENIS", "OPD"), (NEW_NIP, "Rina Wati", "PNS", opd.nama)]))
    assert "Mungkin orang yang sama (1)" in page.words
    assert "0 ditambahkan" not in page.words
    value = {"sama": str(rina.id), "lain": "0"}[answer]
    browser.send(address(session, "/orang"), {"orang-pegawai:2": value})
    apply(browser, session)
    session.rollback()
    return {asn.nip or "": asn.active for asn in session.scalars(select(Asn))}


@pytest.mark.usefixtures("dewi")
def test_a_person_said_to_be_the_same_gets_the_new_nip(browser: Browser, session: Session, kesehatan: Opd) -> None:
    assert rename(browser, session, kesehatan, "sama") == {NEW_NIP: True}


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_a_person_said_to_be_another_is_added(browser: Browser, session: Session, kesehatan: Opd) -> None:
    assert rename(browser, session, kesehatan, "lain") == {make_nip(1): True, NEW_NIP: True}


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_an_unanswered_person_is_neither_added_nor_missing(browser: Browser, session: Session, kesehatan: Opd) -> None:
    make_asn(session, opd=kesehatan, nip=make_nip(1), nama="Rina Wati", jenis="PPPK")
    session.commit()

    page = send_file(
        browser, write_csv([("NIP", "NAMA", "JENIS", "OPD"), (NEW_NIP, "Rina Wati", "PNS", "Dinas Kesehatan")])
    )

    assert "Belum ada yang dapat diterapkan. Jawab pertanyaan tentang orang yang sama" in page.words
    assert "Tidak ada di berkas 0" in page.words


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_the_reconciliation_counts_and_lists_all_differences(
    browser: Browser, session: Session, kesehatan: Opd
) -> None:
    make_asn(session, opd=kesehatan, nip=make_nip(1), nama="Siti Aminah", golongan="II/a")
    make_asn(session, opd=kesehatan, nip=make_nip(3), nama="Citra Dewi")
    session.commit()
    rows = [(make_nip(1), "Siti Aminah", "III/a", "PNS"), (make_nip(2), "Budi Santoso", "III/a", "PNS")]
    table = [("NIP", "NAMA", "GOL", "JENIS", "OPD"), *((*row, "Dinas Kesehatan") for row in rows)]
    send_file(browser, write_csv(table))

    page = browser.visit(address(session, "/rekonsiliasi"))

    assert "Hanya di berkas 1 Hanya di Netral 1 Pindah unit 0 Isian berbeda 1" in page.words
    assert "Siti Aminah …000 Golongan II/a III/a" in page.words
    assert make_nip(1) not in page.text
    assert browser.get(address(session, "/rekonsiliasi.xlsx")).status_code == 200


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_two_who_may_be_one_person_are_told_apart_by_their_numbers(
    browser: Browser, session: Session, kesehatan: Opd
) -> None:
    headings = ("NIP", "NAMA", "GOL", "OPD")
    rows = [(nip, "Rina Wati", "III/a", "Dinas Kesehatan") for nip in ("198102022006022002", "198102022026122002")]
    send_file(browser, write_csv([headings, *rows]))
    apply(browser, session)

    page = browser.visit(address(session, "/rekonsiliasi"))

    assert "Rina Wati …06022002 Dinas Kesehatan Rina Wati …26122002" in page.words


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_the_newest_file_is_compared_with_what_has_changed_since(
    browser: Browser, session: Session, kesehatan: Opd
) -> None:
    table = [("NIP", "NAMA", "GOL", "OPD"), (SITI[0], SITI[1], "III/a", "Dinas Kesehatan")]
    send_file(browser, write_csv(table))
    apply(browser, session)
    session.rollback()
    session.scalars(select(Asn)).one().golongan = "III/b"
    session.commit()

    page = browser.visit(address(session, "/rekonsiliasi"))

    assert "Siti Aminah …000 Golongan III/b III/a" in page.words
    assert SITI[0] not in str(last_import(session).listed)


@pytest.mark.usefixtures("dewi")
@ON_SQLITE
def test_many_people_are_left_to_the_worker_and_the_page_shows_how_far_it_is(
    browser: Browser, session: Session
) -> None:
    people = make_people(1_001)
    data = write_workbook(lay_out(people))
    sent = {"csrf_token": browser.token(IMPOR), "berkas": (io.BytesIO(data), "pegawai.xlsx")}
    browser.open(IMPOR, method="POST", data=sent, content_type="multipart/form-data")
    browser.send(address(session, "/unit"), {"buat_unit": "ya"})

    apply(browser, session)
    page = apply(browser, session)

    assert page.heading == "pegawai.xlsx sedang diterapkan"
    asked = browser.send(address(session, "/unit"), {"buat_unit": ""})
    assert (asked.heading, "Pratinjau dihitung ulang." in asked.words) == (page.heading, False)
    assert "Langkah 1 dari 2: Membandingkan berkas dengan data pegawai" in page.words
    assert browser.get(address(session)).headers["Refresh"] == "2"
    jobs = session.scalars(select(Job)).all()
    assert [(job.kind, job.created_at) for job in jobs] == [("roster", NOW)]
