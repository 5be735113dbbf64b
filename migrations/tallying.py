"""The counts of a period follow its enrolments: triggers write the difference that every change makes.

They only insert, so that an import and ten learners who finish at once neither wait for each other nor deadlock;
`netral/learning/periods/tallies.py` adds the differences up. Enrolments are never deleted, so no trigger follows that.
"""

from sqlalchemy.engine import Connection

from netral.learning.periods.models import SUMMARY, TALLY_KEY, tally_key

KEY = ", ".join(TALLY_KEY)
READ = ("period_id", "current_opd_id", "standing", *SUMMARY)
TRIGGERS = ("enrolment_tally_insert", "enrolment_tally_update")


def lift_tallying(connection: Connection, tables: set[str]) -> None:
    if "enrolment" in tables:
        where = " ON enrolment" if connection.dialect.name == "postgresql" else ""
        for name in TRIGGERS:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{where}")


def lay_tallying(connection: Connection, tables: set[str]) -> None:
    lift_tallying(connection, tables)
    if "completion_tally" in tables:
        for statement in POSTGRESQL if connection.dialect.name == "postgresql" else SQLITE:
            connection.exec_driver_sql(statement)


def key_of(row: str, dialect: str) -> str:
    return ", ".join(tally_key(row, dialect).values())


def tally_sqlite(row: str, people: int) -> str:
    return f"SELECT {key_of(row, 'sqlite')}, {people} FROM period AS p WHERE p.id = {row}.period_id"  # noqa: S608  names of our own


def compared(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in READ)


# SQLite fires for each row: it has no triggers of whole statements.
SQLITE = (
    f"""
CREATE TRIGGER enrolment_tally_insert AFTER INSERT ON enrolment FOR EACH ROW BEGIN
  INSERT INTO completion_tally ({KEY}, people) {tally_sqlite("NEW", 1)};
END
""",
    f"""
CREATE TRIGGER enrolment_tally_update AFTER UPDATE OF {", ".join(READ)} ON enrolment FOR EACH ROW
WHEN ({compared("OLD")}) IS NOT ({compared("NEW")}) BEGIN
  INSERT INTO completion_tally ({KEY}, people) {tally_sqlite("OLD", -1)} UNION ALL {tally_sqlite("NEW", 1)};
END
""",
)


# PostgreSQL fires for each statement: twenty thousand people who join at once become a row for each OPD. The tenggat
# decides what is late, so a completion and a closing of the period run one after the other.
COMPLETED = "SELECT period_id FROM {rows} WHERE completed_at IS NOT NULL"


def tally_postgresql(rows: str, people: int) -> str:
    return f"SELECT {key_of('e', 'postgresql')}, {people} FROM {rows} AS e JOIN period AS p ON p.id = e.period_id"  # noqa: S608  likewise


def function_postgresql(name: str, **people: int) -> str:
    """Return the function. `people`: the number that each row of these transition tables adds."""
    completed = " UNION ALL ".join(COMPLETED.format(rows=rows) for rows in people)
    differences = " UNION ALL ".join(tally_postgresql(rows, number) for rows, number in people.items())
    return f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  PERFORM 1 FROM period WHERE id IN ({completed}) FOR SHARE;
  INSERT INTO completion_tally ({KEY}, people)
    SELECT {KEY}, sum(people) FROM ({differences}) AS difference ({KEY}, people) GROUP BY {KEY} HAVING sum(people) <> 0;
  RETURN NULL;
END $$
"""  # noqa: S608  likewise


POSTGRESQL = (
    function_postgresql("netral_tally_insert", fresh=1),
    function_postgresql("netral_tally_update", fresh=1, stale=-1),
    """
CREATE TRIGGER enrolment_tally_insert AFTER INSERT ON enrolment REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION netral_tally_insert()
""",
    """
CREATE TRIGGER enrolment_tally_update AFTER UPDATE ON enrolment REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION netral_tally_update()
""",
)
