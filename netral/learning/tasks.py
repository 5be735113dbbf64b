"""Tugas saya: the steps of a period in their order, the state of each, and the next one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from netral.database.tables import Reader
from netral.learning.exams.attempts import view_gate
from netral.learning.exams.gates import Gate, Obstacle
from netral.learning.periods.enrolments import Enrolled
from netral.learning.periods.reading import PeriodState
from netral.learning.study.progress import ModuleProgress, list_modules


class StepStatus(StrEnum):
    """The five words that describe a step."""

    NOT_STARTED = "belum-dimulai"
    UNDER_WAY = "sedang-dikerjakan"
    DONE = "selesai"
    LOCKED = "terkunci"
    LATE = "terlambat"


class StepKind(StrEnum):
    MODULE = "modul"
    EXAM = "ujian"
    PLEDGE = "ikrar"
    CERTIFICATE = "sertifikat"


@dataclass(frozen=True, slots=True)
class Step:
    """A step. `module` only for a module; `gate` for the exam: why it is locked, or which attempt continues.

    A module that somebody has not finished although they passed is `optional`: nothing waits for it any more.
    """

    kind: StepKind
    status: StepStatus
    module: ModuleProgress | None = None
    gate: Gate | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Tasks:
    enrolled: Enrolled
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        return sum(step.status is StepStatus.DONE for step in self.steps)

    @property
    def most(self) -> int:
        return sum(not step.optional for step in self.steps)

    @property
    def next(self) -> Step | None:
        """Return the exam if it is under way or waits for reading again, else the first step that can be taken.

        None if all are done or locked.
        """
        due = [step for step in self.steps if not step.optional]
        possible = [step for step in due if step.status not in {StepStatus.DONE, StepStatus.LOCKED}]
        under_way = [
            step for step in possible if step.gate and (step.gate.sitting or step.gate.obstacle is Obstacle.LEARN_AGAIN)
        ]
        return next(iter(under_way + possible), None)


def list_tasks(session: Reader, enrolled: Enrolled, *, now: datetime) -> Tasks:
    modules = [module_step(enrolled, module, now) for module in list_modules(session, enrolled)]
    gate = view_gate(session, enrolled, now=now)
    exam = Step(StepKind.EXAM, exam_status(enrolled, gate, now), gate=gate)
    pledge = Step(StepKind.PLEDGE, pledge_status(enrolled, now))
    certificate = Step(StepKind.CERTIFICATE, StepStatus.DONE if enrolled.completed_at else StepStatus.LOCKED)
    return Tasks(enrolled, (*modules, exam, pledge, certificate))


def module_step(enrolled: Enrolled, module: ModuleProgress, now: datetime) -> Step:
    """Return the step of a module, done when it was read to the end or the pre-test showed that it need not be read."""
    if module.finished or module.mastered:
        return Step(StepKind.MODULE, StepStatus.DONE, module=module)
    status, optional = unfinished(enrolled, now, begun=module.reached > 0), enrolled.passed_at is not None
    if optional and status is StepStatus.LATE:
        status = StepStatus.UNDER_WAY if module.reached else StepStatus.NOT_STARTED
    return Step(StepKind.MODULE, status, module=module, optional=optional)


def exam_status(enrolled: Enrolled, gate: Gate, now: datetime) -> StepStatus:
    """Return the state of the exam. An attempt that waits to be closed is still under way: the next click closes it.

    Reading again after a failed attempt belongs to the exam, so it is no lock.
    """
    if enrolled.passed_at is not None:
        return StepStatus.DONE
    if gate.sitting is not None:
        return StepStatus.UNDER_WAY
    if gate.obstacle not in {None, Obstacle.NOTICE_UNREAD, Obstacle.LEARN_AGAIN}:
        return StepStatus.LOCKED
    return unfinished(enrolled, now, begun=gate.used > 0)


def pledge_status(enrolled: Enrolled, now: datetime) -> StepStatus:
    """Return the state of the ikrar, which whoever passed may still sign for a time after tutup."""
    if enrolled.pledged_at:
        return StepStatus.DONE
    after_tutup = enrolled.may_sign(now) and not enrolled.may_learn(now)
    return StepStatus.LATE if after_tutup else unfinished(enrolled, now, begun=False)


def unfinished(enrolled: Enrolled, now: datetime, *, begun: bool) -> StepStatus:
    if not enrolled.may_learn(now):
        return StepStatus.LOCKED
    if enrolled.period.state(now) is PeriodState.LATE:
        return StepStatus.LATE
    return StepStatus.UNDER_WAY if begun else StepStatus.NOT_STARTED
