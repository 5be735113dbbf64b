"""The beginning of transactions: readers cannot write, writers queue and are told when the wait is too long."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from netral.database import writers
from netral.database.engines import make_engine, make_reader
from netral.organisation.models import Instansi
from tests.databases import SqliteFactory
from tests.factories import make_instansi


def test_a_reader_sees_what_was_written_and_cannot_write(engine: Engine) -> None:
    with Session(engine) as session:
        make_instansi(session)
        session.commit()
    reader = make_reader(engine)

    with reader.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Instansi)) == 1
        with pytest.raises(DBAPIError):
            connection.execute(update(Instansi).values(nama="Kabupaten Lain"))


def test_a_connection_that_read_only_read_may_write_next_time(engine: Engine) -> None:
    with engine.execution_options(read_only=True).connect() as connection:
        connection.execute(select(Instansi))
    with Session(engine) as session:
        make_instansi(session)
        session.commit()

    with engine.execution_options(read_only=True).connect() as connection, pytest.raises(DBAPIError):
        connection.execute(update(Instansi).values(nama="Kabupaten Lain"))


def test_writers_of_one_process_lose_nothing(engine: Engine) -> None:
    with Session(engine) as session:
        make_instansi(session, nama="0")
        session.commit()

    def count_one(_: int) -> None:
        with Session(engine) as session:
            instansi = session.scalars(select(Instansi).with_for_update()).one()
            instansi.nama = str(int(instansi.nama) + 1)
            session.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_one, range(80)))

    with Session(engine) as session:
        assert session.scalars(select(Instansi.nama)).one() == "80"


def write_something(engine: Engine) -> None:
    with Session(engine) as session:
        make_instansi(session)
        session.commit()


def test_a_writer_that_waits_too_long_is_told_and_the_next_one_is_not(
    sqlite_factory: SqliteFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "BUSY_TIMEOUT_MS", 50)
    with sqlite_factory.database() as url:
        engine = make_engine(url)
        other_process = dbapi2.connect(str(engine.url.database), isolation_level=None)
        other_process.execute("BEGIN IMMEDIATE")

        with Session(engine) as session, pytest.raises(OperationalError, match="locked"):
            make_instansi(session)
        other_process.execute("ROLLBACK")
        write_something(engine)
        other_process.close()
        engine.dispose()


def test_a_writer_waits_for_another_process_and_goes_on(sqlite_factory: SqliteFactory) -> None:
    with sqlite_factory.database() as url:
        engine = make_engine(url)
        other_process = dbapi2.connect(str(engine.url.database), isolation_level=None, check_same_thread=False)
        other_process.execute("BEGIN IMMEDIATE")
        until_it_is_done = threading.Timer(0.1, other_process.execute, ["COMMIT"])
        until_it_is_done.start()

        write_something(engine)

        until_it_is_done.join()
        other_process.close()
        engine.dispose()


def test_a_writer_who_forgets_a_connection_stops_nobody(sqlite_factory: SqliteFactory) -> None:
    with sqlite_factory.database() as url:
        engine = make_engine(url)
        forgotten = Session(engine)
        make_instansi(forgotten)
        del forgotten
        gc.collect()

        write_something(engine)
        engine.dispose()


def test_a_writer_whose_connection_broke_stops_nobody(sqlite_factory: SqliteFactory) -> None:
    with sqlite_factory.database() as url:
        engine = make_engine(url)
        broken = Session(engine)
        make_instansi(broken)
        broken.invalidate()

        write_something(engine)
        engine.dispose()


def test_deleted_rows_cannot_be_read_from_the_file(sqlite_factory: SqliteFactory) -> None:
    with sqlite_factory.database() as url:
        engine = make_engine(url)
        with Session(engine) as session:
            instansi = make_instansi(session)
            instansi.contact_hours = "Jalan Rahasia " * 2_000
            session.commit()
            instansi.contact_hours = ""
            session.commit()
        engine.dispose()  # the last connection folds the log of writes into the file

        assert b"Jalan Rahasia" not in Path(str(engine.url.database)).read_bytes()
