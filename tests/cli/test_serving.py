"""flask serve: the server ends when it is told to, whoever holds a connection."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.server import Server, make_server
from tests.databases import SqliteFactory

HALF_HEADERS = b"GET /sehat HTTP/1.1\r\nHost: 127"
HALF_A_BODY = (
    b"POST /masuk HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 500\r\n\r\nnip=1"
)


@pytest.fixture
def server(sqlite_factory: SqliteFactory, tmp_path: Path) -> Iterator[Server]:
    with sqlite_factory.database() as url:
        server = make_server(url, tmp_path)
        server.start()
        yield server
        assert server.process
        if server.process.poll() is None:
            server.kill()


@pytest.mark.long
def test_a_stop_does_not_wait_for_who_sends_half_a_request(server: Server) -> None:
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(40)]
    for number, connection in enumerate(slow):
        connection.sendall(HALF_HEADERS if number % 2 else HALF_A_BODY)
    server.wait()
    assert server.process

    server.process.send_signal(signal.SIGTERM)

    assert server.process.wait(timeout=15) == 0
    for connection in slow:
        connection.close()
