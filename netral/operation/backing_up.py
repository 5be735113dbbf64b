"""Making a backup while people work: the database first, then the stored certificates and PDF that it lists."""

import re
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from netral.database.engines import make_engine
from netral.errors import NetralError
from netral.operation.archive import CERTIFICATES, DATABASES, DOCUMENTS, FOLDERS, FileSum, Manifest, write_archive
from netral.operation.contents import count_rows, read_revision
from netral.operation.embedded import copy_out, fold
from netral.operation.served import dumped
from netral.operation.workshop import workshop

NAME = re.compile(r"netral-\d{8}T\d{6}Z\.tar")


class NothingToKeep(NetralError):
    """Fewer than one backup to keep would remove the one just made."""


def back_up(
    engine: Engine, target: Path, *, certificate_dir: Path, document_dir: Path, demo: bool, now: datetime
) -> Manifest:
    """Write `target`, which must not exist, into an existing folder. Keys and settings are not part of it.

    Raises BackupExists, NothingThere, ToolMissing, ToolTooOld, ToolFailed, OSError.
    """
    kind = engine.dialect.name
    with workshop(target.parent) as folder:
        database = folder / Path(DATABASES[kind]).name
        revision, counts = (copy_embedded if kind == "sqlite" else dump_served)(engine, database)

        def describe(files: dict[str, FileSum]) -> Manifest:
            return Manifest(made_at=now, database=kind, revision=revision, demo=demo, counts=counts, files=files)

        # A file is written before the database records it, so none is missing here.
        stored = [*list_files(CERTIFICATES, certificate_dir), *list_files(DOCUMENTS, document_dir)]
        files = [(DATABASES[kind], database), *stored]
        return write_archive(target, files, describe, folder=folder)


def copy_embedded(engine: Engine, target: Path) -> tuple[str, dict[str, int]]:
    copy_out(engine, target)
    copied = make_engine(f"sqlite:///{target}")
    try:
        with copied.execution_options(read_only=True).connect() as connection:
            found = read_revision(connection), count_rows(connection)
    finally:
        copied.dispose()
    fold(target)
    return found


def dump_served(engine: Engine, target: Path) -> tuple[str, dict[str, int]]:
    with dumped(engine, target) as connection:
        return read_revision(connection), count_rows(connection)


def list_files(folder: str, directory: Path) -> list[tuple[str, Path]]:
    """List the stored files of a folder of the backup, which lie in `directory`."""
    if not directory.is_dir():
        return []
    files = sorted(path for path in directory.iterdir() if FOLDERS[folder].fullmatch(path.name))
    return [(f"{folder}/{path.name}", path) for path in files]


def name_of(now: datetime) -> str:
    """Return a name that sorts by time and contains the time of making, in UTC."""
    return f"netral-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar"


def check_keep(keep: int) -> None:
    """Check the number of backups to keep. Raises NothingToKeep."""
    if keep < 1:
        raise NothingToKeep(keep)


def prune(directory: Path, keep: int) -> list[str]:
    """Remove all but the newest `keep` files with names of ours, and return them; other files are not touched."""
    ours = sorted(path for path in directory.iterdir() if NAME.fullmatch(path.name) and path.is_file())
    gone = ours[: max(0, len(ours) - keep)]
    for path in gone:
        path.unlink()
    return [path.name for path in gone]
