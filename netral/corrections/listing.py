"""Reading corrections: one's own, and those within reach of an officer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.accounts.directory import covers
from netral.accounts.models import User
from netral.corrections.claims import OPEN, CorrectedField, State, Step
from netral.corrections.models import Correction, CorrectionStep
from netral.database.paging import Page, paginate
from netral.errors import NotFound
from netral.organisation.models import Asn, Opd
from netral.organisation.numbers import last_digits
from netral.versions import version_of

MOST_OWN = 50


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step of a correction. `by` is empty when no user of this installation took it."""

    kind: Step
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """A correction. `current`: the roster's value, of a NIP the last digits; `proposed`: empty for a decided NIP."""

    id: int
    asn_id: int
    field: CorrectedField
    proposed: str
    note: str
    state: State
    asked_at: datetime
    nama: str
    nip_akhir: str
    opd: str
    current: str
    steps: tuple[StepTaken, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def version(self) -> str:
        """Return a digest that changes with every step, and when the roster changes."""
        return version_of(self.state.value, self.current, len(self.steps))


def list_own(session: Session, *, asn_id: int) -> tuple[CorrectionView, ...]:
    """List a person's corrections with every step, the newest first."""
    statement = select_views().where(Correction.asn_id == asn_id).order_by(Correction.id.desc()).limit(MOST_OWN)
    rows = session.execute(statement).all()
    steps = read_steps(session, [row.id for row in rows])
    return tuple(as_view(row, steps.get(row.id, ())) for row in rows)


def list_within(
    session: Session, *, reaches: Sequence[Reach], settled: bool = False, page: int = 1
) -> Page[CorrectionView]:
    """List the open corrections, the oldest first; or with `settled` the settled ones, the newest first."""
    is_open = Correction.state.in_([state.value for state in OPEN])
    order = Correction.id.desc() if settled else Correction.id
    statement = select_views().where(covers(reaches), ~is_open if settled else is_open).order_by(order)
    return paginate(session, statement, number=page).map(as_view)


def count_waiting(session: Session, *, reaches: Sequence[Reach], states: Sequence[State]) -> int:
    """Return how many corrections wait, for the menu entry."""
    statement = (
        select(func.count(Correction.id))
        .join(Asn, Asn.id == Correction.asn_id)
        .join(Opd, Opd.id == Asn.opd_id)
        .where(Correction.state.in_([state.value for state in states]), covers(reaches))
    )
    return session.scalar(statement) or 0


def get_within(session: Session, *, reaches: Sequence[Reach], correction_id: int) -> CorrectionView:
    """Return a correction with every step. Raises NotFound beyond reach."""
    row = session.execute(select_views().where(Correction.id == correction_id, covers(reaches))).one_or_none()
    if row is None:
        raise NotFound("correction", correction_id)
    return as_view(row, read_steps(session, [correction_id]).get(correction_id, ()))


def select_views() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Correction.id,
            Correction.asn_id,
            Correction.field,
            Correction.proposed,
            Correction.note,
            Correction.state,
            Correction.asked_at,
            Asn.nama,
            Asn.nip,
            Asn.jabatan,
            Opd.nama.label("opd"),
        )
        .join(Asn, Asn.id == Correction.asn_id)
        .join(Opd, Opd.id == Asn.opd_id)
    )


def as_view(row: Row[*tuple[Any, ...]], steps: tuple[StepTaken, ...] = ()) -> CorrectionView:
    digits = last_digits(row.nip)
    field = CorrectedField(row.field)
    return CorrectionView(
        id=row.id,
        asn_id=row.asn_id,
        field=field,
        proposed=row.proposed,
        note=row.note,
        state=State(row.state),
        asked_at=row.asked_at,
        nama=row.nama,
        nip_akhir=digits,
        opd=row.opd,
        current=(f"…{digits}" if digits else "") if field is CorrectedField.NIP else getattr(row, field.value),
        steps=steps,
    )


def read_steps(session: Session, correction_ids: Sequence[int]) -> dict[int, tuple[StepTaken, ...]]:
    statement = (
        select(CorrectionStep, User.nama)
        .outerjoin(User, User.id == CorrectionStep.by_user_id)
        .where(CorrectionStep.correction_id.in_(correction_ids))
        .order_by(CorrectionStep.id)
    )
    found: dict[int, tuple[StepTaken, ...]] = {}
    for step, nama in session.execute(statement):
        taken = StepTaken(Step(step.kind), step.at, nama or "", step.reason)
        found[step.correction_id] = (*found.get(step.correction_id, ()), taken)
    return found
