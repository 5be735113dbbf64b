"""Opening periods at /periode/buka, and drafts: /periode/<kode>/ubah and /periode/<kode>/buka."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.errors import NetralError, NotFound
from netral.extensions import reading_session
from netral.indonesian import number
from netral.learning.periods.drafts import Draft, edit_draft, find_plan, list_drafts, open_draft, save_draft
from netral.learning.periods.lifecycle import TRANSITIONS, Move, check_move, move_plan
from netral.learning.periods.opening import (
    KodeTaken,
    NoEdition,
    OpeningPreview,
    PeriodPlan,
    decide,
    default_blueprint,
    open_period,
    preview_opening,
)
from netral.quiz.blueprint import Blueprint as ExamBlueprint
from netral.quiz.chances import chance_to_pass
from netral.versions import Outdated
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import sent_version, show_stored, typed
from netral.web.office.period_forms import (
    EXPLAINED,
    DraftForm,
    PeriodForm,
    as_plan,
    fill_plan,
    list_offers,
    list_sent,
    propose,
    read_hours,
    show_fact,
)
from netral.web.office.periods import describe, find_period, find_saved, instansi_id, state_words, tell_unchanged

bp = Blueprint("period_opening", __name__)

# What the confirmation tells a rule by: the share of the material that somebody knows who is not sure to pass.
KNOWN = 0.75
COUNTS = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh")


@bp.route("/periode/buka", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def open_one() -> ResponseReturnValue:
    """Answer a valid form with the effect of opening; only a confirmation opens the period. A draft opens nothing."""
    if request.method == "GET":
        return show_form(PeriodForm(data=read_proposal(request.args.get("dari"))))
    form = PeriodForm()
    if not form.validate() or "kembali" in request.form:
        return show_form(form)
    plan = None
    try:
        plan = as_plan(form, kode=typed(form.kode).strip(), audience=form.find_audience(), hours=read_hours(form))
        if "draf" in request.form:
            return keep_draft(plan)
        with reading_session() as reading:
            preview = preview_opening(reading, instansi_id=instansi_id(), plan=plan, now=current.now())
    except tuple(EXPLAINED) as fact:
        current.session().rollback()
        if plan and isinstance(fact, KodeTaken) and is_same(plan):
            return tell_opened(plan)
        show_fact(form, fact)
        return show_form(form)
    return confirm(plan) if "konfirmasi" in request.form else ask(plan, preview, "/periode/buka")


def keep_draft(plan: PeriodPlan) -> ResponseReturnValue:
    """Save a new draft. The same form sent twice saves one. Raises the errors of `save_draft`."""
    session = current.session()
    try:
        save_draft(session, current.act(), plan)
    except KodeTaken:
        session.rollback()
        with reading_session() as reading:
            kept = list_drafts(reading, instansi_id=instansi_id())
        if plan not in [draft.plan for draft in kept]:
            raise
    session.commit()
    flash(f"Draf {plan.nama} tersimpan. Pegawai belum melihat apa pun.", "success")
    return redirect(f"/periode/{plan.kode}", 303)


def read_proposal(source: str | None) -> dict[str, Any]:
    """Return what the form proposes: an earlier period or draft on new days, else what the newest edition has.

    Without an edition it is empty: the page then says that one must be published first. Raises NotFound.
    """
    if source:
        with reading_session() as reading:
            plan = find_plan(reading, instansi_id=instansi_id(), kode=source, now=current.now())
        return fill_plan(move_plan(plan, current.today()))
    try:
        with reading_session() as reading:
            return propose(default_blueprint(reading))
    except NoEdition:
        return {}


def show_form(form: DraftForm, *, draft: Draft | None = None, status: int = 422) -> ResponseReturnValue:
    page = render_template(
        "periode/buka.html",
        form=form,
        draft=draft,
        empty=request.method == "GET" and form.lulus.data is None and draft is None,
        **list_offers(),
    )
    return page, status if form.errors or form.form_errors else 200


def tell_chance(plan: PeriodPlan) -> str:
    """Return in one sentence how strict the officer's settings are."""
    blueprint = decide(plan, ExamBlueprint())
    times = COUNTS[blueprint.attempts] if blueprint.attempts < len(COUNTS) else number(blueprint.attempts)
    often = round(100 * chance_to_pass(KNOWN, blueprint))
    told = {0: "kurang dari 1", 100: "lebih dari 99"}.get(often, str(often))
    return (
        f"Dengan aturan ini, peserta yang menguasai {round(100 * KNOWN)} persen materi lulus "
        f"dalam {times} kesempatan pada {told} dari 100 kali."
    )


