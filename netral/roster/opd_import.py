"""The tree of OPD from a table of kode, nama, jenis, induk: read, planned and applied as one.

SIASN's lists of units (`ref-unor`, HierarkiUnor) name each unit and the one above it by ids. They are read as they are:
a known unit keeps its kode, a new one gets a kode of its name, and both keep the id.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.errors import NetralError
from netral.folding import clean, find_forbidden, fold, fold_signs
from netral.organisation.instansi import KODE, lock_instansi
from netral.organisation.kinds import listed
from netral.organisation.models import Opd
from netral.organisation.units import UnitKind, UnitTree, guess_unit_kind, load_tree
from netral.roster.columns import ColumnNames, Header
from netral.roster.problems import CellProblem, Reason, name_rows
from netral.roster.reading import Unprintable, nothing
from netral.roster.tables import Gathered, ReadingReport, Table, gather, read_tables
from netral.sheets.refusals import FileWithoutUnits
from netral.sheets.rows import Row

OPD_COLUMNS = ColumnNames(
    variants={
        "kode": listed("kode, kode opd, kode unit, kode unit kerja, kode skpd, kode perangkat daerah"),
        "unor_id": listed("id, id unor, unor id"),
        "nama": listed(
            "nama, nama opd, nama unit, nama unit kerja, nama skpd, nama perangkat daerah, unit kerja, nama unor, "
            "namaunor, unor nama"
        ),
        "jenis": listed("jenis, jenis unit, jenis opd, tipe"),
        "induk": listed("induk, kode induk, induk kode, unit induk, parent"),
        "above_id": listed("id atasan, idatasan, diatasan id, diatasanid, unor atasan id, id unor atasan"),
    },
    needed=(("kode", "unor_id"), ("nama",)),
    usual={"kode": "kode", "nama": "nama", "jenis": "jenis", "induk": "induk"},
)
LONGEST_NAME = 200
SPOKEN_KINDS = {
    word: kind
    for kind, words in {
        UnitKind.OPD: (
            "dinas, badan, kantor, satuan, perangkat daerah, inspektorat, sekretariat daerah, sekretariat dprd, "
            "satpol pp"
        ),
        UnitKind.UPTD: "upt, uptb, puskesmas, pustu, balai, rsud, rumah sakit, rs",
        UnitKind.KECAMATAN: "distrik",
        UnitKind.KELURAHAN: "desa, lurah",
        UnitKind.SEKOLAH: "sd, smp, sma, smk, slb, tk, paud, satuan pendidikan",
        UnitKind.BIDANG: "bagian, seksi, subbagian, sub bagian, subbidang, sub bidang, sekretariat",
    }.items()
    for word in listed(words)
}
"""Words for kinds of units as offices write them."""


class OpdHasErrors(NetralError):
    """Some rows cannot be applied; the first argument is how many, the second the problems."""


@dataclass(frozen=True, slots=True)
class OpdRow:
    address: tuple[str, int]
    kode: str
    nama: str
    jenis: UnitKind
    induk: str
    unor_id: str = ""


@dataclass(frozen=True, slots=True)
class OpdPlan:
    """`rows` in an order in which every unit comes after the one above it."""

    rows: tuple[OpdRow, ...]
    errors: tuple[CellProblem, ...]
    report: ReadingReport


@dataclass(frozen=True, slots=True)
class OpdResult:
    added: int
    updated: int
    unchanged: int


def read_opd_file(
    session: Session, data: bytes, file_name: str, *, instansi_id: int, unprintable: Unprintable = nothing
) -> OpdPlan:
    """Read and plan a file; units that are not in it may be named as induk by their kode. Raises a FileRefused."""
    known = set(session.scalars(select(Opd.kode).where(Opd.instansi_id == instansi_id)))
    gathered = gather(read_tables(data, file_name, OPD_COLUMNS), find_empty)
    if not gathered.rows:
        sheet = gathered.report.sheets[0]
        raise FileWithoutUnits(sheet.header_row, sheet.name)
    if "kode" not in gathered.header.fields:
        gathered = give_kodes(gathered, load_tree(session, instansi_id=instansi_id))
    return plan_opd(gathered, known, unprintable=unprintable)


def give_kodes(gathered: Gathered, tree: UnitTree) -> Gathered:
    """Return the rows of a list of SIASN with kode and induk, which it lacks.

    A unit is known by its id, else by its name below the unit above it. The instansi itself is no unit, so the units
    below it become roots.
    """
    fields = gathered.header.fields
    above, found = fields.get("above_id"), dict(tree.by_unor)
    by_id = {row.cell(fields["unor_id"]): row for row in gathered.rows}
    own = {unor_id for unor_id, row in by_id.items() if tree.own.is_named(fold(row.cell(fields["nama"])))}
    waiting = {unor_id: row for unor_id, row in by_id.items() if unor_id not in own}
    while ready := [one for one, row in waiting.items() if row.cell(above) not in waiting]:
        for unor_id in ready:
            row = waiting.pop(unor_id)
            found[unor_id] = adopt(tree, row.cell(fields["nama"]), unor_id, found.get(row.cell(above)))
    kodes = {unor_id: tree.units[unit_id].kode for unor_id, unit_id in found.items()}
    return with_kodes(gathered, kodes, own)


def adopt(tree: UnitTree, nama: str, unor_id: str, parent: int | None) -> int:
    """Return the unit that a name of SIASN means below a parent; a new one is added to the tree."""
    known = tree.by_unor.get(unor_id.upper())
    if known is not None:
        return known
    same = [one for one in tree.children[parent] if fold(tree.units[one].nama) == fold(nama)]
    return same[0] if len(same) == 1 else tree.make(parent, nama)


def with_kodes(gathered: Gathered, kodes: Mapping[str, str], own: Collection[str]) -> Gathered:
    """Add the columns kode and induk. Rows in a circle have their id as kode, so that they are refused as a circle."""
    fields, width = gathered.header.fields, len(gathered.header.texts)
    rows = []
    for row in gathered.rows:
        unor_id, above = row.cell(fields["unor_id"]), row.cell(fields.get("above_id"))
        if unor_id in own:
            continue
        cells = row.cells + ("",) * (width - len(row.cells))
        induk = "" if above in own else kodes.get(above, above)
        rows.append(Row(row.number, (*cells, kodes.get(unor_id, unor_id), induk), row.sheet))
    texts = gathered.header.texts
    above_text = texts[fields["above_id"]] if "above_id" in fields else "induk"
    header = Header(
        gathered.header.first,
        gathered.header.last,
        (*texts, texts[fields["unor_id"]], above_text),
        {**fields, "kode": width, "induk": width + 1},
    )
    return Gathered(header, tuple(rows), gathered.report)


def find_empty(table: Table) -> list[int]:
    """Return the rows without an identity and without nama."""
    fields = table.header.fields
    columns = [fields[field] for field in ("kode", "unor_id", "nama") if field in fields]
    return [row.number for row in table.rows if not any(clean(row.cell(column)) for column in columns)]


def plan_opd(gathered: Gathered, known: Iterable[str], *, unprintable: Unprintable = nothing) -> OpdPlan:
    reader = OpdReader(gathered.header, unprintable)
    rows = [row for row in map(reader.read, gathered.rows) if row]
    reader.refuse_duplicates(rows)
    by_kode = {row.kode: row for row in rows}
    ordered = reader.order(by_kode, frozenset(known))
    return OpdPlan(tuple(ordered), gathered.report.in_order(reader.problems), gathered.report)


class OpdReader:
    def __init__(self, header: Header, unprintable: Unprintable) -> None:
        self.header = header
        self.unprintable = unprintable
        self.problems: list[CellProblem] = []

    def complain(self, address: tuple[str, int], field: str, value: str, reason: Reason, **data: Any) -> None:
        sheet, row = address
        self.problems.append(CellProblem(row, self.header.text(field) or field, value[:100], reason, data, sheet))

    def read(self, row: Row) -> OpdRow | None:
        kode, induk = (fold_signs(row.cell(self.header.fields.get(field))) for field in ("kode", "induk"))
        nama, jenis = (clean(row.cell(self.header.fields.get(field))) for field in ("nama", "jenis"))
        before = len(self.problems)
        if not KODE.fullmatch(kode):
            self.complain(row.address, "kode", kode, Reason.KODE_INVALID)
        if not nama:
            self.complain(row.address, "nama", nama, Reason.NAME_MISSING)
        elif forbidden := find_forbidden(nama):
            self.complain(row.address, "nama", nama, Reason.FORBIDDEN_CHARACTER, code=f"U+{ord(forbidden):04X}")
        elif len(nama) > LONGEST_NAME:
            self.complain(row.address, "nama", nama, Reason.TOO_LONG, limit=LONGEST_NAME)
        elif signs := self.unprintable(nama):
            self.complain(row.address, "nama", nama, Reason.NAME_UNPRINTABLE, signs="".join(sorted(signs)))
        unor_id = row.cell(self.header.fields.get("unor_id")).upper()
        kind = read_unit_kind(jenis) if jenis else guess_unit_kind(nama, is_root=not induk)
        if kind is None:
            known = [known.value for known in UnitKind]
            self.complain(row.address, "jenis", jenis, Reason.JENIS_UNKNOWN, known=known)
            return None
        return OpdRow(row.address, kode, nama, kind, induk, unor_id) if len(self.problems) == before else None

    def refuse_duplicates(self, rows: list[OpdRow]) -> None:
        places: dict[str, list[tuple[str, int]]] = {}
        for row in rows:
            places.setdefault(row.kode, []).append(row.address)
        for row in rows:
            if len(places[row.kode]) > 1:
                self.complain(row.address, "kode", row.kode, Reason.KODE_DUPLICATE, **name_rows(places[row.kode]))

    def order(self, by_kode: Mapping[str, OpdRow], known: frozenset[str]) -> list[OpdRow]:
        """Return the rows, parents first; a parent that is nowhere and a circle of parents are problems."""
        ordered: dict[str, OpdRow] = {}
        waiting = dict(by_kode)
        while waiting:
            ready = [row for row in waiting.values() if row.induk not in waiting]
            if not ready:
                for row in waiting.values():
                    self.complain(row.address, "induk", row.induk, Reason.PARENT_CIRCULAR)
                break
            for row in ready:
                del waiting[row.kode]
                if row.induk and row.induk not in by_kode and row.induk not in known:
                    self.complain(row.address, "induk", row.induk, Reason.PARENT_UNKNOWN)
                ordered[row.kode] = row
        return list(ordered.values())


def read_unit_kind(text: str) -> UnitKind | None:
    folded = fold(text)
    return next((kind for kind in UnitKind if kind.value == folded), SPOKEN_KINDS.get(folded))


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit that a plan adds or changes: its new row, and the one that stands, None for a new unit."""

    row: OpdRow
    stands: OpdRow | None


