"""Let an instansi name the issuer of its certificates and write their numbers by a template.

Certificates so far were issued by the BKPSDM of their instansi and are printed so again. Their numbers, which end with
month and year behind a running number, differ already.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

SETTINGS = {
    "issuer_name": (120, ""),
    "issuer_short": (30, "BKPSDM"),
    "number_template": (100, "{urut}/{klasifikasi}/{unit}/{romawi}/{tahun}"),
    "classification": (30, "NETRAL-ASN"),
}


def upgrade() -> None:
    for name, (length, default) in SETTINGS.items():
        op.add_column("instansi", sa.Column(name, sa.String(length), server_default=default, nullable=False))
    for table in ("certificate", "transcript"):
        op.add_column(table, sa.Column("issuer", sa.String(120), server_default="BKPSDM", nullable=False))
    op.create_index("uq_certificate_nomor", "certificate", ["instansi_id", "nomor"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_certificate_nomor", "certificate")
    for table in ("certificate", "transcript"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN issuer")
    for name in SETTINGS:
        op.execute(f"ALTER TABLE instansi DROP COLUMN {name}")
