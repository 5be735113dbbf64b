"""The final report: completion per OPD as of a closing, frozen with its hash, and shown long after rosters changed.

It is frozen in the transaction of an officer's closing, and by the sweep after a closing by date. Both count from the
dated rows as of the closing, so that it makes no difference when the sweep came round.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import compress
from typing import Any

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.accounts.models import User
from netral.audit.events import Act, record
from netral.database.tables import change_rows, dump_json, insert
from netral.errors import NotFound
from netral.indonesian import instant
from netral.learning.periods.enrolments import Standing
from netral.learning.periods.lifecycle import Ends, close_period, reopen_period
from netral.learning.periods.models import Enrolment, FinalReport, Period
from netral.learning.periods.participants import Place, places_at
from netral.learning.periods.reading import PeriodView
from netral.organisation.instansi import lock_instansi
from netral.reporting.counts import Counts, State, Unit, add, add_up, state_of
from netral.reporting.report import Asked, Kind, Notes, PeriodFacts, Report, Table, find_period, period_notes
from netral.reporting.reports.completion import CompletionReport, completion_table, read_units, units_table
from netral.roster.changing import bring_up_to_date
from netral.roster.following import follow_roster

FIELDS = {
    State.NOT_STARTED: "not_started",
    State.UNDER_WAY: "under_way",
    State.PASSED_ONLY: "passed_only",
    State.PLEDGED_ONLY: "pledged_only",
    State.COMPLETED: "completed",
}
STEPS = ("started_at", "passed_at", "pledged_at", "completed_at")


@dataclass(frozen=True, slots=True)
class FrozenReport:
    """A frozen report, read again from its document. `intact`: the document still has its hash.

    `number` counts the closings of the period from 1; `by` is none for a closing by date or by a command.
    """

    number: int
    report: CompletionReport
    closed_at: datetime
    frozen_at: datetime
    by: str | None
    hash: str
    intact: bool


def close_and_freeze(session: Session, act: Act, *, kode: str, reason: str = "") -> PeriodView:
    """Close a period and freeze its figures in the same transaction. Raises NotFound or PeriodNotBegun.

    What is planned for today counts, whether or not the sweep has come round.
    """
    instansi = lock_instansi(session, act.instansi_id)
    bring_up_to_date(session, act.within(instansi.id))
    closed = close_period(session, act, kode=kode, reason=reason)
    freeze(session, act.within(closed.instansi_id), period_id=closed.id)
    return closed


def freeze_and_reopen(
    session: Session, act: Act, *, kode: str, ends: Ends, reason: str, version: str | None = None
) -> PeriodView:
    """Reopen a closed period after freezing what it was; the roster is followed again from now on.

    Raises the errors of `reopen_period`.
    """
    instansi = lock_instansi(session, act.instansi_id)
    own = (Period.instansi_id == instansi.id) & (Period.kode == kode) & (Period.closes_at <= act.now)
    for period_id in session.scalars(select(Period.id).where(own)).all():
        freeze(session, act, period_id=period_id, by_date=True)
    opened = reopen_period(session, act, kode=kode, ends=ends, reason=reason, version=version)
    follow_roster(session, instansi_id=instansi.id, now=act.now, by=act.actor_id)
    return opened


def find_unfrozen(session: Session, *, now: datetime) -> list[tuple[int, int]]:
    """Return instansi and id of each closed period whose closing has no report yet."""
    frozen = exists().where(FinalReport.period_id == Period.id, FinalReport.closed_at == Period.closes_at)
    statement = select(Period.instansi_id, Period.id).where(Period.closes_at <= now, ~frozen).order_by(Period.id)
    return [(row.instansi_id, row.id) for row in session.execute(statement)]


def freeze(session: Session, act: Act, *, period_id: int, by_date: bool = False) -> bool:
    """Freeze the figures of the present closing; return whether this call did, since each is frozen once.

    The caller has closed the period. `by_date`: nobody closed it.
    """
    lock_instansi(session, act.instansi_id)
    closed_at = session.scalars(select(Period.closes_at).where(Period.id == period_id)).one()
    document = dump_json(count_as_of(session, act.chain, period_id, closed_at))
    values = {
        "instansi_id": act.chain,
        "period_id": period_id,
        "closed_at": closed_at,
        "frozen_at": act.now,
        "frozen_by": None if by_date else act.actor_id,
        "document": document,
        "hash": hashlib.sha256(document.encode()).hexdigest(),
    }
    if not change_rows(session, insert(session, FinalReport).values(values).on_conflict_do_nothing()):
        return False
    detail = {"hash": values["hash"]}
    record(session, act, action="period.report_frozen", object_kind="period", object_id=period_id, detail=detail)
    return True


def count_as_of(session: Session, instansi_id: int, period_id: int, closed_at: datetime) -> dict[str, Any]:
    """Return the document: the facts of the period, its units, and the figures of each unit's own people."""
    period = find_period(session, instansi_id=instansi_id, period_id=period_id)
    places, due_at = places_at(session, period_id=period_id, at=closed_at), period.due_at
    columns = (Enrolment.id, *(getattr(Enrolment, step) for step in STEPS))
    found: dict[int, Counter[str]] = {}
    for row in session.execute(select(*columns).where(Enrolment.period_id == period_id)):
        if place := places.get(row.id):
            found.setdefault(place.opd_id, Counter()).update(tell_person(row, place, closed_at, due_at))
    moments = {name: getattr(period, name).isoformat() for name in ("opens_at", "due_at")}
    return {
        "closed_at": closed_at.isoformat(),
        "period": asdict(period) | moments,
        "units": [asdict(unit) for unit in read_units(session, instansi_id=instansi_id, opd_path=None)],
        "own": {str(opd_id): asdict(Counts(**counts)) for opd_id, counts in found.items()},
    }


