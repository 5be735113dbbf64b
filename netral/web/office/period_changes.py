"""Changes of a period at /periode/<kode>/...: corrections, new ends, more people, the archive.

Each but the archive asks with a form, shows whom the change is about, and writes only what was confirmed. A page that
another officer made outdated is answered with both values.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.indonesian import day, last_day, number
from netral.learning.exams.sittings import count_sitting
from netral.learning.periods.audience import Audience, count_audience, name_units
from netral.learning.periods.diklat import Hours
from netral.learning.periods.drafts import archive_draft, restore_draft
from netral.learning.periods.lifecycle import (
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
from netral.learning.periods.opening import PeriodPlan
from netral.learning.periods.reading import PeriodView
from netral.reporting.final import freeze_and_reopen
from netral.versions import Outdated
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import DayField, Form, reason_field, sent_version, show_stored, typed
from netral.web.office.period_forms import (
    EXPLAINED,
    AudienceForm,
    RulesForm,
    as_plan,
    fill_audience,
    fill_plan,
    list_offers,
    list_sent,
    show_fact,
)
from netral.web.office.period_opening import change_draft
from netral.web.office.periods import describe, find_period, find_saved, instansi_id, tell_unchanged
from netral.words.periods import DAY_WORDS, MOVE_WORDS, compare, tell_effect

bp = Blueprint("period_changes", __name__)
UNMOVED = "Belum ada yang diubah"
STAYS_AHEAD = "{} peserta melihat isian yang baru mulai sekarang; belum ada yang dapat mulai."
BEGINS = "{} peserta dapat mulai begitu ini disimpan. Sejak itu aturannya terkunci dan tanggalnya hanya dapat diundur."
KEYS_SEEN = (
    "Sejak periode ditutup, jawaban yang sesuai tampil pada hasil ujian. Yang belum lulus mungkin sudah melihatnya."
)
Preview = tuple[Mapping[str, str], Sequence[str]]


class PeriodCorrectionForm(RulesForm):
    alasan = reason_field()


class EndsForm(Form):
    tenggat = DayField("Tenggat", "Isi tenggat")
    tutup = DayField("Tutup", "Isi hari terakhir ujian dapat dikerjakan")
    berlaku_sampai = DayField("Sertifikat berlaku sampai")
    alasan = reason_field()


class WideningForm(AudienceForm):
    alasan = reason_field()


@dataclass(frozen=True, slots=True)
class Change:
    """One way to change an opened period.

    `fill` returns the present values of its form, of which `asked` are left for the officer to choose. `preview`
    returns the lines that change and what they do to people, or None where nothing changes. `write` returns what was
    done. The last two raise Outdated and the facts of `EXPLAINED`. `offers`: what the page shows to choose from.
    """

    move: Move
    form: type[Form]
    template: str
    fill: Callable[[PeriodView], dict[str, Any]]
    preview: Callable[[PeriodView, Any], Preview | None]
    write: Callable[[PeriodView, Any], str]
    offers: Callable[[], dict[str, Any]] = dict
    asked: tuple[str, ...] = ()
    warning: str = ""


def find_opened(kode: str, move: Move) -> PeriodView:
    """Find a period that may take the change. Raises NotFound, or the fact that refuses it in its state."""
    period = find_period(kode)
    check_move(move, life_of(period, current.now()), period.opens_at)
    return period


def find_current_plan(period: PeriodView) -> PeriodPlan:
    with reading_session() as reading:
        return copy_plan(reading, period)


@bp.route("/periode/<kode>/ubah", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def change(kode: str) -> ResponseReturnValue:
    """Edit a draft, or correct a period that has not begun."""
    try:
        find_period(kode)
    except NotFound:
        return change_draft(find_saved(kode))
    return carry_out(CORRECTION, kode)


@bp.route("/periode/<kode>/perpanjang", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def extend(kode: str) -> ResponseReturnValue:
    return carry_out(EXTENSION, kode)


@bp.route("/periode/<kode>/buka-lagi", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def reopen(kode: str) -> ResponseReturnValue:
    """Open a closed period again. Pressing the button twice is told the second time."""
    period = find_period(kode)
    if "konfirmasi" in request.form and life_of(period, current.now()) is Life.REOPENED:
        return tell_unchanged(kode, f"Periode {period.nama} sudah dibuka lagi. Tidak ada yang dibuka dua kali.")
    return carry_out(REOPENING, kode)


@bp.route("/periode/<kode>/peserta-baru", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def widen(kode: str) -> ResponseReturnValue:
    """Give a period to more of the instansi, as the next wave."""
    return carry_out(WIDENING, kode)


def carry_out(change: Change, kode: str) -> ResponseReturnValue:
    """Ask, show the effect of a valid form, and write it once it is confirmed."""
    period = find_opened(kode, change.move)
    if request.method == "GET":
        return show(change, period, change.form(data=change.fill(period) | dict.fromkeys(change.asked)))
    form, session = change.form(), current.session()
    if not form.validate() or "kembali" in request.form:
        return show(change, period, form)
    try:
        if "konfirmasi" in request.form:
            told = change.write(period, form)
            session.commit()
            flash(told, "success")
            return redirect(f"/periode/{kode}", 303)
        effect = change.preview(period, form)
    except Outdated:
        session.rollback()
        period = find_period(kode)
        show_stored(form, change.fill(period))
        return show(change, period, form, 409)
    except tuple(EXPLAINED) as fact:
        session.rollback()
        show_fact(form, fact)
        return show(change, period, form)
    if effect is None:
        form.form_errors.append(UNMOVED)
        return show(change, period, form)
    return confirm(change, period, effect)


def show(change: Change, period: PeriodView, form: Form, status: int = 422) -> ResponseReturnValue:
    with reading_session() as reading:
        version = version_of_period(reading, period)
    page = render_template(
        change.template,
        period=period,
        form=form,
        version=version,
        reopens=change.move is Move.REOPEN,
        action=request.path,
        **change.offers(),
    )
    return page, status if form.errors or form.form_errors else 200


def confirm(change: Change, period: PeriodView, effect: Preview) -> ResponseReturnValue:
    """Show what a change does, before it is written. The form goes back to the same address."""
    lines, told = effect
    return render_template(
        "periode/perubahan.html",
        period=period,
        words=MOVE_WORDS[change.move],
        lines=lines,
        told=told,
        warning=change.warning,
        reason=request.form.get("alasan", ""),
        kept=list_sent(),
        action=request.path,
    )


def read_correction(period: PeriodView, form: PeriodCorrectionForm) -> tuple[PeriodPlan, PeriodPlan]:
    """Return the present plan and the one of the form, which leaves audience and JP as they are."""
    plan = find_current_plan(period)
    hours = Hours(plan.jp, plan.jp_dasar, plan.jenis_diklat)
    return plan, as_plan(form, kode=period.kode, audience=plan.audience, hours=hours)


def preview_correction(period: PeriodView, form: PeriodCorrectionForm) -> Preview | None:
    plan, wanted = read_correction(period, form)
    with reading_session() as reading:
        changes = settle_correction(reading, period, plan.audience, wanted, now=current.now())
        effect = preview_ends(reading, period, {}, now=current.now())
    begins = changes.get("opens_at", period.opens_at) <= current.now()
    told = (BEGINS if begins else STAYS_AHEAD).format(number(effect.unfinished + effect.completed))
    return (compare(describe(plan), describe(wanted)), [told]) if changes else None


def write_correction(period: PeriodView, form: PeriodCorrectionForm) -> str:
    _, wanted = read_correction(period, form)
    act, reason, version = current.act(), typed(form.alasan), sent_version()
    correct_period(current.session(), act, kode=period.kode, plan=wanted, reason=reason, version=version)
    return f"Periode {wanted.nama} dikoreksi."


def fill_ends(period: PeriodView) -> dict[str, Any]:
    return {
        "tenggat": last_day(period.due_at, period.zona),
        "tutup": last_day(period.closes_at, period.zona),
        "berlaku_sampai": period.valid_until,
    }


def as_ends(form: EndsForm) -> Ends:
    return Ends(due_day=form.tenggat.data, last_day=form.tutup.data, valid_until=form.berlaku_sampai.data)


def preview_new_ends(period: PeriodView, form: EndsForm) -> Preview | None:
    changes, now = move_ends(period, as_ends(form), now=current.now()), current.now()
    with reading_session() as reading:
        effect = preview_ends(reading, period, changes, now=now)
        sitting = count_sitting(reading, period_id=period.id)
    told = tell_effect(
        effect,
        sitting=sitting,
        due_moves="due_at" in changes,
        valid_until=changes.get("valid_until"),
        late_after=find_past_tenggat(period, changes, now=now),
    )
    ends = {"due_day": "due_at", "last_day": "closes_at", "valid_until": "valid_until"}
    lines = {
        DAY_WORDS[name]: f"{tell_end(getattr(period, column), period)}, menjadi {tell_end(changes[column], period)}"
        for name, column in ends.items()
        if column in changes
    }
    return (lines, told) if changes else None


def tell_end(value: Any, period: PeriodView) -> str:
    return day(last_day(value, period.zona) if hasattr(value, "astimezone") else value)


def write_ends(period: PeriodView, form: EndsForm, write: Callable[..., PeriodView], done: str) -> str:
    reason, version = typed(form.alasan), sent_version()
    changed = write(
        current.session(), current.act(), kode=period.kode, ends=as_ends(form), reason=reason, version=version
    )
    return f"Periode {changed.nama} {done} sampai {day(last_day(changed.closes_at, changed.zona))}."


def fill_widening(period: PeriodView) -> dict[str, Any]:
    return fill_audience(find_current_plan(period).audience)


def preview_widening(period: PeriodView, form: WideningForm) -> Preview | None:
    present, wanted = find_current_plan(period).audience, form.find_audience()
    check_wider(present, wanted)
    with reading_session() as reading:
        joining = count_audience(reading, wanted, instansi_id=instansi_id(), outside=period.id)
    told = [
        f"{number(joining)} pegawai ikut mulai sekarang, dengan tenggat dan tutup yang sama.",
        "Peserta yang sudah ada tidak berubah.",
    ]
    lines = {"Peserta": f"{tell_people(present)}, menjadi {tell_people(wanted)}"}
    return (lines, told) if wanted != present else None


def tell_people(audience: Audience) -> str:
    with reading_session() as reading:
        units = [nama for _, nama in name_units(reading, audience, instansi_id=instansi_id())]
    who = ", ".join(audience.kinds) or "semua ASN"
    return f"{who} di {', '.join(units)}" if units else f"{who} aktif"


def write_widening(period: PeriodView, form: WideningForm) -> str:
    act, reason, version = current.act(), typed(form.alasan), sent_version()
    wanted = form.find_audience()
    _, joined = widen_period(current.session(), act, kode=period.kode, audience=wanted, reason=reason, version=version)
    return f"{number(joined)} pegawai menjadi peserta periode {period.nama}."


CORRECTION = Change(
    move=Move.CORRECT,
    form=PeriodCorrectionForm,
    template="periode/koreksi.html",
    fill=lambda period: fill_plan(find_current_plan(period)),
    preview=preview_correction,
    write=write_correction,
    offers=list_offers,
)
EXTENSION = Change(
    move=Move.EXTEND,
    form=EndsForm,
    template="periode/perpanjang.html",
    fill=fill_ends,
    preview=preview_new_ends,
    write=partial(write_ends, write=extend_period, done="diperpanjang"),
)
REOPENING = replace(
    EXTENSION,
    move=Move.REOPEN,
    write=partial(write_ends, write=freeze_and_reopen, done="dibuka lagi"),
    asked=("tutup",),
    warning=KEYS_SEEN,
)
WIDENING = Change(
    move=Move.WIDEN,
    form=WideningForm,
    template="periode/peserta-baru.html",
    fill=fill_widening,
    preview=preview_widening,
    write=write_widening,
    offers=list_offers,
)


@bp.route("/periode/<kode>/arsip", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def archive(kode: str) -> ResponseReturnValue:
    """Put a draft or a closed period aside, or back. The form says which, so that sending it twice changes nothing."""
    nama, life, drafted = find_life(kode)
    if request.method == "GET":
        move = Move.RESTORE if life is Life.ARCHIVED else Move.ARCHIVE
        check_move(move, life)
        return render_template("periode/arsip.html", kode=kode, nama=nama, move=move.value, draft=life is Life.DRAFT)
    move = Move.RESTORE if request.form.get("tindakan") == Move.RESTORE else Move.ARCHIVE
    if (life is Life.ARCHIVED) == (move is Move.ARCHIVE):
        return tell_unchanged(kode, "Tidak ada yang berubah.")
    session = current.session()
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


def find_life(kode: str) -> tuple[str, Life, bool]:
    """Return name and state of a period or draft, and whether it is a draft. Raises NotFound."""
    try:
        draft = find_saved(kode)
    except NotFound:
        draft = None
    if draft and draft.life:
        return draft.plan.nama, draft.life, True
    period = find_period(kode)
    return period.nama, life_of(period, current.now()), False
