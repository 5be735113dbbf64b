"""What a roster would change, person by person, before anything is written."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.database import dump_json
from netral.organisation.folding import fold
from netral.organisation.models import Asn
from netral.organisation.problems import CellProblem, Reason, name_rows
from netral.organisation.roster import RosterReading
from netral.organisation.roster_rows import RosterRow
from netral.organisation.units import NotPlaced, Unit, UnitTree, load_tree, place_key

JOINED, CHANGED, MOVED, LEFT, RETURNED = "masuk", "ubah", "pindah", "keluar", "kembali"
COLUMNS = ("nip", "number", "nama", "jenis", "jabatan", "golongan", "email", "opd_id", "active")


@dataclass(frozen=True, slots=True)
class Addition:
    """A person who is new; `opd_id` may be one of the plan's new units (negative)."""

    row: RosterRow
    opd_id: int


@dataclass(frozen=True, slots=True)
class Change:
    """What differs of a person who is known: column of `Asn` -> value. Kind: ubah, pindah or kembali."""

    row: int
    asn_id: int
    nama: str
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Absent:
    """An active person who is not in the file."""

    asn_id: int
    nama: str
    opd_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPlan:
    """`errors`: rows that will not be applied; `units`: units that will be made, those above before those below.

    `places`: the id of every unit, the new ones among them -> its name with the perangkat daerah it belongs to.
    """

    instansi_id: int
    added: tuple[Addition, ...]
    changes: tuple[Change, ...]
    unchanged: int
    missing: tuple[Absent, ...]
    units: tuple[Unit, ...]
    errors: tuple[CellProblem, ...]
    warnings: tuple[CellProblem, ...]
    places: Mapping[int, str]

    @property
    def counts(self) -> dict[str, int]:
        """Every person counts once: who moved and changed is moved, who came back is updated."""
        moved = sum(1 for change in self.changes if change.kind == MOVED)
        return {
            "added": len(self.added),
            "updated": len(self.changes) - moved,
            "unchanged": self.unchanged,
            "moved": moved,
            "missing": len(self.missing),
        }

    @property
    def returned(self) -> int:
        return sum(1 for change in self.changes if change.kind == RETURNED)

    @property
    def fingerprint(self) -> str:
        """The same plan has the same one, so that what is applied can be compared with what was shown."""
        essence = [
            [[addition.row.key, addition.row.row, addition.opd_id] for addition in self.added],
            [[change.asn_id, change.kind, dict(change.before), dict(change.after)] for change in self.changes],
            [absent.asn_id for absent in self.missing],
            [[unit.kode, unit.nama] for unit in self.units],
            [problem.as_json() for problem in self.errors],
        ]
        return hashlib.sha256(dump_json(essence).encode()).hexdigest()


def plan_roster(
    session: Session,
    *,
    instansi_id: int,
    reading: RosterReading,
    create_units: bool = False,
    aliases: Mapping[str, int] | None = None,
) -> RosterPlan:
    """Compares what a file says with who is known. Writes nothing.

    `aliases`: `place_key` of a place that is not known -> id of the unit that was meant.
    """
    tree = load_tree(session, instansi_id=instansi_id, aliases=aliases)
    people = KnownPeople(load_people(session, instansi_id))
    planner = Planner(tree, people, reading, create_units=create_units)
    for row in reading.rows:
        planner.take(row)
    return RosterPlan(
        instansi_id=instansi_id,
        added=tuple(planner.added),
        changes=tuple(planner.changes),
        unchanged=planner.unchanged,
        missing=people.missing(reading),
        units=tuple(tree.made),
        errors=reading.gathered.report.in_order([*reading.problems, *planner.errors]),
        warnings=reading.warnings,
        places={unit_id: tree.label(unit_id) for unit_id in tree.units},
    )


def load_people(session: Session, instansi_id: int) -> list[dict[str, Any]]:
    columns = [getattr(Asn, name) for name in ("id", *COLUMNS)]
    rows = session.execute(select(*columns).where(Asn.instansi_id == instansi_id).order_by(Asn.id))
    return [dict(row) for row in rows.mappings()]


