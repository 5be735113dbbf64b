"""The place of a person in a period: joining, finding and locking it, and the functions that change it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, literal, select, update
from sqlalchemy.orm import Session

from netral.accounts.users import refuse_own_matter
from netral.audit.events import Act, record
from netral.database.hot import PreparedQuery
from netral.database.tables import Reader, change_rows, insert, plan_anew
from netral.errors import NetralError, NotFound
from netral.learning.periods.audience import COUNTED_IN, read_audience
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
from netral.organisation.models import Asn
from netral.organisation.numbers import mask_nik
from netral.versions import check_version

MOST_EXTRA_PERCENT = 300


class Standing(StrEnum):
    WAJIB = "wajib"
    BEBAS = "bebas"
    KELUAR = "keluar"


class ReasonMissing(NetralError):
    """Granting or ending an exemption needs a reason."""


class StandingUnchanged(NetralError):
    """The person has this standing already, or has left; the argument is the standing."""


class ExtraTimeOutOfRange(NetralError):
    """Extra time must be 0 to 300 percent; the argument is the given number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A person in a period, as of this transaction."""

    id: int
    asn_id: int
    standing: Standing
    extra_time_percent: int
    extra_attempts: int
    notice_read_at: datetime | None
    started_at: datetime | None
    passed_at: datetime | None
    pledged_at: datetime | None
    completed_at: datetime | None
    period: PeriodView

    @property
    def max_attempts(self) -> int:
        return self.period.max_attempts + self.extra_attempts

    def may_learn(self, now: datetime) -> bool:
        """Return whether actions of the person count now: the period runs, and they have not left it."""
        running = self.period.state(now) in {PeriodState.OPEN, PeriodState.LATE}
        return running and self.standing is not Standing.KELUAR

    def may_sign(self, now: datetime) -> bool:
        """Return whether the ikrar may be signed: while the period runs, and for a time after it by who passed."""
        in_time = self.passed_at is not None and self.period.closes_at <= now < self.period.sign_until
        return self.may_learn(now) or (in_time and self.standing is not Standing.KELUAR)

    def is_left_to_do(self, now: datetime) -> bool:
        return self.completed_at is None and (self.may_learn(now) or (self.pledged_at is None and self.may_sign(now)))


ENROLMENT = Enrolment.__table__
COLUMNS = tuple(ENROLMENT.c[each.name] for each in fields(Enrolled) if each.name != "period")
OWN = len(PERIOD_COLUMNS) + len(SETTINGS)
OF_PERSON = (
    select_period()
    .add_columns(*(column.label(f"own_{column.key}") for column in COLUMNS))
    .join(ENROLMENT, ENROLMENT.c.period_id == PERIOD.c.id)
    .where(ENROLMENT.c.asn_id == bindparam("asn_id"))
)


def list_enrolled(session: Reader, *, asn_id: int, now: datetime) -> tuple[Enrolled, ...]:
    """List every period of a person: those with open tasks first, by nearest tenggat, then the rest."""
    own = map(as_enrolled, session.execute(OF_PERSON.order_by(*default_order(now)), {"asn_id": asn_id}))
    return tuple(sorted(own, key=lambda each: (not each.is_left_to_do(now), not each.may_learn(now))))


def get_enrolled(session: Reader, *, asn_id: int, kode: str) -> Enrolled:
    """Return the place of a person in a period. Raises NotFound."""
    found = BY_KODE.first(session, asn_id=asn_id, kode=kode)
    if found is None:
        raise NotFound(kode)
    return found


def lock_enrolled(session: Reader, *, asn_id: int, kode: str) -> Enrolled:
    """Lock the place of a person, so that their writing requests run one after the other. Raises NotFound.

    The lock comes alone and first: PostgreSQL reads rows joined to a locked row from before the wait. Rows that refer
    to the enrolment are not kept waiting (FOR NO KEY UPDATE).
    """
    found = LOCK_BY_KODE.first(session, asn_id=asn_id, kode=kode)
    if found is None:
        raise NotFound(kode)
    return found


def as_enrolled(row: Sequence[Any]) -> Enrolled:
    own: dict[str, Any] = {column.key: value for column, value in zip(COLUMNS, row[OWN:], strict=True)}
    return Enrolled(**(own | {"standing": Standing(own["standing"])}), period=as_view(row))


IN_PERIOD = OF_PERSON.where(PERIOD.c.kode == bindparam("kode"))
BY_KODE = PreparedQuery(IN_PERIOD, as_enrolled)
LOCK_BY_KODE = PreparedQuery(IN_PERIOD.with_for_update(of=ENROLMENT, key_share=True), as_enrolled)


def enrol(session: Session, act: Act, *, period_id: int) -> int:
    """Enrol every active ASN of its audience who is not in it yet, where they count today; return how many joined.

    This is the only way into a period: as it opens, and each time the roster has changed.
    """
    instansi_id = act.chain
    known = exists().where(Enrolment.period_id == period_id, Enrolment.asn_id == Asn.id)
    values = {
        "instansi_id": Asn.instansi_id,
        "period_id": literal(period_id),
        "asn_id": Asn.id,
        "opd_id": COUNTED_IN,
        "current_opd_id": COUNTED_IN,
        "standing": literal(Standing.WAJIB.value),
        "joined_at": literal(act.now, Enrolment.joined_at.type),
        "extra_time_percent": literal(0),
    }
    audience = read_audience(session, period_id).condition(instansi_id)
    plan_anew(session)
    people = select(*values.values()).where(audience, ~known).order_by(Asn.id)
    return change_rows(session, insert(session, Enrolment).from_select(list(values), people))


# An enrolment changes only through the following functions. Each step counts from the first time it was taken.


def mark_started(writer: Reader, enrolled: Enrolled, *, now: datetime) -> None:
    """Note the first page, practice answer or attempt."""
    if enrolled.started_at is None:
        mark_first(writer, enrolled.id, Enrolment.started_at, now)


def mark_notice_read(session: Session, enrolled: Enrolled, *, now: datetime) -> None:
    mark_first(session, enrolled.id, Enrolment.notice_read_at, now)


def mark_passed(session: Session, enrolled: Enrolled, *, at: datetime) -> None:
    mark_first(session, enrolled.id, Enrolment.passed_at, at)


def mark_pledged(session: Session, enrolled: Enrolled, *, now: datetime) -> None:
    mark_first(session, enrolled.id, Enrolment.pledged_at, now)


def mark_completed(session: Session, enrolment_id: int, *, now: datetime) -> None:
    """Note the certificate. A reissued one continues the one it supersedes, so the first day stays."""
    mark_first(session, enrolment_id, Enrolment.completed_at, now)


def mark_incomplete(session: Session, enrolment_id: int) -> None:
    """Note that the certificate was revoked."""
    session.execute(update(Enrolment).where(Enrolment.id == enrolment_id).values(completed_at=None))


def mark_first(writer: Reader, enrolment_id: int, step: Any, at: datetime) -> None:
    writer.execute(update(Enrolment).where(Enrolment.id == enrolment_id, step.is_(None)).values({step: at}))


def mark_extra_time(session: Session, enrolled: Enrolled, percent: int) -> None:
    session.execute(update(Enrolment).where(Enrolment.id == enrolled.id).values(extra_time_percent=percent))


def mark_extra_attempts(session: Session, who: ColumnElement[bool], attempts: int) -> None:
    """Give further attempts. `who` is a condition on enrolments."""
    values = {"extra_attempts": Enrolment.extra_attempts + attempts}
    session.execute(update(Enrolment).where(who).values(values), execution_options={"synchronize_session": False})


def mark_standing(session: Session, who: ColumnElement[bool], standing: Standing) -> None:
    """Set the standing. `who` is a condition on enrolments and their people, as in `write_change` and `mark_moved`."""
    mark_people(session, who, standing=standing.value)


def mark_moved(session: Session, who: ColumnElement[bool]) -> None:
    """Count the people from now on where they count today."""
    mark_people(session, who, current_opd_id=select(COUNTED_IN).where(Asn.id == Enrolment.asn_id).scalar_subquery())


def mark_people(session: Session, who: ColumnElement[bool], **values: Any) -> None:
    statement = update(Enrolment).where(Enrolment.id.in_(select_people(Enrolment.id).where(who).correlate(None)))
    session.execute(statement.values(values), execution_options={"synchronize_session": False})


def select_people(*columns: Any) -> Select[Any]:
    return select(*columns).join_from(Enrolment, Asn, Asn.id == Enrolment.asn_id)


def write_change(
    session: Session,
    act: Act,
    kind: str,
    who: ColumnElement[bool],
    *,
    opd: Any = COUNTED_IN,
    reason: str = "",
    since: datetime | None = None,
) -> int:
    """Write the dated rows of a change, before the change since `who` looks at old values; return their number.

    `kind` as in `EnrolmentChange`; `opd` is the OPD where they count from then on. `since`: the instant from which it
    holds, if that is not now; a row is never dated before an earlier one of the same person, nor before they joined.
    """
    values = {
        "instansi_id": Enrolment.instansi_id,
        "enrolment_id": Enrolment.id,
        "kind": literal(kind),
        "at": literal(act.now, EnrolmentChange.at.type) if since is None else no_earlier_than_written(since),
        "opd_id": opd,
        "reason": literal(reason),
        "by_user_id": literal(act.actor_id, EnrolmentChange.by_user_id.type),
    }
    rows = select_people(*values.values()).where(who)
    return change_rows(session, insert(session, EnrolmentChange).from_select(list(values), rows))


def no_earlier_than_written(since: datetime) -> ColumnElement[datetime]:
    """Return the instant itself, or that of the person's last change: reports read changes in the order of both."""
    last = (
        select(func.max(EnrolmentChange.at))
        .where(EnrolmentChange.enrolment_id == Enrolment.id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    written = func.coalesce(last, Enrolment.joined_at)
    wanted = literal(since, EnrolmentChange.at.type)
    return case((written > wanted, written), else_=wanted)


def accept_notice(session: Session, act: Act, *, asn_id: int, kode: str) -> None:
    """Note that the privacy notice was read; calling it twice has no further effect. Raises NotFound."""
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    if enrolled.notice_read_at is None:
        mark_notice_read(session, enrolled, now=act.now)
        record_enrolment(session, act, "enrolment.notice_read", enrolled)


def exempt(session: Session, act: Act, *, asn_id: int, kode: str, reason: str) -> None:
    """Count a person apart from now on, never as passed. Raises NotFound, ReasonMissing or StandingUnchanged."""
    change_standing(session, act, Standing.BEBAS, asn_id=asn_id, kode=kode, reason=reason)


def end_exemption(session: Session, act: Act, *, asn_id: int, kode: str, reason: str) -> None:
    """Count an exempt person as wajib again. Raises NotFound, ReasonMissing or StandingUnchanged."""
    change_standing(session, act, Standing.WAJIB, asn_id=asn_id, kode=kode, reason=reason)


def change_standing(session: Session, act: Act, standing: Standing, *, asn_id: int, kode: str, reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing
    reason = mask_nik(reason.strip())
    enrolled = lock_to_decide(session, act, asn_id=asn_id, kode=kode)
    if enrolled.standing in {standing, Standing.KELUAR}:
        raise StandingUnchanged(enrolled.standing)
    exempted = standing is Standing.BEBAS
    kind, action = ("bebas", "enrolment.exempted") if exempted else ("kembali", "enrolment.exemption_ended")
    person = Enrolment.id == enrolled.id
    write_change(session, act, kind, person, opd=Enrolment.current_opd_id, reason=reason)
    mark_standing(session, person, standing)
    record_enrolment(session, act, action, enrolled, reason=reason)


def give_extra_time(
    session: Session, act: Act, *, asn_id: int, kode: str, percent: int, version: str | None = None
) -> None:
    """Set the extra time for attempts that start from now on; setting it again has no further effect.

    `version`: of the percentage that the page showed. Raises NotFound, ExtraTimeOutOfRange or Outdated.
    """
    if not 0 <= percent <= MOST_EXTRA_PERCENT:
        raise ExtraTimeOutOfRange(percent)
    enrolled = lock_to_decide(session, act, asn_id=asn_id, kode=kode)
    if enrolled.extra_time_percent == percent:
        return
    check_version(version, enrolled.extra_time_percent)
    mark_extra_time(session, enrolled, percent)
    record_enrolment(session, act, "enrolment.extra_time_given", enrolled, percent=percent)


def lock_to_decide(session: Session, act: Act, *, asn_id: int, kode: str) -> Enrolled:
    """Lock the place of a person of this instansi for an officer who decides about it.

    Raises NotFound for a person or period of another instansi, OwnMatter for the officer's own place.
    """
    refuse_own_matter(session, act, asn_id=asn_id)
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    if enrolled.period.instansi_id != act.instansi_id:
        raise NotFound(asn_id)
    return enrolled


def record_enrolment(session: Session, act: Act, action: str, enrolled: Enrolled, **detail: Any) -> None:
    period = enrolled.period
    detail = {"period": period.kode} | detail
    act = act.within(period.instansi_id)
    record(session, act, action=action, object_kind="enrolment", object_id=enrolled.id, detail=detail)
