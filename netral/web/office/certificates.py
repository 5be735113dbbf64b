"""One's own certificate, and the register where BKPSDM revokes and reissues: /sertifikat, /sertifikat-terbit."""

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from netral.accounts.access import Permission
from netral.certificates.issue import issuing
from netral.certificates.issue.register import find_record, list_own
from netral.certificates.issue.withheld import list_withheld
from netral.certificates.paper.document import make_record_qr
from netral.certificates.paper.files import StoredPdf, keep_hash, read_or_make_pdf
from netral.certificates.paper.sheet import Sheet, make_sheet
from netral.certificates.proof.identifiers import MalformedCode, read_code
from netral.certificates.proof.qr import draw_svg
from netral.certificates.proof.verification import Record, State, judge
from netral.errors import NotFound
from netral.extensions import close_reader, reading_session, writing_session
from netral.indonesian import day_and_time
from netral.learning.periods.enrolments import list_enrolled
from netral.learning.periods.reading import choose_period, list_periods
from netral.organisation.emblems import find_emblem
from netral.reporting.reports.register import STATE_WORDS, RegisterState, list_certificates
from netral.versions import Outdated, version_of
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import at_most, required, sent_version, typed
from netral.web.edge.proving import ConfirmedForm
from netral.web.edge.queries import page_number, without_page
from netral.web.edge.searching import asked_words
from netral.web.learner.learner import asn_id, named_kode

bp = Blueprint("certificates", __name__)

SHARED = "Saya telah menyelesaikan pelatihan netralitas ASN. Periksa: "
# Words for the holder of a certificate that no longer counts, or not yet.
OWN_WORDS = {
    State.VALID: "Berlaku",
    State.EXPIRED: "Masa berlakunya habis",
    State.SUPERSEDED: "Sudah diganti",
    State.REVOKED: "Dicabut. Hubungi BKPSDM bila Anda memerlukan penjelasan",
    State.NOT_YET_VALID: "Belum berlaku",
    State.TAMPERED: "Catatan tidak cocok. Hubungi BKPSDM",
}
USABLE = frozenset({State.VALID, State.EXPIRED, State.NOT_YET_VALID})
OUTDATED = "Sertifikat ini sudah {} pada {}, setelah halaman Anda dibuka. Yang Anda kirim belum dilakukan"
CHANGED_TO = {issuing.REVOKED: "dicabut", issuing.SUPERSEDED: "diganti"}


class RevocationForm(ConfirmedForm):
    alasan = TextAreaField("Alasan pencabutan", validators=[required("Isi alasan pencabutan"), at_most(500, "Alasan")])


def make_own_sheet(record: Record) -> Sheet:
    return make_sheet(record, base_url=current.settings().base_url, demo=current.settings().demo)


def state_of(record: Record) -> State:
    return judge(record, None, now=current.now(), keyring=current.keyring()).state


@lru_cache(maxsize=64)
def draw_qr(record: Record, base_url: str, label: str) -> str:
    """Drawn and read back once for each process and certificate: some 30 ms of CPU."""
    return draw_svg(make_record_qr(record, base_url=base_url), label=label)


@bp.get("/sertifikat")
@requires(Permission.LEARN)
def mine() -> ResponseReturnValue:
    """Show the certificate of the period that is asked for, else the newest that can be used, and list the others."""
    with reading_session() as reading:
        own = list_enrolled(reading, asn_id=asn_id(), now=current.now())
        records = list_own(reading, asn_id=asn_id())
        withheld = list_withheld(reading, instansi_id=current.instansi_id(), asn_id=asn_id())
    asked = {each.period.number for each in own if each.period.kode == named_kode()}
    records = tuple(sorted(records, key=lambda record: record.period_number not in asked))
    shown = [(record, make_own_sheet(record), state_of(record)) for record in records]
    first = next(((record, sheet, state) for record, sheet, state in shown if state in USABLE), None)
    qr = draw_qr(first[0], current.settings().base_url, first[1].qr_label) if first else ""
    return render_template(
        "sertifikat/milik.html",
        first=first,
        qr=qr,
        others=[(record, sheet, state) for record, sheet, state in shown if first is None or record is not first[0]],
        share=f"https://wa.me/?text={quote(SHARED + first[1].address)}" if first else "",
        words=OWN_WORDS,
        withheld=withheld,
        usable=USABLE,
    )


@bp.get("/sertifikat.pdf")
@requires(Permission.LEARN)
def download() -> ResponseReturnValue:
    """The stored file; made at the first view, outside any transaction, and the same bytes ever after."""
    wanted = request.args.get("id")
    with reading_session() as reading:
        records = [record for record in list_own(reading, asn_id=asn_id()) if wanted in {None, record.public_id}]
    record = next((each for each in records if state_of(each) in USABLE), None)
    if record is None:
        raise NotFound("sertifikat")
    place = current.settings()
    with reading_session() as reading:
        emblem = find_emblem(reading, record.emblem)
    close_reader()
    stored = read_or_make_pdf(place.certificate_dir, record, base_url=place.base_url, demo=place.demo, emblem=emblem)
    if record.pdf_hash is None:
        note_hash(record, stored)
    name = f"sertifikat-netralitas-{record.public_id[:5].lower()}.pdf"
    return send_file(BytesIO(stored.content), "application/pdf", as_attachment=True, download_name=name)


def note_hash(record: Record, stored: StoredPdf) -> None:
    """The one thing a first view keeps, in a write of its own: which bytes were handed out."""
    with writing_session() as session:
        keep_hash(session, record.public_id, stored)
        session.commit()


@bp.get("/sertifikat-terbit")
@requires(Permission.VIEW_REGISTER)
def register() -> ResponseReturnValue:
    session, instansi_id = current.session(), current.actor().reach(Permission.VIEW_REGISTER).instansi_id
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
        periods=list_periods(session, instansi_id=instansi_id),
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
    """After a correction of the name: the old one becomes superseded, the new one has a new code."""

    def carry_out(record: Record) -> str:
        session, signer, version = current.session(), current.signer(), sent_version()
        issued = issuing.reissue(session, current.act(), signer, public_id=record.public_id, version=version)
        return f"Sertifikat baru terbit dengan nomor {issued.nomor}. Sertifikat {record.nomor} tercatat diganti."

    return change(code, ConfirmedForm(), "sertifikat/ganti.html", carry_out)


def change(code: str, form: ConfirmedForm, template: str, carry_out: Callable[[Record], str]) -> ResponseReturnValue:
    """Ask for confirmation, then change a certificate; `carry_out` returns the sentence that tells of it."""
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
