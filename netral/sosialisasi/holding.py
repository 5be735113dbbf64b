"""Calling a meeting, changing it, calling it off; and its code, which changes every minute."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

import pyotp
from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from netral.audit.events import Act, record
from netral.database.paging import Page, paginate
from netral.database.tables import Reader, insert
from netral.errors import NetralError, NotFound
from netral.learning.periods.models import Period
from netral.organisation.instansi import lock_instansi
from netral.organisation.models import Asn, Opd
from netral.sosialisasi.models import Attendance, Invitation, Sosialisasi
from netral.versions import check_version

CODE_SECONDS = 60
SECRET_BYTES = 20
# People come early, and the last ones type the code while others leave.
BEFORE, AFTER = timedelta(minutes=30), timedelta(minutes=30)
LONGEST = timedelta(hours=12)


class TimesReversed(NetralError):
    """A meeting ends after it begins, at most twelve hours later."""


class NobodyInvited(NetralError):
    """A meeting invites at least one unit."""


class MeetingOver(NetralError):
    """The meeting has ended, or was called off; nothing of it can be changed."""


class MeetingState(StrEnum):
    UPCOMING = "akan-datang"
    OPEN = "berlangsung"
    OVER = "selesai"
    CANCELLED = "batal"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPlan:
    """The choices of an officer. `opd_ids`: units invited with everything below."""

    judul: str
    tempat: str
    pembicara: str
    starts_at: datetime
    ends_at: datetime
    opd_ids: tuple[int, ...]
    period_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting as it is stored. Its secret never leaves the server: only the codes of the minute do."""

    id: int
    instansi_id: int
    judul: str
    tempat: str
    pembicara: str
    starts_at: datetime
    ends_at: datetime
    period_id: int | None
    secret: str
    cancelled_at: datetime | None
    cancel_reason: str

    def state(self, now: datetime) -> MeetingState:
        if self.cancelled_at:
            return MeetingState.CANCELLED
        if now < self.starts_at - BEFORE:
            return MeetingState.UPCOMING
        return MeetingState.OPEN if now < self.ends_at + AFTER else MeetingState.OVER

    def code(self, now: datetime) -> str:
        """Return the six digits of this minute."""
        return str(pyotp.TOTP(self.secret, interval=CODE_SECONDS).at(now))

    def seconds_left(self, now: datetime) -> int:
        """Return for how many seconds the code of this minute stays on the screen."""
        return CODE_SECONDS - int(now.timestamp()) % CODE_SECONDS

    def accepts(self, code: str, now: datetime) -> bool:
        """Return whether this is the code of this minute or of the one before, which people are still typing."""
        return code in {self.code(now), self.code(now - timedelta(seconds=CODE_SECONDS))}


COLUMNS = tuple(Sosialisasi.__table__.c[each.name] for each in fields(Meeting))


def call_meeting(session: Session, act: Act, plan: MeetingPlan, *, random_bytes: bytes) -> int:
    """Call a meeting and return its id; one that is planned for the same people already is not called twice.

    `random_bytes`: 20 of them, from which its codes are computed. Raises TimesReversed, NobodyInvited, NotFound.
    """
    lock_instansi(session, act.instansi_id)
    check_plan(session, act, plan)
    if (same := find_same(session, act, plan)) is not None:
        return same
    values = as_values(plan) | {
        "instansi_id": act.instansi_id,
        "secret": base64.b32encode(random_bytes[:SECRET_BYTES]).decode(),
        "created_at": act.now,
        "created_by": act.actor_id,
        "cancel_reason": "",
    }
    written = insert(session, Sosialisasi).values(values).returning(Sosialisasi.id)
    meeting_id: int = session.execute(written).scalar_one()
    invite(session, meeting_id, plan.opd_ids)
    note(session, act, "sosialisasi.called", meeting_id, nama=plan.judul, invited=len(set(plan.opd_ids)))
    return meeting_id


def find_same(session: Session, act: Act, plan: MeetingPlan) -> int | None:
    """Return the id of a meeting with the same plan that was not called off, as a form that is sent twice finds it."""
    values = as_values(plan) | {"instansi_id": act.instansi_id, "cancelled_at": None}
    alike = select(Sosialisasi.id).where(*(Sosialisasi.__table__.c[name] == value for name, value in values.items()))
    units = sorted(set(plan.opd_ids))
    invited = select(Invitation.opd_id).order_by(Invitation.opd_id)
    return next(
        (
            meeting_id
            for meeting_id in session.scalars(alike)
            if session.scalars(invited.where(Invitation.sosialisasi_id == meeting_id)).all() == units
        ),
        None,
    )


def change_meeting(session: Session, act: Act, meeting_id: int, plan: MeetingPlan, *, version: str) -> None:
    """Change a meeting that has not ended. Raises NotFound, MeetingOver, Outdated and the errors of `call_meeting`."""
    lock_instansi(session, act.instansi_id)
    meeting = find_meeting(session, meeting_id, instansi_id=act.instansi_id)
    check_version(version, describe(session, meeting))
    if meeting.state(act.now) in {MeetingState.OVER, MeetingState.CANCELLED}:
        raise MeetingOver(meeting_id)
    check_plan(session, act, plan)
    row = session.get_one(Sosialisasi, meeting_id)
    for name, value in as_values(plan).items():
        setattr(row, name, value)
    session.execute(delete(Invitation).where(Invitation.sosialisasi_id == meeting_id))
    invite(session, meeting_id, plan.opd_ids)
    note(session, act, "sosialisasi.changed", meeting_id, nama=plan.judul, invited=len(set(plan.opd_ids)))


