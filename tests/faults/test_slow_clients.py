"""Many clients begin a request and do not finish it: others do not notice, and a stop does not wait for them."""

import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.processes import memory_mebibytes
from tests.databases import SqliteFactory
from tests.faults.checks import check_the_exam_goes_on
from tests.faults.conftest import running
from tests.faults.people import everybody_saves, seated
from tests.faults.slow import seconds_for, slow_clients

NAMES = ("Joko", "Lina", "Made")
ROUNDS = 5
SOME = 100


@pytest.mark.long
def test_half_sent_requests_stop_neither_the_others_nor_a_stop(
    sqlite_factory: SqliteFactory, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with sqlite_factory.database() as url, running(url, tmp_path) as server, seated(server, NAMES) as savers:
        assert server.process
        memory = memory_mebibytes(server.process.pid)
        for number in range(1, ROUNDS + 1):
            with slow_clients(server, headers=150, bodies=60):
                seconds = [seconds_for(server, path) for path in ("/masuk", "/sehat", "/v") for _ in range(10)]
                with everybody_saves(savers) as load:
                    load.wait_for(200, SOME)
            tell(f"150 half headers and 60 half bodies, round {number}: at most {max(seconds):.3f} s for a page")
            assert max(seconds) < 1
            assert load.silences == []
            assert set(load.statuses) == {200}
            check_the_exam_goes_on(savers[0])
        tell(f"memory before {memory:.0f} MiB, afterwards {memory_mebibytes(server.process.pid):.0f} MiB PSS")

        with ExitStack() as hanging:
            hanging.enter_context(slow_clients(server, headers=150, bodies=60))
            seconds_for(server, "/masuk")
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(timeout=15) == 0
