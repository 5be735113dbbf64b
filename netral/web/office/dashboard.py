"""Completion for officers: /dasbor and /opd/<kode> with the chart, from the same query as the files."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission, Reach
from netral.indonesian import last_day
from netral.outreach.reminders import add_circulars, whatsapp_link, write_reminder
from netral.reporting.counts import OpdCompletion, Unit
from netral.reporting.packet import make_pdf, read_packet
from netral.reporting.report import Linked, tabulate
from netral.reporting.reports.circulars import Left, count_left
from netral.reporting.reports.completion import DEFINITIONS, FIGURES, CompletionReport, covers, find_unit
from netral.reporting.reports.follow_up import COLUMNS, STEPS, Step, count_unsent, list_unfinished
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.documents import send_download
from netral.web.edge.queries import page_number, without_page
from netral.web.edge.searching import asked_words
from netral.web.office import reports

bp = Blueprint("dashboard", __name__)
LOW_TENTHS = 500
NAMED_LOW = 5
SHOWN = tuple(figure for figure in FIGURES if figure.on_page)
KEYS = ("wajib", "belum", "sedang", "lulus", "ikrar", "selesai", "terlambat", "persen", "perubahan")
SORTINGS = {"nama": "OPD", **{key: figure.head or figure.label for key, figure in zip(KEYS, SHOWN, strict=True)}}
DEFAULT_SORTING = "persen"
# The value of the filter that no step of the list has: they sit the exam and may think that it is over.
UNSENT = "kumpulkan"


def sort(rows: Sequence[OpdCompletion], name: str, *, downwards: bool) -> list[OpdCompletion]:
    """Sorting by share, the worst first, also sorts equal shares by the number of unfinished people."""
    if name == "nama":
        return sorted(rows, key=lambda row: row.unit.nama.casefold(), reverse=downwards)
    if name == "persen":
        return sorted(rows, key=lambda row: row.badness, reverse=downwards)
    field = SHOWN[KEYS.index(name)].field
    return sorted(rows, key=lambda row: getattr(row.total, field) or 0, reverse=downwards)


@bp.get("/dasbor")
@requires(Permission.VIEW_COMPLETION)
def overview() -> ResponseReturnValue:
    periods = reports.find_periods()
    if not periods:
        return render_template("dasbor/kosong.html", title="Dasbor")
    reach, *others = current.actor().reaches(Permission.VIEW_COMPLETION)
    report = reports.read_completion(reach)
    return render_template(
        "dasbor/ketuntasan.html",
        periods=periods,
        others=[reports.read_completion(other).top[0] for other in others],
        low=[row for row in report.shown if row.total.tenths is not None and row.total.tenths < LOW_TENTHS],
        named_low=NAMED_LOW,
        chart=reports.describe_chart(report, "/dasbor/grafik.svg"),
        **describe_report(report, "/dasbor"),
    )


@bp.get("/dasbor/grafik.svg")
@requires(Permission.VIEW_COMPLETION)
def chart() -> ResponseReturnValue:
    return reports.send_chart(reports.read_completion(current.actor().reach(Permission.VIEW_COMPLETION)))


@bp.get("/opd/<kode>")
@requires(Permission.VIEW_COMPLETION)
def opd(kode: str) -> ResponseReturnValue:
    reaches = current.actor().reaches(Permission.VIEW_COMPLETION)
    unit = find_unit(current.session(), reaches=reaches, kode=kode)
    if not reports.find_periods():
        return render_template("dasbor/kosong.html", title=unit.nama)
    report = reports.read_completion(Reach(current.instansi_id(), unit.path))
    people = any(covers(reach, unit.path) for reach in current.actor().reaches(Permission.VIEW_PEOPLE))
    return render_template(
        "opd/rincian.html",
        unit=unit,
        papers=["packet"] * people + ["bundle"] * current.actor().may(Permission.MANAGE_CERTIFICATES),
        **describe_report(report, f"/opd/{kode}"),
        **(describe_people(report, unit) if people else {}),
    )


@bp.get("/opd/<kode>/paket.pdf")
@requires(Permission.VIEW_PEOPLE)
def packet(kode: str) -> ResponseReturnValue:
    """Send the papers of a unit. They are typeset outside the request's transaction."""
    session, place = current.session(), current.settings()
    unit = find_unit(session, reaches=current.actor().reaches(Permission.VIEW_PEOPLE), kode=kode)
    report = reports.read_completion(Reach(current.instansi_id(), unit.path))
    papers = read_packet(session, report, base_url=place.base_url, demo=place.demo)
    session.close()
    content = make_pdf(papers, base_url=place.base_url, created=current.now())
    return send_download(content, f"paket-{unit.kode}-{report.period.kode}.pdf")


