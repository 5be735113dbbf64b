"""A server with learners behind it for each fault, and a PostgreSQL of its own that may be killed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL

import pytest

from tests.browser.server import Server, fill, make_server
from tests.databases import PostgresqlFactory, SqliteFactory
from tests.faults.postgres import Cluster


@contextmanager
def running(database_url: str, data_dir: Path) -> Iterator[Server]:
    """Yield a server, filled and started; its remaining processes are killed afterwards."""
    server = make_server(database_url, data_dir)
    server.log = DEVNULL
    fill(server)
    try:
        server.start()
        yield server
    finally:
        if server.process and server.process.poll() is None:
            server.kill()


@pytest.fixture
def database_url(sqlite_factory: SqliteFactory) -> Iterator[str]:
    """Return a database for tests in this process. Only SQLite locks as a whole, and clocks concern both kinds."""
    with sqlite_factory.database() as url:
        yield url


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Return a function that prints a figure for the person who runs the tests."""

    def tell(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n  {line}")

    return tell


@pytest.fixture(scope="session")
def durable_postgresql() -> Iterator[PostgresqlFactory]:
    """Yield a PostgreSQL that waits for the disk, as in production: a kill must not make it lose a commit."""
    factory = PostgresqlFactory(durable=True)
    yield factory
    factory.stop()


@pytest.fixture
def cluster(durable_postgresql: PostgresqlFactory) -> Iterator[Cluster]:
    cluster = Cluster(durable_postgresql)
    yield cluster
    cluster.start()
