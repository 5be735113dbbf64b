"""Load over HTTP from a process of its own: each connection repeats its request as soon as it is answered.

The work comes as JSON on standard input, the outcome goes as JSON to standard output.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from statistics import quantiles
from typing import Any

SEQUENCE = "000000000"
"""Stands in a request for a number that grows with every repetition."""
TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `body` is form data; with a body it is a POST."""

    path: str
    cookie: str = ""
    body: str = ""
    accept: str = "text/html"

    def encode(self) -> str:
        lines = [
            f"{'POST' if self.body else 'GET'} {self.path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Accept: {self.accept}",
            "Accept-Encoding: gzip",
        ]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if self.body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(self.body.encode())}"]
        return "\r\n".join(lines) + "\r\n\r\n" + self.body


@dataclass(slots=True)
class Outcome:
    """The counts of all connections together; `milliseconds` of each answer."""

    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary. `bad` are answers other than 200."""

    requests: int
    bad: int
    per_second: float
    median_ms: float
    p95_ms: float
    p99_ms: float


def drive(port: int, requests: list[Request], *, seconds: float, start: int = 1) -> Summary:
    """Send through one connection for each request, in another process. `start` is the first number for SEQUENCE."""
    work = {"port": port, "seconds": seconds, "start": start, "requests": [request.encode() for request in requests]}
    answer = subprocess.run(
        [sys.executable, "-m", "bench.driving"], input=json.dumps(work), capture_output=True, text=True, check=True
    )
    return Summary(**json.loads(answer.stdout))


def main() -> None:
    work = json.load(sys.stdin)
    outcome, lock = Outcome(), threading.Lock()
    until = time.perf_counter() + work["seconds"]
    threads = [
        threading.Thread(target=repeat, args=(work["port"], request, until, work["start"], outcome, lock))
        for request in work["requests"]
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcome.seconds = time.perf_counter() - began
    print(json.dumps(asdict(summarise(outcome))))


def summarise(outcome: Outcome) -> Summary:
    requests = len(outcome.milliseconds)
    hundredths = quantiles(outcome.milliseconds, n=100) if requests > 1 else [0.0] * 99
    bad = sum(number for status, number in outcome.statuses.items() if status != 200)
    return Summary(requests, bad, requests / outcome.seconds, hundredths[49], hundredths[94], hundredths[98])


def repeat(port: int, template: str, until: float, start: int, outcome: Outcome, lock: Any) -> None:
    statuses: Counter[int] = Counter()
    spent: list[float] = []
    fixed = None if SEQUENCE in template else template.encode()
    number = start
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < until:
            sent = fixed or template.replace(SEQUENCE, f"{number:09d}").encode()
            began = time.perf_counter()
            connection.sendall(sent)
            statuses[read_answer(connection)] += 1
            spent.append(1000 * (time.perf_counter() - began))
            number += 1
    with lock:
        outcome.statuses += statuses
        outcome.milliseconds += spent


def read_answer(connection: socket.socket) -> int:
    """Return the status, once the whole answer has come."""
    received = connection.recv(65536)
    while b"\r\n\r\n" not in received:
        received += more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = int(lengths[0].split(b":")[1]) - len(body)
    while missing > 0:
        missing -= len(more(connection))
    return int(head[9:12])


def more(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionError("the server closed in the middle of an answer")
    return received


if __name__ == "__main__":
    main()
