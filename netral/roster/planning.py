"""Comparing a roster with the people on record: new, changed and missing ones. Writes nothing."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.database.tables import dump_json
from netral.folding import fold
from netral.indonesian import day
from netral.organisation.membership import list_stated_departures
from netral.organisation.models import Asn
from netral.organisation.numbers import BIRTH_DIGITS, shorten_apart
from netral.organisation.units import NotPlaced, Unit, UnitTree, load_tree, place_key
from netral.roster.problems import CellProblem, Reason, count_rows, name_rows
from netral.roster.reading import RosterReading, RosterRow
from netral.roster.remembering import load_aliases

JOINED, CHANGED, MOVED, LEFT, RETURNED = "masuk", "ubah", "pindah", "keluar", "kembali"
MOST_PERCENT_UNCONFIRMED = 5
COLUMNS_IN_FILES = ("nip", "number", "nama", "jenis", "jabatan", "golongan", "email", "siasn_id")
COLUMNS = (*COLUMNS_IN_FILES, "opd_id", "active")
KEPT_WHEN_BLANK = ("jabatan", "golongan", "email", "siasn_id")
MOST_SHOWN = 20
MOST_WARNINGS = 200
MOST_RENUMBERED = 200
SOMEBODY_ELSE = 0
"""Stands for the id of a person when the officer says that a new person is none of those who are known."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A row and its unit; `opd_id` may be one of the plan's new units (negative)."""

    row: RosterRow
    opd_id: int


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a known person: column of `Asn` -> value, before and after. Kind: ubah, pindah or kembali."""

    sheet: str
    row: int
    asn_id: int
    nama: str
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Absent:
    """An active person who is missing from the file."""

    asn_id: int
    nama: str
    opd_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPlan:
    """All that a roster would change.

    `errors`: rows that will not be applied; `units`: units that will be made, those above before those below. `active`:
    how many people are active before it. `kept`: column of `Asn` -> how many people keep what is known of them, since
    the cell in the file is blank. `questions`: new people who may be some of the missing, with another NIP; until each
    is answered, neither is added nor missing. `places`: the id of every unit, the new ones among them -> its name with
    its perangkat daerah. `known`: the rows of people who are known, by their ids; `unor_ids`: the id of a unit -> its
    id in SIASN, where that is new.
    """

    instansi_id: int
    active: int
    added: tuple[Placed, ...]
    changes: tuple[Change, ...]
    unchanged: int
    missing: tuple[Absent, ...]
    units: tuple[Unit, ...]
    errors: tuple[CellProblem, ...]
    warnings: tuple[CellProblem, ...]
    questions: tuple[CellProblem, ...]
    kept: Mapping[str, int]
    places: Mapping[int, str]
    known: Mapping[int, Placed] = field(default_factory=dict)
    unor_ids: Mapping[int, str] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Count every person once: one who moved and changed counts as moved, one who came back as updated."""
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
    def renumbered(self) -> tuple[Change, ...]:
        """Return the people whose NIP is replaced by another; those who get their first NIP are not among them."""
        return tuple(change for change in self.changes if change.before.get("nip"))

    @property
    def must_be_confirmed(self) -> bool:
        """Return whether so many are missing that they are deactivated only after their number was typed."""
        return len(self.missing) * 100 > self.active * MOST_PERCENT_UNCONFIRMED

    @property
    def fingerprint(self) -> str:
        """Return a digest that equal plans share, to compare the plan to apply with the one that was shown."""
        essence = [
            [[addition.row.key, addition.row.sheet, addition.row.row, addition.opd_id] for addition in self.added],
            [[change.asn_id, change.kind, dict(change.before), dict(change.after)] for change in self.changes],
            [absent.asn_id for absent in self.missing],
            [[unit.kode, unit.nama] for unit in self.units],
            [problem.as_json() for problem in self.questions],
            [problem.as_json() for problem in self.errors],
        ]
        return hashlib.sha256(dump_json(essence).encode()).hexdigest()


Doubt = tuple[Placed, list[dict[str, Any]]]
"""A new person, and the missing people who may be the same one."""


