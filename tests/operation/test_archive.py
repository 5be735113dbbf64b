"""The file of a backup: written whole or not at all, and read without trusting its content."""

import io
import json
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netral.operation.archive import (
    BackupDamaged,
    BackupExists,
    FileSum,
    ForeignMember,
    Manifest,
    NotABackup,
    unpack,
    write_archive,
)
from tests.factories import NOW
from tests.measuring import measure

DATABASE = "basis-data/netral.sqlite3"
CERTIFICATE = f"sertifikat/{'7' * 26}.pdf"


def describe(files: dict[str, FileSum]) -> Manifest:
    return Manifest(made_at=NOW, database="sqlite", revision="0001", demo=False, counts={"asn": 2}, files=files)


@pytest.fixture
def archive(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    for name in ("isi.sqlite3", "isi.pdf"):
        (tmp_path / name).write_text(f"isi {name}", encoding="utf-8")
    path = tmp_path / "cadangan.tar"
    files = [(DATABASE, tmp_path / "isi.sqlite3"), (CERTIFICATE, tmp_path / "isi.pdf")]
    write_archive(path, files, describe, folder=tmp_path_factory.mktemp("kerja"))
    return path


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "keluar"
    folder.mkdir()
    return folder


def rewrite(archive: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], Any]) -> None:
    """Return the same file after somebody changed it."""
    with tarfile.open(archive) as tar:
        members = [(entry, tar.extractfile(entry).read()) for entry in tar]  # type: ignore[union-attr]  # all are files
    change(members)
    with tarfile.open(archive, "w") as tar:
        for entry, content in members:
            entry.size = len(content) if entry.isreg() else 0
            tar.addfile(entry, io.BytesIO(content))


def add(name: str, kind: bytes = tarfile.REGTYPE) -> Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]:
    entry = tarfile.TarInfo(name)
    entry.type = kind
    entry.linkname = "/etc/passwd"
    return lambda members: members.insert(0, (entry, b""))


def test_an_archive_unpacks_to_what_was_packed(archive: Path, into: Path) -> None:
    manifest = unpack(archive, into)

    assert manifest == describe(manifest.files)
    assert (into / DATABASE).read_text(encoding="utf-8") == "isi isi.sqlite3"
    assert (into / CERTIFICATE).read_text(encoding="utf-8") == "isi isi.pdf"


def test_only_the_owner_may_read_an_archive(archive: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_never_overwritten(archive: Path) -> None:
    before = archive.read_bytes()

    with pytest.raises(BackupExists):
        write_archive(archive, [], describe, folder=archive.parent)

    assert archive.read_bytes() == before


def test_a_failure_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "kerja").mkdir()
    with pytest.raises(FileNotFoundError):
        write_archive(tmp_path / "a.tar", [(DATABASE, tmp_path / "tidak-ada")], describe, folder=tmp_path / "kerja")

    assert {path.name for path in tmp_path.rglob("*")} == {"kerja"}


