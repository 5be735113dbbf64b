"""/hadir/<id>: a person types the code on the speaker's screen."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.organisation.numbers import strip_nip
from netral.sosialisasi import attending
from netral.sosialisasi.holding import MeetingState, find_meeting, invites, was_there
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.learner.learner import asn_id

bp = Blueprint("attending", __name__)

WRONG = "Kode ini tidak cocok atau sudah berganti. Lihat lagi layar pembicara"
REFUSED = {
    MeetingState.UPCOMING: "Kehadiran dapat dicatat mulai 30 menit sebelum acara",
    MeetingState.OVER: "Acara ini sudah selesai. Minta petugas OPD Anda mencatat kehadiran Anda",
    MeetingState.CANCELLED: "Acara ini dibatalkan",
}


@bp.get("/hadir/<int:meeting_id>")
@requires(Permission.LEARN)
def ask(meeting_id: int) -> ResponseReturnValue:
    return show(meeting_id)


@bp.post("/hadir/<int:meeting_id>")
@requires(Permission.LEARN)
def attend(meeting_id: int) -> ResponseReturnValue:
    """Note the person once; a wrong code is counted, so that nobody can try all of them."""
    session, person, code = current.session(), asn_id(), strip_nip(request.form.get("kode", ""))
    try:
        new = attending.attend(session, current.act(), meeting_id, asn_id=person, code=code)
    except attending.WrongMeetingCode:
        session.commit()
        return show(meeting_id, WRONG)
    except attending.MeetingNotOpen as fact:
        session.rollback()
        return show(meeting_id, REFUSED[fact.args[0]])
    except attending.NotInvited:
        session.rollback()
        return show(meeting_id)[0], HTTPStatus.FORBIDDEN
    session.commit()
    flash("Kehadiran Anda tercatat." if new else "Kehadiran Anda sudah tercatat sebelumnya.", "success")
    return redirect(f"/hadir/{meeting_id}", 303)


def show(meeting_id: int, problem: str | None = None) -> tuple[str, int]:
    session = current.session()
    meeting = find_meeting(session, meeting_id, instansi_id=current.instansi_id())
    page = render_template(
        "sosialisasi/hadir.html",
        meeting=meeting,
        state=meeting.state(current.now()),
        noted=was_there(session, meeting_id, asn_id=asn_id()),
        problem=problem,
        problems=[{"text": problem, **({"target": "kode"} if problem == WRONG else {})}] if problem else [],
        refused=REFUSED,
        invited=invites(session, meeting_id, asn_id=asn_id()),
    )
    return page, 422 if problem else 200
