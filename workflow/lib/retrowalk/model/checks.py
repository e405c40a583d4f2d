"""Rows that check the main comparison: the randomisation test, influence of single participants, residuals."""

import math
from functools import partial

import pandas as pd

from retrowalk.analyses import REGISTER
from retrowalk.errors import FitError
from retrowalk.facts import fact
from retrowalk.model import adjusted
from retrowalk.model.context import Context, Row, Rows, as_check, owed
from retrowalk.model.functions import main_comparison
from retrowalk.model.influence import ancova_without_one, longitudinal_without_one, shapiro_wilk
from retrowalk.model.permutation import randomisation_test, two_arms
from retrowalk.vocabulary import (
    DIFFERENCE,
    HIGHEST_WITHOUT_ONE,
    LOWEST_WITHOUT_ONE,
    PER_PROTOCOL,
    RESIDUAL_SD,
    SHAPIRO_WILK,
)


def per_protocol(context: Context) -> list[Row]:
    """Return the main comparison of those who followed the protocol, where the data say who did."""
    if context.followed is None:
        return []
    some = context.among(context.data[context.data.index.isin(context.followed)], PER_PROTOCOL)
    left_out = len(context.data) - len(some.data)
    return as_check(main_comparison(some), fact("per_protocol_only", count=left_out, n=len(context.data)))


def randomisation_check(context: Context) -> list[Row]:
    """Return the randomisation test of the ANCOVA at the outcome's primary visit, where the arms were made by chance."""
    visit, done = context.outcome.primary_visit, []
    for arm in context.arms:
        rows = partial(_permuted, context, arm, visit)
        done += owed(context, "permutation", DIFFERENCE, rows, arms=[arm], visits=[visit])
    return done


def _permuted(context: Context, arm: str, visit: str) -> Rows:
    cohort, plan = context.cohort, context.analysis
    if cohort.allocation == "minimised":
        raise FitError("minimised")
    pair = two_arms(context.data, visit, cohort.baseline.name, arm, cohort.control, cohort.adjusted_for, cohort.strata)
    generator = context.generator("permutation", arm)
    test = randomisation_test(pair, permutations=plan.permutations, generator=generator, alpha=plan.alpha)
    bounded = math.isfinite(test.ci_low) and math.isfinite(test.ci_high)
    caveats = []
    if len(context.arms) > 1:
        caveats.append(fact("these_two_arms"))
    caveats.append(fact("blocks_not_kept"))
    if not test.exact:
        caveats.append(fact("arrangements_drawn", error=test.simulation_error))
    if not bounded:
        caveats.append(fact("interval_not_bounded"))
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
        "method": fact("randomisation_test", arrangements=test.arrangements, exact=test.exact, strata=cohort.strata),
        "caveats": caveats,
    }


def influence(context: Context) -> list[Row]:
    """Return the lowest and the highest main comparison with one participant left out, at the outcome's primary visit."""
    visit = context.outcome.primary_visit
    absent = fact("no_one_left_out_fitted")
    rows = partial(_influence, context, visit)
    return owed(context, "influence", LOWEST_WITHOUT_ONE, rows, arms=context.arms, visits=[visit], absent=absent)


def _influence(context: Context, visit: str) -> Rows:
    cohort, primary = context.cohort, REGISTER[context.primary_estimator]
    if primary.mixed:
        without = longitudinal_without_one(adjusted.longitudinal(context), visit)
    else:
        columns = (visit, cohort.baseline.name, cohort.control, cohort.adjusted_for)
        without = ancova_without_one(context.data, *columns, impute_baseline=cohort.randomised)
    for arm in without.columns:
        fitted = without[arm].dropna()
        if fitted.empty:
            continue
        lost = len(without) - len(fitted)
        for term, end, person in (
            (LOWEST_WITHOUT_ONE, "lowest", fitted.idxmin()),
            (HIGHEST_WITHOUT_ONE, "highest", fitted.idxmax()),
        ):
            caveats = [fact("without_one_of", arm=context.data.loc[person, "arm"], end=end)]
            if lost:
                caveats.append(fact("not_fitted_without", count=lost, n=len(without)))
            yield {
                **context.common,
                "analysis": "influence",
                "role": "sensitivity",
                "arm": arm,
                "reference_arm": cohort.control,
                "visit": visit,
                "term": term,
                "estimate": fitted[person],
                "n": len(without) - 1,
                "method": fact("leave_one_out", analysis=primary.name),
                "caveats": caveats,
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
    test: Row = {**common, "term": SHAPIRO_WILK, "n": residuals["participant"].nunique(), "unit": ""}
    try:
        w, p_value = shapiro_wilk(residuals["normalised"])
        method = fact("shapiro_wilk", analysis=primary.name)
        rows = [{**test, "statistic": w, "p_value": p_value, "method": method, "caveats": [fact("for_information")]}]
    except FitError as fault:
        rows = [{**test, "reason": fault.reason}]
    for arm, values in residuals.groupby("arm", sort=False)["residual"]:
        if len(values) > 1:
            people = residuals.loc[values.index, "participant"].nunique()
            about = {"arm": arm, "term": RESIDUAL_SD, "n": people, "n_arm": people}
            method = fact("residual_sd", analysis=primary.name)
            rows.append({**common, **about, "estimate": values.std(), "method": method})
    return rows
