"""Every analysis of the plan on one cohort."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from retrowalk import estimates
from retrowalk.errors import FitError
from retrowalk.model.ancova import FEWEST_IN_ARM, Ancova, adjusted_effect_size, fit_ancova
from retrowalk.model.effect_sizes import EffectSize
from retrowalk.model.mixed_anova import mixed_anova
from retrowalk.model.random_intercept import fit_random_intercept
from retrowalk.model.t_tests import TTest, paired_t, student_t
from retrowalk.model.wide import wide_outcome
from retrowalk.plan import Analysis, Arm, Cohort, Outcome, Visit
from retrowalk.vocabulary import (
    CHANGE,
    DIFFERENCE,
    DIFFERENCE_IN_CHANGE,
    MARGINAL_MEAN,
    RESIDUAL_COLUMNS,
    SYNTHETIC_NOTE,
)

WITHIN_ARM_NOTE = "a change within one arm is not an effect of the treatment: it holds the natural course too"
NOT_RANDOMISED_NOTE = "not a randomised comparison"

Rows = Iterator[dict[str, Any]]


@dataclass(frozen=True)
class Context:
    """One outcome of one cohort with its data, and what the plan says of it."""

    cohort: Cohort
    analysis: Analysis
    outcome: Outcome
    data: pd.DataFrame

    @property
    def primary_estimator(self) -> str:
        """The analysis whose result is the answer; without randomisation the contrast of groups over time."""
        return self.analysis.primary_estimator if self.cohort.randomised else "random_intercept"

    def role(self, analysis: str, visit: str) -> str:
        """Return the role of a comparison of arms at a visit."""
        if analysis != self.primary_estimator:
            return "sensitivity"
        return "primary" if self.outcome.primary and visit == self.outcome.primary_visit else "secondary"


def analyse_cohort(
    participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort, analysis: Analysis
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run every analysis on every outcome of a cohort.

    Parameters
    ----------
    participants, measurements
        The two tables of one cohort (columns in `retrowalk.vocabulary`).
    cohort, analysis
        Its part of the plan, and what the plan says of all cohorts.

    Returns
    -------
    estimates : DataFrame
        Estimate records. An analysis that could not be done is a row without numbers and with a note.
    residuals : DataFrame
        Fitted values and residuals of the ANCOVAs, one row a participant, outcome and visit, in the outcome's unit.
    """
    rows, residuals = [], []
    for outcome in cohort.outcomes:
        context = Context(cohort, analysis, outcome, wide_outcome(participants, measurements, cohort, outcome))
        for visit in cohort.post_visits:
            if cohort.intervention_arms:
                rows += _guarded(
                    context, "ancova", visit.name, lambda v=visit, c=context: _ancova_rows(c, v, residuals)
                )
                for arm in cohort.intervention_arms:
                    rows += _guarded(
                        context,
                        "student_post",
                        visit.name,
                        lambda v=visit, c=context, a=arm: _student_rows(c, v, a),
                        arm,
                    )
            rows += _paired_rows(context, visit)
        if cohort.intervention_arms:
            rows += _guarded(context, "random_intercept", "", lambda c=context: _random_intercept_rows(c))
            rows += _guarded(context, "mixed_anova", "", lambda c=context: _anova_rows(c))
    table = estimates.tabulate(_complete(row, cohort) for row in rows)
    residual_table = pd.concat(residuals, ignore_index=True) if residuals else pd.DataFrame(columns=RESIDUAL_COLUMNS)
    return _adjust_for_arms(table, cohort, analysis), residual_table[RESIDUAL_COLUMNS]


def _complete(row: dict[str, Any], cohort: Cohort) -> dict[str, Any]:
    """Add what every row of a cohort says, its caveats included."""
    between_arms = bool(row.get("reference_arm")) or row["analysis"] == "mixed_anova"
    notes = [SYNTHETIC_NOTE] if cohort.synthetic else []
    notes += [NOT_RANDOMISED_NOTE] if between_arms and not cohort.randomised else []
    notes += ["exploratory"] if row["role"] == "secondary" else []
    notes += [row["note"]] if row.get("note") else []
    return {**row, "cohort": cohort.name, "population": cohort.population, "note": "; ".join(notes)}


