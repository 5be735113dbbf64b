"""A running server with a kabupaten of many people behind it, and the yardstick beside it, on one machine."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.population import analyse, settle, the_place
from bench.processes import cpu_milliseconds
from bench.visitor import Visitor
from netral.cli.serving import THREADS, WORKERS
from netral.settings import ROOT
from tests.browser.server import LEARNERS, OFFICERS, PASSWORD, Server, fill, free_port, make_server
from tests.databases import PostgresqlFactory, SqliteFactory

UNITS = 400


@dataclass
class Town:
    """A running town. `roots` are the processes whose CPU time an answer costs: the server, and PostgreSQL if used."""

    server: Server
    roots: list[int]

    @property
    def port(self) -> int:
        return self.server.port

    def cpu(self) -> float:
        return cpu_milliseconds(self.roots)

    def visitor(self, name: str) -> Visitor:
        """Return a person who is signed in."""
        visitor = Visitor(self.port)
        visitor.sign_in(self.server.logins[name], PASSWORD)
        return visitor


FIRST_NAMES = [name.split()[0] for name in LEARNERS]
OFFICER_NAMES = {role.value: name.split()[0] for name, role in OFFICERS.items()}


@contextmanager
def run_town(database: str, *, people: int, units: int = UNITS) -> Iterator[Town]:
    """Run a town on `sqlite` or `postgresql`; everything is removed afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        factory = SqliteFactory(Path(directory)) if database == "sqlite" else PostgresqlFactory(durable=True)
        with factory.database() as url:
            server = make_server(url, Path(directory))
            server.log = subprocess.DEVNULL
            fill(server)
            with server.session() as session:
                settle(session, the_place(session, units=units), people=people, now=datetime.now(UTC))
                analyse(session)
            server.start()
            try:
                yield Town(server, [server.process.pid if server.process else 0, *factory.processes()])
            finally:
                server.kill()
        factory.stop()


@contextmanager
def run_hello() -> Iterator[tuple[int, int]]:
    """Run the yardstick and yield its port and process."""
    port = free_port()
    granian = Path(sys.executable).parent / "granian"
    arguments = [
        *(str(granian), "--interface", "wsgi", "--port", str(port), "--workers", str(WORKERS)),
        *(
            "--blocking-threads",
            str(THREADS),
            "--backlog",
            "1024",
            "--no-ws",
            "--log-level",
            "error",
            "bench.hello:app",
        ),
    ]
    process = subprocess.Popen(arguments, cwd=ROOT, env={**os.environ}, start_new_session=True)
    try:
        wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            Visitor(port).get("/")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the yardstick does not answer")