@pytest.mark.parametrize(
    "name",
    [
        "../keluar.txt",
        "/etc/passwd",
        "basis-data/../../keluar.sqlite3",
        "sertifikat/lain.pdf",
        "edaran/lain.pdf",
        f"edaran/../{'a' * 64}.pdf",
        f"sertifikat/../{'7' * 26}.pdf",
        f"sertifikat/{'7' * 26}.pdf\n",
        "secrets/session.key",
    ],
)
def test_a_member_that_we_never_write_is_refused(archive: Path, into: Path, name: str) -> None:
    rewrite(archive, add(name))

    with pytest.raises(ForeignMember):
        unpack(archive, into)

    assert {path.name for path in into.parent.iterdir()} == {"isi.sqlite3", "isi.pdf", "cadangan.tar", "keluar"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_a_member_that_is_no_file_is_refused(archive: Path, into: Path, kind: bytes) -> None:
    rewrite(archive, add(CERTIFICATE, kind))

    with pytest.raises(ForeignMember):
        unpack(archive, into)


def test_a_member_that_comes_twice_is_refused(archive: Path, into: Path) -> None:
    rewrite(archive, lambda members: members.append(members[0]))

    with pytest.raises(ForeignMember):
        unpack(archive, into)


@pytest.mark.parametrize("position", [0, 1])
def test_a_changed_or_missing_part_is_named(archive: Path, tmp_path: Path, position: int) -> None:
    name = (DATABASE, CERTIFICATE)[position]
    original = archive.read_bytes()
    for number, spoil in enumerate(
        (
            lambda members: members.__setitem__(position, (members[position][0], b"isi lain")),
            lambda members: members.pop(position),
        )
    ):
        archive.write_bytes(original)
        rewrite(archive, spoil)
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(BackupDamaged) as fact:
            unpack(archive, folder)
        assert fact.value.args == (name,)


def test_a_file_cut_short_anywhere_is_never_taken_for_whole(archive: Path, tmp_path: Path) -> None:
    content = archive.read_bytes()
    end = content.index(b'"product"')
    for length in range(0, end, 512):
        archive.write_bytes(content[:length])
        folder = tmp_path / f"keluar-{length}"
        folder.mkdir()
        with pytest.raises(NotABackup):
            unpack(archive, folder)


@pytest.mark.parametrize("changes", [{"format": 2}, {"product": "lain"}, {"database": "mysql"}, {"made_at": "kemarin"}])
def test_a_manifest_of_another_kind_is_no_backup(archive: Path, into: Path, changes: dict[str, Any]) -> None:
    def change(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        entry, content = members.pop()
        members.append((entry, json.dumps(json.loads(content) | changes).encode()))

    rewrite(archive, change)

    with pytest.raises(NotABackup):
        unpack(archive, into)


LISTS = b"[" + b"[]," * 3_000_000 + b"[]]"
HUGE = 160 * 2**20
# A header that Python's own writer never makes: it declares a hole of 50 MiB in half a kilobyte.
SPARSE = {
    "GNU.sparse.major": "1",
    "GNU.sparse.minor": "0",
    "GNU.sparse.name": DATABASE,
    "GNU.sparse.realsize": "52428800",
}


def unpack_beside(path: Path) -> None:
    into = path.with_name("keluar")
    into.mkdir()
    unpack(path, into)


def make_archive(path: Path, name: str, content: bytes, *, kind: bytes = tarfile.REGTYPE, size: int = 0) -> None:
    """Write an archive of one member; `size` adds a hole after its content, which takes no room on the disk."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.size = kind, size or len(content)
    with path.open("wb") as file:
        file.write(entry.tobuf(tarfile.GNU_FORMAT) + content)
        file.truncate(512 + entry.size + 10_240 - entry.size % 512)


@pytest.mark.parametrize(
    ("name", "content", "kind", "size"),
    [
        ("manifest.json", b"{", tarfile.REGTYPE, HUGE),
        ("manifest.json", LISTS, tarfile.REGTYPE, 0),
        ("manifest.json", b"[" * 50_000, tarfile.REGTYPE, 0),
        ("manifest.json", b"", tarfile.XHDTYPE, HUGE),
        ("manifest.json", b"", tarfile.XGLTYPE, HUGE),
        ("manifest.json", b"", tarfile.GNUTYPE_LONGNAME, HUGE),
    ],
)
def test_a_hostile_archive_costs_little(name: str, content: bytes, kind: bytes, size: int, tmp_path: Path) -> None:
    path = tmp_path / "cadangan.tar"
    make_archive(path, name, content, kind=kind, size=size)

    cost = measure("tests.operation.test_archive:unpack_beside", path)

    assert cost.fact == f"NotABackup {path}"
    assert cost.bounded, cost


def test_a_hole_is_not_filled(tmp_path: Path, into: Path) -> None:
    path = tmp_path / "cadangan.tar"
    with tarfile.open(path, "w") as tar:
        entry = tarfile.TarInfo(DATABASE)
        entry.pax_headers, entry.size = SPARSE, 512
        tar.addfile(entry, io.BytesIO(b"1\n52428800\n0\n".ljust(512, b"\0")))

    with pytest.raises(ForeignMember):
        unpack(path, into)

    assert not any(into.iterdir())
