"""The sensitivity analyses of the primary comparison: a difference with its interval each, against the primary analysis."""

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from retrowalk.estimates import pick, rows_of
from retrowalk.plan.trial import Arm, Cohort, Outcome
from retrowalk.present.figures.forest import (
    LABEL_PAD,
    MOST_TICKS,
    TEXT_SIZE,
    ZERO_COLOUR,
    ForestRow,
    draw_heads,
    draw_row,
    row_look,
    style_labels,
    weight,
)
from retrowalk.present.figures.key import make_key
from retrowalk.present.figures.style import (
    LINE_MM,
    POINTS_PER_MM,
    FigureSettings,
    house_style,
    line_breaks,
    new_figure,
    put_mark,
)
from retrowalk.present.figures.subject import Drawing, Subject, SubjectWithData
from retrowalk.present.figures.worthwhile import worthwhile
from retrowalk.present.tables.table import marked
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.analyses import model_name
from retrowalk.present.words.direction import compared, is_better, sides
from retrowalk.present.words.phrases import caution, listing, of_outcome, sentence_case
from retrowalk.vocabulary import DIFFERENCE, DIFFERENCE_IN_CHANGE

LABEL_SIZE = 8
#: Height of a row of one line, and the same where the page is full.
ROW_MM = 5
LOWEST_ROW_MM = 3.7
#: Height of the axis below the rows, and of what stands around.
AXIS_MM = 10
AROUND_MM = 5
#: Greatest width of the labels, as a share of the figure's.
LABELS = 0.37
#: The same on a page that is too narrow for it: the interval stands below the estimate.
NARROW_LABELS = 0.33
#: The same where rows are too many for the page: estimates stand in the table alone.
LABELS_ALONE = 0.5
#: A page is too narrow where the axis would be narrower.
LEAST_AXIS_MM = 30
#: Lines above and below the axes at most.
MOST_LINES = 5
#: What a number on the axis needs.
TICK_MM = 7
#: What stays free at the edges of the page and beside the labels, and between two columns at the right.
FREE_MM = 8
GAP_MM = 3
#: How often the figure is laid out at most before it is saved.
LAYOUTS = 4
#: Least share of the axis at either side of zero.
LEAST_SIDE = 0.2
BAND_LOOK = {"facecolor": "#D3E5F2", "edgecolor": "none"}
WORTHWHILE_LOOK = {"color": "#404040", "linestyle": (0, (4, 2.5))}
PRIMARY = "Primary analysis"


@dataclass(frozen=True)
class StripRow(ForestRow):
    """A row of a forest with the number of participants analysed."""

    n: str = ""


@dataclass(frozen=True)
class Strip:
    """The analyses of one comparison, the primary analysis last."""

    arm: Arm
    analyses: list[StripRow]

    @property
    def primary(self) -> StripRow:
        """The primary analysis."""
        return self.analyses[-1]


@dataclass(frozen=True)
class Strips:
    """The comparisons of a cohort with their sensitivity analyses; `without` are those that gave no estimate."""

    cohort: Cohort
    strips: list[Strip]
    without: list[str]
    of_changes: bool

    @property
    def outcome(self) -> Outcome:
        """The primary outcome."""
        return self.cohort.primary_outcome

    @property
    def what(self) -> str:
        """What is shown: "difference in pain at week 6"."""
        visit = sentence_case(self.cohort.visit(self.outcome.primary_visit).label)
        of = "difference in change in" if self.of_changes else "difference in"
        return f"{of} {sentence_case(self.outcome.label)} at {visit}"

    @property
    def limits(self) -> tuple[float, float]:
        """The ends of the axis, worse first: every finite limit, zero and the smallest worthwhile effect."""
        sign, smallest = self.outcome.sign, self.outcome.smallest_worthwhile_effect or 0
        rows = [row for strip in self.strips for row in strip.analyses]
        edges = np.array([(row.value, row.low, row.high) for row in rows]).ravel() * sign
        edges = [*edges[np.isfinite(edges)], -smallest, smallest]
        low, high = min(edges), max(edges)
        reach = max(-low, high) or 1
        return sign * 1.06 * min(low, -LEAST_SIDE * reach), sign * 1.06 * max(high, LEAST_SIDE * reach)


