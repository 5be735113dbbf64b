"""The cost of a learner's pages against a bare hello-world on the same server in the same run, over HTTP.

.venv/bin/python -m bench.speed [--database sqlite|postgresql] [--people 20000] [--rounds 5] [--seconds 2]
"""

import argparse
import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

from sqlalchemy import select

from bench.driving import SEQUENCE, Request, Summary, drive
from bench.processes import cpu_milliseconds, memory_mebibytes
from bench.town import FIRST_NAMES, OFFICER_NAMES, Town, run_hello, run_town
from bench.visitor import Visitor
from netral.learning.editions.models import ModuleVersion
from tests.browser.learners import Learner
from tests.browser.server import KODE

CONNECTIONS = 12
# The first process keeps the application that it loaded for the workers to share, some 40 MiB of this.
MOST_MEBIBYTES = 200
CHOICE = re.compile(r'type="radio"[^>]*name="s([0-9]+)[.]jawaban"[^>]*value="([0-9]+)"')
PAPER = f"/ujian/kerjakan?periode={KODE}"


@dataclass(slots=True)
class Case:
    """A page to measure. `floor`: the least requests per second, as a share of hello-world's."""

    name: str
    requests: list[Request]
    floor: float | None = None
    ratios: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    summaries: list[Summary] = field(default_factory=list)

    @property
    def reached(self) -> bool:
        return self.floor is None or median(self.ratios) >= self.floor


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    arguments = parser.parse_args()
    with run_hello() as (hello_port, hello_process), run_town(arguments.database, people=arguments.people) as town:
        hello = Case("hello-world", [Request("/")] * CONNECTIONS)
        cases = make_cases(town)
        for round_number in range(arguments.rounds):
            for case in cases:
                bare = measure(hello, hello_port, [hello_process], arguments.seconds, round_number)
                case.ratios.append(
                    measure(case, town.port, town.roots, arguments.seconds, round_number).per_second / bare.per_second
                )
        memory = memory_mebibytes(town.roots[0])
    tell([hello, *cases])
    print(f"memory of the web processes: {memory:.0f} MiB PSS (at most {MOST_MEBIBYTES})")
    return 0 if all(case.reached for case in cases) and memory <= MOST_MEBIBYTES else 1


def measure(case: Case, port: int, roots: list[int], seconds: float, round_number: int) -> Summary:
    before = cpu_milliseconds(roots)
    summary = drive(port, case.requests, seconds=seconds, start=500_000 * (round_number + 1))
    case.cpu.append((cpu_milliseconds(roots) - before) / summary.requests)
    case.summaries.append(summary)
    if summary.bad:
        sys.exit(f"{case.name}: {summary.bad} of {summary.requests} answers were not 200")
    return summary


def make_cases(town: Town) -> list[Case]:
    """Return the pages of twelve learners in the middle of an exam, a stranger with a certificate, and an officer."""
    names = FIRST_NAMES[1 : CONNECTIONS + 1]
    for name in names:
        Learner(town.server, name).has_started_the_exam()
    certificate = Learner(town.server, FIRST_NAMES[0]).has_a_certificate().certificates()[0].public_id
    with town.server.session() as session:
        slug = session.scalars(select(ModuleVersion.slug).order_by(ModuleVersion.position)).first()
    learners = [town.visitor(name) for name in names]
    saves, papers = [], []
    for learner in learners:
        path, option = find_choice(learner)
        data = {"jawaban": option, "urutan": SEQUENCE, "aksi": "maju"}
        saves.append(learner.repeat(path, data, accept="application/json"))
        papers.append(learner.repeat(PAPER))
    head, operator = town.visitor(OFFICER_NAMES["pimpinan"]), town.visitor(OFFICER_NAMES["operator_opd"])
    return [
        Case("saved answer", saves, 0.30),
        Case("paper document", papers),
        Case("module document", [learner.repeat(f"/modul/{slug}?periode={KODE}") for learner in learners]),
        Case("verification", [Request(f"/v/{certificate}")] * CONNECTIONS, 0.30),
        Case("task list", [learner.repeat("/tugas") for learner in learners]),
        Case("sign-in page", [Request("/masuk")] * CONNECTIONS),
        Case("dashboard", [head.repeat("/dasbor")] * 2),
        Case("follow-up list of an OPD", [operator.repeat("/opd/pkm-hulu")] * 2),
    ]


def find_choice(learner: Visitor) -> tuple[str, str]:
    """Return the address of a question with one choice, and one of its options."""
    found = CHOICE.search(learner.get(PAPER).text)
    if not found:
        raise RuntimeError("no question of the paper has a choice")
    return f"/ujian/{found[1]}?periode={KODE}", found[2]


def tell(cases: list[Case]) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; medians over the rounds, [least-most]")
    print(f"{'':<26}{'ratio':>20}{'floor':>8}{'req/s':>8}{'CPU ms':>8}{'p50 ms':>8}{'p99 ms':>8}")
    for case in cases:
        ratio = f"{median(case.ratios):.2f} [{min(case.ratios):.2f}-{max(case.ratios):.2f}]" if case.ratios else ""
        floor = "" if case.floor is None else f"{case.floor:.2f}"
        middle = [
            median(getattr(summary, name) for summary in case.summaries)
            for name in ("per_second", "median_ms", "p99_ms")
        ]
        numbers = f"{middle[0]:>8.0f}{median(case.cpu):>8.2f}{middle[1]:>8.1f}{middle[2]:>8.1f}"
        print(f"{case.name:<26}{ratio:>20}{floor:>8}{numbers}{'' if case.reached else '  MISSED'}")


if __name__ == "__main__":
    sys.exit(main())
