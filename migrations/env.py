"""Connects Alembic to the database. SQLite rebuilds tables without foreign keys; guards are laid again afterwards."""

import sys
from pathlib import Path

from alembic import context
from sqlalchemy.engine import Connection

sys.path.insert(0, str(Path(__file__).parent))

from triggers import lay_guards, lift_guards

from netral.database.engines import make_engine
from netral.database.tables import UtcDateTime
from netral.models import Base
from netral.settings import Settings


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our own column type as the database's type, since migrations never import our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Return whether a model tells of this table; the full-text index of SQLite is made of tables of its own."""
    return kind != "table" or not (name or "").startswith("passage_index")


class BrokenReferences(Exception):
    """Rows refer to missing rows after a migration, which is rolled back."""


def run() -> None:
    url = context.config.attributes.get("url") or Settings.from_environment().database_url
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                run_sqlite(connection)
            else:
                run_migrations(connection)
                connection.commit()
    finally:
        engine.dispose()


def run_sqlite(connection: Connection) -> None:
    raw = connection.connection.dbapi_connection
    assert raw is not None  # noqa: S101  a fresh connection is open
    raw.execute("PRAGMA foreign_keys = OFF")
    run_migrations(connection)
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        connection.rollback()
        raise BrokenReferences(str(broken[:3]))
    connection.commit()
    raw.execute("PRAGMA foreign_keys = ON")


def run_migrations(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        include_name=is_ours,
        render_item=render_item,
        compare_type=True,
        transactional_ddl=True,
    )
    if not context.config.attributes.get("compare_only"):
        lift_guards(connection)
    context.run_migrations()
    if not context.config.attributes.get("compare_only"):
        lay_guards(connection)


run()
