"""Trajectories: every participant's values over time, and the mean of each arm with its interval."""

from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retrowalk.estimates import pick
from retrowalk.plan import Cohort, Outcome
from retrowalk.present.arms import arms_in_order, looks
from retrowalk.present.numbers import level, tied
from retrowalk.present.style import FigureSettings, house_style, new_figure, put_mark, scaled
from retrowalk.present.wording import has_important_change, important_change
from retrowalk.present.worthwhile import BAND_LOOK

#: Height with a key of one line, and of each further one.
HEIGHT_MM, LINE_MM = 76, 3.4
#: What the labels of the value axis take from the width, and what a panel keeps free beside its title.
AXIS_MM, GAP_MM = 12, 4
#: Free space left and right of the visits, as a share of the time between the first and the last.
MARGIN = 0.12
TITLE_SIZE, TICK_SIZE, KEY_SIZE = 8, 7.5, 7
PARTICIPANT = {"linewidth": 0.7, "marker": ".", "markersize": 3}
OWN_MEAN = {"linewidth": 1.7, "markersize": 5, "capsize": 2.5, "elinewidth": 1.1}
OTHER_MEAN = {"linewidth": 0.9, "markersize": 0, "alpha": 0.75}


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
    mine = measurements[measurements["outcome"] == outcome.name]
    wide = mine.pivot(index="participant", columns="visit", values="value")
    wide = wide.reindex(columns=[visit.name for visit in cohort.visits])
    arm_of = participants.set_index("participant")["arm"]
    means = pick(descriptives, analysis="observed_mean", outcome=outcome.name, term="mean").set_index(["arm", "visit"])
    arms = [arm for arm in arms_in_order(cohort) if means.loc[arm.name, "n"].sum() > 0]
    width = (settings.width_mm - settings.mm(AXIS_MM)) / len(arms) - settings.mm(GAP_MM)
    key = settings.wrapped(_key(alpha, len(arms), outcome), settings.width_mm - settings.mm(GAP_MM), KEY_SIZE)
    height = min(settings.mm(HEIGHT_MM + LINE_MM * key.count("\n")), settings.highest_mm)
    with house_style(settings):
        figure = new_figure(settings, height)
        panels = figure.subplots(1, len(arms), sharey=True, squeeze=False)[0]
        for axes, arm in zip(panels, arms, strict=True):
            for other in arms:
                if other != arm:
                    look = scaled(look_of[other.name] | OTHER_MEAN, settings)
                    _draw_mean(axes, means.loc[other.name], cohort, look)
            colour, mine = look_of[arm.name]["color"], wide.index.map(arm_of) == arm.name
            _draw_participants(axes, wide[mine], cohort, colour, settings)
            _draw_important_change(axes, means.loc[arm.name, cohort.baseline.name]["estimate"], outcome)
            look = scaled(look_of[arm.name] | OWN_MEAN, settings)
            _draw_mean(axes, means.loc[arm.name], cohort, look, bars=True)
            title = tied(f"{arm.label} (n = {int((arm_of == arm.name).sum())})")
            _label_panel(axes, title, cohort, colour, width, settings)
        about = f"{outcome.label} ({outcome.unit})"
        panels[0].set_ylabel(settings.wrapped(about, settings.mm(0.65 * HEIGHT_MM), TITLE_SIZE))
        figure.supxlabel(key, fontsize=settings.pt(KEY_SIZE), color="#404040")
        put_mark(figure, cohort.mark, settings)
    return figure


def _draw_participants(axes: Axes, values: pd.DataFrame, cohort: Cohort, colour: str, settings: FigureSettings) -> None:
    weeks = [visit.week for visit in cohort.visits]
    look = scaled(PARTICIPANT, settings) | {"color": colour, "alpha": min(0.5, 6 / max(len(values), 1) + 0.08)}
    for row in values.to_numpy():
        known = [(week, value) for week, value in zip(weeks, row, strict=True) if not pd.isna(value)]
        axes.plot(*zip(*known, strict=True), **look)


def _draw_mean(axes: Axes, rows: pd.DataFrame, cohort: Cohort, look: dict, *, bars: bool = False) -> None:
    rows = rows.reindex([visit.name for visit in cohort.visits])
    weeks = [visit.week for visit in cohort.visits]
    errors = None
    if bars:
        errors = [rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]]
    axes.errorbar(weeks, rows["estimate"], errors, **look, zorder=5 if bars else 1)


def _label_panel(
    axes: Axes, title: str, cohort: Cohort, colour: str, width_mm: float, settings: FigureSettings
) -> None:
    weeks = [visit.week for visit in cohort.visits]
    time = weeks[-1] - weeks[0]
    axes.set_xlim(weeks[0] - MARGIN * time, weeks[-1] + MARGIN * time)
    room = width_mm * min(later - week for week, later in pairwise(weeks)) / (time * (1 + 2 * MARGIN))
    labels = [settings.wrapped(visit.label, room, TICK_SIZE) for visit in cohort.visits]
    widest = max(settings.text_width(line, TICK_SIZE) for label in labels for line in label.split("\n"))
    aslant = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if widest > room else {}
    axes.set_xticks(weeks, [visit.label for visit in cohort.visits] if aslant else labels, **aslant)
    axes.set_title(settings.wrapped(title, width_mm, TITLE_SIZE, "bold"), color=colour)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#E4E4E4", linewidth=settings.pt(0.6))


def _draw_important_change(axes: Axes, baseline: float, outcome: Outcome) -> None:
    if has_important_change(outcome) and not pd.isna(baseline):
        axes.axhspan(baseline, baseline + outcome.sign * outcome.important_change, zorder=0, **BAND_LOOK)


def _key(alpha: float, panels: int, outcome: Outcome) -> str:
    said = f"Thin lines: participants. Thick: observed mean with {level(alpha)} CI."
    if panels > 1:
        said += f" Line without markers: mean of {'the other arm' if panels == 2 else 'another arm'}."
    if has_important_change(outcome):
        said += f" Band: from the arm's mean at baseline, {important_change(outcome)}."
    return tied(said)
