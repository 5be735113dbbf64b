"""Files of people that are too large to be read within the request: kept, read by the worker, shown as they go on."""

import io

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.jobs.models import Job
from netral.jobs.queue import claim
from netral.organisation.models import Instansi, Opd, RosterImport
from netral.roster.applying import ASKED, READING, REFUSED
from netral.roster.uploads import AT_ONCE, COMPARING, CONTENTS, JOB
from netral.settings import Settings
from tests.databases import ON_SQLITE
from tests.factories import NOW, make_instansi, make_opd
from tests.roster.roster_generator import make_nip, write_csv
from tests.web.conftest import Browser, Clock
from tests.web.officers import sign_in_officer
from tests.web.pages import Page

IMPOR = "/pegawai/impor"
HEADINGS = ("NIP", "NAMA", "GOL", "UNIT KERJA", "CATATAN")
LARGE = write_csv([HEADINGS, (make_nip(1), "Siti Aminah", "III/a", "Dinas Kesehatan", "x" * 1000), *[("",) * 5] * 3])
LARGE += b" ;;;;\r\n" * (AT_ONCE // 7)


@pytest.fixture
def instansi(session: Session) -> Instansi:
    return make_instansi(session)


@pytest.fixture
def kesehatan(session: Session, instansi: Instansi) -> Opd:
    return make_opd(session, instansi=instansi, kode="dinkes")


@pytest.fixture(autouse=True)
def dewi(browser: Browser, session: Session, instansi: Instansi, kesehatan: Opd) -> User:
    assert kesehatan.instansi_id == instansi.id
    return sign_in_officer(browser, session, instansi=instansi)


def upload(browser: Browser, data: bytes = LARGE, *, name: str = "pegawai.csv", status: int = 200) -> Page:
    fields = {"csrf_token": browser.token(IMPOR), "berkas": (io.BytesIO(data), name)}
    answer = browser.open(IMPOR, method="POST", data=fields, content_type="multipart/form-data", follow_redirects=True)
    return browser.read(answer, status)


def last_import(session: Session) -> RosterImport:
    session.rollback()
    return session.scalars(select(RosterImport).order_by(RosterImport.id.desc()).limit(1)).one()


def address(session: Session, step: str = "") -> str:
    import_id = last_import(session).id
    session.rollback()
    return f"{IMPOR}/{import_id}{step}"


def change(session: Session, **values: object) -> None:
    session.execute(update(RosterImport).values(**values))
    session.commit()


def test_a_large_file_is_taken_at_once_and_its_page_shows_how_far_reading_is(
    browser: Browser, session: Session, settings: Settings
) -> None:
    page = upload(browser)

    assert page.heading == "pegawai.csv sedang dibaca"
    assert "Langkah 1 dari 3: Membaca isi berkas" in page.words
    assert "Menunggu giliran di server." in page.words
    assert browser.get(address(session)).headers["Refresh"] == "2"
    assert len(list(settings.upload_dir.iterdir())) == 1
    session.execute(update(Job).values(claims=1, result={"stage": CONTENTS, "share": 0.4}))
    session.commit()
    page = browser.visit(address(session))
    assert '<progress value="30" max="100"' in page.text
    assert "Menunggu giliran" not in page.words
    session.execute(update(Job).values(result={"stage": COMPARING, "share": 0}))
    session.commit()
    assert "Langkah 3 dari 3: Membandingkan dengan data pegawai" in browser.visit(address(session)).words


def test_pressing_twice_is_one_import_and_one_job(browser: Browser, session: Session, settings: Settings) -> None:
    upload(browser)
    upload(browser)

    session.rollback()
    assert len(session.scalars(select(RosterImport)).all()) == 1
    assert [job.kind for job in session.scalars(select(Job))] == [JOB]
    assert len(list(settings.upload_dir.iterdir())) == 1


def test_an_import_that_is_being_read_keeps_the_file_of_another_officer_out(
    browser: Browser, session: Session, settings: Settings, instansi: Instansi
) -> None:
    upload(browser)
    browser.send("/keluar")
    sign_in_officer(browser, session, instansi=instansi, nama="Hana")

    page = upload(browser, LARGE + b" ", status=409)

    assert "Impor lain sedang ditinjau oleh Dewi" in page.words
    assert len(list(settings.upload_dir.iterdir())) == 1
    assert browser.visit(address(session)).heading == "pegawai.csv sedang dibaca"


def test_discarding_a_file_that_is_being_read_removes_it(
    browser: Browser, session: Session, settings: Settings
) -> None:
    upload(browser)
    assert "Berkas Anda sedang dibaca" in browser.visit(IMPOR).words

    browser.send(address(session, "/batal"))

    assert list(settings.upload_dir.iterdir()) == []
    browser.visit(address(session), 409)
    assert "sedang dibaca" not in browser.visit(IMPOR).words


@ON_SQLITE
def test_a_file_of_another_kind_is_refused_at_once_however_large(
    browser: Browser, session: Session, settings: Settings
) -> None:
    page = upload(browser, b"%PDF-1.7" + LARGE, name="pegawai.xlsx", status=422)

    assert "isi berkas ini berjenis pdf" in page.words
    assert session.scalars(select(RosterImport)).all() == []
    assert not settings.upload_dir.exists()


@ON_SQLITE
def test_a_refused_file_says_why_and_leads_back(browser: Browser, session: Session) -> None:
    upload(browser)
    change(session, state=REFUSED, summary={"why": "Berkas ini terkunci dengan kata sandi."})

    answer = browser.get(address(session))

    page = browser.read(answer, 200)
    assert page.heading == "pegawai.csv tidak dapat dibaca"
    assert "Berkas ini terkunci dengan kata sandi." in page.words
    assert "Unggah lagi" in page.words
    assert "Refresh" not in answer.headers
    assert "Impor lain" not in browser.visit(IMPOR).words


@ON_SQLITE
def test_a_reading_that_was_cut_off_says_when_it_goes_on(browser: Browser, session: Session, clock: Clock) -> None:
    upload(browser)
    claim(session, now=NOW)
    session.commit()
    clock.forward(minutes=2)

    page = browser.visit(address(session))

    assert "Server tidak memberi kabar tentang langkah ini sejak" in page.words
    assert browser.get(address(session)).headers["Refresh"] == "2"


@ON_SQLITE
def test_a_job_that_failed_is_said_to_have_failed(browser: Browser, session: Session) -> None:
    upload(browser)
    session.execute(update(Job).values(state="failed", fault="Disk penuh"))
    session.commit()

    answer = browser.get(address(session))

    assert "Disk penuh." in browser.read(answer, 200).words
    assert "Refresh" not in answer.headers


@ON_SQLITE
def test_columns_of_a_large_file_are_answered_without_sending_it_again(
    browser: Browser, session: Session, settings: Settings
) -> None:
    upload(browser)
    (file,) = settings.upload_dir.iterdir()
    question = '{"key": "%s", "sheet": "pegawai", "row": 1, "texts": ["A", "B"], "samples": [[], []], "guessed": {}}'
    (settings.upload_dir / f"{file.name}.json").write_text(question % ("0" * 64))
    change(session, state=ASKED, summary={"file": file.name, "why": "Judulnya belum jelas.", "asked": 1})
    assert "Judulnya belum jelas." in browser.visit(address(session)).words
    browser.visit(address(session, "/hilang"), 409)

    page = browser.send(address(session, "/kolom"), {"isi-nip": "0", "isi-nama": "1"})

    assert page.heading == "pegawai.csv sedang dibaca"
    again = last_import(session)
    assert again.state == READING
    assert again.summary["columns"] == {"headings": "0" * 64, "fields": {"nip": ["a", 0], "nama": ["b", 0]}}
    assert len(session.scalars(select(Job)).all()) == 2
    assert file.exists()
