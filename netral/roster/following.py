"""Periods and roles follow the roster of an instansi: joins, moves, leaves and returns become dated rows.

A role ends when its holder leaves.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from netral.accounts.users import end_roles_of_departed
from netral.audit.events import Act, record
from netral.learning.periods.audience import COUNTED_IN
from netral.learning.periods.enrolments import (
    Standing,
    enrol,
    mark_moved,
    mark_standing,
    select_people,
    write_change,
)
from netral.learning.periods.models import Enrolment, EnrolmentChange, Period
from netral.organisation.instansi import lock_instansi
from netral.organisation.models import Asn


@dataclass(frozen=True, slots=True)
class Followed:
    """Numbers of people for whom a roster changed something in one period."""

    period_id: int
    kode: str
    joined: int
    moved: int
    left: int
    returned: int

    @property
    def total(self) -> int:
        return self.joined + self.moved + self.left + self.returned


@dataclass(frozen=True, slots=True)
class Dated:
    """People whose changes hold since an instant, with the reason that an officer gave."""

    asn_ids: tuple[int, ...]
    since: datetime
    reason: str = ""


def follow_roster(
    session: Session, *, instansi_id: int, now: datetime, by: int | None, dated: Dated | None = None
) -> tuple[Followed, ...]:
    """Bring every period that has not closed, and the roles, into line with the roster.

    Calling it twice has no further effect.

    No enrolment is removed: people who left count as keluar from now on. People who return are wajib, or exempt as
    before. `dated` narrows moves, leaves and returns to these people.
    """
    lock_instansi(session, instansi_id)
    statement = select(Period.id, Period.kode).where(Period.instansi_id == instansi_id, Period.closes_at > now)
    act = Act(by, now, instansi_id)
    end_roles_of_departed(session, act)
    periods = session.execute(statement.order_by(Period.id)).all()
    return tuple(follow_in(session, act, period_id, kode, dated) for period_id, kode in periods)


def follow_in(session: Session, act: Act, period_id: int, kode: str, dated: Dated | None) -> Followed:
    steps = Steps(session, act, period_id, dated)
    followed = Followed(
        period_id, kode, joined=steps.join(), moved=steps.move(), left=steps.leave(), returned=steps.come_back()
    )
    if followed.total:
        record(
            session,
            act,
            action="period.roster_followed",
            object_kind="period",
            object_id=period_id,
            detail={name: getattr(followed, name) for name in ("joined", "moved", "left", "returned")},
        )
    return followed


GONE = Enrolment.standing == Standing.KELUAR.value


@dataclass(frozen=True, slots=True)
class Steps:
    """One statement for each kind of change and its dated rows, however many people it is about."""

    session: Session
    act: Act
    period_id: int
    dated: Dated | None = None

    def join(self) -> int:
        last = self.session.scalar(select(func.max(Enrolment.id))) or 0
        joined = enrol(self.session, self.act, period_id=self.period_id)
        if joined:
            joining = (Enrolment.period_id == self.period_id) & (Enrolment.id > last)
            write_change(self.session, self.act, "masuk", joining)
        return joined

    def move(self) -> int:
        elsewhere = self.within(~GONE & Asn.active.is_(True) & (Enrolment.current_opd_id != COUNTED_IN))
        moved = self.write("pindah", elsewhere)
        if moved:
            mark_moved(self.session, elsewhere)
        return moved

    def leave(self) -> int:
        leaving = self.within(~GONE & Asn.active.is_(False))
        left = self.write("keluar", leaving, opd=Enrolment.current_opd_id)
        if left:
            mark_standing(self.session, leaving, Standing.KELUAR)
        return left

    def come_back(self) -> int:
        returning = self.within(GONE & Asn.active.is_(True))
        exempt = Enrolment.id.in_(list_last_exempt(self.session, returning))
        returned = self.write("kembali", returning)
        if returned:
            mark_moved(self.session, returning)
            mark_standing(self.session, returning, Standing.WAJIB)
        if self.write("bebas", exempt):
            mark_standing(self.session, exempt, Standing.BEBAS)
        return returned

    def within(self, who: ColumnElement[bool]) -> ColumnElement[bool]:
        people = Enrolment.asn_id.in_(self.dated.asn_ids) if self.dated else true()
        return (Enrolment.period_id == self.period_id) & people & who

    def write(self, kind: str, who: ColumnElement[bool], *, opd: Any = COUNTED_IN) -> int:
        if self.dated is None:
            return write_change(self.session, self.act, kind, who, opd=opd)
        since, reason = self.dated.since, self.dated.reason
        return write_change(self.session, self.act, kind, who, opd=opd, since=since, reason=reason)


def list_last_exempt(session: Session, who: ColumnElement[bool]) -> list[int]:
    """List enrolments whose last change that gave a standing other than keluar, before the person left, was bebas.

    One pass over the changes of these people: asked for one person after the other, PostgreSQL may read all changes
    of everybody each time.
    """
    newest_first = func.row_number().over(
        partition_by=EnrolmentChange.enrolment_id, order_by=(EnrolmentChange.at.desc(), EnrolmentChange.id.desc())
    )
    stood = (
        select_people(EnrolmentChange.enrolment_id, EnrolmentChange.kind, newest_first.label("place"))
        .join(EnrolmentChange, EnrolmentChange.enrolment_id == Enrolment.id)
        .where(who, EnrolmentChange.kind.in_(("masuk", "kembali", "bebas")))
        .subquery()
    )
    last = select(stood.c.enrolment_id).where(stood.c.place == 1, stood.c.kind == "bebas")
    return list(session.scalars(last))
