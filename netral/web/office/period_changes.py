"""Changes of a period at /periode/<kode>/...: drafts, corrections, new ends, more people, the archive.

Each asks with a form, shows whom the change is about, and writes only what was confirmed. A page that another officer
made outdated is answered with both values.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Field

from netral.accounts.access import Permission
from netral.errors import NetralError, NotFound
from netral.extensions import reading_session
from netral.indonesian import day, last_day, number
from netral.learning.exams.sittings import count_sitting
from netral.learning.periods.audience import Audience, count_audience, name_units
from netral.learning.periods.diklat import Hours
from netral.learning.periods.drafts import (
    Draft,
    archive_draft,
    edit_draft,
    open_draft,
    restore_draft,
)
from netral.learning.periods.lifecycle import (
    TRANSITIONS,
    Ends,
    Life,
    Move,
    archive_period,
    check_move,
    check_wider,
    copy_plan,
    correct_period,
    extend_period,
    find_past_tenggat,
    life_of,
    move_ends,
    preview_ends,
    restore_period,
    settle_correction,
    version_of_period,
    widen_period,
)
from netral.learning.periods.opening import PeriodPlan, preview_opening
from netral.learning.periods.reading import PeriodView
from netral.reporting.final import freeze_and_reopen
from netral.versions import Outdated
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import DayField, Form, reason_field, sent_version, typed
from netral.web.office.hours_fields import read_hours
from netral.web.office.periods import (
    EXPLAINED,
    AudienceForm,
    DraftForm,
    RulesForm,
    as_plan,
    ask,
    describe,
    fill_audience,
    fill_plan,
    find_period,
    find_saved,
    instansi_id,
    list_offers,
    list_sent,
    show_fact,
    show_form,
)
from netral.words.periods import DAY_WORDS, KEYS_WORDS, KIND_WORDS, MOVE_WORDS, compare, tell_effect

bp = Blueprint("period_changes", __name__)
STORED = "Tersimpan sekarang: {}. Kirim lagi bila isian Anda yang benar"
UNMOVED = "Belum ada yang diubah"
KEYS_SEEN = (
    "Sejak periode ditutup, jawaban yang sesuai tampil pada hasil ujian. Yang belum lulus mungkin sudah melihatnya."
)


class PeriodCorrectionForm(RulesForm):
    alasan = reason_field()


class EndsForm(Form):
    tenggat = DayField("Tenggat", "Isi tenggat")
    tutup = DayField("Tutup", "Isi hari terakhir ujian dapat dikerjakan")
    berlaku_sampai = DayField("Sertifikat berlaku sampai")
    alasan = reason_field()


class WideningForm(AudienceForm):
    alasan = reason_field()


def find_opened(kode: str, move: Move) -> PeriodView:
    """Find a period that may take the change. Raises NotFound, or the fact that refuses it in its state."""
    period = find_period(kode)
    check_move(move, life_of(period, current.now()), period.opens_at)
    return period


def find_version(period: PeriodView) -> str:
    with reading_session() as reading:
        return version_of_period(reading, period)


def find_current_plan(period: PeriodView) -> PeriodPlan:
    with reading_session() as reading:
        return copy_plan(reading, period)


@bp.route("/periode/<kode>/ubah", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def change(kode: str) -> ResponseReturnValue:
    """Edit a draft, or correct a period that has not begun."""
    try:
        period = find_opened(kode, Move.CORRECT)
    except NotFound:
        return change_draft(find_saved(kode))
    return correct(period)


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


def show_stored(form: Form, stored: Mapping[str, Any]) -> None:
    """Tell the stored value beside each sent one that differs."""
    for field in form:
        if field.name in stored and (field.data or None) != (stored[field.name] or None):
            field.errors = [STORED.format(tell_stored(field, stored[field.name]))]


def tell_stored(field: Field, value: Any) -> str:
    if isinstance(value, date):
        return day(value)
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, list):
        value = ", ".join(value)
    choices = {each.value: words for table in (KIND_WORDS, KEYS_WORDS) for each, words in table.items()}
    return choices.get(value, str(value)) if value not in {None, ""} else "kosong"


def correct(period: PeriodView) -> ResponseReturnValue:
    plan = find_current_plan(period)
    if request.method == "GET":
        return show_correction(period, PeriodCorrectionForm(data=fill_plan(plan)))
    form = PeriodCorrectionForm()
    if not form.validate() or "kembali" in request.form:
        return show_correction(period, form)
    wanted = as_plan(
        form, kode=period.kode, audience=plan.audience, hours=Hours(plan.jp, plan.jp_dasar, plan.jenis_diklat)
    )
    try:
        with reading_session() as reading:
            changes = settle_correction(reading, period, plan.audience, wanted, now=current.now())
        if "konfirmasi" in request.form:
            return write_correction(period, wanted, typed(form.alasan))
    except Outdated:
        current.session().rollback()
        period = find_period(period.kode)
        show_stored(form, fill_plan(find_current_plan(period)))
        return show_correction(period, form, 409)
    except tuple(EXPLAINED) as fact:
        current.session().rollback()
        show_fact(form, fact)
        return show_correction(period, form)
    if not changes:
        form.form_errors.append(UNMOVED)
        return show_correction(period, form)
    return confirm_correction(period, plan, wanted)


def show_correction(period: PeriodView, form: PeriodCorrectionForm, status: int = 422) -> ResponseReturnValue:
    page = render_template(
        "periode/koreksi.html", period=period, form=form, version=find_version(period), **list_offers()
    )
    return page, status if form.errors or form.form_errors else 200


def confirm_correction(period: PeriodView, plan: PeriodPlan, wanted: PeriodPlan) -> ResponseReturnValue:
    before, after = describe(plan), describe(wanted)
    people = count_people(period)
    told = [f"{number(people)} peserta melihat isian yang baru mulai sekarang; belum ada yang dapat mulai."]
    return confirm(period, Move.CORRECT, compare(before, after), told)


def count_people(period: PeriodView) -> int:
    with reading_session() as reading:
        effect = preview_ends(reading, period, {}, now=current.now())
    return effect.unfinished + effect.completed


def write_correction(period: PeriodView, wanted: PeriodPlan, reason: str) -> ResponseReturnValue:
    """Correct the period. Raises the errors of `correct_period`."""
    session = current.session()
    correct_period(session, current.act(), kode=period.kode, plan=wanted, reason=reason, version=sent_version())
    session.commit()
    flash(f"Periode {wanted.nama} dikoreksi.", "success")
    return redirect(f"/periode/{period.kode}", 303)


def confirm(
    period: PeriodView, move: Move, lines: Mapping[str, str], told: Sequence[str], warning: str = ""
) -> ResponseReturnValue:
    """Show what a change does, before it is written. The form goes back to the same address."""
    return render_template(
        "periode/perubahan.html",
        period=period,
        words=MOVE_WORDS[move],
        lines=lines,
        told=told,
        warning=warning,
        reason=request.form.get("alasan", ""),
        kept=list_sent(),
        action=request.path,
    )


@bp.route("/periode/<kode>/perpanjang", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def extend(kode: str) -> ResponseReturnValue:
    return change_ends(kode, Move.EXTEND)


@bp.route("/periode/<kode>/buka-lagi", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def reopen(kode: str) -> ResponseReturnValue:
    return change_ends(kode, Move.REOPEN)


def change_ends(kode: str, move: Move) -> ResponseReturnValue:
    period = find_opened(kode, move)
    if request.method == "GET":
        return show_ends(period, move, EndsForm(data=fill_ends(period, move)))
    form = EndsForm()
    if not form.validate() or "kembali" in request.form:
        return show_ends(period, move, form)
    try:
        changes = move_ends(period, as_ends(form), now=current.now())
        if "konfirmasi" in request.form:
            return write_ends(period, move, form)
    except Outdated:
        current.session().rollback()
        period = find_period(kode)
        show_stored(form, fill_ends(period))
        return show_ends(period, move, form, 409)
    except tuple(EXPLAINED) as fact:
        current.session().rollback()
        show_fact(form, fact)
        return show_ends(period, move, form)
    if not changes:
        form.form_errors.append(UNMOVED)
        return show_ends(period, move, form)
    return confirm_ends(period, move, changes)


def fill_ends(period: PeriodView, move: Move | None = None) -> dict[str, Any]:
    """Return the present ends; a period that reopens is asked for its new last day."""
    return {
        "tenggat": last_day(period.due_at, period.zona),
        "tutup": None if move is Move.REOPEN else last_day(period.closes_at, period.zona),
        "berlaku_sampai": period.valid_until,
    }


def as_ends(form: EndsForm) -> Ends:
    return Ends(due_day=form.tenggat.data, last_day=form.tutup.data, valid_until=form.berlaku_sampai.data)


def show_ends(period: PeriodView, move: Move, form: EndsForm, status: int = 422) -> ResponseReturnValue:
    page = render_template(
        "periode/perpanjang.html",
        period=period,
        form=form,
        reopens=move is Move.REOPEN,
        version=find_version(period),
        action=request.path,
    )
    return page, status if form.errors or form.form_errors else 200


def confirm_ends(period: PeriodView, move: Move, changes: Mapping[str, Any]) -> ResponseReturnValue:
    with reading_session() as reading:
        effect = preview_ends(reading, period, changes, now=current.now())
        sitting = count_sitting(reading, period_id=period.id)
    told = tell_effect(
        effect,
        sitting=sitting,
        due_moves="due_at" in changes,
        valid_until=changes.get("valid_until"),
        late_after=find_past_tenggat(period, changes, now=current.now()),
    )
    ends = {"due_day": "due_at", "last_day": "closes_at", "valid_until": "valid_until"}
    lines = {
        DAY_WORDS[name]: f"{tell_end(getattr(period, column), period)}, menjadi {tell_end(changes[column], period)}"
        for name, column in ends.items()
        if column in changes
    }
    return confirm(period, move, lines, told, KEYS_SEEN if move is Move.REOPEN else "")


def tell_end(value: Any, period: PeriodView) -> str:
    return day(last_day(value, period.zona) if hasattr(value, "astimezone") else value)


def write_ends(period: PeriodView, move: Move, form: EndsForm) -> ResponseReturnValue:
    """Write the new ends. Raises the errors of the writer."""
    session, act, reopens = current.session(), current.act(), move is Move.REOPEN
    write: Callable[..., PeriodView] = freeze_and_reopen if reopens else extend_period
    reason, version = typed(form.alasan), sent_version()
    changed = write(session, act, kode=period.kode, ends=as_ends(form), reason=reason, version=version)
    session.commit()
    told = "dibuka lagi" if reopens else "diperpanjang"
    flash(f"Periode {changed.nama} {told} sampai {day(last_day(changed.closes_at, changed.zona))}.", "success")
    return redirect(f"/periode/{period.kode}", 303)


@bp.route("/periode/<kode>/peserta-baru", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def widen(kode: str) -> ResponseReturnValue:
    """Give a period to more of the instansi, as the next wave."""
    period = find_opened(kode, Move.WIDEN)
    audience = find_current_plan(period).audience
    if request.method == "GET":
        return show_widening(period, WideningForm(data=fill_audience(audience)))
    form = WideningForm()
    if not form.validate() or "kembali" in request.form:
        return show_widening(period, form)
    try:
        wanted = form.find_audience()
        if "konfirmasi" in request.form:
            return write_widening(period, wanted, typed(form.alasan))
        check_wider(audience, wanted)
    except Outdated:
        current.session().rollback()
        show_stored(form, fill_audience(find_current_plan(period).audience))
        return show_widening(period, form, 409)
    except tuple(EXPLAINED) as fact:
        current.session().rollback()
        show_fact(form, fact)
        return show_widening(period, form)
    if wanted == audience:
        form.form_errors.append(UNMOVED)
        return show_widening(period, form)
    return confirm_widening(period, audience, wanted)


def show_widening(period: PeriodView, form: WideningForm, status: int = 422) -> ResponseReturnValue:
    version = find_version(period)
    page = render_template("periode/peserta-baru.html", period=period, form=form, version=version, **list_offers())
    return page, status if form.errors or form.form_errors else 200


def confirm_widening(period: PeriodView, audience: Audience, wanted: Audience) -> ResponseReturnValue:
    with reading_session() as reading:
        joining = count_audience(reading, wanted, instansi_id=instansi_id(), outside=period.id)
    lines = {"Peserta": f"{tell_people(audience)}, menjadi {tell_people(wanted)}"}
    told = [
        f"{number(joining)} pegawai ikut mulai sekarang, dengan tenggat dan tutup yang sama.",
        "Peserta yang sudah ada tidak berubah.",
    ]
    return confirm(period, Move.WIDEN, lines, told)


def tell_people(audience: Audience) -> str:
    with reading_session() as reading:
        units = [nama for _, nama in name_units(reading, audience, instansi_id=instansi_id())]
    who = ", ".join(audience.kinds) or "semua ASN"
    return f"{who} di {', '.join(units)}" if units else f"{who} aktif"


def write_widening(period: PeriodView, wanted: Audience, reason: str) -> ResponseReturnValue:
    """Widen the period. Raises the errors of `widen_period`."""
    session = current.session()
    _, joined = widen_period(
        session, current.act(), kode=period.kode, audience=wanted, reason=reason, version=sent_version()
    )
    session.commit()
    flash(f"{number(joined)} pegawai menjadi peserta periode {period.nama}.", "success")
    return redirect(f"/periode/{period.kode}", 303)


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


def tell_unchanged(kode: str, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"/periode/{kode}", 303)


@bp.route("/periode/<kode>/arsip", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def archive(kode: str) -> ResponseReturnValue:
    """Put a draft or a closed period aside, or back. The form says which, so that sending it twice changes nothing."""
    nama, life = find_life(kode)
    if request.method == "GET":
        move = Move.RESTORE if life is Life.ARCHIVED else Move.ARCHIVE
        check_move(move, life)
        return render_template("periode/arsip.html", kode=kode, nama=nama, move=move.value, draft=life is Life.DRAFT)
    move = Move.RESTORE if request.form.get("tindakan") == Move.RESTORE else Move.ARCHIVE
    if (life is Life.ARCHIVED) == (move is Move.ARCHIVE):
        return tell_unchanged(kode, "Tidak ada yang berubah.")
    session, drafted = current.session(), is_draft(kode)
    writers: Mapping[tuple[Move, bool], Callable[..., Any]] = {
        (Move.ARCHIVE, False): archive_period,
        (Move.ARCHIVE, True): archive_draft,
        (Move.RESTORE, False): restore_period,
        (Move.RESTORE, True): restore_draft,
    }
    writers[move, drafted](session, current.act(), kode=kode)
    session.commit()
    flash(f"{nama} {'diarsipkan' if move is Move.ARCHIVE else 'dikeluarkan dari arsip'}.", "success")
    return redirect("/periode", 303)


def find_life(kode: str) -> tuple[str, Life]:
    """Return name and state of a period or draft. Raises NotFound."""
    if is_draft(kode):
        draft = find_saved(kode)
        return draft.plan.nama, draft.life or Life.DRAFT
    period = find_period(kode)
    return period.nama, life_of(period, current.now())


def is_draft(kode: str) -> bool:
    """Return whether the kode is that of a draft which was not opened."""
    try:
        return not find_saved(kode).opened
    except NotFound:
        return False
