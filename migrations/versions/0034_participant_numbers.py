"""Fold the participant numbers and logins of PPNPN who were entered one by one: sign-in and rosters fold what is typed.

A value whose folded spelling is already taken keeps its old one. The folding is the part of `fold_login` that differs
from what the form kept.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

revision = "0034"
down_revision = "0033"

PEOPLE = sa.table(
    "asn", sa.column("id", sa.Integer), sa.column("instansi_id", sa.Integer), sa.column("number", sa.Text)
)
ACCOUNTS = sa.table("user_account", sa.column("asn_id", sa.Integer), sa.column("login", sa.Text))


def upgrade() -> None:
    connection = op.get_bind()
    people = sa.select(PEOPLE).where(PEOPLE.c.number.is_not(None)).order_by(PEOPLE.c.id)
    for person in connection.execute(people).all():
        written, folded = person.number, fold(person.number)
        if written != folded:
            same = (PEOPLE.c.instansi_id == person.instansi_id) & (PEOPLE.c.number == folded)
            rewrite(connection, PEOPLE.c.number, folded, mine=PEOPLE.c.id == person.id, taken=same)
            mine = (ACCOUNTS.c.asn_id == person.id) & (ACCOUNTS.c.login == written)
            rewrite(connection, ACCOUNTS.c.login, folded, mine=mine, taken=ACCOUNTS.c.login == folded)


def downgrade() -> None:
    """Keep the folded numbers and logins: they are still what their owners type."""


def rewrite(
    connection: Connection, column: sa.ColumnClause[str], text: str, *, mine: sa.ColumnElement[bool], taken: Any
) -> None:
    if connection.execute(sa.select(column).where(taken).limit(1)).first() is None:
        connection.execute(sa.update(column.table).where(mine).values({column.name: text}))


def fold(text: str) -> str:
    bare = "".join(text.split())
    digits = bare.replace(".", "").replace("-", "")
    return digits if digits.isascii() and digits.isdigit() else bare.casefold()
