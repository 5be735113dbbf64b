"""From people to a plan, and to its application, in one call: shared by the tests of importing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.organisation.models import Asn, Instansi, Opd
from netral.roster.applying import RosterResult, Upload, apply_roster
from netral.roster.planning import RosterPlan, plan_roster
from netral.roster.reading import RosterReading, read_roster_file
from tests.factories import NOW, the_instansi
from tests.roster.roster_generator import Person, lay_out, write_csv, write_workbook

TODAY = date(2029, 5, 2)
LATER = NOW + timedelta(hours=1)
UPLOAD = Upload("pegawai.xlsx", "0" * 64)


def read(people: Sequence[Person]) -> RosterReading:
    return read_roster_file(write_workbook(lay_out(people)), "pegawai.xlsx", today=TODAY)


def plan(session: Session, people: Sequence[Person], *, create_units: bool = False, **more: Any) -> RosterPlan:
    return plan_roster(
        session, instansi_id=the_instansi(session).id, reading=read(people), create_units=create_units, **more
    )


def plan_rows(session: Session, headings: Sequence[str], *rows: Sequence[str], **more: Any) -> RosterPlan:
    """Plan a table with an unusual layout."""
    reading = read_roster_file(write_csv([headings, *rows]), "pegawai.csv", today=TODAY)
    return plan_roster(session, instansi_id=the_instansi(session).id, reading=reading, **more)


def apply(
    session: Session, people: Sequence[Person], *, create_units: bool = True, now: datetime = NOW, **more: Any
) -> RosterResult:
    planned = plan(session, people, create_units=create_units)
    result = apply_roster(session, planned, upload=UPLOAD, now=now, by=None, **more)
    session.commit()
    return result


def roster(session: Session) -> dict[str, Mapping[str, Any]]:
    """Return NIP -> all columns of a person, with the unit by name."""
    statement = select(Asn, Opd.nama.label("unit")).join(Opd, Opd.id == Asn.opd_id)
    return {
        asn.nip or asn.number or "": {
            "nama": asn.nama,
            "jenis": asn.jenis,
            "jabatan": asn.jabatan,
            "golongan": asn.golongan,
            "email": asn.email,
            "unit": unit,
            "active": asn.active,
        }
        for asn, unit in session.execute(statement)
    }


def tree(session: Session) -> dict[str, str | None]:
    """Return name of every unit -> name of its parent; for units whose name is unique."""
    units = {opd.id: opd for opd in session.scalars(select(Opd))}
    return {opd.nama: units[opd.parent_id].nama if opd.parent_id else None for opd in units.values()}


def make_place(session: Session) -> Instansi:
    instansi = the_instansi(session)
    session.commit()
    return instansi
