"""Every report at the edge: listed for those who may see it, within their reach, as page and as files."""

from importlib import import_module
from io import BytesIO
from pkgutil import iter_modules

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

import netral.reporting.reports
from netral.accounts.access import GRANTS, Permission, Role
from netral.learning.exams.models import PaceTally
from netral.learning.periods.models import Period
from netral.organisation.models import Instansi, Opd
from netral.reporting.counts import State
from netral.reporting.report import Column, Kind, Report, tabulate
from netral.web.office import reports
from netral.web.office.reports import REPORTS, Place, fill
from tests.factories import make_instansi, make_opd, make_period
from tests.reporting.makers import make_person
from tests.web.conftest import Browser
from tests.web.officers import sign_in_officer, sign_in_operator

# No sample was drawn by this seed, so its report answers 404, which holds nothing.
EXAMPLE = {"kode": "dinkes", "n": "7"}
WHOLE_INSTANSI = (Role.BKPSDM, Role.INSPEKTORAT, Role.PIMPINAN, Role.PENYUNTING)


@pytest.fixture
def dinas(session: Session) -> Opd:
    return make_opd(session, kode="dinkes", nama="Dinas Kesehatan")


@pytest.fixture
def period(session: Session, dinas: Opd) -> Period:
    period = make_period(session, kode="pilkada-2029")
    satpol = make_opd(session, kode="satpol", nama="Satpol PP")
    make_person(session, opd=dinas, period=period, nama="Rahmat Hidayat", state=State.PASSED_ONLY)
    make_person(session, opd=dinas, period=period, nama="Siti Aminah", state=State.COMPLETED)
    make_person(session, opd=satpol, period=period, nama="Yohanes Lende", state=State.COMPLETED)
    return period


@pytest.fixture
def instansi(session: Session, dinas: Opd) -> Instansi:
    return session.get_one(Instansi, dinas.instansi_id)


def addresses(place: Place) -> list[str]:
    return [fill(place.page_address, EXAMPLE), *(f"{fill(place.file_address, EXAMPLE)}.{end}" for end in place.endings)]


def test_every_report_that_is_written_stands_in_the_table() -> None:
    modules = [found.name for found in iter_modules(netral.reporting.reports.__path__, "netral.reporting.reports.")]
    written = {
        value.code for name in modules for value in vars(import_module(name)).values() if isinstance(value, Report)
    }

    assert written == {place.report.code for place in REPORTS}


def test_a_report_without_a_place_of_its_own_stands_under_its_code() -> None:
    report = Report(
        code="contoh",
        title="Contoh",
        permission=Permission.VIEW_SUMMARY,
        read=lambda *_: None,
        tables=lambda _: (),
        notes=lambda _: [],
        file=lambda _: "contoh",
    )
    place = Place(report)

    assert (place.page_address, place.file_address, place.listed) == ("/laporan/contoh", "/laporan/contoh", True)


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        (Role.BKPSDM, {"Ketuntasan pelatihan netralitas ASN per OPD", "Daftar sertifikat", "Jejak audit"}),
        (Role.PIMPINAN, {"Ketuntasan pelatihan netralitas ASN per OPD"}),
        (Role.PENYUNTING, set()),
    ],
)
def test_the_list_holds_what_the_role_may_see(
    browser: Browser, session: Session, instansi: Instansi, role: Role, titles: set[str]
) -> None:
    sign_in_officer(browser, session, role, instansi=instansi)

    links = browser.visit("/laporan").links()

    known = {place.report.title for place in REPORTS}
    assert known & set(links) >= titles
    for place in REPORTS:
        if place.listed and place.report.permission not in GRANTS[role]:
            assert place.report.title not in links


@pytest.mark.parametrize("place", REPORTS, ids=lambda place: place.name)
def test_no_report_of_an_operator_names_another_opd(
    browser: Browser, session: Session, period: Period, dinas: Opd, place: Place
) -> None:
    sign_in_operator(browser, session, dinas)

    for address in addresses(place):
        response = browser.get(address)
        if place.report.permission in GRANTS[Role.OPERATOR_OPD]:
            assert response.status_code == 200, address
        if not address.endswith(".xlsx"):
            assert "Satpol PP" not in response.text
            assert "Yohanes Lende" not in response.text


