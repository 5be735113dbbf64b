"""The tree of units in memory: finding the one a roster names, and suggesting what it may have meant."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.folding import fold
from netral.organisation.models import Instansi, Opd
from netral.organisation.problems import Reason
from netral.organisation.unit_kinds import guess_unit_kind, is_part_of_office, is_perangkat_daerah
from netral.organisation.unit_names import OwnInstansi, UnitName, are_alike, rate_likeness

MOST_SUGGESTIONS = 3
LEAST_LIKENESS = 0.55
MOST_ASKED = 200
LONGEST_KODE = 32
NEW_UNIT = 0
"""In place of the id of a unit: the officer says that the name is that of a unit to be made."""

MAY_BE_MADE = frozenset({Reason.OPD_UNKNOWN, Reason.UNIT_UNKNOWN})


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
    """The units of an instansi. Names are compared folded and below the unit above: every dinas has a Sekretariat.

    `aliases`: `place_key` of an unknown place -> id of the unit that was meant, or NEW_UNIT.
    """

    def __init__(self, units: Iterable[Unit], *, instansi: str, aliases: Mapping[str, int] | None = None) -> None:
        self.own = OwnInstansi(instansi)
        self.aliases = dict(aliases or {})
        self.units: dict[int, Unit] = {}
        self.children: defaultdict[int | None, list[int]] = defaultdict(list)
        self.names: defaultdict[str, list[int]] = defaultdict(list)
        self.bare_names: defaultdict[str, list[int]] = defaultdict(list)
        self.compared: dict[str, UnitName] = {}
        self.kodes: set[str] = set()
        self.made: list[Unit] = []
        self.asked = 0
        for unit in units:
            self.add(unit)

    def add(self, unit: Unit) -> None:
        folded = fold(unit.nama)
        self.units[unit.id] = unit
        self.children[unit.parent_id].append(unit.id)
        self.names[folded].append(unit.id)
        self.bare_names[self.own.strip(folded)].append(unit.id)
        if fold(unit.kode) != folded:
            self.names[fold(unit.kode)].append(unit.id)
        self.kodes.add(unit.kode.casefold())

    def place(self, names: Sequence[str], fields: Sequence[str], *, create: bool = False) -> int:
        """Return the id of the unit that the names lead to, from the top; raises NotPlaced.

        `fields`: the column of each name; `opd` is that of the perangkat daerah. With `create`, a unit whose name is
        unknown and resembles no known one is made (`made`, with a negative id).
        """
        start = self.skip_instansi(names)
        found: int | None = None
        for level in range(start, len(names)):
            meant = self.aliases.get(place_key(names[: level + 1]))
            found = meant or self.step(found, names, fields, level, create=create, insist=meant == NEW_UNIT)
        if found is None:
            raise NotPlaced(0, Reason.PLACE_MISSING)
        return found

    def skip_instansi(self, names: Sequence[str]) -> int:
        """Count the names from the top that are the instansi itself, which stands above its units."""
        own = 0
        while own < len(names) - 1 and self.own.is_named(fold(names[own])):
            own += 1
        return own

    def step(
        self, parent: int | None, names: Sequence[str], fields: Sequence[str], level: int, *, create: bool, insist: bool
    ) -> int:
        nama = names[level]
        candidates = self.find(parent, nama)
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise NotPlaced(level, Reason.UNIT_AMBIGUOUS, {"opd": sorted({self.root_name(one) for one in candidates})})
        reason = self.judge_unknown(parent, names, fields, level)
        may_be_made = insist or (create and reason in MAY_BE_MADE)
        alike = self.find_alike(parent, nama) if may_be_made and not insist else None
        if may_be_made and alike is None:
            return self.make(parent, nama)
        data = {
            "suggestions": self.suggest(parent, nama),
            "instansi": names[0],
            "opd": self.units[parent].nama if parent is not None else "",
            "alike": self.label(alike) if alike is not None else "",
        }
        raise NotPlaced(level, Reason.UNIT_ALIKE if data["alike"] else reason, data)

    def judge_unknown(self, parent: int | None, names: Sequence[str], fields: Sequence[str], level: int) -> Reason:
        """Say why a name is unknown. At the top only a perangkat daerah can be made; a seksi would be its own root."""
        if parent is not None:
            return Reason.UNIT_UNKNOWN
        if self.own.is_named(fold(names[level])):
            return Reason.OPD_IS_INSTANSI
        if fields[level] == "opd" or is_perangkat_daerah(names[level]):
            return Reason.OPD_UNKNOWN
        return Reason.OPD_IS_INSTANSI if level > 0 else Reason.OPD_MISSING

    def find(self, parent: int | None, nama: str) -> list[int]:
        """Return the nearest units of that name: the parent itself, else its children, else any below it.

        If there is none, the name is tried without that of the instansi: `Dinas Kesehatan Kabupaten Contoh`.
        """
        folded = fold(nama)
        return self.find_within(parent, self.names.get(folded, [])) or self.find_within(
            parent, self.bare_names.get(self.own.strip(folded), [])
        )

    def find_within(self, parent: int | None, named: list[int]) -> list[int]:
        if parent is not None and parent in named:
            return [parent]
        below = [found for found in named if parent is None or self.is_within(found, parent)]
        direct = [found for found in below if self.units[found].parent_id == parent]
        return direct or below

    def find_typed(self, text: str) -> int | None:
        """Return the unit that a typed label, kode or name means; None when there is none or are several."""
        folded = fold(text)
        found = [one for one in self.units if fold(self.label(one)) == folded] or self.find(None, text)
        return found[0] if len(found) == 1 else None

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
        typed = self.compare_as(nama)
        known = [unit_id for unit_id in self.candidates(parent) if unit_id > 0]
        rated = [(-rate_likeness(typed, self.compare_as(self.units[one].nama)), one) for one in known]
        best = sorted(pair for pair in rated if -pair[0] >= LEAST_LIKENESS)[:MOST_SUGGESTIONS]
        return [
            {"kode": self.units[one].kode, "nama": self.units[one].nama if parent else self.label(one)}
            for _, one in best
        ]

    def find_alike(self, parent: int | None, nama: str) -> int | None:
        """Return a unit, known or made before, that may be the one that is about to be made."""
        typed = self.compare_as(nama)
        alike = (one for one in self.candidates(parent) if are_alike(typed, self.compare_as(self.units[one].nama)))
        return next(alike, None)

    def candidates(self, parent: int | None) -> Iterator[int]:
        """Return the units among which a name is compared: all below the parent, or all of the instansi.

        Units that many perangkat daerah have, such as a Sekretariat, count for the instansi only if they are roots.
        """
        if parent is not None:
            return self.below(parent)
        return (one for one, unit in self.units.items() if unit.parent_id is None or not is_part_of_office(unit.nama))

    def compare_as(self, nama: str) -> UnitName:
        if nama not in self.compared:
            self.compared[nama] = self.own.compare_as(nama)
        return self.compared[nama]

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


def place_key(names: Sequence[str]) -> str:
    """How a choice for an unknown place is kept: the folded names from the top."""
    return " > ".join(map(fold, names))


def load_tree(session: Session, *, instansi_id: int, aliases: Mapping[str, int] | None = None) -> UnitTree:
    columns = (Opd.id, Opd.parent_id, Opd.kode, Opd.nama, Opd.jenis)
    rows = session.execute(select(*columns).where(Opd.instansi_id == instansi_id).order_by(Opd.id)).all()
    nama = session.scalar(select(Instansi.nama).where(Instansi.id == instansi_id)) or ""
    return UnitTree((Unit(*row) for row in rows), instansi=nama, aliases=aliases)
