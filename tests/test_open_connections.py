"""Connections that stay open between requests: lent again as they were, or not at all."""

from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from netral.database.engines import MOST_IDLE, make_engine, make_reader
from netral.database.hot import OpenConnections
from netral.organisation.models import Instansi
from tests.databases import PostgresqlFactory
from tests.factories import NOW

COUNT = select(func.count()).select_from(Instansi)
ADD = insert(Instansi).values(kode="baru", nama="Kabupaten Baru", zona="Asia/Makassar", created_at=NOW)


def test_a_connection_is_lent_again(engine: Engine) -> None:
    connections = OpenConnections(engine)

    with connections.lend() as first:
        first.execute(COUNT)
    with connections.lend() as again:
        assert again is first
        assert not again.in_transaction()


def test_what_was_not_committed_is_gone_and_the_next_may_write(engine: Engine) -> None:
    connections = OpenConnections(engine)

    with connections.lend() as writer:
        writer.execute(ADD)
    with connections.lend() as writer:
        assert writer.scalar(COUNT) == 0
        writer.execute(ADD)
        writer.commit()

    with engine.connect() as connection:
        assert connection.scalar(COUNT) == 1


def test_one_with_which_something_went_wrong_is_not_lent_again(engine: Engine) -> None:
    connections = OpenConnections(engine)

    with pytest.raises(DBAPIError), connections.lend() as writer:
        writer.execute(text("SELECT no_such_thing"))

    assert writer.closed
    assert not connections.idle


def test_of_many_that_were_needed_at_once_a_few_stay_open(engine: Engine) -> None:
    connections = OpenConnections(engine)

    with ExitStack() as stack:
        lent = [stack.enter_context(connections.lend()) for _ in range(MOST_IDLE + 2)]

    assert len(set(lent)) == MOST_IDLE + 2
    assert len(connections.idle) == MOST_IDLE
    engine.dispose()
    assert not connections.idle


def test_one_that_the_server_ended_meanwhile_is_not_lent_again(postgresql_factory: PostgresqlFactory) -> None:
    with postgresql_factory.database() as url:
        engine = make_engine(url)
        for connections in (OpenConnections(engine), OpenConnections(make_reader(engine))):
            with connections.lend() as connection:
                connection.execute(COUNT)
            postgresql_factory.end_all_others(engine)

            with connections.lend() as connection:
                assert connection.scalar(COUNT) == 0
        engine.dispose()


def test_one_that_is_lost_while_it_is_lent_is_not_kept(postgresql_factory: PostgresqlFactory) -> None:
    with postgresql_factory.database() as url:
        engine = make_engine(url)
        connections = OpenConnections(engine)

        with connections.lend() as connection:
            connection.execute(ADD)
            postgresql_factory.end_all_others(engine)
            with pytest.raises(OperationalError):
                connection.execute(COUNT)

        assert not connections.idle
        with connections.lend() as connection:
            assert connection.scalar(text("SELECT 1")) == 1
        engine.dispose()
