"""Add the counts of a period, updated with every change instead of computed for every view."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEY = "period_id, opd_id, standing, started, passed, pledged, completed, late, day"
DAY = {
    "sqlite": "(unixepoch(e.completed_at) - unixepoch(p.opens_at) % 86400) / 86400 - unixepoch(p.opens_at) / 86400",
    "postgresql": "floor(extract(epoch FROM e.completed_at - p.opens_at) / 86400)::integer",
}
STEPS = ["period_id", "current_opd_id", "standing", "started_at", "passed_at", "pledged_at", "completed_at"]


def upgrade() -> None:
    op.create_table(
        "completion_tally",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("opd_id", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=8), nullable=False),
        sa.Column("started", sa.Boolean(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("pledged", sa.Boolean(), nullable=False),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_tally")),
    )
    count_enrolments()
    op.create_index("ix_completion_tally_counts", "completion_tally", [*KEY.split(", "), "people"])
    change_index([*STEPS, "asn_id", "id"])


def count_enrolments() -> None:
    op.execute(f"""
        INSERT INTO completion_tally ({KEY}, people)
        SELECT {KEY}, count(*) FROM (
            SELECT e.period_id, e.current_opd_id AS opd_id, e.standing, e.started_at IS NOT NULL AS started,
                e.passed_at IS NOT NULL AS passed, e.pledged_at IS NOT NULL AS pledged,
                e.completed_at IS NOT NULL AS completed, coalesce(e.completed_at >= p.due_at, false) AS late,
                {DAY[op.get_bind().dialect.name]} AS day
            FROM enrolment AS e JOIN period AS p ON p.id = e.period_id
        ) AS each GROUP BY {KEY}
    """)  # noqa: S608  names of our own


def change_index(columns: list[str]) -> None:
    """Drop the index that the tally replaces, and add one that finds unfinished people without reading the table."""
    op.drop_index("ix_enrolment_completion", "enrolment")
    op.create_index("ix_enrolment_completion", "enrolment", columns)


def downgrade() -> None:
    change_index(STEPS)
    op.drop_table("completion_tally")
