"""Trajectories: every participant's values over time, and the mean of each arm with its interval."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from retrowalk.estimates import pick, rows_of
from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.figures.arms import arms_in_order, looks
from retrowalk.present.figures.style import (
    GREY,
    LINE_MM,
    FigureSettings,
    house_style,
    line_breaks,
    new_figure,
    put_mark,
    scaled,
)
from retrowalk.present.figures.subject import Drawing, Subject, SubjectWithData
from retrowalk.present.figures.visit_axis import visit_axis
from retrowalk.present.figures.worthwhile import BAND_LOOK
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.numbers import labelled, level, tied
from retrowalk.present.words.phrases import (
    has_important_change,
    important_change,
    listing,
    of_outcome,
    sentence_case,
)
from retrowalk.present.words.sentences import trajectory_description

#: Height of a panel with a title and labels of two lines, and the least where the page is full.
PANEL_MM = 66
LOWEST_MM = 42
#: Height of what stands above and below all panels.
MARGINS_MM = 12
#: What labels of one line at the value axis take from the width.
AXIS_MM = 12
#: What a panel keeps free beside its title.
GAP_MM = 4
#: Panels narrower than this stand in two rows.
LEAST_MM = 24
#: Room for the name of the outcome beside the axis of a panel.
ABOUT_MM = 48
TITLE_SIZE = 8
KEY_SIZE = 7
PARTICIPANT = {"linewidth": 0.7, "zorder": 2}
PARTICIPANT_MARKER = {"linestyle": "", "marker": ".", "markersize": 3}
OWN_MEAN = {"linewidth": 1.7, "markersize": 5, "capsize": 2.5, "elinewidth": 1.1}
OTHER_MEAN = {"linewidth": 0.9, "markersize": 0, "alpha": 0.75}


def drawing(subject: SubjectWithData, settings: FigureSettings) -> Drawing:
    """Draw the trajectories of an outcome."""
    cohort, outcome = subject.cohort, subject.outcome
    tables = (subject.participants, subject.measurements, subject.descriptives)
    figure = draw_trajectories(*tables, cohort, outcome, settings, subject.alpha)
    return Drawing(figure, trajectory_description(cohort, outcome))


def drawn_rows(subject: Subject) -> pd.DataFrame:
    """Return the observed means."""
    return pick(subject.descriptives, analysis="observed_mean", outcome=subject.outcome.name)


def means_in_words(subject: Subject) -> str:
    """Return the mean of each arm at each visit, of one outcome."""
    cohort, means = subject.cohort, pick(drawn_rows(subject), term="mean")
    digits = numbers.digits_for(subject.outcome.resolution)
    arms = []
    for arm in cohort.arms:
        values = pick(means, arm=arm.name).set_index("visit")["estimate"]
        at = [
            f"{numbers.number(values[visit.name], digits)} at {sentence_case(visit.label)}"
            for visit in cohort.visits
            if visit.name in values
        ]
        arms.append(f"{arm.label}, {listing(at)}")
    return f"Means: {'; '.join(arms)}."


def legend(subject: Subject) -> str:
    """Return the words below the trajectories of an outcome."""
    cohort, outcome = subject.cohort, subject.outcome
    visits = listing([sentence_case(visit.label) for visit in cohort.visits])
    better = "" if outcome.better == "neither" else f" {outcome.better.capitalize()} is better."
    band = ""
    if has_important_change(outcome):
        size = of_outcome(f"{outcome.important_change:g}", cohort, outcome, "important_change")
        band = (
            f" Band, from the arm's mean at baseline: minimal important change for one participant, "
            f"{numbers.with_unit(size, outcome.unit)} ({outcome.important_change_source})."
        )
    return (
        f"{labelled(outcome.label, outcome.unit)} at {visits}. Thin lines, participants; thick lines with markers, observed "
        f"mean of each arm with its {cited.level(subject.alpha)} confidence interval.{band}{better} {_sizes(subject)}"
    )


def _sizes(subject: Subject) -> str:
    """Return how many started in each arm."""
    cohort = subject.cohort
    term = "randomised" if cohort.randomised else "enrolled"
    started = {row.arm: row for row in rows_of(pick(subject.descriptives, analysis="flow", term=term))}
    sizes = [f"{arm.label}, n = {cited.number(started[arm.name], 'estimate', 0)}" for arm in cohort.arms]
    return f"{term.capitalize()}: {'; '.join(sizes)}."


def draw_trajectories(
    participants: pd.DataFrame,
    measurements: pd.DataFrame,
    descriptives: pd.DataFrame,
    cohort: Cohort,
    outcome: Outcome,
    settings: FigureSettings,
    alpha: float,
) -> Figure:
    """Draw one outcome: a panel an arm with a thin line a participant, and the observed mean with its interval.

    The other arms' means stand in each panel as thin lines, so that arms can be compared by eye. A band goes from the
    arm's mean at baseline as far as one participant's change must go to be important, where the instrument has such a
    change for the condition.
    """
    look_of = looks(cohort)
    of_outcome = measurements[measurements["outcome"] == outcome.name]
    wide = of_outcome.pivot(index="participant", columns="visit", values="value")
    wide = wide.reindex(columns=[visit.name for visit in cohort.visits])
    arm_of = participants.set_index("participant")["arm"]
    means = pick(descriptives, analysis="observed_mean", outcome=outcome.name, term="mean").set_index(["arm", "visit"])
    arms = [arm for arm in arms_in_order(cohort) if means.loc[arm.name, "n"].sum() > 0]
    about = settings.wrapped(labelled(outcome.label, outcome.unit), settings.mm(ABOUT_MM), TITLE_SIZE)
    gap = settings.mm(GAP_MM)
    for_panels = settings.width_mm - settings.mm(AXIS_MM + LINE_MM * line_breaks(about))
    rows = -(-len(arms) // max(1, int(for_panels / settings.mm(LEAST_MM + GAP_MM))))
    across = -(-len(arms) // rows)
    width = for_panels / across - gap
    sizes = arm_of.value_counts()
    titles = [settings.wrapped(tied(f"{arm.label} (n = {sizes[arm.name]})"), width, TITLE_SIZE, "bold") for arm in arms]
    axis = visit_axis(cohort, width, settings)
    key = settings.wrapped(_key(alpha, len(arms), outcome), settings.width_mm - gap, KEY_SIZE)
    line = settings.mm(LINE_MM)
    more = line * max(0, max(map(line_breaks, titles)) - 1) + max(0, axis.height - 2 * line)
    around = settings.mm(MARGINS_MM) + line * max(0, line_breaks(key) - 1)
    room = (settings.highest_mm - around) / rows - more
    height = more + max(settings.mm(LOWEST_MM), min(settings.mm(PANEL_MM), room))
    with house_style(settings):
        figure = new_figure(settings, around + rows * height)
        grid = figure.subplots(rows, across, sharey=True, squeeze=False)
        for axes in grid.flat[len(arms) :]:
            axes.remove()
        for axes, arm, title in zip(grid.flat, arms, titles, strict=False):
            for other in arms:
                if other != arm:
                    look = scaled(look_of[other.name] | OTHER_MEAN, settings)
                    _draw_mean(axes, means.loc[other.name], cohort, look)
            colour, in_arm = look_of[arm.name]["color"], wide.index.map(arm_of) == arm.name
            _draw_participants(axes, wide[in_arm], cohort, colour, settings)
            _draw_important_change(axes, means.loc[(arm.name, cohort.baseline.name), "estimate"], outcome)
            look = scaled(look_of[arm.name] | OWN_MEAN, settings)
            _draw_mean(axes, means.loc[arm.name], cohort, look, bars=True)
            axis.put(axes)
            axes.set_title(title, color=colour)
            axes.spines[["top", "right"]].set_visible(False)
            axes.grid(axis="y", color="#E4E4E4", linewidth=settings.pt(0.6))
        for axes in grid[:, 0]:
            axes.set_ylabel(about)
        figure.supxlabel(key, fontsize=settings.pt(KEY_SIZE), color=GREY)
        put_mark(figure, cohort.mark, settings)
    return figure


def _draw_participants(axes: Axes, values: pd.DataFrame, cohort: Cohort, colour: str, settings: FigureSettings) -> None:
    # One collection for all participants: an artist for each takes minutes where there are thousands.
    weeks = np.array([visit.week for visit in cohort.visits])
    measured = values.dropna(how="all").to_numpy(float)
    known = [np.column_stack([weeks, row])[~np.isnan(row)] for row in measured]
    colours = {"color": colour, "alpha": min(0.5, 6 / max(len(values), 1) + 0.08)}
    axes.add_collection(LineCollection(known, **scaled(PARTICIPANT, settings), **colours))
    if known:
        axes.plot(*np.concatenate(known).T, **scaled(PARTICIPANT_MARKER, settings), **colours)


def _draw_mean(axes: Axes, rows: pd.DataFrame, cohort: Cohort, look: dict, *, bars: bool = False) -> None:
    rows = rows.reindex([visit.name for visit in cohort.visits])
    weeks = [visit.week for visit in cohort.visits]
    errors = None
    if bars:
        errors = [rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]]
    axes.errorbar(weeks, rows["estimate"], errors, **look, zorder=5 if bars else 1)


def _draw_important_change(axes: Axes, baseline: float, outcome: Outcome) -> None:
    if has_important_change(outcome) and not pd.isna(baseline):
        axes.axhspan(baseline, baseline + outcome.sign * outcome.important_change, zorder=0, **BAND_LOOK)


def _key(alpha: float, panels: int, outcome: Outcome) -> str:
    text = f"Thin lines: participants. Thick lines: observed mean with {level(alpha)} CI."
    if panels > 1:
        text += (
            " Line without markers: mean of the other arm."
            if panels == 2
            else " Lines without markers: means of other arms."
        )
    if has_important_change(outcome):
        text += f" Band, from the arm's mean at baseline: {important_change(outcome)}."
    return tied(text)