class KnownPeople:
    """Who is known, by NIP and by participant number; and who of them has been met in the file."""

    def __init__(self, people: Sequence[dict[str, Any]]) -> None:
        self.people = people
        self.by_nip = {person["nip"]: person for person in people if person["nip"]}
        self.by_number = {person["number"]: person for person in people if person["number"]}
        self.met: dict[int, tuple[str, int]] = {}

    def find(self, row: RosterRow) -> dict[str, Any] | None:
        """By NIP; by number when one side has no NIP (a PPNPN who became PPPK keeps what he did)."""
        if row.nip and row.nip in self.by_nip:
            return self.by_nip[row.nip]
        found = self.by_number.get(row.number) if row.number else None
        return found if found and not (row.nip and found["nip"]) else None

    def missing(self, reading: RosterReading) -> tuple[Absent, ...]:
        return tuple(
            Absent(person["id"], person["nama"], person["opd_id"])
            for person in self.people
            if person["active"]
            and person["id"] not in self.met
            and not {person["nip"], person["number"]} & reading.spoiled_keys
            and fold(person["nama"]) not in reading.spoiled_names
        )


class Planner:
    """Sorts rows into who is new, who changes, and what cannot be applied."""

    def __init__(self, tree: UnitTree, people: KnownPeople, reading: RosterReading, *, create_units: bool) -> None:
        self.tree = tree
        self.people = people
        self.reading = reading
        self.create_units = create_units
        self.places: dict[tuple[str, ...], int | NotPlaced] = {}
        self.added: list[Addition] = []
        self.changes: list[Change] = []
        self.unchanged = 0
        self.errors: list[CellProblem] = []

    def take(self, row: RosterRow) -> None:
        person = self.people.find(row)
        if person and person["id"] in self.people.met:
            self.errors.append(self.same_person(row, self.people.met[person["id"]]))
            return
        if person:
            self.people.met[person["id"]] = row.sheet, row.row
        opd_id = self.place(row.place)
        if isinstance(opd_id, NotPlaced):
            self.errors.append(self.not_placed(row, opd_id))
        elif person is None:
            self.added.append(Addition(row, opd_id))
        else:
            self.compare(row, person, opd_id)

    def compare(self, row: RosterRow, person: dict[str, Any], opd_id: int) -> None:
        wanted = wanted_values(row) | {"opd_id": opd_id, "active": True}
        after = {column: value for column, value in wanted.items() if value != person[column]}
        if not after:
            self.unchanged += 1
            return
        before = {column: person[column] for column in after}
        kind = RETURNED if "active" in after else MOVED if "opd_id" in after else CHANGED
        self.changes.append(Change(row.row, person["id"], person["nama"], kind, before, after))

    def place(self, names: tuple[str, ...]) -> int | NotPlaced:
        if names not in self.places:
            try:
                self.places[names] = self.tree.place(names, create=self.create_units)
            except NotPlaced as fact:
                self.places[names] = fact
        return self.places[names]

    def not_placed(self, row: RosterRow, fact: NotPlaced) -> CellProblem:
        column = self.reading.columns.get(row.place_fields[fact.level], "")
        data = fact.data | {"place": place_key(row.place[: fact.level + 1])}
        return CellProblem(row.row, column, row.place[fact.level], fact.reason, data, row.sheet)

    def same_person(self, row: RosterRow, first: tuple[str, int]) -> CellProblem:
        reason = Reason.NIP_DUPLICATE if row.nip else Reason.NUMBER_DUPLICATE
        column = self.reading.columns.get("nip" if row.nip else "number", "")
        return CellProblem(row.row, column, row.key, reason, name_rows([first, (row.sheet, row.row)]), row.sheet)


def wanted_values(row: RosterRow) -> dict[str, Any]:
    """Columns of `Asn` as the file gives them; what it does not speak of is not wanted otherwise."""
    said = {
        "nip": row.nip,
        "number": row.number,
        "nama": row.nama,
        "jenis": row.jenis.value,
        "jabatan": row.jabatan,
        "golongan": row.golongan,
        "email": row.email,
    }
    return {column: value for column, value in said.items() if value is not None}
