"""The estimation plot of the primary difference: every participant, and the difference on an axis of its own.

Gardner MJ, Altman DG. BMJ 1986;292:746; with several arms the differences stand below the arms (Cumming G. Understanding
the New Statistics. Routledge 2012). The interval is that of the model, nothing is resampled.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from retrowalk.estimates import pick, rows_of
from retrowalk.model.changes import by_arm, change_since
from retrowalk.model.wide import wide_outcome
from retrowalk.plan.trial import Arm, Cohort, Outcome
from retrowalk.present.figures.arms import arms_in_order, looks
from retrowalk.present.figures.key import KEY_LINE_MM, make_key
from retrowalk.present.figures.style import (
    GREY,
    POINTS_PER_MM,
    ZERO_COLOUR,
    FigureSettings,
    house_style,
    line_breaks,
    new_figure,
    put_mark,
    scaled,
)
from retrowalk.present.figures.subject import Drawing, Subject, SubjectWithData
from retrowalk.present.figures.swarm import swarm
from retrowalk.present.figures.worthwhile import BAND_LOOK, BAND_MEANS, worthwhile
from retrowalk.present.tables.table import marked
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.direction import compared, for_whom, is_better
from retrowalk.present.words.phrases import caution, listing, sentence_case
from retrowalk.vocabulary import DIFFERENCE_IN_CHANGE

TEXT_SIZE = 7.5
LABEL_SIZE = 8
#: Height of the points.
POINTS_MM = 62
#: Height of the differences below them.
BELOW_MM = 36
#: Height of what stands around.
AROUND_MM = 5
#: The points are higher on a wide page: at least this share of its width.
LEAST_HEIGHT = 0.42
#: Points and differences together have at most this share of the page's height,
MOST_OF_PAGE = 0.6
#: and become lower where what stands around leaves less, to this share of that.
LOWEST = 0.7
#: What the labels of an axis of values take from the width.
AXIS_MM = 15
#: What stays free between two labels of columns.
GAP_MM = 5
#: How far the line of zero goes beyond the points, more than what is free between them and the differences.
SEAM_MM = 8
#: What a number on an axis needs.
TICK_MM = 3.4
#: The most numbers on an axis.
MOST_TICKS = 8
#: More lines than these of an arm's name go into the key.
MOST_LINES = 4
#: Width of a difference beside the points, as a share of a column.
DIFFERENCE_COLUMN = 1.15
#: Half of the width of a swarm at most, likewise.
HALF_SWARM = 0.3
#: Where an arm's mean stands at most, likewise, from the middle of the column.
MEAN_AT = 0.42
#: Diameter of a point, in points.
POINT_PT = 4
#: Half of the gap at a mean, in points.
GAP_PT = 2.2
#: Thickness of lines, in points.
LINE_PT = 1.6
#: A mean's distance from its swarm.
APART_MM = 3


@dataclass(frozen=True)
class Shown:
    """What an estimation plot shows.

    Attributes
    ----------
    rows
        The primary comparisons, one an arm compared, in the order of the plan.
    values
        Of each arm in the order of the figure, the values at the visit, or changes since baseline where changes are
        compared, lowest first.
    means
        Observed mean and its interval (estimate, ci_low, ci_high) by arm.
    """

    cohort: Cohort
    outcome: Outcome
    rows: pd.DataFrame
    values: dict[str, pd.Series]
    means: pd.DataFrame

    @property
    def of_changes(self) -> bool:
        """Whether changes are compared."""
        return self.rows["term"].iloc[0] == DIFFERENCE_IN_CHANGE

    @property
    def zero(self) -> float:
        """The observed mean of the control arm."""
        return self.means.loc[self.cohort.control, "estimate"]

    @property
    def arms(self) -> list[Arm]:
        """The arms with a column."""
        return [arm for arm in arms_in_order(self.cohort) if arm.name in self.values]

    @property
    def compared(self) -> str:
        """The label of the arm compared, or words for any of several."""
        return self.cohort.arm(self.rows["arm"].iloc[0]).label if len(self.rows) == 1 else compared(self.cohort)

    @property
    def differences(self) -> list[float]:
        """What the axis of differences must reach: zero, the limits of the intervals, the smallest worthwhile effect."""
        smallest = self.outcome.smallest_worthwhile_effect or 0
        return [0.0, smallest, -smallest, *self.rows[["estimate", "ci_low", "ci_high"]].to_numpy().ravel()]


def drawing(subject: SubjectWithData, settings: FigureSettings) -> Drawing | None:
    """Draw the estimation plot, or nothing where the primary comparison was not made."""
    tables = (subject.participants, subject.measurements, subject.descriptives, subject.estimates)
    shown = shown_in_estimation(*tables, subject.cohort)
    if shown is None:
        return None
    return Drawing(draw_estimation(shown, settings, subject.alpha), estimation_description(shown, subject.alpha))


def drawn_rows(subject: Subject) -> pd.DataFrame:
    """Return the primary comparisons, and the observed means at their visit."""
    primary, outcome = pick(subject.estimates, role="primary"), subject.cohort.primary_outcome
    at = {"outcome": outcome.name, "visit": outcome.primary_visit}
    return pd.concat([primary, pick(subject.descriptives, analysis="observed_mean", **at)], ignore_index=True)


def legend(subject: Subject) -> str:
    """Return the words below the estimation plot."""
    cohort, outcome = subject.cohort, subject.cohort.primary_outcome
    visit = sentence_case(cohort.visit(outcome.primary_visit).label)
    adjusted = "adjusted difference" if cohort.randomised else "difference in change"
    about = {"analysis": "observed_mean", "outcome": outcome.name, "visit": outcome.primary_visit}
    term = "mean" if cohort.randomised else "mean_change"
    means = {row.arm: row for row in rows_of(pick(subject.descriptives, **about, term=term))}
    sizes = [f"{arm.label}, n = {cited.count(means[arm.name])}" for arm in cohort.arms]
    label = outcome.label if cohort.randomised else f"Change in {sentence_case(outcome.label)}"
    return (
        f"{numbers.labelled(label, outcome.unit)} at {visit}, estimation plot. Points, participants of each arm; on a separate "
        f"axis, {adjusted}, {compared(cohort)} minus {cohort.control_arm.label}, with its {cited.level(subject.alpha)} confidence interval "
        f"(bar). Participants shown: {'; '.join(sizes)}."
    )


def shown_in_estimation(
    participants: pd.DataFrame,
    measurements: pd.DataFrame,
    descriptives: pd.DataFrame,
    results: pd.DataFrame,
    cohort: Cohort,
) -> Shown | None:
    """Return what the estimation plot of a cohort shows, or None where the primary comparison was not made.

    Parameters
    ----------
    participants, measurements, descriptives, results
        The tables of the cohort (participants.csv, measurements.csv, descriptives.csv, estimates.csv).
    cohort
        Its part of the plan.
    """
    primary = pick(results, role="primary", visit=cohort.primary_outcome.primary_visit)
    primary = primary[primary["estimate"].notna()].set_index("arm", drop=False)
    rows = primary.loc[[arm.name for arm in cohort.intervention_arms if arm.name in primary.index]]
    if rows.empty:
        return None
    outcome, visit = cohort.primary_outcome, rows["visit"].iloc[0]
    wide = wide_outcome(participants, measurements, cohort, outcome)
    of, values = "", wide[visit]
    if rows["term"].iloc[0] == DIFFERENCE_IN_CHANGE:
        of, values = "_change", change_since(wide[cohort.baseline.name], wide[visit])
    of_arms = by_arm(values, wide["arm"], (cohort.control, *rows.index))
    about = {"analysis": "observed_mean", "outcome": outcome.name, "visit": visit, "term": f"mean{of}"}
    return Shown(cohort, outcome, rows, of_arms, pick(descriptives, **about).set_index("arm"))


def estimation_description(shown: Shown, alpha: float) -> str:
    """Return what the figure shows, with its numbers, for those who cannot see it and for the file's title."""
    cohort, outcome = shown.cohort, shown.outcome
    digits = numbers.digits_for(outcome.resolution)

    def with_unit(value: float) -> str:
        return numbers.with_unit(numbers.number(value, digits), outcome.unit)

    arms = [
        f"{arm.label} (n = {len(shown.values[arm.name])}, mean {with_unit(shown.means.loc[arm.name, 'estimate'])})"
        for arm in shown.arms
    ]
    differences = [
        f"{cohort.arm(row.arm).label} minus {cohort.control_arm.label} {with_unit(row.estimate)} "
        f"({numbers.level(alpha)} CI {numbers.interval(row.ci_low, row.ci_high, digits)})"
        for row in rows_of(shown.rows)
    ]
    sentences = f"{_what(shown)}: participants of {listing(arms)}, and the {_kind(shown)}: {listing(differences)}."
    if outcome.smallest_worthwhile_effect is not None:
        sentences += f" Smallest worthwhile effect: {worthwhile(outcome)}."
    return marked(sentences, cohort.mark)