def _guarded(
    context: Context, analysis: str, visit: str, rows: Callable[[], Rows], only: Arm | None = None
) -> list[dict[str, Any]]:
    """Return the rows of an analysis, or one row a comparison (that of the arm `only`) that says why there are no numbers."""
    try:
        return list(rows())
    except FitError as fault:
        visits = [visit] if visit else [later.name for later in context.cohort.post_visits]
        arms = [arm.name for arm in ([only] if only else context.cohort.intervention_arms)]
        term, role = DIFFERENCE, context.role
        if analysis == "student_post":
            role = _as_published
        elif analysis == "random_intercept":
            term = DIFFERENCE_IN_CHANGE
        elif analysis == "mixed_anova":
            term, arms, visits, role = "arm:visit", [""], [""], _as_published
        common = {"outcome": context.outcome.name, "analysis": analysis, "term": term, "unit": context.outcome.unit}
        common["note"] = f"not estimated: {fault}"
        return [
            {
                **common,
                "arm": arm,
                "reference_arm": context.cohort.control if arm else "",
                "visit": name,
                "role": role(analysis, name),
            }
            for arm in arms
            for name in visits
        ]


def _as_published(analysis: str, visit: str) -> str:
    return "as_published"


def _ancova_rows(context: Context, visit: Visit, residuals: list[pd.DataFrame]) -> Rows:
    cohort, outcome = context.cohort, context.outcome
    fit = fit_ancova(
        context.data,
        visit.name,
        cohort.baseline.name,
        cohort.control,
        cohort.adjusted_for,
        impute_baseline=cohort.randomised,
        alpha=context.analysis.alpha,
    )
    about = {"cohort": cohort.name, "outcome": outcome.name, "analysis": "ancova", "visit": visit.name}
    residuals.append(fit.residuals.rename_axis("participant").reset_index().assign(**about))
    covariates = "".join(f", {name}" for name in cohort.adjusted_for)
    common = {
        "outcome": outcome.name,
        "analysis": "ancova",
        "visit": visit.name,
        "role": context.role("ancova", visit.name),
        "unit": outcome.unit,
        "n": sum(fit.n_by_arm.values()),
        "method": f"ANCOVA of the value at the visit on baseline and arm{covariates} (least squares, t)",
    }
    caveats = _ancova_caveats(fit)
    for arm, row in fit.differences.iterrows():
        size = adjusted_effect_size(row.estimate, row.se, row.df, fit.post_sd, outcome.sign, context.analysis.alpha)
        undirected = ["effect size positive where the arm's values are higher"] if outcome.better == "neither" else []
        yield {
            **common,
            **row,
            **_effect_size(size, "hedges_g_adjusted"),
            "arm": arm,
            "reference_arm": cohort.control,
            "term": DIFFERENCE,
            "n_arm": fit.n_by_arm[arm],
            "n_reference": fit.n_by_arm[cohort.control],
            "note": "; ".join([*caveats, *undirected]),
        }
    for arm in cohort.intervention_arms:
        if arm.name not in fit.differences.index:
            absent = {"arm": arm.name, "reference_arm": cohort.control, "term": DIFFERENCE, "n": None, "method": ""}
            yield {**common, **absent, "note": "not estimated: fewer than two participants of this arm can be analysed"}
    for arm, row in fit.marginal_means.iterrows():
        means = {"arm": arm, "term": MARGINAL_MEAN, "n_arm": fit.n_by_arm[arm]}
        yield {**common, **row, **means, "role": "descriptive", "note": "; ".join(caveats)}


def _ancova_caveats(fit: Ancova) -> list[str]:
    caveats = []
    if fit.imputed_baselines:
        caveats.append(f"{fit.imputed_baselines} missing at baseline took the mean over all arms")
    if fit.left_out:
        caveats.append(f"{fit.left_out} left out for want of baseline or a covariate")
    return caveats


def _student_rows(context: Context, visit: Visit, arm: Arm) -> Rows:
    cohort, data = context.cohort, context.data
    values = [data.loc[data["arm"] == name, visit.name] for name in (arm.name, cohort.control)]
    yield {
        **_t_test_row(student_t(*values, context.analysis.alpha), context, visit, "hedges_g_post"),
        "analysis": "student_post",
        "arm": arm.name,
        "reference_arm": cohort.control,
        "term": DIFFERENCE,
        "n_arm": int(values[0].notna().sum()),
        "n_reference": int(values[1].notna().sum()),
        "method": "Student's t test of the values at the visit, baseline not adjusted for",
    }