def describe_report(report: CompletionReport, path: str) -> dict[str, Any]:
    """Return the context of every completion page: rows in the wanted order, and the meaning of the figures."""
    asked = request.args.get("urut", "")
    name = asked if asked in SORTINGS else DEFAULT_SORTING
    downwards = request.args.get("arah") == "turun"
    return {
        "report": report,
        "rows": sort(report.shown, name, downwards=downwards),
        "columns": list_columns(path, name, downwards=downwards),
        "figures": SHOWN,
        "definitions": DEFINITIONS,
        "link": reports.link,
    }


def list_columns(path: str, name: str, *, downwards: bool) -> list[dict[str, Any]]:
    """Return the columns, whose heads are links that sort; the link of the current order reverses it."""
    columns: list[dict[str, Any]] = []
    for key, head in SORTINGS.items():
        turn = "turun" if key == name and not downwards else "naik"
        column: dict[str, Any] = {"label": head, "numeric": key != "nama"}
        column["url"] = reports.link(path, urut=key, arah=turn)
        if key == name:
            column["sorted"] = "descending" if downwards else "ascending"
        columns.append(column)
    return columns


def choose_unsent(people: int) -> list[tuple[str, str]]:
    return [(UNSENT, f"Semua soal dijawab, belum dikumpulkan ({people})")] if people else []


def write_message(report: CompletionReport, unit: Unit, left: Sequence[Left]) -> str:
    """Return the reminder of a unit: who is not through with the period, and with circulars in force."""
    zone = report.period.zona
    text = write_reminder(
        opd=unit.nama,
        unfinished=report.total.unfinished,
        wajib=report.total.wajib,
        last_day=last_day(report.period.due_at, zone),
        address=current.settings().base_url,
    )
    return add_circulars(
        text, [(each.version.title, each.people, last_day(each.version.due_at, zone)) for each in left]
    )


def describe_people(report: CompletionReport, unit: Unit) -> dict[str, Any]:
    """Return the call list and the message, for people who may see names."""
    asked = request.args.get("langkah", "")
    words = asked_words()
    found = list_unfinished(
        current.session(),
        report,
        step=Step(asked) if asked in set(Step) else None,
        search=words,
        page=page_number(),
        unsent=asked == UNSENT,
    )
    unsent = count_unsent(current.session(), report)
    left = count_left(current.session(), Reach(current.instansi_id(), unit.path))
    message = write_message(report, unit, left)
    steps = [(step.value, f"{STEPS[step]} ({found.by_step[step]})") for step in Step if found.by_step[step]]
    people = tabulate(COLUMNS, found.people.items)
    pairs = zip(found.people.items, people.rows, strict=True)
    linked = tuple((Linked(person.nama, f"/pegawai/{person.asn_id}"), *row[1:]) for person, row in pairs)
    return {
        "listing": found.people,
        "people": replace(people, rows=linked),
        "step_choices": [("", f"Semua ({report.total.unfinished})"), *steps, *choose_unsent(unsent)],
        "asked_step": asked,
        "words": words,
        "message": "" if reports.is_over() else message,
        "whatsapp": whatsapp_link(message),
        "circulars_left": left,
        "base": without_page(request),
    }
