"""One model solved for D trials: estimates of linear combinations of the coefficients, for all trials at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from visitwise import kenward_roger, satterthwaite
from visitwise.design import Design
from visitwise.errors import NotFittedError, NoVariationError, TooFewError
from visitwise.ladder import Attempt, Solution, climb
from visitwise.layout import Layout, lay_out
from visitwise.precision import Precision, precision
from visitwise.rank import explain_rank

#: How degrees of freedom are found, in words.
DF = {
    "kenward-roger": "Kenward-Roger",
    "satterthwaite": "Satterthwaite",
    "residual": "residual",
    "normal": "normal distribution",
}


@dataclass(frozen=True)
class SolvedTrials:
    """The fits of a model to D trials.

    Attributes
    ----------
    design, layout
        The analysed rows, and the same as padded arrays.
    solutions, precisions
        The fits, in lots of one structure, and how precisely each lot knows its parameters.
    faults : list of D
        The error that says why a trial has no fit, or None.
    tried : list of D lists of Attempt
    df
        How degrees of freedom are found.
    """

    design: Design
    layout: Layout
    solutions: list[Solution]
    precisions: list[Precision]
    faults: list[Exception | None]
    tried: list[list[Attempt]]
    df: str

    def linear(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return estimates, standard errors and degrees of freedom, (D, c) each, missing where there is no fit.

        Parameters
        ----------
        weights : (D or 1, c, p)
            Of the design's coefficients.
        """
        trials, size = len(self.faults), weights.shape[1]
        estimate, variance, df = (np.full((trials, size), np.nan) for _ in range(3))
        for solution, spread in zip(self.solutions, self.precisions, strict=True):
            of_these = weights if len(weights) == 1 else weights[solution.trials]
            contrasts = of_these @ spread.root
            estimate[solution.trials] = (of_these @ spread.coefficients[..., None])[..., 0]
            adjusted = self.df == "kenward-roger"
            variance[solution.trials] = (
                kenward_roger.variances(contrasts, spread) if adjusted else (contrasts**2).sum(axis=2)
            )
            df[solution.trials] = self._df(solution, contrasts, spread)
        return estimate, np.sqrt(variance), df

    def _df(self, solution: Solution, contrasts: np.ndarray, spread: Precision) -> np.ndarray:
        if self.df == "residual":
            return (solution.layout.observations - solution.layout.columns)[:, None].astype(float)
        return np.full((1, 1), np.inf) if self.df == "normal" else satterthwaite.single(contrasts, spread)


def solve_trials(design: Design, structures: Sequence[str], df: str, information: str) -> SolvedTrials:
    """Fit every trial of a design with the first structure that can be fitted.

    On one thread: at these sizes more are slower, and 20 times slower where another process wants the processor too.
    """
    with _thread_pools().limit(limits=1, user_api="blas"):
        return _solve(design, structures, df, information)


@cache
def _thread_pools() -> ThreadpoolController:
    return ThreadpoolController()


def _solve(design: Design, structures: Sequence[str], df: str, information: str) -> SolvedTrials:
    trials = len(design.trials)
    layout = lay_out(design.rows, trials, len(design.groups), len(design.visits))
    faults: list[Exception | None] = [_fault(design, layout, trial) for trial in range(trials)]
    able = np.array([fault is None for fault in faults])
    solutions, tried = climb(
        layout, structures, design.visits, able, in_known_order=design.in_known_order, times=design.times
    )
    fitted = np.zeros(trials, dtype=bool)
    for solution in solutions:
        fitted[solution.trials] = True
    for trial in np.flatnonzero(able & ~fitted):
        faults[trial] = NotFittedError.because("no_structure", tried=tuple(tried[trial]))
    precisions = [precision(solution, information) for solution in solutions]
    return SolvedTrials(design, layout, solutions, precisions, faults, tried, df)


def _fault(design: Design, layout: Layout, trial: int) -> Exception | None:
    """Return what keeps a trial from being fitted whatever the structure, or None."""
    people, values, p = int(layout.participants[trial]), int(layout.observations[trial]), layout.columns
    if people < 2 or values <= p:
        return TooFewError.because("too_few_values", values=values, participants=people, coefficients=p)
    if layout.dependent[trial] >= 0:
        return explain_rank(design, trial, int(layout.dependent[trial]))
    if layout.scale[trial] == 0:
        return NoVariationError.because("no_variation")
    if layout.constant_visit[trial] >= 0:
        visit = design.visits[int(layout.constant_visit[trial])]
        return NoVariationError.because("constant_visit", column=design.visit, visit=visit)
    return None
