"""One short form of each fault that needs a server, on a server of its own for each database."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.crowd import come_together
from bench.processes import family
from netral.accounts.passwords import HASHER
from netral.cli.serving import WORKERS
from netral.organisation.models import Opd
from tests.browser.server import PASSWORD, Server
from tests.databases import PostgresqlFactory, SqliteFactory
from tests.factories import make_asn, make_user
from tests.faults.checks import check_a_full_disk, check_the_exam_goes_on, check_whole
from tests.faults.conftest import running
from tests.faults.disks import KINDS, Disk, possible_kinds
from tests.faults.people import Saver, everybody_saves, seated
from tests.faults.postgres import Cluster
from tests.faults.slow import seconds_for, slow_clients

NAMES = ("Joko", "Lina", "Made")
SOME = 150


@pytest.fixture(scope="module")
def disk() -> Iterator[Disk]:
    with KINDS[possible_kinds()[0]]() as disk:
        yield disk


@pytest.fixture(scope="module")
def server(disk: Disk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    factory = SqliteFactory(disk.directory)
    with factory.database() as url, running(url, tmp_path_factory.mktemp("data")) as server:
        yield server


@pytest.fixture(scope="module")
def savers(server: Server) -> Iterator[list[Saver]]:
    with seated(server, NAMES) as savers:
        yield savers


def test_half_sent_requests_stop_nobody(server: Server, savers: list[Saver]) -> None:
    with slow_clients(server, headers=150, bodies=60):
        seconds = [seconds_for(server, "/masuk") for _ in range(5)]
        check_the_exam_goes_on(savers[0])

    assert sorted(seconds)[2] < 1, seconds


def test_sixty_people_who_sign_in_at_once_all_get_in_while_answers_are_saved(
    server: Server, savers: list[Saver]
) -> None:
    with server.session() as session:
        hashed, opd = HASHER.hash(PASSWORD), session.scalars(select(Opd).where(Opd.kode == "dinsos")).one()
        people = [make_user(session, asn=make_asn(session, opd=opd), password_hash=hashed) for _ in range(60)]
        logins = [person.login for person in people]
    with everybody_saves(savers) as load:
        arrivals = come_together(server.port, logins)
        load.wait_for(200, 1)

    assert [arrival for arrival in arrivals if not arrival.inside] == []
    assert set(load.statuses) == {200}
    assert load.lost() == 0


def test_a_full_disk_refuses_and_needs_only_room(server: Server, savers: list[Saver], disk: Disk) -> None:
    check_a_full_disk(server, savers, disk)
    check_whole(server)


def test_a_killed_worker_is_replaced_and_the_other_goes_on_meanwhile(server: Server, savers: list[Saver]) -> None:
    assert server.process
    worker, other = set(family(server.process.pid)) - {server.process.pid}
    os.kill(worker, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{worker}").exists():  # until all of the process is gone, a client may still reach it
        assert time.monotonic() < deadline
    seconds = [seconds_for(server, "/masuk") for _ in range(5)]
    while len(workers := set(family(server.process.pid)) - {server.process.pid}) < WORKERS:
        assert time.monotonic() < deadline
        time.sleep(0.1)

    assert sorted(seconds)[2] < 1, seconds
    assert other in workers
    assert worker not in workers
    check_the_exam_goes_on(savers[0])


def test_acknowledged_answers_survive_a_killed_server(server: Server, savers: list[Saver]) -> None:
    with everybody_saves(savers) as load:
        load.wait_for(200, SOME)
        server.kill()

    assert load.lost() == 0
    check_whole(server)
    server.start()
    check_the_exam_goes_on(savers[0])


def test_a_restarted_postgresql_needs_no_restart_of_the_server(
    durable_postgresql: PostgresqlFactory, cluster: Cluster, tmp_path: Path
) -> None:
    with (
        durable_postgresql.database() as url,
        running(url, tmp_path) as server,
        seated(server, NAMES) as savers,
    ):
        with everybody_saves(savers) as load:
            load.wait_for(200, SOME)
            cluster.stop("immediate")
            load.wait_for(503, 1)
            cluster.start()
            load.wait_for(200, 2 * SOME)

        assert load.silences == []
        assert load.lost() == 0
        check_the_exam_goes_on(savers[0])
