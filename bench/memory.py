"""Memory of the web processes after each kind of page, requested until both workers have served every kind.

.venv/bin/python -m bench.memory [--database sqlite|postgresql] [--people 20000] [--rounds 8]
"""

import argparse
import http
import sys
import time

from bench.processes import family, proportional_mebibytes
from bench.speed import MOST_MEBIBYTES
from bench.town import Town, run_town
from bench.visitor import Visitor
from netral.certificates.paper.document import TYPESETTER
from netral.cli.serving import WORKERS
from tests.browser import places
from tests.browser.server import PASSWORD, RECOVERY_CODES

Kinds = dict[str, dict[str, tuple[str, ...]]]
FILES: Kinds = {
    "workbooks and lists": {
        "Dewi": (
            *("/dasbor/ketuntasan.csv", "/dasbor/ketuntasan.xlsx", "/opd/dinkes/ketuntasan.xlsx"),
            "/opd/dinkes/tindak-lanjut.xlsx",
        ),
    },
    "charts": {"Dewi": ("/dasbor/grafik.svg", "/ringkasan/grafik.svg"), "Budi": ("/dasbor/grafik.svg",)},
    "certificates as PDF": {"Siti": ("/sertifikat", "/sertifikat.pdf")},
}
LEARNERS = (*places.LEARNERS[:-1], places.NOBODY)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=8)
    arguments = parser.parse_args()
    with run_town(arguments.database, people=arguments.people) as town:
        names = places.settle(town.server).names
        print(f"{'MiB PSS':<24}{'together':>10}{'first process, workers':>26}{'others, for a moment':>24}")
        tell("idle", town)
        visitors = {name: enter(town, name) for name in places.PLACES}
        for kind, paths in list_kinds().items():
            for _ in range(arguments.rounds):
                for name, asked in paths.items():
                    for path in asked:
                        visit(visitors[name], path.format(**names))
            tell(kind, town)
        time.sleep(TYPESETTER.idle + 1)
        together = tell("all that, and a pause", town)
    missed = together > MOST_MEBIBYTES
    print(f"at most {MOST_MEBIBYTES} MiB together after all that{'  MISSED' if missed else ''}")
    return int(missed)


def list_kinds() -> Kinds:
    """Return paths by the person who asks, by kind, in the order of the requests."""
    learners = {name: places.PLACES[name] for name in LEARNERS}
    officers = {name: paths for name, paths in places.PLACES.items() if name not in LEARNERS}
    return {"pages of learners": learners, "pages of officers": officers, **FILES}


def enter(town: Town, name: str) -> Visitor:
    """Sign in, using a recovery code where there is a second factor."""
    visitor = Visitor(town.port)
    if name == places.NOBODY:
        return visitor
    visitor.get("/masuk")
    visitor.post("/masuk", {"nip": town.server.logins[name], "kata_sandi": PASSWORD})
    if "/masuk/kode" in visitor.get("/mulai").text:
        visitor.get("/masuk/kode-pemulihan")
        visitor.post("/masuk/kode-pemulihan", {"kode": RECOVERY_CODES[0]})
    return visitor


def visit(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    if answer.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR or (answer.place == "/masuk" != path):
        sys.exit(f"{path} failed")


def tell(kind: str, town: Town) -> float:
    """Print the processes by their start: the first process, its workers, and the processes these started."""
    found = sorted(family(town.roots[0]))
    each = [proportional_mebibytes(process) for process in found]
    own = ", ".join(f"{figure:.0f}" for figure in each[: WORKERS + 1])
    others = ", ".join(f"{figure:.0f}" for figure in each[WORKERS + 1 :] if figure)
    print(f"{kind:<24}{sum(each):>10.0f}{own:>26}{others:>24}", flush=True)
    return sum(each)


if __name__ == "__main__":
    sys.exit(main())
