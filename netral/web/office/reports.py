"""Every report at the edge: its page, which can be printed, its files, and the list of reports for a person."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from netral import indonesian
from netral.accounts.access import Permission, Reach
from netral.errors import NotFound
from netral.learning.periods.reading import PeriodState, PeriodView, choose_period, list_periods
from netral.reporting.charts import chart_data, chart_key, describe, draw, size_of
from netral.reporting.report import Asked, Column, Kind, Report, Table, Value, explain
from netral.reporting.reports.attendance import ATTENDANCE
from netral.reporting.reports.circulars import CIRCULARS
from netral.reporting.reports.circulars_left import CIRCULARS_LEFT
from netral.reporting.reports.completion import COMPLETION, CompletionReport, find_unit
from netral.reporting.reports.exam_quality import EXAM_QUALITY
from netral.reporting.reports.follow_up import FOLLOW_UP
from netral.reporting.reports.gains import GAINS
from netral.reporting.reports.heat_map import HEAT_MAP
from netral.reporting.reports.hours import HOURS
from netral.reporting.reports.movements import MOVEMENTS
from netral.reporting.reports.register import REGISTER
from netral.reporting.reports.sample import SAMPLE
from netral.reporting.reports.trail import TRAIL
from netral.reporting.workbooks import write_csv, write_report
from netral.settings import SEED_BITS
from netral.web.edge import current
from netral.web.edge.access import requires, signed_in
from netral.web.edge.documents import XLSX, send_download
from netral.web.edge.filters import tanggal, tanggal_waktu

bp = Blueprint("reports", __name__)
NO_BREAK = "\u00a0"
# The most rows of a page: some forty sheets of paper, beyond which a workbook serves better.
MOST_ROWS = 1000
SEED = f"<int(digits={len(str(2**SEED_BITS))}):n>"


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a report. `<kode>` in an address narrows it to one OPD.

    `page` and `files` (without ending) follow from its code unless given. `own`: the page is a view of its own, with
    more on it than the table. `back`: the page to return to. `endings`: the forms in which it is sent.
    """

    report: Report[Any]
    page: str = ""
    files: str = ""
    own: bool = False
    back: tuple[str, str] = ("Laporan", "/laporan")
    endings: tuple[str, ...] = ("xlsx", "csv")

    @property
    def page_address(self) -> str:
        return self.page or f"/laporan/{self.report.code}"

    @property
    def file_address(self) -> str:
        return self.files or self.page_address

    @property
    def name(self) -> str:
        """Return the names of its endpoints."""
        return re.sub(r"\W+", "_", self.file_address).strip("_")

    @property
    def listed(self) -> bool:
        return "<" not in self.page_address


# A new report is its file in netral/reporting/reports/ and a line here: `Place(NAME)`.
REPORTS = (
    Place(COMPLETION, "/dasbor", "/dasbor/ketuntasan", own=True),
    Place(COMPLETION, "/opd/<kode>", "/opd/<kode>/ketuntasan", own=True),
    Place(FOLLOW_UP, "/opd/<kode>/cetak", "/opd/<kode>/tindak-lanjut", back=("Halaman OPD", "/opd/<kode>")),
    Place(REGISTER, "/sertifikat-terbit", "/sertifikat-terbit/daftar", own=True),
    Place(HEAT_MAP, "/ringkasan", "/ringkasan/peta", own=True),
    Place(EXAM_QUALITY),
    Place(GAINS),
    Place(ATTENDANCE),
    Place(CIRCULARS),
    Place(CIRCULARS_LEFT),
    Place(MOVEMENTS),
    Place(HOURS),
    # Only csv, since a sheet ends at 1,048,576 rows, and evidence must not be cut off without a word.
    Place(TRAIL, "/audit", "/audit/jejak", own=True, endings=("csv",)),
    Place(
        SAMPLE, f"/pengawasan/sampel/{SEED}", f"/pengawasan/sampel/{SEED}/daftar", back=("Pengawasan", "/pengawasan")
    ),
)
# People with one of these permissions find the list in the menu; other reports are reached from pages of their own.
IN_MENU = frozenset(place.report.permission for place in REPORTS if place.listed and not place.own)


