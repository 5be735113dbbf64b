"""Work in a process of its own: its memory is freed when it ends, and a crash harms no other work."""

import atexit
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from netral.errors import NetralError
from netral.working import DONE, REFUSED, receive, send

ROOT = Path(__file__).resolve().parent.parent
TIDYING_SECONDS = 2


class WorkFailed(NetralError):
    """The process ended, or did not finish in time; the arguments are its program and the known details."""


class WorkRefused(NetralError):
    """The work itself says that it cannot be done; the argument is the reason."""


class Workshop:
    """One kind of work, one order at a time; other callers wait for at most `seconds`, the limit of the work itself.

    `program` is a module that calls `working.work`. Its process starts with the first order and ends by itself when no
    order came for `idle` seconds or when this process is gone.
    """

    def __init__(self, program: Path, *, seconds: float, idle: float) -> None:
        self.program = program
        self.seconds = seconds
        self.idle = idle
        self.turn = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def order(self, order: Any) -> bytes:
        """Return the answer to an order, which is sent as JSON. Raises WorkFailed, WorkRefused."""
        content = json.dumps(order).encode()
        if not self.turn.acquire(timeout=self.seconds):
            raise WorkFailed(self.program.stem, "still at the work before")
        try:
            answer = self.ask(self.process, content) if self.process else b""
            if not answer:  # the process had not started, or has just ended by itself
                answer = self.ask(self.start(), content)
        finally:
            self.turn.release()
        kind, content = answer[:1], answer[1:]
        if kind == REFUSED:
            raise WorkRefused(content.decode())
        if kind != DONE:
            raise WorkFailed(self.program.stem, "ended without an answer")
        return content

    def start(self) -> subprocess.Popen[bytes]:
        """Start the process with this process's module paths; without -S it would search for them again."""
        paths = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
        self.process = subprocess.Popen(  # noqa: S603 - a program of ours
            [sys.executable, "-S", "-P", str(self.program), str(self.idle)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": paths},
        )
        return self.process

    def ask(self, process: subprocess.Popen[bytes], content: bytes) -> bytes:
        """Return the answer; empty when the process ended first, or was ended because its time was up."""
        watch = threading.Timer(self.seconds, process.kill)
        watch.start()
        answer = b""
        with suppress(OSError):
            if process.stdin and process.stdout:
                send(process.stdin, content)
                answer = receive(process.stdout)
        watch.cancel()
        if not answer or not self.idle:
            self.close()
        return answer

    def close(self) -> None:
        """End the process, which tidies up if it can; the next order starts another."""
        process, self.process = self.process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # an order that was not sent yet cannot be sent any more
                if pipe:
                    pipe.close()
        try:
            process.wait(TIDYING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