def ask(plan: PeriodPlan, preview: OpeningPreview, action: str, *, version: str = "") -> ResponseReturnValue:
    """Show the effect of opening. `version`: of the draft that is opened, if it is one."""
    return render_template(
        "periode/konfirmasi.html",
        plan=plan,
        preview=preview,
        chance=tell_chance(plan),
        lines=describe(plan) | {"Edisi isi": number(preview.edition)},
        kept=list_sent(),
        action=action,
        version=version,
        states=[state_words(period)[0] for period in preview.overlapping],
    )


def confirm(plan: PeriodPlan) -> ResponseReturnValue:
    session = current.session()
    try:
        opened = open_period(session, current.act(), plan)
    except KodeTaken:
        session.rollback()
        if is_same(plan):
            return tell_opened(plan)
        raise
    session.commit()
    flash(f"Periode {opened.period.nama} dibuka untuk {number(opened.enrolled)} pegawai.", "success")
    return redirect("/periode", 303)


def is_same(plan: PeriodPlan) -> bool:
    """Return whether exactly this plan was opened already, as when a form is sent twice."""
    try:
        period = find_period(plan.kode)
    except NotFound:
        return False
    days = (plan.nama, plan.jenis.value, plan.first_day, plan.valid_until, plan.quotas)
    opened = period.opens_at.astimezone(current.zona()).date()
    return days == (period.nama, period.jenis, opened, period.valid_until, period.blueprint.quotas)


def tell_opened(plan: PeriodPlan) -> ResponseReturnValue:
    flash(f"Periode {plan.nama} sudah dibuka. Tidak ada yang dibuka dua kali.")
    return redirect("/periode", 303)


@bp.route("/periode/<kode>/buka", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def open_saved(kode: str) -> ResponseReturnValue:
    """Show the effect of opening a draft; the confirmation opens it."""
    draft, session = find_saved(kode), current.session()
    if draft.opened:
        return tell_unchanged(kode, f"Periode {draft.plan.nama} sudah dibuka. Tidak ada yang dibuka dua kali.")
    check_draft(draft, Move.OPEN)
    try:
        if request.method == "POST":
            opened = open_draft(session, current.act(), kode=kode, version=sent_version())
            session.commit()
            flash(f"Periode {opened.period.nama} dibuka untuk {number(opened.enrolled)} pegawai.", "success")
            return redirect(f"/periode/{kode}", 303)
        with reading_session() as reading:
            preview = preview_opening(
                reading, instansi_id=instansi_id(), plan=draft.plan, now=current.now(), drafted=True
            )
    except tuple(EXPLAINED) as fact:
        session.rollback()
        return show_faulty(draft, fact)
    return ask(draft.plan, preview, f"/periode/{kode}/buka", version=draft.version)


def show_faulty(draft: Draft, fact: NetralError) -> ResponseReturnValue:
    """Show the form of a draft that cannot be opened as it is, with the reason."""
    form = DraftForm(formdata=None, data=fill_plan(draft.plan))
    show_fact(form, fact)
    return show_form(form, draft=draft)


def change_draft(draft: Draft) -> ResponseReturnValue:
    check_draft(draft, Move.EDIT)
    if request.method == "GET":
        return show_form(DraftForm(data=fill_plan(draft.plan)), draft=draft)
    form, session = DraftForm(), current.session()
    if not form.validate():
        return show_form(form, draft=draft)
    try:
        wanted = as_plan(form, kode=draft.kode, audience=form.find_audience(), hours=read_hours(form))
        edit_draft(session, current.act(), wanted, version=sent_version())
    except Outdated:
        session.rollback()
        draft = find_saved(draft.kode)
        show_stored(form, fill_plan(draft.plan))
        return show_form(form, draft=draft, status=409)
    except tuple(EXPLAINED) as fact:
        session.rollback()
        show_fact(form, fact)
        return show_form(form, draft=draft)
    session.commit()
    flash(f"Draf {typed(form.nama)} tersimpan.", "success")
    return redirect(f"/periode/{draft.kode}", 303)


def check_draft(draft: Draft, move: Move) -> None:
    """Raise the fact that refuses the change of a draft in its state."""
    if draft.life is None:
        raise TRANSITIONS[move].refusal
    check_move(move, draft.life)
