"""JP and the kind of training on periods and certificates, signed lists of certificates, and what SIASN was given.

Certificates from before are of version 1 of the format and have no JP.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    for table in ("period", "certificate"):
        op.add_column(table, sa.Column("jp", sa.Integer(), nullable=True))
        op.add_column(table, sa.Column("jp_dasar", sa.String(200), server_default="", nullable=False))
        op.add_column(table, sa.Column("jenis_diklat", sa.Integer(), nullable=True))
    op.add_column("certificate", sa.Column("format_version", sa.Integer(), server_default="1", nullable=False))
    # A database that came down from this revision holds version 2 already: P then has seven elements (CBOR 0x87).
    first = {"sqlite": "substr(payload, 1, 1) = x'87'", "postgresql": "get_byte(payload, 0) = 135"}
    op.execute(f"UPDATE certificate SET format_version = 2 WHERE {first[op.get_bind().dialect.name]}")  # noqa: S608  written above
    op.add_column("instansi", sa.Column("siasn_id", sa.String(32), server_default="", nullable=False))
    make_transcript()
    make_exports()


def make_transcript() -> None:
    op.create_table(
        "transcript",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("asn_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("nama", sa.String(200), nullable=False),
        sa.Column("nip_akhir", sa.String(3), nullable=False),
        sa.Column("instansi", sa.String(200), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        *keys("transcript", instansi_id="instansi", asn_id="asn", made_by="user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript")),
        sa.UniqueConstraint("public_id", name=op.f("uq_transcript_public_id")),
        sa.UniqueConstraint("asn_id", "digest", name=op.f("uq_transcript_asn_id_digest")),
    )


def make_exports() -> None:
    op.create_table(
        "siasn_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        *keys("siasn_part", instansi_id="instansi", period_id="period", made_by="user_account", sent_by="user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_part")),
        sa.UniqueConstraint("period_id", "number", name=op.f("uq_siasn_part_period_id_number")),
    )
    op.create_table(
        "siasn_export",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        *keys("siasn_export", certificate_id="certificate", instansi_id="instansi", part_id="siasn_part"),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_siasn_export")),
    )
    op.create_index(op.f("ix_siasn_export_part_id"), "siasn_export", ["part_id"])


def keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def downgrade() -> None:
    for table in ("siasn_export", "siasn_part", "transcript"):
        op.drop_table(table)
    op.execute("ALTER TABLE instansi DROP COLUMN siasn_id")
    op.execute("ALTER TABLE certificate DROP COLUMN format_version")
    for table in ("certificate", "period"):
        for column in ("jenis_diklat", "jp_dasar", "jp"):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
