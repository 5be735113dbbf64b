"""The one .tar of a backup: the files allowed in it, writing it whole or not at all, reading it without trusting it."""

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from netral.certificates.proof.identifiers import ALPHABET, PUBLIC_ID_LENGTH
from netral.errors import NetralError
from netral.pledges.circulars.files import NAME as DOCUMENT
from netral.storing import sync_directory

FORMAT = 1
PRODUCT = "netral"
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "basis-data/netral.sqlite3", "postgresql": "basis-data/netral.pgdump"}
CERTIFICATES = "sertifikat"
CERTIFICATE = re.compile(rf"[{ALPHABET}]{{{PUBLIC_ID_LENGTH}}}\.pdf")
DOCUMENTS = "edaran"
# The folders of a backup, with the names of their files.
FOLDERS = {CERTIFICATES: CERTIFICATE, DOCUMENTS: DOCUMENT}
CHUNK = 1 << 20
# Bytes allowed for a manifest by itself, and in addition for each file that it lists.
MANIFEST_BASE, MANIFEST_EACH = 64 * 1024, 192


class BackupExists(NetralError):
    """There is a file of this name already (the argument); it is never overwritten."""


class NotABackup(NetralError):
    """The file (the argument) is not a backup that this version can read."""


class ForeignMember(NetralError):
    """The file contains something that belongs in no backup; the argument is its name."""


class BackupDamaged(NetralError):
    """A part of the backup (the argument) differs from the manifest."""


@dataclass(frozen=True, slots=True)
class FileSum:
    """The size and hash of a file: `size` in bytes, `sha256` as hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The list of a backup's parts.

    `database`: sqlite or postgresql; `revision` of the tables; `counts`: rows of each table; `files`: by member.
    """

    made_at: datetime
    database: str
    revision: str
    demo: bool
    counts: dict[str, int]
    files: dict[str, FileSum]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


class HashingReader(io.RawIOBase):
    """Hashes the bytes that are read through it, so that a file is read only once."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.source.read(size)
        self.hash.update(chunk)
        return chunk


class ChunkedFile(io.FileIO):
    """A file that refuses to read more than a chunk at once: `tarfile` reads a header as long as it claims to be."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= CHUNK:
            raise tarfile.ReadError("a header of more than a chunk")
        return super().read(size) or b""


def write_archive(
    path: Path, files: Iterable[tuple[str, Path]], describe: Callable[[dict[str, FileSum]], Manifest], *, folder: Path
) -> Manifest:
    """Write a backup that only its owner may read. Raises BackupExists. It is built in `folder`, on the same disk."""
    if path.exists():
        raise BackupExists(path)
    fresh = folder / path.name
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                manifest = describe({name: add_file(tar, name, source) for name, source in files})
                add_text(tar, MANIFEST, dump_manifest(manifest))
            file.flush()
            os.fsync(file.fileno())
        give_name(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    sync_directory(path.parent)
    return manifest


def add_file(tar: tarfile.TarFile, name: str, source: Path) -> FileSum:
    with source.open("rb") as file:
        entry = make_entry(name, os.fstat(file.fileno()).st_size)
        reader = HashingReader(file)
        tar.addfile(entry, reader)
        return FileSum(entry.size, reader.hash.hexdigest())


def add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    tar.addfile(make_entry(name, len(content)), io.BytesIO(content))


def make_entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o600
    return entry


def give_name(fresh: Path, path: Path) -> None:
    try:
        os.link(fresh, path)
    except FileExistsError as error:
        raise BackupExists(path) from error
    except OSError:  # a disk without hard links, such as a USB stick
        if path.exists():
            raise BackupExists(path) from None
        fresh.rename(path)


def unpack(path: Path, into: Path) -> Manifest:
    """Take everything out into an empty folder and compare it with the manifest.

    Raises FileNotFoundError, NotABackup, ForeignMember, BackupDamaged.
    """
    found: dict[str, FileSum] = {}
    try:
        with ChunkedFile(path) as file, tarfile.open(fileobj=file, mode="r:") as tar:
            while (entry := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined]  # public, and would keep all that was read
                if entry.type not in {tarfile.REGTYPE, tarfile.AREGTYPE} or entry.issparse() or entry.name in found:
                    raise ForeignMember(entry.name)
                source = tar.extractfile(entry)
                if source is None:
                    raise ForeignMember(entry.name)
                found[entry.name] = take_out(source, entry.name, into)
        manifest = read_manifest(into / MANIFEST, found.pop(MANIFEST), files=len(found))
    except (tarfile.TarError, KeyError, ValueError, TypeError, RecursionError) as error:
        raise NotABackup(path) from error
    check_files(manifest, found)
    return manifest


def take_out(source: IO[bytes], name: str, into: Path) -> FileSum:
    if not is_ours(name):
        raise ForeignMember(name)
    target = into / name
    target.parent.mkdir(mode=0o700, exist_ok=True)
    reader, size = HashingReader(source), 0
    with target.open("xb") as file:
        while chunk := reader.read(CHUNK):
            size += file.write(chunk)
    return FileSum(size, reader.hash.hexdigest())


def is_ours(name: str) -> bool:
    """Return whether a name is one that we write (manifest, database, stored file), so that no path leads outside."""
    folder, _, file = name.partition("/")
    return name in {MANIFEST, *DATABASES.values()} or (
        folder in FOLDERS and FOLDERS[folder].fullmatch(file) is not None
    )


def check_files(manifest: Manifest, found: dict[str, FileSum]) -> None:
    for name in sorted({*manifest.files, *found, DATABASES[manifest.database]}):
        if name not in found or manifest.files.get(name) != found[name]:
            raise BackupDamaged(name)


def dump_manifest(manifest: Manifest) -> str:
    document = {"product": PRODUCT, "format": FORMAT, **asdict(manifest), "made_at": manifest.made_at.isoformat()}
    return json.dumps(document, ensure_ascii=False, indent=1)


def read_manifest(path: Path, summed: FileSum, *, files: int) -> Manifest:
    """Read a manifest; raises ValueError, KeyError, TypeError or RecursionError when it is not one of ours."""
    if summed.size > MANIFEST_BASE + MANIFEST_EACH * files:
        raise ValueError("more than the files need")
    return load_manifest(path.read_bytes())


def load_manifest(content: bytes) -> Manifest:
    document: dict[str, Any] = json.loads(content)
    if (document.pop("product"), document.pop("format")) != (PRODUCT, FORMAT) or document["database"] not in DATABASES:
        raise ValueError("not a manifest of this format")
    made_at = datetime.fromisoformat(document.pop("made_at"))
    files = {name: FileSum(**each) for name, each in document.pop("files").items()}
    return Manifest(made_at=made_at, files=files, **document)
