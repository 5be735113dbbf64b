"""The ZIP of a unit's certificates in the office: who may order and fetch it, and what is recorded."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.audit.models import AuditEvent
from netral.exports.bundles import NAME
from netral.jobs.models import Job
from netral.jobs.queue import KEPT
from netral.organisation.models import Instansi, Opd
from netral.settings import Settings
from tests.certificates.rows import make_issued
from tests.factories import NOW, make_instansi
from tests.web.conftest import Browser
from tests.web.officers import sign_in_officer, sign_in_operator


@pytest.fixture
def opd(session: Session) -> Opd:
    enrolment, _ = make_issued(session)
    return session.get_one(Opd, enrolment.current_opd_id)


@pytest.fixture
def dewi(browser: Browser, session: Session, opd: Opd) -> Browser:
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, opd.instansi_id))
    return browser


@pytest.fixture
def job(dewi: Browser, session: Session, opd: Opd, settings: Settings) -> Job:
    """Return the job that Dewi ordered, finished."""
    page = f"/opd/{opd.kode}/sertifikat"
    assert "1 sertifikat" in dewi.visit(page).words
    assert "Berkas ZIP sertifikat" in dewi.send(page, token_from=page).words
    job = session.scalars(select(Job)).one()
    job.state, job.finished_at, job.result = "done", NOW, {"certificates": 1, "left_out": 0}
    session.commit()
    path = settings.job_dir / str(job.id) / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK\x05\x06" + bytes(18))
    return job


def test_the_zip_is_fetched_from_the_page_of_its_job_and_both_are_recorded(
    dewi: Browser, session: Session, job: Job, opd: Opd
) -> None:
    place = dewi.visit(f"/pekerjaan/{job.id}").links()["Buka hasilnya"]
    assert "Tersimpan sampai" in dewi.visit(place).words
    answer = dewi.post(place, token_from=place)
    content = answer.data
    answer.close()

    assert content.startswith(b"PK")
    assert f"sertifikat-{opd.kode}-" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    events = session.scalars(select(AuditEvent).where(AuditEvent.object_kind == "bundle").order_by(AuditEvent.id))
    assert [(event.action, event.object_id) for event in events] == [
        ("bundle.ordered", str(job.id)),
        ("bundle.fetched", str(job.id)),
    ]
    assert "Berkas ZIP sertifikat diunduh" in dewi.visit("/audit").words


def test_a_file_that_is_gone_is_said(dewi: Browser, job: Job, settings: Settings) -> None:
    (settings.job_dir / str(job.id) / NAME).unlink()
    place = f"/sertifikat-terbit/berkas/{job.id}"

    assert "sudah tidak ada di server" in dewi.visit(place).words
    assert dewi.post(place).status_code == 404
    assert KEPT.days == 7


def test_others_neither_order_nor_fetch_it(
    session: Session, job: Job, opd: Opd, open_browser: Callable[[], Browser]
) -> None:
    foreign, operator, inspector = open_browser(), open_browser(), open_browser()
    sign_in_officer(foreign, session, instansi=make_instansi(session, kode="lain", nama="Kabupaten Lain"))
    sign_in_operator(operator, session, opd)
    instansi = session.get_one(Instansi, opd.instansi_id)
    sign_in_officer(inspector, session, Role.INSPEKTORAT, instansi=instansi, nama="Hana")

    for place in (f"/opd/{opd.kode}/sertifikat", f"/sertifikat-terbit/berkas/{job.id}"):
        assert foreign.get(place).status_code == 404
        assert foreign.post(place).status_code == 404
        for other in (operator, inspector):
            assert other.get(place).status_code == 403
            assert other.post(place).status_code == 403
    assert "Sertifikat unit ini (ZIP)" not in operator.visit(f"/opd/{opd.kode}").words
