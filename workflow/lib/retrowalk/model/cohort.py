"""Every analysis of the plan on one cohort."""

from typing import Any

import pandas as pd

from retrowalk import estimates
from retrowalk.analyses import ALL_ARMS_AT_ONCE, REGISTER
from retrowalk.facts import Fact, fact
from retrowalk.model.context import Context, Row
from retrowalk.model.functions import functions_of
from retrowalk.model.multiplicity import correct, family_of
from retrowalk.model.wide import wide_outcome
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.vocabulary import PER_PROTOCOL, RESIDUAL_COLUMNS


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
        Estimate records. An analysis that could not be done is a row without numbers and with a reason.
    residuals : DataFrame
        Fitted values and residuals of the ANCOVAs and of the MMRM and the cLDA, one row a participant, outcome, analysis
        and visit, in the outcome's unit; normalised residuals have variance 1 if the model holds.
    """
    rows: list[Row] = []
    residuals: list[pd.DataFrame] = []
    for outcome in cohort.outcomes:
        data = wide_outcome(participants, measurements, cohort, outcome)
        context = Context(cohort, analysis, outcome, data, followed=_followed(participants))
        for rows_of in functions_of(context):
            rows += rows_of(context)
        residuals += context.residuals
    table = estimates.tabulate(_complete(row, cohort, analysis) for row in rows)
    table = estimates.refuse_baseline_tests(correct(table, cohort, analysis.multiplicity), cohort.baseline.name)
    residual_table = pd.concat(residuals, ignore_index=True) if residuals else pd.DataFrame(columns=RESIDUAL_COLUMNS)
    return table, residual_table[RESIDUAL_COLUMNS]


def _followed(participants: pd.DataFrame) -> frozenset[str] | None:
    """Return who followed the protocol, None where the data do not say."""
    if PER_PROTOCOL not in participants:
        return None
    return frozenset(participants.loc[participants[PER_PROTOCOL] == "yes", "participant"])


def _complete(row: dict[str, Any], cohort: Cohort, analysis: Analysis) -> dict[str, Any]:
    """Add what every row of a cohort says, its caveats included."""
    between_arms = bool(row.get("reference_arm")) or REGISTER[row["analysis"]].compares == ALL_ARMS_AT_ONCE
    caveats = []
    if between_arms and not cohort.randomised:
        caveats.append(fact("not_randomised"))
    if row["role"] == "secondary":
        caveats.append(_standing(row, cohort, analysis))
    caveats += row.get("caveats", [])
    return {**row, "cohort": cohort.name, "provenance": cohort.provenance, "caveats": caveats}


def _standing(row: dict[str, Any], cohort: Cohort, analysis: Analysis) -> Fact:
    family = family_of(row, cohort)
    if family and analysis.multiplicity == "holm":
        return fact("corrected_in_family", family=family)
    return fact("exploratory")
