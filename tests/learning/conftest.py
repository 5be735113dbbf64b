"""Worker processes, started once for all races; only PostgreSQL for its own features."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from netral.database.engines import make_engine
from tests.databases import PostgresqlFactory
from tests.learning.workers import Job, Workers

Race = Callable[[Sequence[Job]], list[Any]]


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.stop()


@pytest.fixture
def race(workers: Workers, session: Session, database_url: str) -> Race:
    """Run jobs at the same moment, each in its own process; the test itself holds no lock meanwhile."""

    def run(jobs: Sequence[Job]) -> list[Any]:
        session.rollback()
        return workers.together(database_url, jobs)

    return run


@pytest.fixture
def postgresql(postgresql_factory: PostgresqlFactory) -> Iterator[Engine]:
    with postgresql_factory.database() as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()
