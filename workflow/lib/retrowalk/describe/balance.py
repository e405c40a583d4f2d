"""How far apart the arms were at baseline, in standard deviations: no test, and only where the plan asks for it."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from retrowalk.describe.baseline import is_number, levels_of
from retrowalk.facts import fact
from retrowalk.plan.trial import Cohort
from retrowalk.vocabulary import STANDARDISED_DIFFERENCE


def balance_rows(participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort) -> Iterator[dict[str, Any]]:
    """Yield the standardised mean difference of each covariate, and of each outcome at baseline, of each arm and the control.

    The term is standardised_difference, in SDs; that of a category with more than two levels is a distance, without a sign.
    """
    arms = participants.set_index("participant")["arm"]
    start = measurements[measurements["visit"] == cohort.baseline.name]
    for covariate in cohort.covariates:
        values = participants.set_index("participant")[covariate.name]
        if is_number(values, covariate):
            yield from _rows(covariate.name, arms, values.astype(float), (), cohort)
        else:
            yield from _rows(covariate.name, arms, values, levels_of(values, covariate), cohort)
    for outcome in cohort.outcomes:
        values = start[start["outcome"] == outcome.name].set_index("participant")["value"]
        yield from _rows(outcome.name, arms, values.reindex(arms.index), (), cohort)


def _rows(
    name: str, arms: pd.Series, values: pd.Series, levels: tuple[str, ...], cohort: Cohort
) -> Iterator[dict[str, Any]]:
    reference = values[arms == cohort.control].dropna()
    for arm in cohort.intervention_arms:
        of_arm = values[arms == arm.name].dropna()
        if levels:
            difference = difference_of_shares(*(_shares(part, levels) for part in (of_arm, reference)))
            what = "shares"
        else:
            difference = difference_of_means(of_arm.to_numpy(), reference.to_numpy())
            what = "means"
        row = {
            "outcome": name,
            "analysis": "baseline",
            "arm": arm.name,
            "reference_arm": cohort.control,
            "visit": cohort.baseline.name,
            "term": STANDARDISED_DIFFERENCE,
            "unit": "SD",
            "n": len(of_arm) + len(reference),
            "n_arm": len(of_arm),
            "n_reference": len(reference),
        }
        if math.isnan(difference):
            yield {**row, "reason": fact("no_spread_at_baseline")}
        else:
            yield {**row, "estimate": difference, "method": fact("standardised_difference", of=what)}


def _shares(values: pd.Series, levels: tuple[str, ...]) -> np.ndarray:
    counts = values.astype(str).value_counts().reindex(list(levels), fill_value=0).to_numpy(float)
    return counts / counts.sum() if counts.sum() else np.full(len(levels), np.nan)


def difference_of_means(arm: np.ndarray, reference: np.ndarray) -> float:
    """Return the standardised difference of two means; NaN where the values do not vary in either arm.

    Parameters
    ----------
    arm, reference
        Values of the participants, in one unit; none is missing.

    Notes
    -----
    (mean - mean_reference) / sqrt((s^2 + s_reference^2) / 2), the SDs with n - 1. Austin PC. Balance diagnostics for comparing
    the distribution of baseline covariates between treatment groups in propensity-score matched samples. Stat Med
    2009;28:3083-107.
    """
    if min(len(arm), len(reference)) < 2:
        return math.nan
    spread = math.sqrt((arm.var(ddof=1) + reference.var(ddof=1)) / 2)
    return float((arm.mean() - reference.mean()) / spread) if spread > 0 else math.nan


def difference_of_shares(arm: np.ndarray, reference: np.ndarray) -> float:
    """Return the standardised difference of the shares of the levels of a category; NaN where nothing varies in either arm.

    Parameters
    ----------
    arm, reference
        Share of each level, between 0 and 1, which add up to 1; the same levels in the same order.

    Notes
    -----
    Of two levels (p - p_reference) / sqrt((p (1 - p) + p_reference (1 - p_reference)) / 2), p the share of the first (Austin PC.
    Stat Med 2009;28:3083-107). Of more levels the Mahalanobis distance sqrt(d' S^-1 d), d the differences of the shares of all
    levels but one and S the mean of the two multinomial covariance matrices, S_kk = (p_k (1 - p_k) + q_k (1 - q_k)) / 2 and
    S_kl = -(p_k p_l + q_k q_l) / 2 (Yang D, Dalton JE. A unified approach to measuring the effect size between two groups using
    SAS. SAS Global Forum 2012, paper 335). Levels that nobody has are left out. Which level is left out of d does not matter.
    """
    if np.isnan(arm).any() or np.isnan(reference).any():
        return math.nan
    seen = (arm + reference) > 0
    p, q = arm[seen][:-1], reference[seen][:-1]
    covariance = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    if not len(p) or np.linalg.matrix_rank(covariance, hermitian=True) < len(p):
        return math.nan
    distance = math.sqrt((p - q) @ np.linalg.solve(covariance, p - q))
    return math.copysign(distance, p[0] - q[0]) if len(arm) == 2 else distance
