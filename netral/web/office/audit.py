"""The audit trail for people who may read it: /audit."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.audit.events import ChainVerdict, verify_chain
from netral.reporting.report import tabulate
from netral.reporting.reports.trail import (
    COLUMNS,
    EVERYTHING,
    TRAIL,
    TrailFilter,
    count_events,
    list_actions,
    list_events,
    read_filter,
    tell_action,
    tell_chain,
)
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.queries import page_number, without_page
from netral.web.office import reports

bp = Blueprint("audit", __name__)
# A longer chain is verified only on request: 1,000 events take about 20 ms.
VERIFIED_AT_ONCE = 5000


@bp.get("/audit")
@requires(Permission.VIEW_AUDIT)
def overview() -> ResponseReturnValue:
    asked = reports.ask(TRAIL, {})
    session, chain = current.session(), asked.reach.instansi_id
    listing = list_events(session, chain=chain, wanted=read_filter(asked), page=page_number())
    actions = {action: tell_action(action) for action in list_actions(session, chain=chain)}
    return render_template(
        "audit/jejak.html",
        listing=listing,
        events=reports.on_page(tabulate(COLUMNS, listing.items)),
        chain=chain,
        chains=[(str(other), tell_chain(other)) for other in reports.readable_chains(Permission.VIEW_AUDIT)],
        verdict=verify(chain),
        actions=[
            ("", "Semua kecuali masuk dan keluar"),
            (EVERYTHING, "Semua tindakan"),
            *sorted(actions.items(), key=lambda pair: pair[1]),
        ],
        asked=request.args,
        base=without_page(request),
        query=request.query_string.decode(),
    )


def verify(chain: int) -> ChainVerdict | None:
    """Verify a chain; return None when it is long and no verification was requested."""
    whole = count_events(current.session(), chain=chain, wanted=TrailFilter())
    if whole > VERIFIED_AT_ONCE and "periksa" not in request.args:
        return None
    return verify_chain(current.session(), chain)
