"""The change of every participant from baseline: a bar each, and how many of each arm changed by how much.

Waterfall and cumulative distribution by arm, with the thresholds of responders that the plan names. No participant is named.
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from retrowalk.estimates import pick
from retrowalk.model.changes import Changes, Scale, changes_of
from retrowalk.model.participants import OBSERVED
from retrowalk.plan.trial import Cohort, Outcome, Threshold
from retrowalk.present.figures.arms import looks
from retrowalk.present.figures.key import KEY_LINE_MM, make_key
from retrowalk.present.figures.style import (
    ZERO_COLOUR,
    FigureSettings,
    house_style,
    line_breaks,
    new_figure,
    put_mark,
    scaled,
)
from retrowalk.present.figures.subject import Drawing, Subject, SubjectWithData
from retrowalk.present.tables.table import marked
from retrowalk.present.words import numbers
from retrowalk.present.words.direction import is_better
from retrowalk.present.words.phrases import caution, listing, of_outcome, sentence_case

TEXT_SIZE = 7.5
LABEL_SIZE = 8
#: Height of a panel, and the least where the page is full.
PANEL_MM = 56
LOWEST_MM = 34
#: What stands around the panels.
AROUND_MM = 8
#: On a narrower page panels stand below each other.
NARROW_MM = 115
#: What the labels of a panel take from its width.
AXIS_MM = 14
#: What they take from its height.
BELOW_MM = 17
#: What stays free beside a label.
GAP_MM = 3
#: What a number on an axis needs.
TICK_MM = 9
#: The most numbers on an axis.
MOST_TICKS = 7
#: More lines than these of an arm's name stand in the key alone.
MOST_LINES = 3
#: Free space between the bars of two arms, as a share of all bars.
APART = 0.06
#: Narrower bars touch.
NARROW_BAR_MM = 0.6
#: What is free below the sign of an arm, in points.
SIGN_PAD = 5
#: Thresholds.
LINE_COLOUR = "#202020"
#: Lines of the thresholds.
DASHES = ((0, (4, 2)), (0, (1, 1.5)), (0, (6, 1.5, 1, 1.5)))
CURVE = {"linewidth": 1.5, "markersize": 5, "markeredgewidth": 0}


def drawing(subject: SubjectWithData, settings: FigureSettings) -> Drawing | None:
    """Draw the changes of an outcome, or nothing where nobody has one."""
    changes = changes_of(subject.participants, subject.measurements, subject.cohort, subject.outcome)
    if changes is None:
        return None
    return Drawing(draw_changes(changes, settings), changes_description(changes, subject.estimates))


def drawn_rows(subject: Subject) -> pd.DataFrame:
    """Return the observed means of the outcome, and its responders."""
    means = pick(subject.descriptives, analysis="observed_mean", outcome=subject.outcome.name)
    responders = pick(subject.estimates, analysis="responders", outcome=subject.outcome.name)
    return pd.concat([means, responders], ignore_index=True)


def legend(subject: Subject) -> str:
    """Return the words below the changes of an outcome."""
    cohort, outcome = subject.cohort, subject.outcome
    visit = sentence_case(cohort.visit(outcome.primary_visit).label)
    thresholds = [
        _size(of_outcome(f"{each.value:g}", cohort, outcome, "responders", place, "value"), each, outcome)
        for place, each in enumerate(outcome.responders)
    ]
    lines = f" Lines, thresholds for a responder: {listing(thresholds)}." if thresholds else ""
    return (
        f"Change in {numbers.labelled(sentence_case(outcome.label), outcome.unit)} from baseline to {visit} in participants "
        f"measured at both visits. Bars, participants; curves, percentage of each arm with this change or a {_better(outcome)} "
        f"one.{lines} A change within an arm is not a treatment effect."
    )


def outcomes_with_changes(cohort: Cohort) -> list[Outcome]:
    """Return the outcomes whose changes are drawn: the primary one, and those with a threshold of responders."""
    return [outcome for outcome in cohort.outcomes if outcome.primary or outcome.responders]


def changes_description(changes: Changes, results: pd.DataFrame) -> str:
    """Return what the figure shows, with its numbers, for those who cannot see it and for the file's title.

    The shares of responders are those of the estimate record (`results`), where it has them.
    """
    cohort, outcome = changes.cohort, changes.outcome
    arms = listing([f"{arm.label} (n = {len(changes.scales[0].values[arm.name])})" for arm in changes.arms])
    sentences = f"{_what(changes)}: one bar per participant and the cumulative distribution in {arms}."
    for threshold in outcome.responders:
        term = f"share:{threshold.term(outcome.unit)}:{OBSERVED}"
        about = {"analysis": "responders", "outcome": outcome.name, "visit": outcome.primary_visit, "term": term}
        shares = pick(results, population=cohort.population, **about).set_index("arm")["estimate"]
        shown = [
            f"{numbers.number(100 * shares[arm.name], 0)}% in {arm.label}" for arm in changes.arms if arm.name in shares
        ]
        if shown:
            sentences += f" Improved by {_size_of(threshold, outcome)} or more: {listing(shown)}."
    return marked(sentences, cohort.mark)


def draw_changes(changes: Changes, settings: FigureSettings) -> Figure:
    """Draw two panels a scale: the change of each participant as a bar, and the share of each arm that changed as much."""
    across = 1 if settings.width_mm < settings.mm(NARROW_MM) else 2
    down = 2 * len(changes.scales) // across
    key = make_key(_words(changes), _signs(changes, settings), settings)
    around = settings.mm(AROUND_MM + KEY_LINE_MM * bool(changes.cohort.mark)) + key.height
    height = (settings.highest_mm - around) / down
    height = max(settings.mm(LOWEST_MM), min(settings.mm(PANEL_MM), height))
    with house_style(settings):
        figure = new_figure(settings, around + height * down)
        panels = figure.subplots(down, across, squeeze=False).reshape(-1, 2)
        for scale, (bars, curves) in zip(changes.scales, panels, strict=True):
            unit = "% of baseline" if scale.percent else changes.outcome.unit
            what = numbers.labelled(numbers.tied(_what(changes)), unit)
            reading = f"Participants with this change or a {_better(changes.outcome)} one (%)"
            labels = [settings.wrapped(text, height - settings.mm(BELOW_MM), LABEL_SIZE) for text in (what, reading)]
            beside = settings.mm(AXIS_MM + KEY_LINE_MM * max(map(line_breaks, labels)))
            width = settings.width_mm / across - beside
            _draw_bars(bars, changes, scale, settings, width)
            _draw_curves(curves, changes, scale, settings, width)
            curves.set_xlabel(settings.wrapped(what, width, LABEL_SIZE))
            for axes, label in zip((bars, curves), labels, strict=True):
                axes.set_ylabel(label)
                axes.spines[["top", "right"]].set_visible(False)
        key.put(figure)
        put_mark(figure, changes.cohort.mark, settings)
    return figure


def _span(scale: Scale) -> tuple[float, float]:
    """Return what an axis of changes must hold: every change, zero and the thresholds, with free space at both ends."""
    values = [0.0, *pd.concat(scale.values.values()), *(scale.sign * each.value for each in scale.thresholds)]
    low, high = min(values), max(values)
    free = 0.05 * (high - low) or 1
    return low - free, high + free


def _what(changes: Changes) -> str:
    label = sentence_case(changes.outcome.label)
    return (
        f"Change in {label} from {sentence_case(changes.cohort.baseline.label)} to {sentence_case(changes.visit.label)}"
    )


def _better(outcome: Outcome) -> str:
    return "higher" if outcome.better == "neither" else "better"


def _size(value: str, threshold: Threshold, outcome: Outcome) -> str:
    return numbers.with_unit_of_threshold(value, outcome.unit, percent=threshold.percent)


def _size_of(threshold: Threshold, outcome: Outcome) -> str:
    return _size(f"{threshold.value:g}", threshold, outcome)


def _words(changes: Changes) -> str:
    """Return what the signs do not say: the order, which way is better, who is not shown."""
    outcome, absent, without = changes.outcome, changes.absent, changes.without_share
    order = "from worst to best" if is_better(outcome) else "from lowest to highest"
    sentences = [f"Bars: participants, {order}."]
    if is_better(outcome):
        sentences.append(f"{outcome.better.capitalize()} is better.")
    if absent:
        sentences.append(f"Not shown: {absent} not measured at both visits.")
    if without and any(scale.percent for scale in changes.scales):
        sentences.append(f"Not shown as a percentage: {without} with a baseline of 0.")
    if outcome.responders:
        sentences.append("Read thresholds together with the mean difference: they dichotomise a continuous outcome.")
    return numbers.tied(" ".join([*sentences, caution(changes.cohort)]).rstrip())


def _signs(changes: Changes, settings: FigureSettings) -> list[tuple[Artist, str]]:
    """Return the signs of arms and thresholds with their texts."""
    look_of = looks(changes.cohort)
    signs: list[tuple[Artist, str]] = [
        (
            Line2D([], [], **scaled(look_of[arm.name] | CURVE, settings)),
            numbers.tied(f"{arm.label} (n = {len(changes.scales[0].values[arm.name])})"),
        )
        for arm in changes.arms
    ]
    for threshold in changes.outcome.responders:
        text = f"improvement of {_size_of(threshold, changes.outcome)} ({threshold.source})"
        signs.append((Line2D([], [], **_threshold_look(threshold, changes, settings)), numbers.tied(text)))
    return signs


def _threshold_look(threshold: Threshold, changes: Changes, settings: FigureSettings) -> dict[str, Any]:
    dashes = DASHES[changes.outcome.responders.index(threshold) % len(DASHES)]
    return {"color": LINE_COLOUR, "linestyle": dashes, "linewidth": settings.pt(0.9)}


def _draw_bars(axes: Axes, changes: Changes, scale: Scale, settings: FigureSettings, width_mm: float) -> None:
    """Draw a bar a participant, worst first, the arms beside each other, each with its sign; a change of zero is a point."""
    look_of = looks(changes.cohort)
    sizes = [len(scale.values[arm.name]) for arm in changes.arms]
    apart = max(1.0, APART * sum(sizes))
    all_bars = sum(sizes) + apart * len(sizes)
    wide = (
        0.85 if width_mm / all_bars > settings.mm(NARROW_BAR_MM) else 1
    )  # gaps that nobody could see look like stripes
    start, ticks, labels = 0.0, [], []
    for arm, size in zip(changes.arms, sizes, strict=True):
        colour, values = look_of[arm.name]["color"], scale.values[arm.name].to_numpy()[::-1]
        places = start + np.arange(size) + 0.5
        axes.bar(places, values, width=wide, color=colour, linewidth=0)
        zeros = places[values == 0]
        axes.plot(zeros, np.zeros(len(zeros)), linestyle="", marker=".", color=colour, markersize=settings.pt(2.5))
        ticks.append(start + size / 2)
        sign = scaled(look_of[arm.name] | CURVE, settings) | {"linestyle": "", "clip_on": False}
        axes.plot(ticks[-1], 0, **sign, transform=axes.get_xaxis_transform())
        labels.append(_label(arm.label, size, settings, width_mm * (size + apart) / all_bars))
        start += size + apart
    named = all("\n" in label for label in labels)
    counts = [label.split("\n")[-1] for label in labels]
    axes.set_xticks(ticks, labels if named else counts if all(counts) else [""] * len(ticks))
    axes.tick_params(axis="x", length=0, pad=settings.pt(SIGN_PAD))
    axes.spines["bottom"].set_visible(False)
    axes.set_xlim(-apart / 2, start - apart / 2)
    axes.set_ylim(*_span(scale))
    axes.axhline(0, color=ZERO_COLOUR, linewidth=settings.pt(0.8), zorder=3)
    for threshold in scale.thresholds:
        axes.axhline(scale.sign * threshold.value, **_threshold_look(threshold, changes, settings), zorder=3)


def _label(name: str, size: int, settings: FigureSettings, room_mm: float) -> str:
    """Return an arm's name and the number of its participants, as far as they have room."""
    room = room_mm - settings.mm(GAP_MM)
    lines = settings.wrapped(numbers.tied(name), room, TEXT_SIZE).split("\n")
    fits = len(lines) <= MOST_LINES and max(settings.text_width(line, TEXT_SIZE) for line in lines) <= room
    count = f"n = {size}"
    return "\n".join([*lines, count]) if fits else count * (settings.text_width(count, TEXT_SIZE) <= room)


def _draw_curves(axes: Axes, changes: Changes, scale: Scale, settings: FigureSettings, width_mm: float) -> None:
    """Draw the curve of each arm in steps, and its sign where it crosses a threshold."""
    look_of = looks(changes.cohort)
    low, high = _span(scale)
    best, worst = (high, low) if scale.sign > 0 else (low, high)
    for threshold in scale.thresholds:
        axes.axvline(scale.sign * threshold.value, **_threshold_look(threshold, changes, settings), zorder=1)
    for arm in changes.arms:
        look = scaled(look_of[arm.name] | CURVE, settings)
        values, shares = scale.curve(arm.name)
        steps = [best, *values, worst], [0, *shares, 100]
        axes.plot(*steps, **look | {"marker": ""}, drawstyle="steps-post")
        for threshold in scale.thresholds:
            axes.plot(scale.sign * threshold.value, scale.reached(arm.name, threshold), **look | {"linestyle": ""})
    axes.axvline(0, color=ZERO_COLOUR, linewidth=settings.pt(0.8), zorder=0)
    axes.set_xlim(low, high)
    axes.set_ylim(0, 103)
    bins = max(2, min(MOST_TICKS, int(width_mm / settings.mm(TICK_MM))))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]))
