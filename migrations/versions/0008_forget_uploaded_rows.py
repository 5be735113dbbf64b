"""Forget the uploaded rows that were kept needlessly: whole rows with NIK and address, and faulty rows without an end.

Open previews are discarded: their files have to be uploaded again. Applied imports keep their figures.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

UPLOAD = sa.table(
    "roster_import",
    sa.column("id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("rows", sa.JSON),
    sa.column("problems", sa.JSON),
    sa.column("summary", sa.JSON),
)
FIGURES = ("counts", "left", "returned", "units_made", "error_rows")


def upgrade() -> None:
    connection = op.get_bind()
    for upload in connection.execute(sa.select(UPLOAD.c.id, UPLOAD.c.state, UPLOAD.c.summary)).all():
        preview = upload.state == "pratinjau"
        figures = {} if preview else {name: upload.summary[name] for name in FIGURES if name in upload.summary}
        connection.execute(
            sa.update(UPLOAD)
            .where(UPLOAD.c.id == upload.id)
            .values(state="dibatalkan" if preview else upload.state, rows=[], problems=[], summary=figures)
        )


def downgrade() -> None:
    """Leave everything as it is: the tables are the same, and what was forgotten cannot be restored."""
