"""Restoring a backup: it is checked completely in a separate place before existing data are touched."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from netral import migrating
from netral.audit.events import list_chains, verify_chain
from netral.certificates.issue.auditing import Fault, Finding, audit_certificates
from netral.certificates.proof.keys import KeyRing
from netral.database.engines import make_engine
from netral.errors import NetralError
from netral.operation import embedded, served
from netral.operation.archive import CERTIFICATES, DATABASES, DOCUMENTS, FOLDERS, BackupDamaged, Manifest, unpack
from netral.operation.contents import count_rows, is_empty, read_revision
from netral.operation.workshop import workshop
from netral.storing import sync_directory


class TargetNotEmpty(NetralError):
    """There are data already, which are only replaced on request."""


class BackupOfOtherKind(NetralError):
    """A backup of one kind of database (first argument) cannot go into the other (second)."""


class BackupFromNewer(NetralError):
    """The revision of the backup (the argument) is not known here: a newer version made it."""


class RestoredUnfit(NetralError):
    """The audit trail or certificates of the backup fail their own checks; the first argument is the verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place to restore to."""

    database_url: str
    data_dir: Path
    certificate_dir: Path
    document_dir: Path

    @property
    def folders(self) -> dict[str, Path]:
        """Return the places of stored files, by their folder in the backup."""
        return {CERTIFICATES: self.certificate_dir, DOCUMENTS: self.document_dir}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of checking. `broken_chains`: number of the chain and of its first event that does not fit.

    `signatures_checked` is false where there is no key yet, as on a new machine.
    """

    broken_chains: tuple[tuple[int, int], ...]
    findings: tuple[Finding, ...]
    signatures_checked: bool

    @property
    def fits(self) -> bool:
        return not self.broken_chains and not self.findings


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    verdict: Verdict


def restore(
    file: Path, place: Place, *, keyring: KeyRing, now: datetime, replace: bool = False, despite_findings: bool = False
) -> Restored:
    """Restore a backup; the database of `place` must not be open anywhere in this process.

    Raises TargetNotEmpty, DatabaseInUse, NotABackup, ForeignMember, BackupDamaged, BackupOfOtherKind, BackupFromNewer,
    CopyUnsound, RestoredUnfit, and the errors of PostgreSQL's programs. After an error nothing has changed.
    """
    place.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not replace and not is_target_empty(place):
        raise TargetNotEmpty
    with workshop(place.data_dir) as folder:
        manifest = unpack(file, folder)
        check_origin(manifest, place)
        with prepared(manifest, place, folder) as (url, put_database):
            verdict = prove(url, manifest, folder / CERTIFICATES, keyring, now)
            if not verdict.fits and not despite_findings:
                raise RestoredUnfit(verdict)
            for name, directory in place.folders.items():
                put_files(folder / name, directory)
            put_database()
            if replace:
                for name, directory in place.folders.items():
                    remove_strangers(name, directory, manifest)
    return Restored(manifest, verdict)


def is_target_empty(place: Place) -> bool:
    if any(any(directory.glob("*.pdf")) for directory in place.folders.values()):
        return False
    url = make_url(place.database_url)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return True
    with engine_of(place.database_url) as engine:
        return is_empty(engine)


def check_origin(manifest: Manifest, place: Place) -> None:
    kind = make_url(place.database_url).get_backend_name()
    if manifest.database != kind:
        raise BackupOfOtherKind(manifest.database, kind)
    if not migrating.is_known(manifest.revision):
        raise BackupFromNewer(manifest.revision)


@contextmanager
def prepared(manifest: Manifest, place: Place, folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the address of the restored database in a separate place, and a function that moves it to its own."""
    url = make_url(place.database_url)
    database = folder / DATABASES[manifest.database]
    if manifest.database == "sqlite":
        target = Path(str(url.database))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        embedded.check_unused(target)
        embedded.check_sound(database)
        yield f"sqlite:///{database}", lambda: embedded.put_in_place(database, target)
        return
    served.check_unused(url)
    with served.restored_beside(url, database) as beside:
        yield beside.render_as_string(hide_password=False), lambda: served.change_places(url, beside)


def prove(url: str, manifest: Manifest, certificate_dir: Path, keyring: KeyRing, now: datetime) -> Verdict:
    """Check the row counts against the manifest, migrate to the newest revision, then check chains and certificates."""
    with engine_of(url) as engine, engine.execution_options(read_only=True).connect() as connection:
        if (read_revision(connection), count_rows(connection)) != (manifest.revision, manifest.counts):
            raise BackupDamaged(DATABASES[manifest.database])
    migrating.upgrade(url)
    with engine_of(url) as engine, Session(engine.execution_options(read_only=True)) as session:
        verdicts = [verify_chain(session, chain) for chain in list_chains(session)]
        findings = audit_certificates(session, keyring=keyring, now=now, directory=certificate_dir)
    can_check = bool(keyring.public)
    return Verdict(
        tuple((each.chain, each.broken_at) for each in verdicts if each.broken_at is not None),
        tuple(each for each in findings if can_check or each.fault is not Fault.TAMPERED),
        can_check,
    )


def put_files(source: Path, target: Path) -> None:
    """Put the stored files in place before the database: after a crash there are too many files, never too few."""
    if not source.is_dir():
        return
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in source.iterdir():
        path.replace(target / path.name)
    sync_directory(target)


def remove_strangers(folder: str, directory: Path, manifest: Manifest) -> None:
    """Remove stored files of the replaced data."""
    if directory.is_dir():
        for path in directory.iterdir():
            if FOLDERS[folder].fullmatch(path.name) and f"{folder}/{path.name}" not in manifest.files:
                path.unlink()


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
