"""People at a meeting, each with a browser of their own over HTTP, before the code on the speaker's screen."""

import http.client
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.visitor import Answer, Visitor
from tests.browser.server import PASSWORD, RECOVERY_CODES, Server
from tests.faults.people import wait_until

CODE = re.compile(r'class="meeting-code">(\d{3}) (\d{3})<')
NOTED, BEFORE = "Kehadiran Anda tercatat.", "Kehadiran Anda sudah tercatat sebelumnya."
WRONG = "Kode ini tidak cocok atau sudah berganti"
# People who sign in at once; the others wait their turn, as at the door of a hall.
AT_ONCE = 12
PATIENCE = 180


@dataclass
class Screen:
    """The speaker's screen, which a projector shows and which loads again when the page says so."""

    officer: Visitor
    place: str
    code: str = ""
    shown: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def keep_showing(self) -> None:
        while not self.over.is_set():
            try:
                page = self.officer.get(self.place)
            except (OSError, http.client.HTTPException):
                self.over.wait(0.5)
                continue
            found = CODE.search(page.text)
            if found and found[1] + found[2] != self.code:
                self.code, self.shown = found[1] + found[2], self.shown + 1
            self.over.wait(0.5)

    def read(self) -> str:
        """Return the code that everybody in the hall sees."""
        wait_until(lambda: self.code, seconds=PATIENCE, what="the screen shows no code")
        return self.code

    def wait_for_the_next(self) -> None:
        before = self.shown
        wait_until(lambda: self.shown > before, seconds=PATIENCE, what="the code does not change")


@contextmanager
def projected(officer: Visitor, place: str) -> Iterator[Screen]:
    screen = Screen(officer, place)
    thread = threading.Thread(target=screen.keep_showing)
    thread.start()
    try:
        yield screen
    finally:
        screen.over.set()
        thread.join()


@dataclass
class Phone:
    """The phone of a person. `told`: the sentences that they read, the last one last."""

    visitor: Visitor
    place: str
    told: list[str] = field(default_factory=list)

    def type(self, code: str) -> Answer:
        """Send the code; where no answer comes or the server is busy, send it again as people do."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = self.visitor.post(self.place, {"kode": code})
            except (OSError, http.client.HTTPException):
                time.sleep(1)
                continue
            if answer.status == http.HTTPStatus.SERVICE_UNAVAILABLE:
                time.sleep(answer.retry_after or 1)
                continue
            self.told += [words for words in (NOTED, BEFORE, WRONG) if words in answer.text]
            return answer
        raise AssertionError("the server does not come back")

    @property
    def noted(self) -> bool:
        """Return whether the person has read that they are noted."""
        return not {NOTED, BEFORE}.isdisjoint(self.told)


def enter(server: Server, name: str) -> Visitor:
    """Sign in, with a recovery code where there is a second factor."""
    visitor = Visitor(server.port, patience=PATIENCE)
    visitor.get("/masuk")
    visitor.post("/masuk", {"nip": server.logins[name], "kata_sandi": PASSWORD})
    if "/masuk/kode" in visitor.get("/mulai").text:
        visitor.get("/masuk/kode-pemulihan")
        visitor.post("/masuk/kode-pemulihan", {"kode": RECOVERY_CODES[0]})
    return visitor


def take_out_phones(server: Server, names: Iterable[str], place: str) -> list[Phone]:
    """Return a phone for each person, signed in and on the page of the meeting."""

    def take_out(name: str) -> Phone:
        visitor = Visitor(server.port, patience=PATIENCE)
        visitor.sign_in(server.logins[name], PASSWORD)
        visitor.get(place)
        return Phone(visitor, place)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(take_out, names))


@contextmanager
def everybody_does(work: Mapping[str, tuple[Callable[[Phone], None], list[Phone]]]) -> Iterator[None]:
    """Let all people act at once; their failures are raised at the end. `work`: what each group does, by name."""
    failures: list[BaseException] = []

    def run(act: Callable[[Phone], None], phone: Phone) -> None:
        try:
            act(phone)
        except BaseException as error:  # noqa: BLE001  raised in the test once all are through
            failures.append(error)

    threads = [threading.Thread(target=run, args=(act, phone)) for act, phones in work.values() for phone in phones]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()
    assert not failures, failures[:3]
