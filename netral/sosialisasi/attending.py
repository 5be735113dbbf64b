"""Noting who was at a meeting: by the code on the screen, or by roll call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, true, update
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.accounts.directory import cover
from netral.accounts.limits import Guess, check_pair, count_failure, digest
from netral.audit.events import Act
from netral.database.paging import Page, paginate
from netral.database.tables import change_rows, insert
from netral.errors import NetralError, NotFound
from netral.organisation.models import Asn, Opd
from netral.organisation.numbers import last_digits
from netral.organisation.searching import finds
from netral.sosialisasi.holding import Meeting, MeetingState, find_meeting, invites, is_invited, note
from netral.sosialisasi.models import Attendance

BY_CODE, BY_NAME = "kode", "absen"


class WrongMeetingCode(NetralError):
    """The code is not that of this minute or of the one before."""


class MeetingNotOpen(NetralError):
    """Attendance is noted from half an hour before a meeting until half an hour after it; the argument is its state."""


class NotInvited(NetralError):
    """The person's unit is not invited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """A person invited, or present without an invitation. `method` is None for somebody who is not noted."""

    asn_id: int
    nama: str
    nip_akhir: str
    opd: str
    method: str | None
    at: datetime | None


def attend(session: Session, act: Act, meeting_id: int, *, asn_id: int, code: str) -> bool:
    """Note a person by the code they typed; return whether this call did. A wrong code is counted: commit it as well.

    Raises NotFound, NotInvited, MeetingNotOpen, WrongMeetingCode, TooManyFailures.
    """
    meeting = find_meeting(session, meeting_id, instansi_id=act.instansi_id)
    if not invites(session, meeting_id, asn_id=asn_id):
        raise NotInvited(meeting_id)
    check_open(meeting, act.now)
    pair = digest("sosialisasi", str(meeting_id), str(asn_id))
    guess = Guess(pair, pair)
    check_pair(session, guess, now=act.now)
    if not meeting.accepts(code, act.now):
        count_failure(session, guess, now=act.now)
        raise WrongMeetingCode(meeting_id)
    return bool(note_present(session, act, meeting, [asn_id], method=BY_CODE))


def call_roll(session: Session, act: Act, meeting_id: int, *, reach: Reach, asn_ids: Sequence[int]) -> int:
    """Note people of the officer's reach as present; return how many were not noted before. Also after the meeting.

    Raises NotFound, also for a person out of reach, and MeetingNotOpen before it.
    """
    meeting = find_meeting(session, meeting_id, instansi_id=act.instansi_id)
    if meeting.state(act.now) in {MeetingState.UPCOMING, MeetingState.CANCELLED}:
        raise MeetingNotOpen(meeting.state(act.now))
    check_reach(session, reach, asn_ids)
    return note_present(session, act, meeting, asn_ids, method=BY_NAME)


def strike(session: Session, act: Act, meeting_id: int, *, reach: Reach, asn_id: int) -> bool:
    """Strike a mistaken row; return whether this call did. Raises NotFound."""
    meeting = find_meeting(session, meeting_id, instansi_id=act.instansi_id)
    check_reach(session, reach, [asn_id])
    noted = and_(Attendance.sosialisasi_id == meeting.id, Attendance.asn_id == asn_id, Attendance.struck_at.is_(None))
    struck = change_rows(session, update(Attendance).where(noted).values(struck_at=act.now)) == 1
    if struck:
        note(session, act, "sosialisasi.attendance_struck", meeting.id, nama=meeting.judul, person=asn_id)
    return struck


def check_open(meeting: Meeting, now: datetime) -> None:
    if meeting.state(now) is not MeetingState.OPEN:
        raise MeetingNotOpen(meeting.state(now))


def check_reach(session: Session, reach: Reach, asn_ids: Sequence[int]) -> None:
    within = select(Asn.id).join(Opd, Opd.id == Asn.opd_id).where(Asn.id.in_(asn_ids), cover(reach))
    if set(session.execute(within).scalars()) != set(asn_ids):
        raise NotFound("asn")


def note_present(session: Session, act: Act, meeting: Meeting, asn_ids: Sequence[int], *, method: str) -> int:
    """Note people once each. A row that was struck counts again."""
    rows = [
        {
            "instansi_id": meeting.instansi_id,
            "sosialisasi_id": meeting.id,
            "asn_id": asn_id,
            "opd_id": opd_id,
            "method": method,
            "at": act.now,
            "by_user_id": act.actor_id if method == BY_NAME else None,
        }
        for asn_id, opd_id in session.execute(select(Asn.id, Asn.opd_id).where(Asn.id.in_(asn_ids)).order_by(Asn.id))
    ]
    statement = insert(session, Attendance).values(rows)
    again = statement.on_conflict_do_update(
        index_elements=["sosialisasi_id", "asn_id"],
        set_={name: statement.excluded[name] for name in ("opd_id", "method", "at", "by_user_id")}
        | {"struck_at": None},
        where=Attendance.struck_at.is_not(None),
    )
    noted = change_rows(session, again) if rows else 0
    if noted:
        note(session, act, "sosialisasi.attended", meeting.id, nama=meeting.judul, count=noted, method=method)
    return noted


def list_attendees(
    session: Session, meeting: Meeting, *, reach: Reach, words: str = "", absent: bool | None = None, page: int = 1
) -> Page[Attendee]:
    """List people invited or present within a reach, by unit and name. `absent`: only people not noted, or noted.

    With `words`, the people who match are found whether they are invited or not: somebody may have come along.
    """
    here = and_(Attendance.asn_id == Asn.id, Attendance.sosialisasi_id == meeting.id, Attendance.struck_at.is_(None))
    statement = (
        select(Asn.id, Asn.nama, Asn.nip, Opd.nama.label("opd"), Attendance.method, Attendance.at)
        .join(Opd, Opd.id == Asn.opd_id)
        .outerjoin(Attendance, here)
        .where(cover(reach), finds(words))
        .where(Attendance.id.is_not(None) | (Asn.active.is_(True) & (true() if words else is_invited(meeting.id))))
        .order_by(Opd.path, Asn.nama_cari, Asn.id)
    )
    if absent is not None:
        statement = statement.where(Attendance.id.is_(None) if absent else Attendance.id.is_not(None))
    return paginate(session, statement, number=page).map(
        lambda row: Attendee(
            asn_id=row.id,
            nama=row.nama,
            nip_akhir=last_digits(row.nip),
            opd=row.opd,
            method=row.method,
            at=row.at,
        )
    )
