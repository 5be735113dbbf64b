"""Let a period move to a newer edition: note when it did, and from which edition each paper was drawn.

No period has moved before, so papers came from the edition of their period.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("period", sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True))
    # Written out, since Alembic adds no foreign key to a table of SQLite without copying the table.
    op.execute(
        "ALTER TABLE attempt ADD COLUMN edition_id INTEGER CONSTRAINT fk_attempt_edition_id REFERENCES edition (id)"
    )
    op.execute("UPDATE attempt SET edition_id = (SELECT edition_id FROM period WHERE period.id = attempt.period_id)")


def downgrade() -> None:
    op.execute("ALTER TABLE attempt DROP COLUMN edition_id")
    op.execute("ALTER TABLE period DROP COLUMN raised_at")
