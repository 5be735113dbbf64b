"""Exempting with a document: its number, its last day, and a PDF that only officers within reach can fetch."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.audit.events import Act
from netral.learning.periods.exemptions import (
    MOST_BYTES,
    NotPdf,
    Paper,
    PaperTooLarge,
    PdfNotPlain,
    end_overdue_exemptions,
    grant_exemption,
    read_pdf,
)
from netral.learning.periods.models import Exemption
from netral.organisation.models import Instansi
from tests.factories import NOW, make_instansi
from tests.learning.make import KODE, Exam, get_enrolment, later, make_exam
from tests.web.conftest import Browser
from tests.web.officers import sign_in_officer

PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
PAPER = {"alasan": "Tugas belajar", "nomor": "800/12", "tanggal": "01/05/2029", "sampai": "05/05/2029"}


@pytest.fixture
def exam(session: Session, browser: Browser) -> Exam:
    """Return an exam whose participants Dewi looks after."""
    exam = make_exam(session)
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, exam.instansi_id))
    return exam


def place(exam: Exam) -> str:
    return f"/periode/{KODE}/peserta/{exam.asn_id}"


def exempt_with(browser: Browser, exam: Exam, pdf: bytes, **more: str) -> str:
    data = {"csrf_token": browser.token("/profil"), **PAPER, **more, "berkas": (BytesIO(pdf), "sk.pdf")}
    answer = browser.open(
        f"{place(exam)}/bebaskan", method="POST", data=data, content_type="multipart/form-data", follow_redirects=True
    )
    return answer.text


def test_an_exemption_names_its_document_and_gives_it_out_as_a_download(
    browser: Browser, session: Session, exam: Exam
) -> None:
    assert "dibebaskan dari periode ini" in exempt_with(browser, exam, PDF)

    page = browser.visit(place(exam))
    assert "Dokumen: 800/12, 1 Mei 2029." in page.words
    row = session.scalars(select(Exemption)).one()
    sent = browser.get(f"{place(exam)}/pembebasan/{row.id}.pdf")
    assert (sent.data, sent.mimetype) == (PDF, "application/pdf")
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.headers["Cache-Control"] == "no-store"
    assert "sandbox" in sent.headers["Content-Security-Policy"]


def test_the_list_shows_exemptions_and_those_without_a_document(browser: Browser, session: Session, exam: Exam) -> None:
    browser.send(f"{place(exam)}/bebaskan", {"alasan": "Sakit"}, token_from=place(exam))
    people, without = f"/periode/{KODE}/peserta?kedudukan=bebas", f"/periode/{KODE}/peserta?kedudukan=tanpa-dokumen"
    assert "belum ada" in browser.visit(people).words
    assert "1 peserta" in browser.visit(without).words

    browser.send(f"{place(exam)}/dokumen", PAPER, token_from=place(exam))

    assert "800/12" in browser.visit(people).words
    assert "Tidak ada peserta yang cocok" in browser.visit(without).words
    assert "belum disimpan" in browser.send(f"{place(exam)}/dokumen", PAPER | {"versi": "lama"}).words


@pytest.mark.parametrize(
    ("pdf", "said"),
    [
        (b"<html><script>alert(1)</script>", "bukan PDF"),
        (PDF.replace(b"/Catalog", b"/Catalog /OpenAction <</S /J#61vaScript /JS (app.alert(1))>>"), "memuat skrip"),
    ],
)
def test_only_a_plain_pdf_is_taken(browser: Browser, session: Session, exam: Exam, pdf: bytes, said: str) -> None:
    assert said in exempt_with(browser, exam, pdf)
    assert get_enrolment(session, exam).standing == "wajib"


def test_a_file_or_a_day_without_a_number_is_asked_for_it(browser: Browser, session: Session, exam: Exam) -> None:
    assert "Tulis nomor dokumennya" in exempt_with(browser, exam, PDF, nomor="")
    assert "sudah lewat" in exempt_with(browser, exam, PDF, sampai="01/05/2029")
    assert get_enrolment(session, exam).standing == "wajib"


def test_what_a_pdf_may_be() -> None:
    assert read_pdf(PDF) == PDF
    for data, error in ((PDF + b" " * MOST_BYTES, PaperTooLarge), (b"", NotPdf), (PDF[:20], NotPdf)):
        with pytest.raises(error):
            read_pdf(data)
    with pytest.raises(PdfNotPlain):
        read_pdf(PDF + b"/Launch (cmd.exe)\n%%EOF")


def test_an_exemption_ends_after_its_last_day_once(session: Session) -> None:
    exam = make_exam(session)
    act, paper = Act(None, NOW, exam.instansi_id), Paper(document="800/12", valid_to=date(2029, 5, 5))
    grant_exemption(session, act, reason="Tugas belajar", paper=paper, **exam.who)
    session.commit()

    ended = [end_overdue_exemptions(session, Act(None, later(days=days), exam.instansi_id)) for days in (3, 4, 4)]

    session.commit()

    assert ended == [0, 1, 0]
    assert get_enrolment(session, exam).standing == "wajib"


def test_the_document_of_another_instansi_is_404(
    session: Session, exam: Exam, browser: Browser, open_browser: Callable[[], Browser]
) -> None:
    exempt_with(browser, exam, PDF)
    row = session.scalars(select(Exemption)).one()
    hana = open_browser()
    sign_in_officer(hana, session, Role.BKPSDM, instansi=make_instansi(session, kode="lain"), nama="Hana")

    assert hana.get(f"{place(exam)}/pembebasan/{row.id}.pdf").status_code == 404
    assert browser.get(f"{place(exam)}/pembebasan/{row.id + 1}.pdf").status_code == 404
