"""Let a period ask for the missed rules to be read again, and choose when results hold the keys.

Periods that are open already keep their rules.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("period", sa.Column("relearn", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("period", sa.Column("keys_shown", sa.String(8), server_default="habis", nullable=False))
    op.add_column("page_reached", sa.Column("read_again_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE page_reached DROP COLUMN read_again_at")
    op.execute("ALTER TABLE period DROP COLUMN keys_shown")
    op.execute("ALTER TABLE period DROP COLUMN relearn")
