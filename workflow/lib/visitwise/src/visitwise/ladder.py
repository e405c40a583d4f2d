"""From a layout to fits: one structure, or the first of several that can be fitted, for each trial."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from visitwise.criterion import Evaluation, evaluate
from visitwise.layout import Layout
from visitwise.optimise import NO_CONVERGENCE, Optimum, minimise
from visitwise.reasons import Reason
from visitwise.structures import STRUCTURES, Shape, same_model, shape

#: Correlations that depend on the order of the visits in time.
IN_TIME = ("lag", "power", "neighbours")
UNKNOWN_ORDER = "unknown_order"
#: Why a covariance in continuous time, whose correlation cannot be negative, has no optimum.
NO_CORRELATION = "no_correlation"
ON_BOUNDARY = "on_boundary"
#: A correlation below this is on its way to zero.
_NEAR_ZERO = 1e-3
#: Trials that are fitted together: enough to share the cost of each call, few enough to stay in the processor's cache.
_TOGETHER = 64


@dataclass(frozen=True)
class Attempt:
    """One rung of the ladder: a structure, whether it was fitted, and why not; of one that was, a caveat or None."""

    structure: str
    fitted: bool
    why: Reason | None

    @property
    def reason(self) -> str:
        """`why` in words, "" for None."""
        return "" if self.why is None else str(self.why)

    def __str__(self) -> str:
        """Return the structure and why it was not fitted, in words."""
        return f"{STRUCTURES[self.structure].words}: {self.reason}"


@dataclass(frozen=True)
class Solution:
    """The fit of one structure to some of the trials.

    Attributes
    ----------
    trials : (d,) of int
        Their numbers.
    structure : str
    shape : Shape
    theta : (d, G, r)
        Of the standardised response.
    steps : (d,) of int
    at_optimum : Evaluation
        Of d runs.
    layout : Layout
        Of these trials.
    """

    trials: np.ndarray
    structure: str
    shape: Shape
    theta: np.ndarray
    steps: np.ndarray
    at_optimum: Evaluation
    layout: Layout


def climb(
    layout: Layout,
    structures: Sequence[str],
    visits: Sequence[Any],
    able: np.ndarray,
    *,
    in_known_order: bool = True,
    times: tuple[float, ...] | None = None,
) -> tuple[list[Solution], list[list[Attempt]]]:
    """Fit each trial with the first structure that can be fitted.

    Parameters
    ----------
    layout
        D trials.
    structures
        The ladder. A rung that is the same model as one that failed (with one or two visits) is left out.
    visits
        Labels of the visits.
    able : (D,) of bool
        Trials to fit.
    in_known_order
        Whether the visits are known to be in their order in time, which structures with lags or neighbours need.
    times
        The time of each visit, which structures in continuous time need.

    Returns
    -------
    solutions
        One for each structure and lot of trials it was fitted to.
    tried
        For each trial what was tried, in order.
    """
    solutions: list[Solution] = []
    tried: list[list[Attempt]] = [[] for _ in able]
    left = np.flatnonzero(able)
    for rung, structure in enumerate(structures):
        if any(same_model(structure, earlier, len(visits)) for earlier in structures[:rung]):
            continue
        if not in_known_order and STRUCTURES[structure].correlation in IN_TIME and len(visits) > 2:
            for trial in left:
                tried[trial].append(Attempt(structure, False, Reason(UNKNOWN_ORDER)))
            continue
        fitted_here = []
        for start in range(0, len(left), _TOGETHER):
            lot = left[start : start + _TOGETHER]
            for trials, solution, attempts in _attempt(layout, lot, structure, visits, times):
                for trial, attempt in zip(trials, attempts, strict=True):
                    tried[trial].append(attempt)
                if solution is not None:
                    solutions.append(solution)
                    fitted_here.append(solution.trials)
        left = np.setdiff1d(left, np.concatenate([*fitted_here, np.empty(0, dtype=int)]))
        if len(left) == 0:
            break
    return solutions, tried


def fewest_participants(structure: str, visits: int, columns: int, groups: int = 1) -> int:
    """Return how many participants a structure needs in each group to be fitted.

    An unstructured matrix of m visits can be made singular, and the likelihood infinite, as soon as some combination of
    the visits is explained without a rest. With p coefficients for G groups, p / (m G) of them to a visit and group at
    the least, that is so for fewer than m + p / (m G) participants. Every other structure needs two.
    """
    if STRUCTURES[structure].correlation != "any" or visits == 1:
        return 2
    return visits + math.ceil(columns / (visits * groups))


def _attempt(
    layout: Layout, lot: np.ndarray, structure: str, visits: Sequence[Any], times: tuple[float, ...] | None
) -> list[tuple]:
    """Fit a structure to a lot of trials: (trials, their solution or None, their attempts) for each outcome."""
    needed = fewest_participants(structure, len(visits), layout.columns, layout.groups)
    sizes = layout.counts[lot].sum(axis=2)
    few = sizes.min(axis=1) < needed
    outcomes: list[tuple] = []
    if few.any():
        code = "too_few_in_a_group" if layout.groups > 1 else "too_few_participants"
        counts = ({"participants": int(n.min()), "needed": needed} for n in sizes[few])
        refused = [Attempt(structure, False, Reason(code, values)) for values in counts]
        outcomes.append((lot[few], None, refused))
    lot = lot[~few]
    if len(lot) == 0:
        return outcomes
    chosen = layout.take(lot)
    form = shape(STRUCTURES[structure], tuple(visits), times=times)
    optimum = _explained(form, minimise(chosen, form))
    zero = np.zeros(len(lot), dtype=bool)
    if STRUCTURES[structure].nonnegative:
        # A search that ended without an optimum may have run off to ever more negative covariances.
        zero = ~optimum.fitted | _below_zero(form, optimum)
        alone = shape(STRUCTURES[structure], tuple(visits), independent=True)
    if zero.any():
        part = chosen.take(np.flatnonzero(zero))
        outcomes.append(_outcome(part, lot[zero], structure, alone, _on_boundary(part, form, minimise(part, alone))))
    if not zero.all():
        outcomes.append(_outcome(chosen.take(np.flatnonzero(~zero)), lot[~zero], structure, form, optimum.some(~zero)))
    return outcomes


def _outcome(layout: Layout, trials: np.ndarray, structure: str, form: Shape, optimum: Optimum) -> tuple:
    attempts = [
        Attempt(structure, bool(ok), Reason(code) if code else None)
        for ok, code in zip(optimum.fitted, optimum.reason, strict=True)
    ]
    solution = None
    good = np.flatnonzero(optimum.fitted)
    if len(good):
        theta, part = optimum.theta[good], layout.take(good)
        at = evaluate(part, form, theta)
        solution = Solution(trials[good], structure, form, theta, optimum.steps[good], at, part)
    return trials, solution, attempts


def _explained(form: Shape, optimum: Optimum) -> Optimum:
    """Name the reason where a search in continuous time ended at a correlation of zero."""
    if form.gap is None:
        return optimum
    correlation = optimum.theta[..., [kind == "correlation" for kind in form.kinds]]
    at_zero = ~optimum.fitted & (correlation < _NEAR_ZERO).any(axis=(1, 2))
    reason = np.where(at_zero & (optimum.reason == NO_CONVERGENCE), NO_CORRELATION, optimum.reason)
    return Optimum(optimum.theta, optimum.fitted, reason, optimum.steps)


def _below_zero(form: Shape, optimum: Optimum) -> np.ndarray:
    covariance = optimum.theta[..., [kind == "covariance" for kind in form.kinds]]
    return optimum.fitted & (covariance < 0).any(axis=(1, 2))


def _on_boundary(layout: Layout, form: Shape, optimum: Optimum) -> Optimum:
    """Judge fits with the covariance held at zero by the conditions of Karush, Kuhn and Tucker.

    Zero is the optimum if the criterion does not fall when the covariance grows from there.
    """
    full = np.zeros((*optimum.theta.shape[:2], len(form.kinds)))
    full[..., [kind == "variance" for kind in form.kinds]] = optimum.theta
    between = np.tile([kind == "covariance" for kind in form.kinds], layout.groups)
    holds = (evaluate(layout, form, full).score[:, between] >= 0).all(axis=1) & optimum.fitted
    reason = np.where(holds, ON_BOUNDARY, np.where(optimum.fitted, NO_CONVERGENCE, optimum.reason))
    return Optimum(optimum.theta, holds, reason, optimum.steps)
