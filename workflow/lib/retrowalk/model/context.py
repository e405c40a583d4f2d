"""One outcome of one cohort, and what every row about it says."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from retrowalk.analyses import BETWEEN_ARMS, REGISTER
from retrowalk.errors import FitError
from retrowalk.facts import Fact, fact
from retrowalk.model import guards
from retrowalk.model.effect_sizes import EffectSize
from retrowalk.model.longitudinal import Longitudinal, fact_of, fit_mmrm
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort, Outcome
from visitwise import VisitwiseError

Row = dict[str, Any]
Rows = Iterator[Row]


@dataclass(frozen=True)
class Context:
    """One outcome of one cohort with its data, and what the plan says of it.

    Attributes
    ----------
    cohort, analysis, outcome
        The plan.
    data : DataFrame
        One row a participant (`wide_outcome`).
    population
        Whom the rows speak of, where it is not everybody.
    followed
        The participants who followed the protocol; None where the data do not say who did.
    residuals
        Residuals of the models of this outcome that were fitted (`vocabulary.RESIDUAL_COLUMNS`); each model adds its own.
    """

    cohort: Cohort
    analysis: Analysis
    outcome: Outcome
    data: pd.DataFrame
    population: str = ""
    followed: frozenset[str] | None = None
    residuals: list[pd.DataFrame] = field(default_factory=list)

    def among(self, data: pd.DataFrame, population: str = "") -> "Context":
        """Return the same outcome of some of its participants; residuals of their models are kept apart."""
        return replace(self, data=data, population=population, residuals=[])

    @property
    def primary_estimator(self) -> str:
        """The analysis whose result is the answer."""
        return self.analysis.answer_of(self.cohort)

    def role(self, analysis: str, visit: str) -> str:
        """Return the role of a comparison of arms at a visit."""
        if analysis != self.primary_estimator or self.population:
            return "sensitivity"
        return "primary" if self.outcome.primary and visit == self.outcome.primary_visit else "secondary"

    @property
    def common(self) -> Row:
        """What every row about this outcome says."""
        population = self.population or self.cohort.population
        return {"outcome": self.outcome.name, "unit": self.outcome.unit, "population": population}

    @property
    def trial(self) -> dict[str, Any]:
        """What every mixed model of the outcome is given, covariates apart."""
        return {
            "data": self.data,
            "visits": self.visits,
            "baseline": self.cohort.baseline.name,
            "control": self.cohort.control,
            "alpha": self.analysis.alpha,
        }

    @cached_property
    def mmrm(self) -> Longitudinal:
        """The MMRM of the outcome, which several analyses start from."""
        return fit_mmrm(**self.trial, adjust_for=self.cohort.adjusted_for)

    def generator(self, *purpose: str) -> np.random.Generator:
        """Return the source of random numbers of one analysis: the plan's seed and what the numbers are for.

        Nothing else counts, neither the order of the analyses nor other cohorts.
        """
        name = "/".join([self.cohort.name, self.outcome.name, *purpose])
        return np.random.default_rng([self.analysis.seed, zlib.crc32(name.encode())])

    def does(self, analysis: str) -> bool:
        """Return whether the cohort's plan has this analysis."""
        return analysis not in self.cohort.leave_out

    @property
    def arms(self) -> list[str]:
        """The arms that are compared with the control."""
        return [arm.name for arm in self.cohort.intervention_arms]

    @property
    def visits(self) -> list[str]:
        """The visits after baseline, in their order in time."""
        return [visit.name for visit in self.cohort.post_visits]

    def caveats(self, analysis: str, visit: str, n: int) -> list[Fact]:
        """What the data at a visit make a reader of a comparison of arms there need to know."""
        cohort = self.cohort
        covariates = () if REGISTER[analysis].unadjusted else cohort.adjusted_for
        arms = [arm.name for arm in cohort.arms]
        at_limits = guards.floor_or_ceiling(self.data, visit, arms, self.outcome.low, self.outcome.high)
        return [*at_limits, *guards.too_many_covariates(len(covariates), n)]

    @property
    def undirected(self) -> list[Fact]:
        """The caveat of an effect size where neither direction of the outcome is better."""
        return [fact("size_not_directed")] if self.outcome.better == "neither" else []


def as_check(rows: Iterable[Row], caveat: Fact, **changes: str) -> list[Row]:
    """Return the comparisons of arms among the rows of a main comparison as a sensitivity analysis, its caveat first."""
    return [
        {**row, "role": "sensitivity", **changes, "caveats": [caveat, *row.get("caveats", [])]}
        for row in rows
        if row.get("reference_arm")
    ]


def owed(
    context: Context,
    analysis: str,
    term: str,
    rows: Callable[[], Iterable[Row]],
    *,
    arms: Iterable[str],
    visits: Iterable[str],
    absent: Fact | None = None,
) -> list[Row]:
    """Return the rows of an analysis, and for each arm and visit without one a row that says why there are no numbers.

    Parameters
    ----------
    analysis
        Its name in the register.
    term
        The term that each arm and visit is owed.
    rows
        Makes the rows. Where it raises FitError there are none, and the reason is that of the error.
    arms, visits
        What is owed a row.
    absent
        The reason where the analysis succeeded and gave no row for an arm and visit.

    Notes
    -----
    Every analysis that fits a mixed model passes through here: the one place where the engine's errors are caught.
    """
    entry = REGISTER[analysis]
    try:
        done, reason = list(rows()), absent
    except FitError as fault:
        done, reason = [], fault.reason
    except VisitwiseError as fault:
        if fault.reason is None:  # the call is at fault, not the data
            raise
        done, reason = [], fact_of(fault.reason)
    given = {(row.get("arm", ""), row.get("visit", "")) for row in done if row["term"] == term}
    missing = [
        {
            **context.common,
            "analysis": analysis,
            "role": context.role(analysis, visit) if entry.may_be_primary else entry.roles[0],
            "arm": arm,
            "reference_arm": context.cohort.control if entry.compares == BETWEEN_ARMS else "",
            "visit": visit,
            "term": term,
            "reason": reason,
        }
        for visit in visits
        for arm in arms
        if (arm, visit) not in given
    ]
    return done + missing


def effect_size_columns(size: EffectSize, kind: str) -> Row:
    """Return the columns of an effect size."""
    limits = {"effect_size_low": size.low, "effect_size_high": size.high}
    return {"effect_size": size.value, "effect_size_kind": kind, **limits}