@bp.get("/laporan")
@signed_in
def overview() -> ResponseReturnValue:
    return render_template("laporan/daftar.html", places=list_places())


def list_places() -> list[Place]:
    """List the reports with an entry of their own that the person signed in may see."""
    return [place for place in REPORTS if place.listed and current.actor().may(place.report.permission)]


def add_place(place: Place) -> None:
    report = place.report

    def page(**found: Any) -> ResponseReturnValue:
        return show(place, found)

    def file(ending: str, **found: Any) -> ResponseReturnValue:
        return send(report, report.read(current.session(), ask(report, found)), ending)

    if not place.own:
        bp.add_url_rule(place.page_address, place.name, requires(report.permission)(page))
    requires(report.permission)(file)
    for ending in place.endings:
        address = f"{place.file_address}.{ending}"
        bp.add_url_rule(address, f"{place.name}_{ending}", file, defaults={"ending": ending})


def show(place: Place, found: dict[str, Any]) -> ResponseReturnValue:
    report = place.report
    periods = find_periods() if report.of_period else ()
    if report.of_period and not periods:
        return render_template("dasbor/kosong.html", title=report.title)
    asked = ask(report, found)
    content = report.read(current.session(), asked)
    tables = [on_page(table) for table in report.tables(content)[: None if report.whole else 1]]
    first = tables[0]
    return render_template(
        "laporan/halaman.html",
        place=place,
        report=report,
        heading=", ".join(filter(None, (report.title, report.about(content)))),
        first=first,
        others=tables[1:],
        beyond=max(0, len(first.rows) - MOST_ROWS),
        most=MOST_ROWS,
        notes=report.notes(content),
        meanings=[meaning for table in tables for meaning in explain(table.columns)],
        periods=periods,
        period=next((period for period in periods if period.id == asked.period_id), None),
        path=request.path,
        downloads=[(ending, ask_alike(f"{fill(place.file_address, found)}.{ending}")) for ending in place.endings],
        back=fill(place.back[1], found),
        link=link,
    )


def fill(address: str, found: dict[str, Any]) -> str:
    return re.sub(r"<[^>]*?(\w+)>", lambda name: str(found[name[1]]), address)


def ask(report: Report[Any], found: dict[str, Any]) -> Asked:
    """Put the question of this request, within the reach of the report's permission. Raises NotFound."""
    return Asked(
        reach=reach_of(report, found.get("kode") or request.args.get("opd")),
        period_id=asked_period().id if report.of_period else 0,
        now=current.now(),
        zona=str(current.zona()),
        options={**request.args, **{name: str(value) for name, value in found.items()}},
        base_url=current.settings().base_url,
    )


def reach_of(report: Report[Any], kode: str | None) -> Reach:
    """Return the reach: one OPD within that of the report's permission, else all of it. Raises NotFound."""
    if report.of_chain:
        return Reach(asked_chain(report.permission))
    if kode is None:
        return current.actor().reach(report.permission)
    unit = find_unit(current.session(), reaches=current.actor().reaches(report.permission), kode=kode)
    return Reach(current.instansi_id(), unit.path)


def readable_chains(permission: Permission) -> list[int]:
    """Return the instansi that a permission reaches, one's own before the installation, which is 0."""
    return sorted({reach.instansi_id for reach in current.actor().reaches(permission)}, reverse=True)


def asked_chain(permission: Permission) -> int:
    """Return the chain of `?rantai=`, else one's own. Raises NotFound for a chain beyond the permission."""
    readable = readable_chains(permission)
    asked = request.args.get("rantai") or str(readable[0])
    for chain in readable:
        if str(chain) == asked:
            return chain
    raise NotFound(asked)


