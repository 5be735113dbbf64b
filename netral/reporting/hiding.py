"""Hiding figures of few people in reports that name no one. Pure: numbers in, numbers out."""

from collections.abc import Mapping

from netral.indonesian import number
from netral.reporting.counts import Unit

FEWEST = 10
LEAST = f"kurang dari {FEWEST}"


def tell_people(people: int) -> str:
    return LEAST if people < FEWEST else number(people)


def find_hidden(people: Mapping[Unit, int]) -> set[Unit]:
    """Return the OPD that are not shown: those with few people, and the smallest other one if they are few together.

    Otherwise the figures of the few would be those of the total less those of all that are shown.
    """
    hidden = {unit for unit, count in people.items() if 0 < count < FEWEST}
    others = sorted((unit for unit in people if people[unit] >= FEWEST), key=lambda unit: (people[unit], unit.opd_id))
    if 0 < sum(people[unit] for unit in hidden) < FEWEST and others:
        hidden.add(others[0])
    return hidden
