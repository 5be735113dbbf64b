"""How often somebody passes who knows a given share of the bank: simulated with papers of the product, and computed.

.venv/bin/python -m bench.passing [--lulus 85] [--kesempatan 3] [--kuota kampanye=8,partai=3,...] [--people 1000]
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from netral.content.library import read_library
from netral.quiz.blueprint import Blueprint, parse_quotas
from netral.quiz.chances import chance_to_pass
from netral.quiz.drawing import PoolItem, draw_paper
from netral.quiz.questions import chance
from netral.settings import ROOT

ANY_DAY = date(2000, 1, 1)
KNOWN = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
STEPS = 2**32


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--isi", type=Path, default=ROOT / "content")
    parser.add_argument("--lulus", type=int)
    parser.add_argument("--kesempatan", type=int)
    parser.add_argument("--kuota", type=parse_quotas)
    parser.add_argument("--people", type=int, default=1000)
    arguments = parser.parse_args()
    library = read_library(arguments.isi, today=ANY_DAY)
    chosen = {"pass_percent": arguments.lulus, "attempts": arguments.kesempatan, "quotas": arguments.kuota}
    blueprint = replace(library.blueprint, **{name: value for name, value in chosen.items() if value is not None})
    pool = [PoolItem.of(each.question) for each in library.bank_questions]
    print(f"{blueprint.size} of {len(pool)} questions, mark {blueprint.pass_percent} %, {blueprint.attempts} attempts")
    print("knows    computed  simulated: on the first attempt, within all")
    for known in KNOWN:
        first, within = simulate(pool, blueprint, known, arguments.people)
        print(f"{known:5.0%}  {chance_to_pass(known, blueprint):10.3f}  {first:10.3f}  {within:10.3f}")
    return 0


def simulate(pool: Sequence[PoolItem], blueprint: Blueprint, known: float, people: int) -> tuple[float, float]:
    """Return the share of people who pass at once, and within all attempts. Nobody learns between attempts."""
    passed = [sit(pool, blueprint, known, person) for person in range(people)]
    return sum(attempt == 1 for attempt in passed) / people, sum(attempt > 0 for attempt in passed) / people


def sit(pool: Sequence[PoolItem], blueprint: Blueprint, known: float, person: int) -> int:
    """Return the number of the attempt that passed, 0 for none. What a person knows stays the same in all of them."""
    seen: list[str] = []
    missed: list[str] = []
    for attempt in range(1, blueprint.attempts + 1):
        paper = draw_paper(pool, blueprint, f"{person} {attempt}", seen=seen, missed=missed)
        drawn = [item.question_id for item in paper]
        wrong = [name for name in drawn if not knows(person, name, known)]
        if 100 * (len(drawn) - len(wrong)) >= blueprint.pass_percent * len(drawn):
            return attempt
        seen += drawn
        missed += wrong
    return 0


def knows(person: int, question_id: str, known: float) -> bool:
    return int.from_bytes(chance("tahu", person, question_id)[:4]) < known * STEPS


if __name__ == "__main__":
    raise SystemExit(main())