def drawing(subject: SubjectWithData, settings: FigureSettings) -> Drawing | None:
    """Draw the sensitivity analyses, or nothing where the primary comparison has none."""
    shown = sensitivity_strips(subject.estimates, subject.cohort)
    if shown is None:
        return None
    return Drawing(draw_sensitivity(shown, settings, subject.alpha), sensitivity_description(shown, subject.alpha))


def drawn_rows(subject: Subject) -> pd.DataFrame:
    """Return the primary comparisons and their sensitivity analyses."""
    primary = pick(subject.estimates, role="primary")
    return pd.concat([primary, _sensitivity(subject.estimates, subject.cohort)], ignore_index=True)


def legend(subject: Subject) -> str:
    """Return the words below the figure."""
    cohort, outcome, level = subject.cohort, subject.outcome, cited.level(subject.alpha)
    visit = sentence_case(cohort.visit(outcome.primary_visit).label)
    rows = _sensitivity(subject.estimates, cohort)
    without = _names(rows[rows["estimate"].isna()])
    smallest = ""
    if outcome.smallest_worthwhile_effect is not None:
        value = of_outcome(f"{outcome.smallest_worthwhile_effect:g}", cohort, outcome, "smallest_worthwhile_effect")
        smallest = f" Dashed lines, smallest worthwhile effect ({numbers.with_unit(value, outcome.unit)})."
    text = (
        f"Sensitivity analyses of the primary comparison: {sentence_case(outcome.label)} at {visit}. Points are differences "
        f"between arms ({compared(cohort)} minus {cohort.control_arm.label}), bars {level} confidence intervals; the band is the {level} "
        f"confidence interval of the primary analysis.{smallest} n, participants analysed."
    )
    return f"{text} Not estimated: {listing(without)}." if without else text


