"""Extra time and further attempts: for a person, for a group (.../tambahan), after outages (.../gangguan)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectField
from wtforms.validators import NumberRange

from netral.accounts.access import Permission
from netral.accounts.directory import list_units
from netral.errors import NetralError
from netral.extensions import reading_session
from netral.indonesian import number
from netral.learning.exams.compensating import (
    CompensatedAlready,
    NothingToReplace,
    extend_after,
    get_outage,
    list_outages,
    replace_expired,
)
from netral.learning.exams.extending import (
    MOST_MINUTES,
    NoOpenAttempt,
    extend_group,
    extend_person,
    give_percent,
    preview_extension,
)
from netral.learning.exams.granting import (
    MOST_ATTEMPTS,
    AttemptOfNoUse,
    NobodyUsedUp,
    grant_group,
    grant_person,
    preview_grants,
)
from netral.learning.periods.reading import PeriodState, PeriodView
from netral.versions import Outdated
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import (
    Form,
    NumberField,
    ReasonForm,
    SelectChoice,
    reason_field,
    required,
    sent_version,
    show_stored,
    tell_saved,
    typed,
)
from netral.web.office.participants import AttemptsForm, ExtraTimeForm, MinutesForm, find_participant, show
from netral.web.office.periods import find_period
from netral.words.extending import tell_minutes, tell_no_use, tell_state, tell_stretch

bp = Blueprint("extending", __name__)


TWICE = "Formulir ini sudah diterima sebelumnya. Tidak ada yang diberikan dua kali."
NO_EXAM = "{} tidak sedang mengerjakan ujian, jadi waktunya tidak ditambah."
CHANGED = "Kesempatannya sudah diubah petugas lain. Kirim lagi bila tambahan ini masih perlu"

ATTEMPTS, MINUTES = "kesempatan", "menit"
KINDS = {
    ATTEMPTS: "Kesempatan ujian, untuk yang sudah memakai semua kesempatannya dan belum lulus",
    MINUTES: "Menit, untuk yang sedang mengerjakan ujian",
}
EVERYBODY = "Seluruh periode"
CLOSED = "Periode ini sudah ditutup, jadi kesempatan tidak dapat dipakai. Buka lagi periodenya dahulu"
COUNT = f"Isi bilangan bulat: 1 sampai {MOST_ATTEMPTS} kesempatan, atau 1 sampai {MOST_MINUTES} menit"


class GroupForm(Form):
    jenis = RadioField(
        "Yang diberikan",
        choices=[SelectChoice(value, text) for value, text in KINDS.items()],
        validators=[required("Pilih yang diberikan")],
    )
    opd = SelectField("Kepada siapa", choices=[])
    banyaknya = NumberField("Banyaknya (kesempatan atau menit)", COUNT, unreadable=COUNT)
    alasan = reason_field()

    def validate_banyaknya(self, field: NumberField) -> None:
        most = MOST_ATTEMPTS if self.jenis.data == ATTEMPTS else MOST_MINUTES
        NumberRange(1, most, COUNT)(self, field)

    @property
    def opd_kode(self) -> str | None:
        return self.opd.data or None


@bp.post("/periode/<kode>/peserta/<int:asn_id>/waktu")
@requires(Permission.MANAGE_PERIODS)
def extend_time(kode: str, asn_id: int) -> ResponseReturnValue:
    period, person = find_participant(kode, asn_id)
    form, session = ExtraTimeForm(), current.session()
    if not form.validate():
        return show(period, person, form)
    try:
        reached = give_percent(
            session, current.act(), asn_id=asn_id, kode=kode, percent=form.persen.data or 0, version=sent_version()
        )
    except Outdated:
        session.rollback()
        period, person = find_participant(kode, asn_id)
        show_stored(form, {"persen": person.extra_time_percent})
        return show(period, person, form, status=409)
    session.commit()
    also = ", juga untuk ujian yang sedang dikerjakan" if reached else ", untuk percobaan yang dimulai sesudah ini"
    flash(f"Tambahan waktu {person.nama}: {form.persen.data} persen{also}.")
    return redirect(f"/periode/{kode}/peserta/{asn_id}", 303)


@bp.post("/periode/<kode>/peserta/<int:asn_id>/kesempatan")
@requires(Permission.MANAGE_PERIODS)
def give_attempts(kode: str, asn_id: int) -> ResponseReturnValue:
    service = partial(grant_person, version=sent_version())
    return give_person(kode, asn_id, AttemptsForm(), service, "{nama} mendapat {attempts} kesempatan tambahan.")


@bp.post("/periode/<kode>/peserta/<int:asn_id>/menit")
@requires(Permission.MANAGE_PERIODS)
def give_minutes(kode: str, asn_id: int) -> ResponseReturnValue:
    return give_person(kode, asn_id, MinutesForm(), extend_person, "Waktu ujian {nama} ditambah {minutes} menit.")


def give_person(
    kode: str, asn_id: int, form: AttemptsForm | MinutesForm, service: Callable[..., bool], told: str
) -> ResponseReturnValue:
    """Give what the form asks, once; say so where it has become of no use."""
    period, person = find_participant(kode, asn_id)
    if not form.validate():
        return show(period, person, form)
    session, asked = current.session(), form.asked
    try:
        given = service(session, current.act(), asn_id=asn_id, kode=kode, key=sent_key(), **asked)
    except Outdated:
        session.rollback()
        form["kesempatan"].errors = [CHANGED]  # only further attempts carry a version
        return show(*find_participant(kode, asn_id), form, 409)
    except AttemptOfNoUse as fact:
        session.rollback()
        flash(f"{tell_no_use(fact.args[0])}, jadi tidak ada kesempatan yang ditambahkan.")
    except NoOpenAttempt:
        session.rollback()
        flash(NO_EXAM.format(person.nama))
    else:
        session.commit()
        tell_saved(told.format(nama=person.nama, **asked), TWICE, changed=given)
    return redirect(f"/periode/{kode}/peserta/{asn_id}", 303)


def sent_key() -> str:
    """Return the key of the officer's form, for which the page draws a number each time that it is shown."""
    return f"{current.actor().user_id}-{request.form.get('kunci', '')}"[:40]


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
    if form.jenis.data == ATTEMPTS and is_closed(period):
        form.jenis.errors = [CLOSED]
        return show_form(period, form)
    return confirm(period, form) if "konfirmasi" in request.form else ask(period, form)


