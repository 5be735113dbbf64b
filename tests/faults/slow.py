"""Clients that begin a request and do not finish it."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench.visitor import Visitor
from tests.browser.server import Server

HALF_HEADERS = b"GET /sehat HTTP/1.1\r\nHost: 127"
HALF_A_BODY = (
    b"POST /masuk HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 500\r\n\r\nnip=1"
)


@contextmanager
def slow_clients(server: Server, *, headers: int, bodies: int) -> Iterator[None]:
    """Open slow clients, which hang up at the end of the block."""
    with ExitStack() as stack:
        for half in [HALF_HEADERS] * headers + [HALF_A_BODY] * bodies:
            client = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            client.sendall(half)
        yield


def seconds_for(server: Server, path: str) -> float:
    """Return how many seconds a stranger waits for a page."""
    began = time.perf_counter()
    assert Visitor(server.port).get(path).status == 200
    return time.perf_counter() - began
