"""Completion as officers see it: /dasbor, /opd/<kode>, the chart and the files, all from one query."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission, Reach
from netral.extensions import close_reader
from netral.indonesian import last_day
from netral.outreach.reminders import whatsapp_link, write_reminder
from netral.reporting import tables, workbooks
from netral.reporting.charts import chart_data, chart_key, describe, draw, size_of
from netral.reporting.completion import CompletionReport, find_unit
from netral.reporting.counts import OpdCompletion, Unit
from netral.reporting.definitions import DEFINITIONS, STEPS
from netral.reporting.follow_up import Step, Unfinished, list_all_unfinished, list_unfinished
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.queries import page_number, without_page
from netral.web.edge.searching import asked_words
from netral.web.office import reports

bp = Blueprint("dashboard", __name__)
reports.register_filters(bp)
LOW_TENTHS = 500
NAMED_LOW = 5


@dataclass(frozen=True, slots=True)
class Sorting:
    label: str
    key: Callable[[OpdCompletion], Any]
    numeric: bool = True


SORTINGS = {
    "nama": Sorting("OPD", lambda row: row.unit.nama.casefold(), numeric=False),
    "wajib": Sorting("Wajib", lambda row: row.total.wajib),
    "belum": Sorting("Belum mulai", lambda row: row.total.not_started),
    "sedang": Sorting("Sedang", lambda row: row.total.under_way),
    "lulus": Sorting("Lulus saja", lambda row: row.total.passed_only),
    "ikrar": Sorting("Ikrar saja", lambda row: row.total.pledged_only),
    "selesai": Sorting("Selesai", lambda row: row.total.completed),
    "terlambat": Sorting("Terlambat", lambda row: row.total.late),
    "persen": Sorting("% selesai", lambda row: row.badness),
    "perubahan": Sorting("7 hari", lambda row: row.total.change_tenths or 0),
}
DEFAULT_SORTING = "persen"


@bp.get("/dasbor")
@requires(Permission.VIEW_COMPLETION)
def overview() -> ResponseReturnValue:
    periods = reports.find_periods()
    if not periods:
        return render_template("dasbor/kosong.html")
    reach, *others = current.actor().reaches(Permission.VIEW_COMPLETION)
    report = reports.read_report(reach)
    return render_template(
        "dasbor/ketuntasan.html",
        periods=periods,
        others=[reports.read_report(other).top[0] for other in others],
        low=[row for row in report.shown if row.total.tenths is not None and row.total.tenths < LOW_TENTHS],
        named_low=NAMED_LOW,
        **describe_report(report, "/dasbor"),
    )


@bp.get("/dasbor/grafik.svg")
@requires(Permission.VIEW_COMPLETION)
def chart() -> ResponseReturnValue:
    data = chart_data(reports.read_report(current.actor().reach(Permission.VIEW_COMPLETION)))
    close_reader()
    return Response(draw(data), mimetype="image/svg+xml")


@bp.get("/dasbor/ketuntasan.xlsx")
@requires(Permission.VIEW_COMPLETION)
def workbook() -> ResponseReturnValue:
    return send_completion(reports.read_report(current.actor().reach(Permission.VIEW_COMPLETION)))


@bp.get("/dasbor/ketuntasan.csv")
@requires(Permission.VIEW_COMPLETION)
def csv_file() -> ResponseReturnValue:
    report = reports.read_report(current.actor().reach(Permission.VIEW_COMPLETION))
    return reports.send_csv(workbooks.write_csv(tables.completion_table(report)), f"ketuntasan-{report.period.kode}")


@bp.get("/opd/<kode>")
@requires(Permission.VIEW_COMPLETION)
def opd(kode: str) -> ResponseReturnValue:
    unit = asked_unit(kode, Permission.VIEW_COMPLETION)
    report = read_unit(unit)
    people = reports.may_within(Permission.VIEW_PEOPLE, unit.path)
    return render_template(
        "opd/rincian.html",
        unit=unit,
        **describe_report(report, f"/opd/{kode}"),
        **(describe_people(report, unit) if people else {}),
    )


@bp.get("/opd/<kode>/ketuntasan.xlsx")
@requires(Permission.VIEW_COMPLETION)
def opd_workbook(kode: str) -> ResponseReturnValue:
    return send_completion(read_unit(asked_unit(kode, Permission.VIEW_COMPLETION)))


@bp.get("/opd/<kode>/tindak-lanjut.xlsx")
@requires(Permission.VIEW_PEOPLE)
def follow_up_workbook(kode: str) -> ResponseReturnValue:
    unit, report, people = read_follow_up(kode)
    notes = tables.follow_up_notes(
        report.period, opd=unit.nama, people=len(people), wajib=report.total.wajib, as_of=report.as_of
    )
    table = tables.follow_up_table(people, zona=report.period.zona)
    content = workbooks.write_workbook([table], notes, created=report.as_of)
    return reports.send_workbook(content, f"tindak-lanjut-{unit.kode}-{report.period.kode}")


def read_follow_up(kode: str) -> tuple[Unit, CompletionReport, tuple[Unfinished, ...]]:
    """A unit, its figures, and everybody there who has something left. Raises NotFound beyond who may see people."""
    unit = asked_unit(kode, Permission.VIEW_PEOPLE)
    report = read_unit(unit)
    period = report.period
    people = list_all_unfinished(
        current.session(), instansi_id=period.instansi_id, period_id=period.period_id, opd_path=unit.path
    )
    return unit, report, people


def asked_unit(kode: str, permission: Permission) -> Unit:
    """Raises NotFound beyond what the permission reaches."""
    return find_unit(current.session(), reaches=current.actor().reaches(permission), kode=kode)


def read_unit(unit: Unit) -> CompletionReport:
    return reports.read_report(Reach(current.instansi_id(), unit.path))


def send_completion(report: CompletionReport) -> ResponseReturnValue:
    content = workbooks.write_workbook(
        [tables.completion_table(report), tables.units_table(report)],
        tables.completion_notes(report),
        created=report.as_of,
    )
    return reports.send_workbook(content, f"ketuntasan-{report.period.kode}")


def describe_report(report: CompletionReport, path: str) -> dict[str, Any]:
    """What every completion page draws: rows in the order asked for, the chart's address and words."""
    data = chart_data(report)
    width, height = size_of(data)
    asked = request.args.get("urut", "")
    name = asked if asked in SORTINGS else DEFAULT_SORTING
    downwards = request.args.get("arah") == "turun"
    return {
        "report": report,
        "rows": sorted(report.shown, key=SORTINGS[name].key, reverse=downwards),
        "columns": list_columns(path, name, downwards=downwards),
        "chart": {
            "src": reports.link("/dasbor/grafik.svg", v=chart_key(data)),
            "alt": describe(data),
            "width": width,
            "height": height,
        },
        "definitions": DEFINITIONS,
        "link": reports.link,
    }


