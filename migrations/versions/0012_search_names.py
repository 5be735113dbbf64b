"""Add the search key of each person's name, and fold logins and participant numbers as they are now when typed.

The folding is copied from `netral/folding.py` as it is at this revision. A later change there that gives existing names
another key needs a migration of its own.
"""

import re
import unicodedata
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

revision = "0012"
down_revision = "0011"

BATCH = 5000
UNCERTIFIED = sa.text("passed_at IS NOT NULL AND pledged_at IS NOT NULL AND completed_at IS NULL")
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202d\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_FORBIDDEN = "\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202e\ufffe\uffff"
INVISIBLE = re.compile(f"[{_INVISIBLE}]")
UNSEEN = re.compile(f"[{_INVISIBLE}{_FORBIDDEN}]")
STYLED = re.compile("[\ufb00-\ufb06\uff01-\uffee\U0001d400-\U0001d7ff]+")
BLANKS = re.compile("[\\s\u2800]+")
DASHES = re.compile("[\u02d7\u058a\u05be\u2010-\u2015\u2043\u207b\u208b\u2212\u2e3a\u2e3b\ufe31\ufe32\ufe58\ufe63]")
APOSTROPHES = re.compile("[`\u00b4\u02b9\u02bb-\u02bf\u02c8\u02ca\u02cb\u2018-\u201b\u2032\u2035\ua78b\ua78c]")
QUOTES = re.compile("[\u00ab\u00bb\u02ba\u201c-\u201f\u2033\u2036]")
NO_LETTER = re.compile(r"[^\w\s]|_")


def upgrade() -> None:
    op.add_column("asn", sa.Column("nama_cari", sa.Text(), server_default="", nullable=False))
    connection = op.get_bind()
    op.create_index(
        "ix_enrolment_uncertified",
        "enrolment",
        ["instansi_id"],
        sqlite_where=UNCERTIFIED,
        postgresql_where=UNCERTIFIED,
    )
    rewrite(connection, "asn", "nama", "nama_cari", search_key)
    rewrite(connection, "asn", "number", "number", fold_login)
    rewrite(connection, "user_account", "login", "login", fold_login)


def downgrade() -> None:
    """Keep the folded logins and numbers: they are still what their owners type."""
    op.drop_index("ix_enrolment_uncertified", "enrolment")
    op.execute("ALTER TABLE asn DROP COLUMN nama_cari")


def rewrite(connection: Connection, table: str, source: str, target: str, make: Callable[[str], str]) -> None:
    """Rewrite the values in batches by id. A value whose folded spelling is already taken keeps its old one."""
    rows = sa.table(table, sa.column("id", sa.Integer), sa.column(source, sa.Text), sa.column(target, sa.Text))
    after = 0
    while batch := read_batch(connection, rows, source, after):
        after = batch[-1][0]
        values = [
            {"row": row_id, "new": make(text)} for row_id, text in batch if source != target or make(text) != text
        ]
        change = sa.update(rows).where(rows.c.id == sa.bindparam("row")).values({target: sa.bindparam("new")})
        if source != target:
            connection.execute(change, values)
            continue
        for value in values:
            if not is_taken(connection, rows, source, str(value["new"])):
                connection.execute(change, value)


def read_batch(connection: Connection, rows: sa.TableClause, source: str, after: int) -> list[tuple[int, str]]:
    wanted = sa.select(rows.c.id, rows.c[source]).where(rows.c.id > after, rows.c[source].is_not(None))
    return [(row.id, row[1]) for row in connection.execute(wanted.order_by(rows.c.id).limit(BATCH))]


def is_taken(connection: Connection, rows: sa.TableClause, column: str, text: str) -> bool:
    return connection.execute(sa.select(rows.c.id).where(rows.c[column] == text).limit(1)).first() is not None


def clean(text: str) -> str:
    text = STYLED.sub(lambda found: unicodedata.normalize("NFKC", found.group()), INVISIBLE.sub("", text))
    return BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def plain_signs(text: str) -> str:
    return QUOTES.sub('"', APOSTROPHES.sub("'", DASHES.sub("-", text)))


def search_key(text: str) -> str:
    letters = plain_signs(strip_accents(plain_signs(clean(text))))
    return BLANKS.sub(" ", NO_LETTER.sub("", letters)).strip()


def strip_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()


def fold_login(text: str) -> str:
    bare = "".join(plain_signs(clean(UNSEEN.sub("", text))).split())
    digits = bare.replace(".", "").replace("-", "")
    return digits if digits.isascii() and digits.isdigit() else bare.casefold()
