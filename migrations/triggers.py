"""Rules that the database itself enforces on every writer. One list, laid again after every migration.

Each guard: table, event, the columns an UPDATE may not touch (empty: any), the condition that makes it wrong. `NEW` and
`OLD` are spelled alike in SQLite and PostgreSQL.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from tallying import lay_tallying, lift_tallying


@dataclass(frozen=True, slots=True)
class Guard:
    name: str
    table: str
    event: str
    message: str
    when: str = ""
    columns: tuple[str, ...] = ()


PUBLISHED = (
    "edition", "module_version", "module_page", "question_version", "edition_question", "pledge_version", "card_version",
    "drawing", "passage",
)  # fmt: skip
APPEND_ONLY = (
    *PUBLISHED,
    "emblem",
    "audit_event",
    "signature",
    "enrolment_change",
    "roster_change",
    "correction_step",
    "hand_poll",
)
NEVER_DELETED = (
    "certificate", "attempt", "attempt_item", "response", "enrolment", "period", "asn", "opd", "instansi", "user_account",
    "role_grant", "roster_import", "correction", "question_withdrawal", "sosialisasi", "attendance",
    "column_choice", "unit_alias",
)  # fmt: skip
CLOSED = "NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.id = {row}.attempt_id AND attempt.state = 'open')"
CLAIMS = (
    "id", "public_id", "instansi_id", "period_id", "enrolment_id", "asn_id", "attempt_id", "signature_id", "sequence", "nomor", "nama",
    "nip_akhir", "opd", "instansi", "periode", "period_number", "score", "issued_on", "valid_until", "edition_hash", "pledge_hash",
    "payload", "key_id", "signed", "issued_at",
)  # fmt: skip
PRINTED = ("signatory_name", "signatory_title", "emblem")

GUARDS = (
    *(Guard(f"{table}_no_update", table, "UPDATE", f"{table} is immutable") for table in APPEND_ONLY),
    *(Guard(f"{table}_no_delete", table, "DELETE", f"{table} is never deleted") for table in (*APPEND_ONLY, *NEVER_DELETED)),
    Guard("response_insert_open", "response", "INSERT", "attempt is closed", when=CLOSED.format(row="NEW")),
    Guard("response_update_open", "response", "UPDATE", "attempt is closed", when=CLOSED.format(row="OLD")),
    Guard(
        "attempt_stays_closed", "attempt", "UPDATE", "attempt is closed",
        when="OLD.state <> 'open' AND (NEW.state <> OLD.state OR NEW.closed_at <> OLD.closed_at)",
    ),
    Guard(
        "attempt_fixed", "attempt", "UPDATE", "attempt is fixed as it starts",
        columns=("enrolment_id", "period_id", "instansi_id", "number", "seed", "started_at", "deadline_at", "item_count"),
    ),
    Guard("attempt_form_fixed", "attempt", "UPDATE", "attempt is fixed as it starts", columns=("by_place",)),
    Guard("attempt_edition_fixed", "attempt", "UPDATE", "attempt is fixed as it starts", columns=("edition_id",)),
    Guard(
        "attempt_item_fixed", "attempt_item", "UPDATE", "paper is fixed as the attempt starts",
        columns=("attempt_id", "slot", "question_version_id", "option_order"),
    ),
    Guard(
        "question_withdrawal_fixed", "question_withdrawal", "UPDATE", "a withdrawal is final",
        columns=("question_version_id", "withdrawn_at", "withdrawn_by", "reason"),
    ),
    Guard("pretest_stays_sent", "pretest", "UPDATE", "pre-test was sent", when="OLD.submitted_at IS NOT NULL"),
    Guard("completion_tally_no_update", "completion_tally", "UPDATE", "counts are added to and added up"),
    Guard(
        "correction_fixed", "correction", "UPDATE", "who asked for what is fixed",
        columns=("instansi_id", "asn_id", "field", "note", "asked_at"),
    ),
    Guard(
        "correction_stays_settled", "correction", "UPDATE", "correction is settled",
        when="OLD.state IN ('diterima', 'ditolak', 'ditarik') AND NEW.state <> OLD.state",
    ),
    Guard("certificate_fixed", "certificate", "UPDATE", "claims are frozen at issue", columns=CLAIMS),
    Guard("certificate_print_fixed", "certificate", "UPDATE", "what is printed is frozen at issue", columns=PRINTED),
    Guard(
        "certificate_status", "certificate", "UPDATE", "a certificate does not become valid again",
        when="OLD.status <> 'valid' AND NEW.status <> OLD.status",
    ),
    Guard(
        "certificate_withdrawn", "certificate", "UPDATE", "when and why a certificate was withdrawn is fixed as it is withdrawn",
        when="NEW.status = OLD.status"
        " AND (NEW.status_at IS DISTINCT FROM OLD.status_at OR NEW.status_reason IS DISTINCT FROM OLD.status_reason)",
    ),
    Guard(
        "certificate_successor", "certificate", "UPDATE", "only a certificate that was withdrawn has a successor, and only one",
        when="NEW.successor_id IS DISTINCT FROM OLD.successor_id"
        " AND (OLD.successor_id IS NOT NULL OR NEW.status = 'valid' OR NEW.successor_id = OLD.id)",
    ),
    Guard(
        "certificate_pdf", "certificate", "UPDATE", "the file of a certificate is stored once",
        when="OLD.pdf_hash IS NOT NULL AND (NEW.pdf_hash IS NULL OR NEW.pdf_hash <> OLD.pdf_hash)",
    ),
)  # fmt: skip

# PostgreSQL allows no subquery in WHEN, so a response looks its attempt up in a function. The row is locked for share,
# so that a save and a submit that cross cannot both find the attempt open.
REFUSE = (
    """
