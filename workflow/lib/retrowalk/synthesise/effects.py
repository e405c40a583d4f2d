"""One standardised effect a study and outcome, from papers and from participants' data, ready to be pooled.

In these tables `estimate` is Hedges' g itself, signed so that positive favours backward walking, and `effect_size`
repeats it: there is no raw unit that all studies share.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from retrowalk import estimates, facts
from retrowalk.facts import Fact, fact
from retrowalk.model.effect_sizes import hedges_correction, hedges_g, pooled_sd
from retrowalk.plan.trial import Arm, Cohort, Outcome
from retrowalk.synthesise.conversions import CHANGE_CORRELATION, d_from_change, d_from_t, t_from_p, variance_of_g
from retrowalk.synthesise.evidence import FAVOURS, SINGLE_GROUP
from retrowalk.vocabulary import FROM_PAPERS, MAIN_ROLES

BACKWARD_WALKING = "backward_walking"

#: {reported statistic that gives no effect size: the reason}.
_NO_EFFECT = {
    "change_mean_sd": "change_within_group",
    "p_bound": "p_bound",
    "not_significant": "not_significant",
    "not_reported": "not_reported",
    "interaction_2df": "test_over_visits",
}


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
    noted = [fact("noted", text=row["note"])] if row["note"] else []
    if reason:
        return record | {"reason": fact(reason), "caveats": noted}
    (direction,) = directions
    n_arm, n_reference = int(row["n_intervention"]), int(row["n_control"])
    size, about, assumptions = _size_of_g(row, n_arm, n_reference)
    se = variance_of_g(size, n_arm, n_reference) ** 0.5
    return (
        record
        | _standardised(direction * size, se, _normal_quantile(alpha))
        | about
        | {
            "n": n_arm + n_reference,
            "n_arm": n_arm,
            "n_reference": n_reference,
            "caveats": [*noted, *assumptions],
        }
    )


def _why_no_effect(row: dict[str, Any], directions: set[int]) -> str:
    """Return the code of why a row gives no effect size, "" where it does."""
    if row["statistic"] in _NO_EFFECT:
        return _NO_EFFECT[row["statistic"]]
    if row["comparator_type"] == SINGLE_GROUP:
        return _NO_EFFECT["change_mean_sd"]
    if pd.isna(row["n_intervention"]) or pd.isna(row["n_control"]):
        return "numbers_of_arms_unknown"
    if row["better"] == "neither":
        return "no_better_direction"
    if not directions:
        return "no_direction"
    if len(directions) > 1:
        return "directions_disagree"
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


def _size_of_g(row: dict[str, Any], n_arm: int, n_reference: int) -> tuple[float, dict[str, Any], list[Fact]]:
    """Return the size of g, what the record says of where it comes from, and what is assumed."""
    if row["statistic"] == "post_mean_sd":
        sd = pooled_sd([row["sd_intervention"], row["sd_control"]], [n_arm, n_reference])
        g = hedges_g(row["mean_intervention"] - row["mean_control"], sd, n_arm, n_reference)
        return abs(g.value), {"effect_size_kind": "hedges_g_post", "method": fact("g_from_means")}, []
    df = n_arm + n_reference - 2
    d = d_from_t(t_from_p(row["p_value"], df), n_arm, n_reference)
    assumptions = [fact("two_sided_p")]
    if row["statistic"] == "p_value":
        about = {"effect_size_kind": "hedges_g_post", "method": fact("g_from_p")}
    else:
        d = d_from_change(d, CHANGE_CORRELATION)
        about = {"effect_size_kind": "hedges_g_change_converted", "method": fact("g_from_p_of_changes")}
        assumptions.append(fact("correlation_assumed", correlation=CHANGE_CORRELATION))
    return hedges_correction(df) * d, about | {"p_value": row["p_value"]}, assumptions


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
    (source,) = found or [{"analysis": "ancova", "caveats": "", "reason": ""}]
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
    caveats = [each for each in facts.read_list(source["caveats"]) if each != reason]
    if reason:
        return record | {"reason": reason, "caveats": caveats}
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
            "method": fact("g_of_comparison", comparison=facts.read(source["method"])),
            "caveats": caveats,
        }
    )


def _why_no_cohort_effect(cohort: Cohort, outcome: Outcome, arm: Arm, source: dict[str, Any]) -> Fact | None:
    if not cohort.randomised:
        return fact("not_randomised")
    if cohort.control_arm.is_backward:
        return fact("control_walked_backward")
    if not arm.is_backward:
        return fact("did_not_walk_backward")
    if outcome.better == "neither":
        return fact("no_better_direction")
    if pd.isna(source.get("effect_size_low")):
        return fact("not_compared", reason=facts.read(source["reason"]))
    return None


def _standardised(g: float, se: float, quantile: float) -> dict[str, float]:
    low, high = g - quantile * se, g + quantile * se
    limits = {"ci_low": low, "ci_high": high, "effect_size_low": low, "effect_size_high": high}
    return {"estimate": g, "effect_size": g, "se": se, **limits}


def _normal_quantile(alpha: float) -> float:
    from scipy.stats import norm

    return float(norm.isf(alpha / 2))
