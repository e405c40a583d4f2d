"""Rows of the sensitivity analyses to missing data: complete cases, multiple imputation, the tipping point."""

from collections.abc import Callable
from dataclasses import asdict
from functools import cache, cached_property, partial
from typing import Any

import numpy as np

from retrowalk.analyses import IMPUTATION, with_purpose
from retrowalk.facts import Fact, fact
from retrowalk.model.context import Context, Row, Rows, as_check, owed
from retrowalk.model.functions import main_comparison
from retrowalk.model.imputation import (
    Incomplete,
    Pooled,
    SetAnalysis,
    impute,
    incomplete_trial,
    tipping_point,
)
from retrowalk.vocabulary import AT_TIPPING_DELTA, DIFFERENCE, TIPPING_DELTA

#: How far delta goes where the scale has no ends, in SDs of the completed values.
_FARTHEST_IN_SD = 10


def complete_cases(context: Context) -> list[Row]:
    """Return the primary estimator on those measured at every visit, where somebody was not."""
    names = [visit.name for visit in context.cohort.visits if context.data[visit.name].notna().any()]
    complete = context.data.dropna(subset=[*names, *context.cohort.adjusted_for])
    left_out = len(context.data) - len(complete)
    if not left_out:
        return []
    rows = main_comparison(context.among(complete))
    return as_check(rows, fact("complete_cases", count=left_out, n=len(context.data)), analysis="complete_cases")


def imputation(context: Context) -> list[Row]:
    """Return every analysis of imputed values of a randomised cohort with missing values: one model, the same draws."""
    wanted = [entry.name for entry in with_purpose(IMPUTATION) if context.does(entry.name)]
    tipping = context.does("tipping_point")
    values = context.data[context.visits].dropna(axis="columns", how="all")
    if values.notna().all(axis=None):
        return []
    imputer = cache(partial(_Imputer, context))  # made where rows are asked for, so that each says why it could not be
    absent = fact("arm_or_visit_not_in_model")
    done: list[Row] = []
    for strategy in wanted:
        rows = partial(_imputed_rows, imputer, strategy)
        done += owed(context, strategy, DIFFERENCE, rows, arms=context.arms, visits=context.visits, absent=absent)
    if tipping:
        visit = context.outcome.primary_visit
        rows = partial(_tipping_rows, imputer, visit)
        done += owed(context, "tipping_point", TIPPING_DELTA, rows, arms=context.arms, visits=[visit], absent=absent)
    return done


def _imputed_rows(imputer: Callable[[], "_Imputer"], strategy: str) -> Rows:
    return imputer().rows(strategy)


def _tipping_rows(imputer: Callable[[], "_Imputer"], visit: str) -> Rows:
    return imputer().tipping_rows(visit)


class _Imputer:
    """One outcome with its draws; completed values are made when they are asked for."""

    def __init__(self, context: Context) -> None:
        cohort, plan = context.cohort, context.analysis
        self.context = context
        self.fit = context.mmrm
        self.trial: Incomplete = incomplete_trial(
            self.fit, context.data, cohort.baseline.name, cohort.control, cohort.adjusted_for
        )
        self.analysis = SetAnalysis.of(self.trial, cohort.baseline.name, cohort.adjusted_for)
        self.posterior = self.fit.fit.posterior(plan.imputations, context.generator("posterior"))
        shape = (plan.imputations, *self.trial.values.shape)
        self.normal = context.generator("imputation").standard_normal(shape)

    @cached_property
    def at_random(self) -> np.ndarray:
        """The sets completed with values missing at random, (M, n, m)."""
        return impute(self.trial, self.posterior, "imputation_mar", self.normal)

    def rows(self, strategy: str) -> Rows:
        """Yield the pooled difference of each arm and visit."""
        at_random = strategy == "imputation_mar"
        completed = self.at_random if at_random else impute(self.trial, self.posterior, strategy, self.normal)
        taken_as = [] if at_random else [fact("missing_after_last_as_withdrawn")]
        for place, visit in enumerate(self.trial.visits):
            for arm in self.analysis.arms:
                pooled = self.analysis.pooled(completed[:, :, place], arm, self.context.analysis.alpha)
                yield {
                    **self._common(strategy, arm, place, pooled),
                    "term": DIFFERENCE,
                    "visit": visit,
                    "method": fact("multiple_imputation", strategy=strategy, **self._draws),
                    "caveats": [*self._caveats(place), *taken_as],
                }

    def tipping_rows(self, visit: str) -> Rows:
        """Yield, for each arm, the delta that takes the difference's interval to zero, and the difference there."""
        if visit not in self.trial.visits:
            return
        place = self.trial.visits.index(visit)
        alpha = self.context.analysis.alpha
        values = self.at_random[:, :, place]
        for arm in self.analysis.arms:
            gaps = self.trial.missing[:, place] & (self.trial.people["arm"] == arm).to_numpy()
            at_zero = self.analysis.pooled(values, arm, alpha)
            common = {
                **self._common("tipping_point", arm, place, None),
                "visit": visit,
                "method": fact("tipping_point", **self._draws),
            }
            reason, tip = self._why_no_tip(at_zero, gaps), None
            if not reason:
                # To the disadvantage of the arm that the difference favours the missing values move against it.
                farthest = -np.sign(at_zero.estimate) * self._farthest(values)
                tip = tipping_point(self.analysis, values, gaps, arm, farthest, alpha)
                reason = fact("no_delta_up_to", delta=float(farthest))
            if tip is None:
                yield {**common, "term": TIPPING_DELTA, "reason": reason}
                continue
            caveats = [fact("changed_by_delta", count=int(gaps.sum()))]
            yield {**common, "term": TIPPING_DELTA, "estimate": tip.delta, "caveats": caveats}
            yield {**common, **_numbers(tip.pooled), "term": AT_TIPPING_DELTA, "caveats": caveats}

    def _why_no_tip(self, at_zero: Pooled, gaps: np.ndarray) -> Fact | None:
        if not gaps.any():
            return fact("no_value_of_arm_missing")
        if at_zero.p_value >= self.context.analysis.alpha:
            return fact("includes_zero_already")
        return None

    def _farthest(self, values: np.ndarray) -> float:
        low, high = self.context.outcome.low, self.context.outcome.high
        return float(_FARTHEST_IN_SD * values.std()) if None in (low, high) else high - low

    def _common(self, analysis: str, arm: str, place: int, pooled: Pooled | None) -> Row:
        control = self.context.cohort.control
        seen = ~self.trial.missing[:, place]
        arms = self.trial.people["arm"].to_numpy()
        return {
            **self.context.common,
            **(_numbers(pooled) if pooled else {}),
            "analysis": analysis,
            "role": "sensitivity",
            "arm": arm,
            "reference_arm": control,
            "n": len(arms),
            "n_arm": int((seen & (arms == arm)).sum()),
            "n_reference": int((seen & (arms == control)).sum()),
        }

    def _caveats(self, place: int) -> list[Fact]:
        filled = int(self.trial.missing[:, place].sum())
        caveats = [fact("values_imputed", count=filled, n=len(self.trial.missing))]
        if self.trial.left_out:
            caveats.append(fact("incomplete_excluded", count=self.trial.left_out, lacking=self.trial.lacking))
        return caveats

    @property
    def _draws(self) -> dict[str, Any]:
        return {"imputations": self.context.analysis.imputations, "structure": self.fit.fit.structure}


def _numbers(pooled: Pooled) -> Row:
    return {name: value for name, value in asdict(pooled).items() if name != "missing_information"}
