"""Random-effects pools of the effects, by domain, comparator type and condition."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from retrowalk import estimates
from retrowalk.errors import FitError
from retrowalk.synthesise.effects import BACKWARD_WALKING
from retrowalk.synthesise.membership import PUBLISHED_SET, SYNTHETIC_SET, left_out, set_of
from retrowalk.synthesise.random_effects import RandomEffects, random_effects
from retrowalk.vocabulary import COMPARATORS, DOMAINS, FROM_PAPERS, FROM_SIMULATION

ALL_CONDITIONS = "all_conditions"
POOLED = "pooled"
TAU2 = "tau2"
I2 = "i2"
Q = "q"
STUDIES = "studies"
PREDICTION = "prediction"
#: Below this many studies the between-study variance is little more than a guess.
FEW_STUDIES = 5

#: Why a single study has no pool.
ONE_STUDY = "one study: shown, not pooled"
#: A caveat that must stand beside the number wherever it is shown.
TOO_NARROW = (
    "the studies differ no more than by chance: the Hartung-Knapp standard error is smaller than the ordinary one, and its "
    "interval may be too narrow"
)

_MODEL = "random effects, one Hedges' g a study, between-study variance by Paule-Mandel"


def pool(effects: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Pool the effects of each set, domain and comparator type, over all conditions and by condition.

    Parameters
    ----------
    effects
        Estimate records of `published_effects` and `cohort_effects`, with a unique index. Their order decides which of
        several outcomes of a study in one domain counts (`left_out`).
    alpha
        One minus the confidence level.

    Returns
    -------
    DataFrame
        Estimate records: cohort = set ("published", "synthetic": never mixed), outcome = domain, analysis "pooled",
        population = "all_conditions" or, where a pool has more than one, a condition, role "descriptive", arm
        "backward_walking", reference_arm = comparator type (never mixed), visit "". A pool of k >= 2 studies has the
        terms

        - pooled: mean g in SDs with Hartung-Knapp se, df = k - 1, t, p and interval; n, n_arm, n_reference participants
        - tau2: between-study variance, SD^2; i2: %, from tau2; q: Cochran's Q (statistic), df, p
        - prediction: interval (ci_low, ci_high) for the effect of a new study, from k = 3
        - studies: k

        One study has the terms pooled, without numbers ("one study: shown, not pooled"), and studies. A pool that
        cannot be computed is a row pooled without numbers and with the reason. Every note names the studies, what was
        left out and every caveat.

    Notes
    -----
    Formulas and sources: `random_effects`.
    """
    usable = effects.assign(set=set_of(effects), left_out=left_out(effects))
    usable = usable[usable["estimate"].notna()]
    return estimates.tabulate(row for rows, place in _pools(usable) for row in _pool_rows(rows, place, alpha))


def _pools(usable: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, dict[str, Any]]]:
    """Yield the effects of each pool, those left out of it included, and what its records have in common."""
    for name in (PUBLISHED_SET, SYNTHETIC_SET):
        for domain in DOMAINS:
            for comparator in COMPARATORS:
                is_here = (usable["set"] == name) & (usable["term"] == domain) & (usable["reference_arm"] == comparator)
                rows = usable[is_here]
                members = rows[rows["left_out"] == ""]
                if members.empty:
                    continue
                place = {
                    "cohort": name,
                    "provenance": FROM_SIMULATION if name == SYNTHETIC_SET else FROM_PAPERS,
                    "outcome": domain,
                    "analysis": "pooled",
                    "role": "descriptive",
                    "arm": BACKWARD_WALKING,
                    "reference_arm": comparator,
                }
                yield rows, place | {"population": ALL_CONDITIONS}
                conditions = sorted(members["population"].unique())
                for condition in conditions if len(conditions) > 1 else []:
                    yield rows[rows["population"] == condition], place | {"population": condition}


def _pool_rows(rows: pd.DataFrame, place: dict[str, Any], alpha: float) -> Iterator[dict[str, Any]]:
    members = rows[rows["left_out"] == ""]
    caveats = _caveats(rows)
    counts = {count: int(members[count].sum()) for count in ("n", "n_arm", "n_reference")}
    studies = {"term": STUDIES, "unit": "studies", "estimate": len(members), "method": "number of studies", **counts}
    pooled = {"term": POOLED, "unit": "SD"}
    try:
        if len(members) == 1:
            raise FitError(ONE_STUDY)
        result = random_effects(members["estimate"], members["se"] ** 2, alpha)
        caveats += _caveats_of_result(result)
        found = (pooled | counts | _mean(result), *_spread(result), studies)
    except FitError as fault:
        found = (pooled | {"reason": str(fault)}, studies)
    yield from (place | row | {"note": "; ".join(caveats)} for row in found)


def _mean(result: RandomEffects) -> dict[str, Any]:
    return {
        "estimate": result.estimate,
        "se": result.se,
        "df": result.df,
        "statistic": result.statistic,
        "p_value": result.p_value,
        "ci_low": result.low,
        "ci_high": result.high,
        "effect_size": result.estimate,
        "effect_size_kind": "hedges_g",
        "effect_size_low": result.low,
        "effect_size_high": result.high,
        "method": f"{_MODEL}; standard error, t test and interval by Hartung-Knapp on k - 1 degrees of freedom",
    }


def _spread(result: RandomEffects) -> Iterator[dict[str, Any]]:
    """Yield heterogeneity and, from three studies, the prediction interval."""
    yield {"term": TAU2, "unit": "SD^2", "estimate": result.tau2, "method": _MODEL}
    i2 = f"{_MODEL}; I2 = tau2 / (tau2 + typical variance within studies)"
    yield {"term": I2, "unit": "%", "estimate": result.i2, "method": i2}
    q = {"statistic": result.q, "df": result.df, "p_value": result.q_p_value}
    yield {"term": Q, **q, "method": "Cochran's Q, chi-square on k - 1 degrees of freedom"}
    if result.k >= 3:
        limits = {"ci_low": result.prediction_low, "ci_high": result.prediction_high}
        method = f"{_MODEL}; pooled mean -/+ t(k - 1) sqrt(tau2 + se^2), se by Hartung-Knapp"
        yield {"term": PREDICTION, "unit": "SD", **limits, "method": method}


def _caveats(rows: pd.DataFrame) -> list[str]:
    members = rows[rows["left_out"] == ""]
    named = (f"{row.cohort} ({row.outcome})" for row in members.itertuples())
    caveats = [f"studies: {', '.join(named)}"]
    out = rows[rows["left_out"] != ""]
    caveats += [f"left out {row.cohort} ({row.outcome}): {row.left_out}" for row in out.itertuples()]
    if (members["effect_size_kind"] == "hedges_g_change_converted").any():
        caveats.append("some effects are converted from p values of changes")
    return caveats


def _caveats_of_result(result: RandomEffects) -> list[str]:
    caveats = []
    if result.k == 2:
        caveats.append(
            "two studies: the Hartung-Knapp interval rests on one degree of freedom and is as a rule very wide"
        )
    if result.k < FEW_STUDIES:
        caveats.append(f"{result.k} studies: the between-study variance is hardly known")
    if result.tau2 == 0:
        caveats.append(TOO_NARROW)
    return caveats