CREATE OR REPLACE FUNCTION netral_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation'; END $$
""",
    """
CREATE OR REPLACE FUNCTION netral_refuse_closed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  PERFORM 1 FROM attempt WHERE id = NEW.attempt_id AND state = 'open' FOR SHARE;
  IF NOT FOUND THEN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$
""",
)


def lay_guards(connection: Connection) -> None:
    """Drop and create the guards of every existing table; a batch migration on SQLite loses them silently."""
    inspector = sa.inspect(connection)
    columns = {
        table: {column["name"] for column in inspector.get_columns(table)} for table in inspector.get_table_names()
    }
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:
        for function in REFUSE:
            connection.exec_driver_sql(function.replace("%", "%%"))
    for guard in GUARDS:
        if guard.table not in columns or not set(guard.columns) <= columns[guard.table]:
            continue
        connection.exec_driver_sql(
            f"DROP TRIGGER IF EXISTS {guard.name}" + (f" ON {guard.table}" if postgresql else "")
        )
        connection.exec_driver_sql(create_postgresql(guard) if postgresql else create_sqlite(guard))
    lay_tallying(connection, set(columns))


def lift_guards(connection: Connection) -> None:
    """Drop the guards before a migration, which a trigger on a changing table or column would refuse or break."""
    tables = set(sa.inspect(connection).get_table_names())
    lift_tallying(connection, tables)
    postgresql = connection.dialect.name == "postgresql"
    for guard in GUARDS:
        if guard.table in tables:
            connection.exec_driver_sql(
                f"DROP TRIGGER IF EXISTS {guard.name}" + (f" ON {guard.table}" if postgresql else "")
            )


def head(guard: Guard) -> str:
    columns = f" OF {', '.join(guard.columns)}" if guard.columns else ""
    return f"CREATE TRIGGER {guard.name} BEFORE {guard.event}{columns} ON {guard.table} FOR EACH ROW"


def create_sqlite(guard: Guard) -> str:
    when = f" WHEN {guard.when}" if guard.when else ""
    return f"{head(guard)}{when} BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"


def create_postgresql(guard: Guard) -> str:
    if "SELECT" in guard.when:
        return f"{head(guard)} EXECUTE FUNCTION netral_refuse_closed('{guard.message}')"
    when = f" WHEN ({guard.when})" if guard.when else ""
    return f"{head(guard)}{when} EXECUTE FUNCTION netral_refuse('{guard.message}')"
