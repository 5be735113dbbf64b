"""The tree of units in memory: finding the one a roster names, and suggesting what it may have meant."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.organisation.folding import fold
from netral.organisation.models import Instansi, Opd
from netral.organisation.problems import Reason
from netral.organisation.unit_kinds import guess_unit_kind

MOST_SUGGESTIONS = 3
LEAST_LIKENESS = 0.55
SHORTHAND_LIKENESS = 0.75
SHORTEST_SHORTHAND = 4
MOST_ASKED = 200
LONGEST_KODE = 32
GOVERNMENT = re.compile(r"^(?:pemerintah|pemkab|pemkot|pemprov|pemda) ")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that stands, or (with a negative id) one that an import will make."""

    id: int
    parent_id: int | None
    kode: str
    nama: str
    jenis: str


class NotPlaced(Exception):
    """Which name of a place (0 is the topmost) is not known, and why."""

    def __init__(self, level: int, reason: Reason, data: dict[str, Any] | None = None) -> None:
        super().__init__(level, reason)
        self.level = level
        self.reason = reason
        self.data = data or {}


class UnitTree:
    """Names are compared folded, and always under the unit above them: every dinas has its own Sekretariat."""

    def __init__(self, units: Iterable[Unit], *, instansi: str, aliases: Mapping[str, int] | None = None) -> None:
        self.instansi = GOVERNMENT.sub("", fold(instansi))
        self.aliases = dict(aliases or {})
        self.units: dict[int, Unit] = {}
        self.children: defaultdict[int | None, list[int]] = defaultdict(list)
        self.names: defaultdict[str, list[int]] = defaultdict(list)
        self.kodes: set[str] = set()
        self.made: list[Unit] = []
        self.asked = 0
        for unit in units:
            self.add(unit)

    def add(self, unit: Unit) -> None:
        self.units[unit.id] = unit
        self.children[unit.parent_id].append(unit.id)
        self.names[fold(unit.nama)].append(unit.id)
        if fold(unit.kode) != fold(unit.nama):
            self.names[fold(unit.kode)].append(unit.id)
        self.kodes.add(unit.kode.casefold())

    def place(self, names: Sequence[str], *, create: bool = False) -> int:
        """The id of the unit that the names lead to, from the top; raises NotPlaced.

        With `create`, units that are not known are made (`made`), with negative ids.
        """
        start = 1 if len(names) > 1 and GOVERNMENT.sub("", fold(names[0])) == self.instansi else 0
        found: int | None = None
        for level in range(start, len(names)):
            alias = self.aliases.get(place_key(names[: level + 1]))
            found = alias or self.step(found, names, level, create=create)
        if found is None:
            raise NotPlaced(0, Reason.PLACE_MISSING)
        return found

    def step(self, parent: int | None, names: Sequence[str], level: int, *, create: bool) -> int:
        candidates = self.find(parent, fold(names[level]))
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise NotPlaced(level, Reason.UNIT_AMBIGUOUS, {"opd": sorted({self.root_name(one) for one in candidates})})
        if create:
            return self.make(parent, names[level])
        reason = Reason.OPD_UNKNOWN if parent is None else Reason.UNIT_UNKNOWN
        data: dict[str, Any] = {"suggestions": self.suggest(parent, names[level])}
        raise NotPlaced(level, reason, data if parent is None else data | {"opd": self.units[parent].nama})

    def find(self, parent: int | None, name: str) -> list[int]:
        """The nearest of that name: the unit itself, then its children, then anything below it."""
        named = self.names.get(name, [])
        if parent is not None and parent in named:
            return [parent]
        below = [found for found in named if parent is None or self.is_within(found, parent)]
        direct = [found for found in below if self.units[found].parent_id == parent]
        return direct or below

    def is_within(self, unit_id: int, ancestor: int) -> bool:
        current: int | None = unit_id
        while current is not None and current != ancestor:
            current = self.units[current].parent_id
        return current == ancestor

    def root_name(self, unit_id: int) -> str:
        while (parent := self.units[unit_id].parent_id) is not None:
            unit_id = parent
        return self.units[unit_id].nama

    def label(self, unit_id: int) -> str:
        """`Bidang Program, Dinas Kesehatan`."""
        nama, root = self.units[unit_id].nama, self.root_name(unit_id)
        return nama if nama == root else f"{nama}, {root}"

    def make(self, parent: int | None, nama: str) -> int:
        kind = guess_unit_kind(nama, is_root=parent is None)
        above = self.units[parent].kode if parent is not None else ""
        unit = Unit(-len(self.made) - 1, parent, self.new_kode(nama, above), nama, kind)
        self.made.append(unit)
        self.add(unit)
        return unit.id

    def new_kode(self, nama: str, above: str) -> str:
        """A slug of the name; when taken, with the kode of the unit above it; when taken, with a number."""
        slug = fold(nama).encode("ascii", "ignore").decode().replace(" ", "-") or "unit"
        for kode in candidate_kodes(slug, above):
            if kode.casefold() not in self.kodes:
                return kode
        raise AssertionError("numbers do not end")

    def suggest(self, parent: int | None, nama: str) -> list[dict[str, str]]:
        """What may have been meant, the likeliest first. After the first few hundred unknown names: nothing."""
        self.asked += 1
        if self.asked > MOST_ASKED:
            return []
        candidates = self.children[None] if parent is None else list(self.below(parent))
        rated = [(likeness(fold(nama), fold(self.units[one].nama)), one) for one in candidates]
        best = sorted((pair for pair in rated if pair[0] >= LEAST_LIKENESS), reverse=True)[:MOST_SUGGESTIONS]
        return [{"kode": self.units[one].kode, "nama": self.units[one].nama} for _, one in best]

    def below(self, parent: int) -> Iterator[int]:
        for child in self.children[parent]:
            yield child
            yield from self.below(child)


