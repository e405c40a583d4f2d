"""Every figure: its name, what draws it, the rows behind it, its legend, and where it stands. Nothing else lists figures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pandas as pd

from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.figures import (
    changes,
    differences,
    estimation,
    flow_diagram,
    missingness,
    residuals,
    sensitivity,
    synthesis,
    trajectories,
)
from retrowalk.present.figures.style import FigureSettings
from retrowalk.present.figures.subject import Drawing, SetSubject, Subject

#: What stands for the name of an outcome in the name of a figure.
OUTCOME = "OUTCOME"
#: The same for a set of studies.
SET = "SET"


class Place(Enum):
    """The section of the report that shows a figure, in the order in which a manuscript has the figures."""

    PARTICIPANTS = "participants"
    #: Beside the answer to the question of the trial.
    PRIMARY_COMPARISON = "primary_comparison"
    #: With the results of its outcome; on the page the figures of other outcomes than the primary one are folded away.
    OUTCOME = "outcome"
    ALL_OUTCOMES = "all_outcomes"
    MISSING = "missing"
    CHECKS = "checks"
    SYNTHESIS = "synthesis"


def primary(cohort: Cohort) -> list[Outcome]:
    """Return the primary outcome alone."""
    return [cohort.primary_outcome]


def every(cohort: Cohort) -> list[Outcome]:
    """Return every outcome."""
    return list(cohort.outcomes)


def nothing_more(subject: Any) -> str:
    """Return no further words: the description has the numbers."""
    return ""


@dataclass(frozen=True)
class Figure:
    """A figure of a cohort, or of a set of studies.

    Attributes
    ----------
    name
        File name without ending; `OUTCOME` in it stands for the name of the outcome, `SET` for that of the set.
    guide
        What it shows, for the guide to the results folder.
    place
        Where it stands.
    draw
        Draws it for a `SubjectWithData` (or `SetSubject`); None where there is nothing to draw.
    rows
        The rows of the estimate record that it shows: no participant is among them.
    legend
        The words below it in a manuscript, without the mark of synthetic data; numbers have their sources.
    outcomes
        The outcomes of a cohort that have one.
    in_words
        Numbers for those who cannot see it, where the description has none.
    caption
        What the caption on the page adds to the description.
    software
        What it is drawn with: names of `record.run.SOFTWARE`. The house style is one of seaborn's.
    """

    name: str
    guide: str
    place: Place
    draw: Callable[[Any, FigureSettings], Drawing | None]
    rows: Callable[[Any], pd.DataFrame]
    legend: Callable[[Any], str]
    outcomes: Callable[[Cohort], list[Outcome]] = primary
    in_words: Callable[[Any], str] = nothing_more
    caption: str = ""
    software: tuple[str, ...] = ("seaborn", "matplotlib")

    def file_name(self, subject: Subject | SetSubject) -> str:
        """Return the file name, without ending, of the figure of an outcome or of a set."""
        if isinstance(subject, SetSubject):
            return self.name.replace(SET, subject.study_set.name)
        return self.name.replace(OUTCOME, subject.outcome.name)


FIGURES = (
    Figure(
        "participant_flow",
        "participants allocated, withdrawn (with reasons) and analysed (CONSORT 2025)",
        Place.PARTICIPANTS,
        flow_diagram.drawing,
        flow_diagram.drawn_rows,
        flow_diagram.legend,
    ),
    Figure(
        f"trajectory_{OUTCOME}",
        "individual participants over time, and the mean of each arm",
        Place.OUTCOME,
        trajectories.drawing,
        trajectories.drawn_rows,
        trajectories.legend,
        outcomes=every,
        in_words=trajectories.means_in_words,
    ),
    Figure(
        "estimation",
        "the values of individual participants, and the primary difference",
        Place.PRIMARY_COMPARISON,
        estimation.drawing,
        estimation.drawn_rows,
        estimation.legend,
    ),
    Figure(
        f"change_{OUTCOME}",
        "changes of individual participants, and the responder thresholds",
        Place.OUTCOME,
        changes.drawing,
        changes.drawn_rows,
        changes.legend,
        outcomes=changes.outcomes_with_changes,
    ),
    Figure(
        "differences",
        "the difference for each outcome, and the smallest worthwhile effects",
        Place.ALL_OUTCOMES,
        differences.drawing,
        differences.drawn_rows,
        differences.legend,
        caption=" Bold: primary.",
    ),
    Figure(
        "missingness",
        "patterns of missing values",
        Place.MISSING,
        missingness.drawing,
        missingness.drawn_rows,
        missingness.legend,
    ),
    Figure(
        f"residuals_{OUTCOME}",
        "residuals of the primary model: normal Q-Q plots, and against fitted values",
        Place.CHECKS,
        residuals.drawing,
        residuals.drawn_rows,
        residuals.legend,
    ),
    Figure(
        "sensitivity",
        "the primary difference in the primary analysis and in each sensitivity analysis",
        Place.CHECKS,
        sensitivity.drawing,
        sensitivity.drawn_rows,
        sensitivity.legend,
    ),
    Figure(
        f"{SET}_forest",
        "in synthesis/: effect sizes of the studies, and pooled estimates",
        Place.SYNTHESIS,
        synthesis.drawing,
        synthesis.drawn_rows,
        synthesis.legend,
        caption=" Squares: studies. Diamonds: pooled estimates (random effects).",
    ),
)


def figures_of(cohort: Cohort) -> Iterator[tuple[Figure, Outcome]]:
    """Yield each figure that a cohort may have, with its outcome, in the order of a manuscript: the primary outcome first."""
    outcomes = sorted(cohort.outcomes, key=lambda outcome: not outcome.primary)
    for place in Place:
        if place is Place.SYNTHESIS:
            continue
        for outcome in outcomes:
            for figure in FIGURES:
                if figure.place is place and outcome in figure.outcomes(cohort):
                    yield figure, outcome


def figures_of_sets() -> list[Figure]:
    """Return the figures of a set of studies."""
    return [figure for figure in FIGURES if figure.place is Place.SYNTHESIS]


def drawn_with() -> list[str]:
    """Return the software that figures are drawn with, each once."""
    return list(dict.fromkeys(name for figure in FIGURES for name in figure.software))


def guide_to_figures() -> str:
    """Return a row of a Markdown table for each figure: its name and what it shows."""
    return "\n".join(f"| {figure.name} | {figure.guide} |" for figure in FIGURES)