class KnownPeople:
    """The people on record by NIP and by participant number, and those of them who were met in the file."""

    def __init__(self, people: Sequence[dict[str, Any]], answers: Mapping[str, int]) -> None:
        self.people = people
        self.answers = answers
        self.by_id = {person["id"]: person for person in people}
        self.by_nip = {person["nip"]: person for person in people if person["nip"]}
        self.by_number = {person["number"]: person for person in people if person["number"]}
        self.met: dict[int, tuple[str, int]] = {}

    def find(self, row: RosterRow) -> dict[str, Any] | None:
        """Find the person by the officer's answer, by NIP, by their previous NIP, or by number if one side has no NIP.

        A PPNPN who gets a NIP is found by number, so that their progress is kept.
        """
        answered = self.by_id.get(self.answers.get(row_key(row.sheet, row.row), SOMEBODY_ELSE))
        if answered and row.nip not in self.by_nip:
            return answered
        for nip in (row.nip, row.nip_lama):
            if nip and nip in self.by_nip:
                return self.by_nip[nip]
        found = self.by_number.get(row.number) if row.number else None
        return found if found and not (row.nip and found["nip"]) else None

    def missing(self, reading: RosterReading) -> list[dict[str, Any]]:
        return [
            person
            for person in self.people
            if person["active"]
            and person["id"] not in self.met
            and not {person["nip"], person["number"]} & reading.spoiled_keys
            and fold(person["nama"]) not in reading.spoiled_names
        ]


class Planner:
    """Sorts rows into new people, changed people, and rows that cannot be applied."""

    def __init__(self, tree: UnitTree, people: KnownPeople, reading: RosterReading, *, create_units: bool) -> None:
        self.tree = tree
        self.people = people
        self.reading = reading
        self.create_units = create_units
        self.places: dict[tuple[tuple[str, ...], tuple[str, ...]], int | NotPlaced] = {}
        self.rows_of_nip = {row.nip: (row.sheet, row.row) for row in reading.rows if row.nip}
        self.added: list[Placed] = []
        self.known: dict[int, Placed] = {}
        self.changes: list[Change] = []
        self.unchanged = 0
        self.kept: Counter[str] = Counter()
        self.errors: list[CellProblem] = []
        self.unors: defaultdict[int, set[str]] = defaultdict(set)

    def take(self, row: RosterRow) -> None:
        person = self.people.find(row)
        wrong = self.judge_person(row, person) or self.judge_departed(row, person)
        if person:
            self.people.met.setdefault(person["id"], (row.sheet, row.row))
        if wrong:
            self.errors.append(wrong)
            return
        opd_id = self.place(row)
        if isinstance(opd_id, NotPlaced):
            self.errors.append(self.not_placed(row, opd_id))
            return
        if row.unor_id:
            self.unors[opd_id].add(row.unor_id)
        if person is None:
            self.added.append(Placed(row, opd_id))
        else:
            self.known[person["id"]] = Placed(row, opd_id)
            self.compare(row, person, opd_id)

    def judge_person(self, row: RosterRow, person: dict[str, Any] | None) -> CellProblem | None:
        """Return the problem if a row is about two people, or if two rows are about one person."""
        if person and person["id"] in self.people.met:
            return self.same_person(row, self.people.met[person["id"]])
        numbered = self.people.by_number.get(row.number) if row.number else None
        if person and numbered and numbered is not person and not numbered["nip"]:
            self.people.met.setdefault(numbered["id"], (row.sheet, row.row))
            data = {"nama": person["nama"], "lama": numbered["nama"]}
            column = self.reading.columns["number"]
            return CellProblem(row.row, column, row.number or "", Reason.NUMBER_OF_TWO, data, row.sheet)
        before = self.people.by_nip.get(row.nip_lama) if row.nip_lama else None
        if person is None or before is None:
            return None
        if before is not person:
            self.people.met.setdefault(before["id"], (row.sheet, row.row))
            data = {"nama": person["nama"], "lama": before["nama"]}
            return self.problem_of_nip_lama(row, Reason.NIP_OF_TWO, data)
        other = self.rows_of_nip.get(row.nip_lama or "")
        return self.problem_of_nip_lama(row, Reason.NIP_LAMA_IN_FILE, name_rows([other])) if other else None

    def judge_departed(self, row: RosterRow, person: dict[str, Any] | None) -> CellProblem | None:
        """Return the problem if an officer entered that the person left: an older file must not bring them back."""
        if person is None or person["active"] or not person["left_on"]:
            return None
        column = self.reading.columns.get("nip" if row.nip else "number", "")
        data = {"day": day(person["left_on"])}
        return CellProblem(row.row, column, row.key, Reason.LEFT_BY_OFFICER, data, row.sheet)

    def problem_of_nip_lama(self, row: RosterRow, reason: Reason, data: Mapping[str, Any]) -> CellProblem:
        return CellProblem(row.row, self.reading.columns["nip_lama"], row.nip_lama or "", reason, data, row.sheet)

    def compare(self, row: RosterRow, person: dict[str, Any], opd_id: int) -> None:
        wanted = wanted_values(row) | {"opd_id": opd_id, "active": True}
        blank = [column for column in KEPT_WHEN_BLANK if wanted.get(column) == "" and person[column]]
        self.kept.update(column for column in blank if column != "siasn_id")
        after = {column: value for column, value in wanted.items() if value != person[column] and column not in blank}
        if not after:
            self.unchanged += 1
            return
        before = {column: person[column] for column in after}
        kind = RETURNED if "active" in after else MOVED if "opd_id" in after else CHANGED
        self.changes.append(Change(row.sheet, row.row, person["id"], person["nama"], kind, before, after))

    def place(self, row: RosterRow) -> int | NotPlaced:
        known = self.tree.by_unor.get(row.unor_id) if row.unor_id else None
        if known is not None:
            return known
        key = row.place, row.place_fields
        if key not in self.places:
            try:
                self.places[key] = self.tree.place(row.place, row.place_fields, create=self.create_units)
            except NotPlaced as fact:
                self.places[key] = fact
        return self.places[key]

    def not_placed(self, row: RosterRow, fact: NotPlaced) -> CellProblem:
        column = self.reading.columns.get(row.place_fields[fact.level], "")
        data = fact.data | {"place": place_key(row.place[: fact.level + 1])}
        return CellProblem(row.row, column, row.place[fact.level], Reason(fact.fault), data, row.sheet)

    def same_person(self, row: RosterRow, first: tuple[str, int]) -> CellProblem:
        reason = Reason.NIP_DUPLICATE if row.nip else Reason.NUMBER_DUPLICATE
        column = self.reading.columns.get("nip" if row.nip else "number", "")
        return CellProblem(row.row, column, row.key, reason, name_rows([first, (row.sheet, row.row)]), row.sheet)


