"""A person's transcript for BKPSDM: /sertifikat-terbit/<code>/transkrip. Each one made is recorded with its reason."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from netral.accounts.access import Permission
from netral.certificates.issue.transcripts import (
    NothingToList,
    find_holder,
    list_made,
    make_transcript,
)
from netral.certificates.proof.verification import Record
from netral.extensions import reading_session
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.documents import send_transcript
from netral.web.edge.forms import Form, NumberField, at_most, required, typed
from netral.web.office.certificates import find_within_reach

bp = Blueprint("person_transcripts", __name__)
officer = requires(Permission.MANAGE_CERTIFICATES)
YEAR = "Isi tahun dengan empat angka"


class TranscriptForm(Form):
    tahun = NumberField("Tahun terbit sertifikat", YEAR, unreadable=YEAR)
    alasan = TextAreaField("Keperluan", validators=[required("Tuliskan keperluannya"), at_most(500, "Keperluan")])


@bp.get("/sertifikat-terbit/<code>/transkrip")
@officer
def ask(code: str) -> ResponseReturnValue:
    record = find_within_reach(code)
    return show(record, TranscriptForm(data={"tahun": record.issued_on.year}))


@bp.post("/sertifikat-terbit/<code>/transkrip")
@officer
def make(code: str) -> ResponseReturnValue:
    record, form = find_within_reach(code), TranscriptForm()
    if not form.validate():
        return show(record, form)
    session, reason, year = current.session(), typed(form.alasan), form.tahun.data or 0
    asn_id = find_holder(session, record.public_id)
    try:
        make_transcript(session, current.act(), current.signer(), asn_id=asn_id, year=year, reason=reason)
    except NothingToList:
        session.rollback()
        form.tahun.errors = [f"Tidak ada sertifikat tahun {year} yang dapat dicantumkan"]
        return show(record, form)
    session.commit()
    flash("Transkrip siap diunduh. Pembuatannya tercatat pada jejak audit.", "success")
    return redirect(request.path, 303)


@bp.get("/sertifikat-terbit/transkrip/<code>.pdf")
@officer
def download(code: str) -> ResponseReturnValue:
    """Send a transcript that this officer has made."""
    return send_transcript(code)


def show(record: Record, form: TranscriptForm) -> ResponseReturnValue:
    with reading_session() as reading:
        asn_id = find_holder(reading, record.public_id)
        made = list_made(reading, asn_id=asn_id, by=current.actor().user_id)
    page = render_template("sertifikat/transkrip_pegawai.html", record=record, form=form, made=made)
    return page, 422 if form.errors else 200
