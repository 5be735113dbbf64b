"""Headers on every response, errors and static files included; pages packed for a weak signal."""

import gzip
from http import HTTPStatus
from wsgiref.headers import Headers

from flask import Flask, Response, current_app, request
from whitenoise import WhiteNoise

from netral.settings import Settings
from netral.web.filters import STATIC

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
# A browser would keep a workbook of people and only ask whether it has changed.
AS_FLASK_SENDS_FILES = "no-cache"
WORTH_PACKING = 2_000  # bytes


def init_headers(app: Flask) -> None:
    app.after_request(pack)
    app.after_request(add_headers)
    # The address of a static file carries its hash (`static_url`), so a year is not too long.
    fixed = fix_headers(app)

    def add_static_headers(headers: Headers, path: str, url: str) -> None:
        for name, value in fixed.items():
            headers[name] = value

    static = WhiteNoise(app.wsgi_app, max_age=A_YEAR, add_headers_function=add_static_headers)
    static.add_files(str(STATIC), prefix="static/")
    app.wsgi_app = static  # type: ignore[method-assign]  # as Flask documents it


def fix_headers(app: Flask) -> dict[str, str]:
    """Of every response; behind HTTPS browsers are told to stay there."""
    settings: Settings = app.extensions["netral.settings"]
    return FIXED | {"Strict-Transport-Security": HSTS} if settings.secure else FIXED


def add_headers(response: Response) -> Response:
    for name, value in fix_headers(current_app).items():
        response.headers.setdefault(name, value)
    if response.headers.get("Cache-Control") in {None, AS_FLASK_SENDS_FILES}:
        response.headers["Cache-Control"] = "no-store"
    return response


def pack(response: Response) -> Response:
    """A packed page tells by its length what it repeats (BREACH, CVE-2013-3587), and every page carries the token of
    its forms: so only where the request brought nothing that the page could show, no form and no query.
    """
    if response.mimetype != "text/html" or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    brought = request.method != "GET" or request.query_string or response.status_code != HTTPStatus.OK
    if brought or not request.accept_encodings["gzip"]:
        return response
    page = response.get_data()
    if len(page) >= WORTH_PACKING:
        response.set_data(gzip.compress(page, compresslevel=4, mtime=0))
        response.content_encoding = "gzip"
    return response