def read_completion(reach: Reach) -> CompletionReport:
    """Read the period that this request asks for. Raises NotFound."""
    return COMPLETION.read(current.session(), Asked(reach=reach, period_id=asked_period().id, now=current.now()))


def describe_chart(report: CompletionReport, address: str) -> dict[str, Any]:
    """Return the chart's address, which changes with the figures, and its finding in words."""
    data = chart_data(report)
    width, height = size_of(data)
    return {"src": link(address, v=chart_key(data)), "alt": describe(data), "width": width, "height": height}


def send_chart(report: CompletionReport) -> ResponseReturnValue:
    data = chart_data(report)
    current.session().close()
    return Response(draw(data), mimetype="image/svg+xml")


def asked_kode() -> str | None:
    return request.args.get("periode") or None


def find_periods() -> tuple[PeriodView, ...]:
    """Return the periods of the instansi of the person signed in, the latest first; archived ones only if asked for."""
    session, own = current.session(), current.instansi_id()
    shown = list_periods(session, instansi_id=own, archived=False, named=asked_kode())
    return shown or list_periods(session, instansi_id=own)


def asked_period() -> PeriodView:
    """Return the period of `?periode=`, else the default one. Raises NotFound."""
    return choose_period(current.session(), instansi_id=current.instansi_id(), kode=asked_kode(), now=current.now())


def is_over() -> bool:
    """Return whether the asked period is closed, after which nobody can be reminded to finish in time."""
    return asked_period().state(current.now()) is PeriodState.CLOSED


def link(path: str, **more: str | None) -> str:
    """Return an address in the wanted period, with the other given values."""
    query = {name: value for name, value in {"periode": asked_kode(), **more}.items() if value}
    return f"{path}?{urlencode(query)}" if query else path


def ask_alike(path: str) -> str:
    """Return an address with all that this request asks for, so that the file of a page holds what the page shows."""
    query = urlencode(list(request.args.items(multi=True)))
    return f"{path}?{query}" if query else path


def on_page(table: Table) -> Table:
    """Return the table without the columns that only files have."""
    kept = [column.on_page for column in table.columns]
    rows, total = (tuple(compress(row, kept)) for row in table.rows), table.total
    columns = tuple(compress(table.columns, kept))
    shown = tuple(compress(total, kept)) if total else None
    return replace(table, columns=columns, rows=tuple(rows), total=shown)


@bp.app_template_filter("isi")
def tell(value: Value, column: Column) -> str:
    """Return a value as a page shows it."""
    if value is None or value == "":
        return column.absent
    return TELLERS[column.kind](value)


@bp.app_template_filter("persepuluh")
def tell_percent(tenths: int | None) -> str:
    """Return a percentage from tenths of a percent: `69,3 %`. The number and its sign stay on one line."""
    return indonesian.percent(tenths).replace(" ", NO_BREAK)


bp.add_app_template_filter(indonesian.change, "poin")
bp.add_app_template_filter(indonesian.decimal, "satu_desimal")
bp.add_app_template_filter(indonesian.hundredths, "dua_desimal")
TELLERS: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: str,
    Kind.DIGITS: "…{}".format,
    Kind.COUNT: indonesian.number,
    Kind.YEAR: str,
    Kind.PERCENT: tell_percent,
    Kind.POINTS: indonesian.change,
    Kind.DAY: tanggal,
    Kind.INSTANT: tanggal_waktu,
    Kind.STAMP: tanggal_waktu,
}


def send(report: Report[Any], content: Any, ending: str) -> ResponseReturnValue:
    """Send the report as a file. Raises WorkFailed."""
    zona, now = current.zona(), current.now()
    if ending == "xlsx":
        mimetype, written = XLSX, write_report(report, content, zona=str(zona), created=now)
    else:
        mimetype, written = "text/csv", write_csv(report.tables(content)[0], zona=str(zona))
    name = f"{report.file(content)}-{now.astimezone(zona):%Y-%m-%d}.{ending}"
    return send_download(written, name, mimetype)


for each in REPORTS:
    add_place(each)
