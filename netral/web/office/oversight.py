"""Overseeing without touching: /pengawasan of the Inspektorat with its samples, /ringkasan of the leadership."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission, Reach
from netral.audit.events import Act, record
from netral.errors import NotFound
from netral.extensions import close_reader
from netral.indonesian import within_sentence
from netral.learning.periods.reading import PeriodView
from netral.reporting.charts import chart_data, chart_key, describe, draw, size_of
from netral.reporting.completion import CompletionReport, read_period
from netral.reporting.definitions import DEFINITIONS
from netral.reporting.indicators import FEWEST_PEOPLE, IndicatorShare, read_indicators
from netral.reporting.samples import Sample, draw_sample
from netral.reporting.summary import Summary, summarise
from netral.reporting.tables import sample_notes, sample_table
from netral.reporting.trail import TrailFilter, count_events
from netral.reporting.workbooks import write_workbook
from netral.settings import SEED_BITS
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.learner.exam import INDICATORS
from netral.web.office import reports

bp = Blueprint("oversight", __name__)
SAMPLE_SIZE = 30
SEED_DIGITS = len(str(2**SEED_BITS))
PROPOSED_OPD = 3


@bp.get("/pengawasan")
@requires(Permission.VIEW_SAMPLE)
def overview() -> ResponseReturnValue:
    periods = reports.find_periods()
    if not periods:
        return render_template("dasbor/kosong.html")
    report = read_whole()
    return render_template(
        "pengawasan/ikhtisar.html",
        periods=periods,
        report=report,
        definitions=DEFINITIONS,
        size=SAMPLE_SIZE,
        **describe_indicators(read_shares(report)),
        link=reports.link,
    )


@bp.post("/pengawasan/sampel")
@requires(Permission.VIEW_SAMPLE)
def draw_new_sample() -> ResponseReturnValue:
    """Drawing is recorded before anybody is shown; the page of a sample opens only for a draw that was."""
    period, seed = reports.asked_period(), current.settings().new_seed()
    record(
        current.session(),
        Act(current.actor().user_id, current.now(), period.instansi_id),
        action="sample.drawn",
        object_kind="sample",
        object_id=sample_id(period, seed),
        detail={"period": period.kode, "size": SAMPLE_SIZE},
    )
    current.session().commit()
    return redirect(reports.link(f"/pengawasan/sampel/{seed}", periode=period.kode), 303)


@bp.get(f"/pengawasan/sampel/<int(digits={SEED_DIGITS}):n>")
@requires(Permission.VIEW_SAMPLE)
def sample(n: int) -> ResponseReturnValue:
    period = reports.asked_period()
    return render_template(
        "pengawasan/sampel.html",
        period=period,
        sample=read_sample(period, n),
        states=reports.STATES,
        link=reports.link,
    )


@bp.get(f"/pengawasan/sampel/<int(digits={SEED_DIGITS}):n>/daftar.xlsx")
@requires(Permission.VIEW_SAMPLE)
def sample_workbook(n: int) -> ResponseReturnValue:
    period = reports.asked_period()
    drawn = read_sample(period, n)
    facts = read_period(current.session(), instansi_id=period.instansi_id, period_id=period.id)
    table = sample_table(drawn.people, reports.STATES, zona=period.zona)
    notes = sample_notes(facts, drawn, as_of=current.now())
    content = write_workbook([table], notes, created=current.now())
    return reports.send_workbook(content, f"sampel-{n}-{period.kode}")


@bp.get("/ringkasan")
@requires(Permission.VIEW_SUMMARY)
def summary() -> ResponseReturnValue:
    periods = reports.find_periods()
    if not periods:
        return render_template("dasbor/kosong.html")
    report = read_whole()
    shares = read_shares(report)
    found = summarise(report, shares, now=current.now())
    data = chart_data(report)
    width, height = size_of(data)
    src = reports.link("/ringkasan/grafik.svg", v=chart_key(data))
    return render_template(
        "ringkasan/halaman.html",
        periods=periods,
        summary=found,
        chart={"src": src, "alt": describe(data), "width": width, "height": height},
        proposals=propose(found),
        **describe_indicators(shares),
    )


@bp.get("/ringkasan/grafik.svg")
@requires(Permission.VIEW_SUMMARY)
def chart() -> ResponseReturnValue:
    data = chart_data(read_whole())
    close_reader()
    return Response(draw(data), mimetype="image/svg+xml")


def read_whole() -> CompletionReport:
    """Of the whole instansi."""
    return reports.read_report(Reach(current.instansi_id()))


def read_shares(report: CompletionReport) -> tuple[IndicatorShare, ...]:
    period = report.period
    return read_indicators(current.session(), instansi_id=period.instansi_id, period_id=period.period_id)


def describe_indicators(shares: tuple[IndicatorShare, ...]) -> dict[str, Any]:
    known = [share for share in shares if share.tenths is not None]
    return {
        "shares": shares,
        "indicators": INDICATORS,
        "weakest": min(known, key=lambda share: share.tenths or 0, default=None),
        "fewest": FEWEST_PEOPLE,
    }


def sample_id(period: PeriodView, seed: int) -> str:
    return f"{period.kode}/{seed}"


def read_sample(period: PeriodView, seed: int) -> Sample:
    """Raises NotFound for a seed by which nobody has drawn."""
    wanted = TrailFilter(action="sample.drawn", object_id=sample_id(period, seed))
    if not count_events(current.session(), chain=period.instansi_id, wanted=wanted):
        raise NotFound(seed)
    return draw_sample(
        current.session(), instansi_id=period.instansi_id, period_id=period.id, size=SAMPLE_SIZE, seed=seed
    )


def propose(found: Summary) -> list[str]:
    """What the figures ask for, in order; nothing where all is done."""
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
