"""Keep the feeds of an edition; editions from before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("edition", sa.Column("feeds", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE edition DROP COLUMN feeds")
