"""Figures and tables of one cohort."""

from pathlib import Path

import pandas as pd

from retrowalk.files import write_whole
from retrowalk.plan import Analysis, Cohort
from retrowalk.present import numbers
from retrowalk.present.cohort_tables import cohort_tables
from retrowalk.present.export import write_table
from retrowalk.present.flow_diagram import draw_flow, flow_description
from retrowalk.present.forest import ForestRow, draw_forest
from retrowalk.present.missing_tables import lacking
from retrowalk.present.missingness import draw_missingness, missingness_description
from retrowalk.present.residuals import draw_residuals, primary_residuals, residuals_description
from retrowalk.present.style import FigureSettings, save
from retrowalk.present.tables import main_comparisons
from retrowalk.present.trajectories import draw_trajectories
from retrowalk.present.wording import differences_description, sentence_case, trajectory_description

#: File name, without ending, of the forest of a cohort's outcomes.
DIFFERENCES = "differences"
#: The same of the flow diagram.
PARTICIPANT_FLOW = "participant_flow"
#: The same of the figure of what is missing.
MISSINGNESS = "missingness"


def trajectory_name(outcome: str) -> str:
    """Return the file name, without ending, of an outcome's trajectory figure."""
    return f"trajectory_{outcome}"


def residuals_name(outcome: str) -> str:
    """Return the file name, without ending, of the figure of the residuals of an outcome's primary model."""
    return f"residuals_{outcome}"


def write_tables(
    descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort, analysis: Analysis, folder: str | Path
) -> None:
    """Write every table of a cohort into a new folder, which appears whole or not at all."""

    def write(partial: Path) -> None:
        partial.mkdir()
        for table in cohort_tables(descriptives, results, cohort, analysis):
            write_table(table, partial)

    write_whole(folder, write)


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

    There is no figure of missing values where none is missing, and none of residuals where there is no primary model.
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
        rows = difference_rows(results, cohort)
        if rows:
            figure = draw_forest(
                rows,
                settings,
                text_heading=f"Difference ({numbers.level(analysis.alpha)} CI)",
                axis_label=f"Adjusted difference in SDs (Hedges g, {numbers.level(analysis.alpha)} CI)",
                sides=_sides(cohort),
                mark=cohort.mark,
            )
            save(figure, settings, partial, DIFFERENCES, differences_description(cohort))
        if lacking(descriptives, cohort):
            figure = draw_missingness(descriptives, cohort, settings)
            save(figure, settings, partial, MISSINGNESS, missingness_description(descriptives, cohort))
        mine = primary_residuals(residuals, results, cohort)
        if len(mine):
            figure = draw_residuals(mine, cohort, settings, analysis.alpha)
            name = residuals_name(cohort.primary_outcome.name)
            save(figure, settings, partial, name, residuals_description(cohort, analysis.alpha))

    write_whole(folder, write)


def _sides(cohort: Cohort) -> tuple[str, str]:
    """Return what the two sides of zero say; without randomisation nothing is favoured."""
    verb = "favours" if cohort.randomised else "better in"
    arms = cohort.intervention_arms
    return f"{verb} {cohort.control_arm.label}", f"{verb} {arms[0].label if len(arms) == 1 else 'the arm compared'}"


def difference_rows(results: pd.DataFrame, cohort: Cohort) -> list[ForestRow]:
    """Return a line for each main comparison of an outcome with a better direction, where it has a standardised size.

    Where there are several arms, each outcome and visit is a heading with a line an arm below it.
    """
    rows, several, heading = [], len(cohort.intervention_arms) > 1, ""
    for row in main_comparisons(results, cohort).itertuples():
        outcome = cohort.outcome(row.outcome)
        if outcome.better == "neither" or pd.isna(row.effect_size):
            continue
        digits = numbers.digits_for(outcome.resolution)
        label = f"{outcome.label}, {sentence_case(cohort.visit(row.visit).label)}"
        if several:
            rows += [ForestRow(label)] * (label != heading)
            heading, label = label, cohort.arm(row.arm).label
        text = numbers.with_unit(numbers.number(row.estimate, digits), outcome.unit)
        text += f" ({numbers.interval(row.ci_low, row.ci_high, digits)})"
        kind = "primary" if row.role == "primary" else "study"
        rows.append(ForestRow(label, row.effect_size, row.effect_size_low, row.effect_size_high, text, kind))
    return rows
