"""Oversight, which changes nothing: /pengawasan of the Inspektorat with its samples, /ringkasan of the leadership."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission, Reach
from netral.audit.events import Act, record
from netral.indonesian import within_sentence
from netral.reporting.hiding import FEWEST
from netral.reporting.indicators import FEWEST_PEOPLE, IndicatorShare, find_weakest, read_indicators
from netral.reporting.report import Asked
from netral.reporting.reports.completion import DEFINITIONS, CompletionReport
from netral.reporting.reports.heat_map import HEADS, HEAT_MAP, judging_table
from netral.reporting.reports.sample import SAMPLE_SIZE, sample_id
from netral.reporting.signs import MANY, list_signs
from netral.reporting.summary import Summary, summarise
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.queries import page_number, without_page
from netral.web.office import reports
from netral.words.questions import INDICATORS

bp = Blueprint("oversight", __name__)
PROPOSED_OPD = 3
BY_PLACE = "jaringan"


@bp.get("/pengawasan")
@requires(Permission.VIEW_SAMPLE)
def overview() -> ResponseReturnValue:
    periods = reports.find_periods()
    if not periods:
        return render_template("dasbor/kosong.html", title="Pengawasan")
    report = read_whole()
    return render_template(
        "pengawasan/ikhtisar.html",
        periods=periods,
        report=report,
        definitions=DEFINITIONS,
        places=reports.list_places(),
        size=SAMPLE_SIZE,
        **describe_indicators(read_shares(report)),
        link=reports.link,
    )


@bp.get("/pengawasan/tanda")
@requires(Permission.VIEW_SAMPLE)
def signs() -> ResponseReturnValue:
    """List people who may have had the course finished by somebody else; the page says what a sign is not."""
    by_place = request.args.get("tanda", "") == BY_PLACE
    listing = list_signs(current.session(), instansi_id=current.instansi_id(), by_place=by_place, page=page_number())
    return render_template(
        "pengawasan/tanda.html",
        listing=listing,
        choices=[("", "Peramban yang sama"), (BY_PLACE, "Termasuk jaringan yang sama")],
        chosen=BY_PLACE if by_place else "",
        many=MANY,
        base=without_page(request),
    )


@bp.post("/pengawasan/sampel")
@requires(Permission.VIEW_SAMPLE)
def draw_new_sample() -> ResponseReturnValue:
    """Record a draw before anybody is shown it; the page of a sample opens only for a recorded draw."""
    period, seed = reports.asked_period(), current.settings().new_seed()
    record(
        current.session(),
        Act(current.actor().user_id, current.now(), period.instansi_id),
        action="sample.drawn",
        object_kind="sample",
        object_id=sample_id(period.kode, seed),
        detail={"period": period.kode, "size": SAMPLE_SIZE},
    )
    current.session().commit()
    return redirect(reports.link(f"/pengawasan/sampel/{seed}", periode=period.kode), 303)


@bp.get("/ringkasan")
@requires(Permission.VIEW_SUMMARY)
def summary() -> ResponseReturnValue:
    periods = reports.find_periods()
    if not periods:
        return render_template("dasbor/kosong.html", title="Ringkasan")
    report = read_whole()
    shares = read_shares(report)
    found = summarise(report, shares, now=current.now())
    return render_template(
        "ringkasan/halaman.html",
        periods=periods,
        summary=found,
        chart=reports.describe_chart(report, "/ringkasan/grafik.svg"),
        proposals=[] if reports.is_over() else propose(found),
        **describe_map(report),
        **describe_indicators(shares),
    )


@bp.get("/ringkasan/grafik.svg")
@requires(Permission.VIEW_SUMMARY)
def chart() -> ResponseReturnValue:
    return reports.send_chart(read_whole())


def read_whole() -> CompletionReport:
    return reports.read_completion(Reach(current.instansi_id()))


def read_shares(report: CompletionReport) -> tuple[IndicatorShare, ...]:
    period = report.period
    return read_indicators(current.session(), instansi_id=period.instansi_id, period_id=period.period_id)


def describe_indicators(shares: tuple[IndicatorShare, ...]) -> dict[str, Any]:
    return {
        "shares": shares,
        "indicators": INDICATORS,
        "weakest": find_weakest(shares),
        "fewest": FEWEST_PEOPLE,
    }


def describe_map(report: CompletionReport) -> dict[str, Any]:
    reach = current.actor().reach(Permission.VIEW_SUMMARY)
    asked = Asked(reach=reach, period_id=report.period.period_id, now=current.now())
    found = HEAT_MAP.read(current.session(), asked)
    return {
        "map": found,
        "heads": list(HEADS.values()),
        "few": FEWEST,
        "judging": judging_table(found),
        "link": reports.link,
    }


def propose(found: Summary) -> list[str]:
    """List actions that the figures call for, in order; none where everything is done."""
    lines = []
    behind = [row.unit.nama for row in found.lowest if row.total.unfinished][:PROPOSED_OPD]
    if behind:
        lines.append(f"Minta pimpinan {', '.join(behind)} menugaskan pegawainya menyelesaikan pelatihan.")
    total = found.report.total
    if total.not_started:
        lines.append("Ingatkan pegawai yang belum mulai; operator OPD memegang daftar dan teks pengingatnya.")
    if total.passed_only:
        lines.append("Ingatkan pegawai yang sudah lulus untuk menandatangani ikrar: tinggal satu langkah.")
    if found.weakest is not None:
        lines.append(f"Jadikan {within_sentence(INDICATORS[found.weakest.indicator])} bahan sosialisasi berikutnya.")
    return lines
