"""Plans of periods that are not opened yet: saved, edited, opened, put aside. Nobody is enrolled by them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.tables import insert
from netral.errors import NotFound
from netral.learning.periods.audience import load_audience
from netral.learning.periods.lifecycle import TRANSITIONS, Life, Move, check_move, copy_plan
from netral.learning.periods.models import PeriodDraft
from netral.learning.periods.opening import (
    OpenedPeriod,
    PeriodKind,
    PeriodPlan,
    check_kode,
    check_order,
    check_units,
    write_period,
)
from netral.learning.periods.reading import choose_period
from netral.organisation.instansi import lock_instansi
from netral.quiz.blueprint import KeysShown
from netral.quiz.questions import Indicator
from netral.versions import check_version, version_of

DAYS = ("first_day", "due_day", "last_day", "valid_until")


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as it was saved last. `opened`: it became a period, which has its kode."""

    id: int
    plan: PeriodPlan
    saved_at: datetime
    archived_at: datetime | None
    opened: bool

    @property
    def kode(self) -> str:
        return self.plan.kode

    @property
    def life(self) -> Life | None:
        """Return the state, none once it was opened."""
        if self.opened:
            return None
        return Life.ARCHIVED if self.archived_at else Life.DRAFT

    @property
    def version(self) -> str:
        return version_of(dump_plan(self.plan), self.archived_at is None)


def dump_plan(plan: PeriodPlan) -> dict[str, Any]:
    values = asdict(plan) | {"audience": plan.audience.dump(), "jenis": plan.jenis.value}
    for name in DAYS:
        values[name] = values[name] and values[name].isoformat()
    values["quotas"] = plan.quotas and {each.value: number for each, number in plan.quotas.items()}
    return values


def load_plan(written: Mapping[str, Any]) -> PeriodPlan:
    values = dict(written) | {"audience": load_audience(written["audience"]), "jenis": PeriodKind(written["jenis"])}
    for name in DAYS:
        values[name] = values[name] and date.fromisoformat(values[name])
    quotas, shown = written["quotas"], written["keys_shown"]
    values["quotas"] = quotas and {Indicator(name): number for name, number in quotas.items()}
    return PeriodPlan(**values | {"keys_shown": shown and KeysShown(shown)})


COLUMNS = (PeriodDraft.id, PeriodDraft.plan, PeriodDraft.saved_at, PeriodDraft.archived_at, PeriodDraft.period_id)


def as_draft(row: Row[*tuple[Any, ...]]) -> Draft:
    return Draft(row.id, load_plan(row.plan), row.saved_at, row.archived_at, row.period_id is not None)


def list_drafts(session: Session, *, instansi_id: int, archived: bool = False) -> tuple[Draft, ...]:
    """List the drafts that are not opened, the newest first; the archived ones instead, if wanted."""
    aside = PeriodDraft.archived_at.is_not(None) if archived else PeriodDraft.archived_at.is_(None)
    own = (PeriodDraft.instansi_id == instansi_id) & PeriodDraft.period_id.is_(None)
    statement = select(*COLUMNS).where(own, aside).order_by(PeriodDraft.saved_at.desc(), PeriodDraft.id.desc())
    return tuple(map(as_draft, session.execute(statement)))


def find_draft(session: Session, *, instansi_id: int, kode: str) -> Draft:
    """Return a draft, also one that was opened or archived. Raises NotFound."""
    own = (PeriodDraft.instansi_id == instansi_id) & (PeriodDraft.kode == kode)
    row = session.execute(select(*COLUMNS).where(own)).one_or_none()
    if row is None:
        raise NotFound(kode)
    return as_draft(row)


def find_plan(session: Session, *, instansi_id: int, kode: str, now: datetime) -> PeriodPlan:
    """Return the plan of a period, else of the draft of this kode. Raises NotFound."""
    try:
        return copy_plan(session, choose_period(session, instansi_id=instansi_id, kode=kode, now=now))
    except NotFound:
        return find_draft(session, instansi_id=instansi_id, kode=kode).plan


