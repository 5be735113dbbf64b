"""Another process holds the database: writers are told in time, readers do not notice."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from netral.database import writers
from tests.browser.server import LEARNERS
from tests.databases import SqliteFactory
from tests.faults.checks import check_the_exam_goes_on
from tests.faults.conftest import running
from tests.faults.people import Saver, Told, check_apology, seated
from tests.learning.make import make_exam, start
from tests.web.conftest import Browser, app, browser, clock, enter, open_app, settings

__all__ = ["app", "browser", "clock", "open_app", "settings"]

NAMES = [name.split()[0] for name in LEARNERS[:12]]


@contextmanager
def another_process_writes(url: str) -> Iterator[None]:
    other = dbapi2.connect(str(make_url(url).database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_locked_database_is_503_for_writers_alone(
    browser: Browser, session: Session, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "BUSY_TIMEOUT_MS", 100)
    exam = make_exam(session)
    start(session, exam)
    enter(browser, session, exam.user_id)
    token = browser.token("/profil")
    session.commit()

    with another_process_writes(database_url):
        sent = {"csrf_token": token, "jawaban": "1", "aksi": "maju"}
        refused = browser.client.post("/ujian/1", data=sent, headers={"Accept": "application/json"})
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert refused.get_json()["error"] == "Layanan sedang sibuk"
        assert browser.client.get("/ujian/kerjakan").status_code == 200

    browser.send("/ujian/1", {"aksi": "lewat"})


def save_at_once(savers: list[Saver]) -> list[Told]:
    """Return the answers that each of them got."""
    told: list[Told] = []
    threads = [threading.Thread(target=lambda saver: told.append(saver.save_first()), args=(each,)) for each in savers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.long
def test_a_writer_waiting_for_a_lock_is_told_after_one_timeout(
    sqlite_factory: SqliteFactory, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """The first writer of a process waits for SQLite, the others for the first; together within one timeout."""
    with sqlite_factory.database() as url, running(url, tmp_path) as server, seated(server, NAMES) as savers:
        reader, writers = savers[0], savers[1:]
        with another_process_writes(url):
            told: list[Told] = []
            waiting = threading.Thread(target=lambda: told.extend(save_at_once(writers)))
            waiting.start()
            reads = [reader.look().seconds for _ in range(20)]
            waiting.join()

        assert len(told) == len(writers)
        for each in told:
            check_apology(each)
        waited = sorted(each.seconds for each in told)
        tell(f"locked: {len(told)} writers told after {waited[0]:.1f} to {waited[-1]:.1f} s, reads {max(reads):.3f} s")
        assert waited[-1] < 15, waited
        assert max(reads) < 2, reads
        for saver in savers:
            check_the_exam_goes_on(saver)
