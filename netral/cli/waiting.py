"""The server's first process once the workers are there: it waits for them and holds nothing of the application.

serving.py puts it in its own place, with the standard library alone: the process that has the application loaded is
needed to fork, and would then keep a third copy of whatever the workers change. When one is lost it gives the place
back, and `flask serve` forks another.

python -I -S waiting.py STOP_SECONDS WORKERS COMMAND...
"""

import os
import signal
import sys
import time
from collections.abc import Iterable

WATCHED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
# One that was started in place of another and is lost as soon as this would be lost again.
SOON = 5.5


def main() -> None:
    stop_seconds, workers, command = float(sys.argv[1]), read(sys.argv[2]), sys.argv[3:]
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    while True:
        left = {worker: started for worker, started in workers.items() if is_running(worker)}
        if len(left) < len(workers):
            if signal.sigpending() - {signal.SIGCHLD}:
                stop(left, stop_seconds)  # from the keyboard, all were asked at once
                sys.exit(0)
            lost = [started for worker, started in workers.items() if worker not in left]
            if any(started and time.monotonic() - started < SOON for started in lost):
                stop(left, stop_seconds)
                sys.exit(1)
            os.execv(command[0], [*command, "--beside", write(left)])  # noqa: S606 - the server again
        if signal.sigwait(WATCHED) != signal.SIGCHLD:
            stop(left, stop_seconds)
            sys.exit(0)


def write(workers: dict[int, float]) -> str:
    """Each with when it was started in place of another, on the monotonic clock; 0 for the first ones."""
    return ",".join(f"{worker}:{started}" for worker, started in workers.items())


def read(workers: str) -> dict[int, float]:
    pairs = (each.split(":") for each in workers.split(",") if each)
    return {int(worker): float(started) for worker, started in pairs}


def is_running(worker: int) -> bool:
    try:
        return os.waitpid(worker, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


def stop(workers: Iterable[int], seconds: float) -> None:
    """Ask, and after so many seconds insist."""
    workers = list(workers)
    for worker in workers:
        os.kill(worker, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while (workers := [worker for worker in workers if is_running(worker)]) and (
        left := deadline - time.monotonic()
    ) > 0:
        signal.sigtimedwait({signal.SIGCHLD}, left)
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


if __name__ == "__main__":
    main()
