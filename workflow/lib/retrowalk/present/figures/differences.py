"""The forest of a cohort: every outcome in its own unit, zero in one line, against its smallest worthwhile effect.

Own units, because whether a difference is worth the treatment is judged in them: the standardised size has an interval that
holds the uncertainty of the SD too, and so can lie otherwise to the smallest worthwhile effect.
"""

from dataclasses import dataclass
from itertools import accumulate

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from retrowalk.estimates import rows_of
from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.figures.forest import (
    TEXT_SIZE,
    ZERO_COLOUR,
    ForestRow,
    draw_heads,
    draw_row,
    row_look,
    set_ticks,
    style_labels,
    weight,
)
from retrowalk.present.figures.key import make_key
from retrowalk.present.figures.style import LINE_MM, FigureSettings, house_style, line_breaks, new_figure, put_mark
from retrowalk.present.figures.subject import Drawing, Subject, SubjectWithData
from retrowalk.present.figures.worthwhile import BAND_LOOK, BAND_MEANS, worthwhile
from retrowalk.present.tables.rows import main_comparisons
from retrowalk.present.tables.table import marked
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.direction import sides
from retrowalk.present.words.phrases import caution, listing, of_outcome, sentence_case

#: Height of a row of one line.
ROW_MM = 6
#: Height of the axis below the rows of an outcome.
AXIS_MM = 6.5
#: Height of what stands around.
AROUND_MM = 8
LABEL_SIZE = 8
#: What the key says of the kinds of rows.
KINDS = {"primary": "primary", "study": "other outcomes and visits"}
#: Greatest width of the labels, as a share of the figure's.
LABELS = 0.34
#: The same of the numbers at the right.
TEXTS = 0.3
#: What stays free beside them.
FREE_MM = 9


@dataclass(frozen=True)
class OutcomeDifferences:
    """The differences of one outcome, in its unit and as estimated: nothing is turned round."""

    outcome: Outcome
    rows: list[ForestRow]

    @property
    def reach(self) -> float:
        """The greatest distance from zero that the axis must hold."""
        limits = [abs(edge) for row in self.rows for edge in (row.low, row.high) if not pd.isna(edge)]
        return 1.08 * max([*limits, self.outcome.smallest_worthwhile_effect or 0])


@dataclass(frozen=True)
class DifferencesLayout:
    """Labels, numbers and heights of the rows, what stands above the two sides of zero, widths of labels and axes; in mm."""

    labels: dict[ForestRow, str]
    texts: dict[ForestRow, str]
    heights: dict[ForestRow, float]
    heads: tuple[str, str]
    label: float
    axis: float


def drawing(subject: SubjectWithData, settings: FigureSettings) -> Drawing | None:
    """Draw the differences of all outcomes, or nothing where no main comparison was made."""
    cohort, alpha = subject.cohort, subject.alpha
    panels = difference_panels(subject.estimates, cohort)
    if not panels:
        return None
    return Drawing(draw_differences(panels, cohort, settings, alpha), describe_differences(panels, cohort, alpha))


def drawn_rows(subject: Subject) -> pd.DataFrame:
    """Return the main comparisons."""
    return main_comparisons(subject.estimates, subject.cohort)


def legend(subject: Subject) -> str:
    """Return the words below the differences."""
    cohort = subject.cohort
    others = listing([arm.label for arm in cohort.intervention_arms])
    smallest = [
        f"{sentence_case(outcome.label)}, "
        + numbers.with_unit(
            of_outcome(f"{outcome.smallest_worthwhile_effect:g}", cohort, outcome, "smallest_worthwhile_effect"),
            outcome.unit,
        )
        for outcome in cohort.outcomes
        if outcome.smallest_worthwhile_effect is not None
    ]
    against = f" Smallest worthwhile effect: {'; '.join(smallest)}." if smallest else ""
    return (
        f"Differences in the main comparisons, {others} minus {cohort.control_arm.label}, at each visit, for outcomes for which "
        f"lower or higher is better; bars, {cited.level(subject.alpha)} confidence intervals (CI).{against} Only the primary "
        "outcome at its primary visit answers the primary question."
    )


