"""The server before its first request: the memory it holds, and that no other server answers on its port."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import delete, select

from bench.processes import family
from netral.learning.exams.models import Heartbeat, Outage
from netral.settings import ROOT
from tests.browser.server import Server, make_server
from tests.databases import SqliteFactory

LOAD = """
import sys
from app import app
from netral.cli.serving import load_the_rest
with app.app_context():
    load_the_rest()
print(*{name.split(".")[0] for name in sys.modules})
"""
TAKEN = "Galat: Porta {} sedang dipakai layanan lain. Hentikan dahulu, atau pakai porta lain: PORT=8080\n"

Place = Callable[[], Server]


@pytest.fixture
def place(sqlite_factory: SqliteFactory, tmp_path: Path) -> Iterator[Place]:
    """Return a function that makes servers ready to be started; all of them are stopped in the end."""
    made: list[Server] = []
    with sqlite_factory.database() as url:

        def make() -> Server:
            directory = tmp_path / str(len(made))
            directory.mkdir()
            made.append(make_server(url, directory))
            return made[-1]

        yield make
        for server in made:
            if server.process and server.process.poll() is None:
                server.kill()


def beside(first: Server, second: Server) -> dict[str, str]:
    """Return the environment of the second server, which is told to use the port of the first."""
    return second.environment | {"PORT": str(first.port)}


def serve(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "serve"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def assert_refused(process: subprocess.Popen[str], sentence: str) -> None:
    _, said = process.communicate(timeout=120)
    assert (process.returncode, said) == (1, sentence)


def test_the_web_processes_load_nothing_that_is_large_and_seldom_needed() -> None:
    found = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True).stdout.split()

    assert {"flask", "sqlalchemy", "zxingcpp"} <= set(found)
    unwanted = {"alembic", "lxml", "mako", "matplotlib", "minify", "numpy", "openpyxl", "typst", "xlsxwriter"}
    assert unwanted.isdisjoint(found)


def test_a_database_that_was_never_made_is_told_whatever_its_name(place: Place, tmp_path: Path) -> None:
    missing = tmp_path / "lain.sqlite3"
    process = serve(place().environment | {"NETRAL_DATABASE_URL": f"sqlite:///{missing}"})

    assert_refused(process, "Galat: Basis data belum ada. Jalankan: .venv/bin/flask db upgrade\n")
    assert not missing.exists()


def test_a_database_outside_the_data_folder_is_served(place: Place, tmp_path: Path) -> None:
    server, elsewhere = place(), tmp_path / "netral.sqlite3"
    shutil.copyfile(server.database_url.removeprefix("sqlite:///"), elsewhere)
    server.environment["NETRAL_DATABASE_URL"] = f"sqlite:///{elsewhere}"

    server.start()

    assert urlopen(f"{server.url}/sehat", timeout=5).status == 200


def test_a_second_server_on_a_port_is_refused(place: Place) -> None:
    """`make run` while the service runs is refused, even with another folder and another database."""
    first, second = place(), place()
    first.start()

    assert_refused(serve(beside(first, second)), TAKEN.format(first.port))

    assert urlopen(f"{first.url}/sehat", timeout=5).status == 200


def test_a_second_server_is_refused_on_all_addresses_of_the_machine(place: Place) -> None:
    first, second = place(), place()
    first.start()

    assert_refused(serve(beside(first, second) | {"NETRAL_HOST": "0.0.0.0"}), TAKEN.format(first.port))  # noqa: S104


def test_one_of_two_servers_that_start_together_answers(place: Place) -> None:
    first, second = place(), place()
    processes = [serve(first.environment), serve(beside(first, second))]
    while not any(process.poll() for process in processes):
        time.sleep(0.05)
    first.wait()

    refused = [process for process in processes if process.poll() is not None]
    served = [process for process in processes if process not in refused]
    for process in served:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    assert (len(served), len(refused)) == (1, 1)
    assert_refused(refused[0], TAKEN.format(first.port))


def test_the_port_stays_taken_after_a_worker_was_replaced(place: Place) -> None:
    first, second = place(), place()
    first.start()
    assert first.process
    worker = next(each for each in family(first.process.pid) if each != first.process.pid)

    os.kill(worker, signal.SIGKILL)
    first.wait()

    assert_refused(serve(beside(first, second)), TAKEN.format(first.port))


def test_a_server_starts_again_at_once(place: Place) -> None:
    """Connections that the server itself has closed keep the port for a minute, but not from its successor."""
    first = place()
    first.start()
    for _ in range(5):
        with closing(socket.create_connection(("127.0.0.1", first.port))) as connection:
            connection.sendall(b"GET /sehat HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            while connection.recv(65536):
                pass
    assert first.process
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(timeout=30) == 0

    first.start()

    assert urlopen(f"{first.url}/sehat", timeout=5).status == 200


def test_the_server_notes_without_a_worker_that_it_serves(place: Place) -> None:
    """Its first beat ends the outage that began with the last beat before it, twenty minutes ago."""
    first = place()
    with first.session() as session:
        session.execute(delete(Heartbeat))
        session.add(Heartbeat(id=1, at=datetime.now(UTC) - timedelta(minutes=20), clock_back=False))

    first.start()

    for _ in range(300):
        with first.session() as session:
            if session.scalars(select(Outage.kind)).all() == ["compensated"]:
                break
        time.sleep(0.1)
    else:
        raise AssertionError("nobody noted that the server serves")


def test_a_port_of_another_program_is_refused(place: Place) -> None:
    first = place()
    with closing(socket.create_server(("127.0.0.1", first.port))):
        assert_refused(serve(first.environment), TAKEN.format(first.port))


def test_an_address_of_another_machine_is_refused(place: Place) -> None:
    sentence = "Galat: NETRAL_HOST 192.0.2.1 bukan alamat mesin ini. Pakai 127.0.0.1 atau 0.0.0.0.\n"

    assert_refused(serve(place().environment | {"NETRAL_HOST": "192.0.2.1"}), sentence)
