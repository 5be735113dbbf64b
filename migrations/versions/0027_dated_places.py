"""Keep dated places of people, why they left and returned, former NIP, and the documents of exemptions.

Everybody active has a definitif place from the day they were entered on; who left earlier has no dated history.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

KINDS = "kind IN ('definitif', 'plt', 'pj', 'plh', 'perbantuan')"
DEPARTURES = "kind IN ('pensiun', 'meninggal', 'berhenti', 'pindah-instansi', 'cltn', 'data')"
DAY_ENTERED = {"sqlite": "date(created_at)", "postgresql": "CAST(created_at AT TIME ZONE 'UTC' AS date)"}


def upgrade() -> None:
    # Written out, since Alembic adds no foreign key to a table of SQLite without copying the table.
    op.execute("ALTER TABLE asn ADD COLUMN counted_opd_id INTEGER CONSTRAINT fk_asn_counted_opd_id REFERENCES opd (id)")
    op.create_table(
        "assignment",
        *whose(),
        sa.Column("opd_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        *written(),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_assignment_kind")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_assignment_order")),
        *keys("assignment", instansi_id="instansi", asn_id="asn", opd_id="opd", by_user_id="user_account"),
    )
    op.create_table(
        "departure",
        *whose(),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=True),
        *written(),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(DEPARTURES, name=op.f("ck_departure_kind")),
        sa.CheckConstraint("returned_on IS NULL OR returned_on > left_on", name=op.f("ck_departure_order")),
        *keys("departure", instansi_id="instansi", asn_id="asn", by_user_id="user_account"),
    )
    op.create_table(
        "former_nip",
        *whose(),
        sa.Column("ending", sa.String(length=3), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        *keys("former_nip", instansi_id="instansi", asn_id="asn"),
    )
    keep_exemptions()
    for table in ("assignment", "departure", "former_nip"):
        op.create_index(op.f(f"ix_{table}_asn_id"), table, ["asn_id"])
    entered = DAY_ENTERED[op.get_bind().dialect.name]
    op.execute(
        "INSERT INTO assignment (instansi_id, asn_id, opd_id, kind, valid_from, counted, document, reason, at)"  # noqa: S608  the day stands above
        f" SELECT instansi_id, id, opd_id, 'definitif', {entered}, false, '', '', created_at FROM asn WHERE active"
    )


def keep_exemptions() -> None:
    op.create_table(
        "exemption_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *keys("exemption_file", instansi_id="instansi"),
        sa.UniqueConstraint("instansi_id", "hash", name=op.f("uq_exemption_file_instansi_id_hash")),
    )
    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        *written(),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *keys(
            "exemption",
            instansi_id="instansi",
            enrolment_id="enrolment",
            file_id="exemption_file",
            by_user_id="user_account",
        ),
    )
    for column in ("enrolment_id", "valid_to"):
        op.create_index(op.f(f"ix_exemption_{column}"), "exemption", [column])


def whose() -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "instansi_id", "asn_id")]


def written() -> list[sa.Column[object]]:
    """Return the columns about the document, the reason, and who wrote the row when."""
    return [
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
    ]


def keys(table: str, **targets: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, target in targets.items()
        ),
    ]


def downgrade() -> None:
    for table in ("exemption", "exemption_file", "former_nip", "departure", "assignment"):
        op.drop_table(table)
    op.execute("ALTER TABLE asn DROP COLUMN counted_opd_id")
