"""Forests: differences between arms with their intervals on one axis."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from retrowalk.present.figures.style import (
    LINE_MM,
    POINTS_PER_MM,
    FigureSettings,
    house_style,
    line_breaks,
    new_figure,
    put_mark,
    scaled,
)
from retrowalk.present.words.numbers import tied

#: Height of a row of one line.
ROW_MM = 6.2
#: Height of what stands above and below the rows.
MARGINS_MM = 20
TEXT_SIZE = 7.5
AXIS_SIZE = 8
#: Greatest width of the labels, as a share of the figure's.
LABELS = 0.38
#: The same of the numbers at the right.
TEXTS = 0.3
#: What stays free of the width: at the edges of the page, beside the labels, beside zero.
FREE_MM = 6
#: What a number on an axis needs.
TICK_MM = 10
#: The most numbers on an axis.
MOST_TICKS = 7
#: Room at either side of zero, as a share of the longer side.
LEAST_SIDE = 0.4
#: What is free between labels and axis, in points.
LABEL_PAD = 4
#: The line of zero, darker than in other figures: it is what every interval is compared with.
ZERO_COLOUR = "#808080"
POOL_COLOUR = "#0072B2"
STUDY_COLOUR = "#303030"
STUDY_LOOK = {"color": STUDY_COLOUR, "linewidth": 1.2, "marker": "s", "markersize": 4.5}
LOOKS = {
    "study": STUDY_LOOK,
    "apart": STUDY_LOOK | {"markerfacecolor": "white"},
    "primary": {"color": POOL_COLOUR, "linewidth": 1.8, "marker": "s", "markersize": 6},
}
SPREAD_LOOK = {"color": POOL_COLOUR, "linewidth": 1.2, "marker": "|", "markersize": 6, "markeredgewidth": 1.2}


@dataclass(frozen=True)
class ForestRow:
    """One line of a forest.

    `kind` is "heading", "study", "primary", "apart" (a study that is shown and not pooled), "pooled", or "spread" (what
    stands below a pooled row: an interval without an estimate). Numbers that a row does not have are missing.
    """

    label: str
    value: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    text: str = ""
    kind: str = "study"


def draw_forest(
    rows: list[ForestRow],
    settings: FigureSettings,
    *,
    text_heading: str,
    axis_label: str,
    sides: tuple[str, str],
    mark: str,
) -> Figure:
    """Draw rows from the top down: label, interval, and the numbers as text.

    Parameters
    ----------
    rows
        The lines, whose values are positive where they favour what stands at the right.
    settings
        Size of the figure.
    text_heading
        What the text at the right is.
    axis_label
        What the axis shows.
    sides
        What values left and right of zero favour.
    mark
        The mark of synthetic data, or "".
    """
    rows = [ForestRow("", text=text_heading, kind="heading"), *rows]
    width, row_mm, line_mm = settings.width_mm, settings.mm(ROW_MM), settings.mm(LINE_MM)
    labels = [settings.wrapped(tied(row.label), LABELS * width, TEXT_SIZE, weight(row), broken=True) for row in rows]
    texts = [settings.wrapped(tied(row.text), TEXTS * width, TEXT_SIZE) for row in rows]
    taken = [
        max(settings.text_width(line, TEXT_SIZE, "bold") for text in column for line in text.split("\n"))
        for column in (labels, texts)
    ]
    limits = _limits(rows)
    axis = width - sum(taken)
    shares = [abs(limit) / (limits[1] - limits[0]) * axis for limit in limits]
    arrows = (f"\u2190\u00a0{sides[0]}", f"{sides[1]}\u00a0\u2192")
    free = settings.mm(FREE_MM)
    heads = [
        settings.wrapped(text, beside + share - free, TEXT_SIZE)
        for text, beside, share in zip(arrows, taken, shares, strict=True)
    ]
    heights = [row_mm + line_mm * max(map(line_breaks, pair)) for pair in zip(labels, texts, strict=True)]
    above = line_mm * (max(map(line_breaks, heads)) + bool(mark))
    places = [height / 2 - below for height, below in zip(heights, accumulate(heights), strict=True)]
    with house_style(settings):
        figure = new_figure(settings, settings.mm(MARGINS_MM) + above + sum(heights))
        axes = figure.subplots()
        axes.axvline(0, color=ZERO_COLOUR, linewidth=settings.pt(0.8))
        for place, row in zip(places, rows, strict=True):
            draw_row(axes, place, row, settings)
        axes.set_xlim(*limits)
        axes.set_ylim(-sum(heights), 0)
        set_ticks(axes, axis, settings)
        axes.set_xlabel(settings.wrapped(axis_label, 0.8 * width, AXIS_SIZE))
        axes.set_yticks(places, labels)
        style_labels(axes, rows, taken[0], settings)
        right = axes.secondary_yaxis("right")
        right.set_yticks(places, texts)
        for side in (axes, right):
            side.tick_params(axis="y", length=0)
        axes.spines[["top", "left", "right"]].set_visible(False)
        right.spines["right"].set_visible(False)
        draw_heads(axes, *heads, settings)
        put_mark(figure, mark, settings)
    return figure


def _limits(rows: list[ForestRow]) -> tuple[float, float]:
    """Return the ends of the axis: every interval, zero, and room at either side of zero for what it favours."""
    edges = [edge for row in rows for edge in (row.low, row.high) if not pd.isna(edge)] or [1.0]
    low, high = min(0.0, *edges), max(0.0, *edges)
    reach = max(0.5, -low, high)
    return 1.08 * min(low, -LEAST_SIDE * reach), 1.08 * max(high, LEAST_SIDE * reach)


def set_ticks(axes: Axes, width_mm: float, settings: FigureSettings) -> None:
    """Let the axis of values, which is so wide, have as many numbers as have room."""
    bins = max(2, min(MOST_TICKS, int(width_mm / settings.mm(TICK_MM))))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10], symmetric=True))


def weight(row: ForestRow) -> str:
    """Return the weight of the label of a row."""
    return "bold" if row.kind in ("heading", "primary", "pooled") else "normal"


def style_labels(axes: Axes, rows: list[ForestRow], width_mm: float, settings: FigureSettings) -> None:
    """Let the labels of rows begin at one place, `width_mm` left of the axis, each with its weight."""
    axes.tick_params(axis="y", pad=width_mm * POINTS_PER_MM + settings.pt(LABEL_PAD))
    for tick, row in zip(axes.get_yticklabels(), rows, strict=True):
        tick.set(ha="left", fontweight=weight(row))


def draw_heads(axes: Axes, left: str, right: str, settings: FigureSettings) -> None:
    """Write above the axis what the left and the right of zero favour, from zero outwards."""
    for text, direction, align in ((left, -1, "right"), (right, 1, "left")):
        at = {"xy": (0, 1), "xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
        apart = (settings.pt(5) * direction, settings.pt(3))
        axes.annotate(text, **at, xytext=apart, ha=align, va="bottom", fontsize=settings.pt(TEXT_SIZE))


def draw_row(axes: Axes, place: float, row: ForestRow, settings: FigureSettings) -> None:
    """Draw the interval and the estimate of a row, as far as it has them."""
    ends = [row.low, row.high]
    if row.kind == "pooled":
        half = 0.28 * settings.mm(ROW_MM)
        axes.fill(
            [row.low, row.value, row.high, row.value], [place, place + half, place, place - half], color=POOL_COLOUR
        )
    elif row.kind == "spread":
        axes.plot(ends, [place, place], **scaled(SPREAD_LOOK, settings))
    elif row.kind != "heading":
        look = row_look(row.kind, settings)
        axes.plot(ends, [place, place], **look | {"marker": ""})
        axes.plot(row.value, place, **look)


def row_look(kind: str, settings: FigureSettings) -> dict[str, Any]:
    """Return the line and marker of a study or a comparison."""
    return scaled(LOOKS[kind], settings)
