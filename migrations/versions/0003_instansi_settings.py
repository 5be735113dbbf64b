"""Add contact, signatory and emblem of an instansi, and the values that a certificate was printed with."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

CONTACT = (("contact_name", 200), ("contact_phone", 60), ("contact_email", 200), ("contact_hours", 200))
SIGNATORY = (("signatory_name", 100), ("signatory_title", 200))


def upgrade() -> None:
    op.create_table(
        "emblem",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_emblem")),
    )
    for table, texts in (("instansi", (*CONTACT, *SIGNATORY)), ("certificate", SIGNATORY)):
        for name, length in texts:
            op.add_column(table, sa.Column(name, sa.String(length=length), server_default="", nullable=False))
        add_emblem(table)


def add_emblem(table: str) -> None:
    """Add a reference within its column: on SQLite, a batch would copy every certificate and lose its checks."""
    constraint = f"fk_{table}_emblem"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN emblem VARCHAR(64) CONSTRAINT {constraint} REFERENCES emblem (hash)"
        )
    else:
        op.add_column(table, sa.Column("emblem", sa.String(length=64), nullable=True))
        op.create_foreign_key(constraint, table, "emblem", ["emblem"], ["hash"])


def downgrade() -> None:
    for table, texts in (("certificate", SIGNATORY), ("instansi", (*CONTACT, *SIGNATORY))):
        op.execute(f"ALTER TABLE {table} DROP COLUMN emblem")
        for name, _ in texts:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    op.drop_table("emblem")
