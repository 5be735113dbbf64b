"""Sheets for paper: a whole module, and the people of an OPD who still have something to do."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.learning.study.practice import read_page
from netral.reporting.definitions import STEPS
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.learner.tasks import enrolment
from netral.web.office import reports
from netral.web.office.dashboard import read_follow_up

bp = Blueprint("print_sheets", __name__)
# Some forty sheets; beyond that a workbook serves better.
MOST_ROWS = 1000


@bp.get("/modul/<slug>/cetak")
@requires(Permission.LEARN)
def module(slug: str) -> ResponseReturnValue:
    """Every page of a module. Nothing counts as read by this; practice is done on the pages themselves."""
    enrolled, session = enrolment(), current.session()
    first = read_page(session, enrolled, slug=slug, number=1)
    others = [read_page(session, enrolled, slug=slug, number=page.number) for page in first.pages[1:]]
    return render_template("cetak/modul.html", period=enrolled.period, slug=slug, pages=[first, *others])


@bp.get("/opd/<kode>/cetak")
@requires(Permission.VIEW_PEOPLE)
def unfinished(kode: str) -> ResponseReturnValue:
    unit, report, people = read_follow_up(kode)
    return render_template(
        "cetak/tindak-lanjut.html",
        unit=unit,
        report=report,
        people=people[:MOST_ROWS],
        beyond=max(0, len(people) - MOST_ROWS),
        steps=STEPS,
        link=reports.link,
    )
