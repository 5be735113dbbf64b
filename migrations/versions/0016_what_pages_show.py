"""Keep the objectives of modules, the glossary, cards and drawings of an edition; earlier editions have none."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("edition", sa.Column("terms", sa.JSON(), nullable=True))
    op.add_column("module_version", sa.Column("objectives", sa.JSON(), nullable=True))
    op.add_column("module_version", sa.Column("terms", sa.JSON(), nullable=True))
    op.create_table(
        "card_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("judul", sa.String(length=200), nullable=False),
        sa.Column("ringkas", sa.String(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_card_version_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_version")),
        sa.UniqueConstraint("edition_id", "slug", name=op.f("uq_card_version_edition_id_slug")),
    )
    op.create_table(
        "drawing",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("svg", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_drawing")),
    )


def downgrade() -> None:
    op.drop_table("drawing")
    op.drop_table("card_version")
    op.execute("ALTER TABLE module_version DROP COLUMN terms")
    op.execute("ALTER TABLE module_version DROP COLUMN objectives")
    op.execute("ALTER TABLE edition DROP COLUMN terms")
