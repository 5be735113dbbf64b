"""Migrating a database to the newest revision, and knowing whether it is there.

Only the migration itself loads alembic: the web processes ask for the revision, and would each keep it in memory.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, Select, column, inspect, select, table
from sqlalchemy.engine import Connection

from netral.errors import NetralError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
VERSION_TABLE = "alembic_version"
REVISION: Select[str] = select(column("version_num")).select_from(table(VERSION_TABLE))
DECLARED = re.compile(r'^(revision|down_revision) = (?:"(\w+)"|None)$', re.MULTILINE)


class RevisionUnknown(NetralError):
    """The wanted revision, or that of the database, is unknown to this version."""


def make_config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database up to a revision. Raises RevisionUnknown."""
    from alembic import command

    with known_revisions():
        command.upgrade(make_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Migrate the database down to a revision. Raises RevisionUnknown."""
    from alembic import command

    with known_revisions():
        command.downgrade(make_config(url), revision)


@contextmanager
def known_revisions() -> Iterator[None]:
    from alembic.util import CommandError

    try:
        yield
    except CommandError as error:
        raise RevisionUnknown from error


def list_revisions() -> dict[str, str]:
    """Return each revision of this version with the one before it."""
    declared = [dict(DECLARED.findall(path.read_text(encoding="utf-8"))) for path in MIGRATIONS.glob("versions/*.py")]
    return {each["revision"]: each["down_revision"] for each in declared}


def newest_revision() -> str:
    revisions = list_revisions()
    (newest,) = revisions.keys() - revisions.values()  # the newest revision is the only one that none follows
    return newest


def is_known(revision: str) -> bool:
    """Return whether this version can migrate a database of that revision."""
    return revision in list_revisions()


def current_revision(engine: Engine) -> str | None:
    """Return the revision of the database, None when nothing has been migrated yet."""
    with engine.execution_options(read_only=True).connect() as connection:
        return read_revision(connection)


def read_revision(connection: Connection) -> str | None:
    """Return the revision as `current_revision` does, in an existing transaction."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    revision: str | None = connection.execute(REVISION).scalar_one_or_none()
    return revision
