"""/v/t/<code>: a transcript for everybody: whether its list is ours, and the present state of each certificate."""

from flask import Blueprint, Response, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from netral.certificates.issue.transcripts import find_transcript, read_records
from netral.certificates.paper.sheet import name_issuer_of, printable
from netral.certificates.paper.transcript_sheet import name_course, tell_entry_state, tell_total
from netral.certificates.proof.identifiers import MalformedCode, group_code, read_code
from netral.certificates.proof.payload import BadPayload
from netral.certificates.proof.transcript import Transcript, judge_entry
from netral.certificates.proof.verification import Record, State
from netral.indonesian import day_and_time, instant
from netral.web.edge import current
from netral.web.edge.access import public
from netral.web.edge.errors import log_event
from netral.web.edge.pace import pace
from netral.web.public.verification import EXPLANATIONS, HEADINGS, MISSES, finish

bp = Blueprint("public_transcripts", __name__)

OWN_HEADINGS = {
    State.VALID: "Daftar ini dibuat oleh kami",
    State.TAMPERED: "Daftar tidak cocok dengan catatan kami",
}
OWN_EXPLANATIONS = {
    State.VALID: (
        "Cocokkan nama dan nomor sertifikat dengan yang tercetak. Keadaan di bawah ini adalah keadaan sekarang, "
        "jadi dapat berbeda dari yang tercetak."
    ),
    State.TAMPERED: "Kode ini ada, tetapi catatannya berubah. Jangan gunakan daftar ini. Laporkan ke BKPSDM.",
    State.UNKNOWN: (
        "Tidak ada transkrip dengan kode ini. Periksa huruf dan angkanya. "
        "Jika sudah benar, transkrip ini bukan buatan kami."
    ),
}


@bp.get("/v/t/<code>")
@public
def check(code: str) -> ResponseReturnValue:
    try:
        public_id = read_code(code).public_id
    except MalformedCode:
        return show(State.MALFORMED)
    transcript = find_transcript(current.session(), public_id)
    if transcript is None:
        guessing = pace("misses", MISSES).take(current.remote_address(), current.now())
        return show(State.TOO_MANY if guessing else State.UNKNOWN)
    try:
        records = read_records(current.session(), transcript, current.keyring())
    except BadPayload:
        return show(State.TAMPERED)
    return show(State.VALID, transcript, records)


@bp.errorhandler(SQLAlchemyError)
def show_unavailable(error: SQLAlchemyError) -> ResponseReturnValue:
    """Show that the database is away, which says nothing about a transcript."""
    log_event(error)
    g.netral_bare = True
    return show(State.UNAVAILABLE)


def show(state: State, transcript: Transcript | None = None, records: tuple[Record, ...] = ()) -> Response:
    """Show an answer; personal data only if the list is intact."""
    now, keyring = current.now(), current.keyring()
    entries = tuple(judge_entry(record, now=now, keyring=keyring) for record in records)
    page = render_template(
        "periksa/transkrip.html",
        state=state.value,
        heading=OWN_HEADINGS.get(state, HEADINGS[state]),
        explanation=OWN_EXPLANATIONS.get(state, EXPLANATIONS[state]),
        transcript=transcript,
        nama=printable(transcript.nama) if transcript else "",
        issuer=printable(name_issuer_of(transcript.instansi)) if transcript else "",
        made_at=instant(transcript.made_at, transcript.zona) if transcript else "",
        code=group_code(transcript.public_id) if transcript else "",
        rows=[(entry, printable(name_course(entry)), tell_entry_state(entry)) for entry in entries],
        total=tell_total(entries),
        fallen=[entry for entry in entries if not entry.stands],
        checked_at=day_and_time(now, transcript.zona if transcript else current.zona().key),
        host=current.settings().base_url.split("://", 1)[1],
    )
    return finish(Response(page), state)
