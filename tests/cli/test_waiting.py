"""The process that waits for the workers: a lost one is replaced beside the others, a stop reaches all."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from netral.cli import waiting

# Forks workers that note their number and sleep, then becomes the waiting process; so it does again when called back.
SERVER = """
import os, signal, sys, time
waiting, directory, how = sys.argv[1:4]
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD])
left = [] if "--beside" not in sys.argv else [each for each in sys.argv[-1].split(",") if each]
workers = list(left)
since = "0" if "--beside" not in sys.argv or how == "forgiving" else str(time.monotonic())
while len(workers) < 2:
    worker = os.fork()
    if not worker:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, range(1, 32))
        if how != "stubborn":
            signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
            signal.signal(signal.SIGINT, lambda *_: os._exit(0))
        else:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        open(f"{directory}/{os.getpid()}", "w").close()
        while True:
            time.sleep(60)
    workers.append(f"{worker}:{since}")
command = [sys.executable, "-c", open(f"{directory}/server").read(), *sys.argv[1:4]]
os.execv(sys.executable, [sys.executable, "-S", waiting, "0.5", ",".join(workers), *command])
"""


class Family:
    def __init__(self, directory: Path, how: str) -> None:
        (directory / "server").write_text(SERVER, encoding="utf-8")
        self.directory = directory
        command = [sys.executable, "-S", "-c", SERVER, waiting.__file__, str(directory), how]
        self.process = subprocess.Popen(command, start_new_session=True)

    def workers(self, number: int) -> list[int]:
        """So many that were ever started, as soon as there are."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            found = sorted(int(path.name) for path in self.directory.glob("[0-9]*"))
            if len(found) == number:
                return found
            time.sleep(0.02)
        raise AssertionError(f"never {number} workers")


def is_running(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.fixture
def family(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Family]:
    family = Family(tmp_path, request.param)
    yield family
    if family.process.poll() is None:
        os.killpg(family.process.pid, signal.SIGKILL)
        family.process.wait()


@pytest.mark.parametrize("family", ["forgiving"], indirect=True)
def test_a_lost_worker_is_replaced_beside_the_other_and_the_process_stays_the_same(family: Family) -> None:
    first, second = family.workers(2)

    os.kill(second, signal.SIGKILL)
    (new,) = set(family.workers(3)) - {first, second}

    assert is_running(first)
    assert is_running(new)
    assert family.process.poll() is None


@pytest.mark.parametrize("apart", [0, 0.02, 0.1])
@pytest.mark.parametrize("family", ["strict"], indirect=True)
def test_both_are_replaced_when_the_second_is_lost_while_the_first_is_being_replaced(
    family: Family, apart: float
) -> None:
    """As when memory runs short."""
    first, second = family.workers(2)
    os.kill(first, signal.SIGKILL)
    time.sleep(apart)
    os.kill(second, signal.SIGKILL)

    new = set(family.workers(4)) - {first, second}

    assert family.process.poll() is None
    assert all(is_running(worker) for worker in new)


@pytest.mark.parametrize("family", ["strict"], indirect=True)
def test_workers_that_are_lost_as_soon_as_they_are_started_end_the_server(family: Family) -> None:
    workers = family.workers(2)
    os.kill(workers[0], signal.SIGKILL)
    (new,) = set(family.workers(3)) - set(workers)

    os.kill(new, signal.SIGKILL)

    assert family.process.wait(timeout=10) == 1
    assert not any(is_running(worker) for worker in family.workers(3))


@pytest.mark.parametrize("family", ["polite", "stubborn"], indirect=True)
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_reaches_every_worker_and_insists_after_a_while(family: Family, sent: signal.Signals) -> None:
    workers = family.workers(2)

    family.process.send_signal(sent)

    assert family.process.wait(timeout=10) == 0
    assert not any(is_running(worker) for worker in workers)


@pytest.mark.parametrize("family", ["polite"], indirect=True)
def test_workers_that_stop_together_with_it_are_not_replaced(family: Family) -> None:
    family.workers(2)

    os.killpg(family.process.pid, signal.SIGINT)

    assert family.process.wait(timeout=10) == 0
    assert len(family.workers(2)) == 2


def test_it_holds_next_to_nothing() -> None:
    loaded = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='x'); print(len(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-I", "-S", "-c", loaded, waiting.__file__], capture_output=True, text=True, check=True
    )

    assert int(found.stdout) < 80
