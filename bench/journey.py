"""The cost of one learner from signing in to a verified certificate, in answers of a bare hello-world.

.venv/bin/python -m bench.journey [--database sqlite|postgresql] [--learners 10]
"""

import argparse
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

from bench.driving import Request, drive
from bench.processes import cpu_milliseconds
from bench.speed import CONNECTIONS
from bench.town import FIRST_NAMES, Town, run_hello, run_town
from bench.visitor import Answer, Visitor
from netral.accounts.passwords import hash_password, verify_password
from netral.cli.serving import give_back
from tests.browser.learners import Learner
from tests.browser.server import PASSWORD

MOST_HELLOS = 400
SECONDS = 3
NEXT = re.compile(r'href="(/modul/[^"]+)"')
PUBLIC_ID = re.compile(r"/v/([0-9A-Z]{26})")

Outcome = TypeVar("Outcome")


@dataclass
class Costs:
    """CPU milliseconds of each step and the data that came, a figure for each learner."""

    steps: dict[str, list[float]] = field(default_factory=dict)
    kilobytes: list[float] = field(default_factory=list)

    def note(self, name: str, milliseconds: float) -> None:
        self.steps.setdefault(name, []).append(milliseconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--learners", type=int, default=10)
    arguments = parser.parse_args()
    costs = Costs()
    with run_hello() as (port, process), run_town(arguments.database, people=1000) as town:
        hello = measure_hello(port, process)
        for name in FIRST_NAMES[: arguments.learners + 1]:
            # The first one pays for what a process does once.
            walk(town, name, costs if name != FIRST_NAMES[0] else Costs())
        hello = (hello + measure_hello(port, process)) / 2
    whole = sum(median(figures) for figures in costs.steps.values())
    for name, figures in costs.steps.items():
        print(f"{name:<34}{median(figures):>8.1f} ms{median(figures) / hello:>8.0f} hello-worlds")
    print(f"{'(argon2 alone, of the first)':<34}{measure_argon2():>8.1f} ms")
    print(
        f"{'together':<34}{whole:>8.1f} ms{whole / hello:>8.0f} hello-worlds of {hello:.3f} ms (at most {MOST_HELLOS})"
    )
    print(f"data for one learner: {median(costs.kilobytes):.0f} kB; style and script, some 12 kB once, are not counted")
    return 0 if whole / hello <= MOST_HELLOS else 1


def measure_hello(port: int, process: int) -> float:
    before = cpu_milliseconds([process])
    summary = drive(port, [Request("/")] * CONNECTIONS, seconds=SECONDS)
    return (cpu_milliseconds([process]) - before) / summary.requests


def measure_argon2(rounds: int = 10) -> float:
    """CPU milliseconds of one verification, with memory that comes and goes as in the server."""
    give_back()
    stored = hash_password(PASSWORD, person="siti")
    began = time.process_time()
    for _ in range(rounds):
        verify_password(stored, PASSWORD, person="siti")
    return 1000 * (time.process_time() - began) / rounds


def walk(town: Town, name: str, costs: Costs) -> None:
    visitor = Visitor(town.port)
    learner = Learner(town.server, name)

    def step(title: str, work: Callable[[], Outcome]) -> Outcome:
        before = town.cpu()
        outcome = work()
        costs.note(title, town.cpu() - before)
        return outcome

    step("sign in, argon2", lambda: sign_in(visitor, learner.login))
    step("read every module", lambda: read_modules(visitor))
    step("begin the exam", lambda: begin(visitor))
    answers = learner.right_answers()
    step("twenty questions, each saved", lambda: answer_all(visitor, answers))
    step("hand in, result", lambda: hand_in(visitor))
    step("ikrar", lambda: sign(visitor))
    page = step("certificate", lambda: visitor.get("/sertifikat"))
    file = step("certificate as PDF", lambda: visitor.get("/sertifikat.pdf"))
    if not file.body.startswith(b"%PDF"):
        raise RuntimeError("no certificate came of it")
    costs.kilobytes.append(visitor.received / 1000)
    public_id = PUBLIC_ID.findall(page.text)[0]
    verdict = step("verified by a stranger", lambda: Visitor(town.port).get(f"/v/{public_id}"))
    if "Sah dan berlaku" not in verdict.text:
        raise RuntimeError("the certificate was not found valid")


def sign_in(visitor: Visitor, login: str) -> None:
    visitor.sign_in(login, PASSWORD)


def read_modules(visitor: Visitor) -> None:
    """Page by page, as the button leads: to the next page, and after the last one to the list of tasks."""
    while pages := NEXT.findall(visitor.get("/tugas").text.partition("<h2>")[0]):
        place = pages[0]
        while place.startswith("/modul/"):
            visitor.get(place)
            place = visitor.send(place, {}).place


def begin(visitor: Visitor) -> None:
    visitor.get("/ujian")
    visitor.post("/ujian/mulai", {"pemberitahuan": "dibaca"})


def answer_all(visitor: Visitor, answers: dict[int, dict[str, list[str]]]) -> None:
    """Each answer as the page's script saves it while choosing, and once more with the button that leads on."""
    for slot, answer in answers.items():
        visitor.get(f"/ujian/{slot}")
        for sequence, accept in ((1, "application/json"), (2, "text/html")):
            visitor.send(f"/ujian/{slot}", {**answer, "urutan": str(sequence), "aksi": "lewat"}, accept=accept)


def hand_in(visitor: Visitor) -> Answer:
    visitor.get("/ujian/kumpulkan")
    return visitor.post("/ujian/kumpulkan", {})


def sign(visitor: Visitor) -> Answer:
    visitor.get("/ikrar")
    return visitor.post("/ikrar", {"butir": ["1", "2", "3", "4"], "aksi": "setuju"})


if __name__ == "__main__":
    sys.exit(main())
