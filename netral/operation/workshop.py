"""A folder for work in progress, beside where its result will stand."""

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
    """Only its owner may enter. What a killed run left behind goes first; a running one holds a lock on its own."""
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
