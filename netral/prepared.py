"""Questions that are asked at almost every request, straight to the driver.

SQLAlchemy writes the statement and says how values go in and come out; what it does around each execution takes ten
times as long as an embedded database needs to answer, so that is done once.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.engine.interfaces import Dialect

from netral.database import Reader

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement as one driver takes it. `order`: names of the values by place, where the driver wants places.

    `incoming` and `outgoing` convert what the driver does not know: by name, and by the place of a column.
    """

    sql: str
    constants: dict[str, Any]
    order: Sequence[str] | None
    incoming: dict[str, Convert]
    outgoing: tuple[tuple[int, Convert], ...]
    make_row: Callable[[Sequence[Any]], Any]

    def bind(self, values: dict[str, Any]) -> Any:
        bound = self.constants | values
        for name, convert in self.incoming.items():
            bound[name] = convert(bound[name])
        return bound if self.order is None else [bound[name] for name in self.order]

    def read(self, raw: Sequence[Any]) -> Any:
        if not self.outgoing:
            return self.make_row(raw)
        columns = list(raw)
        for place, convert in self.outgoing:
            columns[place] = convert(columns[place])
        return self.make_row(columns)


class Prepared:
    """A SELECT whose columns have names of their own, with bound parameters in place of what differs.

    Only for reading: after an error of the driver the same is asked once more through SQLAlchemy, which names the error
    and gives up a lost connection.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self.plans: dict[str, Plan] = {}

    def all(self, reader: Reader, **values: Any) -> Sequence[Any]:
        """Every row, a named tuple each. `reader` is a connection or a session, in a transaction or about to begin."""
        connection = hold(reader)
        dialect = connection.dialect
        plan = self.plans.get(dialect.name) or self.plans.setdefault(dialect.name, make_plan(self.statement, dialect))
        driver: Any = connection.connection.driver_connection
        try:
            found = driver.execute(plan.sql, plan.bind(values)).fetchall()
        except dialect.loaded_dbapi.Error:
            return connection.execute(self.statement, values).all()
        return [plan.read(raw) for raw in found]

    def first(self, reader: Reader, **values: Any) -> Any | None:
        """The first row, or None."""
        found = self.all(reader, **values)
        return found[0] if found else None


def hold(reader: Reader) -> Connection:
    """With what was added to a session in the database, and a transaction begun: the driver itself begins none."""
    if not isinstance(reader, Connection):
        reader.flush()
        return reader.connection()
    if not reader.in_transaction() and not reader.get_execution_options().get("read_only", False):
        reader.begin()
    return reader


def make_plan(statement: Select[Any], dialect: Dialect) -> Plan:
    compiled: Any = statement.compile(dialect=dialect)
    incoming = {
        name: convert
        for name, parameter in compiled.binds.items()
        if (convert := parameter.type.dialect_impl(dialect).bind_processor(dialect))
    }
    columns = statement.selected_columns
    outgoing = tuple(
        (place, convert)
        for place, column in enumerate(columns)
        if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None))
    )
    constants = {name: value.value for name, value in compiled.binds.items() if not value.required}
    row = namedtuple("Row", columns.keys())  # type: ignore[misc]  # noqa: PYI024  the names are those of the statement
    return Plan(compiled.string, constants, compiled.positiontup, incoming, outgoing, row._make)