def candidate_kodes(slug: str, above: str) -> Iterator[str]:
    yield slug[:LONGEST_KODE].rstrip("-")
    if above:
        yield f"{slug[:15].rstrip('-')}-{above}"[:LONGEST_KODE].rstrip("-")
    number = 2
    while True:
        yield f"{slug[: LONGEST_KODE - 6].rstrip('-')}-{number}"
        number += 1


def likeness(typed: str, known: str) -> float:
    """0 to 1. `dinkes` is like `dinas kesehatan`: its letters, in their order, begin alike."""
    matcher = SequenceMatcher(None, known, typed, autojunk=False)
    if matcher.real_quick_ratio() >= LEAST_LIKENESS and matcher.quick_ratio() >= LEAST_LIKENESS:
        ratio = matcher.ratio()
    else:
        ratio = 0.0
    return max(ratio, SHORTHAND_LIKENESS if is_shorthand(typed.replace(" ", ""), known) else 0.0)


def is_shorthand(short: str, known: str) -> bool:
    if len(short) < SHORTEST_SHORTHAND or not known.startswith(short[0]):
        return False
    letters = iter(known)
    return all(letter in letters for letter in short)


def place_key(names: Sequence[str]) -> str:
    """How a choice for an unknown place is kept: the folded names from the top."""
    return " > ".join(map(fold, names))


def load_tree(session: Session, *, instansi_id: int, aliases: Mapping[str, int] | None = None) -> UnitTree:
    columns = (Opd.id, Opd.parent_id, Opd.kode, Opd.nama, Opd.jenis)
    rows = session.execute(select(*columns).where(Opd.instansi_id == instansi_id).order_by(Opd.id)).all()
    nama = session.scalar(select(Instansi.nama).where(Instansi.id == instansi_id)) or ""
    return UnitTree((Unit(*row) for row in rows), instansi=nama, aliases=aliases)
