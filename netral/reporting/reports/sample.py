"""A random sample of a period for the Inspektorat, drawn by a seed that is shown, so that anybody can repeat it."""

import random
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.certificates.models import Certificate
from netral.certificates.proof.payload import make_address
from netral.errors import NotFound
from netral.indonesian import number
from netral.learning.periods.models import Enrolment
from netral.organisation.models import NIP_AKHIR, Asn, Opd
from netral.reporting.counts import State, state_of
from netral.reporting.report import (
    Asked,
    Column,
    Kind,
    Linked,
    Notes,
    PeriodFacts,
    Report,
    period_notes,
    read_period,
    tabulate,
)
from netral.reporting.reports.trail import TrailFilter, count_events

SAMPLE_SIZE = 30
STATES = {
    State.NOT_STARTED: "Belum mulai",
    State.UNDER_WAY: "Sedang",
    State.PASSED_ONLY: "Lulus saja",
    State.PLEDGED_ONLY: "Ikrar saja",
    State.COMPLETED: "Selesai",
}


@dataclass(frozen=True, slots=True)
class Sampled:
    """A person's trace: steps and times, the valid certificate, no score and no answer. `nip_akhir`: three digits."""

    enrolment_id: int
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
    public_id: str | None
    link: str = ""

    @property
    def person(self) -> Linked:
        return Linked(self.nama, f"/audit?kepesertaan={self.enrolment_id}")

    @property
    def certificate(self) -> Linked | None:
        return Linked(self.nomor, f"/v/{self.public_id}") if self.nomor else None

    @property
    def status(self) -> str:
        return STATES[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The sample. `population` is how many enrolments it was drawn from: all of the period, whatever the standing."""

    period: PeriodFacts
    as_of: datetime
    seed: int
    population: int
    people: tuple[Sampled, ...]


def draw_sample(session: Session, period: PeriodFacts, *, size: int, seed: int, now: datetime) -> Sample:
    """Draw a sample; the same seed draws the same people as long as nobody joins."""
    statement = select(Enrolment.id).where(Enrolment.period_id == period.period_id).order_by(Enrolment.id)
    everybody = session.scalars(statement).all()
    draw = random.Random(seed)  # noqa: S311 - must be repeatable, need not be secret
    people = read_people(session, draw.sample(everybody, min(size, len(everybody))))
    return Sample(period=period, as_of=now, seed=seed, population=len(everybody), people=people)


def read_people(session: Session, enrolment_ids: list[int]) -> tuple[Sampled, ...]:
    valid = and_(Certificate.enrolment_id == Enrolment.id, Certificate.status == "valid")
    statement = (
        select(
            Enrolment.id.label("enrolment_id"),
            Asn.nama,
            NIP_AKHIR,
            Opd.nama.label("opd"),
            Enrolment.standing,
            Enrolment.started_at,
            Enrolment.passed_at,
            Enrolment.pledged_at,
            Enrolment.completed_at,
            Certificate.nomor,
            Certificate.public_id,
        )
        .join(Asn, Asn.id == Enrolment.asn_id)
        .join(Opd, Opd.id == Enrolment.current_opd_id)
        .outerjoin(Certificate, valid)
        .where(Enrolment.id.in_(enrolment_ids))
        .order_by(func.lower(Asn.nama), Enrolment.id)
    )
    return tuple(Sampled(**row._asdict(), state=state_at(row)) for row in session.execute(statement))


def state_at(row: Row[*tuple[Any, ...]]) -> State:
    return state_of(
        started=row.started_at is not None,
        passed=row.passed_at is not None,
        pledged=row.pledged_at is not None,
        completed=row.completed_at is not None,
    )


COLUMNS = (
    Column("Nama", "person", width=36),
    Column("3 angka akhir NIP", "nip_akhir", Kind.DIGITS, 18, head="Akhir NIP", absent="tanpa NIP"),
    Column("OPD", "opd", width=44),
    Column("Kewajiban", "standing", width=14),
    Column("Status", "status", width=14),
    Column("Mulai", "started_at", Kind.INSTANT, 20),
    Column("Lulus ujian", "passed_at", Kind.INSTANT, 20),
    Column("Menandatangani ikrar", "pledged_at", Kind.INSTANT, 20),
    Column("Selesai", "completed_at", Kind.INSTANT, 20),
    Column("Nomor sertifikat", "certificate", width=24),
    Column("Tautan periksa", "link", width=60, on_page=False),
)


def sample_id(kode: str, seed: int) -> str:
    """Return the object that the audit trail names when a sample of this period is drawn."""
    return f"{kode}/{seed}"


def read(session: Session, asked: Asked) -> Sample:
    """Read the sample of the seed `n`. Raises NotFound for a seed that nobody has drawn by."""
    period, seed = read_period(session, asked), int(asked.options["n"])
    wanted = TrailFilter(action="sample.drawn", object_id=sample_id(period.kode, seed))
    if not count_events(session, chain=period.instansi_id, wanted=wanted):
        raise NotFound(seed)
    sample = draw_sample(session, period, size=SAMPLE_SIZE, seed=seed, now=asked.now)
    return replace(sample, people=tuple(with_link(person, asked.base_url) for person in sample.people))


def with_link(person: Sampled, base_url: str) -> Sampled:
    """Return the person with the whole address of the public page of their certificate, which files carry."""
    return replace(person, link=make_address(base_url, person.public_id)) if person.public_id else person


def sample_notes(sample: Sample) -> Notes:
    return [
        *period_notes(sample.period, sample.as_of),
        ("Banyaknya", f"{number(len(sample.people))} dari {number(sample.population)} peserta periode"),
        ("Nomor undian", str(sample.seed)),
        ("Arti nomor undian", "Dengan nomor yang sama, orang yang sama terambil lagi selama peserta tidak bertambah."),
        ("Memeriksa", "Nama membuka jejak auditnya, nomor sertifikat membuka pemeriksaan keasliannya."),
        ("Yang tidak dimuat", "Nilai dan jawaban siapa pun."),
    ]


SAMPLE = Report(
    code="sampel",
    title="Sampel acak peserta",
    permission=Permission.VIEW_SAMPLE,
    read=read,
    tables=lambda sample: (tabulate(COLUMNS, sample.people),),
    notes=sample_notes,
    file=lambda sample: f"sampel-{sample.seed}-{sample.period.kode}",
)
