"""Who of a subtree still has something to do, and what: names and steps, never scores or answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Case, ColumnElement, Row, Select, and_, case, func, select, union_all
from sqlalchemy.orm import Session

from netral.database.paging import Page, paginate
from netral.errors import NotFound
from netral.learning.exams.models import Attempt
from netral.learning.periods.models import CompletionTally, Enrolment
from netral.learning.study.models import PageReached, PracticeAnswer
from netral.organisation.models import Asn, Opd
from netral.organisation.searching import finds
from netral.pledges.models import Signature
from netral.reporting.completion import PeriodFacts, read_period


class Step(StrEnum):
    """The next step that a person has to take.

    `CERTIFICATE`: passed and signed, but without a valid certificate, since it was revoked or waits for a spelling.
    """

    START = "mulai"
    EXAM = "ujian"
    PLEDGE = "ikrar"
    CERTIFICATE = "sertifikat"


def step_after(*, started: Any, passed: Any, pledged: Any) -> Case[str]:
    """Of who is not through."""
    return case(
        (and_(passed, pledged), Step.CERTIFICATE.value),
        (passed, Step.PLEDGE.value),
        (and_(~started, ~pledged), Step.START.value),
        else_=Step.EXAM.value,
    )


next_step = step_after(
    started=Enrolment.started_at.is_not(None),
    passed=Enrolment.passed_at.is_not(None),
    pledged=Enrolment.pledged_at.is_not(None),
)
counted_step = step_after(
    started=CompletionTally.started, passed=CompletionTally.passed, pledged=CompletionTally.pledged
)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One person to remind. `nip_akhir` is the last three digits, empty without a NIP; `last_active_at` may be none."""

    enrolment_id: int
    nama: str
    nip_akhir: str
    unit: str
    step: Step
    last_active_at: datetime | None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`people` fit the filters; `by_step` counts all of the subtree whatever the filters."""

    people: Page[Unfinished]
    by_step: dict[Step, int]


def list_unfinished(
    session: Session,
    *,
    instansi_id: int,
    period_id: int,
    opd_path: str,
    step: Step | None = None,
    search: str = "",
    page: int = 1,
) -> FollowUp:
    """By name. Raises NotFound outside the instansi."""
    period = read_period(session, instansi_id=instansi_id, period_id=period_id)
    name_opd(session, instansi_id=instansi_id, opd_path=opd_path)
    by_step = count_steps(session, period, opd_path)
    wanted = in_order(narrow(of_subtree(period, opd_path), step=step, search=search))
    total = by_step[step] if step else sum(by_step.values())
    rows = paginate(session, wanted, number=page, total=None if search else total)
    active = read_activity(session, Enrolment.id.in_([row.id for row in rows.items]))
    return FollowUp(rows.holding(as_people(rows.items, active)), by_step)


def list_all_unfinished(session: Session, *, instansi_id: int, period_id: int, opd_path: str) -> tuple[Unfinished, ...]:
    """Everybody at once, for a file. Raises NotFound outside the instansi."""
    period = read_period(session, instansi_id=instansi_id, period_id=period_id)
    name_opd(session, instansi_id=instansi_id, opd_path=opd_path)
    missing = of_subtree(period, opd_path)
    rows = session.execute(in_order(missing)).all()
    active = read_activity(session, Enrolment.id.in_(missing.with_only_columns(Enrolment.id)))
    return as_people(rows, active)


def name_opd(session: Session, *, instansi_id: int, opd_path: str) -> str:
    """Raises NotFound."""
    nama = session.scalar(select(Opd.nama).where(Opd.instansi_id == instansi_id, Opd.path == opd_path))
    if nama is None:
        raise NotFound(opd_path)
    return nama


def units_below(period: PeriodFacts, opd_path: str) -> Select[int]:
    """By their ids one is led along the index however many people the period has."""
    inside = Opd.path.startswith(opd_path, autoescape=True)
    return select(Opd.id).where(Opd.instansi_id == period.instansi_id, inside)


def of_subtree(period: PeriodFacts, opd_path: str) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Enrolment.id,
            Asn.nama,
            func.substr(Asn.nip, 16).label("digits"),
            Opd.nama.label("unit"),
            next_step.label("step"),
        )
        .join(Asn, Asn.id == Enrolment.asn_id)
        .join(Opd, Opd.id == Enrolment.current_opd_id)
        .where(
            Enrolment.period_id == period.period_id,
            Enrolment.standing == "wajib",
            Enrolment.completed_at.is_(None),
            Enrolment.current_opd_id.in_(units_below(period, opd_path)),
        )
    )


def narrow(statement: Select[*tuple[Any, ...]], *, step: Step | None, search: str) -> Select[*tuple[Any, ...]]:
    if step is not None:
        statement = statement.where(next_step == step.value)
    return statement.where(finds(search))


def in_order(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return statement.order_by(func.lower(Asn.nama), Enrolment.id)


def count_steps(session: Session, period: PeriodFacts, opd_path: str) -> dict[Step, int]:
    """From the tally: to count everybody costs more than to show fifty."""
    statement = (
        select(counted_step, func.sum(CompletionTally.people))
        .where(
            CompletionTally.period_id == period.period_id,
            CompletionTally.standing == "wajib",
            ~CompletionTally.completed,
            CompletionTally.opd_id.in_(units_below(period, opd_path)),
        )
        .group_by(counted_step)
    )
    found = {Step(name): number for name, number in session.execute(statement)}
    return {step: found.get(step, 0) for step in Step}


def read_activity(session: Session, which: ColumnElement[bool]) -> dict[int, datetime]:
    """Enrolment id to the last thing the person did there; who did nothing is absent."""
    sources = (
        (PageReached, PageReached.reached_at),
        (PracticeAnswer, PracticeAnswer.answered_at),
        (Attempt, Attempt.started_at),
        (Attempt, Attempt.closed_at),
        (Signature, Signature.at),
    )
    times = union_all(
        *(
            select(Enrolment.id.label("enrolment_id"), func.max(at).label("at"))
            .join(table, table.enrolment_id == Enrolment.id)
            .where(which)
            .group_by(Enrolment.id)
            for table, at in sources
        )
    ).subquery()
    latest = select(times.c.enrolment_id, func.max(times.c.at)).group_by(times.c.enrolment_id)
    return {enrolment_id: at for enrolment_id, at in session.execute(latest) if at is not None}


def as_people(rows: Sequence[Row[*tuple[Any, ...]]], active: dict[int, datetime]) -> tuple[Unfinished, ...]:
    return tuple(
        Unfinished(row.id, row.nama, row.digits or "", row.unit, Step(row.step), active.get(row.id)) for row in rows
    )