@dataclass(frozen=True)
class EstimationLayout:
    """How the figure is laid out, in millimetres: heights of points and of differences below them, width of a column.

    `beside` is whether the one difference stands beside the points; `named` whether arms have their names below them.
    """

    beside: bool
    named: bool
    column: float
    points: float
    below: float
    ticks: list[str]
    last: str
    labels: tuple[str, str]

    def within(self, height: float) -> Self:
        """Return the layout for a page with room for this height, as far as it may become lower."""
        share = min(1, max(LOWEST, height / (self.points + self.below)))
        return replace(self, points=share * self.points, below=share * self.below)

    @property
    def lines(self) -> int:
        """How many lines stand below the columns."""
        return 1 + max(map(line_breaks, [*self.ticks, self.last]))


def draw_estimation(shown: Shown, settings: FigureSettings, alpha: float) -> Figure:
    """Draw the points of each arm with its mean, and the differences from the control arm with their intervals.

    The difference of two arms stands at the right, on an axis whose zero is at the control arm's mean; those of several
    stand below their arms.
    """
    layout = _layout(shown, settings)
    key = make_key(_words(shown, layout.beside), _signs(shown, settings, alpha, named=not layout.named), settings)
    around = settings.mm(AROUND_MM + KEY_LINE_MM * (layout.lines + bool(shown.cohort.mark))) + key.height
    layout = layout.within(settings.highest_mm - around)
    with house_style(settings):
        figure = new_figure(settings, layout.points + layout.below + around)
        if layout.beside:
            figure.get_layout_engine().set(wspace=0)
            points, differences = figure.subplots(1, 2, width_ratios=[len(shown.arms), DIFFERENCE_COLUMN])
        else:
            points, differences = figure.subplots(2, 1, sharex=True, height_ratios=[layout.points, layout.below])
        for axes, label in zip((points, differences), layout.labels, strict=True):
            axes.set_ylabel(label)
            axes.spines[["top", "right", "bottom"]].set_visible(False)
            axes.tick_params(axis="x", length=0)
        points.set_xticks(range(len(shown.arms)), layout.ticks)
        mean_at = _draw_points(points, shown, layout, settings)
        places = [0] if layout.beside else range(1, len(shown.arms))
        _draw_differences(differences, shown, settings, places)
        if layout.beside:
            _float(points, differences, shown)
            differences.set_xticks([0], [layout.last])
            across = [mean_at, len(shown.arms) - 0.5 + settings.mm(SEAM_MM) / layout.column]
            points.plot(across, [shown.zero] * 2, clip_on=False, in_layout=False, **_zero_line(settings))
        else:
            points.tick_params(axis="x", labelbottom=False)
        _mark_differences(differences, shown, layout.below or layout.points, settings)
        key.put(figure)
        put_mark(figure, shown.cohort.mark, settings)
    return figure


