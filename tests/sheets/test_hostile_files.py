"""Hostile uploads are refused with a named fact, within a bounded time and 200 MiB."""

from pathlib import Path

import pytest

from tests.measuring import MOST_MIB, measure, measure_once
from tests.sheets.hostile_files import HOSTILE, write_whole_export


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_time_and_memory(name: str, tmp_path: Path) -> None:
    make, file_name, fact = HOSTILE[name]
    path = tmp_path / file_name
    path.write_bytes(make())

    cost = measure("tests.sheets.hostile_files:read_roster", path)

    assert cost.fact.startswith(fact)
    assert cost.bounded, cost


def test_the_whole_export_of_siasn_is_read_within_the_memory_of_a_reader(tmp_path: Path) -> None:
    """It has 67 columns and 20,000 people, of which 15 columns are kept."""
    path = tmp_path / "siasn.xlsx"
    path.write_bytes(write_whole_export(people=20_000))

    cost = measure_once("tests.sheets.hostile_files:read_people_of_siasn", path)

    assert cost.fact == "read"
    assert cost.mib < MOST_MIB, cost
