"""Forests: differences between arms with their intervals on one axis."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retrowalk.present.numbers import tied
from retrowalk.present.style import FigureSettings, house_style, new_figure, put_mark, scaled

#: Height of a row of one line, of a further line, and of what stands above and below the rows.
ROW_MM, LINE_MM, MARGINS_MM = 7.2, 3.4, 22
TEXT_SIZE, AXIS_SIZE = 7.5, 8
#: Greatest width of the labels and of the numbers beside them, as a share of the figure's.
LABELS, TEXTS = 0.42, 0.35
#: What stays free of the width: at the edges of the page, beside the labels, beside zero.
FREE_MM = 6
PRIMARY_LOOK = {"color": "#0072B2", "linewidth": 1.8, "marker": "s", "markersize": 6}
STUDY_LOOK = {"color": "#303030", "linewidth": 1.2, "marker": "s", "markersize": 4.5}


@dataclass(frozen=True)
class ForestRow:
    """One line of a forest.

    `value`, `low` and `high` are standardised and positive where they favour backward walking; a row without a value is a
    heading. `kind` is "study", "primary" or "pooled".
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
        The lines; a line without a value is a heading.
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
    rows = [ForestRow("", text=text_heading), *rows]
    width, row_mm, line_mm = settings.width_mm, settings.mm(ROW_MM), settings.mm(LINE_MM)
    labels = [settings.wrapped(tied(row.label), LABELS * width, TEXT_SIZE, weight(row)) for row in rows]
    texts = [settings.wrapped(tied(row.text), TEXTS * width, TEXT_SIZE) for row in rows]
    taken = [
        max(settings.text_width(line, TEXT_SIZE) for text in column for line in text.split("\n"))
        for column in (labels, texts)
    ]
    half = (width - sum(taken)) / 2
    arrows = (f"\u2190\u00a0{sides[0]}", f"{sides[1]}\u00a0\u2192")
    free = settings.mm(FREE_MM)
    heads = [
        settings.wrapped(text, beside + half - free, TEXT_SIZE) for text, beside in zip(arrows, taken, strict=True)
    ]
    heights = [row_mm + line_mm * max(map(_breaks, pair)) for pair in zip(labels, texts, strict=True)]
    above = line_mm * (max(map(_breaks, heads)) + bool(mark))
    places = [height / 2 - below for height, below in zip(heights, accumulate(heights), strict=True)]
    with house_style(settings):
        figure = new_figure(settings, settings.mm(MARGINS_MM) + above + sum(heights))
        axes = figure.subplots()
        axes.axvline(0, color="#808080", linewidth=settings.pt(0.8))
        for place, row in zip(places, rows, strict=True):
            if not pd.isna(row.value):
                draw_row(axes, place, row, settings)
        limits = [edge for row in rows for edge in (row.low, row.high) if not pd.isna(edge)] or [1]
        reach = 1.08 * max(0.5, *map(abs, limits))
        axes.set_xlim(-reach, reach)
        axes.set_ylim(-sum(heights), 0)
        axes.set_xlabel(settings.wrapped(axis_label, 0.8 * width, AXIS_SIZE))
        axes.set_yticks(places, labels)
        for tick, row in zip(axes.get_yticklabels(), rows, strict=True):
            tick.set_fontweight(weight(row))
        right = axes.secondary_yaxis("right")
        right.set_yticks(places, texts)
        for side in (axes, right):
            side.tick_params(axis="y", length=0)
        axes.spines[["top", "left", "right"]].set_visible(False)
        right.spines["right"].set_visible(False)
        draw_heads(axes, *heads, settings)
        put_mark(figure, mark, settings)
    return figure


def _breaks(text: str) -> int:
    return text.count("\n")


def weight(row: ForestRow) -> str:
    """Return the weight of the label of a row."""
    return "bold" if row.kind != "study" or pd.isna(row.value) else "normal"


def draw_heads(axes: Axes, left: str, right: str, settings: FigureSettings) -> None:
    """Write above the axis what the left and the right of zero favour, from zero outwards."""
    for text, direction, align in ((left, -1, "right"), (right, 1, "left")):
        at = {"xy": (0, 1), "xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
        apart = (settings.pt(5) * direction, settings.pt(3))
        axes.annotate(text, **at, xytext=apart, ha=align, va="bottom", fontsize=settings.pt(TEXT_SIZE))


def draw_row(axes: Axes, place: float, row: ForestRow, settings: FigureSettings) -> None:
    """Draw the interval and the estimate of a row."""
    if row.kind == "pooled":
        half = 0.28 * settings.mm(ROW_MM)
        xs, ys = [row.low, row.value, row.high, row.value], [place, place + half, place, place - half]
        axes.fill(xs, ys, color="#0072B2")
        return
    look = row_look(row.kind, settings)
    axes.plot([row.low, row.high], [place, place], **look | {"marker": ""})
    axes.plot(row.value, place, **look)


def row_look(kind: str, settings: FigureSettings) -> dict[str, Any]:
    """Return the line and marker of a row that is not pooled."""
    return scaled(PRIMARY_LOOK if kind == "primary" else STUDY_LOOK, settings)
