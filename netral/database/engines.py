"""The engines for SQLite and PostgreSQL, and how a transaction begins."""

import select
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from netral.database.tables import dump_json
from netral.database.writers import BUSY_TIMEOUT_MS, Writers
from netral.errors import NetralError

# SQLite 3.7.0 to 3.51.2 can corrupt a WAL that two connections reset at the same moment.
OLDEST_SQLITE = (3, 51, 3)
# SQLite page cache per connection. Small, because a process holds up to sixty connections and the kernel caches the
# same pages anyway; SQLite's own default is 2,000.
CACHE_KIBIBYTES = 128
# Idle connections kept open. A thread holds one only while it reads or writes, and each has the schema in memory.
MOST_IDLE = 4


class SqliteTooOld(NetralError):
    """The SQLite library is older than 3.51.3; the first argument is its version."""


def engine_options(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() != "sqlite":
        # Twice as many (readers and writers) for each of two processes are less than PostgreSQL's usual 100.
        return {"json_serializer": dump_json, "pool_size": 12, "max_overflow": 12}
    from pysqlite3 import dbapi2

    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        raise SqliteTooOld(dbapi2.sqlite_version)
    return {"module": dbapi2, "json_serializer": dump_json, "pool_size": MOST_IDLE, "max_overflow": 60}


def make_engine(url: str) -> Engine:
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    return engine


def prepare_engine(engine: Engine) -> None:
    """Make each transaction declare at its beginning whether it writes, by the execution option `read_only`.

    SQLite: BEGIN IMMEDIATE, since a deferred transaction that reads first and then writes fails with "locked" under
    load whatever the busy timeout; a read-only one begins deferred. PostgreSQL: READ ONLY.
    """
    if engine.dialect.name == "sqlite":
        writers = Writers()
        event.listen(engine, "connect", prepare_sqlite)
        event.listen(engine, "begin", writers.begin)
        event.listen(engine, "commit", writers.leave)
        event.listen(engine, "rollback", writers.leave)
        # A connection that was forgotten or lost has neither committed nor rolled back.
        event.listen(engine, "checkin", lambda _, record: writers.free(record.info))
        event.listen(engine, "invalidate", lambda _, record, _fault: writers.free(record.info))
    else:
        event.listen(engine, "begin", begin_postgresql)
        event.listen(engine, "checkout", refuse_ended)


def make_reader(engine: Engine) -> Engine:
    """Return an engine of the same database that cannot write; its connections are its own and end with `engine`."""
    arguments: dict[str, Any] = engine_options(engine.url.render_as_string(hide_password=False))
    # Each statement sees the committed data at its beginning, with or without a transaction. To begin and end a
    # transaction would cost two more round trips to the server for every page.
    arguments |= {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    if engine.dialect.name == "postgresql":
        arguments["connect_args"] = {"options": "-c default_transaction_read_only=on"}
        reader = create_engine(engine.url, **arguments)
        event.listen(reader, "checkout", refuse_ended)
    else:
        reader = create_engine(engine.url, **arguments)
        event.listen(reader, "connect", prepare_sqlite)
        event.listen(reader, "connect", lambda connection, _: connection.execute("PRAGMA query_only = 1"))
    reader.update_execution_options(read_only=True)
    event.listen(engine, "engine_disposed", lambda _: reader.dispose())
    return reader


def prepare_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # overwrite deleted content, so that it cannot be read from the file
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    cursor.close()


def begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("read_only", False):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def refuse_ended(connection: Any, record: ConnectionPoolEntry, held: object) -> None:
    """Refuse a connection whose server has stopped: an end of the line, or a message, waits to be read from it.

    This costs one system call; asking the server would cost a round trip at every request.
    """
    if has_ended(connection):
        raise InvalidatePoolError


def has_ended(connection: Any) -> bool:
    """Return whether the server has closed this connection; never for a file."""
    return hasattr(connection, "fileno") and (connection.closed or is_readable(connection.fileno()))


def is_readable(descriptor: int) -> bool:
    looking = select.poll()
    looking.register(descriptor, select.POLLIN)
    return bool(looking.poll(0))
