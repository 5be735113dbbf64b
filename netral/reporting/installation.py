"""The contents of this installation in numbers, for people who operate it; it names no person."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from netral.learning.periods.models import Period
from netral.organisation.models import Asn, Instansi, Opd


@dataclass(frozen=True, slots=True, kw_only=True)
class InstansiLine:
    """One instansi. `asn`: active people on the roster."""

    kode: str
    nama: str
    zona: str
    opd: int
    asn: int
    periods: int


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """The database. `kind`: sqlite or postgresql; `version` of the library or the server, such as 17.2."""

    kind: str
    version: str


def list_instansi(session: Session) -> tuple[InstansiLine, ...]:
    """List the instansi by name."""
    statement = select(
        Instansi.kode,
        Instansi.nama,
        Instansi.zona,
        count(select(func.count(Opd.id)).where(Opd.instansi_id == Instansi.id)).label("opd"),
        count(select(func.count(Asn.id)).where(Asn.instansi_id == Instansi.id, Asn.active.is_(True))).label("asn"),
        count(select(func.count(Period.id)).where(Period.instansi_id == Instansi.id)).label("periods"),
    )
    rows = session.execute(statement.order_by(Instansi.nama)).mappings()
    return tuple(InstansiLine(**row) for row in rows)


def count(statement: Select[int]) -> Any:
    return statement.correlate(Instansi).scalar_subquery()


def describe_database(session: Session) -> DatabaseFacts:
    dialect = session.connection().dialect
    parts = getattr(dialect, "server_version_info", None) or ()
    return DatabaseFacts(dialect.name, ".".join(map(str, parts)))
