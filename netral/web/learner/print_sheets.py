"""A whole module as one sheet for paper."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.learning.study.practice import read_page
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.learner.tasks import enrolment

bp = Blueprint("print_sheets", __name__)


@bp.get("/modul/<slug>/cetak")
@requires(Permission.LEARN)
def module(slug: str) -> ResponseReturnValue:
    """Every page of a module. Nothing counts as read by this; practice is done on the pages themselves."""
    enrolled, session = enrolment(), current.session()
    first = read_page(session, enrolled, slug=slug, number=1)
    others = [read_page(session, enrolled, slug=slug, number=page.number) for page in first.pages[1:]]
    return render_template("cetak/modul.html", period=enrolled.period, slug=slug, pages=[first, *others])