def save_draft(session: Session, act: Act, plan: PeriodPlan) -> Draft:
    """Save a new draft, whose rules are checked only as it opens.

    Raises KodeMalformed, KodeTaken, DatesReversed or UnitsUnknown.
    """
    instansi = lock_instansi(session, act.instansi_id)
    check_kode(session, instansi.id, plan.kode)
    check_draft(session, instansi.id, plan)
    values = {
        "instansi_id": instansi.id,
        "kode": plan.kode,
        "plan": dump_plan(plan),
        "saved_at": act.now,
        "saved_by": act.actor_id,
    }
    session.execute(insert(session, PeriodDraft).values(values))
    return finish(session, act, Move.EDIT, find_draft(session, instansi_id=instansi.id, kode=plan.kode))


def edit_draft(session: Session, act: Act, plan: PeriodPlan, *, version: str | None = None) -> Draft:
    """Replace the plan of the draft of this kode; an equal plan changes nothing.

    Raises NotFound, NotDraft, Outdated, DatesReversed or UnitsUnknown.
    """
    draft = lock_draft(session, act, Move.EDIT, kode=plan.kode)
    if dump_plan(plan) == dump_plan(draft.plan):
        return draft
    check_version(version, dump_plan(draft.plan), draft.archived_at is None)
    check_draft(session, act.chain, plan)
    change(session, draft, plan=dump_plan(plan), saved_at=act.now, saved_by=act.actor_id)
    return finish(session, act, Move.EDIT, replace(draft, plan=plan, saved_at=act.now))


def open_draft(session: Session, act: Act, *, kode: str, version: str | None = None) -> OpenedPeriod:
    """Open the period that a draft plans. Raises NotFound, NotDraft, Outdated and the errors of `open_period`."""
    draft = lock_draft(session, act, Move.OPEN, kode=kode)
    check_version(version, dump_plan(draft.plan), draft.archived_at is None)
    opened = write_period(session, act, lock_instansi(session, act.instansi_id), draft.plan)
    change(session, draft, period_id=opened.period.id)
    return opened


def archive_draft(session: Session, act: Act, *, kode: str) -> Draft:
    """Put a draft aside; its kode stays reserved. Raises NotFound or PeriodNotClosed."""
    draft = lock_draft(session, act, Move.ARCHIVE, kode=kode)
    change(session, draft, archived_at=act.now)
    return finish(session, act, Move.ARCHIVE, replace(draft, archived_at=act.now))


def restore_draft(session: Session, act: Act, *, kode: str) -> Draft:
    """Put a draft back into the list. Raises NotFound or PeriodNotArchived."""
    draft = lock_draft(session, act, Move.RESTORE, kode=kode)
    change(session, draft, archived_at=None)
    return finish(session, act, Move.RESTORE, replace(draft, archived_at=None))


def lock_draft(session: Session, act: Act, move: Move, *, kode: str) -> Draft:
    instansi = lock_instansi(session, act.instansi_id)
    draft = find_draft(session, instansi_id=instansi.id, kode=kode)
    if draft.life is None:
        raise TRANSITIONS[move].refusal
    check_move(move, draft.life)
    return draft


def check_draft(session: Session, instansi_id: int, plan: PeriodPlan) -> None:
    check_order(plan)
    check_units(session, instansi_id, plan.audience)


def change(session: Session, draft: Draft, **values: Any) -> None:
    session.execute(update(PeriodDraft).where(PeriodDraft.id == draft.id).values(values))


def finish(session: Session, act: Act, move: Move, draft: Draft) -> Draft:
    """Record the change of a draft and return it."""
    action = TRANSITIONS[move].action
    record(session, act, action=action, object_kind="period_draft", object_id=draft.id, detail={"kode": draft.kode})
    return draft
