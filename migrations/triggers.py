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
    function: str = ""
    """The function of PostgreSQL that looks other rows up, which its WHEN may not."""


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
    "attempt_extension",
    "attempt_grant",
    "outage",
    "transcript",
    "siasn_export",
    "siasn_correction",
    "signing",
    "former_nip",
    "exemption_file",
    "final_report",
)
NEVER_DELETED = (
    "certificate",
    "attempt",
    "attempt_item",
    "response",
    "enrolment",
    "period",
    "asn",
    "opd",
    "instansi",
    "user_account",
    "role_grant",
    "roster_import",
    "correction",
    "question_withdrawal",
    "sosialisasi",
    "attendance",
    "proposal",
    "siasn_part",
    "circular",
    "circular_version",
    "circular_reading",
    "circular_answer",
    "pact_signature",
    "assignment",
    "departure",
    "exemption",
    "period_draft",
    "column_choice",
    "unit_alias",
)
CLOSED = "NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.id = {row}.attempt_id AND attempt.state = 'open')"
CLAIMS = (
    "id", "public_id", "instansi_id", "period_id", "enrolment_id", "asn_id", "attempt_id", "signature_id", "sequence", "nomor", "nama",
    "nip_akhir", "opd", "instansi", "periode", "period_number", "score", "issued_on", "valid_until", "edition_hash", "pledge_hash",
    "payload", "key_id", "signed", "issued_at",
)  # fmt: skip
PRINTED = ("signatory_name", "signatory_title", "emblem")
TRAINING = ("jp", "jp_dasar", "jenis_diklat", "format_version")
# Another place of the person on one of the same days, both definitif or both counted. Before an INSERT, SQLite gives
# the new row the id -1.
TWO_PLACES = """NEW.voided_at IS NULL AND EXISTS (
    SELECT 1 FROM assignment AS other
    WHERE other.asn_id = NEW.asn_id AND other.id <> coalesce(NEW.id, -1) AND other.voided_at IS NULL
    AND ((other.kind = 'definitif' AND NEW.kind = 'definitif') OR (other.counted AND NEW.counted))
    AND other.valid_from <= coalesce(NEW.valid_to, '9999-12-31')
    AND NEW.valid_from <= coalesce(other.valid_to, '9999-12-31'))"""
