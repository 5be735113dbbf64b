"""/pegawai/unit: BKPSDM corrects the tree of units in Excel, sees what would change, and applies it."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.audit.models import AuditEvent
from netral.organisation.models import Instansi, Opd
from tests.factories import make_instansi, make_opd
from tests.web.conftest import Browser
from tests.web.officers import sign_in_officer
from tests.web.pages import Page

PAGE = "/pegawai/unit"
HEAD = "kode;nama;jenis;induk\n"


@pytest.fixture
def dinas(session: Session) -> Opd:
    dinas = make_opd(session, kode="dinkes", nama="Dinas Kesehtan")
    make_opd(session, kode="pkm-hulu", nama="Puskesmas Hulu", jenis="uptd", parent=dinas)
    session.commit()
    return dinas


@pytest.fixture
def dewi(browser: Browser, session: Session, dinas: Opd) -> Browser:
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, dinas.instansi_id))
    return browser


def send_file(dewi: Browser, text: str, status: int = 200) -> Page:
    fields = {"csrf_token": dewi.token(PAGE), "berkas": (BytesIO(text.encode()), "unit.csv")}
    return dewi.read(dewi.open(PAGE, method="POST", data=fields, content_type="multipart/form-data"), status)


def read_units(session: Session) -> dict[str, tuple[str, str]]:
    session.rollback()
    return {opd.kode: (opd.nama, opd.path) for opd in session.scalars(select(Opd))}


def test_a_corrected_list_is_shown_before_it_is_applied(dewi: Browser, session: Session, dinas: Opd) -> None:
    before = read_units(session)
    corrected = "dinkes;Dinas Kesehatan;opd;\nsatpol;Satpol PP;opd;\npkm-hulu;Puskesmas Hulu;uptd;satpol\n"
    page = send_file(dewi, HEAD + corrected)

    assert "1 unit baru, 2 unit berubah. Belum ada yang tersimpan" in page.words
    assert "Dinas Kesehtan, opd" in page.words
    assert read_units(session) == before

    sent = {"isi": page.value("isi"), "versi": page.value("versi")}
    assert "1 unit ditambahkan, 2 diubah" in dewi.send(f"{PAGE}/terapkan", sent, token_from=PAGE).words
    after = read_units(session)
    assert after["dinkes"][0] == "Dinas Kesehatan"
    assert after["pkm-hulu"][1].startswith(after["satpol"][1])
    assert session.scalars(select(AuditEvent.action).where(AuditEvent.action == "opd.imported")).all()


def test_a_unit_that_gets_only_the_number_of_siasn_shows_it(dewi: Browser, session: Session, dinas: Opd) -> None:
    own = session.get_one(Instansi, dinas.instansi_id).nama

    page = send_file(dewi, f"ID;NAMA_UNOR;ID_ATASAN\nA1;{own};\nA2;{dinas.nama};A1\n")

    assert "0 unit baru, 1 unit berubah" in page.words
    assert f"{dinas.nama}, opd, UNOR belum ada" in page.words
    assert f"{dinas.nama}, opd, UNOR A2" in page.words


def test_what_was_shown_is_applied_or_nothing(dewi: Browser, session: Session, dinas: Opd) -> None:
    page = send_file(dewi, HEAD + "dinkes;Dinas Kesehatan;opd;\n")
    session.get_one(Opd, dinas.id).nama = "Dinas Kesehatan Kabupaten"
    session.commit()
    sent = {"isi": page.value("isi"), "versi": page.value("versi")}

    assert "Daftar unit berubah" in dewi.send(f"{PAGE}/terapkan", sent, status=409, token_from=PAGE).words
    assert read_units(session)["dinkes"][0] == "Dinas Kesehatan Kabupaten"
    dewi.send(f"{PAGE}/terapkan", {"isi": "bukan isi"}, status=409, token_from=PAGE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + "dinkes;;opd;\n", "1 hal perlu diperbaiki"),
        (HEAD + "dinkes;Dinas Kesehatan;opd;pkm-hulu\n", "menjadi induk dirinya sendiri"),
        ("nip;nama\n1;Siti\n", "kode"),
    ],
)
def test_a_list_with_a_fault_changes_nothing(dewi: Browser, session: Session, text: str, told: str) -> None:
    before = read_units(session)

    assert told in send_file(dewi, text, status=422).words
    assert read_units(session) == before


def test_the_downloaded_list_changes_nothing_when_it_comes_back(dewi: Browser, session: Session) -> None:
    content = dewi.get(f"{PAGE}/daftar.xlsx").data
    rows = list(load_workbook(BytesIO(content))["Data"].iter_rows(values_only=True))
    assert rows[0] == ("kode", "nama", "jenis", "induk")
    assert [row[0] for row in rows[1:]] == ["dinkes", "pkm-hulu"]

    fields = {"csrf_token": dewi.token(PAGE), "berkas": (BytesIO(content), "unit-kerja.xlsx")}
    page = dewi.read(dewi.open(PAGE, method="POST", data=fields, content_type="multipart/form-data"), 200)
    assert "sama dengan unit yang ada" in page.words


def test_units_of_another_instansi_are_not_listed(dewi: Browser, session: Session) -> None:
    make_opd(session, instansi=make_instansi(session, kode="lain"), kode="lain", nama="Dinas Lain")
    session.commit()

    assert "Dinas Lain" not in dewi.visit(PAGE).words


def test_only_bkpsdm_changes_units(browser: Browser, session: Session, dinas: Opd) -> None:
    sign_in_officer(browser, session, Role.INSPEKTORAT, instansi=session.get_one(Instansi, dinas.instansi_id))

    browser.visit(PAGE, status=403)
