"""Bulk statements that write units and people; few statements, however many rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from netral.database.tables import insert
from netral.folding import search_key
from netral.organisation.membership import keep_places, write_first_stays
from netral.organisation.models import Asn, Opd
from netral.organisation.units import Unit

Values = Mapping[str, Any]


def write_units(session: Session, instansi_id: int, units: Sequence[Unit]) -> dict[int, int]:
    """Make new units, level by level; return their negative ids with the ones they were given."""
    rows = session.execute(select(Opd.id, Opd.path).where(Opd.instansi_id == instansi_id)).all() if units else ()
    paths: dict[int | None, str] = {None: ""} | {row.id: row.path for row in rows}
    given: dict[int | None, int] = {}
    waiting = list(units)
    while waiting:
        made = {
            unit.id: Opd(
                instansi_id=instansi_id,
                kode=unit.kode,
                nama=unit.nama,
                jenis=unit.jenis,
                parent_id=given.get(unit.parent_id, unit.parent_id),
                path="",
            )
            for unit in waiting
            if unit.parent_id is None or unit.parent_id > 0 or unit.parent_id in given
        }
        session.add_all(made.values())
        session.flush()
        for unit_id, opd in made.items():
            given[unit_id] = opd.id
            opd.path = paths[opd.id] = f"{paths[opd.parent_id]}{opd.id}/"
        waiting = [unit for unit in waiting if unit.id not in given]
    session.flush()
    return {unit.id: given[unit.id] for unit in units}


def write_people(session: Session, instansi_id: int, people: Sequence[Values], *, now: datetime) -> list[int]:
    """Insert people, each with a dated place from today on, and return their ids in the same order."""
    if not people:
        return []
    last = session.scalar(select(func.max(Asn.id))) or 0
    blank = {"jabatan": "", "golongan": "", "email": "", "siasn_id": "", "nip": None, "number": None}
    common = {"instansi_id": instansi_id, "active": True, "created_at": now, "updated_at": now}
    rows = [blank | dict(person) | {"nama_cari": search_key(person["nama"])} | common for person in people]
    session.execute(insert(session, Asn), rows)
    write_first_stays(session, instansi_id, last=last, now=now)
    statement = select(Asn.id, Asn.nip, Asn.number).where(Asn.instansi_id == instansi_id, Asn.id > last)
    ids = {(row.nip, row.number): row.id for row in session.execute(statement)}
    return [ids[person.get("nip"), person.get("number")] for person in people]


def change_people(session: Session, changes: Iterable[tuple[int, Values]], *, now: datetime) -> None:
    """Write the given columns of the given people, in one statement for each set of columns.

    Nothing else updates `asn`, so a name and its search key never differ, nor the unit of today and the dated places.
    """
    changes = list(changes)
    keep_places(session, changes, now=now)
    groups: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for asn_id, given in changes:
        values = dict(given) | ({"nama_cari": search_key(given["nama"])} if "nama" in given else {})
        groups[tuple(sorted(values))].append({"asn": asn_id} | {f"new_{name}": value for name, value in values.items()})
    for columns, rows in groups.items():
        named: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
        statement = update(Asn).where(Asn.id == bindparam("asn")).values(named | {"updated_at": now})
        session.connection().execute(statement, rows)
    session.expire_all()


def write_unor_ids(session: Session, unor_ids: Mapping[int, str]) -> None:
    """Write the ids that SIASN gave to units."""
    if unor_ids:
        rows = [{"unit": unit_id, "given": unor_id} for unit_id, unor_id in unor_ids.items()]
        statement = update(Opd).where(Opd.id == bindparam("unit")).values(unor_id=bindparam("given"))
        session.connection().execute(statement, rows)
        session.expire_all()
