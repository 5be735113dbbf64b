"""Extra time and further attempts for a group at /periode/<kode>/tambahan, and outages at /periode/<kode>/gangguan."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import NumberRange

from netral.accounts.access import Permission
from netral.accounts.directory import list_units
from netral.errors import NetralError
from netral.extensions import reading_session
from netral.learning.exams.compensating import (
    CompensatedAlready,
    NothingToReplace,
    extend_after,
    get_outage,
    list_outages,
    replace_expired,
)
from netral.learning.exams.extending import MOST_MINUTES, NoOpenAttempt, extend_group, preview_extension
from netral.learning.exams.granting import MOST_ATTEMPTS, AttemptOfNoUse, NobodyUsedUp, grant_group, preview_grants
from netral.learning.periods.reading import PeriodState, PeriodView
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import Form, NumberField, at_most, required, typed
from netral.web.office.participants import TWICE, MinutesForm, ReasonForm, sent_key
from netral.web.office.periods import find_period
from netral.words.extending import tell_minutes, tell_state, tell_stretch

bp = Blueprint("extending", __name__)

ATTEMPTS, MINUTES = "kesempatan", "menit"
KINDS = {
    ATTEMPTS: "Kesempatan ujian, untuk yang sudah memakai semua kesempatannya dan belum lulus",
    MINUTES: "Menit, untuk yang sedang mengerjakan ujian",
}
EVERYBODY = "Seluruh periode"
COUNT = f"Isi bilangan bulat: 1 sampai {MOST_ATTEMPTS} kesempatan, atau 1 sampai {MOST_MINUTES} menit"


class GroupForm(Form):
    jenis = RadioField(
        "Yang diberikan",
        choices=[SelectChoice(value, text) for value, text in KINDS.items()],
        validators=[required("Pilih yang diberikan")],
    )
    opd = SelectField("Kepada siapa", choices=[])
    banyaknya = NumberField("Banyaknya (kesempatan atau menit)", COUNT, unreadable=COUNT)
    alasan = TextAreaField("Alasan", validators=[required("Tuliskan alasannya"), at_most(500, "Alasan")])

    def validate_banyaknya(self, field: NumberField) -> None:
        most = MOST_ATTEMPTS if self.jenis.data == ATTEMPTS else MOST_MINUTES
        NumberRange(1, most, COUNT)(self, field)

    @property
    def opd_kode(self) -> str | None:
        return self.opd.data or None


def make_form(**more: Any) -> GroupForm:
    """Make the form with every unit of the instansi to choose from."""
    form = GroupForm(**more)
    with reading_session() as reading:
        units = list_units(reading, reaches=[current.actor().reach(Permission.MANAGE_PERIODS)])
    inside = [SelectChoice(unit.kode, f"{'– ' * unit.depth}{unit.nama}") for unit in units]
    form.opd.choices = [SelectChoice("", EVERYBODY), *inside]
    return form


@bp.route("/periode/<kode>/tambahan", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def give(kode: str) -> ResponseReturnValue:
    """Answer a valid form with the people whom it concerns; only a confirmation gives anything."""
    period = find_period(kode)
    if request.method == "GET":
        return show_form(period, make_form(formdata=None, data={"jenis": ATTEMPTS, "banyaknya": 1}))
    form = make_form()
    if not form.validate() or "kembali" in request.form:
        return show_form(period, form)
    return confirm(period, form) if "konfirmasi" in request.form else ask(period, form)


def show_form(period: PeriodView, form: GroupForm) -> ResponseReturnValue:
    closed = period.state(current.now()) is PeriodState.CLOSED
    page = render_template("periode/tambahan.html", period=period, form=form, closed=closed)
    return page, 422 if form.errors else 200


def ask(period: PeriodView, form: GroupForm) -> ResponseReturnValue:
    preview = preview_grants if form.jenis.data == ATTEMPTS else preview_extension
    with reading_session() as reading:
        touched = preview(reading, period, opd_kode=form.opd_kode)
    return render_template(
        "periode/tambahan-tanya.html",
        period=period,
        touched=touched,
        attempts=form.jenis.data == ATTEMPTS,
        count=form.banyaknya.data,
        reason=typed(form.alasan),
        place=name_unit(form),
        kept={name: request.form.get(name, "") for name in ("jenis", "opd", "banyaknya", "alasan")},
        key=current.settings().new_seed(),
    )


def name_unit(form: GroupForm) -> str:
    choices: Any = form.opd.iter_choices()
    return next(str(each.label).lstrip("– ") for each in choices if each.value == form.opd.data)


def confirm(period: PeriodView, form: GroupForm) -> ResponseReturnValue:
    session = current.session()
    asked: dict[str, Any] = {"opd_kode": form.opd_kode, "reason": typed(form.alasan), "key": sent_key()}
    count = form.banyaknya.data or 0
    try:
        if form.jenis.data == ATTEMPTS:
            given = grant_group(session, current.act(), period, attempts=count, **asked)
        else:
            given = extend_group(session, current.act(), period, minutes=count, **asked)
    except (NobodyUsedUp, NoOpenAttempt):
        session.rollback()
        flash("Tidak ada pegawai yang cocok lagi, jadi tidak ada yang diberikan.")
    else:
        session.commit()
        what = "kesempatan tambahan" if form.jenis.data == ATTEMPTS else "menit"
        flash(f"{given} pegawai mendapat {count} {what}." if given else TWICE, "success" if given else "message")
    return redirect(f"/periode/{period.kode}/tambahan", 303)


@bp.get("/periode/<kode>/gangguan")
@requires(Permission.MANAGE_PERIODS)
def outages(kode: str) -> ResponseReturnValue:
    period = find_period(kode)
    found = list_outages(current.session(), period)
    rows = [(each, tell_stretch(each.gap, current.name_zona()), tell_state(each)) for each in found]
    return render_template("periode/gangguan.html", period=period, rows=rows, tell_minutes=tell_minutes)


@bp.get("/periode/<kode>/gangguan/<int:outage_id>")
@requires(Permission.MANAGE_PERIODS)
def outage(kode: str, outage_id: int) -> ResponseReturnValue:
    return show_outage(kode, outage_id)


def show_outage(
    kode: str, outage_id: int, *, minutes: MinutesForm | None = None, reason: ReasonForm | None = None
) -> ResponseReturnValue:
    period = find_period(kode)
    with reading_session() as reading:
        found = get_outage(reading, period, outage_id=outage_id)
    most = min(MOST_MINUTES, max(1, found.gap.seconds // 60))
    page = render_template(
        "periode/gangguan-satu.html",
        period=period,
        found=found,
        stretch=tell_stretch(found.gap, current.name_zona()),
        state=tell_state(found),
        length=tell_minutes(found.gap.seconds),
        closed=period.state(current.now()) is PeriodState.CLOSED,
        minutes=minutes or MinutesForm(formdata=None, data={"menit": most}),
        reason=reason or ReasonForm(formdata=None),
        form=minutes or reason,
    )
    return page, 422 if minutes or reason else 200


@bp.post("/periode/<kode>/gangguan/<int:outage_id>/waktu")
@requires(Permission.MANAGE_PERIODS)
def extend_outage(kode: str, outage_id: int) -> ResponseReturnValue:
    form = MinutesForm()
    if not form.validate():
        return show_outage(kode, outage_id, minutes=form)
    minutes, reason = form.menit.data or 0, typed(form.alasan_menit)
    return carry_out(
        kode,
        outage_id,
        lambda period: extend_after(
            current.session(), current.act(), period, outage_id=outage_id, minutes=minutes, reason=reason
        ),
        f"{{}} pegawai mendapat tambahan {minutes} menit.",
    )


@bp.post("/periode/<kode>/gangguan/<int:outage_id>/pengganti")
@requires(Permission.MANAGE_PERIODS)
def replace_outage(kode: str, outage_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate():
        return show_outage(kode, outage_id, reason=form)
    return carry_out(
        kode,
        outage_id,
        lambda period: replace_expired(
            current.session(), current.act(), period, outage_id=outage_id, reason=typed(form.alasan)
        ),
        "{} pegawai mendapat satu kesempatan pengganti.",
    )


def carry_out(kode: str, outage_id: int, do: Callable[[PeriodView], int], told: str) -> ResponseReturnValue:
    """Do what was asked; where nothing is left to do, say so: the form may have been sent before."""
    session, refused = current.session(), (NoOpenAttempt, NothingToReplace, CompensatedAlready, AttemptOfNoUse)
    try:
        count = do(find_period(kode))
    except refused as fact:
        session.rollback()
        flash(NOTHING[type(fact)])
    else:
        session.commit()
        flash(told.format(count) if count else TWICE, "success" if count else "message")
    return redirect(f"/periode/{kode}/gangguan/{outage_id}", 303)


NOTHING: dict[type[NetralError], str] = {
    NoOpenAttempt: "Tidak ada lagi yang sedang mengerjakan ujian itu, jadi tidak ada waktu yang ditambah.",
    NothingToReplace: "Semua yang terputus sudah mendapat pengganti. Tidak ada yang diberikan dua kali.",
    CompensatedAlready: "Waktu gangguan ini sudah ditambahkan sendiri oleh layanan.",
    AttemptOfNoUse: "Periode ini sudah ditutup, jadi kesempatan pengganti tidak dapat dipakai.",
}
