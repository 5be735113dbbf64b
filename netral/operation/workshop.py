"""A folder for work in progress, on the disk of its future result."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = ".netral-kerja-"


@contextmanager
def workshop(directory: Path) -> Iterator[Path]:
    """Yield a folder that only its owner may enter. Leftovers of killed runs go; a run at work locks its own."""
    for left in directory.glob(f"{PREFIX}*"):
        clear_away(left)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=directory))
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def clear_away(folder: Path) -> None:
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(lock)