def tell_person(row: Row[*tuple[Any, ...]], place: Place, closed_at: datetime, due_at: datetime) -> dict[str, int]:
    """Return what one person adds to the counts of their unit; a step counts if it was taken before the closing."""
    if place.standing is not Standing.WAJIB:
        return {"exempt" if place.standing is Standing.BEBAS else "left": 1}
    done = {step: (at := getattr(row, step)) is not None and at < closed_at for step in STEPS}
    state = state_of(
        started=done["started_at"],
        passed=done["passed_at"],
        pledged=done["pledged_at"],
        completed=done["completed_at"],
    )
    late = done["completed_at"] and row.completed_at >= due_at
    return {"wajib": 1, FIELDS[state]: 1} | ({"late": 1} if late else {})


def list_frozen(session: Session, *, instansi_id: int, period_id: int) -> tuple[datetime, ...]:
    """Return the closings whose reports are frozen, the first one first."""
    own = (FinalReport.instansi_id == instansi_id) & (FinalReport.period_id == period_id)
    return tuple(session.scalars(select(FinalReport.closed_at).where(own).order_by(FinalReport.closed_at)))


def read(session: Session, asked: Asked) -> FrozenReport:
    """Read the report of the closing of the option `ke`, else the last one. Raises NotFound."""
    reach = asked.reach
    rows = session.execute(select_frozen(reach.instansi_id, asked.period_id)).all()
    wanted = asked.options.get("ke") or str(len(rows))
    for number, row in enumerate(rows, start=1):
        if str(number) == wanted:
            return as_frozen(number, row, reach.opd_path)
    raise NotFound(wanted)


def select_frozen(instansi_id: int, period_id: int) -> Select[*tuple[Any, ...]]:
    columns = (FinalReport.closed_at, FinalReport.frozen_at, FinalReport.document, FinalReport.hash, User.nama)
    own = (FinalReport.instansi_id == instansi_id) & (FinalReport.period_id == period_id)
    statement = select(*columns).outerjoin(User, User.id == FinalReport.frozen_by)
    return statement.where(own).order_by(FinalReport.closed_at)


def as_frozen(number: int, row: Row[*tuple[Any, ...]], opd_path: str | None) -> FrozenReport:
    intact = hashlib.sha256(row.document.encode()).hexdigest() == row.hash
    report = as_completion(json.loads(row.document), row.closed_at, opd_path)
    return FrozenReport(number, report, row.closed_at, row.frozen_at, row.nama, row.hash, intact)


def as_completion(document: Mapping[str, Any], closed_at: datetime, opd_path: str | None) -> CompletionReport:
    """Return the frozen figures as the completion report shows them, of one subtree if a path is given.

    Documents stay for ever: their keys may become more, but never others.
    """
    facts = document["period"]
    moments = {name: datetime.fromisoformat(facts[name]) for name in ("opens_at", "due_at")}
    units = [Unit(**unit) for unit in document["units"]]
    if opd_path is not None:
        units = [unit for unit in units if unit.path.startswith(opd_path)]
    own = {int(opd_id): Counts(**counts) for opd_id, counts in document["own"].items()}
    rows = add_up(units, {unit.opd_id: own[unit.opd_id] for unit in units if unit.opd_id in own})
    total = add(*(row.total for row in rows if row.depth == 0))
    return CompletionReport(PeriodFacts(**facts | moments), closed_at, opd_path, rows, total)


COUNTED = (
    "Keadaan pada saat penutupan. Ujian yang saat itu masih dikerjakan, ikrar yang ditandatangani sesudahnya, dan "
    "perpindahan pegawai sesudahnya tidak mengubah laporan ini."
)


def final_notes(found: FrozenReport) -> Notes:
    period = found.report.period
    return [
        *period_notes(period, found.closed_at),
        ("Dibekukan", instant(found.frozen_at, period.zona)),
        ("Oleh", found.by or "sistem, pada tanggal tutup"),
        ("Penutupan ke", str(found.number)),
        ("Sidik SHA-256", found.hash),
        ("Yang dihitung", COUNTED),
    ]


def without_change(table: Table) -> Table:
    """Leave out the change of seven days, which says nothing about a period that is over."""
    kept = [column.kind is not Kind.POINTS for column in table.columns]
    total = table.total and tuple(compress(table.total, kept))
    rows = tuple(tuple(compress(row, kept)) for row in table.rows)
    return replace(table, columns=tuple(compress(table.columns, kept)), rows=rows, total=total)


FINAL = Report(
    code="laporan-akhir",
    title="Laporan akhir ketuntasan per OPD",
    permission=Permission.VIEW_COMPLETION,
    read=read,
    tables=lambda found: (without_change(completion_table(found.report)), without_change(units_table(found.report))),
    notes=final_notes,
    file=lambda found: f"laporan-akhir-{found.report.period.kode}-{found.number}",
)
