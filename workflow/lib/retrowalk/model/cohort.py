"""Every analysis of the plan on one cohort."""

from dataclasses import replace
from typing import Any

import pandas as pd

from retrowalk import estimates
from retrowalk.model import adjusted, checks, individuals, missing_data, published
from retrowalk.model.context import Context, Row, as_check
from retrowalk.model.multiplicity import correct, family_of
from retrowalk.model.wide import wide_outcome
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.vocabulary import PER_PROTOCOL, RESIDUAL_COLUMNS, SYNTHETIC_NOTE

NOT_RANDOMISED_NOTE = "not a randomised comparison"
PER_PROTOCOL_NOTE = "those who followed the protocol only: who they are is not left to chance"
#: Analyses that compare the arms without naming one.
_OVER_ALL_ARMS = ("mixed_anova", "joint_test")
#: Models of the arms' difference: one is the answer, the others check it.
_ESTIMATORS = {
    "ancova": adjusted.ancova,
    "mmrm": adjusted.mmrm,
    "clda": adjusted.clda,
    "random_intercept": adjusted.random_intercept,
}
_AS_PUBLISHED_BETWEEN = {
    "student_post": published.student,
    "welch_post": published.welch_post,
    "welch_change": published.welch_change,
    "mann_whitney": published.mann_whitney_rows,
    "brunner_munzel": published.brunner_munzel_rows,
    "mixed_anova": published.anova,
}
_AS_PUBLISHED_WITHIN = {"paired_t": published.paired, "wilcoxon": published.signed_ranks}


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
        Fitted values and residuals of the ANCOVAs and of the MMRM and the cLDA, one row a participant, outcome, analysis
        and visit, in the outcome's unit; normalised residuals have variance 1 if the model holds.
    """
    rows: list[Row] = []
    residuals: list[pd.DataFrame] = []
    for outcome in cohort.outcomes:
        context = Context(cohort, analysis, outcome, wide_outcome(participants, measurements, cohort, outcome))
        if cohort.intervention_arms:
            rows += _between_arms(context, participants, residuals)
        rows += individuals.responders(context)
        rows += individuals.reliable_change(context)
        rows += [row for name, make in _AS_PUBLISHED_WITHIN.items() if context.does(name) for row in make(context)]
    table = estimates.tabulate(_complete(row, cohort, analysis) for row in rows)
    table = estimates.refuse_baseline_tests(correct(table, cohort, analysis.multiplicity), cohort.baseline.name)
    residual_table = pd.concat(residuals, ignore_index=True) if residuals else pd.DataFrame(columns=RESIDUAL_COLUMNS)
    return table, residual_table[RESIDUAL_COLUMNS]


def _between_arms(context: Context, participants: pd.DataFrame, residuals: list[pd.DataFrame]) -> list[Row]:
    rows, own = [], []
    for name, make in _ESTIMATORS.items():
        if name == context.primary_estimator or context.does(name):
            rows += make(context, own)
    rows += missing_data.complete_cases(context) if context.does("complete_cases") else []
    rows += missing_data.imputation(context)
    rows += _per_protocol(context, participants)
    rows += checks.randomisation_check(context)
    rows += checks.influence(context)
    if own:
        rows += checks.assumptions(context, pd.concat(own, ignore_index=True))
    residuals += own
    return rows + [row for name, make in _AS_PUBLISHED_BETWEEN.items() if context.does(name) for row in make(context)]


def _per_protocol(context: Context, participants: pd.DataFrame) -> list[Row]:
    """Return the main comparison of those who followed the protocol, where the data say who did."""
    if PER_PROTOCOL not in participants or not context.does(PER_PROTOCOL):
        return []
    followed = participants.loc[participants[PER_PROTOCOL] == "yes", "participant"]
    some = replace(context, data=context.data[context.data.index.isin(followed)], population=PER_PROTOCOL)
    left_out = len(context.data) - len(some.data)
    note = f"{PER_PROTOCOL_NOTE} ({left_out} of {len(context.data)} left out)"
    return as_check(adjusted.main_comparison(some, []), note)


def _complete(row: dict[str, Any], cohort: Cohort, analysis: Analysis) -> dict[str, Any]:
    """Add what every row of a cohort says, its caveats included."""
    between_arms = bool(row.get("reference_arm")) or row["analysis"] in _OVER_ALL_ARMS
    notes = [SYNTHETIC_NOTE] if cohort.synthetic else []
    notes += [NOT_RANDOMISED_NOTE] if between_arms and not cohort.randomised else []
    notes += [_standing(row, cohort, analysis)] if row["role"] == "secondary" else []
    notes += [row["note"]] if row.get("note") else []
    return {**row, "cohort": cohort.name, "note": "; ".join(notes)}


def _standing(row: dict[str, Any], cohort: Cohort, analysis: Analysis) -> str:
    family = family_of(row, cohort)
    return (
        f'corrected by Holm within the family "{family}"'
        if family and analysis.multiplicity == "holm"
        else "exploratory"
    )
