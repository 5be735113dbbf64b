"""Let a mistyped login be forgiven once the browser that typed it signs in."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("login_failure", sa.Column("slip_hash", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_login_failure_slip_hash"), "login_failure", ["slip_hash"])


def downgrade() -> None:
    op.drop_index(op.f("ix_login_failure_slip_hash"), "login_failure")
    op.execute("ALTER TABLE login_failure DROP COLUMN slip_hash")
