"""Periods at /periode: the list, one of them with its changes, closing one early."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from netral.accounts.access import Permission
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.indonesian import day, day_and_time, last_day, number
from netral.learning.exams.closing import close_attempts_of
from netral.learning.exams.sittings import count_sitting
from netral.learning.periods.audience import name_units
from netral.learning.periods.drafts import Draft, find_draft, list_drafts
from netral.learning.periods.lifecycle import Life, Move, copy_plan, life_of, list_moves
from netral.learning.periods.opening import PeriodPlan
from netral.learning.periods.participants import HeadCount, count_participants
from netral.learning.periods.reading import PeriodView, choose_period, list_periods
from netral.learning.raising import find_newer, find_present
from netral.reporting.final import close_and_freeze, list_frozen
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.completing import finish
from netral.web.edge.forms import Form, at_most, typed
from netral.words.periods import KIND_WORDS, LIFE_WORDS, MOVE_WORDS, describe_plan

bp = Blueprint("periods", __name__)

A_MOMENT = timedelta(microseconds=1)
MOVE_ADDRESSES: Mapping[Move, str] = {
    Move.EDIT: "ubah",
    Move.OPEN: "buka",
    Move.CORRECT: "ubah",
    Move.WIDEN: "peserta-baru",
    Move.EXTEND: "perpanjang",
    Move.CLOSE: "tutup",
    Move.REOPEN: "buka-lagi",
    Move.ARCHIVE: "arsip",
    Move.RESTORE: "arsip",
}


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_PERIODS).instansi_id


def find_period(kode: str) -> PeriodView:
    """Find a period, reading apart from the request's session. Raises NotFound."""
    with reading_session() as reading:
        return choose_period(reading, instansi_id=instansi_id(), kode=kode, now=current.now())


def state_words(period: PeriodView) -> tuple[str, str]:
    """Return the word and the tone of its tag."""
    return LIFE_WORDS[life_of(period, current.now())]


@bp.get("/periode")
@requires(Permission.MANAGE_PERIODS)
def overview() -> ResponseReturnValue:
    """List drafts and periods, or with `?arsip=1` what was archived."""
    session, archived = current.session(), request.args.get("arsip") == "1"
    counts = count_participants(session, instansi_id=instansi_id())
    rows = [
        (period, state_words(period), counts.get(period.id, HeadCount()))
        for period in list_periods(session, instansi_id=instansi_id())
        if (period.archived_at is not None) == archived
    ]
    drafts = list_drafts(session, instansi_id=instansi_id(), archived=archived)
    return render_template(
        "periode/daftar.html",
        rows=rows,
        drafts=drafts,
        draft_state=LIFE_WORDS[Life.ARCHIVED if archived else Life.DRAFT],
        kinds=KIND_WORDS,
        archived=archived,
    )


@bp.get("/periode/<kode>")
@requires(Permission.MANAGE_PERIODS)
def detail(kode: str) -> ResponseReturnValue:
    try:
        period = find_period(kode)
    except NotFound:
        return show_draft(find_saved(kode))
    session, life = current.session(), life_of(period, current.now())
    counts = count_participants(session, instansi_id=period.instansi_id)
    with reading_session() as reading:
        plan = copy_plan(reading, period)
    return render_template(
        "periode/rincian.html",
        period=period,
        state=state_words(period),
        life=life.value,
        count=counts.get(period.id, HeadCount()),
        sitting=count_sitting(session, period_id=period.id),
        lines=describe_period(period, plan),
        moves=list_links(life),
        frozen=list_frozen(session, instansi_id=period.instansi_id, period_id=period.id),
        present=find_present(session, period),
        newer=find_newer(session, period, now=current.now()),
    )


def describe_period(period: PeriodView, plan: PeriodPlan) -> dict[str, str]:
    """Return the settings in words; ends within a day are told with their time."""
    lines = describe(plan)
    if life_of(period, current.now()) in {Life.CLOSED, Life.ARCHIVED}:
        lines["Tutup"] = day_and_time(period.closes_at - A_MOMENT, period.zona)
    if period.sign_until > period.closes_at:
        lines["Ikrar sesudah tutup"] = f"Bagi yang lulus, sampai {day(last_day(period.sign_until, period.zona))}"
    return lines


def describe(plan: PeriodPlan) -> dict[str, str]:
    with reading_session() as reading:
        units = [nama for _, nama in name_units(reading, plan.audience, instansi_id=instansi_id())]
    return describe_plan(plan, units)


def list_links(life: Life) -> list[tuple[str, str]]:
    """Return word and address of each change that the state allows."""
    return [(MOVE_WORDS[move], MOVE_ADDRESSES[move]) for move in list_moves(life)]


def find_saved(kode: str) -> Draft:
    """Find a draft. Raises NotFound."""
    with reading_session() as reading:
        return find_draft(reading, instansi_id=instansi_id(), kode=kode)


def show_draft(draft: Draft) -> ResponseReturnValue:
    life = draft.life or Life.DRAFT
    return render_template(
        "periode/draf.html", draft=draft, state=LIFE_WORDS[life], lines=describe(draft.plan), moves=list_links(life)
    )


def tell_unchanged(kode: str, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"/periode/{kode}", 303)


class CloseForm(Form):
    alasan = TextAreaField("Alasan (boleh kosong)", validators=[at_most(500, "Alasan")])


@bp.route("/periode/<kode>/tutup", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def close(kode: str) -> ResponseReturnValue:
    """Close a period. Sent twice, or again after a fault, it grades the attempts that are still open."""
    period, form = find_period(kode), CloseForm()
    session, now = current.session(), current.now()
    if request.method == "GET" or not form.validate():
        count = count_participants(session, instansi_id=period.instansi_id).get(period.id, HeadCount())
        sitting = count_sitting(session, period_id=period.id)
        extended = count_sitting(session, period_id=period.id, with_more_time=True)
        shown = {"count": count, "sitting": sitting, "extended": extended, "state": period.state(now), "form": form}
        return render_template("periode/tutup.html", period=period, **shown), 422 if form.errors else 200
    close_and_freeze(session, current.act(), kode=kode, reason=typed(form.alasan))
    session.commit()
    graded = grade_open_attempts(period.id)
    flash(f"Periode {period.nama} ditutup. {number(graded)} ujian yang masih dikerjakan dinilai.", "success")
    return redirect("/periode", 303)


def grade_open_attempts(period_id: int) -> int:
    """Grade in batches, so that nobody waits long for the lock; a pass may complete a signed ikrar's certificate."""
    session, graded = current.session(), 0
    while closings := close_attempts_of(session, period_id=period_id, now=current.now()):
        for closing in closings:
            finish(closing)
        session.commit()
        graded += len(closings)
    session.rollback()
    return graded
