"""Keep how long a question was on the screen, as the browser counts it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("response", sa.Column("seconds", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE response DROP COLUMN seconds")
