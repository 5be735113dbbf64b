"""/transkrip: one's own list, its PDF, what a stranger sees of it, and BKPSDM, which leaves a trace."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.models import AuditEvent
from netral.certificates.models import Certificate, Transcript
from netral.learning.periods.models import Period
from netral.organisation.models import Asn, Instansi
from tests.factories import make_instansi
from tests.learning.make import make_exam, pass_exam
from tests.web.conftest import Browser, enter
from tests.web.officers import sign_in_officer

YEAR = {"tahun": "2029"}


@pytest.fixture
def siti(browser: Browser, session: Session) -> Browser:
    """Siti has a certificate with 3 JP."""
    exam = make_exam(session)
    pass_exam(session, exam)
    period = session.scalars(select(Period)).one()
    period.jp, period.jp_dasar = 3, "Kurikulum 2029"
    enter(browser, session, exam.user_id).send("/ikrar", {"butir": ["1", "2", "3", "4"]})
    session.rollback()
    return browser


def get_made(session: Session) -> Transcript:
    session.rollback()
    return session.scalars(select(Transcript)).one()


def test_a_learner_lists_a_year_and_takes_it_along(
    siti: Browser, session: Session, open_browser: Callable[[], Browser]
) -> None:
    assert siti.visit("/sertifikat").links()["Transkrip: daftar sertifikat Anda per tahun"] == "/transkrip"
    page = siti.visit("/transkrip")
    assert "1/NETRAL-ASN/BKPSDM/V/2029" in page.words
    assert "Jumlah JP pada sertifikat yang tercantum: 3 JP" in page.words

    siti.send("/transkrip", YEAR, token_from="/transkrip")
    assert "sudah dibuat hari ini" in siti.send("/transkrip", YEAR, token_from="/transkrip").words
    made = get_made(session)
    answer = siti.get(f"/transkrip.pdf?id={made.public_id}")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment")

    stranger = open_browser()
    page = stranger.visit(f"/v/t/{made.public_id}")
    assert page.heading == "Daftar ini dibuat oleh kami"
    assert "Siti Aminah" in page.words
    assert "Jumlah JP pada sertifikat yang tercantum: 3 JP" in page.words
    nip = session.scalars(select(Asn.nip).order_by(Asn.id)).first()
    assert nip
    assert nip not in page.text
    assert stranger.get(f"/v/{made.public_id}").location == f"/v/t/{made.public_id}"


def test_a_stranger_sees_what_became_of_a_certificate(
    siti: Browser, session: Session, open_browser: Callable[[], Browser]
) -> None:
    siti.send("/transkrip", YEAR, token_from="/transkrip")
    made, certificate = get_made(session), session.scalars(select(Certificate)).one()
    dewi = open_browser()
    sign_in_officer(dewi, session, instansi=session.get_one(Instansi, made.instansi_id))
    place = f"/sertifikat-terbit/{certificate.public_id}/cabut"
    dewi.send(place, {"alasan": "Keliru"}, token_from=place)

    words = open_browser().visit(f"/v/t/{made.public_id}").words
    assert "Dicabut" in words
    assert "tanpa 1 sertifikat yang sudah dicabut, diganti, atau tidak cocok" in words
    assert "Keliru" not in words
    assert "Transkrip tidak dibuat" in siti.send("/transkrip", YEAR, token_from="/transkrip").words


def test_a_wrong_code_says_so(siti: Browser, open_browser: Callable[[], Browser]) -> None:
    stranger = open_browser()

    assert stranger.read(stranger.get("/v/t/" + "7" * 26), 404).heading == "Kode tidak ditemukan"
    assert stranger.get("/v/t/salah").status_code == 400
    assert stranger.get("/v/t/" + "7" * 26).headers["X-Robots-Tag"] == "noindex, noarchive"


def test_bkpsdm_opens_a_person_s_transcript_for_a_reason_that_is_recorded(
    siti: Browser, session: Session, open_browser: Callable[[], Browser]
) -> None:
    siti.send("/transkrip", YEAR, token_from="/transkrip")
    own, certificate = get_made(session), session.scalars(select(Certificate)).one()
    dewi, hana = open_browser(), open_browser()
    instansi = session.get_one(Instansi, certificate.instansi_id)
    sign_in_officer(dewi, session, instansi=instansi)
    sign_in_officer(hana, session, instansi=make_instansi(session, kode="lain"))
    place = f"/sertifikat-terbit/{certificate.public_id}/transkrip"

    assert "Tuliskan keperluannya" in dewi.send(place, YEAR, status=422, token_from=place).words
    dewi.send(place, YEAR | {"alasan": "Diminta yang bersangkutan"}, token_from=place)
    session.rollback()
    other = session.scalars(select(Transcript).where(Transcript.id != own.id)).one()
    pdf = f"/sertifikat-terbit/transkrip/{other.public_id}.pdf"
    assert dewi.get(pdf).data.startswith(b"%PDF-")
    assert dewi.get(f"/sertifikat-terbit/transkrip/{own.public_id}.pdf").status_code == 404
    assert siti.get(f"/transkrip.pdf?id={other.public_id}").status_code == 404
    assert hana.get(pdf).status_code == 404
    reasons = session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "transcript.made")).all()
    assert [detail.get("reason") for detail in reasons] == [None, "Diminta yang bersangkutan"]