def _layout(shown: Shown, settings: FigureSettings) -> EstimationLayout:
    beside = len(shown.rows) == 1
    points = max(settings.mm(POINTS_MM), LEAST_HEIGHT * settings.width_mm)
    below = 0 if beside else settings.mm(BELOW_MM)
    lower = min(1, MOST_OF_PAGE * settings.highest_mm / (points + below))
    points, below = lower * points, lower * below
    kind = _kind(shown)
    heights = {
        numbers.labelled(_what(shown), shown.outcome.unit): points,
        numbers.labelled(f"{kind[0].upper()}{kind[1:]}", shown.outcome.unit): below or points,
    }
    labels = [settings.wrapped(numbers.tied(text), 0.9 * height, LABEL_SIZE) for text, height in heights.items()]
    axes = [settings.mm(AXIS_MM + KEY_LINE_MM * line_breaks(label)) for label in labels]
    columns = len(shown.arms) + DIFFERENCE_COLUMN * beside
    column = (settings.width_mm - (sum(axes) if beside else max(axes))) / columns
    names = [_wrapped_label(arm.label, settings, column) for arm in shown.arms]
    named = all(names)
    counts = [f"n = {len(shown.values[arm.name])}" for arm in shown.arms]
    ticks = [f"{name}\n{count}" if named else count for name, count in zip(names, counts, strict=True)]
    last = _wrapped_label(_minus(shown), settings, column * DIFFERENCE_COLUMN) if beside else ""
    return EstimationLayout(beside, named, column, points, below, ticks, last, (labels[0], labels[1]))


