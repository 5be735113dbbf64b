"""The preview tells which parts of a file were read; an unreadable file is refused with one sentence."""

import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.organisation.models import Asn, RosterImport
from netral.roster.columns import ROSTER_COLUMNS, ColumnNames
from netral.roster.opd_import import OPD_COLUMNS
from netral.roster.tables import Unread, read_tables
from netral.words.roster import FIELD_NAMES, UNREAD
from tests.factories import make_instansi, make_opd
from tests.roster.roster_generator import HEADINGS, Rows, SheetLayout, make_person, write_sheets
from tests.web.conftest import Browser
from tests.web.officers import sign_in_officer
from tests.web.pages import Page

IMPOR = "/pegawai/impor"
SITI = make_person(1, nama="Siti Aminah", unit="")
BUDI = make_person(2, nama="Budi Santoso", unit="")
signed_in = pytest.mark.usefixtures("dewi")


def test_every_column_of_a_file_has_a_name_for_people() -> None:
    assert {*ROSTER_COLUMNS.variants, *OPD_COLUMNS.variants} <= FIELD_NAMES.keys()
    assert UNREAD.keys() == set(Unread)


@pytest.mark.parametrize("names", [ROSTER_COLUMNS, OPD_COLUMNS], ids=["roster", "opd"])
def test_no_heading_names_two_columns(names: ColumnNames) -> None:
    variants = [variant for variants in names.variants.values() for variant in variants]

    assert len(variants) == len(set(variants))


@pytest.fixture
def dewi(browser: Browser, session: Session) -> None:
    """Sign in Dewi, an officer whose instansi has Dinas Kesehatan."""
    instansi = make_instansi(session)
    make_opd(session, instansi=instansi, kode="dinkes")
    sign_in_officer(browser, session, instansi=instansi)


def upload(browser: Browser, data: bytes, *, status: int = 200) -> Page:
    fields = {"csrf_token": browser.token(IMPOR), "berkas": (io.BytesIO(data), "pegawai.xlsx")}
    answer = browser.open(IMPOR, method="POST", data=fields, content_type="multipart/form-data", follow_redirects=True)
    return browser.read(answer, status)


def last_import(session: Session) -> int:
    session.rollback()
    return session.scalars(select(RosterImport.id).order_by(RosterImport.id.desc()).limit(1)).one()


@signed_in
def test_the_preview_says_what_was_read_and_what_was_not(browser: Browser) -> None:
    headings = ("NIP", "NAMA", "GOL", "UNIT KERJA", "UNIT KERJA", "KEDUDUKAN HUKUM", "NIK")
    siti = (SITI.nip, "Siti", "III/a", "Dinas Lama", "Dinas Kesehatan", "Aktif", "9999010101990001")
    budi = (BUDI.nip, "Budi", "III/a", "Dinas Lama", "Dinas Kesehatan", "Pensiun BUP", "9999010101990002")
    data = write_sheets(
        SheetLayout("DINKES", [headings, siti, budi], hidden_rows=[2], hidden_columns="D"),
        SheetLayout("DISHUB", [headings, (make_person(3).nip, "Citra", "X", "", "Dinas", "", "")], hidden_columns="D"),
        SheetLayout("REKAP", [["Jumlah", 3]]),
    )

    words = upload(browser, data).words

    assert "Lembar DINKES: 2 baris dibaca di bawah judul kolom baris 1; 1 di antaranya tersembunyi" in words
    assert "Lembar DISHUB: 1 baris dibaca" in words
    assert "Lembar REKAP tidak dibaca: tidak ada baris judul kolom yang dikenal." in words
    assert "Kolom tersembunyi yang tidak dibaca: UNIT KERJA (kolom D)." in words
    assert "1 baris tidak dihitung sebagai pegawai aktif menurut kolom KEDUDUKAN HUKUM: DINKES 3 (Pensiun" in words
    assert "Kolom yang tidak dipakai: UNIT KERJA (kolom D), NIK (kolom G)." in words


@signed_in
def test_faulty_rows_of_several_sheets_name_their_sheet(browser: Browser, session: Session) -> None:
    layouts = [
        SheetLayout(name, [HEADINGS, make_person(number, jenis="?", unit="").cells(1)])
        for number, name in enumerate(("DINKES", "DISHUB"))
    ]

    words = upload(browser, write_sheets(*layouts)).words

    assert "DINKES 2" in words
    assert "DISHUB 2" in words
    answer = browser.get(f"{IMPOR}/{last_import(session)}/galat.xlsx")
    (table,) = read_tables(answer.data, "galat.xlsx", ROSTER_COLUMNS).read
    assert [row.cells[:2] for row in table.rows] == [("2", "DINKES"), ("2", "DISHUB")]


@signed_in
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [("NO", "NAMA", "NIK", "STATUS", "UNIT KERJA"), (1, "Siti", "9999010101990001", "PPNPN", "Dinas")],
            "Untuk PPNPN tambahkan kolom NO PESERTA",
        ),
        ([("NIP", "NAMA", "GOL", "UNIT KERJA")], "tidak ada pegawai yang masih aktif"),
    ],
)
def test_an_unreadable_file_is_refused_in_one_sentence(
    browser: Browser, session: Session, rows: Rows, words: str
) -> None:
    page = upload(browser, write_sheets(SheetLayout("DATA", rows)), status=422)

    assert words in page.words
    session.rollback()
    assert session.scalars(select(RosterImport)).all() == []


@signed_in
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [("NIP", "NAMA", "GOL", "UNIT KERJA", "UNIT KERJA"), (SITI.nip, "Siti", "III/a", "A", "B")],
            "D (UNIT KERJA), E (UNIT KERJA)",
        ),
        (
            [("NIP", "NAMA", "GOL", "Lokasi"), (SITI.nip, "Siti", "III/a", "A")],
            "Kolom yang ditemukan: NIP, NAMA, GOL, Lokasi. Ubah salah satunya menjadi UNIT KERJA",
        ),
    ],
)
def test_a_file_whose_columns_are_unclear_is_asked_about_and_told_why(browser: Browser, rows: Rows, words: str) -> None:
    page = upload(browser, write_sheets(SheetLayout("DATA", rows)))

    assert page.heading == "Kolom mana yang berisi apa?"
    assert words in page.words


@signed_in
def test_without_faulty_rows_there_is_no_workbook_of_them(browser: Browser, session: Session) -> None:
    upload(browser, write_sheets(SheetLayout("DATA", [HEADINGS, SITI.cells(1)])))
    path = f"{IMPOR}/{last_import(session)}"
    browser.send(f"{path}/terapkan")

    browser.visit(f"{path}/galat.xlsx", 404)
    assert len(session.scalars(select(Asn)).all()) == 1
