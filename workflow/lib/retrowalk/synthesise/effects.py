"""One standardised effect a study and outcome, from papers and from participants' data, ready to be pooled.

In these tables `estimate` is Hedges' g itself, signed so that positive favours backward walking, and `effect_size`
repeats it: there is no raw unit that all studies share.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from retrowalk import estimates
from retrowalk.model.effect_sizes import hedges_correction, hedges_g, pooled_sd
from retrowalk.plan.trial import Arm, Cohort, Outcome
from retrowalk.synthesise.conversions import CHANGE_CORRELATION, d_from_change, d_from_t, t_from_p, variance_of_g
from retrowalk.synthesise.evidence import FAVOURS, SINGLE_GROUP
from retrowalk.vocabulary import FROM_PAPERS, MAIN_ROLES

BACKWARD_WALKING = "backward_walking"

#: Why a reported statistic gives no effect size.
_NO_EFFECT = {
    "change_mean_sd": "a change within one group has nothing to be compared with, so it is no effect of the treatment",
    "p_bound": 'the paper gives only a bound for the p value (such as "P < 0.001"), which does not say how large the '
    "difference was",
    "not_significant": "the paper says that the difference was not significant but not how large it was",
    "not_reported": "the result of this outcome could not be read",
    "interaction_2df": "the p value is of a test over three visits at once, which does not say how large the "
    "difference after treatment was",
}
_INTERVAL = "variance 1/n1 + 1/n2 + g^2 / (2 (n1 + n2)), interval from the normal distribution"


def published_effects(evidence: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Return Hedges' g of every published result that allows it, and the reason of every other.

    Parameters
    ----------
    evidence
        As `read_evidence` gives it.
    alpha
        One minus the confidence level.

    Returns
    -------
    DataFrame
        Estimate records, one a row of the evidence, in its order: cohort = study, analysis "published", population =
        condition, arm "backward_walking", reference_arm = comparator type, visit "week_<weeks>", term = domain.
        `estimate` is g in SDs of the values after treatment, signed so that positive favours backward walking:

        - post_mean_sd: g = J x difference of means / pooled SD
        - p_value (two-sided, of the values after treatment): g = J d, d = t sqrt(1/n1 + 1/n2), t on n1 + n2 - 2 df
        - change_p_value: the same d is in SDs of the change; g = J d sqrt(2 (1 - r)), r = 0.5

        `se` is the root of 1/n1 + 1/n2 + g^2 / (2 (n1 + n2)), the interval that of the normal distribution. `p_value`
        is the one that the paper prints, where g comes from it. It has no sign: that is taken from the changes given,
        or from the row's column `favours`. A row that allows no g has no
        numbers and a reason.

    Notes
    -----
    Borenstein M et al. Introduction to Meta-Analysis 2009, chapter 4; Hedges LV, Olkin I 1985.
    """
    return estimates.tabulate(_published(row, alpha) for row in evidence.to_dict("records"))


def cohort_effects(table: pd.DataFrame, cohorts: Mapping[str, Cohort], alpha: float) -> pd.DataFrame:
    """Return the standardised adjusted difference of every outcome of every cohort at its primary visit.

    Parameters
    ----------
    table
        Estimate records of all cohorts (estimates.csv). Used are the main comparisons (role primary or secondary) of term
        "difference", whose effect_size is Hedges' g (J x adjusted difference / pooled SD of the values, signed) and whose
        effect_size_low and effect_size_high are g -/+ t(df) x SE, SE^2 = J^2 (se / SD)^2 + g^2 / (2 df).
    cohorts
        {name: cohort}, in the order of the plan.
    alpha
        One minus the confidence level that `table` was made with.

    Returns
    -------
    DataFrame
        Estimate records, one an outcome and intervention arm: analysis that of the comparison (ancova, mmrm or clda),
        population = condition, role "descriptive", reference_arm = comparator type, term = domain, arm "backward_walking"
        where there are two arms, else the arm's name. `estimate` is that g in SDs, `se` its SE recovered from the
        interval, `df` that of the comparison. No numbers and a reason have: a comparison
        that was not randomised or not estimated, an outcome without a better direction, an arm that did not walk
        backward (`plan.Arm.is_backward`), and one whose control arm walked backward too.
    """
    return estimates.tabulate(
        _of_cohort(table, cohort, outcome, arm, alpha)
        for cohort in cohorts.values()
        for outcome in cohort.outcomes
        for arm in cohort.intervention_arms
    )


