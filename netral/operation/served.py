"""A PostgreSQL database: a dump from one snapshot, restoring beside the database in use, and exchanging the two."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import URL, Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from netral.database.engines import make_engine
from netral.errors import NetralError
from netral.operation.embedded import DatabaseInUse
from netral.operation.tools import check_version, run_tool, server_version

MAINTENANCE = "postgres"
NOT_PERMITTED = "42501"
IN_USE = "55006"


class MayNotCreate(NetralError):
    """The user of the database (the argument) may not create a database, which restoring needs."""


@contextmanager
def dumped(engine: Engine, target: Path) -> Iterator[Connection]:
    """Dump into `target`; yield a connection that sees exactly the dumped data.

    Raises ToolMissing, ToolTooOld, ToolFailed.
    """
    check_version("pg_dump", at_least=server_version(engine))
    options = {"isolation_level": "REPEATABLE READ", "read_only": True}
    with engine.connect().execution_options(**options) as connection:
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        arguments = ("--format=custom", "--compress=1", "--no-owner", "--no-privileges")
        run_tool("pg_dump", *arguments, f"--snapshot={snapshot}", f"--file={target}", url=engine.url)
        yield connection


def check_unused(url: URL) -> None:
    """Raise DatabaseInUse before the long work: PostgreSQL itself would refuse only after it."""
    with maintenance(url) as connection:
        busy = "SELECT 1 FROM pg_stat_activity WHERE datname = %(name)s AND backend_type = 'client backend' LIMIT 1"
        if connection.exec_driver_sql(busy, {"name": url.database}).first():
            raise DatabaseInUse


@contextmanager
def restored_beside(url: URL, dump: Path) -> Iterator[URL]:
    """Yield a separate database restored from the dump; it is dropped at the end if it still exists.

    Raises MayNotCreate, ToolMissing, ToolFailed.
    """
    beside = url.set(database=make_name(url, "pulih"))
    with maintenance(url) as connection:
        drop_leftovers(connection, url)
        create(connection, beside)
    try:
        arguments = ("--no-owner", "--no-privileges", "--exit-on-error")
        run_tool("pg_restore", *arguments, str(dump), url=beside)
        yield beside
    finally:
        with maintenance(url) as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{beside.database}" WITH (FORCE)')


def make_name(url: URL, purpose: str) -> str:
    """Return a name for a database beside its neighbour, in at most 63 bytes."""
    return f"{str(url.database)[:40]}_{purpose}_{uuid4().hex[:12]}"


def drop_leftovers(connection: Connection, url: URL) -> None:
    """Drop the databases that killed runs left behind."""
    names = connection.exec_driver_sql("SELECT datname FROM pg_database").scalars().all()
    ours = re.compile(rf"{re.escape(str(url.database)[:40])}_(pulih|lama)_[0-9a-f]{{12}}")
    for name in filter(ours.fullmatch, names):
        connection.exec_driver_sql(f'DROP DATABASE "{name}"')


def create(connection: Connection, url: URL) -> None:
    try:
        connection.exec_driver_sql(f'CREATE DATABASE "{url.database}" TEMPLATE template0')
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == NOT_PERMITTED:
            raise MayNotCreate(url.username) from error
        raise


def change_places(url: URL, beside: URL) -> None:
    """Give the restored database the name of the one in use, in one transaction; the old one is dropped.

    Raises DatabaseInUse, and then nothing has changed.
    """
    old = make_name(url, "lama")
    with maintenance(url) as connection:
        connection.exec_driver_sql("BEGIN")
        try:
            connection.exec_driver_sql(f'ALTER DATABASE "{url.database}" RENAME TO "{old}"')
            connection.exec_driver_sql(f'ALTER DATABASE "{beside.database}" RENAME TO "{url.database}"')
            connection.exec_driver_sql("COMMIT")
        except DBAPIError as error:
            connection.exec_driver_sql("ROLLBACK")
            if getattr(error.orig, "sqlstate", None) == IN_USE:
                raise DatabaseInUse from error
            raise
        connection.exec_driver_sql(f'DROP DATABASE "{old}"')


@contextmanager
def maintenance(url: URL) -> Iterator[Connection]:
    """Yield a connection to another database of the same server; each statement is a transaction of its own."""
    engine = make_engine(url.set(database=MAINTENANCE).render_as_string(hide_password=False))
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection
    finally:
        engine.dispose()
