"""Add an index that finds the attempts of one period without reading those of others."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index("ix_attempt_period_id_number", "attempt", ["period_id", "number"])


def downgrade() -> None:
    op.drop_index("ix_attempt_period_id_number", "attempt")
