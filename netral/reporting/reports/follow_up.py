"""The people of a subtree who are not done, and their next step: names and steps, never scores or answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Case, ColumnElement, Row, Select, and_, case, func, select, union_all
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.database.paging import Page, paginate
from netral.indonesian import number
from netral.learning.exams.models import Attempt
from netral.learning.exams.sittings import AttemptState, answered_all
from netral.learning.periods.models import CompletionTally, Enrolment
from netral.learning.study.models import PageReached, PracticeAnswer
from netral.organisation.models import NIP_AKHIR, Asn, Opd
from netral.organisation.searching import finds
from netral.pledges.models import Signature
from netral.reporting.report import Asked, Column, Kind, Notes, Report, period_notes, tabulate
from netral.reporting.reports import completion
from netral.reporting.reports.completion import CompletionReport


class Step(StrEnum):
    """The next step that a person has to take.

    `CERTIFICATE`: passed and signed, but without a valid certificate, since it was revoked or waits for a spelling.
    """

    START = "mulai"
    EXAM = "ujian"
    PLEDGE = "ikrar"
    CERTIFICATE = "sertifikat"


STEPS: dict[Step, str] = {
    Step.START: "Mulai belajar",
    Step.EXAM: "Lulus ujian",
    Step.PLEDGE: "Menandatangani ikrar",
    Step.CERTIFICATE: "Sertifikat",
}


def step_after(*, started: Any, passed: Any, pledged: Any) -> Case[str]:
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
    """A person to remind. `nip_akhir` is the last three digits, empty without a NIP; `last_active_at` may be none."""

    enrolment_id: int
    asn_id: int
    nama: str
    nip_akhir: str
    unit: str
    step: Step
    last_active_at: datetime | None

    @property
    def step_words(self) -> str:
        return STEPS[self.step]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The call list. `people` fit the filters; `by_step` counts the whole subtree whatever the filters."""

    people: Page[Unfinished]
    by_step: dict[Step, int]


def list_unfinished(
    session: Session,
    report: CompletionReport,
    *,
    step: Step | None = None,
    search: str = "",
    page: int = 1,
    unsent: bool = False,
) -> FollowUp:
    """List one page of the people in the completion report's subtree, by name.

    `unsent`: only those who answered a whole paper and have not handed it in.
    """
    by_step = count_steps(session, report)
    total = by_step[step] if step else sum(by_step.values())
    wanted = in_order(narrow(of_subtree(report), step=step, search=search))
    if unsent:
        wanted = wanted.where(Enrolment.id.in_(find_unsent(report)))
    rows = paginate(session, wanted, number=page, total=None if search or unsent else total)
    active = read_activity(session, Enrolment.id.in_([row.id for row in rows.items]))
    return FollowUp(rows.holding(as_people(rows.items, active)), by_step)


def find_unsent(report: CompletionReport) -> Select[int]:
    """Select the enrolments with an open attempt in which every question is answered."""
    still_open = (Attempt.period_id == report.period.period_id) & (Attempt.state == AttemptState.OPEN.value)
    return select(Attempt.enrolment_id).where(still_open, answered_all())


def count_unsent(session: Session, report: CompletionReport) -> int:
    """Count those of the subtree who answered a whole paper and have not handed it in."""
    people = of_subtree(report).where(Enrolment.id.in_(find_unsent(report))).with_only_columns(Enrolment.id)
    return session.scalar(select(func.count()).select_from(people.subquery())) or 0


def list_all_unfinished(session: Session, report: CompletionReport) -> tuple[Unfinished, ...]:
    """List all of these people at once, for a file."""
    missing = of_subtree(report)
    rows = session.execute(in_order(missing)).all()
    active = read_activity(session, Enrolment.id.in_(missing.with_only_columns(Enrolment.id)))
    return as_people(rows, active)


def units_below(report: CompletionReport) -> Select[int]:
    """Select ids of OPD: with them the index is used however many people the period has."""
    inside = Opd.path.startswith(report.scope or "", autoescape=True)
    return select(Opd.id).where(Opd.instansi_id == report.period.instansi_id, inside)


