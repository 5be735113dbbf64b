"""Keep the counts of first attempts: per question, per length of paper, and per OPD and indicator."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "attempt_to_count",
        sa.Column("attempt_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        *keys("attempt_to_count", attempt_id="attempt", period_id="period"),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_attempt_to_count")),
    )
    op.create_index(op.f("ix_attempt_to_count_period_id"), "attempt_to_count", ["period_id"])
    create_item_tally()
    op.create_table(
        "paper_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("squares", sa.BigInteger(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        *keys("paper_tally", period_id="period"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_tally")),
        sa.UniqueConstraint("period_id", "items", name=op.f("uq_paper_tally_period_id_items")),
    )
    create_indicator_tally()
    op.execute(
        "INSERT INTO attempt_to_count (attempt_id, period_id) "
        "SELECT id, period_id FROM attempt WHERE number = 1 AND state <> 'open'"
    )


def create_item_tally() -> None:
    op.create_table(
        "item_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("points", "squares", "rests", "rest_squares", "products")
        ),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.JSON(), nullable=False),
        *keys("item_tally", period_id="period", question_version_id="question_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_tally")),
        sa.UniqueConstraint(
            "period_id", "question_version_id", name=op.f("uq_item_tally_period_id_question_version_id")
        ),
    )
    op.create_index(op.f("ix_item_tally_question_version_id"), "item_tally", ["question_version_id"])


def create_indicator_tally() -> None:
    op.create_table(
        "indicator_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("opd_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("forbidden", "hits", "allowed", "false_alarms")),
        *keys("indicator_tally", period_id="period", opd_id="opd"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_tally")),
        sa.UniqueConstraint(
            "period_id", "opd_id", "indicator", name=op.f("uq_indicator_tally_period_id_opd_id_indicator")
        ),
    )


def keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def downgrade() -> None:
    for table in ("indicator_tally", "paper_tally", "item_tally", "attempt_to_count"):
        op.drop_table(table)
