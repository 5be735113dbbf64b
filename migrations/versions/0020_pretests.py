"""Let a period offer a pre-test, and keep the sums that show what was gained since."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("period", sa.Column("pretest", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "pretest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mastered", sa.JSON(), nullable=True),
        *keys("pretest", instansi_id="instansi", enrolment_id="enrolment"),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_pretest_enrolment_id")),
    )
    op.create_table(
        "pretest_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pretest_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("option_order", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("sure", sa.Boolean(), nullable=False),
        *keys("pretest_item", pretest_id="pretest", question_version_id="question_version"),
        sa.UniqueConstraint("pretest_id", "slot", name=op.f("uq_pretest_item_pretest_id_slot")),
    )
    op.create_table(
        "gain_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("before", "after", "squares")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("answers", "sure_wrong")),
        *keys("gain_tally", period_id="period"),
        sa.UniqueConstraint("period_id", "indicator", name=op.f("uq_gain_tally_period_id_indicator")),
    )


def keys(table: str, **targets: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, target in targets.items()
        ),
    ]


def downgrade() -> None:
    for table in ("gain_tally", "pretest_item", "pretest"):
        op.drop_table(table)
    op.execute("ALTER TABLE period DROP COLUMN pretest")