def of_subtree(report: CompletionReport) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Enrolment.id,
            Enrolment.asn_id,
            Asn.nama,
            NIP_AKHIR,
            Opd.nama.label("unit"),
            next_step.label("step"),
        )
        .join(Asn, Asn.id == Enrolment.asn_id)
        .join(Opd, Opd.id == Enrolment.current_opd_id)
        .where(
            Enrolment.period_id == report.period.period_id,
            Enrolment.standing == "wajib",
            Enrolment.completed_at.is_(None),
            Enrolment.current_opd_id.in_(units_below(report)),
        )
    )


def narrow(statement: Select[*tuple[Any, ...]], *, step: Step | None, search: str) -> Select[*tuple[Any, ...]]:
    if step is not None:
        statement = statement.where(next_step == step.value)
    return statement.where(finds(search))


def in_order(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return statement.order_by(func.lower(Asn.nama), Enrolment.id)


def count_steps(session: Session, report: CompletionReport) -> dict[Step, int]:
    """Count from the tally, since counting people would cost more than showing fifty."""
    statement = (
        select(counted_step, func.sum(CompletionTally.people))
        .where(
            CompletionTally.period_id == report.period.period_id,
            CompletionTally.standing == "wajib",
            ~CompletionTally.completed,
            CompletionTally.opd_id.in_(units_below(report)),
        )
        .group_by(counted_step)
    )
    found = {Step(name): number for name, number in session.execute(statement)}
    return {step: found.get(step, 0) for step in Step}


def read_activity(session: Session, which: ColumnElement[bool]) -> dict[int, datetime]:
    """Return enrolment id -> the person's last activity in it; absent where there was none."""
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
        Unfinished(row.id, row.asn_id, row.nama, row.nip_akhir, row.unit, Step(row.step), active.get(row.id))
        for row in rows
    )


COLUMNS = (
    Column("Nama", "nama", width=36),
    Column("3 angka akhir NIP", "nip_akhir", Kind.DIGITS, 18, absent="tanpa NIP", head="Akhir NIP"),
    Column("Unit", "unit", width=44),
    Column(
        "Langkah berikutnya",
        "step_words",
        width=24,
        meaning="Langkah pertama yang masih kurang. Selesai berarti lulus ujian dan menandatangani ikrar.",
    ),
    Column("Terakhir aktif", "last_active_at", Kind.INSTANT, 20, absent="belum pernah"),
)


@dataclass(frozen=True, slots=True)
class CallList:
    report: CompletionReport
    people: tuple[Unfinished, ...]


def follow_up_notes(found: CallList) -> Notes:
    report = found.report
    return [
        *period_notes(report.period, report.as_of),
        ("Cakupan", f"{report.top[0].unit.nama} dan unit di bawahnya"),
        ("Belum selesai", f"{number(len(found.people))} dari {number(report.total.wajib)} pegawai wajib"),
        ("Arti Sertifikat", "Sudah lulus dan menandatangani ikrar, tetapi sertifikatnya dicabut. Hubungi penerbitnya."),
        ("Yang tidak dimuat", "Nilai dan jawaban siapa pun. Daftar ini hanya untuk mengingatkan."),
    ]


def read(session: Session, asked: Asked) -> CallList:
    report = completion.read(session, asked)
    return CallList(report, list_all_unfinished(session, report))


FOLLOW_UP = Report(
    code="tindak-lanjut",
    title="Daftar tindak lanjut: pegawai yang belum selesai",
    permission=Permission.VIEW_PEOPLE,
    read=read,
    tables=lambda found: (tabulate(COLUMNS, found.people),),
    notes=follow_up_notes,
    file=lambda found: f"tindak-lanjut-{found.report.top[0].unit.kode}-{found.report.period.kode}",
    about=lambda found: found.report.top[0].unit.nama,
    empty="Semua pegawai yang wajib sudah selesai.",
)