def list_units(session: Session, *, instansi_id: int) -> tuple[OpdRow, ...]:
    """List the units as a file names them, each after the one above it."""
    units = session.scalars(select(Opd).where(Opd.instansi_id == instansi_id)).all()
    kodes = {opd.id: opd.kode for opd in units}
    return tuple(
        OpdRow(("", 0), opd.kode, opd.nama, UnitKind(opd.jenis), kodes.get(opd.parent_id or 0, ""), opd.unor_id)
        for opd in sorted(units, key=lambda opd: [int(part) for part in opd.path.split("/")[:-1]])
    )


def list_changes(session: Session, plan: OpdPlan, *, instansi_id: int) -> tuple[UnitChange, ...]:
    """List the units that a plan adds or changes."""
    standing = {row.kode: row for row in list_units(session, instansi_id=instansi_id)}
    changes = (UnitChange(row, standing.get(row.kode)) for row in plan.rows)
    return tuple(each for each in changes if each.stands is None or differs(each.row, each.stands))


def differs(row: OpdRow, stands: OpdRow) -> bool:
    same = replace(row, address=stands.address, unor_id=row.unor_id or stands.unor_id)
    return same != stands


def apply_opd(session: Session, plan: OpdPlan, *, instansi_id: int, now: datetime, by: int | None) -> OpdResult:
    """Add and update units by kode; a unit that is not in the file stays. Raises OpdHasErrors.

    A unit that gets another parent takes everything below it along.
    """
    lock_instansi(session, instansi_id)
    if plan.errors:
        raise OpdHasErrors(len(plan.errors), plan.errors)
    units = {opd.kode: opd for opd in session.scalars(select(Opd).where(Opd.instansi_id == instansi_id))}
    added = updated = 0
    for row in plan.rows:
        parent = units[row.induk] if row.induk else None
        wanted = {"nama": row.nama, "jenis": row.jenis.value, "parent_id": parent.id if parent else None}
        wanted |= {"unor_id": row.unor_id} if row.unor_id else {}
        opd = units.get(row.kode)
        if opd is None:
            opd = units[row.kode] = Opd(instansi_id=instansi_id, kode=row.kode, path="", **wanted)
            session.add(opd)
            session.flush()
            added += 1
        elif any(getattr(opd, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(opd, name, value)
            updated += 1
    mend_paths(list(units.values()))
    session.flush()
    result = OpdResult(added, updated, len(plan.rows) - added - updated)
    if added or updated:
        record(
            session,
            Act(by, now, instansi_id),
            action="opd.imported",
            object_kind="instansi",
            object_id=instansi_id,
            detail={"added": added, "updated": updated},
        )
    return result


class UnitsInCircle(NetralError):
    """The file would make a unit stand below itself, together with the units that were there already."""


def mend_paths(units: list[Opd]) -> None:
    """Set the path of every unit from its parents. Raises UnitsInCircle."""
    by_id = {opd.id: opd for opd in units}
    for opd in units:
        ids: list[int] = []
        current: Opd | None = opd
        while current is not None:
            if current.id in ids:
                raise UnitsInCircle(current.kode)
            ids.append(current.id)
            current = by_id[current.parent_id] if current.parent_id is not None else None
        path = "".join(f"{unit_id}/" for unit_id in reversed(ids))
        if opd.path != path:
            opd.path = path
