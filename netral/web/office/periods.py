"""Periods: the list, opening one, closing one before its time: /periode."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.learning.exams.closing import close_attempts_of
from netral.learning.exams.sittings import count_sitting
from netral.learning.periods.opening import (
    KodeTaken,
    NoEdition,
    OpeningPreview,
    PeriodPlan,
    close_period,
    default_blueprint,
    open_period,
    preview_opening,
)
from netral.learning.periods.participants import HeadCount, count_participants
from netral.learning.periods.reading import PeriodState, PeriodView, choose_period, list_periods
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.completing import finish
from netral.web.office.period_forms import EXPLAINED, KIND_WORDS, PeriodForm, as_plan, propose, show_fact
from netral.words.questions import INDICATORS

bp = Blueprint("periods", __name__)

STATE_WORDS = {
    PeriodState.UPCOMING: ("Akan dibuka", ""),
    PeriodState.OPEN: ("Dibuka", "ok"),
    PeriodState.LATE: ("Lewat tenggat", "warning"),
    PeriodState.CLOSED: ("Ditutup", ""),
}


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_PERIODS).instansi_id


def find_period(kode: str) -> PeriodView:
    """In a reading of its own. Raises NotFound."""
    with reading_session() as reading:
        return choose_period(reading, instansi_id=instansi_id(), kode=kode, now=current.now())


def state_words(period: PeriodView) -> tuple[str, str]:
    """The word and the tone of its tag."""
    return STATE_WORDS[period.state(current.now())]


@bp.get("/periode")
@requires(Permission.MANAGE_PERIODS)
def overview() -> ResponseReturnValue:
    session = current.session()
    counts = count_participants(session, instansi_id=instansi_id())
    rows = [
        (period, state_words(period), counts.get(period.id, HeadCount()))
        for period in list_periods(session, instansi_id=instansi_id())
    ]
    return render_template("periode/daftar.html", rows=rows, kinds=KIND_WORDS)


@bp.get("/periode/<kode>")
@requires(Permission.MANAGE_PERIODS)
def detail(kode: str) -> ResponseReturnValue:
    period = find_period(kode)
    counts = count_participants(current.session(), instansi_id=period.instansi_id)
    return render_template(
        "periode/rincian.html",
        period=period,
        state=state_words(period),
        count=counts.get(period.id, HeadCount()),
        sitting=count_sitting(current.session(), period_id=period.id),
        kinds=KIND_WORDS,
        indicators=INDICATORS,
        may_close=period.state(current.now()) in {PeriodState.OPEN, PeriodState.LATE},
    )


@bp.route("/periode/buka", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def open_one() -> ResponseReturnValue:
    """A valid form is first answered with what opening would mean; only the confirmation of that opens."""
    if request.method == "GET":
        return show_form(PeriodForm(data=read_proposal()))
    form = PeriodForm()
    if not form.validate() or "kembali" in request.form:
        return show_form(form)
    plan = as_plan(form)
    try:
        with reading_session() as reading:
            preview = preview_opening(reading, instansi_id=instansi_id(), plan=plan, now=current.now())
    except tuple(EXPLAINED) as fact:
        if isinstance(fact, KodeTaken) and is_same(plan):
            return tell_opened(plan)
        show_fact(form, fact)
        return show_form(form)
    return confirm(plan) if "konfirmasi" in request.form else ask(form, plan, preview)


def read_proposal() -> dict[str, object]:
    """Empty without an edition: the page then says that one must be published first."""
    try:
        with reading_session() as reading:
            return propose(default_blueprint(reading))
    except NoEdition:
        return {}


def show_form(form: PeriodForm) -> ResponseReturnValue:
    page = render_template("periode/buka.html", form=form, empty=request.method == "GET" and form.kuota.data is None)
    return page, 422 if form.errors else 200


def ask(form: PeriodForm, plan: PeriodPlan, preview: OpeningPreview) -> ResponseReturnValue:
    kept = {name: value for name, value in request.form.items() if name in form and name != "csrf_token"}
    return render_template(
        "periode/konfirmasi.html",
        plan=plan,
        preview=preview,
        kept=kept,
        kinds=KIND_WORDS,
        indicators=INDICATORS,
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
    flash(f"Periode {opened.period.nama} dibuka untuk {opened.enrolled} pegawai.", "success")
    return redirect("/periode", 303)


def is_same(plan: PeriodPlan) -> bool:
    """Whether just this plan was opened already: the same form sent twice."""
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


@bp.route("/periode/<kode>/tutup", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def close(kode: str) -> ResponseReturnValue:
    """Sent twice, or again after a fault: what is still open is graded then."""
    period = find_period(kode)
    session, now = current.session(), current.now()
    if request.method == "GET":
        count = count_participants(session, instansi_id=period.instansi_id).get(period.id, HeadCount())
        sitting = count_sitting(session, period_id=period.id)
        state = period.state(now)
        return render_template("periode/tutup.html", period=period, count=count, sitting=sitting, state=state)
    close_period(session, current.act(), kode=kode)
    session.commit()
    graded = grade_open_attempts(period.id)
    flash(f"Periode {period.nama} ditutup. {graded} ujian yang masih dikerjakan dinilai.", "success")
    return redirect("/periode", 303)


def grade_open_attempts(period_id: int) -> int:
    """In batches, so that nobody waits long for the lock; a pass may complete a signed ikrar's certificate."""
    session, graded = current.session(), 0
    while closings := close_attempts_of(session, period_id=period_id, now=current.now()):
        for closing in closings:
            finish(closing)
        session.commit()
        graded += len(closings)
    session.rollback()
    return graded
