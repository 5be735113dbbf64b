"""A random sample of a period for the Inspektorat: drawn by a seed that is shown, so that anybody can draw it again."""

import random
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from netral.certificates.models import Certificate
from netral.learning.periods.models import Enrolment
from netral.organisation.models import Asn, Opd
from netral.reporting.completion import read_period
from netral.reporting.counts import State, state_of


@dataclass(frozen=True, slots=True)
class Sampled:
    """A person's trace: steps and times, the valid certificate, no score and no answer. `nip_akhir`: three digits."""

    nama: str
    nip_akhir: str
    opd: str
    standing: str
    state: State
    started_at: datetime | None
    passed_at: datetime | None
    pledged_at: datetime | None
    completed_at: datetime | None
    nomor: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """`population` is how many enrolments it was drawn from: everybody of the period, whatever the standing."""

    seed: int
    population: int
    people: tuple[Sampled, ...]


def draw_sample(session: Session, *, instansi_id: int, period_id: int, size: int, seed: int) -> Sample:
    """The same seed draws the same people as long as nobody joins. Raises NotFound for a foreign period."""
    read_period(session, instansi_id=instansi_id, period_id=period_id)
    statement = select(Enrolment.id).where(Enrolment.period_id == period_id).order_by(Enrolment.id)
    everybody = session.scalars(statement).all()
    draw = random.Random(seed)  # noqa: S311 - must be repeatable, need not be secret
    chosen = draw.sample(everybody, min(size, len(everybody)))
    return Sample(seed, len(everybody), read_people(session, chosen))


def read_people(session: Session, enrolment_ids: list[int]) -> tuple[Sampled, ...]:
    valid = and_(Certificate.enrolment_id == Enrolment.id, Certificate.status == "valid")
    statement = (
        select(
            Asn.nama,
            func.coalesce(func.substr(Asn.nip, 16), "").label("digits"),
            Opd.nama.label("opd"),
            Enrolment.standing,
            Enrolment.started_at,
            Enrolment.passed_at,
            Enrolment.pledged_at,
            Enrolment.completed_at,
            Certificate.nomor,
        )
        .join(Asn, Asn.id == Enrolment.asn_id)
        .join(Opd, Opd.id == Enrolment.current_opd_id)
        .outerjoin(Certificate, valid)
        .where(Enrolment.id.in_(enrolment_ids))
        .order_by(func.lower(Asn.nama), Enrolment.id)
    )
    return tuple(
        Sampled(
            nama=row.nama,
            nip_akhir=row.digits,
            opd=row.opd,
            standing=row.standing,
            state=state_of(
                started=row.started_at is not None,
                passed=row.passed_at is not None,
                pledged=row.pledged_at is not None,
                completed=row.completed_at is not None,
            ),
            started_at=row.started_at,
            passed_at=row.passed_at,
            pledged_at=row.pledged_at,
            completed_at=row.completed_at,
            nomor=row.nomor,
        )
        for row in session.execute(statement)
    )
