"""The chart of completion per OPD, drawn from finished numbers: equal numbers give equal bytes of SVG."""

import hashlib
import json
from dataclasses import astuple, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from netral.apart import WorkFailed, Workshop
from netral.indonesian import number, percent
from netral.reporting.counts import OpdCompletion
from netral.reporting.reports.completion import CompletionReport

# Raise it when the drawing changes: it is part of the key under which a chart is cached.
DRAWING = 1
MOST_BARS = 60
WIDTH = 9
LONGEST_LABEL = 40
PARTS = {"completed": "Selesai", "begun": "Sedang berjalan", "not_started": "Belum mulai"}
# The drawer is a process of its own, because matplotlib takes as much memory as the rest of a web process and is needed
# only a few times a day.
DRAWER = Workshop(Path(__file__).with_name("drawing.py"), seconds=15, idle=0)
MOST_KEPT = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """The people of one OPD with its units: completed + begun + not_started = wajib."""

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
    """The bars, the worst first, at most 60; OPD where nobody is wajib are left out.

    `omitted`: how many of the best are not drawn; `tenths` is of all.
    """

    bars: tuple[Bar, ...]
    tenths: int | None
    omitted: int = 0


def chart_data(report: CompletionReport) -> ChartData:
    bars = [make_bar(row) for row in report.shown if row.total.wajib]
    return ChartData(tuple(bars[:MOST_BARS]), report.total.tenths, len(bars[MOST_BARS:]))


def make_bar(row: OpdCompletion) -> Bar:
    return Bar(row.unit.nama, row.total.completed, row.total.begun, row.total.not_started)


def chart_key(data: ChartData) -> str:
    """Return a key that changes with any number, any name, or the drawing itself."""
    return hashlib.sha256(json.dumps([DRAWING, astuple(data)]).encode()).hexdigest()[:16]


def describe(data: ChartData) -> str:
    """Return the main finding in one sentence, for people who cannot see the chart."""
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
    """Return width and height in CSS pixels, 96 to the inch."""
    return round(96 * WIDTH), round(96 * height_of(data))


def height_of(data: ChartData) -> float:
    """Return the height in inches, which grows with the number of bars."""
    return 1.3 + 0.34 * max(1, len(data.bars))


class Gallery:
    """The charts drawn so far, by their data. A chart that is requested while it is being drawn is drawn once."""

    def __init__(self, drawer: Workshop) -> None:
        self.drawer = drawer
        self.kept: dict[ChartData, bytes] = {}
        self.turn = Lock()

    def show(self, data: ChartData) -> bytes:
        """Return the SVG. Raises WorkFailed, also when another chart takes too long."""
        chart = self.kept.get(data)
        if chart is None:
            if not self.turn.acquire(timeout=self.drawer.seconds):
                raise WorkFailed(self.drawer.program.stem, "still at the chart before")
            try:
                chart = self.kept.get(data) or self.drawer.order(describe_drawing(data))
                self.kept[data] = chart
                if len(self.kept) > MOST_KEPT:
                    del self.kept[next(iter(self.kept))]
            finally:
                self.turn.release()
        return chart


GALLERY = Gallery(DRAWER)


def draw(data: ChartData) -> bytes:
    """Return the SVG. Equal data are drawn once in a process. Raises WorkFailed."""
    return GALLERY.show(data)


def describe_drawing(data: ChartData) -> dict[str, Any]:
    """Return the whole drawing in words and shares of a hundred, since the drawer knows nothing of completion."""
    return {
        "size": (WIDTH, height_of(data)),
        "parts": [
            {"label": label, "shares": [100 * getattr(bar, field) / bar.wajib for bar in data.bars]}
            for field, label in PARTS.items()
        ],
        "names": [shorten(bar.label) for bar in data.bars],
        "notes": [f"{percent(bar.tenths)} ({number(bar.completed)}/{number(bar.wajib)})" for bar in data.bars],
        "average": describe_average(data),
    }


def describe_average(data: ChartData) -> tuple[float, str] | None:
    """Return the average, None for a single bar, which shows it itself."""
    if len(data.bars) < 2 or data.tenths is None:  # noqa: PLR2004
        return None
    return data.tenths / 10, f"Seluruhnya {percent(data.tenths)}"


def shorten(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"