def _sensitivity(results: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return the rows that estimate the primary difference by other analyses or in another population."""
    primary = cohort.primary_outcome
    rows = pick(results, role="sensitivity", outcome=primary.name, visit=primary.primary_visit)
    return rows[rows["term"].isin([DIFFERENCE, DIFFERENCE_IN_CHANGE]) & (rows["reference_arm"] != "")]


def _names(rows: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(model_name(row) for row in rows_of(rows)))


def sensitivity_strips(results: pd.DataFrame, cohort: Cohort) -> Strips | None:
    """Return the analyses of each primary comparison, arms in the order of the plan, or None where none has a check.

    Parameters
    ----------
    results
        Estimate records of the cohort (estimates.csv).
    cohort
        Its part of the plan.
    """
    primary = pick(results, role="primary")
    primary = primary[primary["estimate"].notna()]
    rows = _sensitivity(results, cohort)
    estimated = rows[rows["estimate"].notna()]
    strips = []
    for arm in cohort.intervention_arms:
        checks = [_row(row, cohort, model_name(row), "study") for row in rows_of(pick(estimated, arm=arm.name))]
        answers = [
            _row(row, cohort, f"{PRIMARY}: {model_name(row)}", "primary")
            for row in rows_of(pick(primary, arm=arm.name))
        ]
        if checks and answers:
            strips.append(Strip(arm, [*checks, *answers]))
    if not strips:
        return None
    of_changes = bool((primary["term"] == DIFFERENCE_IN_CHANGE).all())
    return Strips(cohort, strips, _names(rows[rows["estimate"].isna()]), of_changes)


def _row(row: Any, cohort: Cohort, label: str, kind: str) -> StripRow:
    digits = numbers.digits_for(cohort.primary_outcome.resolution)
    text = numbers.estimate_with_interval(row.estimate, row.ci_low, row.ci_high, digits)
    n = "" if pd.isna(row.n) else str(row.n)
    return StripRow(label, row.estimate, row.ci_low, row.ci_high, text, kind, n)


def sensitivity_description(shown: Strips, alpha: float) -> str:
    """Return what the figure shows, with its numbers, for those who cannot see it and for the file's title."""
    unit, comparisons = shown.outcome.unit, []
    for strip in shown.strips:
        analyses = [f"{row.label} {numbers.with_unit(row.text, unit)}, n = {row.n}" for row in strip.analyses]
        comparisons.append(f"{strip.arm.label} minus {shown.cohort.control_arm.label}: {'; '.join(analyses)}")
    text = f"Sensitivity analyses of the {shown.what} ({numbers.level(alpha)} CI). {'. '.join(comparisons)}."
    return marked(text, shown.cohort.mark)


@dataclass(frozen=True)
class StripLayout:
    """The rows from the top down as they are printed, and the widths of columns and axis, in millimetres.

    `heads` stand above the two sides of zero; `kind` is the text below the axis.
    """

    rows: list[StripRow]
    labels: list[str]
    texts: list[str]
    label: float
    right: float
    axis: float
    heads: tuple[str, str]
    kind: str

    def heights(self, settings: FigureSettings, most_mm: float) -> list[float]:
        """Return the heights of the rows on a page with room for so many millimetres, as far as they may become lower."""
        more = [
            settings.mm(LINE_MM) * max(line_breaks(label), line_breaks(text))
            for label, text in zip(self.labels, self.texts, strict=True)
        ]
        one = (most_mm - sum(more)) / len(self.rows)
        one = max(settings.mm(LOWEST_ROW_MM), min(settings.mm(ROW_MM), one))
        return [one + each for each in more]


def draw_sensitivity(shown: Strips, settings: FigureSettings, alpha: float) -> Figure:
    """Draw a row an analysis, the primary one last, and its interval as a band behind all rows of the comparison.

    The axis is turned so that values to the right favour the arm compared.
    """
    mark = shown.cohort.mark
    key = make_key(_key_words(shown, alpha), _key_signs(shown, settings, alpha), settings)
    room = settings.highest_mm - key.height - settings.mm(AROUND_MM + AXIS_MM + LINE_MM * MOST_LINES)
    layout = _layout(shown, settings, alpha, room)
    lines = 1 + max(map(line_breaks, layout.heads)) + line_breaks(layout.kind)
    if mark:
        lines += 1
    around = settings.mm(AROUND_MM + AXIS_MM + LINE_MM * lines) + key.height
    heights = layout.heights(settings, settings.highest_mm - around)
    places = [height / 2 - below for height, below in zip(heights, accumulate(heights), strict=True)]
    with house_style(settings):
        figure = new_figure(settings, around + sum(heights))
        axes = figure.subplots()
        axes.set_xlim(*shown.limits)
        axes.set_ylim(-sum(heights), 0)
        _draw_references(axes, shown, heights[0], settings)
        _draw_strips(axes, shown, layout, places, heights, settings)
        bins = max(2, min(MOST_TICKS, int(layout.axis / settings.mm(TICK_MM))))
        axes.xaxis.set_major_locator(MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]))
        axes.ticklabel_format(axis="x", style="plain", useOffset=False)  # a factor would stand on the label below
        _label_rows(axes, layout, places, settings)
        axes.set_xlabel(layout.kind)
        draw_heads(axes, *layout.heads, settings)
        key.put(figure)
        put_mark(figure, mark, settings)
        _lay_out(axes)
    return figure


def _lay_out(axes: Axes) -> None:
    """Lay out until the axis stays: texts beside zero move with it, and it makes room for them."""
    figure, before = axes.figure, None
    for _ in range(LAYOUTS):
        figure.get_layout_engine().execute(figure)
        now = axes.get_position().bounds
        if now == before:
            break
        before = now


