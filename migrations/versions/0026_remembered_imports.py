"""Remember what officers chose for a roster: columns by their headings, and units by other names; and SIASN's ids."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
OPEN_ONLY = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    op.add_column("asn", sa.Column("siasn_id", sa.String(64), server_default="", nullable=False))
    op.add_column("opd", sa.Column("unor_id", sa.String(64), server_default="", nullable=False))
    op.add_column("roster_import", sa.Column("listed", sa.JSON(), server_default="[]", nullable=False))
    create(
        "column_choice",
        sa.Column("headings", sa.String(64), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
    )
    create(
        "unit_alias",
        sa.Column("place", sa.String(620), nullable=False),
        sa.Column("nama", sa.String(200), nullable=False),
        sa.Column("opd_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["opd_id"], ["opd.id"], name=op.f("fk_unit_alias_opd_id")),
    )
    for table, column in (("column_choice", "headings"), ("unit_alias", "place")):
        op.create_index(
            f"uq_{table}_open",
            table,
            ["instansi_id", column],
            unique=True,
            sqlite_where=OPEN_ONLY,
            postgresql_where=OPEN_ONLY,
        )


def create(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        *columns,
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["instansi_id"], ["instansi.id"], name=op.f(f"fk_{table}_instansi_id")),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f(f"fk_{table}_made_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["user_account.id"], name=op.f(f"fk_{table}_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    op.drop_table("unit_alias")
    op.drop_table("column_choice")
    op.execute("ALTER TABLE roster_import DROP COLUMN listed")
    op.execute("ALTER TABLE opd DROP COLUMN unor_id")
    op.execute("ALTER TABLE asn DROP COLUMN siasn_id")
