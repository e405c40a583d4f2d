"""Rows of the comparisons of arms that take baseline into account: ANCOVA, MMRM, cLDA, changes over time."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from retrowalk.errors import FitError
from retrowalk.facts import Fact, fact
from retrowalk.model.ancova import Ancova, adjusted_effect_size, fit_ancova
from retrowalk.model.context import Context, Row, Rows, effect_size_columns, owed
from retrowalk.model.effect_sizes import pooled_sd
from retrowalk.model.longitudinal import Longitudinal, fit_changes, fit_clda, fit_mmrm
from retrowalk.vocabulary import ANALYSED, DIFFERENCE, DIFFERENCE_IN_CHANGE, MAIN_ROLES, MARGINAL_MEAN


def longitudinal(context: Context) -> Longitudinal:
    """Return the mixed model that is the primary estimator."""
    if context.cohort.randomised and context.primary_estimator == "mmrm":
        return context.mmrm
    fit = fit_clda if context.cohort.randomised else fit_changes
    return fit(**context.trial, adjust_for=context.cohort.adjusted_for)


def ancova(context: Context) -> list[Row]:
    """Return the ANCOVA of each visit after baseline, and keep its residuals."""
    absent = fact("arm_too_small_at_visit")
    done = []
    for visit in context.visits:
        rows = partial(_ancova_rows, context, visit)
        done += owed(context, "ancova", DIFFERENCE, rows, arms=context.arms, visits=[visit], absent=absent)
    return done


def mmrm(context: Context) -> list[Row]:
    """Return the mixed model for repeated measures of several visits, and keep its residuals.

    In a cohort that was not randomised, baseline is one of the visits and the differences are those between changes.
    """
    term = DIFFERENCE if context.cohort.randomised else DIFFERENCE_IN_CHANGE
    fit = _mmrm if context.cohort.randomised else _changes
    return _mixed(context, "mmrm", term, partial(fit, context))


def mmrm_weeks(context: Context) -> list[Row]:
    """Return the MMRM whose covariance depends on the weeks between visits, as a check; no residuals are kept."""
    return _mixed(context, "mmrm_weeks", DIFFERENCE, partial(_mmrm_weeks, context))


def clda(context: Context) -> list[Row]:
    """Return the constrained longitudinal model of a randomised cohort, and keep its residuals."""
    return _mixed(context, "clda", DIFFERENCE, partial(_clda, context))


def random_intercept(context: Context) -> list[Row]:
    """Return the random-intercept model of all visits, for comparison with the studies; no residuals are kept."""
    return _mixed(context, "random_intercept", DIFFERENCE_IN_CHANGE, partial(_random_intercept, context))


def _mixed(context: Context, analysis: str, term: str, rows: Callable[[], Rows]) -> list[Row]:
    absent = fact("not_in_mixed_model")
    return owed(context, analysis, term, rows, arms=context.arms, visits=context.visits, absent=absent)


def _ancova_rows(context: Context, visit: str) -> Rows:
    cohort = context.cohort
    fit = fit_ancova(
        context.data,
        visit,
        cohort.baseline.name,
        cohort.control,
        cohort.adjusted_for,
        impute_baseline=cohort.randomised,
        alpha=context.analysis.alpha,
    )
    context.residuals.append(
        _labelled(context, "ancova", fit.residuals.rename_axis("participant").reset_index(), visit=visit)
    )
    common = {
        **context.common,
        "analysis": "ancova",
        "visit": visit,
        "role": context.role("ancova", visit),
        "n": sum(fit.n_by_arm.values()),
        "method": fact("ancova", covariates=cohort.adjusted_for),
    }
    caveats = _left_out(fit)
    for arm, row in fit.differences.iterrows():
        size, no_size = _effect_size(row, fit.post_sd, context)
        yield {
            **common,
            **row,
            **size,
            "arm": arm,
            "reference_arm": cohort.control,
            "term": DIFFERENCE,
            "n_arm": fit.n_by_arm[arm],
            "n_reference": fit.n_by_arm[cohort.control],
            "caveats": [
                *caveats,
                *context.caveats("ancova", visit, common["n"]),
                *no_size,
                *(context.undirected if size else []),
            ],
        }
    for arm, row in fit.marginal_means.iterrows():
        means = {"arm": arm, "term": MARGINAL_MEAN, "n_arm": fit.n_by_arm[arm]}
        yield {**common, **row, **means, "role": "descriptive", "caveats": caveats}


def _mmrm(context: Context) -> Rows:
    fit = context.mmrm
    context.residuals.append(_mixed_residuals(context, "mmrm", fit))
    about = {"analysis": "mmrm", "method": _mixed_method("mmrm", context, fit)}
    yield from _differences(context, fit, about, DIFFERENCE)
    for (arm, visit), row in fit.marginal_means.iterrows():
        means = {"arm": arm, "visit": visit, "term": MARGINAL_MEAN, "role": "descriptive"}
        counts = {"n": fit.fit.n_participants, "n_arm": fit.counts.loc[arm, visit]}
        numbers = row.drop(["statistic", "p_value"])  # a test of a mean against zero says nothing
        yield {**context.common, **about, **numbers, **means, **counts, "caveats": _caveats(fit)}
    if fit.marginal_means.index.get_level_values("visit").nunique() > 1:
        (test,) = fit.fit.joint_test("arm:visit").to_dict("records")
        reason = {"reason": fact("too_few_for_f")} if test["note"] else {}
        yield {
            **context.common,
            **about,
            **{name: test[name] for name in ("term", "df_numerator", "df", "statistic", "p_value")},
            "analysis": "joint_test",
            "role": "sensitivity",
            "n": fit.fit.n_participants,
            **reason,
            "caveats": [fact("tests_change_over_visits"), *_caveats(fit)],
        }


def _mmrm_weeks(context: Context) -> Rows:
    weeks = {visit.name: visit.week for visit in context.cohort.post_visits}
    fit = fit_mmrm(**context.trial, adjust_for=context.cohort.adjusted_for, covariance="sp_pow", times=weeks)
    method = _mixed_method("mmrm", context, fit)
    yield from _differences(context, fit, {"analysis": "mmrm_weeks", "method": method}, DIFFERENCE)


def _mixed_method(code: str, context: Context, fit: Longitudinal) -> Fact:
    return fact(code, covariates=context.cohort.adjusted_for, structure=fit.fit.structure, df=fit.fit.df)


def _clda(context: Context) -> Rows:
    fit = fit_clda(**context.trial, adjust_for=context.cohort.adjusted_for)
    context.residuals.append(_mixed_residuals(context, "clda", fit))
    method = _mixed_method("clda", context, fit)
    yield from _differences(context, fit, {"analysis": "clda", "method": method}, DIFFERENCE)


def _changes(context: Context) -> Rows:
    fit = fit_changes(**context.trial, adjust_for=context.cohort.adjusted_for)
    context.residuals.append(_mixed_residuals(context, "mmrm", fit))
    method = _mixed_method("model_of_all_visits", context, fit)
    yield from _differences(context, fit, {"analysis": "mmrm", "method": method}, DIFFERENCE_IN_CHANGE)


def _random_intercept(context: Context) -> Rows:
    fit = fit_changes(**context.trial, covariance="random_intercept")
    about = {"analysis": "random_intercept", "method": fact("random_intercept", df=fit.fit.df)}
    yield from _differences(context, fit, about, DIFFERENCE_IN_CHANGE)


def _differences(context: Context, fit: Longitudinal, about: Row, term: str) -> Rows:
    """Yield a row a difference; the effect size is that of an adjusted difference, over the pooled SD at the visit.

    Of the main comparison, yield too how many participants of each arm it was fitted to.
    """
    cohort = context.cohort
    if context.role(about["analysis"], context.outcome.primary_visit) in MAIN_ROLES:
        people = fit.fit.residuals["participant"].drop_duplicates()
        for arm, n in people.map(context.data["arm"]).value_counts()[fit.counts.index].items():
            yield {
                **context.common,
                **about,
                "role": "descriptive",
                "arm": arm,
                "term": ANALYSED,
                "unit": "participants",
                "estimate": n,
                "n": n,
                "n_arm": n,
            }
    for (arm, visit), row in fit.differences.iterrows():
        size, no_size = {}, []
        if term == DIFFERENCE:
            by_arm = context.data.groupby("arm")[visit].agg(["std", "count"]).loc[fit.counts.index]
            sd = pooled_sd(list(by_arm["std"]), list(by_arm["count"]))
            size, no_size = _effect_size(row, sd, context)
        yield {
            **context.common,
            **about,
            **row,
            **size,
            "role": context.role(about["analysis"], visit),
            "arm": arm,
            "reference_arm": cohort.control,
            "visit": visit,
            "term": term,
            "n": fit.fit.n_participants,
            "n_arm": fit.counts.loc[arm, visit],
            "n_reference": fit.counts.loc[cohort.control, visit],
            "caveats": [
                *_caveats(fit),
                *context.caveats(about["analysis"], visit, fit.fit.n_participants),
                *no_size,
                *(context.undirected if size else []),
            ],
        }


def _effect_size(row: pd.Series, sd: float, context: Context) -> tuple[Row, list[Fact]]:
    """Return the columns of a difference's effect size, or none and why: the difference itself stands without it."""
    try:
        size = adjusted_effect_size(row.estimate, row.se, row.df, sd, context.outcome.sign, context.analysis.alpha)
    except FitError as fault:
        return {}, [fact("no_effect_size", reason=fault.reason)]
    return effect_size_columns(size, "hedges_g_adjusted"), []


def _caveats(fit: Longitudinal) -> list[Fact]:
    caveats = []
    if fit.never_measured:
        caveats.append(fact("never_measured", count=fit.never_measured))
    return [*caveats, *_left_out(fit), *fit.caveats]


def _left_out(fit: Ancova | Longitudinal) -> list[Fact]:
    caveats = []
    if fit.imputed_baselines:
        caveats.append(fact("baseline_imputed", count=fit.imputed_baselines))
    if fit.left_out:
        caveats.append(fact("incomplete_excluded", count=fit.left_out, lacking=fit.lacking))
    return caveats


def _mixed_residuals(context: Context, analysis: str, fit: Longitudinal) -> pd.DataFrame:
    table = fit.fit.residuals.rename(columns={"raw": "residual"}).astype({"visit": object})
    return _labelled(context, analysis, table.assign(arm=table["participant"].map(context.data["arm"])))


def _labelled(context: Context, analysis: str, table: pd.DataFrame, **more: str) -> pd.DataFrame:
    return table.assign(cohort=context.cohort.name, outcome=context.outcome.name, analysis=analysis, **more)