def _published(row: dict[str, Any], alpha: float) -> dict[str, Any]:
    record = {
        "cohort": row["study"],
        "provenance": FROM_PAPERS,
        "outcome": row["outcome"],
        "analysis": "published",
        "population": row["condition"],
        "role": "as_published",
        "arm": BACKWARD_WALKING,
        "reference_arm": row["comparator_type"],
        "visit": "" if pd.isna(row["weeks"]) else f"week_{row['weeks']:g}",
        "term": row["domain"],
        "unit": "SD",
    }
    directions = set(_directions(row))
    reason = _why_no_effect(row, directions)
    if reason:
        return record | {"reason": reason, "note": row["note"]}
    (direction,) = directions
    n_arm, n_reference = int(row["n_intervention"]), int(row["n_control"])
    size, about, assumed = _size_of_g(row, n_arm, n_reference)
    se = variance_of_g(size, n_arm, n_reference) ** 0.5
    return (
        record
        | _standardised(direction * size, se, _normal_quantile(alpha))
        | about
        | {
            "n": n_arm + n_reference,
            "n_arm": n_arm,
            "n_reference": n_reference,
            "method": f"{about['method']} -> g = J d (exact); {_INTERVAL}",
            "note": "; ".join(filter(None, [row["note"], assumed])),
        }
    )


def _why_no_effect(row: dict[str, Any], directions: set[int]) -> str:
    if row["statistic"] in _NO_EFFECT:
        return _NO_EFFECT[row["statistic"]]
    if row["comparator_type"] == SINGLE_GROUP:
        return _NO_EFFECT["change_mean_sd"]
    if pd.isna(row["n_intervention"]) or pd.isna(row["n_control"]):
        return "the number of participants in each arm is not known"
    if row["better"] == "neither":
        return "neither direction of this outcome is better"
    if not directions:
        return (
            "a p value does not show which arm did better, and neither does the row (write intervention or control in "
            "its column favours)"
        )
    if len(directions) > 1:
        return "the changes and the column favours disagree on which arm did better"
    return ""


def _directions(row: dict[str, Any]) -> Iterator[int]:
    """Yield the direction (1 favours backward walking) that each part of the row gives."""
    sign = -1 if row["better"] == "lower" else 1
    if row["statistic"] == "post_mean_sd":
        yield 1 if sign * (row["mean_intervention"] - row["mean_control"]) >= 0 else -1
        return
    difference = row["change_intervention"] - row["change_control"]
    if pd.notna(difference) and difference != 0:
        yield 1 if sign * difference > 0 else -1
    if row["favours"]:
        yield FAVOURS[row["favours"]]


