"""Counting people by their progress, and adding the counts up a tree of OPD. Pure: numbers in, numbers out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter


class State(StrEnum):
    """The progress of one person. Every enrolment of standing wajib is in exactly one of these states."""

    NOT_STARTED = "belum-mulai"
    UNDER_WAY = "sedang"
    PASSED_ONLY = "lulus-saja"
    PLEDGED_ONLY = "ikrar-saja"
    COMPLETED = "selesai"


def state_of(*, started: bool, passed: bool, pledged: bool, completed: bool) -> State:
    if completed:
        return State.COMPLETED
    if passed and not pledged:
        return State.PASSED_ONLY
    if pledged and not passed:
        return State.PLEDGED_ONLY
    return State.UNDER_WAY if started or passed else State.NOT_STARTED


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of people. `late` and `recent` are parts of `completed`; `exempt` and `left` are not part of `wajib`.

    `recent`: completed today or on one of the six days before.
    """

    wajib: int = 0
    not_started: int = 0
    under_way: int = 0
    passed_only: int = 0
    pledged_only: int = 0
    completed: int = 0
    late: int = 0
    recent: int = 0
    exempt: int = 0
    left: int = 0

    @property
    def unfinished(self) -> int:
        return self.wajib - self.completed

    @property
    def begun(self) -> int:
        """Return how many people have begun and not completed."""
        return self.under_way + self.passed_only + self.pledged_only

    @property
    def tenths(self) -> int | None:
        """Return the completed share in tenths of a percent, floored: 99.96 % never reads 100. None without wajib."""
        return self.share(self.completed)

    @property
    def change_tenths(self) -> int | None:
        """Return the gain of seven days, today included, in tenths of a percentage point of today's wajib, floored."""
        return self.share(self.recent)

    def share(self, part: int) -> int | None:
        return 1000 * part // self.wajib if self.wajib else None


NOBODY = Counts()
NUMBERS = attrgetter(*(field.name for field in fields(Counts)))


def add(*counts: Counts) -> Counts:
    if len(counts) == 1:
        return counts[0]
    return Counts(*map(sum, zip(*map(NUMBERS, counts), strict=True))) if counts else NOBODY


@dataclass(frozen=True, slots=True)
class Unit:
    """An OPD as reports need it; `path` as in the table: `7/31/`."""

    opd_id: int
    kode: str
    nama: str
    jenis: str
    path: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class OpdCompletion:
    """A row of the tree, depth 0 at the top. `own` counts this very unit, `total` also every unit below it."""

    unit: Unit
    depth: int
    own: Counts
    total: Counts

    @property
    def badness(self) -> tuple[bool, int, int, str, int]:
        """Return a key that sorts the worst first: lowest share, then most unfinished; last, if nobody is wajib."""
        counts = self.total
        share = 10**12 * counts.completed // counts.wajib if counts.wajib else 0
        return (counts.wajib == 0, share, -counts.unfinished, self.unit.nama, self.unit.opd_id)


def add_up(units: Sequence[Unit], own: Mapping[int, Counts]) -> tuple[OpdCompletion, ...]:
    """Return the tree in reading order, the worst first among siblings. A unit without its parent is a top."""
    known = {unit.opd_id for unit in units}
    children: dict[int | None, list[Unit]] = {}
    for unit in units:
        children.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
    totals: dict[int, Counts] = {}
    for unit in sorted(units, key=lambda unit: unit.path.count("/"), reverse=True):
        below = [totals[child.opd_id] for child in children.get(unit.opd_id, ())]
        totals[unit.opd_id] = add(own.get(unit.opd_id, NOBODY), *below)

    def walk(parent_id: int | None, depth: int) -> Iterator[OpdCompletion]:
        rows = [
            OpdCompletion(unit, depth, own.get(unit.opd_id, NOBODY), totals[unit.opd_id])
            for unit in children.get(parent_id, ())
        ]
        for row in sorted(rows, key=lambda row: row.badness):
            yield row
            yield from walk(row.unit.opd_id, depth + 1)

    return tuple(walk(None, 0))


def find_tops(units: Sequence[Unit]) -> Iterator[tuple[Unit, list[Unit]]]:
    """Yield each top with every unit of it; below a single top its parts stand in its place."""
    roots = [unit for unit in units if unit.parent_id not in {each.opd_id for each in units}]
    if len(roots) == 1:
        (root,) = roots
        yield root, [root]
        roots = [unit for unit in units if unit.parent_id == root.opd_id]
    for root in roots:
        yield root, [unit for unit in units if unit.path.startswith(root.path)]
