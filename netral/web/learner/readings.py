"""The text of a module by itself, which a device may keep for reading without a signal: /bacaan/<edisi>/<slug>.

A phone may be shared, so the page is the same for everybody who may read it, but for its date: no name, no token, no
message, no practice. Nothing but these pages passes through the service worker (`bacaan.js`).
"""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.content.markdown import without_outward_links
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.learning.editions.reading import list_modules, list_numbers, read_about, read_pages
from netral.learning.periods.enrolments import list_enrolled
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.learner.learner import asn_id

bp = Blueprint("readings", __name__)


@bp.get("/bacaan/<int:edition>/<slug>")
@requires(Permission.LEARN)
def show(edition: int, slug: str) -> ResponseReturnValue:
    """Show a module of an edition that a period of the person pins.

    After their periods went on to a newer edition, the address leads there, so that a kept reading is replaced.
    """
    with reading_session() as reading:
        own = list_enrolled(reading, asn_id=asn_id(), now=current.now())
        numbers = list_numbers(reading, {each.period.edition_id for each in own})
        if edition not in numbers:
            if numbers and numbers[0] > edition:
                return redirect(url_for(".show", edition=numbers[0], slug=slug))
            raise NotFound("edisi", edition)
        about = read_about(reading, number=edition, slug=slug)
        pages = read_pages(reading, number=edition, slug=slug)
        titles = list_modules(reading, number=edition)
    return render_template(
        "modul/bacaan.html",
        about=about,
        pages=[(page, without_outward_links(page.html)) for page in pages],
        edition=edition,
        slug=slug,
        others={other: title for other, title in titles.items() if other != slug},
        kept_on=current.now(),
    )
