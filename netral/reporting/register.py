"""The register of certificates: what was issued to whom, when, and whether it still counts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from netral.certificates.models import Certificate
from netral.certificates.proof.identifiers import MalformedCode, read_code
from netral.database.paging import Page, paginate
from netral.organisation.models import Asn
from netral.organisation.searching import finds
from netral.reporting.completion import read_period


class RegisterState(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Registered:
    """A certificate as its claims were frozen; `state` is of the day of reading."""

    public_id: str
    nomor: str
    nama: str
    opd: str
    issued_on: date
    valid_until: date | None
    state: RegisterState
    status_at: datetime | None
    reason: str


def list_certificates(
    session: Session,
    *,
    instansi_id: int,
    period_id: int,
    now: datetime,
    state: RegisterState | None = None,
    search: str = "",
    page: int = 1,
) -> Page[Registered]:
    """List certificates, the newest first. Raises NotFound for a foreign period.

    `search`: a code, else words that stand in a number or name, or digits of a NIP, as `finds` reads them.
    """
    zona = read_period(session, instansi_id=instansi_id, period_id=period_id).zona
    today = now.astimezone(ZoneInfo(zona)).date()
    statement = select_certificates(instansi_id, period_id, search=search)
    if state is not None:
        statement = statement.where(is_in_state(state, today))
    found = paginate(session, statement.order_by(Certificate.sequence.desc()), number=page)
    return found.map(lambda row: as_registered(row, today))


def select_certificates(instansi_id: int, period_id: int, *, search: str) -> Select[*tuple[Any, ...]]:
    statement = select(
        Certificate.public_id,
        Certificate.nomor,
        Certificate.nama,
        Certificate.opd,
        Certificate.issued_on,
        Certificate.valid_until,
        Certificate.status,
        Certificate.status_at,
        Certificate.status_reason,
    ).where(Certificate.instansi_id == instansi_id, Certificate.period_id == period_id)
    try:
        return statement.where(Certificate.public_id == read_code(search).public_id)
    except MalformedCode:
        found = finds(search, Certificate.nomor, Certificate.nama)
        return statement.join(Asn, Asn.id == Certificate.asn_id).where(found)


def as_registered(row: Row[*tuple[Any, ...]], today: date) -> Registered:
    return Registered(
        public_id=row.public_id,
        nomor=row.nomor,
        nama=row.nama,
        opd=row.opd,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        state=read_state(row.status, row.valid_until, today),
        status_at=row.status_at,
        reason=row.status_reason,
    )


def is_in_state(state: RegisterState, today: date) -> ColumnElement[bool]:
    """Expiry is computed: the last day itself still counts."""
    valid = Certificate.status == "valid"
    current = or_(Certificate.valid_until.is_(None), Certificate.valid_until >= today)
    if state is RegisterState.VALID:
        return and_(valid, current)
    if state is RegisterState.EXPIRED:
        return and_(valid, ~current)
    return Certificate.status == state.value


def read_state(status: str, valid_until: date | None, today: date) -> RegisterState:
    expired = status == "valid" and valid_until is not None and valid_until < today
    return RegisterState.EXPIRED if expired else RegisterState(status)