def _paired_rows(context: Context, visit: Visit) -> Rows:
    for arm in context.cohort.arms:
        mine = context.data[context.data["arm"] == arm.name]
        about = {"analysis": "paired_t", "arm": arm.name, "term": CHANGE, "visit": visit.name}
        try:
            test = paired_t(mine[context.cohort.baseline.name], mine[visit.name], context.analysis.alpha)
        except FitError as fault:
            about |= {"outcome": context.outcome.name, "role": "as_published", "unit": context.outcome.unit}
            yield {**about, "note": f"not estimated: {fault}"}
            continue
        method = "paired t test of the change since baseline"
        row = _t_test_row(test, context, visit, "cohen_dz")
        yield {**row, **about, "n_arm": test.n, "method": method, "note": WITHIN_ARM_NOTE}


def _t_test_row(test: TTest, context: Context, visit: Visit, kind: str) -> dict[str, Any]:
    row = {name: value for name, value in asdict(test).items() if name != "effect_size"}
    size = test.effect_size
    if context.outcome.sign < 0:
        size = EffectSize(-size.value, -size.high, -size.low)
    common = {
        "outcome": context.outcome.name,
        "role": "as_published",
        "visit": visit.name,
        "unit": context.outcome.unit,
    }
    return {**common, **row, **_effect_size(size, kind)}


def _random_intercept_rows(context: Context) -> Rows:
    cohort, outcome, data = context.cohort, context.outcome, context.data
    counts = (
        data.groupby("arm")[[visit.name for visit in cohort.visits]].count().reindex([arm.name for arm in cohort.arms])
    )
    visits = [visit for visit in counts if counts[visit].min() >= FEWEST_IN_ARM or visit == cohort.baseline.name]
    common = {
        "outcome": outcome.name,
        "analysis": "random_intercept",
        "reference_arm": cohort.control,
        "term": DIFFERENCE_IN_CHANGE,
        "unit": outcome.unit,
    }
    fit = fit_random_intercept(data, visits, cohort.control, context.analysis.alpha)
    caveats = ["z test: the interval is too narrow for a small trial"]
    caveats += ["variance between participants estimated as zero"] if fit.on_boundary else []
    for (arm, visit), row in fit.contrasts.iterrows():
        yield {
            **row,
            **common,
            "role": context.role("random_intercept", visit),
            "arm": arm,
            "visit": visit,
            "n": sum(fit.n_by_arm.values()),
            "n_arm": counts.loc[arm, visit],
            "n_reference": counts.loc[cohort.control, visit],
            "method": "random-intercept model of all visits (REML, normal approximation)",
            "note": "; ".join(caveats),
        }
    for visit in cohort.post_visits:
        if visit.name not in visits:
            about = {"visit": visit.name, "role": context.role("random_intercept", visit.name)}
            about["note"] = "not estimated: an arm has fewer than two participants measured at this visit"
            yield from ({**common, **about, "arm": arm.name} for arm in cohort.intervention_arms)


def _anova_rows(context: Context) -> Rows:
    measured = [visit.name for visit in context.cohort.visits if context.data[visit.name].notna().any()]
    if len(measured) < 2:
        raise FitError("the outcome was measured at fewer than two visits")
    terms, n, left_out = mixed_anova(context.data, measured, context.analysis.alpha)
    caveats = [f"complete cases: {left_out} left out"] if left_out else []
    caveats += ["sphericity assumed"] if len(measured) > 2 else []
    for term in terms:
        row = {name: value for name, value in asdict(term).items() if name != "partial_eta_squared"}
        yield {
            **row,
            **_effect_size(term.partial_eta_squared, "partial_eta_squared"),
            "outcome": context.outcome.name,
            "analysis": "mixed_anova",
            "role": "as_published",
            "n": n,
            "method": "mixed ANOVA, arm by visit, type III, complete cases",
            "note": "; ".join(caveats),
        }


def _effect_size(size: EffectSize, kind: str) -> dict[str, Any]:
    limits = {"effect_size_low": size.low, "effect_size_high": size.high}
    return {"effect_size": size.value, "effect_size_kind": kind, **limits}


def _adjust_for_arms(table: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> pd.DataFrame:
    """Return the table with p_adjusted of the primary comparisons: Holm over the intervention arms."""
    from statsmodels.stats.multitest import multipletests

    primary = table["role"] == "primary"
    if primary.any() and analysis.multiplicity == "holm":
        # The family is what was planned: a comparison that could not be made counts as p = 1.
        corrected = multipletests(table.loc[primary, "p_value"].fillna(1), method="holm")[1]
        table.loc[primary, "p_adjusted"] = np.where(table.loc[primary, "p_value"].isna(), np.nan, corrected)
    return table
