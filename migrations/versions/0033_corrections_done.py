"""Keep which corrections of certificates an officer has put right in SIASN."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "siasn_correction",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_siasn_correction")),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["siasn_export.certificate_id"],
            name=op.f("fk_siasn_correction_certificate_id"),
        ),
        sa.ForeignKeyConstraint(["instansi_id"], ["instansi.id"], name=op.f("fk_siasn_correction_instansi_id")),
        sa.ForeignKeyConstraint(["done_by"], ["user_account.id"], name=op.f("fk_siasn_correction_done_by")),
    )


def downgrade() -> None:
    op.drop_table("siasn_correction")
