"""Give attempts extra time and people further attempts, and note the beats of the service with the gaps between them.

The deadline of an attempt no longer contains the end of its period, which may move; without a time limit there is none.
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

MOMENT = sa.DateTime(timezone=True)
ATTEMPT = sa.table(
    "attempt",
    *(sa.column(name, sa.Integer()) for name in ("id", "period_id", "enrolment_id")),
    sa.column("state", sa.String()),
    sa.column("started_at", MOMENT),
    sa.column("deadline_at", MOMENT),
)
PERIOD = sa.table(
    "period",
    *(sa.column(name, sa.Integer()) for name in ("id", "time_limit_seconds")),
    sa.column("closes_at", MOMENT),
)
ENROLMENT = sa.table("enrolment", *(sa.column(name, sa.Integer()) for name in ("id", "extra_time_percent")))


def upgrade() -> None:
    op.execute("ALTER TABLE attempt ADD COLUMN extra_seconds INTEGER DEFAULT 0 NOT NULL")
    op.execute("ALTER TABLE enrolment ADD COLUMN extra_attempts INTEGER DEFAULT 0 NOT NULL")
    allow_no_deadline()
    uncap_open_attempts()
    make_outages()
    op.create_table(
        "attempt_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("instansi_id", "attempt_id")),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("outage_id", sa.Integer(), nullable=True),
        *reasoned(),
        *keys("attempt_extension", instansi_id="instansi", attempt_id="attempt", outage_id="outage"),
        sa.UniqueConstraint("attempt_id", "key", name=op.f("uq_attempt_extension_attempt_id_key")),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_attempt_extension_seconds")),
        sa.CheckConstraint("kind IN ('person', 'group', 'percent', 'outage')", name=op.f("ck_attempt_extension_kind")),
    )
    op.create_index(op.f("ix_attempt_extension_outage_id"), "attempt_extension", ["outage_id"])
    op.create_table(
        "attempt_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("instansi_id", "enrolment_id")),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("replaced_attempt_id", sa.Integer(), nullable=True),
        *reasoned(),
        *keys("attempt_grant", instansi_id="instansi", enrolment_id="enrolment", replaced_attempt_id="attempt"),
        sa.UniqueConstraint("enrolment_id", "key", name=op.f("uq_attempt_grant_enrolment_id_key")),
        sa.CheckConstraint("attempts > 0", name=op.f("ck_attempt_grant_attempts")),
    )
    op.create_index("uq_attempt_grant_replaced", "attempt_grant", ["replaced_attempt_id"], unique=True)


def make_outages() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("clock_back", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
        sa.UniqueConstraint("since", name=op.f("uq_outage_since")),
        sa.CheckConstraint("kind IN ('compensated', 'long', 'clock')", name=op.f("ck_outage_kind")),
    )


def reasoned() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
    )


def keys(table: str, **targets: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, target in ({"by_user_id": "user_account"} | targets).items()
        ),
    ]


def allow_no_deadline() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE attempt ALTER COLUMN deadline_at DROP NOT NULL")
    else:
        replace_deadline("DATETIME")


def replace_deadline(kind: str) -> None:
    """Put a column of another kind in the place of the deadline, since SQLite changes none."""
    op.drop_index("ix_attempt_deadline_open", "attempt")
    op.execute(f"ALTER TABLE attempt ADD COLUMN deadline {kind}")
    op.execute("UPDATE attempt SET deadline = deadline_at")
    op.execute("ALTER TABLE attempt DROP COLUMN deadline_at")
    op.execute("ALTER TABLE attempt RENAME COLUMN deadline TO deadline_at")
    op.execute("CREATE INDEX ix_attempt_deadline_open ON attempt (deadline_at) WHERE state = 'open'")


def uncap_open_attempts() -> None:
    """Give open attempts that ended with their period the deadline of their time limit, or none."""
    capped = (
        sa.select(ATTEMPT.c.id, ATTEMPT.c.started_at, PERIOD.c.time_limit_seconds, ENROLMENT.c.extra_time_percent)
        .join(PERIOD, PERIOD.c.id == ATTEMPT.c.period_id)
        .join(ENROLMENT, ENROLMENT.c.id == ATTEMPT.c.enrolment_id)
        .where(ATTEMPT.c.state == "open", ATTEMPT.c.deadline_at == PERIOD.c.closes_at)
    )
    for row in op.get_bind().execute(capped).all():
        limit = row.time_limit_seconds
        seconds = limit and timedelta(seconds=limit * (100 + row.extra_time_percent) / 100)
        deadline = row.started_at + seconds if seconds else None
        op.execute(ATTEMPT.update().where(ATTEMPT.c.id == row.id).values(deadline_at=deadline))


def downgrade() -> None:
    for table in ("attempt_grant", "attempt_extension", "outage", "heartbeat"):
        op.drop_table(table)
    op.execute(
        "UPDATE attempt SET deadline_at = (SELECT closes_at FROM period WHERE period.id = attempt.period_id)"
        " WHERE deadline_at IS NULL"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE attempt ALTER COLUMN deadline_at SET NOT NULL")
    else:
        replace_deadline("DATETIME NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE enrolment DROP COLUMN extra_attempts")
    op.execute("ALTER TABLE attempt DROP COLUMN extra_seconds")
