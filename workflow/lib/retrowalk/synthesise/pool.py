"""Random-effects pools of the effects, by domain, comparator type and condition."""

from collections.abc import Collection, Iterator
from typing import Any

import pandas as pd

from retrowalk import estimates
from retrowalk.errors import FitError
from retrowalk.facts import Fact, fact
from retrowalk.plan.trial import Cohort
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


def pool(effects: pd.DataFrame, alpha: float, refused: Collection[Cohort] = ()) -> pd.DataFrame:
    """Pool the effects of each set, domain and comparator type, over all conditions and by condition.

    Parameters
    ----------
    effects
        Estimate records of `published_effects` and `cohort_effects`, with a unique index. Their order decides which of
        several outcomes of a study in one domain counts (`left_out`).
    alpha
        One minus the confidence level.
    refused
        Cohorts that were left out because of errors in their data.

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

        One study has the terms pooled, without numbers, and studies. A pool that
        cannot be computed is a row pooled without numbers and with the reason. The caveats name the studies, what was
        left out and everything else.

    Notes
    -----
    Formulas and sources: `random_effects`.
    """
    usable = effects.assign(set=set_of(effects), left_out=left_out(effects))
    usable = usable[usable["estimate"].notna()]
    return estimates.tabulate(
        row
        for rows, place in _pools(usable)
        for row in _pool_rows(rows, place, alpha, [cohort.name for cohort in refused if _belongs(cohort, place)])
    )


def _belongs(cohort: Cohort, place: dict[str, Any]) -> bool:
    """Whether a cohort would have been in a pool if its data had no errors."""
    return (
        place["cohort"] == (SYNTHETIC_SET if cohort.synthetic else PUBLISHED_SET)
        and place["reference_arm"] == cohort.comparator_type
        and place["outcome"] in {outcome.domain for outcome in cohort.outcomes}
        and place["population"] in (ALL_CONDITIONS, cohort.condition)
    )


def _pools(usable: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, dict[str, Any]]]:
    """Yield the effects of each pool, those left out of it included, and what its records have in common."""
    for name in (PUBLISHED_SET, SYNTHETIC_SET):
        for domain in DOMAINS:
            for comparator in COMPARATORS:
                is_here = (usable["set"] == name) & (usable["term"] == domain) & (usable["reference_arm"] == comparator)
                rows = usable[is_here]
                members = rows[rows["left_out"].isna()]
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


def _pool_rows(rows: pd.DataFrame, place: dict[str, Any], alpha: float, refused: list[str]) -> Iterator[dict[str, Any]]:
    members = rows[rows["left_out"].isna()]
    caveats = _caveats(rows) + [fact("refused", study=name) for name in refused]
    counts = {count: int(members[count].sum()) for count in ("n", "n_arm", "n_reference")}
    studies = {
        "term": STUDIES,
        "unit": "studies",
        "estimate": len(members),
        "method": fact("number_of_studies"),
        **counts,
    }
    pooled = {"term": POOLED, "unit": "SD"}
    try:
        if len(members) == 1:
            raise FitError("one_study")
        result = random_effects(members["estimate"], members["se"] ** 2, alpha)
        caveats += _caveats_of_result(result)
        found = (pooled | counts | _mean(result), *_spread(result), studies)
    except FitError as fault:
        found = (pooled | {"reason": fault.reason}, studies)
    yield from (place | row | {"caveats": caveats} for row in found)


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
        "method": fact("pooled_mean"),
    }


def _spread(result: RandomEffects) -> Iterator[dict[str, Any]]:
    """Yield heterogeneity and, from three studies, the prediction interval."""
    yield {"term": TAU2, "unit": "SD^2", "estimate": result.tau2, "method": fact("variance_between_studies")}
    yield {"term": I2, "unit": "%", "estimate": result.i2, "method": fact("i2")}
    q = {"statistic": result.q, "df": result.df, "p_value": result.q_p_value}
    yield {"term": Q, **q, "method": fact("cochran_q")}
    if result.k >= 3:
        limits = {"ci_low": result.prediction_low, "ci_high": result.prediction_high}
        yield {"term": PREDICTION, "unit": "SD", **limits, "method": fact("prediction_interval")}


def _caveats(rows: pd.DataFrame) -> list[Fact]:
    members = rows[rows["left_out"].isna()]
    caveats = [fact("studies", studies=[[row.cohort, row.outcome] for row in members.itertuples()])]
    out = rows[rows["left_out"].notna()]
    caveats += [
        fact("left_out", study=row.cohort, outcome=row.outcome, reason=row.left_out) for row in out.itertuples()
    ]
    if (members["effect_size_kind"] == "hedges_g_change_converted").any():
        caveats.append(fact("converted_from_changes"))
    return caveats


def _caveats_of_result(result: RandomEffects) -> list[Fact]:
    caveats = []
    if result.k == 2:
        caveats.append(fact("two_studies"))
    if result.k < FEW_STUDIES:
        caveats.append(fact("few_studies", studies=result.k))
    if result.tau2 == 0:
        caveats.append(fact("variance_estimated_as_zero"))
    return caveats
