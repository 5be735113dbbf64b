"""Let a period be drafted, given to a part of the instansi, reopened and archived, and freeze its final figures.

Periods from before are for every active ASN; those who passed may sign for 14 days after tutup, as in new ones.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

COLUMNS = ("archived_at", "reopened_at", "sign_days", "audience")


def upgrade() -> None:
    op.add_column("period", sa.Column("audience", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("period", sa.Column("sign_days", sa.Integer(), server_default="14", nullable=False))
    op.add_column("period", sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("period", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "period_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("kode", sa.String(length=32), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("period_id", sa.Integer(), nullable=True),
        *keys("period_draft", instansi_id="instansi", saved_by="user_account", period_id="period"),
        sa.UniqueConstraint("instansi_id", "kode", name=op.f("uq_period_draft_instansi_id_kode")),
    )
    op.create_table(
        "final_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.Integer(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        *keys("final_report", instansi_id="instansi", period_id="period", frozen_by="user_account"),
        sa.UniqueConstraint("period_id", "closed_at", name=op.f("uq_final_report_period_id_closed_at")),
    )


def keys(table: str, **targets: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, target in targets.items()
        ),
    ]


def downgrade() -> None:
    for table in ("final_report", "period_draft"):
        op.drop_table(table)
    for column in COLUMNS:
        op.execute(f"ALTER TABLE period DROP COLUMN {column}")
