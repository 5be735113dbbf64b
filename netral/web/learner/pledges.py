"""The ikrar at /ikrar: four ticks, or a question first, or a refusal."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.learning.periods.enrolments import get_enrolled
from netral.pledges.signing import (
    IkrarChanged,
    Otherwise,
    Outcome,
    PointsUnticked,
    answer_otherwise,
    find_answer,
    read_own_ikrar,
    sign,
)
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.completing import complete
from netral.web.edge.queries import read_number
from netral.web.edge.tracing import trace
from netral.web.learner.learner import asn_id, kode, link

bp = Blueprint("pledges", __name__)
OTHERWISE: dict[str, Otherwise] = {"tanya-dulu": Outcome.TANYA_DULU, "menolak": Outcome.MENOLAK}


@bp.get("/ikrar")
@requires(Permission.LEARN)
def read() -> ResponseReturnValue:
    return show()


def show(unticked: tuple[int, ...] = (), *, changed: bool = False) -> ResponseReturnValue:
    session, now = current.session(), current.now()
    enrolled = get_enrolled(session, asn_id=asn_id(), kode=kode())
    body = render_template(
        "ikrar/baca.html",
        enrolled=enrolled,
        ikrar=read_own_ikrar(session, enrolled),
        answered=find_answer(session, enrolled.id),
        open=enrolled.may_sign(now),
        until=enrolled.period.sign_until if enrolled.period.closes_at <= now else None,
        ticked=[] if changed else request.form.getlist("butir"),
        changed=changed,
        unticked=unticked,
        problems=[
            {"text": f"Centang butir {point} bila Anda menyetujuinya", "target": f"butir-{point}"} for point in unticked
        ],
    )
    return body, 409 if changed else 422 if unticked else 200


@bp.post("/ikrar")
@requires(Permission.LEARN)
def answer() -> ResponseReturnValue:
    """Record the answer; agreeing needs four ticks. A signature may complete a certificate in the same transaction."""
    try:
        return record()
    except PointsUnticked as fact:
        current.session().rollback()
        return show(fact.args)
    except IkrarChanged:
        current.session().rollback()
        return show(changed=True)


def record() -> ResponseReturnValue:
    session, act = current.session(), current.act()
    chosen, shown = OTHERWISE.get(request.form.get("aksi", "")), read_number(request.form.get("naskah", ""))
    if chosen is not None:
        answer_otherwise(session, act, asn_id=asn_id(), kode=kode(), outcome=chosen, shown=shown)
        session.commit()
        return redirect(link("/ikrar"), 303)
    ticked = frozenset(int(point) for point in request.form.getlist("butir") if point in {"1", "2", "3", "4"})
    signed = sign(session, act, asn_id=asn_id(), kode=kode(), ticked=ticked, shown=shown)
    if signed.new:
        complete(signed.enrolment_id)
        trace("ikrar")
    session.commit()
    flash("Ikrar sudah Anda tandatangani.", "success")
    return redirect(link("/tugas"), 303)
