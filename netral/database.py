"""The base of all tables, how a transaction begins, and the engines for SQLite and PostgreSQL."""

import json
import select
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import Any, cast

from sqlalchemy import JSON, CursorResult, DateTime, Engine, Executable, MetaData, create_engine, event, make_url, orm
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from netral.errors import NetralError

# 3.7.0 to 3.51.2 can corrupt a WAL that two connections reset at the same moment.
OLDEST_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 10_000
# In seconds: about as long as a write takes.
ASK_AGAIN = 0.002
# Of each connection, and a process may have sixty; the system keeps the same pages for all. SQLite's own is 2,000.
CACHE_KIBIBYTES = 128
# A thread holds a connection only while it reads or writes. So many stay open: each has the schema in memory.
MOST_IDLE = 4

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class SqliteTooOld(NetralError):
    """The SQLite library is older than 3.51.3; the first argument is its version."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on both sides, kept in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(naming_convention=NAMING)
# The map lives in the registry: Flask-SQLAlchemy copies both from a base, and SQLAlchemy refuses the pair.
registry = orm.registry(
    metadata=metadata, type_annotation_map={datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}
)


class Base(orm.DeclarativeBase):
    metadata = metadata
    registry = registry


Reader = orm.Session | Connection
"""What a function takes that only reads: on a bare connection, without a session around it, it costs less."""


def dump_json(value: object) -> str:
    """Canonical: the same value gives the same text, so that it can be hashed and compared."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def engine_options(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() != "sqlite":
        # Twice as many for each of two processes (readers and writers) are less than PostgreSQL's usual 100.
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
    """A transaction says as it begins whether it writes: execution option `read_only` of the engine or connection.

    SQLite: BEGIN IMMEDIATE, since a deferred transaction that reads first and then writes fails with "locked" under
    load whatever the busy timeout; a read-only one begins deferred. PostgreSQL: READ ONLY.
    """
    if engine.dialect.name == "sqlite":
        writers = Writers()
        event.listen(engine, "connect", prepare_sqlite)
        event.listen(engine, "begin", writers.begin)
        event.listen(engine, "commit", writers.leave)
        event.listen(engine, "rollback", writers.leave)
        # Whoever forgot his connection, or lost it, has neither committed nor rolled back.
        event.listen(engine, "checkin", lambda _, record: writers.free(record.info))
        event.listen(engine, "invalidate", lambda _, record, _fault: writers.free(record.info))
    else:
        event.listen(engine, "begin", begin_postgresql)
        event.listen(engine, "checkout", refuse_ended)


def make_reader(engine: Engine) -> Engine:
    """The same database, but no statement of it can write; on connections of its own, which end with the engine."""
    arguments: dict[str, Any] = engine_options(engine.url.render_as_string(hide_password=False))
    # Each statement sees what is committed when it begins, in a transaction or outside: to begin and end one would be
    # two more ways to the server for every page.
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


class OpenConnections:
    """Lent as they are and kept as they come back, for short reads and writes of which a request makes several.

    Beneath is SQLAlchemy's pool, which opens and closes them, and rolls back after a failure; to go through it each
    time would be more work than such a read.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.idle: deque[Connection] = deque()
        event.listen(engine, "engine_disposed", lambda _: self.end())

    def take(self) -> Connection:
        try:
            connection = self.idle.pop()
        except IndexError:
            return self.engine.connect()
        if not has_ended(connection.connection.driver_connection):
            return connection
        connection.invalidate()
        connection.close()
        return self.take()

    def give_back(self, connection: Connection) -> None:
        """After nothing went wrong; else it is closed, and the pool rolls back what a failed COMMIT may have left."""
        left = connection.get_transaction()
        if left is not None:
            left.close()
        if connection.invalidated or len(self.idle) >= MOST_IDLE:
            connection.close()
        else:
            self.idle.append(connection)

    @contextmanager
    def lend(self) -> Iterator[Connection]:
        """What is not committed within the block is rolled back."""
        connection = self.take()
        try:
            yield connection
            self.give_back(connection)
        except BaseException:
            connection.close()
            raise

    def end(self) -> None:
        while self.idle:
            connection = self.idle.pop()
            connection.invalidate()
            connection.close()


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


class Writers:
    """The writers of one process, one behind the other. SQLite alone would let them sleep up to 0.1 s between two tries
    and wake whoever tries first; the lock itself is still SQLite's, so nothing depends on this queue.

    The one whose turn it is asks again and again whether another process is done.
    """

    def __init__(self) -> None:
        self.turn = Lock()

    def begin(self, connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        # Straight to the driver: every request begins with it. The pragmas alone would have SQLite prepare every
        # statement of the connection again, so they are set when the purpose changes.
        held, driver = connection.connection, cast("Any", connection.connection.driver_connection)
        if held.info.get("read_only") != read_only:
            driver.execute(f"PRAGMA query_only = {int(read_only)}")
            driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS if read_only else 0}")
            held.info["read_only"] = read_only
        patience = BUSY_TIMEOUT_MS / 1000
        until = time.monotonic() + patience
        if not read_only and not self.turn.acquire(timeout=patience):
            raise OperationalError("BEGIN", None, driver.OperationalError("database is locked"))
        held.info["has_turn"] = not read_only
        try:
            if read_only:
                driver.execute("BEGIN")
            else:
                begin_writing(driver, until)
        except driver.OperationalError as error:
            self.leave(connection)
            raise OperationalError("BEGIN", None, error) from error

    def leave(self, connection: Connection) -> None:
        if not connection.invalidated:
            self.free(connection.connection.info)

    def free(self, info: dict[Any, Any]) -> None:
        if info.pop("has_turn", False):
            self.turn.release()


def begin_writing(driver: Any, until: float) -> None:
    """`until`: how long another process is waited for, by the monotonic clock; it is asked once in any case."""
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except driver.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
        else:
            return
        time.sleep(ASK_AGAIN)


def begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("read_only", False):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def refuse_ended(connection: Any, record: ConnectionPoolEntry, held: object) -> None:
    """A server that stopped has said so, or closed the line: there is something to read where nothing was asked.

    To look is a call of the system, to ask the server is a way there and back at every request.
    """
    if has_ended(connection):
        raise InvalidatePoolError


def has_ended(connection: Any) -> bool:
    """Of a connection to a server; a file does not end."""
    return hasattr(connection, "fileno") and (connection.closed or is_readable(connection.fileno()))


def is_readable(descriptor: int) -> bool:
    looking = select.poll()
    looking.register(descriptor, select.POLLIN)
    return bool(looking.poll(0))


def insert(session: orm.Session, table: Any) -> Any:
    """The dialect's own INSERT of a table or mapped class, which knows ON CONFLICT; both dialects spell it alike."""
    return insert_into(table, session.get_bind().dialect.name)


def insert_into(table: Any, dialect: str) -> Any:
    """The same where only the name of the dialect is at hand."""
    target = getattr(table, "__table__", table)
    return sqlite.insert(target) if dialect == "sqlite" else postgresql.insert(target)


def change_rows(session: orm.Session, statement: Executable) -> int:
    """Run an INSERT, UPDATE or DELETE; returns how many rows it touched."""
    result = session.execute(statement, execution_options={"preserve_rowcount": True})
    return cast("CursorResult[Any]", result).rowcount
