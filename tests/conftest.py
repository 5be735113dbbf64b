"""Fixtures for all tests: databases of both kinds, a session, settings with a fixed clock."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from netral import models
from netral.database.engines import make_engine
from tests.databases import PostgresqlFactory, SqliteFactory, chosen_databases

assert models.Base.metadata.tables, "every test sees every table"

# A rule holds on a slow machine, too: no example of a property is refused for the time that it takes.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def sqlite_factory(tmp_path_factory: pytest.TempPathFactory) -> SqliteFactory:
    return SqliteFactory(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_factory() -> Iterator[PostgresqlFactory]:
    factory = PostgresqlFactory()
    yield factory
    factory.stop()


@pytest.fixture(params=chosen_databases())
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of a fresh, migrated database; a test that asks for it runs on both kinds."""
    factory = request.getfixturevalue(f"{request.param}_factory")
    with factory.database() as url:
        yield url


@pytest.fixture(scope="session")
def kept_engines() -> dict[str, Engine]:
    """Engines by address: databases come again and again, and what was compiled for one test serves the next."""
    return {}


@pytest.fixture
def engine(database_url: str, kept_engines: dict[str, Engine]) -> Iterator[Engine]:
    """An engine without connections; listeners that a test adds hear only that test."""
    if database_url not in kept_engines:
        kept_engines[database_url] = make_engine(database_url)
    lent = kept_engines[database_url].execution_options()
    yield lent
    lent.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Return a session of the test's own; it does not see changes that code under test forgets to commit."""
    with Session(engine, expire_on_commit=True) as session:
        yield session


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Share compiled templates between all applications of a run, since compiling costs more than most tests do."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder = folder / "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail the run if a test was skipped: a missing tool must not look like success."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if exitstatus == 0 and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