def _what(shown: Shown) -> str:
    """Return what the points are: "Pain at week 6", "Change in pain at week 6"."""
    visit = sentence_case(shown.cohort.visit(shown.rows["visit"].iloc[0]).label)
    label = shown.outcome.label
    return f"Change in {sentence_case(label)} at {visit}" if shown.of_changes else f"{label} at {visit}"


def _kind(shown: Shown) -> str:
    return "difference in change" if shown.of_changes else "adjusted difference"


def _minus(shown: Shown) -> str:
    return f"{shown.compared} minus {shown.cohort.control_arm.label}"


def _words(shown: Shown, beside: bool) -> str:
    """Return what the signs do not say: what the difference is, where its zero stands, and which way is better."""
    cohort, outcome = shown.cohort, shown.outcome
    control = cohort.control_arm.label
    covariates = [sentence_case(each.label) for each in cohort.covariates if each.name in cohort.adjusted_for]
    adjusted = f"adjusted for {listing(['baseline', *covariates])}"
    by_model = "estimated by the model" if shown.of_changes else adjusted
    sentences = f"Points: participants. Gap in a line: observed mean. Difference: {_minus(shown)}, {by_model}; it may differ from "
    sentences += "the difference in observed means."
    if beside:
        sentences += f" The zero of its axis is at the observed mean of {control}."
    if is_better(outcome):
        way = "Below" if outcome.sign < 0 else "Above"
        sentences += (
            f" {outcome.better.capitalize()} is better; {way.lower()} zero: {for_whom(cohort, shown.compared)}."
        )
    return numbers.tied(" ".join([sentences, caution(cohort)]).rstrip())


def _signs(shown: Shown, settings: FigureSettings, alpha: float, *, named: bool) -> list[tuple[Artist, str]]:
    """Return the signs of the key with their texts: the arms only where their names have no room in the figure."""
    look_of, level = looks(shown.cohort), numbers.level(alpha)
    points = scaled({"linestyle": "", "markersize": 4.5, "markeredgewidth": 0}, settings)
    signs = [(Line2D([], [], **look_of[arm.name] | points), numbers.tied(arm.label)) for arm in shown.arms * named]
    upright = scaled({"linestyle": "", "marker": "|", "markersize": 8, "markeredgewidth": LINE_PT}, settings)
    signs.append((Line2D([], [], color=GREY, **upright), numbers.tied(f"{level} CI")))
    if shown.outcome.smallest_worthwhile_effect is not None:
        text = f"{BAND_MEANS}, {worthwhile(shown.outcome, numbers.NO_BREAK_SPACE)}"
        signs.append((Patch(**BAND_LOOK), numbers.tied(text)))
    return signs


def _wrapped_label(text: str, settings: FigureSettings, column_mm: float) -> str:
    """Return the label of a column, or "" where it has no room."""
    room = column_mm - settings.mm(GAP_MM)
    lines = settings.wrapped(numbers.tied(text), room, TEXT_SIZE).split("\n")
    fits = len(lines) <= MOST_LINES and max(settings.text_width(line, TEXT_SIZE) for line in lines) <= room
    return "\n".join(lines) if fits else ""


