"""One's own certificates, on the page and as a PDF: /sertifikat."""

from functools import lru_cache
from urllib.parse import quote

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.certificates.issue.register import list_own
from netral.certificates.issue.withheld import list_withheld
from netral.certificates.paper.document import make_record_qr
from netral.certificates.paper.files import StoredPdf, keep_hash
from netral.certificates.paper.sheet import Sheet, make_sheet
from netral.certificates.proof.qr import draw_svg
from netral.certificates.proof.verification import USABLE, Record, State
from netral.errors import NotFound
from netral.extensions import reading_session, writing_session
from netral.learning.periods.enrolments import list_enrolled
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.documents import send_download
from netral.web.edge.papers import read_paper, state_of
from netral.web.learner.learner import asn_id, named_kode

bp = Blueprint("own_certificates", __name__)

SHARED = "Saya telah menyelesaikan pelatihan netralitas ASN. Periksa: "
# Words for the holder of a certificate that no longer counts, or not yet; `{0}` is the personnel office.
OWN_WORDS = {
    State.VALID: "Berlaku",
    State.EXPIRED: "Masa berlakunya habis",
    State.SUPERSEDED: "Sudah diganti",
    State.REVOKED: "Dicabut. Hubungi {0} bila Anda memerlukan penjelasan",
    State.NOT_YET_VALID: "Belum berlaku",
    State.TAMPERED: "Catatan tidak cocok. Hubungi {0}",
}


def make_own_sheet(record: Record) -> Sheet:
    return make_sheet(record, base_url=current.settings().base_url, demo=current.settings().demo)


@lru_cache(maxsize=64)
def draw_qr(record: Record, base_url: str, label: str) -> str:
    """Return the QR code, drawn and read back once for each process and certificate: some 30 ms of CPU."""
    return draw_svg(make_record_qr(record, base_url=base_url), label=label)


@bp.get("/sertifikat")
@requires(Permission.LEARN)
def mine() -> ResponseReturnValue:
    """Show the certificate of the wanted period, else the newest that counts now, and list the others."""
    with reading_session() as reading:
        own = list_enrolled(reading, asn_id=asn_id(), now=current.now())
        records = list_own(reading, asn_id=asn_id())
        withheld = list_withheld(reading, instansi_id=current.instansi_id(), asn_id=asn_id())
    asked = {each.period.number for each in own if each.period.kode == named_kode()}
    shown = [(record, make_own_sheet(record), state_of(record)) for record in records]
    shown.sort(key=lambda each: (each[0].period_number not in asked, each[2] is State.NOT_YET_VALID))
    first = next(((record, sheet, state) for record, sheet, state in shown if state in USABLE), None)
    qr = draw_qr(first[0], current.settings().base_url, first[1].qr_label) if first else ""
    return render_template(
        "sertifikat/milik.html",
        first=first,
        qr=qr,
        others=[(record, sheet, state) for record, sheet, state in shown if first is None or record is not first[0]],
        share=f"https://wa.me/?text={quote(SHARED + first[1].address)}" if first else "",
        words={state: told.format(current.office_name()) for state, told in OWN_WORDS.items()},
        withheld=withheld,
        usable=USABLE,
    )


@bp.get("/sertifikat.pdf")
@requires(Permission.LEARN)
def download() -> ResponseReturnValue:
    """Send the stored file. It is made at the first view, outside any transaction, and never changes afterwards."""
    wanted = request.args.get("id")
    with reading_session() as reading:
        records = [record for record in list_own(reading, asn_id=asn_id()) if wanted in {None, record.public_id}]
    record = next((each for each in records if state_of(each) in USABLE), None)
    if record is None:
        raise NotFound("sertifikat")
    stored = read_paper(record)
    if record.pdf_hash is None:
        note_hash(record, stored)
    name = f"sertifikat-netralitas-{record.public_id[:5].lower()}.pdf"
    return send_download(stored.content, name)


def note_hash(record: Record, stored: StoredPdf) -> None:
    """Keep the hash of the file in a write of its own, the only one of a first view."""
    with writing_session() as session:
        keep_hash(session, record.public_id, stored)
        session.commit()
