"""All descriptives of one cohort."""

import pandas as pd

from retrowalk import estimates
from retrowalk.describe.baseline import baseline_rows
from retrowalk.describe.flow import flow_rows
from retrowalk.describe.missing import missing_rows, pattern_rows
from retrowalk.describe.observed import observed_rows
from retrowalk.plan import Cohort
from retrowalk.vocabulary import SYNTHETIC_NOTE


def describe_cohort(
    participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort, alpha: float
) -> pd.DataFrame:
    """Return baseline characteristics, participant flow, missing values with reasons and patterns, and observed means.

    Parameters
    ----------
    participants, measurements
        The two tables of one cohort (columns in `retrowalk.vocabulary`).
    cohort
        Its part of the plan.
    alpha
        One minus the confidence level of the means' intervals.

    Returns
    -------
    DataFrame
        Estimate records with the analyses `baseline`, `flow`, `missing`, `missing_pattern` and `observed_mean`.
    """
    rows = [
        *baseline_rows(participants, cohort),
        *flow_rows(participants, measurements, cohort),
        *missing_rows(participants, measurements, cohort),
        *pattern_rows(participants, measurements, cohort),
        *observed_rows(participants, measurements, cohort, alpha),
    ]
    common = {"cohort": cohort.name, "population": cohort.population, "role": "descriptive"}
    mark = [SYNTHETIC_NOTE] if cohort.synthetic else []
    return estimates.tabulate(
        {**row, **common, "note": "; ".join([*mark, *filter(None, [row.get("note", "")])])} for row in rows
    )
