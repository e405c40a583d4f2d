"""All descriptives of one cohort."""

import pandas as pd

from retrowalk import estimates
from retrowalk.describe.adherence import adherence_rows
from retrowalk.describe.balance import balance_rows
from retrowalk.describe.baseline import baseline_rows
from retrowalk.describe.flow import flow_rows
from retrowalk.describe.missing import missing_rows, pattern_rows
from retrowalk.describe.observed import observed_rows
from retrowalk.describe.safety import adverse_event_rows
from retrowalk.plan.trial import Cohort


def describe_cohort(
    participants: pd.DataFrame,
    measurements: pd.DataFrame,
    cohort: Cohort,
    alpha: float,
    events: pd.DataFrame | None = None,
    *,
    baseline_smd: bool = False,
) -> pd.DataFrame:
    """Return baseline, participant flow, missing values, observed means, adverse events and adherence.

    Parameters
    ----------
    participants, measurements
        The two tables of one cohort (columns in `retrowalk.vocabulary`).
    cohort
        Its part of the plan.
    alpha
        One minus the confidence level of the means' intervals.
    events
        Its adverse events, where its part of the plan has any.
    baseline_smd
        Whether the standardised mean differences of the arms at baseline are among the rows of `baseline`.

    Returns
    -------
    DataFrame
        Estimate records with the analyses `baseline`, `flow`, `missing`, `missing_pattern`, `observed_mean`, and
        `adverse_events` and `adherence` where the cohort file gives what they are made from.
    """
    rows = [
        *baseline_rows(participants, cohort),
        *(balance_rows(participants, measurements, cohort) if baseline_smd else ()),
        *flow_rows(participants, measurements, cohort),
        *missing_rows(participants, measurements, cohort),
        *pattern_rows(participants, measurements, cohort),
        *observed_rows(participants, measurements, cohort, alpha),
        *adverse_event_rows(participants, events, cohort),
        *adherence_rows(participants, cohort),
    ]
    common = {"cohort": cohort.name, "provenance": cohort.provenance, "population": cohort.population}
    return estimates.tabulate({**common, "role": "descriptive", **row} for row in rows)
