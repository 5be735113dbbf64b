"""The embedded database as one file: a copy while others write, and putting a copy in place."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from netral.errors import NetralError


class DatabaseInUse(NetralError):
    """Another process, such as the server, has the database open."""


class DatabaseDamaged(NetralError):
    """The file of the embedded database (the argument) cannot be read as one."""


class NoSpaceLeft(NetralError):
    """The disk filled up while the database was copied."""


class CopyUnsound(NetralError):
    """The database of a backup fails the check of SQLite; the argument is SQLite's message."""


def copy_out(engine: Engine, target: Path) -> None:
    """Copy everything that was committed before the call, all pages at once: a copy in steps begins anew at each write.

    Raises NoSpaceLeft.
    """
    with engine.connect() as connection, opened(target) as copy:
        copy_pages(connection.connection.dbapi_connection, copy)


def copy_pages(source: Any, target: Any) -> None:
    from pysqlite3 import dbapi2

    try:
        source.backup(target, pages=-1)
    except dbapi2.OperationalError as error:
        if "full" in str(error):
            raise NoSpaceLeft from error
        raise


def fold(path: Path) -> None:
    """Turn a copy into a single file without pages of deleted rows, which could still be read.

    Raises NoSpaceLeft.
    """
    from pysqlite3 import dbapi2

    with opened(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        try:
            connection.execute("VACUUM")
        except dbapi2.OperationalError as error:
            if "full" in str(error):
                raise NoSpaceLeft from error
            raise


def check_sound(path: Path) -> None:
    """Check a copy with SQLite's own check. Raises CopyUnsound."""
    with opened(path) as connection:
        said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if said != "ok" or broken:
        raise CopyUnsound(said if said != "ok" else f"foreign_key_check: {broken[0]}")


def put_in_place(source: Path, target: Path) -> None:
    """Replace the content of the database by the copy in one transaction: after a crash it is the old or the new one.

    Raises DatabaseInUse, DatabaseDamaged, NoSpaceLeft.
    """
    with opened(target) as connection, opened(source) as copy:
        reserve(connection, target)
        copy_pages(copy, connection)


def check_unused(path: Path) -> None:
    """Check that no process uses the database. Raises DatabaseInUse, DatabaseDamaged."""
    if path.exists():
        with opened(path) as connection:
            reserve(connection, path)


def reserve(connection: Any, path: Path) -> None:
    """Keep others out until the connection ends; even an idle server holds its file open."""
    from pysqlite3 import dbapi2

    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except dbapi2.OperationalError as error:
        raise DatabaseInUse from error
    except dbapi2.DatabaseError as error:
        raise DatabaseDamaged(path) from error


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    from pysqlite3 import dbapi2

    with closing(dbapi2.connect(str(path), timeout=1, isolation_level=None)) as connection:
        yield connection
