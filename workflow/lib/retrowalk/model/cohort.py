"""Every analysis of the plan on one cohort."""

from typing import Any

import numpy as np
import pandas as pd

from retrowalk import estimates
from retrowalk.model import adjusted, published
from retrowalk.model.context import Context
from retrowalk.model.wide import wide_outcome
from retrowalk.plan import Analysis, Cohort
from retrowalk.vocabulary import RESIDUAL_COLUMNS, SYNTHETIC_NOTE

NOT_RANDOMISED_NOTE = "not a randomised comparison"
#: Analyses that compare the arms without naming one.
_OVER_ALL_ARMS = ("mixed_anova", "joint_test")


def analyse_cohort(
    participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort, analysis: Analysis
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run every analysis on every outcome of a cohort.

    Parameters
    ----------
    participants, measurements
        The two tables of one cohort (columns in `retrowalk.vocabulary`).
    cohort, analysis
        Its part of the plan, and what the plan says of all cohorts.

    Returns
    -------
    estimates : DataFrame
        Estimate records. An analysis that could not be done is a row without numbers and with a note.
    residuals : DataFrame
        Fitted values and residuals of the ANCOVAs and the MMRM, one row a participant, outcome, analysis and visit, in
        the outcome's unit.
    """
    rows: list[dict[str, Any]] = []
    residuals: list[pd.DataFrame] = []
    for outcome in cohort.outcomes:
        context = Context(cohort, analysis, outcome, wide_outcome(participants, measurements, cohort, outcome))
        if cohort.intervention_arms:
            rows += adjusted.ancova(context, residuals)
            rows += adjusted.mmrm(context, residuals)
            rows += adjusted.clda(context)
            rows += adjusted.random_intercept(context)
            rows += published.student(context)
            rows += published.anova(context)
        rows += published.paired(context)
    table = estimates.tabulate(_complete(row, cohort) for row in rows)
    residual_table = pd.concat(residuals, ignore_index=True) if residuals else pd.DataFrame(columns=RESIDUAL_COLUMNS)
    return _adjust_for_arms(table, cohort, analysis), residual_table[RESIDUAL_COLUMNS]


def _complete(row: dict[str, Any], cohort: Cohort) -> dict[str, Any]:
    """Add what every row of a cohort says, its caveats included."""
    between_arms = bool(row.get("reference_arm")) or row["analysis"] in _OVER_ALL_ARMS
    notes = [SYNTHETIC_NOTE] if cohort.synthetic else []
    notes += [NOT_RANDOMISED_NOTE] if between_arms and not cohort.randomised else []
    notes += ["exploratory"] if row["role"] == "secondary" else []
    notes += [row["note"]] if row.get("note") else []
    return {**row, "cohort": cohort.name, "population": cohort.population, "note": "; ".join(notes)}


def _adjust_for_arms(table: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> pd.DataFrame:
    """Return the table with p_adjusted of the primary comparisons: Holm over the intervention arms."""
    from statsmodels.stats.multitest import multipletests

    primary = table["role"] == "primary"
    if primary.any() and analysis.multiplicity == "holm":
        # The family is what was planned: a comparison that could not be made counts as p = 1.
        corrected = multipletests(table.loc[primary, "p_value"].fillna(1), method="holm")[1]
        table.loc[primary, "p_adjusted"] = np.where(table.loc[primary, "p_value"].isna(), np.nan, corrected)
    return table
