"""flask period extra-attempt, extra-time and outage."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from socket import socket
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.cli.beating import beat
from netral.learning.exams.compensating import note_beat
from netral.learning.exams.models import Attempt, Heartbeat, Outage
from netral.learning.exams.saving import SaveOutcome
from netral.learning.periods.models import Enrolment
from netral.organisation.models import Asn
from netral.settings import Settings
from tests.cli.conftest import Run, read
from tests.databases import ON_SQLITE
from tests.factories import NOW
from tests.learning.make import KODE, Exam, fail_exam, later, make_exam, save, start
from tests.web.conftest import Clock

pytestmark = ON_SQLITE
REASON = ("--alasan", "Listrik padam", "--json")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Name a port of our own, at which nothing answers yet."""
    with socket() as guard:
        guard.bind(("127.0.0.1", 0))
        return replace(settings, port=guard.getsockname()[1])


@pytest.fixture(autouse=True)
def day(clock: Clock) -> None:
    clock.now = NOW


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session, limit_seconds=1200, attempts=1, pause_minutes=0)


def test_attempts_are_told_by_name_and_given_with_a_reason(run: Run, session: Session, exam: Exam) -> None:
    fail_exam(session, exam)
    command = ("period", "extra-attempt", KODE)

    assert "Sebutkan kepada siapa" in run(*command, code=2).stderr
    told = run(*command, "--semua").stdout
    assert "Siti Aminah, Dinas Kesehatan" in told
    assert "1 pegawai akan mendapat 1 kesempatan tambahan. Beri dengan --alasan." in told
    assert read(run(*command, "--semua", *REASON)) == {"people": 1, "given": True}
    nip = str(session.get_one(Asn, exam.asn_id).nip)
    assert read(run(*command, "--nip", nip, "--banyak", "2", *REASON))["given"]
    session.rollback()
    assert session.scalars(select(Enrolment.extra_attempts)).one() == 3
    assert "kehabisan kesempatan" in run(*command, "--semua", *REASON, code=1).stderr
    assert "Tidak ditemukan" in run(*command, "--nip", "1" * 18, *REASON, code=1).stderr


def test_minutes_reach_those_who_sit(run: Run, session: Session, exam: Exam) -> None:
    command = ("period", "extra-time", KODE, "--menit", "15")
    assert "Tidak ada yang sedang mengerjakan ujian" in run(*command, "--semua", *REASON, code=1).stderr
    start(session, exam)

    assert "1 pegawai akan mendapat tambahan 15 menit" in run(*command, "--semua").stdout
    run(*command, "--semua", *REASON)
    run(*command, "--nip", str(session.get_one(Asn, exam.asn_id).nip), *REASON)

    session.rollback()
    assert session.scalars(select(Attempt.extra_seconds)).one() == 1800


def test_outages_are_listed_and_decided(run: Run, session: Session, exam: Exam, clock: Clock) -> None:
    assert "Tidak ada gangguan" in run("period", "outage", KODE).stdout
    start(session, exam)
    for minutes in (5, 300):
        note_beat(session, Act(None, later(minutes=minutes)))
        session.commit()
    clock.now = later(minutes=300)
    run("period", "sweep")
    number = ("--nomor", str(session.scalars(select(Outage.id)).one()))

    told = run("period", "outage", KODE).stdout
    assert "2 Mei 2029 pukul 10.05 WITA sampai 15.00 WITA, 295 menit, perlu diputuskan" in told
    assert "Sebutkan yang diberikan" in run("period", "outage", KODE, *number, *REASON, code=2).stderr
    assert read(run("period", "outage", KODE, *number, "--pengganti", *REASON)) == {"people": 1, "given": True}
    assert read(run("period", "outage", KODE, "--json"))[0]["replaced"] == 1


class Serving(BaseHTTPRequestHandler):
    """Answers as the web server does."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "sehat"}')

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def served(port: int) -> Iterator[None]:
    with HTTPServer(("127.0.0.1", port), Serving) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield
        server.shutdown()
        thread.join()


def look(app: Flask, session: Session) -> None:
    session.commit()
    with app.app_context():
        beat()


def test_the_web_server_notes_that_it_serves_before_anything_is_closed(
    app: Flask, run: Run, session: Session, exam: Exam, clock: Clock, settings: Settings
) -> None:
    start(session, exam)
    with served(settings.port):
        clock.now = later(minutes=5)
        look(app, session)
    clock.now = later(minutes=30)
    look(app, session)
    assert read(run("period", "sweep", "--json"))["graded"] == 0
    assert session.scalars(select(Heartbeat.at)).one() == later(minutes=5)
    clock.now = later(minutes=40)
    with served(settings.port):
        look(app, session)
    run("worker", "--once")

    session.rollback()
    assert session.scalars(select(Attempt.state)).one() == "open"
    assert session.scalars(select(Attempt.extra_seconds)).one() == 35 * 60


def test_a_worker_that_was_away_for_hours_gives_nobody_time(
    app: Flask, run: Run, session: Session, exam: Exam, clock: Clock, settings: Settings
) -> None:
    start(session, exam)
    with served(settings.port):
        for minute in range(0, 91, 2):
            clock.now = later(minutes=minute)
            look(app, session)
    assert save(session, exam, 1, {}, now=later(minutes=21)).outcome is SaveOutcome.CLOSED
    run("worker", "--once")

    session.rollback()
    attempt = session.scalars(select(Attempt)).one()
    assert (attempt.state, attempt.closed_at, attempt.extra_seconds) == ("expired", later(minutes=20), 0)
    assert session.scalars(select(Outage)).all() == []
