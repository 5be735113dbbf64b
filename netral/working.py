"""The side of a process that works for another one, see `apart`. It starts often, so it loads next to nothing.

Orders and answers are frames: eight bytes of length, then the content.
"""

from __future__ import annotations

import json
import os
import sys
from select import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO, Any

LENGTH = 8
DONE, REFUSED = b"+", b"-"


class Refused(Exception):
    """The order cannot be done; the argument is why."""


def work(do: Callable[[Any], bytes]) -> None:
    """Answer orders until none has come for so many seconds as the command line says. `do` raises Refused."""
    idle = float(sys.argv[1])
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a print of somebody's is no answer
    order = receive(orders)
    while order:
        try:
            answer = DONE + do(json.loads(order))
        except Refused as fact:
            answer = REFUSED + str(fact).encode()
        send(answers, answer)
        order = receive(orders) if select([orders], [], [], idle)[0] else b""


def send(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(len(content).to_bytes(LENGTH, "big") + content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """Empty when nothing comes any more, or not the whole of it."""
    length = int.from_bytes(pipe.read(LENGTH), "big")
    content = pipe.read(length)
    return content if len(content) == length else b""
