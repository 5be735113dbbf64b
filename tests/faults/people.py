"""Learners who save over HTTP, each on a connection of its own, and remember the acknowledged answers."""

import http.client
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from bench.visitor import FORM, Visitor
from netral.learning.exams.models import Response
from netral.quiz.questions import as_sent
from tests.browser.learners import Learner
from tests.browser.server import PASSWORD, Server

CHOICE = re.compile(r'type="radio"[^>]*name="s([0-9]+)[.]jawaban"[^>]*value="([0-9]+)"')
ENOUGH_QUESTIONS = 3
# Seconds that a page waits before it says that nothing was saved, longer than any wait for a lock.
PATIENCE = 60
SLOT_AND_OPTION = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A complete answer of the server."""

    status: int
    retry_after: str | None
    kind: str
    text: str
    seconds: float

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Saver:
    """One learner. `acknowledged`: by slot the newest sequence that the server called saved, and the option."""

    server: Server
    learner: Learner
    visitor: Visitor
    options: list[SLOT_AND_OPTION]
    acknowledged: dict[int, tuple[int, str]] = field(default_factory=dict)
    count: int = 0
    sequence: int = 0
    connection: http.client.HTTPConnection | None = None

    def save(self, slot: int, option: str) -> Told:
        """Save an answer. Raises OSError or HTTPException when no response comes."""
        self.sequence += 1
        data = {"csrf_token": self.visitor.token, "jawaban": option, "urutan": str(self.sequence), "aksi": "maju"}
        told = self.ask("POST", f"/ujian/{slot}", urlencode(data), accept="application/json")
        if told.status == http.HTTPStatus.OK and told.json()["saved"]:
            self.acknowledged[slot] = (self.sequence, option)
            self.count += 1
        return told

    def save_first(self) -> Told:
        return self.save(*self.options[0])

    def look(self, path: str = "/ujian/kerjakan") -> Told:
        return self.ask("GET", path)

    def ask(
        self,
        method: str,
        path: str,
        body: str | None = None,
        *,
        accept: str = "text/html",
        headers: Mapping[str, str] | None = None,
    ) -> Told:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        kind = {"Content-Type": FORM} if body else {}
        sent = {"Cookie": self.visitor.cookie, "Accept": accept, **kind, **(headers or {})}
        began = time.perf_counter()
        try:
            self.connection.request(method, path, body, sent)
            response = self.connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise
        if response.status != http.HTTPStatus.OK:
            self.hang_up()  # the server does too, after a request that it refused before it had read all of it
        return Told(
            response.status,
            response.headers.get("Retry-After"),
            response.headers.get_content_type(),
            content.decode(),
            time.perf_counter() - began,
        )

    def hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def lost(self) -> list[int]:
        """Return the slots that hold another answer, or an older one, than the acknowledged one."""
        with self.server.session() as session:
            attempt_id, layouts = self.learner.attempt(session).id, self.learner.layouts(session)
            rows = session.scalars(select(Response).where(Response.attempt_id == attempt_id))
            kept = {row.slot: (row.sequence, as_sent(layouts[row.slot], row.answer)) for row in rows}
        found = []
        for slot, (sequence, option) in self.acknowledged.items():
            at, answer = kept.get(slot, (0, {}))
            if at < sequence or (at == sequence and answer != {"jawaban": [option]}):
                found.append(slot)
        return found


@contextmanager
def seated(server: Server, names: Sequence[str]) -> Iterator[list[Saver]]:
    """Return learners who are signed in before an open exam with questions of one choice; the server runs."""
    savers = [seat(server, name) for name in names]
    try:
        yield savers
    finally:
        for saver in savers:
            saver.hang_up()


def seat(server: Server, name: str) -> Saver:
    learner = Learner(server, name)
    learner.has_started_the_exam()
    visitor = Visitor(server.port)
    visitor.sign_in(server.logins[name], PASSWORD)
    return Saver(server, learner, visitor, find_options(visitor))


def find_options(visitor: Visitor) -> list[SLOT_AND_OPTION]:
    """Return some questions of one choice, each with every option in turn."""
    found = [(int(slot), option) for slot, option in CHOICE.findall(visitor.get("/ujian/kerjakan").text)]
    enough = sorted({slot for slot, _ in found})[:ENOUGH_QUESTIONS]
    assert enough, "no question of the paper has one choice"
    return [pair for pair in found if pair[0] in enough]


@dataclass
class Load:
    """A load of saves. `statuses` of all; 0 is no answer, `silences` say why. `odd`: answers that nobody should get."""

    savers: list[Saver]
    statuses: Counter[int] = field(default_factory=Counter)
    odd: list[Told] = field(default_factory=list)
    silences: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def acknowledged(self) -> int:
        return sum(saver.count for saver in self.savers)

    def keep_saving(self, saver: Saver) -> None:
        for slot, option in cycle(saver.options):
            if self.over.is_set():
                return
            try:
                told = saver.save(slot, option)
            except (OSError, http.client.HTTPException) as error:
                self.statuses[0] += 1
                self.silences.append(repr(error))
                self.over.wait(0.05)
                continue
            self.statuses[told.status] += 1
            if told.status == http.HTTPStatus.SERVICE_UNAVAILABLE:
                check_apology(told)
                self.over.wait(0.05)
            elif told.status != http.HTTPStatus.OK:
                self.odd.append(told)

    def wait_for(self, status: int, count: int, *, seconds: float = PATIENCE) -> None:
        """Wait until so many saves of this load have been answered in this way."""
        wait_until(lambda: self.statuses[status] >= count, seconds=seconds, what=f"too few answers: {self.statuses}")

    def lost(self) -> int:
        return sum(len(saver.lost()) for saver in self.savers)


@contextmanager
def everybody_saves(savers: list[Saver]) -> Iterator[Load]:
    load = Load(savers)
    failures: list[BaseException] = []

    def run(saver: Saver) -> None:
        try:
            load.keep_saving(saver)
        except BaseException as error:  # noqa: BLE001  raised in the test at the end of the load
            failures.append(error)

    threads = [threading.Thread(target=run, args=(saver,)) for saver in savers]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.over.set()
        for thread in threads:
            thread.join()
    assert not failures, failures
    assert not load.odd, load.odd[:3]


def check_apology(told: Told) -> None:
    """Check for a 503 with the time to return and plain Indonesian words, never a trace."""
    assert (told.status, told.retry_after) == (503, "5")
    if told.kind == "application/json":
        said = told.json()
        assert said["error"] in {"Layanan sedang sibuk", "Penyimpanan server penuh"}
        assert said["message"].startswith("Permintaan Anda belum diproses. Jawaban yang sudah tersimpan aman.")
    else:
        assert "Jawaban yang sudah tersimpan aman." in told.text
    assert "Traceback" not in told.text
    assert "sqlite" not in told.text.lower()


def wait_until(condition: Callable[[], Any], *, seconds: float = PATIENCE, what: str = "it does not come true") -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.05)
