"""Add corrections that people ask for of their own data, and the kind of device of a sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

OPEN_ONLY = sa.text("state IN ('diajukan', 'diperiksa')")


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("asn_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=10), nullable=False),
        sa.Column("proposed", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('diajukan', 'diperiksa', 'diterima', 'ditolak', 'ditarik')", name=op.f("ck_correction_state")
        ),
        sa.ForeignKeyConstraint(["asn_id"], ["asn.id"], name=op.f("fk_correction_asn_id")),
        sa.ForeignKeyConstraint(["instansi_id"], ["instansi.id"], name=op.f("fk_correction_instansi_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(
        "uq_correction_open",
        "correction",
        ["asn_id", "field"],
        unique=True,
        sqlite_where=OPEN_ONLY,
        postgresql_where=OPEN_ONLY,
    )
    op.create_index(op.f("ix_correction_instansi_id_state"), "correction", ["instansi_id", "state"])
    op.create_table(
        "correction_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["user_account.id"], name=op.f("fk_correction_step_by_user_id")),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"], name=op.f("fk_correction_step_correction_id")),
        sa.ForeignKeyConstraint(["instansi_id"], ["instansi.id"], name=op.f("fk_correction_step_instansi_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_step")),
        sa.UniqueConstraint("correction_id", "kind", name=op.f("uq_correction_step_correction_id_kind")),
    )
    op.add_column("login_session", sa.Column("device", sa.String(length=60), server_default="", nullable=False))


def downgrade() -> None:
    op.execute("ALTER TABLE login_session DROP COLUMN device")
    op.drop_table("correction_step")
    op.drop_table("correction")
