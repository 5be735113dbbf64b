"""flask worker: what is due is done, a fault is told without a value, and a killed worker loses nothing."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.cli import worker
from netral.jobs.models import Job
from netral.jobs.queue import KEPT, Claimed, Progress, advance, claim, enqueue
from netral.settings import ROOT, Settings
from netral.web.office.jobs import MADE
from netral.words.jobs import KINDS
from tests.cli.conftest import Run
from tests.web.conftest import Clock

DAY = datetime(2026, 12, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def day(clock: Clock) -> None:
    clock.now = DAY


def read(session: Session) -> dict[str, Job]:
    session.rollback()
    return {job.kind: job for job in session.scalars(select(Job))}


def test_every_kind_has_a_name() -> None:
    assert KINDS.keys() == worker.DUTIES.keys()
    assert MADE.keys() <= KINDS.keys()


def test_the_sweep_is_enlisted_once_and_due_again_a_minute_later(run: Run, session: Session, clock: Clock) -> None:
    run("worker", "--once")
    run("worker", "--once")
    assert read(session)["sweep"].claims == 1

    clock.forward(minutes=1)
    run("worker", "--once")
    sweep = read(session)["sweep"]
    assert (sweep.claims, sweep.finished_at) == (2, DAY + timedelta(minutes=1))


def test_a_job_goes_on_step_by_step(run: Run, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def count_on(claimed: Claimed) -> Progress:
        return Progress(done=claimed.done + 1, total=3, result={"steps": claimed.done + 1})

    monkeypatch.setitem(worker.DUTIES, "count", count_on)
    enqueue(session, Act(None, DAY), "count", {})

    run("worker", "--once")

    job = read(session)["count"]
    assert (job.state, job.done, job.claims, job.result) == ("done", 3, 3, {"steps": 3})


def test_a_fault_is_told_by_its_kind_and_place_only(
    run: Run, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(claimed: Claimed) -> Progress:
        raise ValueError("198001012005011001")

    monkeypatch.setitem(worker.DUTIES, "count", fail)
    enqueue(session, Act(None, DAY), "count", {})

    told = run("worker", "--once").stderr

    assert "Kesalahan program (ValueError)" in told
    assert "test_worker.py:" in told
    assert "19800101" not in told
    job = read(session)["count"]
    assert (job.state, job.due_at) == ("open", DAY + timedelta(minutes=1))
    assert job.fault is not None
    assert "19800101" not in job.fault


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "Disk server penuh, jadi berkasnya tidak dapat ditulis. Pengelola mengosongkan ruang"),
        (errno.EACCES, "Server tidak dapat menulis atau membaca berkasnya (EACCES). Pengelola memeriksa pemilik"),
        (errno.ENOTDIR, "Server tidak dapat menulis atau membaca berkasnya (ENOTDIR). Pengelola memeriksa pemilik"),
    ],
)
def test_a_fault_of_the_data_folder_is_told_to_officers_without_its_path(
    run: Run, session: Session, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def fail(claimed: Claimed) -> Progress:
        raise OSError(number, "refused", "/var/lib/netral/198001012005011001.pdf")

    monkeypatch.setitem(worker.DUTIES, "count", fail)
    enqueue(session, Act(None, DAY), "count", {})

    assert "1980" not in run("worker", "--once").stderr
    fault = read(session)["count"].fault
    assert fault is not None
    assert fault.startswith(said)
    assert "1980" not in fault


def test_a_kind_that_is_not_known_is_a_fault_of_its_job_only(run: Run, session: Session) -> None:
    enqueue(session, Act(None, DAY), "later-version", {})

    run("worker", "--once")

    assert read(session)["later-version"].fault is not None
    assert read(session)["sweep"].finished_at == DAY


def test_files_go_with_their_job(run: Run, session: Session, clock: Clock, settings: Settings) -> None:
    job_id = enqueue(session, Act(None, DAY), "count", {})
    claimed = claim(session, now=DAY)
    assert claimed is not None
    advance(session, claimed, Progress(), now=DAY)
    file = settings.job_dir / str(job_id) / "berkas.zip"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"PK")

    clock.forward(days=KEPT.days, minutes=1)
    run("worker", "--once")

    assert not file.parent.exists()
    assert "count" not in read(session)


def wait_for_claim(session: Session, *, claims: int) -> Job:
    for _ in range(900):
        sweep = read(session).get("sweep")
        session.expunge_all()
        session.rollback()  # else this session keeps the write lock of SQLite from the worker
        if sweep is not None and sweep.claims >= claims and sweep.finished_at is not None:
            return sweep
        time.sleep(0.1)
    raise AssertionError("no worker has claimed the job")


@contextmanager
def run_aside(command: list[str], place: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command beside the test, which leaves nothing behind even if it fails."""
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | place) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_worker_ends_with_its_parent_and_at_a_signal(session: Session, settings: Settings, tmp_path: Path) -> None:
    session.commit()
    place = {"NETRAL_DATABASE_URL": settings.database_url, "NETRAL_DATA_DIR": str(tmp_path), "FLASK_APP": "app.py"}
    command = [sys.executable, "-m", "flask", "worker"]
    with run_aside(command, place) as process:
        wait_for_claim(session, claims=1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(90) == 0

    session.rollback()
    with run_aside([*command, "--parent", "1"], place) as orphan:
        assert orphan.wait(90) == 0
