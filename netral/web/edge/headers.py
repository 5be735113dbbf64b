"""Headers of every response, errors and static files included; pages compressed for a weak signal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from wsgiref.headers import Headers

from flask import Flask, Response, g, request
from isal.isal_zlib import compress as deflate
from whitenoise import WhiteNoise

from netral.settings import Settings
from netral.web.edge.filters import STATIC

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
HSTS = "max-age=31536000; includeSubDomains"
A_YEAR = 365 * 24 * 3600
# With this value of Flask's, a browser would keep a workbook of people and only ask whether it has changed.
AS_FLASK_SENDS_FILES = "no-cache"
WORTH_PACKING = 2_000  # bytes
WORKER = "/static/bacaan.js"
GZIP = 31  # the wbits of zlib that ask for this container


def init_headers(app: Flask) -> None:
    app.after_request(pack)
    app.after_request(keep_nowhere)
    # The address of a static file carries its hash (`static_url`), so a year is not too long.
    static = WhiteNoise(app.wsgi_app, max_age=A_YEAR, add_headers_function=let_work)
    static.add_files(str(STATIC), prefix="static/")
    app.wsgi_app = FixedHeaders(static, fix_headers(app))  # type: ignore[method-assign]  # as Flask documents it


def let_work(headers: Headers, path: str, url: str) -> None:
    """Let the service worker work on readings, beyond its own folder. The policy allows it as a script."""
    if url == WORKER:
        headers["Service-Worker-Allowed"] = "/bacaan/"


def fix_headers(app: Flask) -> tuple[tuple[str, str], ...]:
    """Return the headers of every response; behind HTTPS they tell browsers to stay there."""
    settings: Settings = app.extensions["netral.settings"]
    fixed = FIXED | {"Strict-Transport-Security": HSTS} if settings.secure else FIXED
    return tuple(fixed.items())


@dataclass(frozen=True, slots=True)
class FixedHeaders:
    """Adds missing headers to every response, including files and failures."""

    inner: "WSGIApplication"
    fixed: tuple[tuple[str, str], ...]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            own = {name for name, _ in headers}
            added = [header for header in self.fixed if header[0] not in own]
            return start_response(status, headers + added, *error)

        return self.inner(environ, start)


def keep_nowhere(response: Response) -> Response:
    if response.headers.get("Cache-Control") in {None, AS_FLASK_SENDS_FILES}:
        response.headers["Cache-Control"] = "no-store"
    return response


def pack(response: Response) -> Response:
    """Compress a page if its length reveals no secret.

    The length of a compressed page shows repetitions (BREACH, CVE-2013-3587), and every page has the token of its
    forms. So a page is compressed only if the request carried nothing that the page could show: no form, and no query
    except the period of a page that was found, of which each person has few.
    """
    if response.mimetype != "text/html" or response.direct_passthrough:
        return response
    response.headers.add("Vary", "Accept-Encoding")
    asked = bool(request.query_string) and request.query_string.decode("latin-1") != urlencode(
        {"periode": g.get("netral_kode", "")}
    )
    brought = request.method != "GET" or asked or response.status_code != HTTPStatus.OK
    if brought or not request.accept_encodings["gzip"]:
        return response
    page = response.get_data()
    if len(page) >= WORTH_PACKING:
        # Level 2 of ISA-L compresses as well as the standard library at level 4, with less work.
        response.set_data(bytes(deflate(page, level=2, wbits=GZIP)))
        response.content_encoding = "gzip"
    return response
