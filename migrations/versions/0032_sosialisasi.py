"""Keep meetings about neutrality: the units invited, who was there, and polls by raised hands."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "sosialisasi",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(length=200), nullable=False) for name in ("judul", "tempat", "pembicara")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("starts_at", "ends_at")),
        sa.Column("period_id", sa.Integer(), nullable=True),
        sa.Column("secret", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_sosialisasi_order")),
        *keys("sosialisasi", instansi_id="instansi", period_id="period", created_by="user_account"),
    )
    op.create_index(op.f("ix_sosialisasi_instansi_id_starts_at"), "sosialisasi", ["instansi_id", "starts_at"])
    op.create_table(
        "invitation",
        sa.Column("sosialisasi_id", sa.Integer(), nullable=False),
        sa.Column("opd_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sosialisasi_id", "opd_id", name=op.f("pk_invitation")),
        *foreign("invitation", sosialisasi_id="sosialisasi", opd_id="opd"),
    )
    op.create_index(op.f("ix_invitation_opd_id"), "invitation", ["opd_id"])
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("instansi_id", "sosialisasi_id", "asn_id", "opd_id")
        ),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("method IN ('kode', 'absen')", name=op.f("ck_attendance_method")),
        sa.UniqueConstraint("sosialisasi_id", "asn_id", name=op.f("uq_attendance_sosialisasi_id_asn_id")),
        *keys(
            "attendance",
            instansi_id="instansi",
            sosialisasi_id="sosialisasi",
            asn_id="asn",
            opd_id="opd",
            by_user_id="user_account",
        ),
    )
    op.create_index(op.f("ix_attendance_asn_id"), "attendance", ["asn_id"])
    op.create_table(
        "hand_poll",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("instansi_id", "sosialisasi_id", "question_version_id")
        ),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("situation", "boleh", "tidak", "tergantung")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("boleh >= 0 AND tidak >= 0 AND tergantung >= 0", name=op.f("ck_hand_poll_hands")),
        *keys(
            "hand_poll",
            instansi_id="instansi",
            sosialisasi_id="sosialisasi",
            question_version_id="question_version",
            by_user_id="user_account",
        ),
    )
    op.create_index(op.f("ix_hand_poll_sosialisasi_id"), "hand_poll", ["sosialisasi_id"])


def keys(table: str, **targets: str) -> list[sa.Constraint]:
    return [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")), *foreign(table, **targets)]


def foreign(table: str, **targets: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def downgrade() -> None:
    for table in ("hand_poll", "attendance", "invitation", "sosialisasi"):
        op.drop_table(table)
