"""Reading certificates as stored."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from netral.certificates.models import Certificate
from netral.certificates.proof.verification import Record
from netral.database.hot import Prepared
from netral.database.tables import Reader
from netral.organisation.models import Instansi

CERTIFICATE, INSTANSI = Certificate.__table__, Instansi.__table__
COLUMNS = (
    CERTIFICATE.c.public_id,
    CERTIFICATE.c.nama,
    CERTIFICATE.c.nip_akhir,
    CERTIFICATE.c.opd,
    CERTIFICATE.c.nomor,
    CERTIFICATE.c.instansi,
    CERTIFICATE.c.periode,
    CERTIFICATE.c.period_number,
    CERTIFICATE.c.score,
    CERTIFICATE.c.issued_on,
    CERTIFICATE.c.valid_until,
    CERTIFICATE.c.edition_hash,
    CERTIFICATE.c.payload,
    CERTIFICATE.c.key_id,
    CERTIFICATE.c.signed,
    CERTIFICATE.c.issued_at,
    CERTIFICATE.c.status,
    CERTIFICATE.c.status_at,
    CERTIFICATE.c.pdf_hash,
    CERTIFICATE.c.signatory_name,
    CERTIFICATE.c.signatory_title,
    CERTIFICATE.c.emblem,
    INSTANSI.c.zona,
)


def select_records() -> Select[*tuple[Any, ...]]:
    return select(*COLUMNS).select_from(CERTIFICATE.join(INSTANSI, INSTANSI.c.id == CERTIFICATE.c.instansi_id))


BY_ID = Prepared(select_records().where(CERTIFICATE.c.public_id == bindparam("public_id")))
BY_ID_WITHIN = Prepared(BY_ID.statement.where(CERTIFICATE.c.instansi_id == bindparam("instansi_id")))


def find_record(session: Reader, public_id: str, *, instansi_id: int | None = None) -> Record | None:
    """One indexed statement, hit or miss; of any instansi or of one. `public_id` as `read_code` gives it."""
    if instansi_id is None:
        row = BY_ID.first(session, public_id=public_id)
    else:
        row = BY_ID_WITHIN.first(session, public_id=public_id, instansi_id=instansi_id)
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
