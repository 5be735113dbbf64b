"""The one fast way to the database: statements that go straight to the driver.

SQLAlchemy writes the statement, says how values go in and come out, and names the errors. What it does around each
execution takes longer than an embedded database needs to answer, so that is done once for each statement. Only the road
of a saved answer and of a stranger's look at a certificate is worth it: who is signed in, their enrolment, the question
of an answer, the answer, the certificate, and the only instansi. `python -m bench.speed` measures both.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import BindParameter, Connection, Insert, literal_column
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import NullType

from netral.database.tables import Reader

Convert = Callable[[Any], Any]
Made = TypeVar("Made")


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

    def bind(self, values: dict[str, Any]) -> Any:
        bound = self.constants | values
        for name, convert in self.incoming.items():
            bound[name] = convert(bound[name])
        return bound if self.order is None else [bound[name] for name in self.order]

    def read(self, raw: Sequence[Any]) -> Sequence[Any]:
        if not self.outgoing:
            return raw
        columns = list(raw)
        for place, convert in self.outgoing:
            if columns[place] is not None:
                columns[place] = convert(columns[place])
        return columns


class Prepared:
    """A statement with bound parameters in place of what differs.

    It runs on a connection or a session, in a transaction or about to begin one, and raises what SQLAlchemy would.
    """

    known: ClassVar[list["Prepared"]] = []
    """All of them, so that a server can plan them before it divides into processes."""

    def __init__(self, statement: Any) -> None:
        """Take a statement, or a function that makes it for the name of a dialect, as ON CONFLICT needs it."""
        self.statement = statement
        self.plans: dict[str, Plan] = {}
        self.known.append(self)

    def plan(self, dialect: Dialect) -> Plan:
        if dialect.name not in self.plans:
            statement = self.statement(dialect.name) if callable(self.statement) else self.statement
            self.plans[dialect.name] = make_plan(statement, dialect)
        return self.plans[dialect.name]

    def execute(self, connection: Connection, values: dict[str, Any]) -> tuple[Plan, Any]:
        dialect = connection.dialect
        plan = self.plan(dialect)
        driver: Any = connection.connection.driver_connection
        bound = plan.bind(values)
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, None, plan.sql, bound, None, False)  # noqa: FBT003  as the event is declared
        try:
            return plan, driver.execute(plan.sql, bound)
        except dialect.loaded_dbapi.Error as error:
            lost = dialect.is_disconnect(error, driver, None)
            if lost:
                connection.invalidate(error)
            raise DBAPIError.instance(
                plan.sql, None, error, dialect.loaded_dbapi.Error, connection_invalidated=lost, dialect=dialect
            ) from error


class PreparedQuery(Prepared, Generic[Made]):
    """A SELECT; `make` turns the values of a row, in the order of its columns, into what is returned."""

    def __init__(self, statement: Any, make: Callable[[Sequence[Any]], Made]) -> None:
        super().__init__(statement)
        self.make = make

    def all(self, reader: Reader, **values: Any) -> list[Made]:
        plan, cursor = self.execute(as_connection(reader), values)
        return [self.make(plan.read(raw)) for raw in cursor.fetchall()]

    def first(self, reader: Reader, **values: Any) -> Made | None:
        plan, cursor = self.execute(as_connection(reader), values)
        raw = cursor.fetchone()
        cursor.close()
        return None if raw is None else self.make(plan.read(raw))


class PreparedChange(Prepared):
    """An INSERT, UPDATE or DELETE."""

    def run(self, writer: Reader, **values: Any) -> int:
        """Return how many rows were written."""
        _, cursor = self.execute(as_connection(writer), values)
        return int(cursor.rowcount)


def as_connection(reader: Reader) -> Connection:
    """Return the connection, with the session's additions flushed and a transaction begun, as the driver does not."""
    if not isinstance(reader, Connection):
        reader.flush()
        return reader.connection()
    if not reader.in_transaction() and not reader.get_execution_options().get("read_only", False):
        reader.begin()
    return reader


def make_plan(statement: Any, dialect: Dialect) -> Plan:
    adds = isinstance(statement, Insert)
    # Nobody asks for the key of a new row.
    whole = write_out(statement.inline() if adds else statement, dialect)
    compiled: Any = whole.compile(dialect=dialect)
    if adds and compiled.insert_prefetch:
        raise TypeError(f"{statement.table.name}: a value for every column, nothing here fills in a default")
    incoming = {
        name: convert
        for name, parameter in compiled.binds.items()
        if (convert := parameter.type.dialect_impl(dialect).bind_processor(dialect))
    }
    columns = getattr(statement, "selected_columns", {})
    outgoing = tuple(
        (place, convert)
        for place, column in enumerate(columns)
        if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None))
    )
    constants = {name: value.value for name, value in compiled.binds.items() if not value.required}
    return Plan(compiled.string, constants, compiled.positiontup, incoming, outgoing)


def write_out(statement: Any, dialect: Dialect) -> Any:
    """Return the statement with its constants in its text.

    For a LIMIT that is a bound value, or a value in the condition of a partial index, SQLite makes a new plan at each
    execution (where it is built with SQLITE_ENABLE_STAT4: `expmask` in its source).
    """

    def write(element: Any, **more: Any) -> Any:
        # The type of a value in an INSERT is that of its column, which is found out later.
        if not isinstance(element, BindParameter) or element.required or isinstance(element.type, NullType):
            return None
        text = str(element.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        # A percent sign would be doubled once more.
        return None if "%" in text else literal_column(text, element.type)

    return replacement_traverse(statement, {}, write)
