"""The people of a period at /periode/<kode>/peserta: exempting them, ending an exemption, extra time."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField
from wtforms.validators import NumberRange

from netral.accounts.access import Permission
from netral.certificates.issue.register import list_own
from netral.certificates.proof.verification import USABLE
from netral.extensions import reading_session
from netral.indonesian import within_sentence
from netral.learning.periods.enrolments import (
    MOST_EXTRA_PERCENT,
    Standing,
    StandingUnchanged,
    end_exemption,
    exempt,
    give_extra_time,
)
from netral.learning.periods.participants import Participant, get_participant, list_changes, list_participants
from netral.learning.periods.reading import PeriodView
from netral.versions import Outdated, version_of
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import Form, NumberField, at_most, required, sent_version, typed
from netral.web.edge.papers import state_of
from netral.web.edge.queries import page_number, without_page
from netral.web.edge.searching import asked_words
from netral.web.office.periods import find_period

bp = Blueprint("participants", __name__)

STANDING_WORDS = {
    Standing.WAJIB: ("Wajib", ""),
    Standing.BEBAS: ("Dibebaskan", "warning"),
    Standing.KELUAR: ("Keluar", ""),
}
CHANGE_WORDS = {
    "masuk": "Masuk",
    "pindah": "Pindah ke unit ini",
    "keluar": "Keluar",
    "bebas": "Dibebaskan",
    "kembali": "Pembebasan diakhiri",
}


class ReasonForm(Form):
    alasan = TextAreaField("Alasan", validators=[required("Tuliskan alasannya"), at_most(500, "Alasan")])


STORED = "Tambahan waktu sekarang: {} persen. Simpan lagi bila isian Anda yang benar"
RANGE = f"Isi bilangan bulat 0 sampai {MOST_EXTRA_PERCENT}"


class ExtraTimeForm(Form):
    persen = NumberField(
        "Tambahan waktu (persen)", RANGE, unreadable=RANGE, checks=[NumberRange(0, MOST_EXTRA_PERCENT, RANGE)]
    )


@bp.get("/periode/<kode>/peserta")
@requires(Permission.MANAGE_PERIODS)
def overview(kode: str) -> ResponseReturnValue:
    period = find_period(kode)
    words, standing = asked_words(), request.args.get("kedudukan", "")
    listing = list_participants(
        current.session(),
        instansi_id=period.instansi_id,
        period_id=period.id,
        words=words,
        standing=Standing(standing) if standing in set(Standing) else None,
        page=page_number(),
    )
    return render_template(
        "periode/peserta.html",
        period=period,
        listing=listing,
        words=words,
        standing=standing,
        standings=STANDING_WORDS,
        base=without_page(request),
    )


@bp.get("/periode/<kode>/peserta/<int:asn_id>")
@requires(Permission.MANAGE_PERIODS)
def detail(kode: str, asn_id: int) -> ResponseReturnValue:
    return show(*find_participant(kode, asn_id))


def find_participant(kode: str, asn_id: int) -> tuple[PeriodView, Participant]:
    """Find a participant of a period. Raises NotFound."""
    period = find_period(kode)
    with reading_session() as reading:
        person = get_participant(reading, instansi_id=period.instansi_id, period_id=period.id, asn_id=asn_id)
    return period, person


def show(
    period: PeriodView,
    person: Participant,
    *,
    reason: ReasonForm | None = None,
    extra: ExtraTimeForm | None = None,
    status: int = 422,
) -> ResponseReturnValue:
    """Show the page with the form that was sent and has to be corrected, if any, and answer with `status`."""
    with reading_session() as reading:
        changes = list_changes(reading, enrolment_id=person.enrolment_id)
        records = list_own(reading, asn_id=person.asn_id)
    page = render_template(
        "periode/orang.html",
        period=period,
        person=person,
        changes=changes,
        papers=[(record, state_of(record) in USABLE) for record in records if record.period_number == period.number],
        reason=reason or ReasonForm(formdata=None),
        extra=extra or ExtraTimeForm(formdata=None, data={"persen": person.extra_time_percent}),
        version=version_of(person.extra_time_percent),
        form=reason or extra,
        standings=STANDING_WORDS,
        kinds=CHANGE_WORDS,
    )
    return page, status if reason or extra else 200


@bp.post("/periode/<kode>/peserta/<int:asn_id>/bebaskan")
@requires(Permission.MANAGE_PERIODS)
def grant_exemption(kode: str, asn_id: int) -> ResponseReturnValue:
    return change_standing(kode, asn_id, exempt, "{} dibebaskan dari periode ini.")


@bp.post("/periode/<kode>/peserta/<int:asn_id>/akhiri")
@requires(Permission.MANAGE_PERIODS)
def withdraw_exemption(kode: str, asn_id: int) -> ResponseReturnValue:
    return change_standing(kode, asn_id, end_exemption, "Pembebasan {} diakhiri. Periode ini wajib lagi.")


def change_standing(kode: str, asn_id: int, service: Callable[..., None], told: str) -> ResponseReturnValue:
    """Change the standing; a second identical form changes nothing and is told the present state."""
    period, person = find_participant(kode, asn_id)
    form, session = ReasonForm(), current.session()
    if not form.validate():
        return show(period, person, reason=form)
    try:
        service(session, current.act(), asn_id=asn_id, kode=kode, reason=typed(form.alasan))
    except StandingUnchanged as fact:
        session.rollback()
        standing = within_sentence(STANDING_WORDS[fact.args[0]][0])
        flash(
            f"Tidak ada yang berubah: kedudukan {person.nama} sudah {standing}. "
            f'Alasan yang Anda tulis tidak disimpan: "{typed(form.alasan)}"'
        )
    else:
        session.commit()
        flash(told.format(person.nama), "success")
    return redirect(f"/periode/{kode}/peserta/{asn_id}", 303)


@bp.post("/periode/<kode>/peserta/<int:asn_id>/waktu")
@requires(Permission.MANAGE_PERIODS)
def extend_time(kode: str, asn_id: int) -> ResponseReturnValue:
    period, person = find_participant(kode, asn_id)
    form, session = ExtraTimeForm(), current.session()
    if not form.validate():
        return show(period, person, extra=form)
    try:
        give_extra_time(
            session, current.act(), asn_id=asn_id, kode=kode, percent=form.persen.data or 0, version=sent_version()
        )
    except Outdated:
        session.rollback()
        period, person = find_participant(kode, asn_id)
        form.persen.errors = [STORED.format(person.extra_time_percent)]
        return show(period, person, extra=form, status=409)
    session.commit()
    flash(f"Tambahan waktu {person.nama}: {form.persen.data} persen, untuk percobaan yang dimulai sesudah ini.")
    return redirect(f"/periode/{kode}/peserta/{asn_id}", 303)