def _size_of_g(row: dict[str, Any], n_arm: int, n_reference: int) -> tuple[float, dict[str, Any], str]:
    """Return the size of g, what the record says of where it comes from, and what is assumed."""
    if row["statistic"] == "post_mean_sd":
        sd = pooled_sd([row["sd_intervention"], row["sd_control"]], [n_arm, n_reference])
        g = hedges_g(row["mean_intervention"] - row["mean_control"], sd, n_arm, n_reference)
        method = "means and SDs after treatment -> d = difference / pooled SD"
        return abs(g.value), {"effect_size_kind": "hedges_g_post", "method": method}, ""
    df = n_arm + n_reference - 2
    d = d_from_t(t_from_p(row["p_value"], df), n_arm, n_reference)
    steps = "t on n1 + n2 - 2 degrees of freedom -> d = t sqrt(1/n1 + 1/n2)"
    assumed = "the p value is taken as two-sided and of a t test with equal variances"
    if row["statistic"] == "p_value":
        about = {"effect_size_kind": "hedges_g_post", "method": f"p value of the comparison after treatment -> {steps}"}
    else:
        d = d_from_change(d, CHANGE_CORRELATION)
        about = {
            "effect_size_kind": "hedges_g_change_converted",
            "method": f"p value of the comparison of changes -> {steps}, in SDs of the change -> times sqrt(2 (1 - r))",
        }
        assumed += f"; r, the correlation of baseline and follow-up, is taken as {CHANGE_CORRELATION:g}"
        assumed += " and the SD as the same at both"
    return hedges_correction(df) * d, about | {"p_value": row["p_value"]}, assumed


def _of_cohort(table: pd.DataFrame, cohort: Cohort, outcome: Outcome, arm: Arm, alpha: float) -> dict[str, Any]:
    from scipy.stats import t

    found = estimates.pick(
        table[table["role"].isin(MAIN_ROLES)],
        cohort=cohort.name,
        outcome=outcome.name,
        population=cohort.population,
        arm=arm.name,
        reference_arm=cohort.control,
        visit=outcome.primary_visit,
    ).to_dict("records")
    (source,) = found or [{"analysis": "ancova", "note": "", "reason": ""}]
    record = {
        "cohort": cohort.name,
        "provenance": cohort.provenance,
        "outcome": outcome.name,
        "analysis": source["analysis"],
        "population": cohort.condition,
        "role": "descriptive",
        "arm": BACKWARD_WALKING if len(cohort.arms) == 2 else arm.name,
        "reference_arm": cohort.comparator_type,
        "visit": outcome.primary_visit,
        "term": outcome.domain,
        "unit": "SD",
    }
    reason = _why_no_cohort_effect(cohort, outcome, arm, source)
    caveats = [part for part in source["note"].split("; ") if part and part != reason]
    if reason:
        return record | {"reason": reason, "note": "; ".join(caveats)}
    quantile = t.isf(alpha / 2, source["df"])
    se = (source["effect_size_high"] - source["effect_size_low"]) / (2 * quantile)
    return (
        record
        | _standardised(source["effect_size"], se, quantile)
        | {
            "df": source["df"],
            "effect_size_kind": source["effect_size_kind"],
            "n": source["n_arm"] + source["n_reference"],
            "n_arm": source["n_arm"],
            "n_reference": source["n_reference"],
            "method": f"{source['method']} -> g = J x adjusted difference / pooled SD of the values (exact J); "
            "variance J^2 (SE / SD)^2 + g^2 / (2 df), interval from t on df",
            "note": "; ".join(caveats),
        }
    )


def _why_no_cohort_effect(cohort: Cohort, outcome: Outcome, arm: Arm, source: dict[str, Any]) -> str:
    if not cohort.randomised:
        return "not a randomised comparison"
    if cohort.control_arm.is_backward:
        return "the control arm walked backward too"
    if not arm.is_backward:
        return 'by its name this arm did not walk backward (if it did, write "walks_backward: true" beside its name)'
    if outcome.better == "neither":
        return "neither direction of this outcome is better"
    if pd.isna(source.get("effect_size_low")):
        return ": ".join(filter(None, ["the arms could not be compared at this visit", source["reason"]]))
    return ""


def _standardised(g: float, se: float, quantile: float) -> dict[str, float]:
    low, high = g - quantile * se, g + quantile * se
    limits = {"ci_low": low, "ci_high": high, "effect_size_low": low, "effect_size_high": high}
    return {"estimate": g, "effect_size": g, "se": se, **limits}


def _normal_quantile(alpha: float) -> float:
    from scipy.stats import norm

    return float(norm.isf(alpha / 2))
