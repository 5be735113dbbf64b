"""The drawer, a program of its own: it takes words and shares and returns stacked bars as SVG."""

from __future__ import annotations

import logging
import os
from io import BytesIO

from netral.working import work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
# Three parts that differ in lightness, pattern and outline, so that black and white keeps them apart.
LOOKS: tuple[dict[str, Any], ...] = (
    {"facecolor": AUBERGINE},
    {"facecolor": PALE, "hatch": "///"},
    {"facecolor": "white"},
)


def draw(order: dict[str, Any]) -> bytes:
    """Draw the bars. `size` in inches; parts have a `label` and `shares` of a hundred; `average`: share and words."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure = Figure(figsize=order["size"], layout="constrained")
        axes = figure.add_subplot()
        draw_bars(axes, order)
        if order["average"]:
            draw_average(axes, *order["average"])
        dress(figure, axes, order["names"])
        file = BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def draw_bars(axes: Axes, order: dict[str, Any]) -> None:
    rows = range(len(order["names"]))
    lefts = [0.0] * len(rows)
    for part, look in zip(order["parts"], LOOKS, strict=True):
        widths = part["shares"]
        axes.barh(rows, widths, left=lefts, height=0.7, label=part["label"], edgecolor=AUBERGINE, linewidth=0.8, **look)
        lefts = [left + width for left, width in zip(lefts, widths, strict=True)]
    for position, text in enumerate(order["notes"]):
        axes.text(101.5, position, text, va="center", color=INK, fontsize=10)


def draw_average(axes: Axes, share: float, words: str) -> None:
    """Draw a dashed line at the share of all, cased in white so that it shows over dark bars, with its label."""
    from matplotlib.patheffects import withStroke

    casing = [withStroke(linewidth=3.5, foreground="white")]
    axes.axvline(share, color=INK, linewidth=1.4, linestyle=(0, (4, 2)), path_effects=casing)
    axes.annotate(
        words,
        (share, 0),
        xycoords=("data", "axes fraction"),
        xytext=(0, -24),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=10,
        color=INK,
    )


def dress(figure: Figure, axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4 if names else 1, -0.6)
    axes.set_xlim(0, 100)
    axes.set_xticks(range(0, 101, 20), [f"{share} %" for share in range(0, 101, 20)])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.tick_params(axis="x", color=GREY, labelcolor=GREY)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.grid(visible=True, axis="x", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    if names:
        figure.legend(loc="outside upper left", ncols=3, frameon=False, fontsize=10)


if __name__ == "__main__":
    # For one small picture, a thread for each processor gains nothing.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    # A user without a home has no place for a cache of fonts; matplotlib then makes a temporary one and warns about it.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    work(draw)
