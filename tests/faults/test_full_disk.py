"""A disk that runs full again and again, in each way that can be brought about here."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import SqliteFactory
from tests.faults.checks import check_a_full_disk, check_whole
from tests.faults.conftest import running
from tests.faults.disks import KINDS, possible_kinds
from tests.faults.people import everybody_saves, seated

NAMES = ("Joko", "Lina", "Made")
ROUNDS = 10
SOME = 100


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_needs_only_room_every_time(kind: str, tmp_path: Path, tell: Callable[[str], None]) -> None:
    """Without the right to mount, the nearest that is possible."""
    kind = kind if kind in possible_kinds() else possible_kinds()[0]
    with (
        KINDS[kind]() as disk,
        SqliteFactory(disk.directory).database() as url,
        running(url, tmp_path) as server,
        seated(server, NAMES) as savers,
    ):
        for _ in range(ROUNDS):
            check_a_full_disk(server, savers, disk)
        with everybody_saves(savers) as load:
            load.wait_for(200, SOME)
            disk.fill(server)
            load.wait_for(503, SOME)
            disk.clear(server)
            refused = load.statuses[503]
            load.wait_for(200, 3 * SOME)

        tell(f"{kind}: {load.acknowledged} acknowledged, {load.lost()} lost, {refused} times 503 while it was full")
        assert load.lost() == 0
        check_whole(server)
