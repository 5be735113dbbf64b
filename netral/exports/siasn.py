"""Parts of SIASN's riwayat kursus: which certificates are due, and what was handed over.

An officer makes parts, downloads them, enters them into SIASN, and marks each as sent. A certificate stands in one part
only. One that is withdrawn afterwards is left out of the files of its part unless the part was sent before, and is
listed as a correction, since SIASN may have it, until an officer marks it as done.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from netral.audit.events import Act, record
from netral.certificates.issue.issuing import VALID
from netral.certificates.models import Certificate
from netral.database.tables import insert
from netral.errors import NetralError, NotFound
from netral.exports.models import SiasnCorrection, SiasnExport, SiasnPart
from netral.learning.periods.reading import choose_period
from netral.organisation.instansi import lock_instansi
from netral.organisation.models import Asn

PART_SIZE = 500
# The kind of the job that makes the PDFs of certificates in parts.
SIASN = "siasn"


class SiasnIdMissing(NetralError):
    """SIASN wants the number that it has given the instansi, and none is set."""


class NothingToExport(NetralError):
    """Every certificate of the period that SIASN can take stands in a part already."""


class PartSent(NetralError):
    """The part is marked as sent already; the argument is its number."""


@dataclass(frozen=True, slots=True)
class Due:
    """Valid certificates that stand in no part yet: those that can, and those that lack what SIASN wants."""

    ready: int
    without_nip: int
    without_hours: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part. `filed`: how many of its `size` certificates wait for no PDF. `withdrawn`: how many no longer count."""

    id: int
    period_id: int
    number: int
    made_at: datetime
    sent_at: datetime | None
    size: int
    filed: int
    withdrawn: int

    @property
    def ready(self) -> bool:
        return self.filed == self.size


@dataclass(frozen=True, slots=True)
class Correction:
    """A certificate that was withdrawn after it had been put into a part; `successor` is the number of the new one.

    `done_at`: when an officer marked it as put right in SIASN.
    """

    public_id: str
    nomor: str
    nama: str
    part: int
    sent_at: datetime | None
    status: str
    status_at: datetime | None
    successor: str | None
    done_at: datetime | None


def waits(period_id: int) -> ColumnElement[bool]:
    exported = exists().where(SiasnExport.certificate_id == Certificate.id)
    return (Certificate.period_id == period_id) & (Certificate.status == VALID) & ~exported


# A part that was sent keeps what it had then; before that, what is withdrawn is no longer in its files.
IN_FILES = or_(Certificate.status == VALID, Certificate.status_at > SiasnPart.sent_at)
UNFILED = IN_FILES & Certificate.pdf_hash.is_(None)
FILED = func.coalesce(func.sum(case((UNFILED, 0), else_=1)), 0)
HAS_NIP = Asn.nip.is_not(None)
HAS_HOURS = Certificate.jp.is_not(None) & Certificate.jenis_diklat.is_not(None)


def count_due(session: Session, *, period_id: int) -> Due:
    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    statement = select(count(HAS_NIP & HAS_HOURS), count(~HAS_NIP), count(HAS_NIP & ~HAS_HOURS))
    statement = statement.join_from(Certificate, Asn, Asn.id == Certificate.asn_id).where(waits(period_id))
    ready, without_nip, without_hours = session.execute(statement).one()
    return Due(int(ready), int(without_nip), int(without_hours))


def make_parts(session: Session, act: Act, *, kode: str, most: int = PART_SIZE) -> tuple[int, ...]:
    """Put every certificate that is ready into parts of at most `most` and return the numbers of these parts.

    Officers take turns by the lock of the instansi. Raises NotFound, SiasnIdMissing, NothingToExport.
    """
    instansi = lock_instansi(session, act.instansi_id)
    period = choose_period(session, instansi_id=instansi.id, kode=kode, now=act.now)
    if not instansi.siasn_id:
        raise SiasnIdMissing(instansi.id)
    ready = select(Certificate.id).join(Asn, Asn.id == Certificate.asn_id).where(waits(period.id), HAS_NIP, HAS_HOURS)
    certificates = session.scalars(ready.order_by(Certificate.sequence)).all()
    if not certificates:
        raise NothingToExport(kode)
    last = session.scalar(select(func.max(SiasnPart.number)).where(SiasnPart.period_id == period.id)) or 0
    numbers = []
    for number, start in enumerate(range(0, len(certificates), most), start=last + 1):
        chosen = certificates[start : start + most]
        write_part_rows(session, act, period_id=period.id, number=number, certificates=chosen)
        numbers.append(number)
    detail = {"kode": kode, "count": len(certificates), "parts": ", ".join(map(str, numbers))}
    record(session, act, action="siasn.parts_made", object_kind="period", object_id=period.id, detail=detail)
    return tuple(numbers)