def _rows(shown: Strips, alpha: float) -> list[StripRow]:
    """Return the heads of the columns and, of several comparisons, each with its arm as a heading."""
    rows = [StripRow("", text=f"Difference ({numbers.level(alpha)} CI)", kind="heading", n="n")]
    for strip in shown.strips:
        if len(shown.cohort.intervention_arms) > 1:
            rows.append(StripRow(strip.arm.label, kind="heading"))
        rows += strip.analyses
    return rows


def _layout(shown: Strips, settings: FigureSettings, alpha: float, room_mm: float) -> StripLayout:
    """Return the first layout whose axis is wide enough and whose rows have room, else that of the lowest rows."""
    rows = _rows(shown, alpha)
    texts = [numbers.tied(row.text) for row in rows]
    layout = _columns(
        shown, rows, [text.replace(" (", f"{numbers.NO_BREAK_SPACE}(") for text in texts], LABELS, settings
    )
    if layout.axis < settings.mm(LEAST_AXIS_MM):
        layout = _columns(shown, rows, [text.replace(" (", "\n(") for text in texts], NARROW_LABELS, settings)
    if sum(layout.heights(settings, room_mm)) > room_mm:
        layout = _columns(shown, rows, [""] * len(rows), LABELS_ALONE, settings)
    return layout


def _columns(
    shown: Strips, rows: list[StripRow], texts: list[str], share_of_labels: float, settings: FigureSettings
) -> StripLayout:
    """Return the layout with labels of at most a share of the page, and these texts at the right."""
    width = settings.width_mm
    labels = [
        settings.wrapped(numbers.tied(row.label), share_of_labels * width, TEXT_SIZE, weight(row), broken=True)
        for row in rows
    ]
    label = _widest(labels, settings, "bold")
    text, n = _widest(texts, settings), _widest([row.n for row in rows], settings)
    right = text + settings.mm(GAP_MM) + n if text else n
    axis = width - label - right - settings.mm(FREE_MM)
    low, high = shown.limits
    share = abs(low) / abs(high - low)
    gap = settings.mm(GAP_MM)
    words = _heads(shown)
    # A side whose longest word is wider than its place takes the rest from the axis.
    least = [_widest([head.replace(" ", "\n")], settings) + gap for head in words]
    if (1 - share) * axis + right < least[1]:
        axis = (width - label - least[1] - settings.mm(FREE_MM)) / share
    elif label + share * axis < least[0]:
        axis = (width - right - least[0] - settings.mm(FREE_MM)) / (1 - share)
    sides_of_zero = (max(label + share * axis, least[0]), max((1 - share) * axis + right, least[1]))
    heads = [settings.wrapped(head, room - gap, TEXT_SIZE) for head, room in zip(words, sides_of_zero, strict=True)]
    kind = numbers.labelled(numbers.tied(f"{shown.what[0].upper()}{shown.what[1:]}"), shown.outcome.unit)
    kind = settings.wrapped(kind, axis + 2 * min(label, right), LABEL_SIZE)
    return StripLayout(rows, labels, texts, label, right, axis, (heads[0], heads[1]), kind)


def _widest(texts: list[str], settings: FigureSettings, weight: str = "normal") -> float:
    return max(settings.text_width(line, TEXT_SIZE, weight) for text in texts for line in text.split("\n"))


def _heads(shown: Strips) -> tuple[str, str]:
    """Return what the two sides of zero favour."""
    left, right = ("lower", "higher") if shown.outcome.better == "neither" else sides(shown.cohort)
    return f"\u2190\u00a0{left}", f"{right}\u00a0\u2192"


