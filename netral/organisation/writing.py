"""Bulk statements that write units and people; each a few statements, however many rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from netral.database.tables import insert
from netral.folding import search_key
from netral.organisation.models import Asn, Opd
from netral.organisation.units import Unit

Values = Mapping[str, Any]


def write_units(session: Session, instansi_id: int, units: Sequence[Unit]) -> dict[int, int]:
    """Makes new units, level by level; returns their negative ids with the ones they were given."""
    if not units:
        return {}
    rows = session.execute(select(Opd.id, Opd.path).where(Opd.instansi_id == instansi_id))
    paths: dict[int, str] = {row.id: row.path for row in rows}
    given: dict[int, int] = {}
    waiting = list(units)
    while waiting:
        level = [unit for unit in waiting if not is_waiting_for_parent(unit, given)]
        waiting = [unit for unit in waiting if is_waiting_for_parent(unit, given)]
        write_level(session, instansi_id, level, given, paths)
    return given


def is_waiting_for_parent(unit: Unit, given: Mapping[int, int]) -> bool:
    return unit.parent_id is not None and unit.parent_id < 0 and unit.parent_id not in given


def write_level(
    session: Session, instansi_id: int, units: Sequence[Unit], given: dict[int, int], paths: dict[int, str]
) -> None:
    """Units whose parents stand. Adds to `given` and to `paths`, the path of every unit by its id."""
    parents = {
        unit.kode: given.get(unit.parent_id, unit.parent_id) if unit.parent_id is not None else None for unit in units
    }
    values = [
        {
            "instansi_id": instansi_id,
            "kode": unit.kode,
            "nama": unit.nama,
            "jenis": unit.jenis,
            "parent_id": parents[unit.kode],
            "path": "",
        }
        for unit in units
    ]
    session.execute(insert(session, Opd), values)
    statement = select(Opd.kode, Opd.id).where(Opd.instansi_id == instansi_id, Opd.path == "")
    ids: dict[str, int] = {row.kode: row.id for row in session.execute(statement)}
    for unit in units:
        unit_id, parent = ids[unit.kode], parents[unit.kode]
        given[unit.id] = unit_id
        paths[unit_id] = f"{paths[parent] if parent is not None else ''}{unit_id}/"
    change = update(Opd).where(Opd.id == bindparam("unit")).values(path=bindparam("new_path"))
    rows = [{"unit": given[unit.id], "new_path": paths[given[unit.id]]} for unit in units]
    session.connection().execute(change, rows)


def write_people(session: Session, instansi_id: int, people: Sequence[Values], *, now: datetime) -> list[int]:
    """Inserts people and returns their ids in the same order."""
    if not people:
        return []
    last = session.scalar(select(func.max(Asn.id))) or 0
    blank = {"jabatan": "", "golongan": "", "email": "", "nip": None, "number": None}
    common = {"instansi_id": instansi_id, "active": True, "created_at": now, "updated_at": now}
    rows = [blank | dict(person) | {"nama_cari": search_key(person["nama"])} | common for person in people]
    session.execute(insert(session, Asn), rows)
    statement = select(Asn.id, Asn.nip, Asn.number).where(Asn.instansi_id == instansi_id, Asn.id > last)
    ids = {(row.nip, row.number): row.id for row in session.execute(statement)}
    return [ids[person.get("nip"), person.get("number")] for person in people]


def change_people(session: Session, changes: Iterable[tuple[int, Values]], *, now: datetime) -> None:
    """Write the given columns of the given people, in one statement for each set of columns.

    Nothing else updates `asn`, so a name and its search key never differ.
    """
    groups: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for asn_id, given in changes:
        values = dict(given) | ({"nama_cari": search_key(given["nama"])} if "nama" in given else {})
        groups[tuple(sorted(values))].append({"asn": asn_id} | {f"new_{name}": value for name, value in values.items()})
    for columns, rows in groups.items():
        named: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
        statement = update(Asn).where(Asn.id == bindparam("asn")).values(named | {"updated_at": now})
        session.connection().execute(statement, rows)
    session.expire_all()
