"""/v, the check of a certificate for everybody, without signing in and without JavaScript."""

from dataclasses import dataclass, replace
from functools import lru_cache

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from netral.certificates.issue.register import find_record
from netral.certificates.issue.transcripts import find_transcript
from netral.certificates.paper.sheet import make_sheet
from netral.certificates.proof.identifiers import MalformedCode, SeveralCodes, group_code, read_code
from netral.certificates.proof.verification import Integrity, Issuer, Standing, State, Verdict, as_document, judge
from netral.extensions import csrf
from netral.indonesian import day, day_and_time
from netral.settings import Settings
from netral.web.edge import current
from netral.web.edge.access import public
from netral.web.edge.errors import log_event
from netral.web.edge.pace import pace

bp = Blueprint("verification", __name__)

STATUS = {State.UNKNOWN: 404, State.MALFORMED: 400, State.TOO_MANY: 429, State.UNAVAILABLE: 503}
RETRY_SECONDS = {State.TOO_MANY: 600, State.UNAVAILABLE: 10}
# Misses per address: asking for so many codes that do not exist is guessing. Hits are never counted or slowed.
MISSES = 100


HEADINGS = {
    State.VALID: "Sah dan berlaku",
    State.EXPIRED: "Sah, tetapi masa berlakunya habis",
    State.SUPERSEDED: "Diganti dengan sertifikat baru",
    State.REVOKED: "Dicabut",
    State.TAMPERED: "Isi tidak cocok dengan catatan kami",
    State.NOT_YET_VALID: "Belum berlaku",
    State.UNKNOWN: "Kode tidak ditemukan",
    State.MALFORMED: "Kode belum lengkap atau salah ketik",
    State.TOO_MANY: "Terlalu banyak pemeriksaan",
    State.UNAVAILABLE: "Belum dapat diperiksa",
}
# The public answer has no reason of a revocation and no number of a successor.
EXPLANATIONS = {
    State.VALID: "Cocokkan nama, unit kerja, dan nomor di bawah ini dengan yang tercetak.",
    State.EXPIRED: "Sertifikat ini asli. Masa berlakunya berakhir pada {until}.",
    State.SUPERSEDED: (
        "Sertifikat ini diganti pada {day} karena perbaikan data. Minta pemegang menunjukkan yang baru."
    ),
    State.REVOKED: ("Sertifikat ini pernah terbit, tetapi dicabut pada {day}. Sertifikat ini tidak lagi berlaku."),
    State.TAMPERED: (
        "Kode ini ada, tetapi data yang dibawanya berbeda. Jangan gunakan sertifikat ini. Laporkan ke BKPSDM."
    ),
    State.NOT_YET_VALID: "Sertifikat ini asli dan mulai berlaku pada {since}.",
    State.UNKNOWN: (
        "Tidak ada sertifikat dengan kode ini. Periksa huruf dan angkanya. "
        "Jika sudah benar, sertifikat ini bukan terbitan kami."
    ),
    State.MALFORMED: (
        "Kode terdiri dari 26 huruf dan angka. Tanda hubung dan spasi boleh ikut, huruf besar atau kecil sama saja."
    ),
    State.TOO_MANY: "Coba lagi 10 menit lagi.",
    State.UNAVAILABLE: (
        "Ada gangguan pada layanan kami. Ini bukan berarti sertifikat palsu. Coba lagi nanti atau hubungi BKPSDM."
    ),
}
# The answer to a text with codes of more than one certificate.
SEVERAL = (
    "Ada lebih dari satu kode",
    "Teks ini memuat kode beberapa sertifikat, jadi tidak jelas mana yang dimaksud. Tempel satu kode saja.",
)
INTEGRITY = {
    Integrity.MATCHED: (True, "Isi kode QR cocok dengan catatan kami"),
    Integrity.STORED: (None, "Catatan kami utuh; isi kode QR belum dibandingkan, hanya pemeriksaan daring"),
    Integrity.BROKEN: (False, "Isi cocok dengan catatan kami"),
}
ISSUER = {
    Issuer.CONFIRMED: (True, "Tanda tangan penerbit cocok"),
    Issuer.UNCONFIRMED: (False, "Tanda tangan penerbit cocok"),
}
STANDING = {
    Standing.CURRENT: (True, "Masih berlaku"),
    Standing.NOT_YET: (False, "Sudah mulai berlaku"),
    Standing.EXPIRED: (False, "Masih dalam masa berlaku"),
    Standing.SUPERSEDED: (False, "Masih yang terbaru"),
    Standing.REVOKED: (False, "Masih berlaku"),
}


def explain(verdict: Verdict) -> str:
    """Return the meaning of a verdict for a person who holds the paper."""
    record = verdict.record
    return EXPLANATIONS[verdict.state].format(
        day=day(verdict.status_on) if verdict.status_on else "",
        until=day(record.valid_until) if record and record.valid_until else "",
        since=day(record.issued_on) if record else "",
    )