WRITTEN = ("instansi_id", "asn_id", "kind", "document", "reason", "at", "by_user_id")

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
    Guard(
        "attempt_extended", "attempt", "UPDATE", "only extensions add time to an attempt", columns=("extra_seconds",),
        when="NEW.extra_seconds <= OLD.extra_seconds OR NEW.extra_seconds <> (SELECT coalesce(sum(seconds), 0)"
        " FROM attempt_extension WHERE attempt_id = OLD.id)",
        function="netral_refuse_unextended",
    ),
    Guard("extension_of_open", "attempt_extension", "INSERT", "attempt is closed", when=CLOSED.format(row="NEW")),
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
    *(
        Guard(
            f"assignment_one_place_{event.lower()}", "assignment", event, "a person has one definitif place",
            when=TWO_PLACES, function="netral_refuse_second_place",
        )
        for event in ("INSERT", "UPDATE")
    ),
    Guard(
        "assignment_fixed", "assignment", "UPDATE", "a place changes by its end only",
        columns=(*WRITTEN, "opd_id", "valid_from", "counted"),
    ),
    Guard("departure_fixed", "departure", "UPDATE", "a departure changes by its end only", columns=(*WRITTEN, "left_on")),
    Guard(
        "exemption_fixed", "exemption", "UPDATE", "an exemption changes by its end only",
        columns=("instansi_id", "enrolment_id", "document", "document_date", "valid_to", "reason", "file_id", "at", "by_user_id"),
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
    Guard(
        "proposal_fixed", "proposal", "UPDATE", "what was proposed is fixed",
        columns=("instansi_id", "kind", "target_id", "role", "reason", "proposed_by", "proposed_at", "expires_at"),
    ),
    Guard("proposal_stays_decided", "proposal", "UPDATE", "proposal is decided", when="OLD.state <> 'open'"),
    Guard("circular_fixed", "circular", "UPDATE", "a circular is fixed as it is made", columns=("instansi_id", "kind", "created_at", "created_by")),
    Guard("circular_stays_withdrawn", "circular", "UPDATE", "a circular was withdrawn", when="OLD.withdrawn_at IS NOT NULL"),
    Guard("circular_version_fixed", "circular_version", "UPDATE", "a published version is immutable", when="OLD.published_at IS NOT NULL"),
    Guard(
        "circular_reading_fixed", "circular_reading", "UPDATE", "who opened what and when is fixed",
        columns=("instansi_id", "version_id", "asn_id", "opened_at"),
    ),
    Guard("circular_reading_stays_acked", "circular_reading", "UPDATE", "an acknowledgement is final", when="OLD.acked_at IS NOT NULL"),
    Guard(
        "circular_answer_first", "circular_answer", "UPDATE", "the first answer is fixed",
        columns=("instansi_id", "reading_id", "question", "first_choice", "first_right", "first_at"),
    ),
    Guard(
        "pact_signature_fixed", "pact_signature", "UPDATE", "a signature is fixed as it is given",
        columns=("instansi_id", "version_id", "asn_id", "method", "signing_id", "at"),
    ),
    Guard("pact_signature_stays_decided", "pact_signature", "UPDATE", "an objection was decided", when="OLD.decided_at IS NOT NULL"),
    Guard("certificate_fixed", "certificate", "UPDATE", "claims are frozen at issue", columns=CLAIMS),
    Guard("certificate_training_fixed", "certificate", "UPDATE", "claims are frozen at issue", columns=TRAINING),
    Guard("certificate_print_fixed", "certificate", "UPDATE", "what is printed is frozen at issue", columns=PRINTED),
    Guard("certificate_issuer_fixed", "certificate", "UPDATE", "what is printed is frozen at issue", columns=("issuer",)),
    Guard(
        "siasn_part_fixed", "siasn_part", "UPDATE", "a part is fixed as it is made",
        columns=("instansi_id", "period_id", "number", "made_at", "made_by"),
    ),
    Guard("siasn_part_stays_sent", "siasn_part", "UPDATE", "a part is marked as sent once", when="OLD.sent_at IS NOT NULL"),
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

# PostgreSQL allows no subquery in WHEN, so a response looks its attempt up in a function, and a place the other places.
# The attempt is locked for share, so that a save and a submit that cross cannot both find it open.
#
# A function plans its query once. One that searches the table which grows as it is called would be planned for an empty
# table and read all of it for each new row, so it is kept from reading tables whole.
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
    """
CREATE OR REPLACE FUNCTION netral_refuse_unextended() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS
$$ BEGIN
  IF NEW.extra_seconds <= OLD.extra_seconds
    OR NEW.extra_seconds <> (SELECT coalesce(sum(seconds), 0) FROM attempt_extension WHERE attempt_id = OLD.id)
  THEN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$
""",
    # Two writers of one person take turns here, since neither sees the other's row before it is committed.
    f"""
CREATE OR REPLACE FUNCTION netral_refuse_second_place() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS
$$ BEGIN
  PERFORM 1 FROM asn WHERE id = NEW.asn_id FOR NO KEY UPDATE;
  IF {TWO_PLACES} THEN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$
""",
)

# An extension moves the end of its attempt, so that nobody can do the one without the other.
EXTEND = "UPDATE attempt SET extra_seconds = extra_seconds + NEW.seconds WHERE id = NEW.attempt_id"
EXTENDING = {
    "sqlite": (f"CREATE TRIGGER extension_extends AFTER INSERT ON attempt_extension FOR EACH ROW BEGIN {EXTEND}; END",),
    "postgresql": (
        f"""
CREATE OR REPLACE FUNCTION netral_extend() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN {EXTEND}; RETURN NULL; END $$
""",
        "CREATE TRIGGER extension_extends AFTER INSERT ON attempt_extension FOR EACH ROW EXECUTE FUNCTION netral_extend()",
    ),
}


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
    lift_extending(connection, set(columns))
    if "attempt_extension" in columns:
        for statement in EXTENDING[connection.dialect.name]:
            connection.exec_driver_sql(statement)
    lay_tallying(connection, set(columns))


def lift_extending(connection: Connection, tables: set[str]) -> None:
    if "attempt_extension" in tables:
        where = " ON attempt_extension" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS extension_extends{where}")


def lift_guards(connection: Connection) -> None:
    """Drop the guards before a migration, which a trigger on a changing table or column would refuse or break."""
    tables = set(sa.inspect(connection).get_table_names())
    lift_tallying(connection, tables)
    lift_extending(connection, tables)
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
    function = guard.function or ("netral_refuse_closed" if "SELECT" in guard.when else "")
    if function:
        return f"{head(guard)} EXECUTE FUNCTION {function}('{guard.message}')"
    when = f" WHEN ({guard.when})" if guard.when else ""
    return f"{head(guard)}{when} EXECUTE FUNCTION netral_refuse('{guard.message}')"