def plan_roster(
    session: Session,
    *,
    instansi_id: int,
    reading: RosterReading,
    create_units: bool = False,
    aliases: Mapping[str, int] | None = None,
    answers: Mapping[str, int] | None = None,
    as_new: bool = False,
) -> RosterPlan:
    """Compare a file with the people who are known. Writes nothing.

    `aliases`: `place_key` of a place that is not known -> id of the unit that was meant; those that are remembered
    from earlier files count as well. `answers`: `row_key` of a new person -> id of the known person they are, or
    SOMEBODY_ELSE. `as_new`: whether all new people are other people than those who are missing.
    """
    meant = load_aliases(session, instansi_id=instansi_id) | dict(aliases or {})
    tree = load_tree(session, instansi_id=instansi_id, aliases=meant)
    people = KnownPeople(load_people(session, instansi_id), answers or {})
    planner = Planner(tree, people, reading, create_units=create_units)
    for row in reading.rows:
        planner.take(row)
    absent = people.missing(reading)
    doubts = [] if as_new else find_doubts(planner.added, absent, tree, answers or {})
    return conclude(instansi_id, planner, absent, doubts)


def conclude(
    instansi_id: int, planner: Planner, absent: Sequence[dict[str, Any]], doubts: Sequence[Doubt]
) -> RosterPlan:
    tree, people, reading = planner.tree, planner.people, planner.reading
    waiting = {one.row.address for one, _ in doubts}
    perhaps = {person["id"] for _, alike in doubts for person in alike}
    return RosterPlan(
        instansi_id=instansi_id,
        active=sum(1 for person in people.people if person["active"]),
        added=tuple(one for one in planner.added if one.row.address not in waiting),
        changes=tuple(planner.changes),
        unchanged=planner.unchanged,
        missing=tuple(
            Absent(person["id"], person["nama"], person["opd_id"]) for person in absent if person["id"] not in perhaps
        ),
        units=tuple(tree.made),
        errors=reading.gathered.report.in_order([*reading.problems, *planner.errors]),
        warnings=reading.warnings,
        questions=tuple(
            ask_who_is_same(one.row, person, tree, reading.columns) for one, alike in doubts for person in alike
        ),
        kept=planner.kept,
        places={unit_id: tree.label(unit_id) for unit_id in tree.units},
        known=planner.known,
        unor_ids=find_new_unors(tree, planner.unors),
    )


def row_key(sheet: str, row: int) -> str:
    """Return the key under which the answer about a row is kept. It has no NIP, since answers outlive the rows."""
    return f"{sheet}:{row}"


def find_new_unors(tree: UnitTree, met: Mapping[int, set[str]]) -> dict[int, str]:
    """Return SIASN's ids of the units that have none yet; a unit that the file gives several ids keeps none."""
    unknown = {unit_id: ids for unit_id, ids in met.items() if len(ids) == 1 and not tree.units[unit_id].unor_id}
    counted = Counter(unor_id for ids in unknown.values() for unor_id in ids)
    return {unit_id: next(iter(ids)) for unit_id, ids in unknown.items() if counted[next(iter(ids))] == 1}


def load_people(session: Session, instansi_id: int) -> list[dict[str, Any]]:
    columns = [getattr(Asn, name) for name in ("id", *COLUMNS)]
    rows = session.execute(select(*columns).where(Asn.instansi_id == instansi_id).order_by(Asn.id))
    left = list_stated_departures(session, instansi_id=instansi_id)
    return [dict(row) | {"left_on": left.get(row["id"])} for row in rows.mappings()]


