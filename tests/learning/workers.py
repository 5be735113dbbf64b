"""Four processes that wait for one another and then act at the same moment: races as they happen in production."""

import multiprocessing
from collections.abc import Callable, Sequence
from functools import lru_cache
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import Engine

import netral.models  # noqa: F401 - every process knows every table
from netral.database.engines import make_engine

COUNT = 4
PRELOADED = "tests.learning.acting"
TIMEOUT = 60
Job = tuple[Callable[..., Any], dict[str, Any]]


@lru_cache(maxsize=1)
def engine_for(url: str) -> Engine:
    return make_engine(url)


def work(pipe: Connection, barriers: dict[int, Barrier]) -> None:
    """Run jobs from the pipe: a function of an engine, together with as many others as the number says."""
    while True:
        parties, url, function, arguments = pipe.recv()
        engine = engine_for(url)
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
        barriers[parties].wait(TIMEOUT)
        try:
            pipe.send((True, function(engine, **arguments)))
        except Exception as error:  # noqa: BLE001 - any error is returned to the test
            pipe.send((False, repr(error)))
        engine.dispose()


class Workers:
    def __init__(self) -> None:
        # One process reads the modules, and the workers are its forks: it has no connection that they could share.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([PRELOADED])
        self.barriers = {parties: context.Barrier(parties) for parties in range(1, COUNT + 1)}
        self.pipes: list[Connection] = []
        self.processes = []
        for _ in range(COUNT):
            mine, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, self.barriers), daemon=True)
            process.start()
            self.pipes.append(mine)
            self.processes.append(process)

    def together(self, url: str, jobs: Sequence[Job]) -> list[Any]:
        """Run jobs that all begin at the same moment; return their results in order. Fails if one of them failed."""
        for pipe, (function, arguments) in zip(self.pipes, jobs, strict=False):
            pipe.send((len(jobs), url, function, arguments))
        answers = [pipe.recv() for pipe in self.pipes[: len(jobs)]]
        failures = [answer for fine, answer in answers if not fine]
        assert not failures, failures
        return [answer for _, answer in answers]

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
            process.join()
