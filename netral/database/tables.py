"""The base of all tables, and the statements that both dialects spell alike."""

import json
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import JSON, CursorResult, DateTime, Executable, MetaData, orm, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python and in UTC in the database."""

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
"""The argument of functions that only read. A bare connection costs less than one with a session around it."""


def dump_json(value: object) -> str:
    """Return canonical JSON: equal values give equal text, so that it can be hashed and compared."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def insert(session: orm.Session, table: Any) -> Any:
    """Return the dialect's own INSERT of a table or mapped class, which supports ON CONFLICT."""
    return insert_into(table, session.get_bind().dialect.name)


def insert_into(table: Any, dialect: str) -> Any:
    """Return the INSERT of `insert`, given only the name of the dialect."""
    target = getattr(table, "__table__", table)
    return sqlite.insert(target) if dialect == "sqlite" else postgresql.insert(target)


def change_rows(session: orm.Session, statement: Executable) -> int:
    """Run an INSERT, UPDATE or DELETE; return how many rows it touched."""
    result = session.execute(statement, execution_options={"preserve_rowcount": True})
    return cast("CursorResult[Any]", result).rowcount


def plan_anew(session: orm.Session) -> None:
    """Forget the plans that this connection keeps, before statements about very many rows.

    PostgreSQL keeps the plan of each foreign key until it notices, after the transaction, that the table has grown.
    One that was made for the first hundred people reads the whole table for each of the next twenty thousand.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("DISCARD PLANS"))