def list_checks(verdict: Verdict) -> list[tuple[bool | None, str]]:
    """Return the checks (passed, failed or not made) with their words; an answer without a record has none."""
    made = verdict.checks
    rows = [INTEGRITY.get(made.integrity), ISSUER.get(made.issuer), STANDING.get(made.standing)]
    return [row for row in rows if row is not None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A verdict, with the code as far as it could be read. `several`: the text has more than one code."""

    verdict: Verdict
    public_id: str
    typed: str = ""
    several: bool = False


@bp.get("/v")
@public
def ask() -> ResponseReturnValue:
    return render_template("periksa/tanya.html")


@bp.post("/v")
@csrf.exempt
@public
def look_up() -> ResponseReturnValue:
    """Redirect a typed code to its address; a whole QR text is answered here, so that its digits stand in no log."""
    typed = request.form.get("kode", "")
    try:
        code = read_code(typed)
    except MalformedCode as fact:
        return show(malformed(typed, fact))
    if code.digits is None:
        return redirect(f"/v/{code.public_id}", 303)
    return show(examine(code.public_id, code.digits))


@bp.get("/v/<code>")
@public
def check(code: str) -> ResponseReturnValue:
    """Judge a certificate; the code of a transcript, which people type as well, leads to its own page."""
    asked = read_and_examine(code, None)
    if asked.verdict.state is State.UNKNOWN and find_transcript(current.session(), asked.public_id):
        return redirect(f"/v/t/{asked.public_id}")
    return show(asked)


@bp.get("/V", defaults={"code": None})
@bp.get("/V/<code>")
@public
def lead_on(code: str | None) -> ResponseReturnValue:
    """Redirect an address whose first letter a telephone has made a capital."""
    return redirect(url_for("verification.check", code=code) if code else url_for("verification.ask"))


@bp.post("/v/<code>")
@csrf.exempt
@public
def compare(code: str) -> ResponseReturnValue:
    """Judge the fragment of the QR code, which the script sends in the body, so that no log keeps it."""
    return show(read_and_examine(code, request.form.get("isi") or None))


@bp.get("/v/<code>.json")
@public
def check_json(code: str) -> ResponseReturnValue:
    asked = read_and_examine(code, None)
    response = jsonify(as_document(asked.verdict, asked.public_id))
    return finish(response, asked.verdict.state)


@bp.get("/.well-known/jwks.json")
@public
def keys() -> ResponseReturnValue:
    return jsonify(current.keyring().as_jwks())


def read_and_examine(typed: str, digits: str | None) -> Asked:
    try:
        code = read_code(typed)
    except MalformedCode as fact:
        return malformed(typed, fact)
    return examine(code.public_id, digits)


def malformed(typed: str, fact: MalformedCode) -> Asked:
    several = isinstance(fact, SeveralCodes)
    return Asked(Verdict(State.MALFORMED, current.now()), "", typed[:100], several)


def examine(public_id: str, digits: str | None) -> Asked:
    """Judge a code with one indexed read, hit or miss. Nothing is written, and nothing about the asker is kept."""
    record = find_record(current.session(), public_id)
    verdict = judge(record, digits, now=current.now(), keyring=current.keyring())
    if verdict.state is State.UNKNOWN and pace("misses", MISSES).take(current.remote_address(), current.now()):
        verdict = Verdict(State.TOO_MANY, current.now())
    return Asked(verdict, public_id)


def show(asked: Asked) -> ResponseReturnValue:
    """Show an answer. A shared certificate has many readers, so visitors without a cookie are sent the same page."""
    verdict = asked.verdict
    to_the_minute = replace(
        asked, verdict=replace(verdict, checked_at=verdict.checked_at.replace(second=0, microsecond=0))
    )
    if verdict.record and current.is_stranger():
        page = draw_once(to_the_minute, current.settings())
    else:
        page = draw(to_the_minute)
    return finish(Response(page), verdict.state)


@lru_cache(maxsize=128)
def draw_once(asked: Asked, settings: Settings) -> str:
    """Draw a page once for equal arguments and minute. `settings`: the source of the other values on the page."""
    return draw(asked)


def draw(asked: Asked) -> str:
    verdict, record = asked.verdict, asked.verdict.record
    sheet = make_sheet(record, base_url=current.settings().base_url) if record else None
    zona = record.zona if record else current.zona().key
    heading, explanation = SEVERAL if asked.several else (HEADINGS[verdict.state], explain(verdict))
    return render_template(
        "periksa/jawab.html",
        state=verdict.state.value,
        heading=heading,
        explanation=explanation,
        sheet=sheet,
        checks=list_checks(verdict),
        checked_at=day_and_time(verdict.checked_at, zona),
        code=group_code(asked.public_id) if asked.public_id else "",
        typed=asked.typed,
        host=current.settings().base_url.split("://", 1)[1],
    )


def finish(response: Response, state: State) -> Response:
    response.status_code = STATUS.get(state, 200)
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    if state in RETRY_SECONDS:
        response.headers["Retry-After"] = str(RETRY_SECONDS[state])
    return response


@bp.errorhandler(SQLAlchemyError)
def show_unavailable(error: SQLAlchemyError) -> ResponseReturnValue:
    """Show that the database is away, which says nothing about a certificate."""
    log_event(error)
    g.netral_bare = True
    asked = Asked(Verdict(State.UNAVAILABLE, current.now()), "")
    if request.path.endswith(".json"):
        return finish(jsonify(as_document(asked.verdict, asked.public_id)), State.UNAVAILABLE)
    return show(asked)
