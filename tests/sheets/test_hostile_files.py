"""Hostile uploads are refused with a named fact, within a bounded time and 200 MiB."""

from pathlib import Path

import pytest

from tests.measuring import measure
from tests.sheets.hostile_files import HOSTILE


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_time_and_memory(name: str, tmp_path: Path) -> None:
    make, file_name, fact = HOSTILE[name]
    path = tmp_path / file_name
    path.write_bytes(make())

    cost = measure("tests.sheets.hostile_files:read_roster", path)

    assert cost.fact.startswith(fact)
    assert cost.bounded, cost
