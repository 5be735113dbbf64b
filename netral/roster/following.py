"""The periods of an instansi follow its roster: joins, moves, leaves and returns become dated rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.tables import change_rows, insert
from netral.learning.periods.enrolments import Standing
from netral.learning.periods.models import Enrolment, EnrolmentChange, Period
from netral.learning.periods.opening import lock_instansi
from netral.organisation.models import Asn


@dataclass(frozen=True, slots=True)
class Followed:
    """What a roster changed in one period, in numbers of people."""

    period_id: int
    kode: str
    joined: int
    moved: int
    left: int
    returned: int

    @property
    def total(self) -> int:
        return self.joined + self.moved + self.left + self.returned


def follow_roster(session: Session, *, instansi_id: int, now: datetime, by: int | None) -> tuple[Followed, ...]:
    """Compares every period that has not closed with the roster as it is and writes what differs; again: nothing.

    Nobody is taken out: who left counts as keluar from now on. Who comes back is wajib, or exempt as he was before.
    """
    lock_instansi(session, instansi_id)
    statement = select(Period.id, Period.kode).where(Period.instansi_id == instansi_id, Period.closes_at > now)
    return tuple(
        follow_in(session, period_id, kode, instansi_id=instansi_id, now=now, by=by)
        for period_id, kode in session.execute(statement.order_by(Period.id)).all()
    )


def follow_in(
    session: Session, period_id: int, kode: str, *, instansi_id: int, now: datetime, by: int | None
) -> Followed:
    steps = Steps(session, instansi_id, period_id, now, by)
    followed = Followed(
        period_id, kode, joined=steps.join(), moved=steps.move(), left=steps.leave(), returned=steps.come_back()
    )
    if followed.total:
        record(
            session,
            Act(by, now, instansi_id),
            action="period.roster_followed",
            object_kind="period",
            object_id=period_id,
            detail={
                "joined": followed.joined,
                "moved": followed.moved,
                "left": followed.left,
                "returned": followed.returned,
            },
        )
    return followed


GONE = Enrolment.standing == Standing.KELUAR.value


@dataclass(frozen=True, slots=True)
class Steps:
    """One statement for each kind of change and its dated rows, however many people it is about."""

    session: Session
    instansi_id: int
    period_id: int
    now: datetime
    by: int | None

    def join(self) -> int:
        last = self.session.scalar(select(func.max(Enrolment.id))) or 0
        moment = literal(self.now, Enrolment.joined_at.type)
        known = exists().where(Enrolment.period_id == self.period_id, Enrolment.asn_id == Asn.id)
        people = select(
            literal(self.instansi_id),
            literal(self.period_id),
            Asn.id,
            Asn.opd_id,
            Asn.opd_id,
            literal(Standing.WAJIB.value),
            moment,
            literal(0),
        ).where(Asn.instansi_id == self.instansi_id, Asn.active.is_(True), ~known)
        columns = ["instansi_id", "period_id", "asn_id", "opd_id", "current_opd_id", "standing", "joined_at"]
        joined = change_rows(
            self.session, insert(self.session, Enrolment).from_select([*columns, "extra_time_percent"], people)
        )
        if joined:
            self.write("masuk", Enrolment.id > last)
        return joined

    def move(self) -> int:
        elsewhere = ~GONE & Asn.active.is_(True) & (Enrolment.current_opd_id != Asn.opd_id)
        moved = self.write("pindah", elsewhere)
        if moved:
            self.set_opd(elsewhere)
        return moved

    def leave(self) -> int:
        leaving = ~GONE & Asn.active.is_(False)
        left = self.write("keluar", leaving, opd=Enrolment.current_opd_id)
        if left:
            self.set_standing(Standing.KELUAR, leaving)
        return left

    def come_back(self) -> int:
        returning = GONE & Asn.active.is_(True)
        exempt = list(self.session.scalars(self.people(Enrolment.id).where(returning, last_standing() == "bebas")))
        returned = self.write("kembali", returning)
        if returned:
            self.set_opd(returning)
            self.set_standing(Standing.WAJIB, returning)
        if exempt:
            self.write("bebas", Enrolment.id.in_(exempt))
            self.set_standing(Standing.BEBAS, Enrolment.id.in_(exempt))
        return returned

    def people(self, *columns: Any) -> Select[Any]:
        return select(*columns).join(Asn, Asn.id == Enrolment.asn_id).where(Enrolment.period_id == self.period_id)

    def write(self, kind: str, who: ColumnElement[bool], *, opd: Any = Asn.opd_id) -> int:
        """The dated rows; returns how many. Written before the enrolments change, since `who` looks at these."""
        columns = ["instansi_id", "enrolment_id", "kind", "at", "opd_id", "reason", "by_user_id"]
        rows = self.people(
            literal(self.instansi_id),
            Enrolment.id,
            literal(kind),
            literal(self.now, EnrolmentChange.at.type),
            opd,
            literal(""),
            literal(self.by, EnrolmentChange.by_user_id.type),
        ).where(who)
        return change_rows(self.session, insert(self.session, EnrolmentChange).from_select(columns, rows))

    def set_opd(self, who: ColumnElement[bool]) -> None:
        opd = select(Asn.opd_id).where(Asn.id == Enrolment.asn_id).scalar_subquery()
        self.change(who, current_opd_id=opd)

    def set_standing(self, standing: Standing, who: ColumnElement[bool]) -> None:
        self.change(who, standing=standing.value)

    def change(self, who: ColumnElement[bool], **values: Any) -> None:
        found = self.people(Enrolment.id).where(who).correlate(None)
        statement = update(Enrolment).where(Enrolment.id.in_(found)).values(values)
        self.session.execute(statement, execution_options={"synchronize_session": False})


def last_standing() -> Any:
    """The last change that gave a standing other than keluar: what a leaver was before he left."""
    return (
        select(EnrolmentChange.kind)
        .where(EnrolmentChange.enrolment_id == Enrolment.id, EnrolmentChange.kind.in_(("masuk", "kembali", "bebas")))
        .order_by(EnrolmentChange.at.desc(), EnrolmentChange.id.desc())
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )
