"""Forests: differences between arms with their intervals on one axis."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retrowalk.present.style import FigureSettings, house_style, new_figure, put_mark

ROW_MM, MARGINS_MM = 7.2, 26


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
    places = range(len(rows))[::-1]
    with house_style():
        figure = new_figure(settings, MARGINS_MM + ROW_MM * len(rows))
        axes = figure.subplots()
        axes.axvline(0, color="#808080", linewidth=0.8)
        for place, row in zip(places, rows, strict=True):
            if not pd.isna(row.value):
                _draw_row(axes, place, row)
        limits = [edge for row in rows for edge in (row.low, row.high) if not pd.isna(edge)] or [1]
        reach = 1.08 * max(0.5, *map(abs, limits))
        axes.set_xlim(-reach, reach)
        axes.set_ylim(-0.8, len(rows) - 0.2)
        axes.set_yticks(list(places), [row.label for row in rows])
        for tick, row in zip(axes.get_yticklabels(), rows, strict=True):
            tick.set_fontweight("bold" if row.kind != "study" or pd.isna(row.value) else "normal")
        texts = axes.secondary_yaxis("right")
        texts.set_yticks(list(places), [row.text for row in rows])
        for side in (axes, texts):
            side.tick_params(axis="y", length=0)
        axes.spines[["top", "left", "right"]].set_visible(False)
        texts.spines["right"].set_visible(False)
        axes.set_xlabel(axis_label)
        axes.set_title(f"\u2190 {sides[0]}      {sides[1]} \u2192", fontsize=7.5, fontweight="normal", loc="center")
        put_mark(figure, mark)
    return figure


def _draw_row(axes: Axes, place: int, row: ForestRow) -> None:
    if row.kind == "pooled":
        half = 0.28
        xs, ys = [row.low, row.value, row.high, row.value], [place, place + half, place, place - half]
        axes.fill(xs, ys, color="#0072B2")
        return
    colour = "#0072B2" if row.kind == "primary" else "#303030"
    axes.plot([row.low, row.high], [place, place], color=colour, linewidth=1.8 if row.kind == "primary" else 1.2)
    axes.plot(row.value, place, "s", color=colour, markersize=6 if row.kind == "primary" else 4.5)
