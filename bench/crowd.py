"""Measure whether everybody gets in when many people sign in at once, repeatedly, while learners save answers.

.venv/bin/python -m bench.crowd [--database sqlite|postgresql] [--people 60] [--seconds 10]
"""

import argparse
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from threading import Barrier, Thread

from sqlalchemy import select, update

from bench.driving import SEQUENCE, Request, Summary, drive
from bench.speed import CONNECTIONS, find_choice
from bench.town import FIRST_NAMES, Town, run_town
from bench.visitor import Visitor
from netral.accounts.models import User
from netral.accounts.passwords import HASHER
from tests.browser.learners import Learner
from tests.browser.server import PASSWORD

MOST_P95_MS = 1000
PATIENCE_SECONDS = 60
BUSY = {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}


@dataclass(frozen=True, slots=True)
class Arrival:
    """How long a person needed from their first press of the button, and how often the page told them to wait."""

    seconds: float
    turned_away: int
    inside: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=10)
    arguments = parser.parse_args()
    with run_town(arguments.database, people=2000) as town:
        logins = give_passwords(town, arguments.people)
        saves = make_saves(town)
        alone = drive(town.port, saves, seconds=arguments.seconds / 2)
        crowded, arrivals = drive_during(town, saves, arguments.seconds, lambda: come_together(town.port, logins))
    return tell(arguments.people, alone, crowded, arrivals)


def give_passwords(town: Town, people: int) -> list[str]:
    with town.server.session() as session:
        logins = select(User.login).where(User.password_hash.is_(None)).order_by(User.id).limit(people)
        chosen = list(session.scalars(logins))
        session.execute(update(User).where(User.login.in_(chosen)).values(password_hash=HASHER.hash(PASSWORD)))
    return chosen


def make_saves(town: Town) -> list[Request]:
    """Return twelve learners in the middle of an exam."""
    saves = []
    for name in FIRST_NAMES[1 : CONNECTIONS + 1]:
        Learner(town.server, name).has_started_the_exam()
        learner = town.visitor(name)
        path, option = find_choice(learner)
        data = {"jawaban": option, "urutan": SEQUENCE, "aksi": "maju"}
        saves.append(learner.repeat(path, data, accept="application/json"))
    return saves


def drive_during(
    town: Town, saves: list[Request], seconds: float, crowd: Callable[[], list[Arrival]]
) -> tuple[Summary, list[Arrival]]:
    """Send the crowd at least once, and again until the driving is over."""
    driven: list[Summary] = []
    driving = Thread(target=lambda: driven.append(drive(town.port, saves, seconds=seconds, start=500_000)))
    driving.start()
    arrivals = crowd()
    while driving.is_alive():
        arrivals += crowd()
    driving.join()
    return driven[0], arrivals


def come_together(port: int, logins: list[str]) -> list[Arrival]:
    together = Barrier(len(logins))
    with ThreadPoolExecutor(len(logins)) as threads:
        return list(threads.map(lambda login: arrive(Visitor(port), login, together), logins))


def arrive(visitor: Visitor, login: str, together: Barrier) -> Arrival:
    """Press the button together with the others; when the page asks to wait, wait and press it again."""
    visitor.get("/masuk")
    sent = {"nip": login, "kata_sandi": PASSWORD}
    together.wait()
    began, turned_away = time.monotonic(), 0
    answer = visitor.send("/masuk", sent)
    while answer.status in BUSY and time.monotonic() < began + PATIENCE_SECONDS:
        turned_away += 1
        time.sleep(answer.retry_after)
        answer = visitor.send("/masuk", sent)
    return Arrival(time.monotonic() - began, turned_away, answer.status == HTTPStatus.SEE_OTHER)


def tell(people: int, alone: Summary, crowded: Summary, arrivals: list[Arrival]) -> int:
    inside = sum(arrival.inside for arrival in arrivals)
    print(f"{people} people at once, {len(arrivals) // people} times: {inside} of {len(arrivals)} came in")
    print(f"turned away at first: {sum(1 for arrival in arrivals if arrival.turned_away)}")
    print(f"longest way in: {max(arrival.seconds for arrival in arrivals):.1f} s")
    for name, summary in (("alone", alone), ("meanwhile", crowded)):
        print(
            f"saving {name}: {summary.per_second:.0f}/s, p50 {summary.median_ms:.0f} ms, p95 {summary.p95_ms:.0f} ms, "
            f"p99 {summary.p99_ms:.0f} ms, not saved {summary.bad}"
        )
    reached = inside == len(arrivals) and crowded.p95_ms <= MOST_P95_MS and not crowded.bad
    print("" if reached else "MISSED")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