def difference_panels(results: pd.DataFrame, cohort: Cohort) -> list[OutcomeDifferences]:
    """Return a panel for each outcome with a better direction and a main comparison that was made.

    A panel has a line a visit; where there are several arms, each visit is a heading with a line an arm below it.
    """
    several, panels = len(cohort.intervention_arms) > 1, []
    main = main_comparisons(results, cohort)
    main = main[main["estimate"].notna()]
    for outcome in cohort.outcomes:
        rows, heading, digits = [], "", numbers.digits_for(outcome.resolution)
        for row in rows_of(main[main["outcome"] == outcome.name]) if outcome.better != "neither" else ():
            label = f"{outcome.label}, {sentence_case(cohort.visit(row.visit).label)}"
            if several:
                if label != heading:
                    rows.append(ForestRow(label, kind="heading"))
                heading, label = label, cohort.arm(row.arm).label
            text = numbers.with_unit(numbers.number(row.estimate, digits), outcome.unit)
            text += f" ({numbers.interval(row.ci_low, row.ci_high, digits)})"
            kind = "primary" if row.role == "primary" else "study"
            rows.append(ForestRow(label, row.estimate, row.ci_low, row.ci_high, text, kind))
        if rows:
            panels.append(OutcomeDifferences(outcome, rows))
    return panels


def describe_differences(panels: list[OutcomeDifferences], cohort: Cohort, alpha: float) -> str:
    """Return what the forest shows, with its numbers, for those who cannot see it and for the file's title."""
    compared = listing([arm.label for arm in cohort.intervention_arms])
    sentences = f"Differences ({numbers.level(alpha)} CI), {compared} minus {cohort.control_arm.label}. "
    sentences += "; ".join(_as_said(panel) for panel in panels)
    return marked(f"{sentences}.", cohort.mark)


def _as_said(panel: OutcomeDifferences) -> str:
    parts, heading = [], ""
    for row in panel.rows:
        if row.kind == "heading":
            heading = f"{row.label}, "
        else:
            parts.append(f"{heading}{row.label}: {row.text}")
    if panel.outcome.smallest_worthwhile_effect is not None:
        parts.append(f"smallest worthwhile effect {worthwhile(panel.outcome)}")
    return "; ".join(parts)


def draw_differences(
    panels: list[OutcomeDifferences], cohort: Cohort, settings: FigureSettings, alpha: float
) -> Figure:
    """Draw an axis an outcome, rows from the top down; every axis is turned so that values to the right favour the arm.

    Shaded is what lies within the smallest worthwhile effect on both sides of zero, where the plan gives one.
    """
    heading = ForestRow("", text=f"Difference ({numbers.level(alpha)} CI)", kind="heading")
    lines = [[heading, *panels[0].rows], *(panel.rows for panel in panels[1:])]
    layout = _layout([row for rows in lines for row in rows], cohort, settings)
    heights = [[layout.heights[row] for row in rows] for rows in lines]
    key = make_key(_words(panels, cohort), _signs(panels, settings), settings)
    above = settings.mm(LINE_MM) * (1 + max(map(line_breaks, layout.heads)) + bool(cohort.mark))
    around = settings.mm(AROUND_MM + AXIS_MM * len(panels)) + above + key.height
    with house_style(settings):
        figure = new_figure(settings, around + sum(map(sum, heights)))
        grid = figure.subplots(len(panels), 1, squeeze=False, height_ratios=[sum(each) for each in heights])[:, 0]
        for axes, panel, rows, high in zip(grid, panels, lines, heights, strict=True):
            places = [height / 2 - below for height, below in zip(high, accumulate(high), strict=True)]
            _draw_panel(axes, panel, dict(zip(places, rows, strict=True)), layout, settings)
            if (smallest := panel.outcome.smallest_worthwhile_effect) is not None:
                top = sum(layout.heights[row] for row in panel.rows) / sum(high)  # not beside the heading
                axes.axvspan(-smallest, smallest, ymax=top, zorder=0, **BAND_LOOK)
            axes.set_ylim(-sum(high), 0)
        draw_heads(grid[0], *layout.heads, settings)
        kind = "Adjusted difference" if cohort.randomised else "Difference in change"
        grid[-1].set_xlabel(
            settings.wrapped(f"{kind}, in the unit of each outcome", 0.8 * settings.width_mm, LABEL_SIZE)
        )
        key.put(figure)
        put_mark(figure, cohort.mark, settings)
    return figure


