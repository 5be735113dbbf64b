"""Full disks: a small disk where one may be mounted, else a limit on the size of files."""

import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.processes import family
from tests.browser.server import Server

SIZE = "12m"
# PostgreSQL begins with some 60 MB, and its log of changes takes 16 MB at a time.
SIZE_FOR_POSTGRESQL = "160m"
BLOCK = bytes(4096)


@dataclass(frozen=True, slots=True)
class SmallDisk:
    directory: Path

    def fill(self, server: Server) -> None:
        """Fill the disk to the last block."""
        with (self.directory / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(BLOCK)

    def clear(self, server: Server) -> None:
        (self.directory / "ballast").unlink()


@dataclass(frozen=True, slots=True)
class LimitedFiles:
    """For users who may not mount: no file of the server may outgrow the present size of its database."""

    directory: Path

    def fill(self, server: Server) -> None:
        self.limit(server, min(path.stat().st_size for path in self.directory.glob("*.sqlite3*-wal")))

    def clear(self, server: Server) -> None:
        self.limit(server, resource.RLIM_INFINITY)

    def limit(self, server: Server, size: int) -> None:
        assert server.process
        for process in family(server.process.pid):
            resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@cache
def may_mount() -> bool:
    with tempfile.TemporaryDirectory() as directory:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", directory], capture_output=True, check=False)
        if mounted.returncode == 0:
            subprocess.run(["umount", directory], check=True)
        return mounted.returncode == 0


@contextmanager
def small_disk(size: str = SIZE) -> Iterator[SmallDisk]:
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", directory], check=True)
        try:
            yield SmallDisk(Path(directory))
        finally:
            subprocess.run(["umount", "--lazy", directory], check=True)


@contextmanager
def limited_files() -> Iterator[LimitedFiles]:
    with tempfile.TemporaryDirectory() as directory:
        yield LimitedFiles(Path(directory))


Disk = SmallDisk | LimitedFiles
KINDS: dict[str, Callable[[], AbstractContextManager[Disk]]] = {
    "a small disk": small_disk,
    "limited files": limited_files,
}


def possible_kinds() -> list[str]:
    """Return the possible kinds, the most realistic first."""
    return [kind for kind in KINDS if kind != "a small disk" or may_mount()]