def find_doubts(
    added: Sequence[Placed], absent: Sequence[dict[str, Any]], tree: UnitTree, answers: Mapping[str, int]
) -> list[Doubt]:
    """Find the new people about whom nobody has answered and who may be missing ones with another number.

    A NIP begins with the birth date, so that a missing person with the same date and name is asked about; a PPNPN has
    none, so the same name and perangkat daerah are asked about. So is a number that both share.
    """
    alike: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for person in absent:
        for key in keys_of(person["nip"], person["number"], person["nama"], tree.root_name(person["opd_id"])):
            alike[key].append(person)
    doubts = []
    for one in added:
        row = one.row
        if not row.nip or row_key(row.sheet, row.row) in answers:
            continue
        root = tree.root_name(one.opd_id)
        keys = [*keys_of(row.nip, row.number, row.nama, root), (root, fold_person(row.nama))]
        found = {person["id"]: person for key in keys for person in alike.get(key, ())}
        if found:
            doubts.append((one, list(found.values())))
    return doubts


def keys_of(nip: str | None, number: str | None, nama: str, root: str) -> list[tuple[str, str]]:
    born = (nip[:BIRTH_DIGITS] if nip else root, fold_person(nama))
    return [born, ("number", number)] if number else [born]


def ask_who_is_same(
    row: RosterRow, person: Mapping[str, Any], tree: UnitTree, columns: Mapping[str, str]
) -> CellProblem:
    reason = Reason.NIP_PERHAPS_CHANGED if person["nip"] else Reason.PPNPN_PERHAPS_APPOINTED
    nip, new_nip = shorten_apart(person["nip"] or "", row.nip or "")
    known = {
        "nama": person["nama"],
        "unit": tree.label(person["opd_id"]),
        "nip": nip,
        "person": person["id"],
        "written": row.nama,
    }
    return CellProblem(row.row, columns.get("nip", "NIP"), new_nip, reason, known, row.sheet)


def fold_person(nama: str) -> str:
    """Fold a name without degrees, which come and go: without what follows a comma, and without words with a dot."""
    words = [word for word in nama.partition(",")[0].split() if "." not in word]
    return fold(" ".join(words) or nama)


def wanted_values(row: RosterRow) -> dict[str, Any]:
    """Return the columns of `Asn` that the file gives; columns missing from the file stay as they are."""
    said = {column: getattr(row, column) for column in COLUMNS_IN_FILES} | {"jenis": row.jenis.value}
    return {column: value for column, value in said.items() if value is not None}


def summarise_plan(plan: RosterPlan) -> dict[str, Any]:
    """Summarise all that applying would do, as a preview keeps it. `missing`: ids of people who are not in the file."""
    return {
        "counts": plan.counts,
        "returned": plan.returned,
        "error_rows": count_rows(plan.errors),
        "fingerprint": plan.fingerprint,
        "warnings": [warning.as_json() for warning in plan.warnings[:MOST_WARNINGS]],
        "questions": [question.as_json() for question in plan.questions[:MOST_WARNINGS]],
        "kept": dict(plan.kept),
        "units": list_units(plan),
        "nip_changed": len(plan.renumbered),
        "renumbered": list_renumbered(plan)[:MOST_RENUMBERED],
        "changes": [describe_change(change, plan) for change in plan.changes[:MOST_SHOWN]],
        "must_be_confirmed": plan.must_be_confirmed,
        "missing": [absent.asn_id for absent in plan.missing],
    }


def list_units(plan: RosterPlan) -> list[str]:
    """List the units that will be made, each as `Bidang Program, Dinas Kesehatan`."""
    return [plan.places[unit.id] for unit in plan.units]


def list_renumbered(plan: RosterPlan) -> list[dict[str, Any]]:
    return [
        {
            "sheet": change.sheet,
            "row": change.row,
            "nama": change.nama,
            "before": before,
            "after": after,
        }
        for change in plan.renumbered
        for before, after in [shorten_apart(change.before["nip"], change.after["nip"])]
    ]


def describe_change(change: Change, plan: RosterPlan) -> dict[str, Any]:
    nips = shorten_apart(change.before.get("nip") or "", change.after.get("nip") or "")

    def show(values: Mapping[str, Any], nip: str) -> dict[str, Any]:
        readable = {column: plan.places[value] if column == "opd_id" else value for column, value in values.items()}
        return readable | {"nip": nip} if readable.get("nip") else readable

    return {
        "sheet": change.sheet,
        "row": change.row,
        "nama": change.nama,
        "kind": change.kind,
        "before": show(change.before, nips[0]),
        "after": show(change.after, nips[1]),
    }
