"""Errors in words for people: one place, one handler for each kind of fact."""

import errno
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil

from flask import Flask, current_app, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from netral.accounts.limits import TooManyFailures
from netral.accounts.passwords import PasswordsBusy
from netral.apart import WorkFailed
from netral.errors import NetralError, NotFound, NotPermitted
from netral.extensions import db
from netral.web.edge import keeping
from netral.web.edge.access import LARGE_UPLOADS, declared_here, wants_json
from netral.web.edge.pace import TooOften
from netral.web.edge.request_lines import describe_request
from netral.web.edge.returning import page_at_hand
from netral.words.facts import WORDING

log = logging.getLogger("netral")
RETRY_SECONDS = 5
TWO_MINUTES = 120
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
OURS = 500
TO_TASKS = {"text": "Buka halaman awal saya", "url": "/mulai"}
TO_HOME = {"text": "Buka beranda", "url": "/"}


@dataclass(frozen=True, slots=True)
class Words:
    status: int
    title: str
    explanation: str
    advice: str = ""


BY_STATUS = {
    400: Words(
        400,
        "Permintaan tidak dapat dibaca",
        "Isian yang dikirim tidak lengkap atau rusak.",
        "Kembali, lalu kirim sekali lagi.",
    ),
    401: Words(
        401,
        "Anda belum masuk",
        "Halaman ini hanya untuk pengguna yang sudah masuk.",
        "Masuk, lalu buka lagi halaman ini.",
    ),
    403: Words(
        403,
        "Halaman ini di luar akses Anda",
        "Anda tidak memiliki akses ke halaman ini.",
        "Jika menurut Anda ini keliru, hubungi operator kepegawaian OPD Anda.",
    ),
    404: Words(
        404,
        "Halaman tidak ditemukan",
        "Tidak ada halaman pada alamat ini.",
        "Periksa alamatnya, atau buka halaman utama.",
    ),
    405: Words(
        405,
        "Tindakan ini tidak tersedia",
        "Halaman ini tidak menerima tindakan tersebut.",
        "Kembali ke halaman sebelumnya.",
    ),
    413: Words(
        413,
        "Kiriman terlalu besar",
        "Berkas atau isian yang dikirim melebihi batas, jadi tidak disimpan. Berkas di sini paling besar 5 MB.",
        "Kembali, perkecil berkasnya (pindaian dengan mutu lebih rendah, atau lebih sedikit kolom), lalu kirim lagi.",
    ),
    429: Words(
        429, "Terlalu banyak percobaan", "Ada terlalu banyak percobaan dalam waktu singkat.", "Coba lagi nanti."
    ),
    500: Words(
        500,
        "Ada gangguan pada layanan ini",
        "Jawaban yang sudah tersimpan aman.",
        "Coba lagi beberapa menit lagi.",
    ),
    503: Words(
        503,
        "Layanan sedang sibuk",
        "Permintaan Anda belum diproses. Jawaban yang sudah tersimpan aman.",
        "Coba lagi beberapa detik lagi.",
    ),
}
DISK_FULL_WORDS = Words(
    503,
    "Penyimpanan server penuh",
    "Permintaan Anda belum diproses. Jawaban yang sudah tersimpan aman.",
    "Beri tahu pengelola sistem, lalu coba lagi.",
)
WORK_FAILED_WORDS = Words(
    503,
    "Berkas ini belum dapat dibuat",
    "Yang sudah tersimpan aman, dan sertifikat yang sudah terbit tetap sah.",
    "Coba lagi beberapa detik lagi.",
)
GUESSED_WORDS = Words(
    429,
    "Terlalu banyak percobaan",
    "Terlalu banyak kata sandi atau kode yang keliru dikirim dalam waktu singkat.",
    "Coba lagi {wait} lagi.",
)
SHARED_WORDS = Words(
    429,
    "Terlalu banyak percobaan dari jaringan ini",
    "Dari jaringan yang Anda pakai terlalu banyak kata sandi atau kode yang keliru dikirim dalam waktu singkat.",
    "Yang mengirimnya dapat orang lain di kantor Anda atau pada jaringan yang sama. Periksa isian Anda, lalu coba lagi "
    "{wait} lagi.",
)
TOO_OFTEN_WORDS = Words(
    429,
    "Terlalu banyak permintaan",
    "Dalam sepuluh menit terakhir terlalu banyak pencarian atau unduhan diminta dari akun Anda.",
    "Tunggu {wait}, lalu muat ulang halaman ini. Jika bukan Anda yang memintanya, ganti kata sandi Anda.",
)
CSRF_WORDS = Words(
    400,
    "Halaman ini terlalu lama terbuka",
    "Demi keamanan, isian tidak diproses.",
    "Kembali ke halaman sebelumnya, muat ulang, lalu kirim lagi.",
)
LARGE_WORDS = Words(
    413,
    "Kiriman terlalu besar",
    "Berkas data pegawai paling besar 20 MB, jadi tidak ada yang disimpan.",
    "Salin hanya kolom yang diperlukan ke buku kerja baru, lalu unggah lagi.",
)
PASSING = frozenset({429, 503})


def init_errors(app: Flask, shown_again: Mapping[str, Callable[..., str]]) -> None:
    """Register the handlers. `shown_again`: endpoint -> drawer of its page with a word about the error."""
    app.extensions["netral.shown_again"] = shown_again
    app.register_error_handler(NetralError, show_fact)
    app.register_error_handler(CSRFError, show_csrf)
    app.register_error_handler(HTTPException, show_http)
    app.register_error_handler(OperationalError, show_database_down)
    app.register_error_handler(PoolTimeout, show_database_down)
    app.register_error_handler(OSError, show_system)
    app.register_error_handler(Exception, show_unexpected)


