"""Reading certificates as stored."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from netral.certificates.models import Certificate
from netral.certificates.proof.verification import Record
from netral.database.hot import PreparedQuery
from netral.database.tables import Reader
from netral.learning.periods.models import Enrolment
from netral.organisation.models import Instansi

CERTIFICATE, INSTANSI = Certificate.__table__, Instansi.__table__
NAMES = tuple(field.name for field in fields(Record))
COLUMNS = tuple(INSTANSI.c.zona if name == "zona" else CERTIFICATE.c[name] for name in NAMES)


def select_records() -> Select[*tuple[Any, ...]]:
    return select(*COLUMNS).select_from(CERTIFICATE.join(INSTANSI, INSTANSI.c.id == CERTIFICATE.c.instansi_id))


def find_record(session: Reader, public_id: str, *, instansi_id: int | None = None) -> Record | None:
    """Return a record of one instansi or of any, in one indexed statement. `public_id` as `read_code` returns it."""
    if instansi_id is None:
        return BY_ID.first(session, public_id=public_id)
    within = select_records().where(CERTIFICATE.c.public_id == public_id, CERTIFICATE.c.instansi_id == instansi_id)
    row = session.execute(within).one_or_none()
    return None if row is None else as_record(row)


def first_issued() -> Any:
    """Return the day on which the first certificate of the same course was issued.

    One that is reissued next year, with other JP or another name, attests a course of this year.
    """
    earlier = aliased(Certificate)
    same = (earlier.enrolment_id == Certificate.enrolment_id) & (earlier.attempt_id == Certificate.attempt_id)
    return select(func.min(earlier.issued_on)).where(same).correlate(Certificate).scalar_subquery()


def is_held_by(asn_id: int) -> ColumnElement[bool]:
    """Return a condition: the certificate is this person's. It asks by the enrolment, which has an index."""
    return Certificate.enrolment_id.in_(select(Enrolment.id).where(Enrolment.asn_id == asn_id))


def list_own(session: Session, *, asn_id: int) -> tuple[Record, ...]:
    """List every certificate of a person, the newest first."""
    own = select_records().where(is_held_by(asn_id))
    rows = session.execute(own.order_by(CERTIFICATE.c.issued_at.desc(), CERTIFICATE.c.id.desc()))
    return tuple(map(as_record, rows))


def as_record(row: Sequence[Any]) -> Record:
    """Return the record in a row that begins with the columns of `select_records`."""
    return Record(**dict(zip(NAMES, row, strict=False)))


BY_ID = PreparedQuery(select_records().where(CERTIFICATE.c.public_id == bindparam("public_id")), as_record)
