"""Corrections that people asked for: checked by the operator of their OPD, decided by BKPSDM: /koreksi."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from netral.accounts.access import Actor, Permission
from netral.accounts.directory import list_units
from netral.certificates.issue.withheld import Withheld, list_withheld
from netral.corrections import deciding
from netral.corrections.asking import CorrectionSettled
from netral.corrections.claims import OPEN, CorrectedField, State
from netral.corrections.deciding import CorrectionReasonMissing, Decider, UnitNotChosen
from netral.corrections.listing import CorrectionView, count_waiting, get_within, list_within
from netral.extensions import reading_session
from netral.versions import Outdated
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import Form, at_most, sent_version, typed
from netral.web.edge.proving import ConfirmedForm
from netral.web.edge.queries import page_number, without_page
from netral.words.corrections import FIELD_WORDS, STATE_WORDS, STEP_WORDS

bp = Blueprint("corrections", __name__)

REASON = "Tuliskan alasannya; pegawai yang bersangkutan membacanya"
CHANGED = (
    "Permintaan ini berubah setelah halaman Anda dibuka. Baca lagi langkah dan data yang tercatat di bawah ini. "
    "Yang Anda kirim belum disimpan; kirim lagi bila tetap demikian"
)
SETTLED = "Permintaan ini sudah selesai setelah halaman Anda dibuka. Yang Anda kirim tidak disimpan"
ADVISED = "Pendapat Anda tercatat. {} memutuskan."
DECLINED = ("Permintaan ditolak. Pegawai membaca alasannya pada halaman profil.", "message")
RENAMED = " Beri tahu pegawai: mulai sekarang ia masuk dengan NIP yang benar. Kata sandi dan kodenya tetap berlaku."


class AdviceForm(Form):
    alasan = TextAreaField("Catatan operator", validators=[at_most(500, "Catatan")])


class DeclineForm(Form):
    alasan = TextAreaField("Alasan penolakan", validators=[at_most(500, "Alasan")], id="alasan-tolak")


@bp.get("/koreksi")
@requires(Permission.CHECK_CORRECTIONS)
def overview() -> ResponseReturnValue:
    settled = request.args.get("selesai") == "ya"
    listing = list_within(
        current.session(),
        reaches=current.actor().reaches(Permission.CHECK_CORRECTIONS),
        settled=settled,
        page=page_number(),
    )
    return render_template(
        "koreksi/daftar.html",
        listing=listing,
        settled=settled,
        withheld=list_waiting(current.actor()),
        fields=FIELD_WORDS,
        states=STATE_WORDS,
        base=without_page(request),
    )


@bp.get("/koreksi/<int:correction_id>")
@requires(Permission.CHECK_CORRECTIONS)
def detail(correction_id: int) -> ResponseReturnValue:
    return show(find(correction_id))


@bp.post("/koreksi/<int:correction_id>/periksa")
@requires(Permission.CHECK_CORRECTIONS)
def check(correction_id: int) -> ResponseReturnValue:
    """Record the advice of the operator, which decides nothing."""
    step = partial(deciding.check, supports=request.form.get("pendapat") == "dukung")
    told = (ADVISED.format(current.office_name()), "success")
    return take(step, correction_id, AdviceForm(), decider(Permission.CHECK_CORRECTIONS), told)


@bp.post("/koreksi/<int:correction_id>/tolak")
@requires(Permission.DECIDE_CORRECTIONS)
def decline(correction_id: int) -> ResponseReturnValue:
    return take(deciding.decline, correction_id, DeclineForm(), decider(Permission.DECIDE_CORRECTIONS), DECLINED)


def take(
    step: Callable[..., None], correction_id: int, form: AdviceForm | DeclineForm, who: Decider, said: tuple[str, str]
) -> ResponseReturnValue:
    """Take a step that has a reason and changes nothing on the roster, or show its form again."""
    view, session, reason = find(correction_id), current.session(), typed(form.alasan)
    if not form.validate():
        return show(view, form)
    try:
        step(session, who, correction_id=correction_id, reason=reason, version=sent_version())
    except CorrectionReasonMissing:
        session.rollback()
        form.alasan.errors = [REASON]
        return show(view, form)
    except (CorrectionSettled, Outdated):
        session.rollback()
        return show_changed(correction_id, form, written=reason)
    session.commit()
    flash(*said)
    return redirect(f"/koreksi/{correction_id}", 303)


@bp.post("/koreksi/<int:correction_id>/terima")
@requires(Permission.DECIDE_CORRECTIONS)
def accept(correction_id: int) -> ResponseReturnValue:
    view, form, session = find(correction_id), ConfirmedForm(), current.session()
    if not form.validate():
        return show(view, form)
    try:
        accepted = deciding.accept(
            session,
            decider(Permission.DECIDE_CORRECTIONS),
            current.signer(),
            correction_id=correction_id,
            opd_kode=request.form.get("unit", ""),
            version=sent_version(),
        )
    except UnitNotChosen:
        session.rollback()
        return show(view, unit_problem="Pilih unit kerja yang dimaksud")
    except (CorrectionSettled, Outdated):
        session.rollback()
        return show_changed(correction_id)
    session.commit()
    numbers = ", ".join((*accepted.reissued, *accepted.issued))
    told = f" Sertifikat baru terbit: {numbers}." if numbers else ""
    if accepted.renamed:
        told += RENAMED
    flash(f"Perbaikan diterima dan data pegawai diperbarui.{told}", "success")
    return redirect(f"/koreksi/{correction_id}", 303)


def show_changed(
    correction_id: int, form: AdviceForm | DeclineForm | None = None, *, written: str = ""
) -> ResponseReturnValue:
    """Show the correction as it is now, together with the typed text, since its form may be gone."""
    view = find(correction_id)
    told = (CHANGED if view.is_open else SETTLED) + (f'. Yang Anda tulis: "{written}"' if written else "")
    return show(view, form, problem=told, status=409)


def show(
    view: CorrectionView,
    form: AdviceForm | DeclineForm | ConfirmedForm | None = None,
    *,
    unit_problem: str = "",
    problem: str = "",
    status: int = 422,
) -> ResponseReturnValue:
    """Show a correction. `form`: a form that was sent and has to be corrected."""
    actor = current.actor()
    problems = [{"text": unit_problem, "target": "unit"}] if unit_problem else [{"text": problem}] if problem else None
    may_decide = view.is_open and actor.may(Permission.DECIDE_CORRECTIONS) and view.asn_id != actor.asn_id
    page = render_template(
        "koreksi/rincian.html",
        view=view,
        own=view.asn_id == actor.asn_id,
        may_check=view.state is State.ASKED and view.asn_id != actor.asn_id,
        may_decide=may_decide,
        units=list_choices(actor) if may_decide and view.field is CorrectedField.OPD else None,
        unit_problem=unit_problem,
        unit=request.form.get("unit"),
        problems=problems,
        advice=form if isinstance(form, AdviceForm) else AdviceForm(formdata=None),
        acceptance=form if isinstance(form, ConfirmedForm) else ConfirmedForm(formdata=None),
        refusal=form if isinstance(form, DeclineForm) else DeclineForm(formdata=None),
        form=form,
        fields=FIELD_WORDS,
        states=STATE_WORDS,
        steps=STEP_WORDS,
    )
    return page, status if problems or form else 200


def list_choices(actor: Actor) -> list[tuple[str, str]]:
    """Return every unit of the instansi in the order of the tree, children indented."""
    with reading_session() as reading:
        units = list_units(reading, reaches=actor.reaches(Permission.DECIDE_CORRECTIONS))
    return [("", "Pilih unit"), *((unit.kode, f"{'– ' * unit.depth}{unit.nama}") for unit in units)]


def find(correction_id: int) -> CorrectionView:
    """Find a correction on a separate connection. Raises NotFound beyond reach."""
    with reading_session() as reading:
        return get_within(
            reading, reaches=current.actor().reaches(Permission.CHECK_CORRECTIONS), correction_id=correction_id
        )


def decider(permission: Permission) -> Decider:
    actor = current.actor()
    return Decider(current.act(), actor.asn_id, actor.reaches(permission))


def count_for(actor: Actor) -> int:
    """Count the corrections that wait for this officer.

    For an officer who decides, these are all open ones and all names without a spelling; for one who advises, the
    unchecked ones.
    """
    states = OPEN if actor.may(Permission.DECIDE_CORRECTIONS) else (State.ASKED,)
    with reading_session() as reading:
        asked = count_waiting(reading, reaches=actor.reaches(Permission.CHECK_CORRECTIONS), states=states)
    return asked + len(list_waiting(actor))


def list_waiting(actor: Actor) -> tuple[Withheld, ...]:
    """List the certificates that wait until this officer gives a printable spelling of a name."""
    if not actor.may(Permission.DECIDE_CORRECTIONS):
        return ()
    with reading_session() as reading:
        return list_withheld(reading, instansi_id=actor.reach(Permission.DECIDE_CORRECTIONS).instansi_id)
