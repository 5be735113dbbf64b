"""Pages for everybody: beranda, help, privacy, accessibility; and the drawings of modules."""

import gzip

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from netral.errors import NotFound
from netral.extensions import reading_session
from netral.learning.editions.reading import find_drawing
from netral.learning.periods.reading import find_open_periods
from netral.learning.study.progress import count_minutes
from netral.web.edge import current
from netral.web.edge.access import public
from netral.web.edge.headers import A_YEAR

bp = Blueprint("public", __name__)

# A drawing that is opened by itself is a document of ours; this one may do nothing at all.
DRAWING_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    with reading_session() as reading:
        periods = find_open_periods(reading, now=current.now())
        minutes = {period.id: count_minutes(reading, period.edition_id) for period in periods}
    return render_template("umum/beranda.html", periods=periods, minutes=minutes)


@bp.get("/bantuan")
@public
def help_page() -> ResponseReturnValue:
    return render_template("umum/bantuan.html")


@bp.get("/privasi")
@public
def privacy() -> ResponseReturnValue:
    return render_template("umum/privasi.html")


@bp.get("/aksesibilitas")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("umum/aksesibilitas.html")


@bp.get("/gambar/<sidik>.svg")
@public
def drawing(sidik: str) -> ResponseReturnValue:
    """Send a drawing. Its address is the hash of its content, so browsers may keep it for good."""
    with reading_session() as reading:
        svg = find_drawing(reading, sidik)
    if svg is None:
        raise NotFound("gambar", sidik)
    response = Response(svg, mimetype="image/svg+xml")
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(svg.encode(), mtime=0))
        response.content_encoding = "gzip"
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    response.headers["Content-Security-Policy"] = DRAWING_POLICY
    return response


@bp.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    return Response("User-agent: *\nDisallow: /\nAllow: /$\n", mimetype="text/plain")
