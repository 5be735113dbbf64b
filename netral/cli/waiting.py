"""The server's first process once the workers are there: it waits for them and holds nothing of the application.

serving.py puts it in its own place, with the standard library alone: the process that has the application loaded is
needed to fork, and would then keep a third copy of whatever the workers change. When one is lost it gives the place
back, and `flask serve` forks another.

python -I -S waiting.py STOP_SECONDS STARTED PIDS COMMAND...
"""

import os
import signal
import sys
import time

WATCHED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
# One that was started in place of another and is lost as soon as this would be lost again.
SOON = 5.5


def main() -> None:
    """`STARTED`: when workers were last started in place of others, on the monotonic clock; 0 for the first ones."""
    stop_seconds, started, workers, command = *map(float, sys.argv[1:3]), read(sys.argv[3]), sys.argv[4:]
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    while True:
        left = [worker for worker in workers if is_running(worker)]
        if len(left) < len(workers):
            if signal.sigpending() - {signal.SIGCHLD}:
                stop(left, stop_seconds)  # from the keyboard, all were asked at once
                sys.exit(0)
            if started and time.monotonic() - started < SOON:
                stop(left, stop_seconds)
                sys.exit(1)
            os.execv(command[0], [*command, "--beside", ",".join(map(str, left))])  # noqa: S606 - the server again
        if signal.sigwait(WATCHED) != signal.SIGCHLD:
            stop(left, stop_seconds)
            sys.exit(0)


def read(pids: str) -> list[int]:
    return [int(pid) for pid in pids.split(",") if pid]


def is_running(worker: int) -> bool:
    try:
        return os.waitpid(worker, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


def stop(workers: list[int], seconds: float) -> None:
    """Ask, and after so many seconds insist."""
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
