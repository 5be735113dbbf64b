"""PostgreSQL goes away and comes back in the middle of requests; the server stays up."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.checks import check_the_exam_goes_on, check_whole
from tests.faults.conftest import running
from tests.faults.people import Saver, check_apology, everybody_saves, seated
from tests.faults.postgres import Cluster

NAMES = ("Joko", "Lina", "Made", "Oki", "Putri", "Rahmat")
ROUNDS = 3
SOME = 300


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_while_postgresql_is_away_everything_is_503_and_afterwards_nothing(
    mode: str, cluster: Cluster, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with (
        cluster.factory.database() as url,
        running(url, tmp_path) as server,
        seated(server, NAMES) as savers,
    ):
        for number in range(1, ROUNDS + 1):
            before = sum(saver.count for saver in savers)
            with everybody_saves(savers) as load:
                load.wait_for(200, SOME)
                cluster.stop(mode)
                load.wait_for(503, SOME)
                cluster.start()
                back = load.statuses.copy()
                load.wait_for(200, 2 * SOME)
            late, lost = load.statuses[503] - back[503], load.lost()
            tell(
                f"PostgreSQL, {mode}, round {number}: {load.acknowledged - before} acknowledged, {lost} lost,"
                f" {load.statuses[503]} times 503, {late} of them after it was back"
            )
            assert load.silences == []
            assert lost == 0
        check_the_first_request_afterwards(cluster, mode, savers[0])
        check_whole(server)


def check_the_first_request_afterwards(cluster: Cluster, mode: str, saver: Saver) -> None:
    """Check requests after every connection of the server was cut while idle."""
    saver.hang_up()
    cluster.stop(mode)
    check_apology(saver.look())
    check_apology(saver.save_first())
    cluster.start()
    statuses = [ask().status for _ in range(5) for ask in (saver.look, saver.save_first)]
    assert statuses.count(200) >= len(statuses) - 1, statuses
    check_the_exam_goes_on(saver)
