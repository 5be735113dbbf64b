"""The place of a person in a period: finding it, locking it, exempting, giving extra time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.hot import Prepared
from netral.database.tables import Reader, UtcDateTime, insert
from netral.errors import NetralError, NotFound
from netral.learning.periods.models import Enrolment, EnrolmentChange
from netral.learning.periods.reading import (
    PERIOD,
    PERIOD_COLUMNS,
    SETTINGS,
    PeriodState,
    PeriodView,
    as_view,
    default_order,
    select_period,
)
from netral.organisation.nik import mask_nik
from netral.versions import check_version

MOST_EXTRA_PERCENT = 300


class Standing(StrEnum):
    WAJIB = "wajib"
    BEBAS = "bebas"
    KELUAR = "keluar"


class ReasonMissing(NetralError):
    """An exemption is granted and ended for a reason."""


class StandingUnchanged(NetralError):
    """The person has this standing already, or has left; the argument is the standing."""


class ExtraTimeOutOfRange(NetralError):
    """Extra time is 0 to 300 percent; the argument is what was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A person in a period, as of this transaction."""

    id: int
    asn_id: int
    opd_id: int
    standing: Standing
    extra_time_percent: int
    notice_read_at: datetime | None
    started_at: datetime | None
    passed_at: datetime | None
    pledged_at: datetime | None
    completed_at: datetime | None
    period: PeriodView

    def may_learn(self, now: datetime) -> bool:
        """Return whether what the person does now counts: the period runs, and they have not left it."""
        running = self.period.state(now) in {PeriodState.OPEN, PeriodState.LATE}
        return running and self.standing is not Standing.KELUAR

    def is_left_to_do(self, now: datetime) -> bool:
        return self.may_learn(now) and self.completed_at is None


ENROLMENT = Enrolment.__table__
COLUMNS = (
    ENROLMENT.c.id,
    ENROLMENT.c.asn_id,
    ENROLMENT.c.current_opd_id,
    ENROLMENT.c.standing,
    ENROLMENT.c.extra_time_percent,
    ENROLMENT.c.notice_read_at,
    ENROLMENT.c.started_at,
    ENROLMENT.c.passed_at,
    ENROLMENT.c.pledged_at,
    ENROLMENT.c.completed_at,
)
OWN = len(PERIOD_COLUMNS) + len(SETTINGS)
# Every request of a learner begins with one of these, and putting it together costs more than running it: done once.
OF_PERSON = (
    select_period()
    .add_columns(*(column.label(f"own_{column.key}") for column in COLUMNS))
    .join(ENROLMENT, ENROLMENT.c.period_id == PERIOD.c.id)
    .where(ENROLMENT.c.asn_id == bindparam("asn_id"))
)
BY_KODE = Prepared(OF_PERSON.where(PERIOD.c.kode == bindparam("kode")))
LOCK_BY_KODE = Prepared(BY_KODE.statement.with_for_update(of=ENROLMENT, key_share=True))
ALL_OWN = Prepared(OF_PERSON.order_by(*default_order(bindparam("now", type_=UtcDateTime()))))


def list_enrolled(session: Reader, *, asn_id: int, now: datetime) -> tuple[Enrolled, ...]:
    """List every period of a person: those with something left to do first, by nearest tenggat, then the rest."""
    own = [as_enrolled(row) for row in ALL_OWN.all(session, asn_id=asn_id, now=now)]
    return tuple(sorted(own, key=lambda each: (not each.is_left_to_do(now), not each.may_learn(now))))


def get_enrolled(session: Reader, *, asn_id: int, kode: str) -> Enrolled:
    """Raises NotFound."""
    row = BY_KODE.first(session, asn_id=asn_id, kode=kode)
    if row is None:
        raise NotFound(kode)
    return as_enrolled(row)


def lock_enrolled(session: Reader, *, asn_id: int, kode: str) -> Enrolled:
    """Whatever a person writes begins here, so that two of his requests go one after the other. Raises NotFound.

    The lock comes alone and first: PostgreSQL reads what is joined to a locked row from before the wait. Rows that
    refer to the enrolment are not kept waiting (FOR NO KEY UPDATE).
    """
    row = LOCK_BY_KODE.first(session, asn_id=asn_id, kode=kode)
    if row is None:
        raise NotFound(kode)
    return as_enrolled(row)


def as_enrolled(row: Row[Any]) -> Enrolled:
    enrolment_id, asn_id, opd_id, standing, extra, notice, started, passed, pledged, completed = row[OWN:]
    return Enrolled(
        id=enrolment_id,
        asn_id=asn_id,
        opd_id=opd_id,
        standing=Standing(standing),
        extra_time_percent=extra,
        notice_read_at=notice,
        started_at=started,
        passed_at=passed,
        pledged_at=pledged,
        completed_at=completed,
        period=as_view(row),
    )


def mark_started(writer: Reader, enrolled: Enrolled, *, now: datetime) -> None:
    """The first page, practice answer or attempt; once."""
    if enrolled.started_at is None:
        unset = Enrolment.started_at.is_(None)
        writer.execute(update(Enrolment).where(Enrolment.id == enrolled.id, unset).values(started_at=now))


def exempt(
    session: Session, *, instansi_id: int, asn_id: int, kode: str, reason: str, now: datetime, by: int | None
) -> None:
    """Counted apart from now on, never as passed. Raises NotFound, ReasonMissing or StandingUnchanged."""
    change_standing(session, Standing.BEBAS, instansi_id, asn_id=asn_id, kode=kode, reason=reason, now=now, by=by)


def end_exemption(
    session: Session, *, instansi_id: int, asn_id: int, kode: str, reason: str, now: datetime, by: int | None
) -> None:
    """Raises NotFound, ReasonMissing or StandingUnchanged."""
    change_standing(session, Standing.WAJIB, instansi_id, asn_id=asn_id, kode=kode, reason=reason, now=now, by=by)


def change_standing(
    session: Session,
    standing: Standing,
    instansi_id: int,
    *,
    asn_id: int,
    kode: str,
    reason: str,
    now: datetime,
    by: int | None,
) -> None:
    if not reason.strip():
        raise ReasonMissing
    enrolled = lock_within(session, instansi_id, asn_id=asn_id, kode=kode)
    if enrolled.standing in {standing, Standing.KELUAR}:
        raise StandingUnchanged(enrolled.standing)
    session.execute(update(Enrolment).where(Enrolment.id == enrolled.id).values(standing=standing.value))
    change = {
        "instansi_id": instansi_id,
        "enrolment_id": enrolled.id,
        "kind": "bebas" if standing is Standing.BEBAS else "kembali",
        "at": now,
        "opd_id": enrolled.opd_id,
        "reason": mask_nik(reason.strip()),
        "by_user_id": by,
    }
    session.execute(insert(session, EnrolmentChange).values(change))
    action = "enrolment.exempted" if standing is Standing.BEBAS else "enrolment.exemption_ended"
    record_enrolment(session, action, enrolled, now=now, by=by, detail={"reason": mask_nik(reason.strip())})


def give_extra_time(
    session: Session,
    *,
    instansi_id: int,
    asn_id: int,
    kode: str,
    percent: int,
    now: datetime,
    by: int | None,
    version: str | None = None,
) -> None:
    """Set the extra time for attempts that start from now on; setting it again has no further effect.

    `version`: of the percentage that the page showed. Raises NotFound, ExtraTimeOutOfRange or Outdated.
    """
    if not 0 <= percent <= MOST_EXTRA_PERCENT:
        raise ExtraTimeOutOfRange(percent)
    enrolled = lock_within(session, instansi_id, asn_id=asn_id, kode=kode)
    if enrolled.extra_time_percent == percent:
        return
    check_version(version, enrolled.extra_time_percent)
    session.execute(update(Enrolment).where(Enrolment.id == enrolled.id).values(extra_time_percent=percent))
    record_enrolment(session, "enrolment.extra_time_given", enrolled, now=now, by=by, detail={"percent": percent})


def lock_within(session: Session, instansi_id: int, *, asn_id: int, kode: str) -> Enrolled:
    """Raises NotFound for a person or period of another instansi."""
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    if enrolled.period.instansi_id != instansi_id:
        raise NotFound(asn_id)
    return enrolled


def record_enrolment(
    session: Session, action: str, enrolled: Enrolled, *, now: datetime, by: int | None, detail: dict[str, Any]
) -> None:
    record(
        session,
        Act(by, now, enrolled.period.instansi_id),
        action=action,
        object_kind="enrolment",
        object_id=enrolled.id,
        detail={"period": enrolled.period.kode} | detail,
    )
