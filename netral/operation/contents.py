"""The contents of a database, read without knowing its tables, since it may be of an older revision."""

from sqlalchemy import Engine, inspect
from sqlalchemy.engine import Connection

from netral import migrating
from netral.errors import NetralError
from netral.migrating import VERSION_TABLE


class NothingThere(NetralError):
    """The database was never prepared."""


def read_revision(connection: Connection) -> str:
    """Return the revision. Raises NothingThere."""
    revision = migrating.read_revision(connection)
    if revision is None:
        raise NothingThere
    return revision


def list_tables(connection: Connection) -> list[str]:
    """List the tables, without those that a full-text index of SQLite is made of: they follow from the others."""
    names = set(inspect(connection).get_table_names()) - {VERSION_TABLE}
    if connection.dialect.name == "sqlite":
        kinds = connection.exec_driver_sql("SELECT name FROM pragma_table_list WHERE type IN ('virtual', 'shadow')")
        names -= set(kinds.scalars())
    return sorted(names)


def count_rows(connection: Connection) -> dict[str, int]:
    """Count the rows of every table, as this transaction sees them."""
    return {table: count_table(connection, table) for table in list_tables(connection)}


def count_table(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one())  # noqa: S608  a name of the database itself


def is_empty(engine: Engine) -> bool:
    """Return whether there is no table, or no row in any."""
    with engine.execution_options(read_only=True).connect() as connection:
        return not any(has_rows(connection, table) for table in list_tables(connection))


def has_rows(connection: Connection, table: str) -> bool:
    return connection.exec_driver_sql(f'SELECT 1 FROM "{table}" LIMIT 1').first() is not None  # noqa: S608  likewise
