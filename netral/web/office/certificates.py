"""The register, where BKPSDM revokes and reissues certificates: /sertifikat-terbit."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.certificates.issue import issuing
from netral.certificates.issue.register import find_record
from netral.certificates.paper.files import keep_hash, name_file
from netral.certificates.proof.identifiers import MalformedCode, read_code
from netral.certificates.proof.verification import USABLE, Record
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.indonesian import day_and_time
from netral.learning.periods.reading import choose_period, list_periods
from netral.reporting.reports.register import STATE_WORDS, RegisterState, list_certificates
from netral.versions import Outdated, version_of
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.documents import send_download
from netral.web.edge.forms import reason_field, sent_version, typed
from netral.web.edge.papers import read_paper, state_of
from netral.web.edge.proving import ConfirmedForm
from netral.web.edge.queries import page_number, without_page
from netral.web.edge.searching import asked_words

bp = Blueprint("certificates", __name__)

OUTDATED = "Sertifikat ini sudah {} pada {}, setelah halaman Anda dibuka. Yang Anda kirim belum dilakukan"
UNUSABLE = "Sertifikat {} tidak berlaku atau catatannya tidak cocok, jadi berkasnya tidak diberikan."
CHANGED_TO = {issuing.REVOKED: "dicabut", issuing.SUPERSEDED: "diganti"}


class RevocationForm(ConfirmedForm):
    alasan = reason_field("Alasan pencabutan", "Isi alasan pencabutan")


class ReissueForm(ConfirmedForm):
    alasan = reason_field(missing="Isi alasan penerbitan ulang")


@bp.get("/sertifikat-terbit")
@requires(Permission.VIEW_REGISTER)
def register() -> ResponseReturnValue:
    session, instansi_id = current.session(), current.actor().reach(Permission.VIEW_REGISTER).instansi_id
    if not list_periods(session, instansi_id=instansi_id):
        return render_template("dasbor/kosong.html", title="Sertifikat terbit")
    period = choose_period(
        session, instansi_id=instansi_id, kode=request.args.get("periode") or None, now=current.now()
    )
    state, words = request.args.get("status", ""), asked_words()
    listing = list_certificates(
        session,
        instansi_id=instansi_id,
        period_id=period.id,
        now=current.now(),
        state=RegisterState(state) if state in set(RegisterState) else None,
        search=words,
        page=page_number(),
    )
    return render_template(
        "sertifikat/terbit.html",
        listing=listing,
        period=period,
        periods=list_periods(session, instansi_id=instansi_id, archived=False, named=period.kode),
        state=state,
        states=STATE_WORDS,
        search=words,
        base=without_page(request),
        may_change=current.actor().may(Permission.MANAGE_CERTIFICATES),
    )


@bp.route("/sertifikat-terbit/<code>/cabut", methods=["GET", "POST"])
@requires(Permission.MANAGE_CERTIFICATES)
def revoke(code: str) -> ResponseReturnValue:
    form = RevocationForm()

    def carry_out(record: Record) -> str:
        reason, version = typed(form.alasan), sent_version()
        issuing.revoke(current.session(), current.act(), public_id=record.public_id, reason=reason, version=version)
        return f"Sertifikat {record.nomor} dicabut."

    return change(code, form, "sertifikat/cabut.html", carry_out)


@bp.route("/sertifikat-terbit/<code>/ganti", methods=["GET", "POST"])
@requires(Permission.MANAGE_CERTIFICATES)
def reissue(code: str) -> ResponseReturnValue:
    """Reissue after a correction of name or JP: the old certificate becomes superseded, the new one has a new code."""
    form = ReissueForm()

    def carry_out(record: Record) -> str:
        reason, version = typed(form.alasan), sent_version()
        issued = issuing.reissue(
            current.session(),
            current.act(),
            current.signer(),
            public_id=record.public_id,
            reason=reason,
            version=version,
        )
        return f"Sertifikat baru terbit dengan nomor {issued.nomor}. Sertifikat {record.nomor} tercatat diganti."

    return change(code, form, "sertifikat/ganti.html", carry_out)


@bp.post("/sertifikat-terbit/<code>/pdf")
@requires(Permission.MANAGE_CERTIFICATES)
def fetch(code: str) -> ResponseReturnValue:
    """Send the certificate of a person, whether or not they still work here, and record who took it."""
    record = find_within_reach(code)
    if state_of(record) not in USABLE:
        flash(UNUSABLE.format(record.nomor), "warning")
        return redirect("/sertifikat-terbit", 303)
    stored, session = read_paper(record), current.session()
    keep_hash(session, record.public_id, stored)
    issuing.note(session, current.act(), "certificate.fetched", record.public_id, nomor=record.nomor)
    session.commit()
    return send_download(stored.content, name_file(record.nomor, record.nama))


def change(code: str, form: ConfirmedForm, template: str, carry_out: Callable[[Record], str]) -> ResponseReturnValue:
    """Ask for confirmation, then change a certificate; `carry_out` returns the sentence about it."""
    record = find_within_reach(code)
    if not form.validate_on_submit():
        return ask(template, record, form)
    try:
        told = carry_out(record)
    except Outdated:
        current.session().rollback()
        return ask(template, find_within_reach(code), form, outdated=True)
    current.session().commit()
    flash(told, "success")
    return redirect("/sertifikat-terbit", 303)


def ask(template: str, record: Record, form: ConfirmedForm, *, outdated: bool = False) -> ResponseReturnValue:
    """Draw the page with the button. `outdated`: the button was pressed on a page that showed another state."""
    told = ""
    if outdated:
        changed_at = day_and_time(record.status_at or record.issued_at, record.zona)
        told = OUTDATED.format(CHANGED_TO.get(record.status, "berubah"), changed_at)
    page = render_template(
        template,
        record=record,
        form=form,
        version=version_of(record.status),
        problems=[{"text": told}] if told else None,
    )
    return page, 409 if outdated else 422 if form.errors else 200


def find_within_reach(code: str) -> Record:
    """Find a certificate of the officer's own instansi; raises NotFound for any other, as for none."""
    try:
        public_id = read_code(code).public_id
    except MalformedCode as fact:
        raise NotFound(code) from fact
    with reading_session() as reading:
        record = find_record(reading, public_id, instansi_id=current.instansi_id())
    if record is None:
        raise NotFound(code)
    return record
