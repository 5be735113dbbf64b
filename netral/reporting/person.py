"""All that officers see of one person: place, history, periods, certificates, exemptions, corrections. Never a score.

The page opens to officers whose reach holds the person's own unit, or the unit that counts them while they are
seconded, since its lists name them already. People who left are found in `list_departed`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.accounts.directory import covers
from netral.certificates.issue.register import is_held_by
from netral.certificates.models import Certificate
from netral.corrections.claims import CorrectedField
from netral.corrections.claims import State as CorrectionState
from netral.corrections.models import Correction
from netral.database.paging import Page, paginate
from netral.errors import NotFound
from netral.learning.periods.enrolments import Standing
from netral.learning.periods.models import Enrolment, Exemption, Period
from netral.organisation.careers import Career, read_career
from netral.organisation.membership import DepartureKind
from netral.organisation.models import Asn, Departure, Opd
from netral.organisation.numbers import last_digits
from netral.organisation.searching import finds
from netral.reporting.counts import State, state_of
from netral.reporting.reports.register import RegisterState, read_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person's entry. `nip_akhir`: the last three digits; `counted_in`: the unit that counts them instead, if any."""

    asn_id: int
    instansi_id: int
    nama: str
    nip_akhir: str
    number: str
    jenis: str
    jabatan: str
    golongan: str
    unit: str
    unit_kode: str
    counted_in: str
    active: bool


@dataclass(frozen=True, slots=True)
class EnrolledIn:
    """A period of the person: where they count in it, and how far they are."""

    kode: str
    nama: str
    unit: str
    standing: Standing
    state: State
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Certified:
    public_id: str
    nomor: str
    periode: str
    issued_on: date
    state: RegisterState


@dataclass(frozen=True, slots=True)
class Exempted:
    periode: str
    document: str
    reason: str
    at: datetime
    valid_to: date | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Corrected:
    id: int
    field: CorrectedField
    state: CorrectionState
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class PersonFile:
    """A person with all that is kept about them, the newest first except for the dated places."""

    identity: Identity
    career: Career
    enrolments: tuple[EnrolledIn, ...]
    certificates: tuple[Certified, ...]
    exemptions: tuple[Exempted, ...]
    corrections: tuple[Corrected, ...]


@dataclass(frozen=True, slots=True)
class Departed:
    """A person who has left. `kind` and `left_on` are none for those who left before dates were kept."""

    asn_id: int
    nama: str
    nip_akhir: str
    unit: str
    kind: DepartureKind | None
    left_on: date | None


def read_person(session: Session, *, reaches: Sequence[Reach], asn_id: int, now: datetime) -> PersonFile:
    """Return a person within reach. Raises NotFound."""
    identity = read_identity(session, reaches=reaches, asn_id=asn_id)
    career = read_career(session, asn_id=asn_id)
    today = now.astimezone(ZoneInfo(career.zona)).date()
    return PersonFile(
        identity,
        career,
        list_enrolments(session, asn_id),
        list_certificates(session, asn_id, today),
        list_exemptions(session, asn_id),
        list_corrections(session, asn_id),
    )


def read_identity(session: Session, *, reaches: Sequence[Reach], asn_id: int) -> Identity:
    """Return the entry of a person within reach. Raises NotFound."""
    counted = select(Opd.nama).where(Opd.id == Asn.counted_opd_id).correlate(Asn).scalar_subquery()
    row = session.execute(
        select(Asn, Opd.nama.label("unit"), Opd.kode, func.coalesce(counted, "").label("counted_in"))
        .join(Opd, Opd.id == Asn.opd_id)
        .where(Asn.id == asn_id, is_within(reaches))
    ).one_or_none()
    if row is None:
        raise NotFound("asn", asn_id)
    asn = row.Asn
    return Identity(
        asn_id=asn.id,
        instansi_id=asn.instansi_id,
        nama=asn.nama,
        nip_akhir=last_digits(asn.nip),
        number=asn.number or "",
        jenis=asn.jenis,
        jabatan=asn.jabatan,
        golongan=asn.golongan,
        unit=row.unit,
        unit_kode=row.kode,
        counted_in=row.counted_in,
        active=asn.active,
    )


def is_within(reaches: Sequence[Reach]) -> ColumnElement[bool]:
    """Return a condition: one of the two units of the person lies within these reaches."""
    units = select(Opd.id).where(covers(reaches)).correlate(None)
    return or_(Asn.opd_id.in_(units), Asn.counted_opd_id.in_(units))


def list_enrolments(session: Session, asn_id: int) -> tuple[EnrolledIn, ...]:
    statement = (
        select(Period.kode, Period.nama, Opd.nama.label("unit"), Enrolment)
        .join(Period, Period.id == Enrolment.period_id)
        .join(Opd, Opd.id == Enrolment.current_opd_id)
        .where(Enrolment.asn_id == asn_id)
        .order_by(Period.number.desc())
    )
    return tuple(
        EnrolledIn(kode, nama, unit, Standing(own.standing), progress(own), own.completed_at)
        for kode, nama, unit, own in session.execute(statement)
    )


def progress(own: Enrolment) -> State:
    return state_of(
        started=own.started_at is not None,
        passed=own.passed_at is not None,
        pledged=own.pledged_at is not None,
        completed=own.completed_at is not None,
    )


def list_certificates(session: Session, asn_id: int, today: date) -> tuple[Certified, ...]:
    statement = select(Certificate).where(is_held_by(asn_id)).order_by(Certificate.sequence.desc())
    return tuple(
        Certified(
            each.public_id,
            each.nomor,
            each.periode,
            each.issued_on,
            read_state(each.status, each.valid_until, today),
        )
        for each in session.scalars(statement)
    )


def list_exemptions(session: Session, asn_id: int) -> tuple[Exempted, ...]:
    columns = (Exemption.document, Exemption.reason, Exemption.at, Exemption.valid_to, Exemption.ended_at)
    statement = (
        select(Period.nama, *columns)
        .join(Enrolment, Enrolment.id == Exemption.enrolment_id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Enrolment.asn_id == asn_id)
        .order_by(Exemption.id.desc())
    )
    return tuple(Exempted(*row) for row in session.execute(statement))


def list_corrections(session: Session, asn_id: int) -> tuple[Corrected, ...]:
    columns = (Correction.id, Correction.field, Correction.state, Correction.asked_at)
    rows = session.execute(select(*columns).where(Correction.asn_id == asn_id).order_by(Correction.id.desc()))
    return tuple(Corrected(row.id, CorrectedField(row.field), CorrectionState(row.state), row.asked_at) for row in rows)


def list_departed(session: Session, *, reaches: Sequence[Reach], words: str = "", page: int = 1) -> Page[Departed]:
    """List people who have left, by name; `words` are searched as `finds` does."""
    left = (
        select(func.max(Departure.id))
        .where(Departure.asn_id == Asn.id, Departure.voided_at.is_(None), Departure.returned_on.is_(None))
        .correlate(Asn)
        .scalar_subquery()
    )
    statement = (
        select(Asn.id, Asn.nama, Asn.nip, Opd.nama.label("unit"), Departure.kind, Departure.left_on)
        .join(Opd, Opd.id == Asn.opd_id)
        .outerjoin(Departure, Departure.id == left)
        .where(Asn.active.is_(False), covers(reaches), finds(words))
        .order_by(Asn.nama, Asn.id)
    )
    return paginate(session, statement, number=page).map(
        lambda row: Departed(
            row.id,
            row.nama,
            last_digits(row.nip),
            row.unit,
            DepartureKind(row.kind) if row.kind else None,
            row.left_on,
        )
    )
