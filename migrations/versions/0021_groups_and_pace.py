"""Count the answers to a question by group of people, and those of each OPD that came too soon to have been read."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

COUNTED = ("attempt_to_count", "item_tally", "paper_tally", "indicator_tally")


def upgrade() -> None:
    """Add the counts, empty all that were kept, and note every first attempt again, so that the sweep counts anew."""
    for table in COUNTED:
        op.execute(f"DELETE FROM {table}")  # noqa: S608  the names stand above
    op.add_column("item_tally", sa.Column("by_group", sa.JSON(), server_default="{}", nullable=False))
    op.create_table(
        "pace_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("opd_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("people", "untimed", "answers", "rapid")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_pace_tally_period_id")),
        sa.ForeignKeyConstraint(["opd_id"], ["opd.id"], name=op.f("fk_pace_tally_opd_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pace_tally")),
        sa.UniqueConstraint("period_id", "opd_id", name=op.f("uq_pace_tally_period_id_opd_id")),
    )
    op.execute(
        "INSERT INTO attempt_to_count (attempt_id, period_id) "
        "SELECT id, period_id FROM attempt WHERE number = 1 AND state <> 'open'"
    )


def downgrade() -> None:
    op.drop_table("pace_tally")
    op.execute("ALTER TABLE item_tally DROP COLUMN by_group")