@pytest.mark.parametrize("place", REPORTS, ids=lambda place: place.name)
def test_no_report_names_anybody_of_another_instansi(
    browser: Browser, session: Session, period: Period, place: Place
) -> None:
    other = make_instansi(session, kode="lain", nama="Kabupaten Lain")
    make_opd(session, instansi=other, kode="dinkes", nama="Dinas Lain")
    make_period(session, instansi=other, kode="pilkada-2029")
    role = next(role for role in WHOLE_INSTANSI if place.report.permission in GRANTS[role])
    sign_in_officer(browser, session, role, instansi=other)

    for address in addresses(place):
        text = browser.get(address).text if not address.endswith(".xlsx") else ""
        for name in ("Dinas Kesehatan", "Satpol PP", "Siti Aminah", "Rahmat Hidayat", "Yohanes Lende"):
            assert name not in text, address


def test_an_opd_can_be_asked_for_within_the_reach_only(
    browser: Browser, session: Session, period: Period, dinas: Opd
) -> None:
    sign_in_operator(browser, session, dinas)

    assert browser.get("/dasbor/ketuntasan.csv?opd=dinkes").status_code == 200
    assert browser.get("/dasbor/ketuntasan.csv?opd=satpol").status_code == 404
    assert browser.get("/opd/satpol/cetak").status_code == 404


def test_the_register_is_downloaded_whole(
    browser: Browser, session: Session, period: Period, instansi: Instansi
) -> None:
    sign_in_officer(browser, session, Role.INSPEKTORAT, instansi=instansi)

    response = browser.get("/sertifikat-terbit/daftar.xlsx")
    sheet = load_workbook(BytesIO(response.data))["Data"]

    assert "sertifikat-pilkada-2029-2029-05-02.xlsx" in response.headers["Content-Disposition"]
    assert sorted(str(line[1]) for line in sheet.iter_rows(2, values_only=True)) == ["Siti Aminah", "Yohanes Lende"]
    lines = browser.get("/sertifikat-terbit/daftar.csv").data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Nomor;Nama;Unit kerja;Terbit;Berlaku sampai;Status")
    assert ";1 Mei 2029;" in lines[1]
    assert lines[0].endswith(";Tautan periksa")
    assert "/v/" in lines[1]
    assert all("/v/" in str(line[-1]) for line in sheet.iter_rows(2, values_only=True))


def test_a_whole_report_shows_all_its_tables_on_the_page_and_explains_them_in_the_file(
    browser: Browser, session: Session, period: Period, dinas: Opd, instansi: Instansi
) -> None:
    session.add(PaceTally(period_id=period.id, opd_id=dinas.id, people=12, untimed=1, answers=240, rapid=24))
    session.commit()
    sign_in_officer(browser, session, Role.BKPSDM, instansi=instansi)

    page = browser.visit("/laporan/mutu-ujian")
    book = load_workbook(BytesIO(browser.get("/laporan/mutu-ujian.xlsx").data))

    assert "Belum ada 200 peserta yang menyelesaikan ujian pertamanya." in page.words
    assert "Dinas Kesehatan 12 10,0 %" in page.words.replace("\u00a0", " ")
    assert book.sheetnames == ["Data", "Soal lebih sulit bagi sebagian", "Jawaban sangat cepat", "Keterangan"]
    notes = {name.value: note.value for name, note in book["Keterangan"].iter_rows()}
    assert "angka ini bukan penilaian atas orang" in str(notes["Jawaban sangat cepat"])


def test_a_page_holds_what_paper_bears_and_says_what_is_left_out(
    browser: Browser, session: Session, period: Period, dinas: Opd, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person(session, opd=dinas, period=period, nama="Ujang Sutisna")
    monkeypatch.setattr(reports, "MOST_ROWS", 1)
    sign_in_operator(browser, session, dinas)

    page = browser.visit("/opd/dinkes/cetak")

    assert "Rahmat Hidayat" in page.words
    assert "Ujang Sutisna" not in page.words
    assert "Halaman ini memuat 1 baris yang pertama; 1 lainnya ada pada unduhan." in page.words


def test_a_column_for_files_is_not_on_the_page() -> None:
    columns = (Column("Kode", "kode", on_page=False), Column("Jumlah", "jumlah", Kind.COUNT))
    table = tabulate(columns, [type("Row", (), {"kode": "a", "jumlah": 1})])

    shown = reports.on_page(table)

    assert (table.rows, shown.rows) == ((("a", 1),), ((1,),))
    assert [column.label for column in shown.columns] == ["Jumlah"]
