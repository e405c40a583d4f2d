"""The figures of one cohort."""

from pathlib import Path

import pandas as pd

from retrowalk.files import write_whole
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.figures.changes import changes_description, changes_of, draw_changes, outcomes_with_changes
from retrowalk.present.figures.differences import describe_differences, difference_panels, draw_differences
from retrowalk.present.figures.estimation import draw_estimation, estimation_description, shown_in_estimation
from retrowalk.present.figures.flow_diagram import draw_flow, flow_description
from retrowalk.present.figures.missingness import draw_missingness, missingness_description
from retrowalk.present.figures.residuals import draw_residuals, primary_residuals, residuals_description
from retrowalk.present.figures.style import FigureSettings, save
from retrowalk.present.figures.trajectories import draw_trajectories
from retrowalk.present.tables.missing import lacking
from retrowalk.present.words.sentences import trajectory_description

#: File name, without ending, of the forest of a cohort's outcomes.
DIFFERENCES = "differences"


#: The same of the flow diagram.
PARTICIPANT_FLOW = "participant_flow"


#: The same of the estimation plot of its primary comparison.
ESTIMATION = "estimation"


#: The same of the figure of what is missing.
MISSINGNESS = "missingness"


def trajectory_name(outcome: str) -> str:
    """Return the file name, without ending, of an outcome's trajectory figure."""
    return f"trajectory_{outcome}"


def changes_name(outcome: str) -> str:
    """Return the file name, without ending, of the figure of an outcome's changes since baseline."""
    return f"change_{outcome}"


def residuals_name(outcome: str) -> str:
    """Return the file name, without ending, of the figure of the residuals of an outcome's primary model."""
    return f"residuals_{outcome}"


def write_figures(
    participants: pd.DataFrame,
    measurements: pd.DataFrame,
    descriptives: pd.DataFrame,
    results: pd.DataFrame,
    residuals: pd.DataFrame,
    cohort: Cohort,
    analysis: Analysis,
    settings: FigureSettings,
    folder: str | Path,
) -> None:
    """Write every figure of a cohort into a new folder, which appears whole or not at all.

    There is no figure of missing values where none is missing, none of residuals where there is no primary model, no
    estimation plot where the primary comparison was not made, and none of changes where nobody has one.
    """

    def write(partial: Path) -> None:
        partial.mkdir()
        figure = draw_flow(descriptives, results, cohort, settings)
        save(figure, settings, partial, PARTICIPANT_FLOW, flow_description(descriptives, results, cohort))
        for outcome in cohort.outcomes:
            figure = draw_trajectories(
                participants, measurements, descriptives, cohort, outcome, settings, analysis.alpha
            )
            save(figure, settings, partial, trajectory_name(outcome.name), trajectory_description(cohort, outcome))
        shown = shown_in_estimation(participants, measurements, descriptives, results, cohort)
        if shown:
            figure = draw_estimation(shown, settings, analysis.alpha)
            save(figure, settings, partial, ESTIMATION, estimation_description(shown, analysis.alpha))
        for outcome in outcomes_with_changes(cohort):
            changes = changes_of(participants, measurements, cohort, outcome)
            if changes:
                figure = draw_changes(changes, settings)
                save(figure, settings, partial, changes_name(outcome.name), changes_description(changes, results))
        panels = difference_panels(results, cohort)
        if panels:
            figure = draw_differences(panels, cohort, settings, analysis.alpha)
            save(figure, settings, partial, DIFFERENCES, describe_differences(panels, cohort, analysis.alpha))
        if lacking(descriptives, cohort):
            figure = draw_missingness(descriptives, cohort, settings)
            save(figure, settings, partial, MISSINGNESS, missingness_description(descriptives, cohort))
        mine = primary_residuals(residuals, results, cohort)
        if len(mine):
            figure = draw_residuals(mine, cohort, settings, analysis.alpha)
            name = residuals_name(cohort.primary_outcome.name)
            save(figure, settings, partial, name, residuals_description(cohort, analysis.alpha))

    write_whole(folder, write)
