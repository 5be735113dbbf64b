"""Bulk statements that write units and people; each a few statements, however many rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from netral.database import insert
from netral.errors import NotFound
from netral.organisation.models import Asn, Instansi, Opd
from netral.organisation.units import Unit

Values = Mapping[str, Any]


def lock_organisation(session: Session, instansi_id: int) -> None:
    """Who changes the roster or the units of an instansi goes one after the other. Raises NotFound."""
    statement = select(Instansi.id).where(Instansi.id == instansi_id).with_for_update(key_share=True)
    if session.execute(statement).one_or_none() is None:
        raise NotFound("instansi", instansi_id)


def write_units(session: Session, instansi_id: int, units: Iterable[Unit]) -> dict[int, int]:
    """Makes new units, those above before those below; returns their negative ids with the ones they were given."""
    given: dict[int, int] = {}
    rows = session.execute(select(Opd.id, Opd.path).where(Opd.instansi_id == instansi_id))
    paths: dict[int, str] = {row.id: row.path for row in rows}
    for unit in units:
        parent = given.get(unit.parent_id, unit.parent_id) if unit.parent_id is not None else None
        opd = Opd(instansi_id=instansi_id, kode=unit.kode, nama=unit.nama, jenis=unit.jenis, parent_id=parent, path="")
        session.add(opd)
        session.flush()
        opd.path = paths[opd.id] = f"{paths[parent] if parent is not None else ''}{opd.id}/"
        given[unit.id] = opd.id
    session.flush()
    return given


def write_people(session: Session, instansi_id: int, people: Sequence[Values], *, now: datetime) -> list[int]:
    """Inserts people and returns their ids in the same order."""
    if not people:
        return []
    last = session.scalar(select(func.max(Asn.id))) or 0
    blank = {"jabatan": "", "golongan": "", "email": "", "nip": None, "number": None}
    common = {"instansi_id": instansi_id, "active": True, "created_at": now, "updated_at": now}
    session.execute(insert(session, Asn), [blank | dict(person) | common for person in people])
    statement = select(Asn.id, Asn.nip, Asn.number).where(Asn.instansi_id == instansi_id, Asn.id > last)
    ids = {(row.nip, row.number): row.id for row in session.execute(statement)}
    return [ids[person.get("nip"), person.get("number")] for person in people]


def change_people(session: Session, changes: Iterable[tuple[int, Values]], *, now: datetime) -> None:
    """Writes the given columns of the given people: one statement for each set of columns."""
    groups: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for asn_id, values in changes:
        groups[tuple(sorted(values))].append({"asn": asn_id} | {f"new_{name}": value for name, value in values.items()})
    for columns, rows in groups.items():
        named: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
        statement = update(Asn).where(Asn.id == bindparam("asn")).values(named | {"updated_at": now})
        session.connection().execute(statement, rows)
    session.expire_all()
