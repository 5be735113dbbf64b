"""Exempting a participant, the document of an exemption, ending it: /periode/<kode>/peserta/<id>/..."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.indonesian import within_sentence
from netral.learning.periods import exemptions
from netral.learning.periods.enrolments import StandingUnchanged
from netral.learning.periods.exemptions import NotPdf, PaperTooLarge, PdfNotPlain
from netral.learning.periods.participants import Participant
from netral.learning.periods.reading import PeriodView
from netral.versions import Outdated
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.documents import send_uploaded_pdf
from netral.web.edge.forms import ReasonForm, sent_version, typed
from netral.web.office.participants import STANDING_WORDS, EndingForm, ExemptionForm, find_participant, show
from netral.web.office.periods import find_period

bp = Blueprint("exemptions", __name__)

REFUSED = {
    PaperTooLarge: "Berkas lebih dari 2 MB. Pindai lagi dengan mutu lebih rendah",
    NotPdf: "Berkas ini bukan PDF. Simpan dokumennya sebagai PDF, lalu unggah lagi",
    PdfNotPlain: "PDF ini memuat skrip, isian, atau lampiran. Cetak lagi menjadi PDF biasa, lalu unggah hasilnya",
}
PAPER_CHANGED = "Pembebasan ini berubah setelah halaman Anda dibuka, jadi dokumen yang Anda kirim belum disimpan."


@bp.post("/periode/<kode>/peserta/<int:asn_id>/bebaskan")
@requires(Permission.MANAGE_PERIODS)
def grant_exemption(kode: str, asn_id: int) -> ResponseReturnValue:
    return take_exemption(kode, asn_id, exemptions.grant_exemption, "{} dibebaskan dari periode ini.")


@bp.post("/periode/<kode>/peserta/<int:asn_id>/dokumen")
@requires(Permission.MANAGE_PERIODS)
def complete_exemption(kode: str, asn_id: int) -> ResponseReturnValue:
    service = partial(exemptions.complete_exemption, version=sent_version())
    return take_exemption(kode, asn_id, service, "Dokumen pembebasan {} tersimpan.")


def take_exemption(kode: str, asn_id: int, service: Callable[..., None], told: str) -> ResponseReturnValue:
    """Read the document before the write begins, then exempt or complete."""
    period, person = find_participant(kode, asn_id)
    form = ExemptionForm()
    if not form.validate():
        return show(period, person, form)
    try:
        paper = form.read_paper()
    except tuple(REFUSED) as fact:
        form.berkas.errors = [REFUSED[type(fact)]]
        return show(period, person, form)
    return change_standing(period, person, form, partial(service, paper=paper), told)


@bp.get("/periode/<kode>/peserta/<int:asn_id>/pembebasan/<int:exemption_id>.pdf")
@requires(Permission.MANAGE_PERIODS)
def exemption_file(kode: str, asn_id: int, exemption_id: int) -> ResponseReturnValue:
    period = find_period(kode)
    content = exemptions.read_file(
        current.session(), instansi_id=period.instansi_id, kode=kode, asn_id=asn_id, exemption_id=exemption_id
    )
    return send_uploaded_pdf(content, f"pembebasan-{exemption_id}.pdf")


@bp.post("/periode/<kode>/peserta/<int:asn_id>/akhiri")
@requires(Permission.MANAGE_PERIODS)
def withdraw_exemption(kode: str, asn_id: int) -> ResponseReturnValue:
    period, person = find_participant(kode, asn_id)
    form = EndingForm()
    if not form.validate():
        return show(period, person, form)
    told = "Pembebasan {} diakhiri. Periode ini wajib lagi."
    return change_standing(period, person, form, exemptions.withdraw_exemption, told)


def change_standing(
    period: PeriodView, person: Participant, form: ReasonForm | EndingForm, service: Callable[..., None], told: str
) -> ResponseReturnValue:
    """Change the standing; a second identical form changes nothing and is told the present state."""
    session, kode, asn_id = current.session(), period.kode, person.asn_id
    try:
        service(session, current.act(), asn_id=asn_id, kode=kode, reason=typed(form.alasan))
    except StandingUnchanged as fact:
        session.rollback()
        standing = within_sentence(STANDING_WORDS[fact.args[0]][0])
        flash(
            f"Tidak ada yang berubah: kedudukan {person.nama} sudah {standing}. "
            f'Alasan yang Anda tulis tidak disimpan: "{typed(form.alasan)}"'
        )
    except Outdated:
        session.rollback()
        flash(PAPER_CHANGED, "warning")
    else:
        session.commit()
        flash(told.format(person.nama), "success")
    return redirect(f"/periode/{kode}/peserta/{asn_id}", 303)
