"""The final report of a period at /periode/<kode>/laporan-akhir: what its closings froze, as a page and as a file."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.learning.periods.reading import PeriodView, choose_period
from netral.reporting.final import FINAL, FrozenReport, list_frozen
from netral.reporting.report import Asked, explain
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.office.reports import on_page, send

bp = Blueprint("final_reports", __name__)


def find(kode: str) -> PeriodView:
    """Find a period of the own instansi. Raises NotFound."""
    return choose_period(current.session(), instansi_id=current.instansi_id(), kode=kode, now=current.now())


def read(period: PeriodView) -> FrozenReport:
    """Read the closing of `?ke=`, else the last one, within the own reach. Raises NotFound."""
    reach = current.actor().reach(Permission.VIEW_COMPLETION)
    return FINAL.read(
        current.session(), Asked(reach=reach, period_id=period.id, now=current.now(), options=dict(request.args))
    )


@bp.get("/periode/<kode>/laporan-akhir")
@requires(Permission.VIEW_COMPLETION)
def show(kode: str) -> ResponseReturnValue:
    period = find(kode)
    closings = list_frozen(current.session(), instansi_id=period.instansi_id, period_id=period.id)
    if not closings:
        return render_template("periode/laporan-akhir.html", period=period, found=None)
    found = read(period)
    tables = [on_page(table) for table in FINAL.tables(found)]
    return render_template(
        "periode/laporan-akhir.html",
        period=period,
        found=found,
        closings=closings,
        table=tables[0],
        notes=FINAL.notes(found),
        meanings=explain(tables[0].columns),
    )


@bp.get("/periode/<kode>/laporan-akhir.xlsx")
@requires(Permission.VIEW_COMPLETION)
def download(kode: str) -> ResponseReturnValue:
    return send(FINAL, read(find(kode)), "xlsx")
