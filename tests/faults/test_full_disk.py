"""A disk that runs full again and again, in each way that can be produced here."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from netral.database.engines import make_engine
from tests.databases import PostgresqlFactory, SqliteFactory
from tests.faults.checks import check_a_full_disk, check_the_exam_goes_on, check_whole
from tests.faults.conftest import running
from tests.faults.disks import KINDS, SIZE_FOR_POSTGRESQL, Disk, possible_kinds, small_disk
from tests.faults.people import everybody_saves, seated, wait_until
from tests.faults.postgres import Cluster

NAMES = ("Joko", "Lina", "Made")
ROUNDS = 10
POSTGRESQL_ROUNDS = 2
SOME = 100


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_needs_only_room_every_time(kind: str, tmp_path: Path, tell: Callable[[str], None]) -> None:
    """Without the right to mount, the most similar way is tested."""
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


@contextmanager
def postgresql_on_a_small_disk() -> Iterator[tuple[Disk, Cluster]]:
    with small_disk(SIZE_FOR_POSTGRESQL) as disk:
        factory = PostgresqlFactory(durable=True, directory=disk.directory)
        try:
            yield disk, Cluster(factory)
        finally:
            factory.stop()


Growing = Callable[[Cluster, str], AbstractContextManager[Callable[[], None]]]


@contextmanager
def tables_grow(cluster: Cluster, url: str) -> Iterator[Callable[[], None]]:
    """Hold a long read of the database, like that of a backup: no space of old rows is reused meanwhile."""
    engine = make_engine(url).execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        connection.scalar(text("SELECT count(*) FROM response"))
        yield lambda: None
    engine.dispose()


@contextmanager
def log_grows(cluster: Cluster, url: str) -> Iterator[Callable[[], None]]:
    """Keep the log of changes, as for a copy that is out of reach; it begins a new file on request."""
    for setting in ("wal_keep_size = '10GB'", "max_wal_size = '48MB'", "min_wal_size = '32MB'"):
        cluster.factory.execute(f"ALTER SYSTEM SET {setting}")
    cluster.factory.execute("SELECT pg_reload_conf()")
    engine = make_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    connection = engine.connect()

    def begin_new_files() -> None:
        with suppress(DBAPIError):
            for _ in range(5):
                connection.execute(text("SELECT pg_switch_wal()"))
                time.sleep(0.2)

    yield begin_new_files
    connection.invalidate()
    connection.close()
    engine.dispose()


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("growing", [tables_grow, log_grows])
def test_a_full_disk_under_postgresql_needs_room_and_a_running_postgresql(
    growing: Growing, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """Without space for its log PostgreSQL stops by itself: it is started again, the server is not. Needs root."""
    with (
        postgresql_on_a_small_disk() as (disk, cluster),
        cluster.factory.database() as url,
        running(url, tmp_path) as server,
        seated(server, NAMES) as savers,
    ):
        for number in range(1, POSTGRESQL_ROUNDS + 1):
            with everybody_saves(savers) as load:
                load.wait_for(200, SOME)
                with growing(cluster, url) as grow:
                    disk.fill(server)
                    grow()
                    load.wait_for(503, SOME)
                    if growing is log_grows:
                        wait_until(lambda: not cluster.is_running(), what="PostgreSQL runs on without its log")
                    disk.clear(server)
                cluster.start()
                back = load.statuses.copy()
                load.wait_for(200, back[200] + SOME)
            tell(
                f"{growing.__name__}, round {number}: {sum(load.statuses.values())} saves, {load.lost()} lost,"
                f" {load.statuses[503]} times 503, {load.statuses[503] - back[503]} of them after it was back"
            )
            assert load.silences == []
            assert load.lost() == 0
            for saver in savers:
                check_the_exam_goes_on(saver)
        check_whole(server)
