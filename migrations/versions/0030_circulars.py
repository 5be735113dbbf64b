"""Keep circulars and texts of the pakta integritas in versions, and what each person did with them."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

STANDING = sa.text("annulled_at IS NULL")
DRAFT = sa.text("published_at IS NULL")


def upgrade() -> None:
    make_texts()
    make_readings()
    make_signatures()


def make_texts() -> None:
    op.create_table(
        "circular",
        number("id"),
        number("instansi_id"),
        sa.Column("kind", sa.String(length=10), nullable=False),
        moment("created_at"),
        number("created_by", nullable=True),
        moment("withdrawn_at", nullable=True),
        number("withdrawn_by", nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=False),
        *keys("circular", instansi_id="instansi", created_by="user_account", withdrawn_by="user_account"),
        sa.CheckConstraint("kind IN ('edaran', 'pakta')", name=op.f("ck_circular_kind")),
    )
    op.create_index(op.f("ix_circular_instansi_id"), "circular", ["instansi_id"])
    op.create_table(
        "circular_version",
        *(number(name) for name in ("id", "instansi_id", "circular_id", "number")),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("nomor", sa.String(length=100), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("signatory_name", sa.String(length=100), nullable=False),
        sa.Column("signatory_title", sa.String(length=200), nullable=False),
        sa.Column("paragraphs", sa.JSON(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("units", "kinds", "questions")),
        moment("due_at"),
        sa.Column("file_hash", sa.String(length=64), nullable=True),
        number("file_pages", nullable=True),
        number("file_bytes", nullable=True),
        moment("saved_at"),
        moment("published_at", nullable=True),
        number("published_by", nullable=True),
        number("audience", nullable=True),
        *keys("circular_version", instansi_id="instansi", circular_id="circular", published_by="user_account"),
        sa.UniqueConstraint("circular_id", "number", name=op.f("uq_circular_version_circular_id_number")),
    )
    op.create_index(op.f("ix_circular_version_instansi_id"), "circular_version", ["instansi_id"])
    op.create_index(
        "uq_circular_version_draft",
        "circular_version",
        ["circular_id"],
        unique=True,
        sqlite_where=DRAFT,
        postgresql_where=DRAFT,
    )


def make_readings() -> None:
    op.create_table(
        "circular_reading",
        *(number(name) for name in ("id", "instansi_id", "version_id", "asn_id")),
        moment("opened_at"),
        moment("acked_at", nullable=True),
        number("since_version_id", nullable=True),
        *keys(
            "circular_reading",
            instansi_id="instansi",
            version_id="circular_version",
            asn_id="asn",
            since_version_id="circular_version",
        ),
        sa.UniqueConstraint("version_id", "asn_id", name=op.f("uq_circular_reading_version_id_asn_id")),
    )
    op.create_index(op.f("ix_circular_reading_asn_id"), "circular_reading", ["asn_id"])
    op.create_table(
        "circular_answer",
        *(number(name) for name in ("id", "instansi_id", "reading_id", "question", "first_choice")),
        sa.Column("first_right", sa.Boolean(), nullable=False),
        moment("first_at"),
        number("choice"),
        sa.Column("right", sa.Boolean(), nullable=False),
        *keys("circular_answer", instansi_id="instansi", reading_id="circular_reading"),
        sa.UniqueConstraint("reading_id", "question", name=op.f("uq_circular_answer_reading_id_question")),
    )


def make_signatures() -> None:
    op.create_table(
        "signing",
        *(number(name) for name in ("id", "instansi_id", "version_id", "opd_id")),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("witness_name", sa.String(length=100), nullable=False),
        sa.Column("witness_title", sa.String(length=200), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=True),
        moment("recorded_at"),
        number("recorded_by", nullable=True),
        *keys(
            "signing", instansi_id="instansi", version_id="circular_version", opd_id="opd", recorded_by="user_account"
        ),
    )
    op.create_index(op.f("ix_signing_instansi_id"), "signing", ["instansi_id"])
    op.create_table(
        "pact_signature",
        *(number(name) for name in ("id", "instansi_id", "version_id", "asn_id")),
        sa.Column("method", sa.String(length=10), nullable=False),
        number("signing_id", nullable=True),
        moment("at"),
        moment("objected_at", nullable=True),
        moment("decided_at", nullable=True),
        number("decided_by", nullable=True),
        sa.Column("decision_reason", sa.String(length=500), nullable=False),
        moment("annulled_at", nullable=True),
        *keys(
            "pact_signature",
            instansi_id="instansi",
            version_id="circular_version",
            asn_id="asn",
            signing_id="signing",
            decided_by="user_account",
        ),
        sa.CheckConstraint("(method = 'sendiri') = (signing_id IS NULL)", name=op.f("ck_pact_signature_method")),
    )
    op.create_index(op.f("ix_pact_signature_asn_id"), "pact_signature", ["asn_id"])
    op.create_index(
        "uq_pact_signature_standing", "pact_signature", ["version_id", "asn_id"], unique=True,
        sqlite_where=STANDING, postgresql_where=STANDING,
    )  # fmt: skip


def number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def keys(table: str, **targets: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, target in targets.items()
        ),
    ]


def downgrade() -> None:
    for table in ("pact_signature", "signing", "circular_answer", "circular_reading", "circular_version", "circular"):
        op.drop_table(table)
