"""Keep what two officers decide together, how a code was made, and where a step was finished."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

OPEN_ONLY = sa.text("state = 'open'")


def upgrade() -> None:
    make_proposal()
    # Written out, since Alembic adds no foreign key to a table of SQLite without copying the table.
    op.execute(
        "ALTER TABLE one_time_code ADD COLUMN proposal_id INTEGER "
        "CONSTRAINT fk_one_time_code_proposal_id REFERENCES proposal (id)"
    )
    op.add_column("one_time_code", sa.Column("place", sa.String(length=32), nullable=True))
    op.create_table(
        "completion_trace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=True),
        sa.Column("maker_browser", sa.Boolean(), nullable=False),
        sa.Column("maker_place", sa.Boolean(), nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        *keys("completion_trace", instansi_id="instansi", user_id="user_account", maker_id="user_account"),
    )
    op.create_index(op.f("ix_completion_trace_user_id"), "completion_trace", ["user_id"])
    op.create_index(op.f("ix_completion_trace_at"), "completion_trace", ["at"])


def make_proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('peran', 'kode', 'autentikator')", name=op.f("ck_proposal_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'confirmed', 'declined', 'withdrawn', 'void', 'expired')", name=op.f("ck_proposal_state")
        ),
        sa.CheckConstraint("decided_by <> proposed_by OR state = 'withdrawn'", name=op.f("ck_proposal_two_persons")),
        *keys(
            "proposal",
            instansi_id="instansi",
            target_id="user_account",
            proposed_by="user_account",
            decided_by="user_account",
        ),
    )
    op.create_index("ix_proposal_instansi_id_state", "proposal", ["instansi_id", "state"])
    op.create_index(
        "uq_proposal_open",
        "proposal",
        ["target_id", "kind", "role"],
        unique=True,
        sqlite_where=OPEN_ONLY,
        postgresql_where=OPEN_ONLY,
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
    op.drop_table("completion_trace")
    op.execute("ALTER TABLE one_time_code DROP COLUMN place")
    op.execute("ALTER TABLE one_time_code DROP COLUMN proposal_id")
    op.drop_table("proposal")
