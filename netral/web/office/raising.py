"""Moving a period to a newer edition: /periode/<kode>/edisi shows the effect, then does it."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.extensions import reading_session
from netral.learning.raising import (
    EditionInUse,
    EditionMovedMeanwhile,
    EditionTooSmall,
    RaisePreview,
    find_newer,
    preview_raise,
    raise_edition,
)
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import ReasonForm, typed
from netral.web.edge.queries import read_number
from netral.web.office.period_forms import explain_shortage
from netral.web.office.periods import find_period, instansi_id

bp = Blueprint("raising", __name__)


@bp.get("/periode/<kode>/edisi")
@requires(Permission.MANAGE_PERIODS)
def ask(kode: str) -> ResponseReturnValue:
    return show(kode, ReasonForm(formdata=None))


@bp.post("/periode/<kode>/edisi")
@requires(Permission.MANAGE_PERIODS)
def move(kode: str) -> ResponseReturnValue:
    """Move exactly as the page showed: from the one edition to the other. A second identical form changes nothing."""
    period, form, session = find_period(kode), ReasonForm(), current.session()
    shown, to = (read_number(request.form.get(name, "")) for name in ("dari", "ke"))
    if shown is None or to is None or not form.validate():
        return show(kode, form, 422)
    try:
        raise_edition(session, current.act(), kode=kode, to=to, reason=typed(form.alasan), shown=shown)
    except EditionInUse:
        session.rollback()
        flash(f"Periode {period.nama} sudah memakai edisi {to}. Tidak ada yang dipindahkan dua kali.")
    except EditionMovedMeanwhile as fact:
        session.rollback()
        form.form_errors.append(f"Periode ini sudah pindah ke edisi {fact.args[0]}. Periksa lagi perubahannya")
        return show(kode, form, 409)
    except EditionTooSmall:
        session.rollback()
        return show(kode, form, 422)
    else:
        session.commit()
        flash(f"Periode {period.nama} memakai edisi {to} mulai sekarang.", "success")
    return redirect(f"/periode/{kode}", 303)


def show(kode: str, form: ReasonForm, status: int = 200) -> ResponseReturnValue:
    period, preview = find_period(kode), None
    with reading_session() as reading:
        if find_newer(reading, period, now=current.now()):
            preview = preview_raise(reading, instansi_id=instansi_id(), kode=kode, to=None, now=current.now())
    page = render_template(
        "periode/edisi.html", period=period, preview=preview, short=tell_short(preview), form=form, status=status
    )
    return page, status


def tell_short(preview: RaisePreview | None) -> str:
    """Return why the bank cannot fill the papers of the period, empty if it can."""
    short = preview.short.shortages if preview and preview.short else ()
    return "; ".join(map(explain_shortage, short))
