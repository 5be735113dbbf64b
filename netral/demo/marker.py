"""The mark that tells a folder with example data from a real one."""

from pathlib import Path

from netral.errors import NetralError

MARKER = "demo"


class DatabaseNotEmpty(NetralError):
    """Example data may only be loaded into an empty database."""


class DemoNotAsked(NetralError):
    """Example data may only be loaded with NETRAL_DEMO=1."""


class DemoNeedsEmbedded(NetralError):
    """Example data may only be loaded into the embedded database of the data folder."""


class DemoNotLoaded(NetralError):
    """There is no example to show."""


def is_demo(data_dir: Path) -> bool:
    return (data_dir / MARKER).exists()


def mark_demo(data_dir: Path) -> None:
    (data_dir / MARKER).write_text("Folder ini berisi data contoh.\n", encoding="utf-8")


def unmark_demo(data_dir: Path) -> None:
    (data_dir / MARKER).unlink(missing_ok=True)
