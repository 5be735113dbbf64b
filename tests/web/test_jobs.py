"""/pekerjaan: each office sees its own jobs, their progress and faults; a failed one can be started again."""

import pytest
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.audit.events import Act
from netral.exports.siasn import SIASN
from netral.jobs.models import Job
from netral.jobs.queue import claim, enqueue
from netral.organisation.models import Instansi
from tests.factories import NOW, make_instansi
from tests.web.conftest import Browser, Clock
from tests.web.officers import sign_in_officer


@pytest.fixture
def instansi(session: Session) -> Instansi:
    return make_instansi(session)


def make_job(session: Session, instansi: Instansi | None, **values: object) -> Job:
    act = Act(None, NOW, instansi.id if instansi else None)
    job = session.get_one(Job, enqueue(session, act, "sweep", {}))
    for name, value in values.items():
        setattr(job, name, value)
    session.commit()
    return job


def test_a_running_job_shows_its_progress_and_loads_again(
    browser: Browser, session: Session, instansi: Instansi
) -> None:
    job = make_job(session, instansi, done=50, total=400, claims=1)
    sign_in_officer(browser, session, instansi=instansi)

    assert "50 dari 400" in browser.visit("/pekerjaan").words
    page = browser.get(f"/pekerjaan/{job.id}")
    assert page.headers["Refresh"] == "5"
    assert '<progress value="50" max="400"' in page.text


def test_a_job_whose_worker_was_killed_says_when_it_goes_on(
    browser: Browser, session: Session, instansi: Instansi, clock: Clock
) -> None:
    job = make_job(session, instansi)
    claim(session, now=NOW)
    session.commit()
    sign_in_officer(browser, session, instansi=instansi)

    assert "tidak memberi kabar" not in browser.visit(f"/pekerjaan/{job.id}").words
    clock.forward(minutes=2)
    page = browser.visit(f"/pekerjaan/{job.id}")

    assert "Server tidak memberi kabar tentang langkah ini sejak 2 Mei 2029" in page.words
    assert "langkahnya dikerjakan lagi sendiri 2 Mei 2029" in page.words


def test_a_failed_job_is_started_again_once(browser: Browser, session: Session, instansi: Instansi) -> None:
    job = make_job(session, instansi, state="failed", finished_at=NOW, fault="Disk penuh")
    sign_in_officer(browser, session, instansi=instansi)

    place = f"/pekerjaan/{job.id}"
    assert "Disk penuh." in browser.visit(place).words
    assert "Refresh" not in browser.get(place).headers
    assert "dimulai lagi dari langkah terakhir" in browser.send(f"{place}/ulang").words
    assert "Tidak ada yang dimulai dua kali" in browser.send(f"{place}/ulang").words


def test_jobs_of_another_office_do_not_exist(browser: Browser, session: Session, instansi: Instansi) -> None:
    other = make_job(session, make_instansi(session, kode="lain", nama="Kabupaten Lain"))
    sign_in_officer(browser, session, instansi=instansi)

    assert f"/pekerjaan/{other.id}" not in browser.visit("/pekerjaan").text
    browser.visit(f"/pekerjaan/{other.id}", 404)


def test_the_operator_of_the_installation_sees_all_of_them(
    browser: Browser, session: Session, instansi: Instansi
) -> None:
    jobs = make_job(session, instansi), make_job(session, None)
    sign_in_officer(browser, session, Role.PENGELOLA, instansi=None)

    page = browser.visit("/pekerjaan")
    assert all(f"/pekerjaan/{job.id}" in page.text for job in jobs)


def test_only_who_may_open_what_a_job_has_made_is_led_to_it(
    browser: Browser, session: Session, instansi: Instansi
) -> None:
    job = make_job(session, instansi, kind=SIASN, state="done", finished_at=NOW, result={"period_id": 1})
    sign_in_officer(browser, session, Role.PENGELOLA, instansi=None)

    assert "Buka hasilnya" not in browser.visit(f"/pekerjaan/{job.id}").words
    sign_in_officer(browser, session, instansi=instansi)
    assert "Buka hasilnya" in browser.visit(f"/pekerjaan/{job.id}").words