def call_off(session: Session, act: Act, meeting_id: int, *, reason: str) -> None:
    """Call a meeting off; the attendance noted so far stays. Raises NotFound, MeetingOver."""
    lock_instansi(session, act.instansi_id)
    meeting = find_meeting(session, meeting_id, instansi_id=act.instansi_id)
    if meeting.state(act.now) in {MeetingState.OVER, MeetingState.CANCELLED}:
        raise MeetingOver(meeting_id)
    row = session.get_one(Sosialisasi, meeting_id)
    row.cancelled_at, row.cancel_reason = act.now, reason
    note(session, act, "sosialisasi.called_off", meeting_id, nama=meeting.judul, reason=reason)


def describe(session: Session, meeting: Meeting) -> list[object]:
    """Return what the form of a meeting shows, by which two officers at once are noticed."""
    times = [meeting.starts_at.isoformat(), meeting.ends_at.isoformat(), str(meeting.cancelled_at)]
    return [
        meeting.judul,
        meeting.tempat,
        meeting.pembicara,
        *times,
        meeting.period_id,
        list_invited(session, meeting.id),
    ]


def as_values(plan: MeetingPlan) -> dict[str, object]:
    names = ("judul", "tempat", "pembicara", "starts_at", "ends_at", "period_id")
    return {name: getattr(plan, name) for name in names}


def check_plan(session: Session, act: Act, plan: MeetingPlan) -> None:
    if not timedelta(0) < plan.ends_at - plan.starts_at <= LONGEST:
        raise TimesReversed
    if not plan.opd_ids:
        raise NobodyInvited
    own = select(func.count(Opd.id)).where(Opd.id.in_(plan.opd_ids), Opd.instansi_id == act.instansi_id)
    if session.scalar(own) != len(set(plan.opd_ids)):
        raise NotFound("opd")
    period = exists().where(Period.id == plan.period_id, Period.instansi_id == act.instansi_id)
    if plan.period_id is not None and not session.scalar(select(period)):
        raise NotFound("period")


def invite(session: Session, meeting_id: int, opd_ids: Sequence[int]) -> None:
    rows = [{"sosialisasi_id": meeting_id, "opd_id": opd_id} for opd_id in dict.fromkeys(opd_ids)]
    session.execute(insert(session, Invitation), rows)


def note(session: Session, act: Act, action: str, meeting_id: int, **detail: object) -> None:
    record(session, act, action=action, object_kind="sosialisasi", object_id=meeting_id, detail=detail)


def find_meeting(session: Reader, meeting_id: int, *, instansi_id: int | None) -> Meeting:
    """Return a meeting of this instansi. Raises NotFound."""
    own = (Sosialisasi.id == meeting_id) & (Sosialisasi.instansi_id == instansi_id)
    row = session.execute(select(*COLUMNS).where(own)).one_or_none()
    if row is None:
        raise NotFound("sosialisasi", meeting_id)
    return Meeting(**row._asdict())


def list_meetings(session: Session, *, instansi_id: int, page: int = 1) -> Page[Meeting]:
    """List the meetings of an instansi, the latest first."""
    statement = select(*COLUMNS).where(Sosialisasi.instansi_id == instansi_id).order_by(Sosialisasi.starts_at.desc())
    return paginate(session, statement, number=page).map(lambda row: Meeting(**row._asdict()))


def list_invited(session: Reader, meeting_id: int) -> list[str]:
    """List the kode of the units invited."""
    units = select(Opd.kode).join(Invitation, Invitation.opd_id == Opd.id)
    return list(session.execute(units.where(Invitation.sosialisasi_id == meeting_id).order_by(Opd.path)).scalars())


def is_invited(meeting_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return a condition on rows of Asn joined to their Opd: an invited unit holds theirs."""
    unit = aliased(Opd)
    return exists().where(
        Invitation.sosialisasi_id == meeting_id, unit.id == Invitation.opd_id, Opd.path.startswith(unit.path)
    )


def invites(session: Reader, meeting_id: int, *, asn_id: int) -> bool:
    """Return whether a meeting invites a person."""
    invited = select(Asn.id).join(Opd, Opd.id == Asn.opd_id).where(Asn.id == asn_id, is_invited(meeting_id))
    return session.execute(invited).scalar() is not None


def list_meetings_of(session: Reader, *, asn_id: int, now: datetime) -> tuple[Meeting, ...]:
    """List the meetings to which a person is invited and that have not ended, the next first."""
    statement: Select[*tuple[object, ...]] = (
        select(*COLUMNS)
        .select_from(Sosialisasi)
        .join(Asn, and_(Asn.id == asn_id, Asn.instansi_id == Sosialisasi.instansi_id))
        .join(Opd, Opd.id == Asn.opd_id)
        .where(Sosialisasi.cancelled_at.is_(None), Sosialisasi.ends_at > now - AFTER)
        .where(is_invited(Sosialisasi.id))
        .order_by(Sosialisasi.starts_at, Sosialisasi.id)
    )
    return tuple(Meeting(**row._asdict()) for row in session.execute(statement))


def was_there(session: Reader, meeting_id: int, *, asn_id: int) -> bool:
    found = exists().where(
        Attendance.sosialisasi_id == meeting_id, Attendance.asn_id == asn_id, Attendance.struck_at.is_(None)
    )
    return bool(session.execute(select(found)).scalar())
