"""The side of a process that works for another one (see `apart`). It starts often, so it imports next to nothing.

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
    """The order cannot be carried out; the argument is the reason."""


def work(do: Callable[[Any], bytes]) -> None:
    """Answer orders until none has come for the number of seconds given on the command line. `do` raises Refused."""
    idle = float(sys.argv[1])
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # prints go to stderr, because they are no answer
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
    """Return a frame's content, empty at the end of the input or for an incomplete frame."""
    length = int.from_bytes(pipe.read(LENGTH), "big")
    content = pipe.read(length)
    return content if len(content) == length else b""
