"""The chart of completion per OPD as SVG, from finished numbers: same numbers, same bytes."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

from netral.reporting.completion import CompletionReport
from netral.reporting.counts import OpdCompletion
from netral.reporting.figures import number, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Raise it when the drawing changes: it is part of the key under which a chart is cached.
DRAWING = 1
MOST_BARS = 60
WIDTH = 9
LONGEST_LABEL = 40
INK, GREY, LINE, AUBERGINE, PALE = "#1E1A22", "#4E4856", "#D5D1D9", "#54345F", "#BFA9C9"
STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 11,
    "hatch.linewidth": 0.8,
    "hatch.color": AUBERGINE,
    "svg.fonttype": "none",
    "svg.hashsalt": "netral",
    "text.parse_math": False,
}
# matplotlib's settings are global to the process, so charts are drawn one at a time.
ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Bar:
    """Persons of one OPD with its units: completed + begun + not_started = wajib."""

    label: str
    completed: int
    begun: int
    not_started: int

    @property
    def wajib(self) -> int:
        return self.completed + self.begun + self.not_started

    @property
    def tenths(self) -> int:
        return 1000 * self.completed // self.wajib


@dataclass(frozen=True, slots=True)
class ChartData:
    """The worst first; OPD where nobody is wajib are left out. `omitted` are the best beyond 60; `tenths` is of all."""

    bars: tuple[Bar, ...]
    tenths: int | None
    omitted: int = 0


def chart_data(report: CompletionReport) -> ChartData:
    bars = [make_bar(row) for row in report.shown if row.total.wajib]
    return ChartData(tuple(bars[:MOST_BARS]), report.total.tenths, len(bars[MOST_BARS:]))


def make_bar(row: OpdCompletion) -> Bar:
    return Bar(row.unit.nama, row.total.completed, row.total.begun, row.total.not_started)


def chart_key(data: ChartData) -> str:
    """Changes with any number, name or the drawing itself."""
    return hashlib.sha256(json.dumps([DRAWING, astuple(data)]).encode()).hexdigest()[:16]


def describe(data: ChartData) -> str:
    """The main finding in one sentence, for who cannot see the chart."""
    if not data.bars:
        return "Grafik ketuntasan per OPD: belum ada pegawai yang wajib."
    worst, best = data.bars[0], data.bars[-1]
    text = f"Grafik batang ketuntasan per OPD: {percent(data.tenths)} dari seluruhnya selesai"
    if len(data.bars) > 1:
        text += f"; terendah {worst.label} {percent(worst.tenths)}"
    if len(data.bars) > 1 and not data.omitted:
        text += f", tertinggi {best.label} {percent(best.tenths)}"
    if data.omitted:
        text += f". Yang digambar {len(data.bars)} OPD terendah, {number(data.omitted)} lainnya ada di tabel"
    return f"{text}."


def size_of(data: ChartData) -> tuple[int, int]:
    """Width and height in CSS pixels, 96 to the inch."""
    return round(96 * WIDTH), round(96 * height_of(data))


def height_of(data: ChartData) -> float:
    """In inches: as high as there are bars."""
    return 1.3 + 0.34 * max(1, len(data.bars))


@lru_cache(maxsize=64)
def draw(data: ChartData) -> bytes:
    """SVG. Equal numbers are drawn once in a process: the data is the key."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with ONE_AT_A_TIME, rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height_of(data)), layout="constrained")
        axes = figure.add_subplot()
        draw_bars(axes, data.bars)
        draw_average(axes, data)
        dress(figure, axes, data.bars)
        file = BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def draw_bars(axes: "Axes", bars: Sequence[Bar]) -> None:
    """Three parts that differ in lightness, pattern and outline: they stay apart in black and white."""
    parts: list[tuple[str, str, dict[str, Any]]] = [
        ("completed", "Selesai", {"facecolor": AUBERGINE}),
        ("begun", "Sedang berjalan", {"facecolor": PALE, "hatch": "///"}),
        ("not_started", "Belum mulai", {"facecolor": "white"}),
    ]
    lefts = [0.0] * len(bars)
    for field, label, look in parts:
        widths = [100 * getattr(bar, field) / bar.wajib for bar in bars]

        axes.barh(
            range(len(bars)), widths, left=lefts, height=0.7, label=label, edgecolor=AUBERGINE, linewidth=0.8, **look
        )
        lefts = [left + width for left, width in zip(lefts, widths, strict=True)]
    for position, bar in enumerate(bars):
        text = f"{percent(bar.tenths)} ({number(bar.completed)}/{number(bar.wajib)})"
        axes.text(101.5, position, text, va="center", color=INK, fontsize=10)


def draw_average(axes: "Axes", data: ChartData) -> None:
    """A dashed line at the share of all, on a white casing so that it shows over dark bars; its label stands beside."""
    from matplotlib.patheffects import withStroke

    if len(data.bars) < 2 or data.tenths is None:  # noqa: PLR2004 - with one bar the bar itself says it
        return
    share = data.tenths / 10
    casing = [withStroke(linewidth=3.5, foreground="white")]
    axes.axvline(share, color=INK, linewidth=1.4, linestyle=(0, (4, 2)), path_effects=casing)
    axes.annotate(
        f"Seluruhnya {percent(data.tenths)}",
        (share, 0),
        xycoords=("data", "axes fraction"),
        xytext=(0, -24),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=10,
        color=INK,
    )


def dress(figure: "Figure", axes: "Axes", bars: Sequence[Bar]) -> None:
    axes.set_yticks(range(len(bars)), [shorten(bar.label) for bar in bars])
    axes.set_ylim(len(bars) - 0.4 if bars else 1, -0.6)
    axes.set_xlim(0, 100)
    axes.set_xticks(range(0, 101, 20), [f"{share} %" for share in range(0, 101, 20)])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.tick_params(axis="x", color=GREY, labelcolor=GREY)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.grid(visible=True, axis="x", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    if bars:
        figure.legend(loc="outside upper left", ncols=3, frameon=False, fontsize=10)


def shorten(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"