def _draw_references(axes: Axes, shown: Strips, head_mm: float, settings: FigureSettings) -> None:
    """Draw zero and the smallest worthwhile effect, below the heads of the columns."""
    bottom = axes.get_ylim()[0]
    axes.plot([0, 0], [bottom, 0], color=ZERO_COLOUR, linewidth=settings.pt(0.8), zorder=1)
    smallest = shown.outcome.smallest_worthwhile_effect
    if smallest is not None:
        for place in (-smallest, smallest):
            axes.plot([place, place], [bottom, -head_mm], **WORTHWHILE_LOOK, linewidth=settings.pt(0.8), zorder=1)


def _draw_strips(
    axes: Axes,
    shown: Strips,
    layout: StripLayout,
    places: list[float],
    heights: list[float],
    settings: FigureSettings,
) -> None:
    """Draw the points and intervals of all rows, and behind those of a comparison the interval of its primary analysis."""
    ends = sorted(axes.get_xlim())
    for place, row in zip(places, layout.rows, strict=True):
        low, high = np.clip([row.low, row.high], *ends)  # what is infinite goes to the end of the axis
        draw_row(axes, place, replace(row, low=low, high=high), settings)
    for strip in shown.strips:
        at = [place for place, row in enumerate(layout.rows) if any(row is each for each in strip.analyses)]
        top, bottom = places[at[0]] + heights[at[0]] / 2, places[at[-1]] - heights[at[-1]] / 2
        low, high = np.clip([strip.primary.low, strip.primary.high], *ends)
        if not np.isnan([low, high]).any():
            axes.add_patch(Rectangle((low, bottom), high - low, top - bottom, zorder=0, **BAND_LOOK))


def _label_rows(axes: Axes, layout: StripLayout, places: list[float], settings: FigureSettings) -> None:
    """Write labels at the left, and at the right differences and, behind them, numbers of participants."""
    axes.set_yticks(places, layout.labels)
    style_labels(axes, layout.rows, layout.label, settings)
    differences, participants = axes.secondary_yaxis("right"), axes.secondary_yaxis("right")
    differences.set_yticks(places, layout.texts)
    participants.set_yticks(places, [row.n for row in layout.rows])
    participants.tick_params(axis="y", pad=layout.right * POINTS_PER_MM + settings.pt(LABEL_PAD))
    for tick in participants.get_yticklabels():
        tick.set_ha("right")
    for side in (axes, differences, participants):
        side.tick_params(axis="y", length=0)
        side.spines[["left", "right"]].set_visible(False)
    axes.spines["top"].set_visible(False)


def _key_words(shown: Strips, alpha: float) -> str:
    """Return what the signs do not say: what is compared, which way is better, what is not shown."""
    cohort, outcome = shown.cohort, shown.outcome
    control = cohort.control_arm.label
    sentences = [f"Points: differences from {control}. Bars: {numbers.level(alpha)} CIs. n: participants analysed."]
    if outcome.sign < 0:
        sentences.append("Lower is better; the axis is reversed.")
    elif is_better(outcome):
        sentences.append("Higher is better.")
    if shown.without:
        sentences.append(f"Not estimated: {listing(shown.without)}.")
    return numbers.tied(" ".join([*sentences, caution(cohort)]).rstrip())


def _key_signs(shown: Strips, settings: FigureSettings, alpha: float) -> list[tuple[Artist, str]]:
    """Return the signs of the key with their texts."""
    level = numbers.level(alpha)
    signs: list[tuple[Artist, str]] = [
        (Line2D([], [], **row_look("study", settings)), "sensitivity analysis"),
        (Line2D([], [], **row_look("primary", settings)), "primary analysis"),
        (Patch(**BAND_LOOK), numbers.tied(f"{level} CI of the primary analysis")),
    ]
    if shown.outcome.smallest_worthwhile_effect is not None:
        text = f"smallest worthwhile effect, {worthwhile(shown.outcome, numbers.NO_BREAK_SPACE)}"
        signs.append((Line2D([], [], **WORTHWHILE_LOOK, linewidth=settings.pt(0.8)), numbers.tied(text)))
    return signs
