"""The audit trail for those who may read it: /audit."""

from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.audit.events import ChainVerdict, verify_chain
from netral.errors import NotFound
from netral.folding import fold_signs
from netral.reporting.tables import Column, Kind, Table
from netral.reporting.trail import TrailEvent, TrailFilter, count_events, list_actions, list_all_events, list_events
from netral.reporting.workbooks import write_csv
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.queries import page_number, without_page
from netral.web.office import audit_wording, reports

bp = Blueprint("audit", __name__)
bp.add_app_template_filter(audit_wording.tell_action, "tindakan")
bp.add_app_template_filter(audit_wording.tell_detail, "rincian")
# A longer chain is verified when asked for: 1,000 events take about 20 ms.
VERIFIED_AT_ONCE = 5000
COLUMNS = (
    Column("Nomor", Kind.COUNT, 10),
    Column("Waktu", Kind.INSTANT, 22),
    Column("Pelaku", Kind.TEXT, 30),
    Column("Tindakan", Kind.TEXT, 40),
    Column("Objek", Kind.TEXT, 40),
    Column("Rincian", Kind.TEXT, 60),
    Column("Sidik", Kind.TEXT, 66),
)


@bp.get("/audit")
@requires(Permission.VIEW_AUDIT)
def overview() -> ResponseReturnValue:
    chain = asked_chain()
    listing = list_events(current.session(), chain=chain, wanted=asked_filter(), page=page_number())
    actions = {action: audit_wording.tell_action(action) for action in list_actions(current.session(), chain=chain)}
    return render_template(
        "audit/jejak.html",
        listing=listing,
        chain=chain,
        chains=[(str(other), audit_wording.tell_chain(other)) for other in readable_chains()],
        verdict=verify(chain),
        actions=[("", "Semua tindakan"), *sorted(actions.items(), key=lambda pair: pair[1])],
        tell_object=audit_wording.tell_object,
        asked=request.args,
        base=without_page(request),
        query=request.query_string.decode(),
    )


@bp.get("/audit/jejak.csv")
@requires(Permission.VIEW_AUDIT)
def csv_file() -> ResponseReturnValue:
    events = list_all_events(current.session(), chain=asked_chain(), wanted=asked_filter())
    table = Table("Data", COLUMNS, tuple(map(as_row, events)), str(current.zona()))
    return reports.send_csv(write_csv(table), "jejak-audit")


def as_row(event: TrailEvent) -> tuple[str | int | None, ...]:
    return (
        event.sequence,
        event.at.astimezone(current.zona()).isoformat(timespec="seconds"),
        event.actor or "sistem",
        audit_wording.tell_action(event.action),
        audit_wording.tell_object(event.object_kind, event.object_id),
        audit_wording.tell_detail(event.detail),
        event.hash,
    )


def readable_chains() -> list[int]:
    """One for each reach; 0 is the installation's."""
    return sorted({reach.instansi_id for reach in current.actor().reaches(Permission.VIEW_AUDIT)}, reverse=True)


def asked_chain() -> int:
    """Of `?rantai=`, else the instansi's own. Raises NotFound for a chain that this officer may not read."""
    readable = readable_chains()
    asked = request.args.get("rantai") or str(readable[0])
    for chain in readable:
        if str(chain) == asked:
            return chain
    raise NotFound(asked)


def asked_filter() -> TrailFilter:
    until = reports.local_day(request.args.get("sampai", ""), current.zona())
    return TrailFilter(
        action=request.args.get("tindakan", ""),
        object_id=fold_signs(request.args.get("objek", "")),
        since=reports.local_day(request.args.get("dari", ""), current.zona()),
        until=until + timedelta(days=1) if until else None,
    )


def verify(chain: int) -> ChainVerdict | None:
    """None when the chain is long and nobody asked for it."""
    whole = count_events(current.session(), chain=chain, wanted=TrailFilter())
    if whole > VERIFIED_AT_ONCE and "periksa" not in request.args:
        return None
    return verify_chain(current.session(), chain)