def _draw_panel(
    axes: Axes,
    panel: OutcomeDifferences,
    rows: dict[float, ForestRow],
    layout: DifferencesLayout,
    settings: FigureSettings,
) -> None:
    """Draw the rows of an outcome at their places: labels, intervals, numbers and zero."""
    sign = panel.outcome.sign
    axes.axvline(0, color=ZERO_COLOUR, linewidth=settings.pt(0.8), zorder=1)
    for place, row in rows.items():
        draw_row(axes, place, row, settings)
    axes.set_xlim(-sign * panel.reach, sign * panel.reach)
    set_ticks(axes, layout.axis, settings)
    axes.set_yticks(list(rows), [layout.labels[row] for row in rows.values()])
    style_labels(axes, list(rows.values()), layout.label, settings)
    right = axes.secondary_yaxis("right")
    right.set_yticks(list(rows), [layout.texts[row] for row in rows.values()])
    for side in (axes, right):
        side.tick_params(axis="y", length=0)
    axes.spines[["top", "left", "right"]].set_visible(False)
    right.spines["right"].set_visible(False)


def _layout(rows: list[ForestRow], cohort: Cohort, settings: FigureSettings) -> DifferencesLayout:
    width = settings.width_mm
    labels = {
        row: settings.wrapped(numbers.tied(row.label), LABELS * width, TEXT_SIZE, weight(row), broken=True)
        for row in rows
    }
    texts = {row: settings.wrapped(numbers.tied(row.text), TEXTS * width, TEXT_SIZE) for row in rows}
    beside = [
        max(settings.text_width(line, TEXT_SIZE, "bold") for text in column.values() for line in text.split("\n"))
        for column in (labels, texts)
    ]
    room = (width - sum(beside)) / 2 - settings.mm(FREE_MM)
    left, right = sides(cohort)
    arrows = (f"\u2190\u00a0{left}", f"{right}\u00a0\u2192")
    heads = [settings.wrapped(text, taken + room, TEXT_SIZE) for text, taken in zip(arrows, beside, strict=True)]
    heights = {
        row: settings.mm(ROW_MM + LINE_MM * max(line_breaks(labels[row]), line_breaks(texts[row]))) for row in rows
    }
    return DifferencesLayout(labels, texts, heights, (heads[0], heads[1]), beside[0], 2 * room)


def _words(panels: list[OutcomeDifferences], cohort: Cohort) -> str:
    """Return which side is better, and which outcomes have no smallest worthwhile effect."""
    sentences = ["Axes are oriented so that better is to the right."]
    without = [panel.outcome for panel in panels if panel.outcome.smallest_worthwhile_effect is None]
    if len(without) == len(panels):
        sentences.append("No smallest worthwhile effect was specified.")
    elif without:
        names = listing([sentence_case(outcome.label) for outcome in without])
        sentences.append(f"No smallest worthwhile effect was specified for {names}.")
    return " ".join([*sentences, caution(cohort)]).rstrip()


def _signs(panels: list[OutcomeDifferences], settings: FigureSettings) -> list[tuple[Artist, str]]:
    """Return the signs of the key with their texts."""
    kinds = {row.kind for panel in panels for row in panel.rows}
    signs: list[tuple[Artist, str]] = [
        (Line2D([], [], **row_look(kind, settings)), text) for kind, text in KINDS.items() if kind in kinds
    ]
    given = [panel.outcome for panel in panels if panel.outcome.smallest_worthwhile_effect is not None]
    if given:
        text = "; ".join(
            f"{sentence_case(outcome.label)}, {worthwhile(outcome, numbers.NO_BREAK_SPACE)}" for outcome in given
        )
        signs.append((Patch(**BAND_LOOK), numbers.tied(f"{BAND_MEANS}: {text}")))
    return signs
