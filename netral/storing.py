"""Files that are stored whole or not at all, and never changed afterwards."""

import os
from pathlib import Path
from uuid import uuid4


def store_once(path: Path, content: bytes) -> bytes:
    """Store the bytes whole or not at all; return the stored ones, which another process may have written first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with fresh.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)
    except FileExistsError:
        return path.read_bytes()
    finally:
        fresh.unlink(missing_ok=True)
    sync_directory(path.parent)
    return content


def sync_directory(directory: Path) -> None:
    """Flush the folder: without it the name of the new file may be lost when the power fails."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_file(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
