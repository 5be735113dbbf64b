"""What tells a folder with example data from a real one."""

from pathlib import Path

MARKER = "demo"


def is_demo(data_dir: Path) -> bool:
    return (data_dir / MARKER).exists()


def mark_demo(data_dir: Path) -> None:
    (data_dir / MARKER).write_text("Folder ini berisi data contoh.\n", encoding="utf-8")
