"""Comparing a file of people with the people on record, at its preview or long after it was applied. Writes nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.organisation.models import RosterImport
from netral.organisation.numbers import BIRTH_DIGITS
from netral.organisation.units import UnitTree, load_tree
from netral.roster.applying import APPLIED, LISTED
from netral.roster.planning import RosterPlan, fold_person, load_people
from netral.roster.problems import count_rows


@dataclass(frozen=True, slots=True)
class Person:
    """A person in the file or on record; `number` is the NIP, or the participant number of a PPNPN."""

    number: str
    nama: str
    unit: str
    sheet: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A column of `Asn` in which the two differ; `recorded` is the value on record, `filed` the one in the file."""

    person: Person
    column: str
    recorded: str
    filed: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Two people of the same name, and of the same birth date where both have a NIP; perhaps they are one."""

    one: Person
    other: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A file against the record; `uncompared`: how many of its rows have a problem or wait for an answer."""

    same: int
    only_filed: tuple[Person, ...]
    only_recorded: tuple[Person, ...]
    moved: tuple[Difference, ...]
    different: tuple[Difference, ...]
    alike: tuple[Alike, ...]
    uncompared: int


def reconcile_plan(session: Session, plan: RosterPlan) -> Reconciliation:
    """Compare a file that has not been applied, as it was planned."""
    people = {person["id"]: person for person in load_people(session, plan.instansi_id)}
    places = plan.places
    moved, different = [], []
    for change in plan.changes:
        person = describe(people[change.asn_id], places, change.sheet, change.row)
        for column, value in change.after.items():
            before = change.before[column]
            if column == "opd_id":
                moved.append(Difference(person, column, places[before], places[value]))
            else:
                different.append(Difference(person, column, show(before), show(value)))
    alike = []
    for question in plan.questions:
        filed = Person(question.value, question.data["written"], "", question.sheet, question.row)
        alike.append(Alike(describe(people[question.data["person"]], places), filed))
    return Reconciliation(
        same=plan.unchanged,
        only_filed=tuple(
            Person(one.row.key, one.row.nama, places[one.opd_id], one.row.sheet, one.row.row) for one in plan.added
        ),
        only_recorded=tuple(describe(people[absent.asn_id], places) for absent in plan.missing),
        moved=tuple(moved),
        different=tuple(different),
        alike=tuple(alike),
        uncompared=count_rows([*plan.errors, *plan.questions]),
    )


def find_newest(session: Session, *, instansi_id: int) -> int | None:
    """Return the last applied import, unless it was undone."""
    statement = (
        select(RosterImport.id)
        .where(RosterImport.instansi_id == instansi_id, RosterImport.state == APPLIED)
        .order_by(RosterImport.applied_at.desc(), RosterImport.id.desc())
    )
    return session.scalars(statement.limit(1)).first()


def reconcile_applied(session: Session, *, instansi_id: int, import_id: int) -> Reconciliation:
    """Compare the newest applied file with the people on record as they are now.

    Raises NotFound for any other import, whose people were forgotten.
    """
    if find_newest(session, instansi_id=instansi_id) != import_id:
        raise NotFound("rekonsiliasi", import_id)
    applied = session.get_one(RosterImport, import_id)
    tree = load_tree(session, instansi_id=instansi_id)
    people = load_people(session, instansi_id)
    comparison = Comparison(tree, {person["id"]: person for person in people})
    listed = set()
    for asn_id, sheet, row, *values in applied.listed:
        listed.add(asn_id)
        comparison.compare(asn_id, sheet, row, values)
    absent = [person for person in people if person["active"] and person["id"] not in listed]
    return Reconciliation(
        same=comparison.same,
        only_filed=tuple(comparison.only_filed),
        only_recorded=tuple(describe(person, comparison.places) for person in absent),
        moved=tuple(comparison.moved),
        different=tuple(comparison.different),
        alike=find_alike(people, tree, comparison.places),
        uncompared=applied.summary.get("error_rows", 0),
    )


@dataclass(slots=True)
class Comparison:
    """The people of an applied file, one after the other."""

    tree: UnitTree
    people: Mapping[int, Mapping[str, Any]]
    same: int = 0
    only_filed: list[Person] = field(default_factory=list)
    moved: list[Difference] = field(default_factory=list)
    different: list[Difference] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = {unit_id: self.tree.label(unit_id) for unit_id in self.tree.units}

    def compare(self, asn_id: int, sheet: str, row: int, values: Sequence[Any]) -> None:
        *cells, opd_id = values
        known = self.people[asn_id]
        person = describe(known, self.places, sheet, row)
        if not known["active"]:
            self.only_filed.append(person)
            return
        different = [
            Difference(person, column, show(known[column]), show(filed))
            for column, filed in zip(LISTED, cells, strict=True)
            if filed and filed != known[column]
        ]
        self.different += different
        if opd_id != known["opd_id"]:
            self.moved.append(Difference(person, "opd_id", self.places[known["opd_id"]], self.places[opd_id]))
        elif not different:
            self.same += 1


def find_alike(people: Sequence[Mapping[str, Any]], tree: UnitTree, places: Mapping[int, str]) -> tuple[Alike, ...]:
    """Find pairs of active people who have the same name, and the same birth date or, without a NIP, the same OPD."""
    groups: defaultdict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for person in people:
        if person["active"]:
            name = fold_person(person["nama"])
            groups[tree.root_name(person["opd_id"]), name].append(person)
            if person["nip"]:
                groups[person["nip"][:BIRTH_DIGITS], name].append(person)
    pairs = {}
    for (key, _), same in groups.items():
        for first, second in pairwise(same):
            if key.isdigit() or not (first["nip"] and second["nip"]):
                pairs[first["id"], second["id"]] = Alike(describe(first, places), describe(second, places))
    return tuple(pairs.values())


def describe(person: Mapping[str, Any], places: Mapping[int, str], sheet: str = "", row: int = 0) -> Person:
    return Person(person["nip"] or person["number"] or "", person["nama"], places[person["opd_id"]], sheet, row)


def show(value: Any) -> str:
    """Return a value as text; whether somebody is active is one of two words."""
    if isinstance(value, bool):
        return "aktif" if value else "tidak aktif"
    return str(value or "")