def _limit(axes: Axes, shown: Shown, *, beside: bool) -> None:
    """Let the axis of values hold every point, every interval and, where it stands beside, the axis of differences."""
    there = [value for values in shown.values.values() for value in values]
    means = shown.means.loc[list(shown.values), ["ci_low", "ci_high"]].to_numpy().ravel()
    there += [limit for limit in means if not pd.isna(limit)]
    there += [shown.zero + difference for difference in shown.differences] * beside
    low, high = min(there), max(there)
    free = 0.05 * (high - low) or 1
    axes.set_ylim(low - free, high + free)


def _draw_points(axes: Axes, shown: Shown, layout: EstimationLayout, settings: FigureSettings) -> float:
    """Draw a swarm an arm, and beside it a gapped line: the interval of the mean, with a gap at the mean.

    Return how far from the middle of their columns the gapped lines stand.
    """
    _limit(axes, shown, beside=layout.beside)
    axes.set_xlim(-0.5, len(shown.arms) - 0.5)
    low, high = axes.get_ylim()
    per_mm = (high - low) / layout.points
    size, gap_mm = (settings.pt(points) / POINTS_PER_MM for points in (POINT_PT, GAP_PT))
    swarms = {
        arm: swarm(values / per_mm, 1.05 * size, HALF_SWARM * layout.column) / layout.column
        for arm, values in shown.values.items()
    }
    widest = max(np.abs(across).max() for across in swarms.values())
    mean_at = min(MEAN_AT, widest + settings.mm(APART_MM) / layout.column)
    look_of = looks(shown.cohort)
    dots = scaled({"linestyle": "", "markersize": POINT_PT, "markeredgewidth": 0, "alpha": 0.75}, settings)
    for place, arm in enumerate(shown.arms):
        look, mean = look_of[arm.name], shown.means.loc[arm.name]
        axes.plot(place + swarms[arm.name], shown.values[arm.name], **look | dots)
        if pd.isna(mean["ci_low"]):  # one participant
            continue
        gap = min(gap_mm * per_mm, 0.2 * (mean["ci_high"] - mean["ci_low"]))
        for ends in ((mean["ci_low"], mean["estimate"] - gap), (mean["estimate"] + gap, mean["ci_high"])):
            axes.plot([place + mean_at] * 2, ends, color=look["color"], linewidth=settings.pt(LINE_PT))
    return mean_at


def _draw_differences(axes: Axes, shown: Shown, settings: FigureSettings, places: Sequence[int]) -> None:
    """Draw each difference with its interval, zero, and the band of what is too small to be worth the treatment."""
    look_of, smallest = looks(shown.cohort), shown.outcome.smallest_worthwhile_effect
    if smallest is not None:
        axes.axhspan(-smallest, smallest, zorder=0, **BAND_LOOK)
    axes.axhline(0, **_zero_line(settings))
    for place, row in zip(places, rows_of(shown.rows), strict=True):
        look = look_of[row.arm]
        axes.plot([place] * 2, [row.ci_low, row.ci_high], color=look["color"], linewidth=settings.pt(LINE_PT))
        axes.plot(place, row.estimate, **look | {"linestyle": ""}, markersize=settings.pt(6))


def _mark_differences(axes: Axes, shown: Shown, height_mm: float, settings: FigureSettings) -> None:
    """Put numbers on the axis of differences, of this height, as many as have room between its ends."""
    low, high = min(shown.differences), max(shown.differences)
    bottom, top = axes.get_ylim()
    bins = max(2, min(MOST_TICKS, 1 + int((high - low) / (top - bottom) * height_mm / settings.mm(TICK_MM))))
    marks = MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    axes.set_yticks([mark for mark in marks if low <= mark <= high])


def _zero_line(settings: FigureSettings) -> dict[str, Any]:
    return {"color": ZERO_COLOUR, "linewidth": settings.pt(0.8), "zorder": 1}


def _float(points: Axes, differences: Axes, shown: Shown) -> None:
    """Put the axis of differences at the right, its zero at the height of the control arm's mean."""
    low, high = points.get_ylim()
    differences.set_ylim(low - shown.zero, high - shown.zero)
    differences.set_xlim(-0.5, 0.5)
    differences.patch.set_visible(False)  # the line of zero comes in from the left
    differences.spines["left"].set_visible(False)
    differences.spines["right"].set_visible(True)
    differences.spines["right"].set_bounds(min(shown.differences), max(shown.differences))
    differences.yaxis.tick_right()
    differences.yaxis.set_label_position("right")
