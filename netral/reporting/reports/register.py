"""The register of certificates: the holder, the date of issue and the state of each."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.certificates.models import Certificate
from netral.certificates.proof.identifiers import MalformedCode, read_code
from netral.certificates.proof.payload import make_address
from netral.database.paging import Page, paginate
from netral.indonesian import number
from netral.organisation.models import Asn
from netral.organisation.searching import finds
from netral.reporting.report import (
    Asked,
    Column,
    Kind,
    Notes,
    PeriodFacts,
    Report,
    find_period,
    period_notes,
    read_period,
    tabulate,
)


class RegisterState(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


STATE_WORDS = {
    RegisterState.VALID: "Berlaku",
    RegisterState.EXPIRED: "Habis masa berlaku",
    RegisterState.SUPERSEDED: "Diganti",
    RegisterState.REVOKED: "Dicabut",
}


@dataclass(frozen=True, slots=True)
class Registered:
    """A certificate with its frozen claims; `state` is that of the day of reading, `link` the public page for files."""

    public_id: str
    nomor: str
    nama: str
    opd: str
    issued_on: date
    valid_until: date | None
    state: RegisterState
    status_at: datetime | None
    reason: str
    link: str = ""

    @property
    def status(self) -> str:
        return STATE_WORDS[self.state]


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
    zona = find_period(session, instansi_id=instansi_id, period_id=period_id).zona
    today = now.astimezone(ZoneInfo(zona)).date()
    statement = select_certificates(instansi_id, period_id, search=search)
    if state is not None:
        statement = statement.where(is_in_state(state, today))
    found = paginate(session, statement.order_by(Certificate.sequence.desc()), number=page)
    return found.map(lambda row: as_registered(row, today))


def select_certificates(instansi_id: int, period_id: int, *, search: str = "") -> Select[*tuple[Any, ...]]:
    statement = select(
        Certificate.public_id,
        Certificate.nomor,
        Certificate.nama,
        Certificate.opd,
        Certificate.issued_on,
        Certificate.valid_until,
        Certificate.status,
        Certificate.status_at,
        Certificate.status_reason.label("reason"),
    ).where(Certificate.instansi_id == instansi_id, Certificate.period_id == period_id)
    try:
        return statement.where(Certificate.public_id == read_code(search).public_id)
    except MalformedCode:
        found = finds(search, Certificate.nomor, Certificate.nama)
        return statement.join(Asn, Asn.id == Certificate.asn_id).where(found)


def as_registered(row: Row[*tuple[Any, ...]], today: date, base_url: str = "") -> Registered:
    values = row._asdict()
    state = read_state(values.pop("status"), row.valid_until, today)
    return Registered(**values, state=state, link=make_address(base_url, row.public_id))


def is_in_state(state: RegisterState, today: date) -> ColumnElement[bool]:
    """Return a condition for a state. Expiry is computed: the last day itself still counts."""
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


COLUMNS = (
    Column("Nomor", "nomor", width=34),
    Column("Nama", "nama", width=36),
    Column("Unit kerja", "opd", width=44),
    Column("Terbit", "issued_on", Kind.DAY, 14),
    Column("Berlaku sampai", "valid_until", Kind.DAY, 14, absent="tanpa batas"),
    Column("Status", "status", width=20, meaning="Keadaannya pada saat data diambil."),
    Column("Status sejak", "status_at", Kind.INSTANT, 20),
    Column("Alasan", "reason", width=44),
    Column("Tautan periksa", "link", width=60, meaning="Halaman yang memeriksa sertifikat ini, untuk siapa pun."),
)


@dataclass(frozen=True, slots=True)
class Register:
    period: PeriodFacts
    as_of: datetime
    certificates: tuple[Registered, ...]


def read(session: Session, asked: Asked) -> Register:
    period = read_period(session, asked)
    today = asked.now.astimezone(ZoneInfo(period.zona)).date()
    statement = select_certificates(period.instansi_id, period.period_id).order_by(Certificate.sequence.desc())
    rows = session.execute(statement)
    return Register(period, asked.now, tuple(as_registered(row, today, asked.base_url) for row in rows))


def register_notes(found: Register) -> Notes:
    return [*period_notes(found.period, found.as_of), ("Sertifikat", number(len(found.certificates)))]


REGISTER = Report(
    code="sertifikat",
    title="Daftar sertifikat",
    permission=Permission.VIEW_REGISTER,
    read=read,
    tables=lambda found: (tabulate(COLUMNS, found.certificates),),
    notes=register_notes,
    file=lambda found: f"sertifikat-{found.period.kode}",
)
