"""The ikrar at /ikrar: four ticks, or a question first, or a refusal."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.learning.periods.enrolments import get_enrolled
from netral.pledges.signing import Otherwise, Outcome, PointsUnticked, answer_otherwise, find_answer, read_ikrar, sign
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.completing import complete
from netral.web.learner.learner import asn_id, kode, link

bp = Blueprint("pledges", __name__)
OTHERWISE: dict[str, Otherwise] = {"tanya-dulu": Outcome.TANYA_DULU, "menolak": Outcome.MENOLAK}


@bp.get("/ikrar")
@requires(Permission.LEARN)
def read() -> ResponseReturnValue:
    return show()


def show(unticked: tuple[int, ...] = ()) -> ResponseReturnValue:
    session, now = current.session(), current.now()
    enrolled = get_enrolled(session, asn_id=asn_id(), kode=kode())
    body = render_template(
        "ikrar/baca.html",
        enrolled=enrolled,
        ikrar=read_ikrar(session, edition_id=enrolled.period.edition_id),
        answered=find_answer(session, enrolled.id),
        open=enrolled.may_learn(now),
        ticked=request.form.getlist("butir"),
        unticked=unticked,
        problems=[
            {"text": f"Centang butir {point} bila Anda menyetujuinya", "target": f"butir-{point}"} for point in unticked
        ],
    )
    return body, 422 if unticked else 200


@bp.post("/ikrar")
@requires(Permission.LEARN)
def answer() -> ResponseReturnValue:
    """Record the answer; agreeing needs four ticks. A signature may complete a certificate in the same transaction."""
    session, act = current.session(), current.act()
    chosen = OTHERWISE.get(request.form.get("aksi", ""))
    if chosen is not None:
        answer_otherwise(session, act, asn_id=asn_id(), kode=kode(), outcome=chosen)
        session.commit()
        return redirect(link("/ikrar"), 303)
    ticked = frozenset(int(point) for point in request.form.getlist("butir") if point in {"1", "2", "3", "4"})
    try:
        signed = sign(session, act, asn_id=asn_id(), kode=kode(), ticked=ticked)
    except PointsUnticked as fact:
        session.rollback()
        return show(fact.args)
    if signed.new:
        complete(signed.enrolment_id)
    session.commit()
    flash("Ikrar sudah Anda tandatangani.", "success")
    return redirect(link("/tugas"), 303)
