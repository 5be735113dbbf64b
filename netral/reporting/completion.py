"""Who has completed a period, per OPD and up the tree: the one query that page, chart and files all show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from netral.accounts.access import Reach
from netral.errors import NotFound
from netral.learning.periods.models import CompletionTally, Period
from netral.learning.periods.tallies import RECENT_DAYS, day_of
from netral.organisation.models import Instansi, Opd
from netral.reporting.counts import NOBODY, Counts, OpdCompletion, Unit, add, add_up


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """What a report must say about its period and instansi."""

    period_id: int
    kode: str
    nama: str
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    instansi_id: int
    instansi: str
    zona: str


@dataclass(frozen=True, slots=True)
class CompletionReport:
    """`rows` in the order of the tree, the worst first among units of the same parent; `scope` none: the whole."""

    period: PeriodFacts
    as_of: datetime
    scope: str | None
    rows: tuple[OpdCompletion, ...]
    total: Counts

    @property
    def top(self) -> tuple[OpdCompletion, ...]:
        """What stands at the top of the reach, the worst first: every perangkat daerah, or the one OPD asked for."""
        return tuple(row for row in self.rows if row.depth == 0)

    @property
    def shown(self) -> tuple[OpdCompletion, ...]:
        """The rows that page, chart and files list: they add up to the total. One OPD alone is shown by its parts."""
        return self.parts(self.top[0]) if len(self.top) == 1 else self.top

    def below(self, parent: OpdCompletion) -> tuple[OpdCompletion, ...]:
        """The units directly below one, the worst first."""
        return tuple(row for row in self.rows if row.unit.parent_id == parent.unit.opd_id)

    def parts(self, parent: OpdCompletion) -> tuple[OpdCompletion, ...]:
        """What adds up to the total of a unit: the units directly below it and, when it has any, its own persons."""
        own = OpdCompletion(parent.unit, parent.depth + 1, parent.own, parent.own)
        parts = [*self.below(parent), *([own] if parent.own != NOBODY else [])]
        return tuple(sorted(parts, key=lambda part: part.badness))

    def get(self, kode: str) -> OpdCompletion:
        """Raises NotFound, also for what exists outside the reach."""
        for row in self.rows:
            if row.unit.kode == kode:
                return row
        raise NotFound(kode)


def read_completion(
    session: Session, *, instansi_id: int, period_id: int, now: datetime, opd_path: str | None = None
) -> CompletionReport:
    """Of a whole instansi or one subtree. A person counts where he belongs now. Raises NotFound outside the reach."""
    period = read_period(session, instansi_id=instansi_id, period_id=period_id)
    units = read_units(session, instansi_id=instansi_id, opd_path=opd_path)
    own = count_by_opd(session, period, opd_path=opd_path, now=now)
    rows = add_up(units, own)
    return CompletionReport(period, now, opd_path, rows, add(*(row.total for row in rows if row.depth == 0)))


def read_period(session: Session, *, instansi_id: int, period_id: int) -> PeriodFacts:
    """Raises NotFound, also for a period of another instansi."""
    row = session.execute(
        select(
            Period.id,
            Period.kode,
            Period.nama,
            Period.opens_at,
            Period.due_at,
            Period.closes_at,
            Instansi.id,
            Instansi.nama,
            Instansi.zona,
        )
        .join(Instansi, Instansi.id == Period.instansi_id)
        .where(Period.id == period_id, Instansi.id == instansi_id)
    ).one_or_none()
    if row is None:
        raise NotFound(period_id)
    return PeriodFacts(*row)


def read_units(session: Session, *, instansi_id: int, opd_path: str | None) -> list[Unit]:
    """Raises NotFound when a subtree is asked for that the instansi does not have."""
    statement = select(Opd.id, Opd.kode, Opd.nama, Opd.jenis, Opd.path, Opd.parent_id)
    statement = statement.where(Opd.instansi_id == instansi_id)
    if opd_path is not None:
        statement = statement.where(Opd.path.startswith(opd_path, autoescape=True))
    units = [Unit(*row) for row in session.execute(statement)]
    if opd_path is not None and not units:
        raise NotFound(opd_path)
    return units


def find_unit(session: Session, *, reaches: Sequence[Reach], kode: str) -> Unit:
    """An OPD by its kode, if one of the reaches holds it; raises NotFound."""
    columns = (Opd.id, Opd.kode, Opd.nama, Opd.jenis, Opd.path, Opd.parent_id)
    for reach in reaches:
        wanted = select(*columns).where(Opd.instansi_id == reach.instansi_id, Opd.kode == kode)
        row = session.execute(wanted).one_or_none()
        if row is not None and covers(reach, row.path):
            return Unit(*row)
    raise NotFound(kode)


def covers(reach: Reach, path: str) -> bool:
    """Whether a subtree lies within a reach of the same instansi."""
    return reach.opd_path is None or path.startswith(reach.opd_path)


def count_by_opd(session: Session, period: PeriodFacts, *, opd_path: str | None, now: datetime) -> dict[int, Counts]:
    """From the tally, so that it costs the same however many people a unit has; a walk along its one index."""
    done, passed, pledged = CompletionTally.completed, CompletionTally.passed, CompletionTally.pledged
    idle = ~CompletionTally.started & ~passed & ~pledged
    recent = CompletionTally.day > day_of(period.opens_at, now) - RECENT_DAYS
    statement = (
        select(
            CompletionTally.opd_id,
            CompletionTally.standing,
            people_who(true()),
            people_who(~done & idle),
            people_who(~done & passed & ~pledged),
            people_who(~done & pledged & ~passed),
            people_who(done),
            people_who(CompletionTally.late),
            people_who(recent),
        )
        .where(CompletionTally.period_id == period.period_id)
        .group_by(CompletionTally.opd_id, CompletionTally.standing)
    )
    if opd_path is not None:
        inside = Opd.path.startswith(opd_path, autoescape=True)
        opds = select(Opd.id).where(Opd.instansi_id == period.instansi_id, inside)
        statement = statement.where(CompletionTally.opd_id.in_(opds))
    found = {(row[0], row[1]): tuple(row[2:]) for row in session.execute(statement)}
    return {opd_id: as_counts(opd_id, found) for opd_id in {opd_id for opd_id, _ in found}}


def people_who(condition: ColumnElement[bool] | InstrumentedAttribute[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(CompletionTally.people).filter(condition), 0)


NONE = (0,) * 7


def as_counts(opd_id: int, found: Mapping[tuple[int, str], tuple[int, ...]]) -> Counts:
    wajib, idle, passed, pledged, done, late, recent = found.get((opd_id, "wajib"), NONE)
    under_way = wajib - idle - passed - pledged - done
    exempt, left = found.get((opd_id, "bebas"), NONE)[0], found.get((opd_id, "keluar"), NONE)[0]
    return Counts(wajib, idle, under_way, passed, pledged, done, late, recent, exempt, left)
