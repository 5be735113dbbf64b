"""A person's own sign-ins, and ending those elsewhere: part of /profil."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_login import current_user

from netral.accounts.sessions import OpenSession, end_one_session, end_other_sessions, list_sessions
from netral.extensions import reading_session
from netral.web.edge import current
from netral.web.edge.access import signed_in

bp = Blueprint("own_sessions", __name__)


def read_sessions() -> tuple[OpenSession, ...]:
    with reading_session() as reading:
        return list_sessions(reading, user_id=current.actor().user_id, token=current_user.token, now=current.now())


@bp.post("/profil/sesi/<int:session_id>/akhiri")
@signed_in
def end_one(session_id: int) -> ResponseReturnValue:
    """End one of the person's own sessions; the second time has no effect."""
    end_one_session(current.session(), current.act(), session_id=session_id)
    current.session().commit()
    flash("Perangkat itu sudah keluar.")
    return redirect("/profil#sesi", 303)


@bp.post("/profil/sesi/akhiri-lainnya")
@signed_in
def end_others() -> ResponseReturnValue:
    end_other_sessions(current.session(), current.act(), token=current_user.token)
    current.session().commit()
    flash("Semua perangkat lain sudah keluar.")
    return redirect("/profil#sesi", 303)
