"""/sertifikat-terbit/siasn: parts are made, downloaded and marked as sent by BKPSDM only."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.certificates.issue.register import find_record
from netral.certificates.models import Certificate
from netral.certificates.paper.files import keep_hash, pdf_path, read_or_make_pdf
from netral.exports.models import SiasnPart
from netral.jobs.models import Job
from netral.learning.periods.models import Period
from netral.organisation.models import Asn, Instansi
from netral.settings import Settings
from tests.exports.conftest import HOURS, SIASN_ID
from tests.factories import make_instansi
from tests.learning.make import KODE, make_exam, pass_exam
from tests.web.conftest import Browser, enter
from tests.web.officers import sign_in_officer

PAGE = "/sertifikat-terbit/siasn"


@pytest.fixture
def certificate(browser: Browser, session: Session) -> Certificate:
    """Siti has a certificate of a period with JP."""
    exam = make_exam(session)
    pass_exam(session, exam)
    for name, value in HOURS.items():
        setattr(session.scalars(select(Period)).one(), name, value)
    session.get_one(Instansi, exam.instansi_id).siasn_id = SIASN_ID
    enter(browser, session, exam.user_id).send("/ikrar", {"butir": ["1", "2", "3", "4"]})
    session.rollback()
    return session.scalars(select(Certificate)).one()


@pytest.fixture
def dewi(certificate: Certificate, session: Session, open_browser: Callable[[], Browser]) -> Browser:
    browser = open_browser()
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, certificate.instansi_id))
    return browser


def make_part(dewi: Browser, session: Session) -> str:
    dewi.send(PAGE, {"periode": KODE}, token_from=PAGE)
    session.rollback()
    return f"{PAGE}/{session.scalars(select(SiasnPart.id)).one()}"


def file_pdf(session: Session, certificate: Certificate, settings: Settings) -> None:
    record = find_record(session, certificate.public_id)
    assert record
    stored = read_or_make_pdf(settings.certificate_dir, record, base_url=settings.base_url)
    keep_hash(session, certificate.public_id, stored)
    session.commit()


def test_a_part_is_made_by_a_job_downloaded_and_marked_as_sent(
    dewi: Browser, certificate: Certificate, session: Session, settings: Settings
) -> None:
    assert "1 sertifikat siap" in dewi.visit(PAGE).words
    part = make_part(dewi, session)
    assert session.scalars(select(Job.kind)).all() == ["siasn"]
    assert "0 dari 1 PDF siap" in dewi.visit(PAGE).words
    assert dewi.get(f"{part}.zip").status_code == 302

    file_pdf(session, certificate, settings)
    archive = dewi.get(f"{part}.zip", buffered=True)
    nip = session.scalars(select(Asn.nip).where(Asn.id == certificate.asn_id)).one()
    with ZipFile(BytesIO(archive.data)) as packed:
        assert packed.namelist() == [f"{nip}_1-NETRAL-ASN-BKPSDM-V-2029.pdf"]
    assert load_workbook(BytesIO(dewi.get(f"{part}.xlsx").data))["Data"]["N2"].value == nip
    assert nip
    assert nip not in dewi.visit(PAGE).text

    assert "tidak dapat dibatalkan" in dewi.visit(f"{part}/kirim").words
    assert "ditandai sudah dikirim" in dewi.send(f"{part}/kirim", token_from=f"{part}/kirim").words
    assert "Tidak ada yang berubah" in dewi.send(f"{part}/kirim").words
    assert "Sudah dikirim" in dewi.visit(PAGE).words
    assert dewi.get(f"{part}.zip", buffered=True).data == archive.data


def test_a_form_sent_twice_makes_one_part(dewi: Browser, session: Session, certificate: Certificate) -> None:
    make_part(dewi, session)
    dewi.send(PAGE, {"periode": KODE}, token_from=PAGE)
    session.rollback()

    assert len(session.scalars(select(SiasnPart)).all()) == 1
    assert len(session.scalars(select(Job)).all()) == 1


def test_a_withdrawn_certificate_is_listed_as_a_correction(
    dewi: Browser, session: Session, certificate: Certificate
) -> None:
    make_part(dewi, session)
    place = f"/sertifikat-terbit/{certificate.public_id}/ganti"
    dewi.send(place, {"alasan": "Gelar diperbaiki"}, token_from=place)

    words = dewi.visit(PAGE).words
    assert "Hapus riwayat kursus bernomor ini" in words
    assert "2/NETRAL-ASN/BKPSDM/V/2029" in words
    sheet = load_workbook(BytesIO(dewi.get(f"{PAGE}/koreksi.xlsx").data))["Data"]
    assert sheet["A2"].value == certificate.nomor
    assert sheet["I2"].value.endswith(f"/v/{certificate.public_id}")

    assert "Centang dahulu" in dewi.send(f"{PAGE}/koreksi", {"periode": KODE}, token_from=PAGE).words
    ticked = {"periode": KODE, "sertifikat": certificate.public_id}
    told = dewi.send(f"{PAGE}/koreksi", ticked, token_from=PAGE)
    assert "1 koreksi ditandai sudah diurus" in told.words
    assert "Sudah diurus" not in told.words


def test_all_corrections_are_marked_by_one_button(dewi: Browser, session: Session, certificate: Certificate) -> None:
    make_part(dewi, session)
    place = f"/sertifikat-terbit/{certificate.public_id}/ganti"
    dewi.send(place, {"alasan": "Gelar diperbaiki"}, token_from=place)

    everything = {"periode": KODE, "semua": "1"}
    assert "1 koreksi ditandai" in dewi.send(f"{PAGE}/koreksi", everything, token_from=PAGE).words
    assert "Tidak ada koreksi yang ditandai" in dewi.send(f"{PAGE}/koreksi", everything, token_from=PAGE).words


def test_without_the_number_of_the_instansi_the_page_says_where_to_set_it(
    dewi: Browser, session: Session, certificate: Certificate
) -> None:
    session.get_one(Instansi, certificate.instansi_id).siasn_id = ""
    session.commit()
    page = dewi.send(PAGE, {"periode": KODE}, token_from=PAGE)

    assert "Isi ID instansi SIASN" in page.words
    assert page.links()["Isi pada Pengaturan instansi"] == "/instansi"
    assert session.scalars(select(SiasnPart)).all() == []


def test_the_number_of_the_instansi_is_set_as_siasn_shows_it(
    dewi: Browser, session: Session, certificate: Certificate
) -> None:
    fields = {"nama": "Kabupaten Contoh", "zona": "Asia/Makassar"}
    written = "a5eb03e2-3ccc-f6a0-e040-640a040252ae"
    assert "32 angka" in dewi.send("/instansi", fields | {"siasn": "123"}, status=422, token_from="/instansi").words
    dewi.send("/instansi", fields | {"siasn": written}, token_from="/instansi")
    session.rollback()

    assert session.get_one(Instansi, certificate.instansi_id).siasn_id == written.replace("-", "").upper()


def test_grades_are_sent_for_moodle(dewi: Browser, certificate: Certificate) -> None:
    answer = dewi.get("/sertifikat-terbit/nilai-moodle.csv?kolom=idnumber&kursus=NETRAL")

    assert answer.text.splitlines()[0] == "idnumber,course,grade,feedback"
    assert ",NETRAL,100," in answer.text


def test_inspektorat_sees_the_register_and_no_files_with_numbers(
    certificate: Certificate, session: Session, open_browser: Callable[[], Browser]
) -> None:
    citra = open_browser()
    sign_in_officer(citra, session, Role.INSPEKTORAT, instansi=session.get_one(Instansi, certificate.instansi_id))

    assert "Berkas SIASN" not in citra.visit("/sertifikat-terbit").words
    assert citra.get(PAGE).status_code == 403


def test_a_finished_job_leads_to_the_parts_of_its_own_instansi(
    dewi: Browser, session: Session, certificate: Certificate, open_browser: Callable[[], Browser]
) -> None:
    make_part(dewi, session)
    place = f"{PAGE}/pekerjaan/{session.scalars(select(Job.id)).one()}"
    hana = open_browser()
    sign_in_officer(hana, session, instansi=make_instansi(session, kode="lain"))

    assert dewi.get(place).location == f"{PAGE}?periode={KODE}"
    assert hana.get(place).status_code == 404


def test_a_damaged_file_is_named_and_kept_from_everybody(
    dewi: Browser, browser: Browser, certificate: Certificate, session: Session, settings: Settings
) -> None:
    part = make_part(dewi, session)
    file_pdf(session, certificate, settings)
    pdf_path(settings.certificate_dir, certificate.public_id).write_bytes(b"%PDF-1.7 damaged")

    for who, path in ((dewi, f"{part}.zip"), (browser, "/sertifikat.pdf")):
        words = who.visit(path, 409).words
        assert f"Berkas PDF sertifikat {certificate.public_id} di server tidak sama" in words
        assert "memulihkan berkas itu dari cadangan" in words
