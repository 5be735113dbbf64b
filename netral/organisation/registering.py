"""Making an instansi known to this installation, and finding one."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.hot import Prepared
from netral.database.tables import Reader
from netral.errors import NetralError, NotFound
from netral.organisation.models import Instansi, Opd

KODE = re.compile(r"[A-Za-z0-9._-]{1,32}")


class KodeUnusable(NetralError):
    """A kode has 1 to 32 letters, digits, dots, hyphens and underscores; the argument is what was given."""


class KodeTaken(NetralError):
    """Another one has this kode (the argument)."""


class ZoneUnknown(NetralError):
    """No such IANA time zone (the argument)."""


class InstansiNotNamed(NetralError):
    """Several instansi live here and none was named."""


def make_instansi(session: Session, *, kode: str, nama: str, zona: str, now: datetime) -> Instansi:
    """Raises KodeUnusable, KodeTaken or ZoneUnknown. `zona` is an IANA name such as Asia/Makassar."""
    if not KODE.fullmatch(kode):
        raise KodeUnusable(kode)
    check_zone(zona)
    if session.scalar(select(Instansi.id).where(Instansi.kode == kode)):
        raise KodeTaken(kode)
    instansi = Instansi(kode=kode, nama=nama.strip(), zona=zona, created_at=now)
    session.add(instansi)
    session.flush()
    record(session, Act(None, now, instansi.id), action="instansi.made", object_kind="instansi", object_id=instansi.id)
    return instansi


def check_zone(zona: str) -> None:
    """Raises ZoneUnknown."""
    try:
        ZoneInfo(zona)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ZoneUnknown(zona) from error


def find_instansi(session: Session, kode: str | None) -> Instansi:
    """The one named, or the only one; raises NotFound or InstansiNotNamed."""
    statement = select(Instansi).order_by(Instansi.id)
    found = session.scalars(statement.where(Instansi.kode == kode) if kode else statement.limit(2)).all()
    if not found:
        raise NotFound("instansi", kode or "")
    if len(found) > 1:
        raise InstansiNotNamed
    return found[0]


def find_opd(session: Session, *, instansi_id: int, kode: str) -> Opd:
    """Raises NotFound."""
    opd = session.scalars(select(Opd).where(Opd.instansi_id == instansi_id, Opd.kode == kode)).one_or_none()
    if opd is None:
        raise NotFound("opd", kode)
    return opd


# On every page of who is not signed in: of the table, and put together once.
TWO_INSTANSI = Prepared(select(Instansi.__table__.c.nama, Instansi.__table__.c.zona).limit(2))


def find_only_instansi(session: Reader) -> tuple[str, str] | None:
    """Name and zone of the instansi when this installation serves a single one."""
    rows = TWO_INSTANSI.all(session)
    return (rows[0].nama, rows[0].zona) if len(rows) == 1 else None
