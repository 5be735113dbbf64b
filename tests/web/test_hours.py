"""JP: set as a period opens or later, printed and signed, and frozen as a certificate is issued."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.models import AuditEvent
from netral.certificates.issue.renewing import KIND
from netral.certificates.models import Certificate
from netral.jobs.models import Job
from netral.learning.periods.models import Period
from netral.organisation.models import Instansi
from tests.databases import ON_SQLITE
from tests.factories import make_asn
from tests.learning.make import KODE, make_exam, pass_exam, publish_small
from tests.web.conftest import Browser, enter
from tests.web.officers import sign_in_officer
from tests.web.test_periods import CONFIRMED, FORM

PAGE = f"/periode/{KODE}/jp"
HOURS = {"jp": "3", "dasar_jp": "Keputusan Kepala BKPSDM Nomor 12 Tahun 2029", "jenis_diklat": "16"}
PRINTED = "3 JP (Keputusan Kepala BKPSDM Nomor 12 Tahun 2029)"
REASON = {"alasan": "Keputusan baru terbit"}


@pytest.fixture
def siti(browser: Browser, session: Session) -> Browser:
    """Siti has passed; her signature is all that is missing."""
    exam = make_exam(session)
    pass_exam(session, exam)
    return enter(browser, session, exam.user_id)


@pytest.fixture
def dewi(siti: Browser, session: Session, open_browser: Callable[[], Browser]) -> Browser:
    return arrive_as(open_browser(), session, "Dewi")


def arrive_as(browser: Browser, session: Session, nama: str) -> Browser:
    sign_in_officer(browser, session, instansi=session.scalars(select(Instansi)).one(), nama=nama)
    return browser


def sign(learner: Browser, session: Session) -> Certificate:
    learner.send("/ikrar", {"butir": ["1", "2", "3", "4"]})
    session.rollback()
    return session.scalars(select(Certificate)).one()


def test_what_is_set_is_printed_signed_and_shown_to_a_stranger(
    siti: Browser, dewi: Browser, session: Session, open_browser: Callable[[], Browser]
) -> None:
    dewi.send(PAGE, HOURS | REASON, token_from=PAGE)
    certificate = sign(siti, session)
    stranger = open_browser()

    assert PRINTED in siti.visit("/sertifikat").words
    assert PRINTED in stranger.visit(f"/v/{certificate.public_id}").words
    document = stranger.get(f"/v/{certificate.public_id}.json").get_json()
    assert (document["jp"], document["jenis_diklat"]) == (3, "E-learning")
    assert certificate.format_version == 2


def test_a_later_change_alters_nothing_that_was_issued(siti: Browser, dewi: Browser, session: Session) -> None:
    dewi.send(PAGE, HOURS | REASON, token_from=PAGE)
    certificate = sign(siti, session)
    place = f"/v/{certificate.public_id}"
    before = (siti.get("/sertifikat.pdf").data, siti.visit(place).words)
    told = dewi.visit(PAGE).words
    dewi.send(PAGE, HOURS | REASON | {"jp": "20"}, token_from=PAGE)

    assert "1 sertifikat yang sudah terbit tidak berubah" in told
    assert (siti.get("/sertifikat.pdf").data, siti.visit(place).words) == before
    place = f"/sertifikat-terbit/{certificate.public_id}/ganti"
    dewi.send(place, {"alasan": "JP dikoreksi"}, token_from=place)
    assert "20 JP (Keputusan" in siti.visit("/sertifikat").words
    session.expire_all()
    assert session.get_one(Certificate, certificate.id).status_reason == "JP dikoreksi"


def test_all_certificates_with_other_hours_are_reissued_by_one_job(
    siti: Browser, dewi: Browser, session: Session
) -> None:
    sign(siti, session)
    place = f"{PAGE}/terbitkan-ulang"
    assert "Tidak ada yang perlu diterbitkan ulang" in dewi.visit(place).words
    dewi.send(PAGE, HOURS | REASON, token_from=PAGE)
    assert dewi.visit(PAGE).links()["1 sekaligus"] == place
    assert "Terbitkan ulang 1 sertifikat" in dewi.visit(place).words

    assert "Tuliskan alasannya" in dewi.send(place, {"alasan": " "}, status=422, token_from=place).words
    told = dewi.send(place, {"alasan": "JP ditetapkan"}, token_from=place)
    assert told.heading == "Menerbitkan ulang sertifikat dengan JP baru"
    dewi.send(place, {"alasan": "JP ditetapkan"}, token_from=place)
    session.rollback()
    assert session.scalars(select(Job.kind)).all() == [KIND]
    siti.visit(place, status=403)


def test_a_change_is_recorded_with_its_reason(dewi: Browser, session: Session) -> None:
    dewi.send(PAGE, HOURS | REASON, token_from=PAGE)
    dewi.send(PAGE, HOURS | REASON, token_from=PAGE)

    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "period.hours_changed")).all()
    assert [(event.detail["jp"], event.detail["reason"]) for event in events] == [("- → 3", REASON["alasan"])]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"jp": "100"}, "JP 1 sampai 99"),
        ({"jp": "0"}, "JP 1 sampai 99"),
        ({"jp": "tiga"}, "Isi JP dengan bilangan bulat"),
        ({"dasar_jp": " "}, "Isi dasar JP"),
        ({"jp": ""}, "Isi JP, atau kosongkan dasarnya"),
        ({"jenis_diklat": "1"}, "Pilih salah satu dari daftar"),
        ({"alasan": ""}, "Tuliskan alasannya"),
        ({"dasar_jp": "Keputusan \u0928"}, "tidak dapat dicetak"),
    ],
)
@ON_SQLITE
def test_hours_that_do_not_go_together_are_refused_in_words(
    dewi: Browser, session: Session, changed: dict[str, str], told: str
) -> None:
    assert told in dewi.send(PAGE, HOURS | REASON | changed, status=422, token_from=PAGE).words
    assert session.scalars(select(Period.jp)).one() is None


@ON_SQLITE
def test_the_second_officer_sees_what_the_first_has_set(
    dewi: Browser, session: Session, open_browser: Callable[[], Browser]
) -> None:
    old = dewi.visit(PAGE).hidden(PAGE)
    arrive_as(open_browser(), session, "Hana").send(PAGE, HOURS | REASON, token_from=PAGE)
    refused = dewi.send(PAGE, old | HOURS | REASON | {"jp": "5"}, status=409)

    assert f"Sekarang: {PRINTED}, E-learning" in refused.words
    session.rollback()
    assert session.scalars(select(Period.jp)).one() == 3


@ON_SQLITE
def test_a_period_opens_with_hours_that_its_confirmation_names(browser: Browser, session: Session) -> None:
    asn = make_asn(session)
    publish_small(session)
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, asn.instansi_id))

    assert PRINTED in browser.send("/periode/buka", FORM | HOURS, token_from="/periode/buka").words
    browser.send("/periode/buka", CONFIRMED | HOURS, token_from="/periode/buka")
    assert PRINTED in browser.visit(f"/periode/{FORM['kode']}").words
    refused = FORM | HOURS | {"kode": "lain", "dasar_jp": ""}
    assert "Isi dasar JP" in browser.send("/periode/buka", refused, status=422, token_from="/periode/buka").words
