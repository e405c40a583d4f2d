"""Correction over the comparisons that were declared to belong together."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from retrowalk.plan.trial import Cohort

#: The family of the primary comparisons; no declared one can be called so.
_PRIMARY = "\0"


def correct(table: pd.DataFrame, cohort: Cohort, method: str) -> pd.DataFrame:
    """Return the estimates with `p_adjusted` of the primary comparisons and of each declared family.

    The primary outcome at its primary visit is a family of its own: Holm over its intervention arms. Outcomes that share
    the plan's `family` are corrected together, each at its primary visit. The family is what was planned: a comparison that
    could not be made counts as p = 1.

    Parameters
    ----------
    table
        Estimate records of one cohort.
    method
        "holm" or "none".

    Notes
    -----
    Holm S. Scand J Stat 1979;6:65, by statsmodels.
    """
    if method == "none":
        return table
    own = pd.Series(
        [family_of(row, cohort) for row in table[["role", "outcome", "visit"]].to_dict("records")], table.index
    )
    own[table["role"] == "primary"] = _PRIMARY
    for _, members in table.groupby(own[own != ""]):
        table.loc[members.index, "p_adjusted"] = _holm(members["p_value"])
    return table


def family_of(row: Mapping[str, Any], cohort: Cohort) -> str:
    """Return the declared family of a row, "" where it has none."""
    if row["role"] != "secondary":
        return ""
    outcome = cohort.outcome(row["outcome"])
    return outcome.family if row["visit"] == outcome.primary_visit and not outcome.primary else ""


def _holm(p_values: pd.Series) -> np.ndarray:
    from statsmodels.stats.multitest import multipletests

    corrected = multipletests(p_values.fillna(1), method="holm")[1]
    return np.where(p_values.isna(), np.nan, corrected)