def show_fact(error: NetralError) -> ResponseReturnValue:
    db.session.rollback()
    if isinstance(error, NotFound):
        return show(BY_STATUS[404])
    if isinstance(error, NotPermitted):
        return show(BY_STATUS[403])
    if isinstance(error, TooManyFailures):
        return show_waiting(SHARED_WORDS if error.shared else GUESSED_WORDS, error.retry_after)
    if isinstance(error, TooOften):
        return show_waiting(TOO_OFTEN_WORDS, error.retry_after)
    if isinstance(error, WorkFailed):
        return show_passing(error, WORK_FAILED_WORDS)
    if isinstance(error, PasswordsBusy):
        return show(BY_STATUS[503], retry_after=RETRY_SECONDS)
    words = WORDING.get(type(error))
    if words is None:
        return show_unexpected(error)
    status, title, explanation = words
    return show(Words(status, title, explanation.format(*error.args)))


def show_waiting(words: Words, seconds: int) -> ResponseReturnValue:
    """Show an error with its waiting time; `seconds` goes into Retry-After and into the words alike."""
    return show(replace(words, advice=words.advice.format(wait=tell_wait(seconds))), retry_after=seconds)


def tell_wait(seconds: int) -> str:
    """Return `40 detik`, or whole minutes rounded up, so that nobody returns too early."""
    return f"{seconds} detik" if seconds < TWO_MINUTES else f"{ceil(seconds / 60)} menit"


def show_csrf(error: CSRFError) -> ResponseReturnValue:
    """Keep a form from the person's own earlier session and show it, so that they can check it and send it again."""
    try:
        if not wants_json() and keeping.keep_of_earlier_session(declared_here()):
            return redirect(url_for("kept.show"), 303)
    except (OperationalError, PoolTimeout) as fault:
        return show_passing(fault, BY_STATUS[503])
    return show(CSRF_WORDS)


def show_http(error: HTTPException) -> ResponseReturnValue:
    if error.code not in BY_STATUS and error.get_response().location:
        return error  # a redirect raised as an exception
    if error.code == LARGE_WORDS.status and request.endpoint in LARGE_UPLOADS:
        return show(LARGE_WORDS)
    return show(BY_STATUS.get(error.code or 500, BY_STATUS[400]))


def show_database_down(error: DBAPIError | PoolTimeout) -> ResponseReturnValue:
    words = DISK_FULL_WORDS if isinstance(error, DBAPIError) and has_no_room(error) else BY_STATUS[503]
    return show_passing(error, words)


def has_no_room(error: DBAPIError) -> bool:
    """Return whether the disk is full: PostgreSQL says so by 53100, SQLite in words."""
    return getattr(error.orig, "sqlstate", None) == "53100" or "disk is full" in str(error.orig)


def show_system(error: OSError) -> ResponseReturnValue:
    return show_passing(error, DISK_FULL_WORDS) if error.errno in NO_ROOM else show_unexpected(error)


def show_passing(error: Exception, words: Words) -> ResponseReturnValue:
    """Answer an error that ends without a restart, once the database is back or there is space again."""
    code = log_event(error)
    db.session.rollback()
    return show(words, event_code=code, retry_after=RETRY_SECONDS)


def show_unexpected(error: Exception) -> ResponseReturnValue:
    code = log_event(error)
    db.session.rollback()
    return show(BY_STATUS[500], event_code=code)


def log_event(error: Exception) -> str:
    """Log the trace without any value, and return a code for the person to quote."""
    code = g.netral_code = secrets.token_hex(4).upper()
    log.error("error", extra=describe_request() | {"code": code}, exc_info=error)
    return code


def show(words: Words, *, event_code: str | None = None, retry_after: int | None = None) -> ResponseReturnValue:
    extra = {"Retry-After": str(retry_after)} if retry_after else {}
    if wants_json():
        said = {"error": words.title, "message": f"{words.explanation} {words.advice}".strip()}
        return jsonify(said | ({"event_code": event_code} if event_code else {})), words.status, extra
    if words.status >= OURS:
        g.netral_bare = True  # the database may be away, so the frame of this page does not read it
        return draw(words, event_code), words.status, extra
    try:
        return draw(words, event_code), words.status, extra
    except (OperationalError, PoolTimeout) as error:
        return show_passing(error, BY_STATUS[503])


def draw(words: Words, event_code: str | None) -> str:
    shown_again: Mapping[str, Callable[..., str]] = current_app.extensions["netral.shown_again"]
    again = shown_again.get(request.endpoint or "") if request.method == "POST" else None
    if again and (words.status in PASSING or words is CSRF_WORDS):
        # The usual advice is to go back, but here the form is on the page itself.
        advice = "" if words is CSRF_WORDS else f" {words.advice}"
        code = f" Kode kejadian: {event_code}." if event_code else ""
        return again(trouble=f"{words.title}.{advice}{code}")
    signed_in = words.status < OURS and current_user.is_authenticated
    back = page_at_hand() if signed_in and request.method == "POST" else None
    return render_template(
        "errors/error.html",
        title=words.title,
        explanation=words.explanation,
        advice=words.advice,
        event_code=event_code,
        back=back,
        action=TO_TASKS if signed_in else TO_HOME,
    )