def write_part_rows(session: Session, act: Act, *, period_id: int, number: int, certificates: Sequence[int]) -> None:
    part = SiasnPart(
        instansi_id=act.instansi_id, period_id=period_id, number=number, made_at=act.now, made_by=act.actor_id
    )
    session.add(part)
    session.flush()
    rows = [{"certificate_id": each, "instansi_id": act.instansi_id, "part_id": part.id} for each in certificates]
    session.execute(insert(session, SiasnExport), rows)


def mark_sent(session: Session, act: Act, *, part_id: int) -> Part:
    """Mark a part as entered into SIASN, which is said once. Raises NotFound, PartSent."""
    instansi = lock_instansi(session, act.instansi_id)
    part = get_part(session, instansi_id=instansi.id, part_id=part_id)
    if part.sent_at is not None:
        raise PartSent(part.number)
    session.execute(update(SiasnPart).where(SiasnPart.id == part.id).values(sent_at=act.now, sent_by=act.actor_id))
    detail = {"number": part.number, "count": part.size}
    record(session, act, action="siasn.part_sent", object_kind="period", object_id=part.period_id, detail=detail)
    return part


def list_parts(session: Session, *, period_id: int) -> tuple[Part, ...]:
    statement = select_parts().where(SiasnPart.period_id == period_id).order_by(SiasnPart.number)
    return tuple(Part(*row) for row in session.execute(statement))


def get_part(session: Session, *, instansi_id: int, part_id: int) -> Part:
    """Return a part of this instansi. Raises NotFound."""
    found = session.execute(
        select_parts().where(SiasnPart.instansi_id == instansi_id, SiasnPart.id == part_id)
    ).one_or_none()
    if found is None:
        raise NotFound("bagian SIASN", part_id)
    return Part(*found)


def select_parts() -> Select[*tuple[Any, ...]]:
    columns = (SiasnPart.id, SiasnPart.period_id, SiasnPart.number, SiasnPart.made_at, SiasnPart.sent_at)
    withdrawn = func.sum(case((Certificate.status == VALID, 0), else_=1))
    return (
        select(*columns, func.count(), FILED, withdrawn)
        .join(SiasnExport, SiasnExport.part_id == SiasnPart.id)
        .join(Certificate, Certificate.id == SiasnExport.certificate_id)
        .group_by(*columns)
    )


def list_corrections(session: Session, *, period_id: int) -> tuple[Correction, ...]:
    """List what SIASN may have although it no longer counts: open ones first, then the latest withdrawal."""
    successor = aliased(Certificate)
    statement = (
        select(
            Certificate.public_id,
            Certificate.nomor,
            Certificate.nama,
            SiasnPart.number,
            SiasnPart.sent_at,
            Certificate.status,
            Certificate.status_at,
            successor.nomor,
            SiasnCorrection.done_at,
        )
        .join(SiasnExport, SiasnExport.certificate_id == Certificate.id)
        .join(SiasnPart, SiasnPart.id == SiasnExport.part_id)
        .outerjoin(successor, successor.id == Certificate.successor_id)
        .outerjoin(SiasnCorrection, SiasnCorrection.certificate_id == Certificate.id)
        .where(SiasnPart.period_id == period_id, Certificate.status != VALID)
        .order_by(SiasnCorrection.done_at.is_not(None), Certificate.status_at.desc(), Certificate.id)
    )
    return tuple(Correction(*row) for row in session.execute(statement))


def mark_corrected(session: Session, act: Act, *, period_id: int, public_ids: Collection[str]) -> int:
    """Mark corrections as put right in SIASN and return how many were not marked before."""
    instansi = lock_instansi(session, act.instansi_id)
    statement = (
        select(Certificate.id)
        .join(SiasnExport, SiasnExport.certificate_id == Certificate.id)
        .join(SiasnPart, SiasnPart.id == SiasnExport.part_id)
        .where(SiasnPart.instansi_id == instansi.id, SiasnPart.period_id == period_id)
        .where(Certificate.status != VALID, Certificate.public_id.in_(public_ids))
        .where(~exists().where(SiasnCorrection.certificate_id == Certificate.id))
    )
    rows = [
        {"certificate_id": each, "instansi_id": instansi.id, "done_at": act.now, "done_by": act.actor_id}
        for each in session.scalars(statement)
    ]
    if rows:
        session.execute(insert(session, SiasnCorrection), rows)
        detail = {"count": len(rows)}
        record(session, act, action="siasn.corrected", object_kind="period", object_id=period_id, detail=detail)
    return len(rows)
