"""Rows that check the main comparison: the randomisation test, influence of single participants, residuals."""

import math

import pandas as pd

from retrowalk.analyses import REGISTER
from retrowalk.errors import FitError
from retrowalk.model import adjusted
from retrowalk.model.context import Context, Row, Rows, as_check, owed
from retrowalk.model.functions import main_comparison
from retrowalk.model.influence import ancova_without_one, longitudinal_without_one, shapiro_wilk
from retrowalk.model.permutation import randomisation_test
from retrowalk.vocabulary import (
    DIFFERENCE,
    HIGHEST_WITHOUT_ONE,
    LOWEST_WITHOUT_ONE,
    PER_PROTOCOL,
    RESIDUAL_SD,
    SHAPIRO_WILK,
)

PER_PROTOCOL_NOTE = "those who followed the protocol only: who they are is not left to chance"


def per_protocol(context: Context) -> list[Row]:
    """Return the main comparison of those who followed the protocol, where the data say who did."""
    if context.followed is None:
        return []
    some = context.among(context.data[context.data.index.isin(context.followed)], PER_PROTOCOL)
    left_out = len(context.data) - len(some.data)
    note = f"{PER_PROTOCOL_NOTE} ({left_out} of {len(context.data)} left out)"
    return as_check(main_comparison(some), note)


def randomisation_check(context: Context) -> list[Row]:
    """Return the randomisation test of the ANCOVA at the outcome's primary visit, where the arms were made by chance."""
    cohort, visit = context.cohort, context.outcome.primary_visit
    if cohort.allocation == "minimised":
        reason = "the allocation was minimised, and which others could have come out is not known"
        return owed(
            context, "permutation", DIFFERENCE, lambda: iter(()), arms=context.arms, visits=[visit], absent=reason
        )
    return [
        row
        for arm in context.arms
        for row in owed(
            context,
            "permutation",
            DIFFERENCE,
            lambda arm=arm: _permuted(context, arm, visit),
            arms=[arm],
            visits=[visit],
        )
    ]


def _permuted(context: Context, arm: str, visit: str) -> Rows:
    cohort, plan = context.cohort, context.analysis
    test = randomisation_test(
        context.data,
        visit,
        cohort.baseline.name,
        arm,
        cohort.control,
        cohort.adjusted_for,
        cohort.strata,
        permutations=plan.permutations,
        generator=context.generator("permutation", arm),
        alpha=plan.alpha,
    )
    within = f" within {' and '.join(cohort.strata)}" if cohort.strata else ""
    how = f"all {test.arrangements}" if test.exact else f"{test.arrangements} random"
    caveats = ["participants of these two arms only"] * (len(context.arms) > 1)
    caveats += ["blocks of the randomisation are not known and not kept"]
    drawn = f"the p value varies with the arrangements drawn: Monte Carlo standard error {test.simulation_error:.2g}"
    caveats += [drawn] * (not test.exact)
    bounded = math.isfinite(test.ci_low) and math.isfinite(test.ci_high)
    caveats += ["too few arrangements to bound the difference at this level"] * (not bounded)
    yield {
        **context.common,
        "analysis": "permutation",
        "role": "sensitivity",
        "arm": arm,
        "reference_arm": cohort.control,
        "visit": visit,
        "term": DIFFERENCE,
        "estimate": test.estimate,
        "statistic": test.statistic,
        "p_value": test.p_value,
        "ci_low": test.ci_low if bounded else math.nan,
        "ci_high": test.ci_high if bounded else math.nan,
        "n": test.n_arm + test.n_reference,
        "n_arm": test.n_arm,
        "n_reference": test.n_reference,
        "method": f"randomisation test of the ANCOVA's t, {how} arrangements of the arms{within}; interval by inversion",
        "note": "; ".join(caveats),
    }


def influence(context: Context) -> list[Row]:
    """Return the lowest and the highest main comparison with one participant left out, at the outcome's primary visit."""
    visit = context.outcome.primary_visit
    absent = "the comparison could not be made with any one participant left out"
    return owed(
        context,
        "influence",
        LOWEST_WITHOUT_ONE,
        lambda: _influence(context, visit),
        arms=context.arms,
        visits=[visit],
        absent=absent,
        role=lambda *_: "sensitivity",
    )


def _influence(context: Context, visit: str) -> Rows:
    cohort = context.cohort
    if not REGISTER[context.primary_estimator].mixed:
        about = (context.data, visit, cohort.baseline.name, cohort.control, cohort.adjusted_for)
        without = ancova_without_one(*about, impute_baseline=cohort.randomised)
    else:
        without = longitudinal_without_one(adjusted.longitudinal(context), visit)
    for arm in without.columns:
        known = without[arm].dropna()
        if known.empty:
            continue
        lost = len(without) - len(known)
        for term, person in ((LOWEST_WITHOUT_ONE, known.idxmin()), (HIGHEST_WITHOUT_ONE, known.idxmax())):
            of = cohort.arm(context.data.loc[person, "arm"]).label
            note = f"without one participant of {of}"
            yield {
                **context.common,
                "analysis": "influence",
                "role": "sensitivity",
                "arm": arm,
                "reference_arm": cohort.control,
                "visit": visit,
                "term": term,
                "estimate": known[person],
                "n": len(without) - 1,
                "method": f"main comparison ({REGISTER[context.primary_estimator].in_method}), each participant left out in turn",
                "note": "; ".join([note, *[f"{lost} of {len(without)} could not be fitted"] * bool(lost)]),
            }


def assumptions(context: Context) -> list[Row]:
    """Return Shapiro and Wilk's test and the spread by arm of the residuals of the main comparison.

    Of the mixed model all visits count, of the ANCOVA the primary one; nothing where the model was not fitted to that visit.
    """
    if not context.residuals:
        return []
    primary, visit = REGISTER[context.primary_estimator], context.outcome.primary_visit
    residuals = pd.concat(context.residuals, ignore_index=True)
    residuals = residuals[residuals["analysis"] == primary.name]
    if not primary.mixed:
        residuals = residuals[residuals["visit"] == visit]
    if not (residuals["visit"] == visit).any():
        return []
    common = {**context.common, "analysis": "assumptions", "role": "descriptive"}
    if not primary.mixed:
        common |= {"visit": visit}
    what = f"residuals of the main comparison ({primary.in_method})"
    test: Row = {**common, "term": SHAPIRO_WILK, "n": residuals["participant"].nunique(), "unit": ""}
    try:
        w, p_value = shapiro_wilk(residuals["normalised"])
        note = "it informs; the main comparison stays what was planned"
        rows = [
            {**test, "statistic": w, "p_value": p_value, "method": f"Shapiro-Wilk test of the {what}", "note": note}
        ]
    except FitError as fault:
        rows = [{**test, "note": f"not estimated: {fault}"}]
    for arm, values in residuals.groupby("arm", sort=False)["residual"]:
        if len(values) > 1:
            people = residuals.loc[values.index, "participant"].nunique()
            about = {"arm": arm, "term": RESIDUAL_SD, "n": people, "n_arm": people}
            rows.append({**common, **about, "estimate": values.std(), "method": f"standard deviation of the {what}"})
    return rows
