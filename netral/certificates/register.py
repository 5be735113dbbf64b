"""Reading certificates as stored."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from netral.certificates.models import Certificate
from netral.certificates.verification import Record
from netral.organisation.models import Instansi

COLUMNS = (
    Certificate.public_id,
    Certificate.nama,
    Certificate.nip_akhir,
    Certificate.opd,
    Certificate.nomor,
    Certificate.instansi,
    Certificate.periode,
    Certificate.period_number,
    Certificate.score,
    Certificate.issued_on,
    Certificate.valid_until,
    Certificate.edition_hash,
    Certificate.payload,
    Certificate.key_id,
    Certificate.signed,
    Certificate.issued_at,
    Certificate.status,
    Certificate.status_at,
    Certificate.pdf_hash,
    Certificate.signatory_name,
    Certificate.signatory_title,
    Certificate.emblem,
    Instansi.zona,
)


def select_records() -> Select[*tuple[Any, ...]]:
    return select(*COLUMNS).join(Instansi, Instansi.id == Certificate.instansi_id)


def find_record(session: Session, public_id: str, *, instansi_id: int | None = None) -> Record | None:
    """One indexed statement, hit or miss; of any instansi or of one. `public_id` as `read_code` gives it."""
    statement = select_records().where(Certificate.public_id == public_id)
    if instansi_id is not None:
        statement = statement.where(Certificate.instansi_id == instansi_id)
    row = session.execute(statement).one_or_none()
    return None if row is None else as_record(row)


def list_own(session: Session, *, asn_id: int) -> tuple[Record, ...]:
    """Every certificate of a person, the newest first."""
    return as_records(session.execute(select_records().where(Certificate.asn_id == asn_id).order_by(*NEWEST)).all())


NEWEST = (Certificate.issued_at.desc(), Certificate.id.desc())


def as_records(rows: Sequence[Row[*tuple[Any, ...]]]) -> tuple[Record, ...]:
    return tuple(map(as_record, rows))


def as_record(row: Row[*tuple[Any, ...]]) -> Record:
    return Record(
        public_id=row.public_id,
        name=row.nama,
        nip_last=row.nip_akhir,
        opd=row.opd,
        nomor=row.nomor,
        instansi=row.instansi,
        period=row.periode,
        period_number=row.period_number,
        score=row.score,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        edition_hash=row.edition_hash,
        payload=bytes(row.payload),
        key_id=read_key_id(row.key_id),
        signature=bytes(row.signed),
        issued_at=row.issued_at,
        status=row.status,
        status_at=row.status_at,
        zone=row.zona,
        pdf_hash=row.pdf_hash,
        signatory_name=row.signatory_name,
        signatory_title=row.signatory_title,
        emblem=row.emblem,
    )


def read_key_id(text: str) -> bytes:
    """A damaged row is judged, not an error of the server: no key has an empty id."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