def show_form(period: PeriodView, form: GroupForm) -> ResponseReturnValue:
    page = render_template("periode/tambahan.html", period=period, form=form, closed=is_closed(period))
    return page, 422 if form.errors else 200


def is_closed(period: PeriodView) -> bool:
    return period.state(current.now()) is PeriodState.CLOSED


def ask(period: PeriodView, form: GroupForm) -> ResponseReturnValue:
    preview = preview_grants if form.jenis.data == ATTEMPTS else preview_extension
    with reading_session() as reading:
        touched = preview(reading, current.act(), period, opd_kode=form.opd_kode)
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
        tell_saved(f"{number(given)} pegawai mendapat {count} {what}.", TWICE, changed=bool(given))
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
        closed=is_closed(period),
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
    return carry_out(
        kode,
        outage_id,
        lambda period: extend_after(current.session(), current.act(), period, outage_id=outage_id, **form.asked),
        f"{{}} pegawai mendapat tambahan {form.menit.data} menit.",
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
        tell_saved(told.format(count), TWICE, changed=bool(count))
    return redirect(f"/periode/{kode}/gangguan/{outage_id}", 303)


NOTHING: dict[type[NetralError], str] = {
    NoOpenAttempt: "Tidak ada lagi yang sedang mengerjakan ujian itu, jadi tidak ada waktu yang ditambah.",
    NothingToReplace: "Semua yang terputus sudah mendapat pengganti. Tidak ada yang diberikan dua kali.",
    CompensatedAlready: "Waktu gangguan ini sudah ditambahkan sendiri oleh layanan.",
    AttemptOfNoUse: "Periode ini sudah ditutup, jadi kesempatan pengganti tidak dapat dipakai.",
}
