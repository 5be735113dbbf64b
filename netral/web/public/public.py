"""Pages for everybody: beranda, help, privacy, accessibility, static files."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from netral.extensions import reading_session
from netral.learning.periods.reading import find_open_periods
from netral.learning.study.progress import count_minutes
from netral.web.edge import current
from netral.web.edge.access import public

bp = Blueprint("public", __name__)


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


@bp.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    return Response("User-agent: *\nDisallow: /\nAllow: /$\n", mimetype="text/plain")