def list_columns(path: str, name: str, *, downwards: bool) -> list[dict[str, Any]]:
    """Sorting is a link; the one in force turns round."""
    columns: list[dict[str, Any]] = []
    for key, sorting in SORTINGS.items():
        turn = "turun" if key == name and not downwards else "naik"
        column: dict[str, Any] = {"label": sorting.label, "numeric": sorting.numeric}
        column["url"] = reports.link(path, urut=key, arah=turn)
        if key == name:
            column["sorted"] = "descending" if downwards else "ascending"
        columns.append(column)
    return columns


def describe_people(report: CompletionReport, unit: Unit) -> dict[str, Any]:
    """The call list and the message, for who may see names."""
    asked = request.args.get("langkah", "")
    words = asked_words()
    found = list_unfinished(
        current.session(),
        instansi_id=report.period.instansi_id,
        period_id=report.period.period_id,
        opd_path=unit.path,
        step=Step(asked) if asked in set(Step) else None,
        search=words,
        page=page_number(),
    )
    message = write_reminder(
        opd=unit.nama,
        unfinished=report.total.unfinished,
        wajib=report.total.wajib,
        last_day=last_day(report.period.due_at, report.period.zona),
        address=current.settings().base_url,
    )
    steps = [(step.value, f"{STEPS[step]} ({found.by_step[step]})") for step in Step if found.by_step[step]]
    return {
        "listing": found.people,
        "steps": STEPS,
        "step_choices": reports.choices(steps, f"Semua ({report.total.unfinished})"),
        "asked_step": asked,
        "words": words,
        "message": message,
        "whatsapp": whatsapp_link(message),
        "base": without_page(request),
    }
