"""The people a version of a circular addresses: those on the roster now, by subtrees of units and kinds of ASN."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.organisation.models import Asn, Opd
from netral.pledges.circulars.models import CircularVersion


@dataclass(frozen=True, slots=True)
class Person:
    """The facts about a person that decide what addresses them. `path` is that of their unit: `7/31/`."""

    asn_id: int
    instansi_id: int
    kind: str
    path: str
    active: bool


def find_person(session: Session, asn_id: int) -> Person:
    """Return a person of the roster. Raises NotFound."""
    statement = select(Asn.id, Asn.instansi_id, Asn.jenis, Opd.path, Asn.active).join(Opd, Opd.id == Asn.opd_id)
    row = session.execute(statement.where(Asn.id == asn_id)).one_or_none()
    if row is None:
        raise NotFound("asn", asn_id)
    return Person(*row)


def addresses(version: CircularVersion, person: Person) -> bool:
    """Return whether a version addresses a person. The path of a unit holds the ids of all units above it."""
    below = {int(part) for part in person.path.split("/") if part}
    return (
        person.active
        and version.instansi_id == person.instansi_id
        and (not version.kinds or person.kind in version.kinds)
        and (not version.units or not below.isdisjoint(version.units))
    )


def is_addressed(session: Session, version: CircularVersion) -> ColumnElement[bool]:
    """Return the same rule as a condition for rows of Asn joined with their Opd."""
    kinds = Asn.jenis.in_(version.kinds) if version.kinds else true()
    return and_(Asn.instansi_id == version.instansi_id, Asn.active, kinds, is_below(session, version.units))


def is_below(session: Session, units: list[int]) -> ColumnElement[bool]:
    if not units:
        return true()
    paths = session.scalars(select(Opd.path).where(Opd.id.in_(units)))
    return or_(false(), *(Opd.path.startswith(path, autoescape=True) for path in paths))


def count_audience(session: Session, version: CircularVersion) -> int:
    addressed = select(func.count(Asn.id)).join(Opd, Opd.id == Asn.opd_id).where(is_addressed(session, version))
    return session.scalar(addressed) or 0


def name_units(session: Session, version: CircularVersion) -> tuple[tuple[str, str], ...]:
    """Return kode and name of the units that a version addresses, by name; none for the whole instansi."""
    statement = select(Opd.kode, Opd.nama).where(Opd.id.in_(version.units), Opd.instansi_id == version.instansi_id)
    return tuple((kode, nama) for kode, nama in session.execute(statement.order_by(Opd.nama, Opd.id)))
