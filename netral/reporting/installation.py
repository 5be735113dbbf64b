"""The contents of this installation in numbers, for people who operate it; it names no person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from netral.audit.events import INSTALLATION
from netral.audit.models import AuditEvent
from netral.jobs.models import Job
from netral.jobs.queue import FAILED, OPEN, SWEEP
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """The state of background work and of backups. `backup_at`: the last one; None before any."""

    waiting: int
    failed: int
    swept_at: datetime | None
    backup_at: datetime | None


def read_upkeep(session: Session) -> Upkeep:
    number = select(func.count(Job.id))
    swept = select(Job.finished_at).where(Job.kind == SWEEP, Job.state == OPEN)
    backups = select(func.max(AuditEvent.at)).where(
        AuditEvent.chain == INSTALLATION, AuditEvent.action == "backup.made"
    )
    return Upkeep(
        waiting=session.scalar(number.where(Job.state == OPEN, Job.repeats.is_(False))) or 0,
        failed=session.scalar(number.where(Job.state == FAILED)) or 0,
        swept_at=session.scalar(swept),
        backup_at=session.scalar(backups),
    )


def describe_database(session: Session) -> DatabaseFacts:
    dialect = session.connection().dialect
    parts = getattr(dialect, "server_version_info", None) or ()
    return DatabaseFacts(dialect.name, ".".join(map(str, parts)))
