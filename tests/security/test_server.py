"""The server itself: the boundary between two requests is never ambiguous."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.server import Server, make_server
from tests.databases import SqliteFactory

SECOND = b"GET /bantuan HTTP/1.1\r\nHost: %host\r\n\r\n"
POST = b"POST /v HTTP/1.1\r\nHost: %host\r\n"
AMBIGUOUS = {
    "length and chunks": b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG" + SECOND,
    "chunks and length": b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG" + SECOND,
    "two lengths": b"Content-Length: 5\r\nContent-Length: 40\r\n\r\nabcde" + SECOND,
    "a list of lengths": b"Content-Length: 5, 40\r\n\r\nabcde" + SECOND,
    "a signed length": b"Content-Length: +5\r\n\r\nabcde" + SECOND,
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SECOND,
    "two codings": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SECOND,
    "a blank before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SECOND,
    "a folded header": b"X-Lipat: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
    "a chunk without a size": b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n" + SECOND,
    "a line feed in an extension": b"Transfer-Encoding: chunked\r\n\r\n1;x\nGET / HTTP/1.1\r\n0\r\n\r\n" + SECOND,
}


@pytest.fixture(scope="module")
def server(sqlite_factory: SqliteFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with sqlite_factory.database() as url:
        server = make_server(url, Path(tmp_path_factory.mktemp("server")))
        try:
            server.start()
            yield server
        finally:
            server.kill()


def ask(server: Server, request: bytes) -> bytes:
    """Return all bytes until the server closes; raises TimeoutError when it does not."""
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
        line.sendall(request.replace(b"%host", f"127.0.0.1:{server.port}".encode()))
        while received := line.recv(65536):
            answer += received
    return answer


def test_a_request_of_uncertain_length_is_refused_and_the_line_is_closed(server: Server) -> None:
    for name, rest in AMBIGUOUS.items():
        answer = ask(server, POST + rest)
        assert answer.startswith(b"HTTP/1.1 400"), name
        assert answer.count(b"HTTP/1.1 ") == 1, name


def test_the_server_does_not_say_what_it_is(server: Server) -> None:
    answer = ask(server, b"GET /bantuan HTTP/1.1\r\nHost: %host\r\nConnection: close\r\n\r\n")
    head = answer.partition(b"\r\n\r\n")[0].lower()

    assert head.startswith(b"http/1.1 200")
    assert b"\r\ncontent-security-policy: " in head
    for name in (b"granian/", b"python", b"werkzeug", b"x-powered-by"):
        assert name not in head
    assert ask(server, b"TRACE /bantuan HTTP/1.1\r\nHost: %host\r\nConnection: close\r\n\r\n").startswith(
        b"HTTP/1.1 405"
    )
