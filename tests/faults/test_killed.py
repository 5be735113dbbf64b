"""Power fails while learners save, a thousand times a round: acknowledged answers survive, and the exam goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import PostgresqlFactory, SqliteFactory, chosen_databases
from tests.faults.checks import check_the_exam_goes_on, check_whole
from tests.faults.conftest import running
from tests.faults.people import everybody_saves, seated
from tests.faults.postgres import Cluster

NAMES = ("Joko", "Lina", "Made", "Oki", "Putri", "Rahmat")
ROUNDS = 3
MANY = 1_000


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", chosen_databases())
def test_acknowledged_answers_survive_when_everything_is_killed(
    database: str, request: pytest.FixtureRequest, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """The database is killed too, where it is a server of its own."""
    cluster: Cluster | None = request.getfixturevalue("cluster") if database == "postgresql" else None
    factory: SqliteFactory | PostgresqlFactory = (
        cluster.factory if cluster else request.getfixturevalue("sqlite_factory")
    )
    with factory.database() as url, running(url, tmp_path) as server, seated(server, NAMES) as savers:
        for number in range(1, ROUNDS + 1):
            before = sum(saver.count for saver in savers)
            with everybody_saves(savers) as load:
                load.wait_for(200, MANY, seconds=240)
                server.kill()
                if cluster:
                    cluster.kill()
            if cluster:
                cluster.start()
            lost = load.lost()
            tell(f"{database}, killed, round {number}: {load.acknowledged - before} acknowledged, {lost} lost")
            assert lost == 0
            check_whole(server)
            server.start()
        for saver in savers:
            check_the_exam_goes_on(saver)
