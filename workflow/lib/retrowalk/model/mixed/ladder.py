"""From a layout to fits: one structure, or the first of several that can be fitted, for each trial."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrowalk.model.mixed.criterion import Evaluation, evaluate
from retrowalk.model.mixed.layout import Layout
from retrowalk.model.mixed.optimise import NO_CONVERGENCE, Optimum, minimise
from retrowalk.model.mixed.structures import STRUCTURES, Shape, same_model, shape

ON_BOUNDARY = "the variance between participants is estimated as zero"
#: Trials that are fitted together: enough to share the cost of each call, few enough to stay in the processor's cache.
_TOGETHER = 64


@dataclass(frozen=True)
class Attempt:
    """One rung of the ladder: a structure, whether it was fitted, and why not (or a caveat)."""

    structure: str
    fitted: bool
    reason: str


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
    layout: Layout, structures: Sequence[str], visits: Sequence[Any], able: np.ndarray
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
        fitted_here = []
        for start in range(0, len(left), _TOGETHER):
            lot = left[start : start + _TOGETHER]
            for trials, solution, attempts in _attempt(layout, lot, structure, visits):
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


def _attempt(layout: Layout, lot: np.ndarray, structure: str, visits: Sequence[Any]) -> list[tuple]:
    """Fit a structure to a lot of trials: (trials, their solution or None, their attempts) for each outcome."""
    needed = fewest_participants(structure, len(visits), layout.columns, layout.groups)
    sizes = layout.counts[lot].sum(axis=2)
    few = sizes.min(axis=1) < needed
    outcomes: list[tuple] = []
    if few.any():
        reason = "{} participants, and {} are needed" + (" in each group" if layout.groups > 1 else "")
        refused = [Attempt(structure, False, reason.format(int(n.min()), needed)) for n in sizes[few]]
        outcomes.append((lot[few], None, refused))
    lot = lot[~few]
    if len(lot) == 0:
        return outcomes
    own = layout.take(lot)
    form = shape(STRUCTURES[structure], tuple(visits))
    optimum = minimise(own, form)
    zero = _below_zero(form, optimum) if STRUCTURES[structure].nonnegative else np.zeros(len(lot), dtype=bool)
    for some, boundary in ((~zero, False), (zero, True)):
        if not some.any():
            continue
        part, result, laid = own.take(np.flatnonzero(some)), optimum.some(some), form
        if boundary:
            laid = shape(STRUCTURES[structure], tuple(visits), independent=True)
            result = _on_boundary(part, form, minimise(part, laid))
        outcomes.append(_outcome(part, lot[some], structure, laid, result))
    return outcomes


def _outcome(layout: Layout, trials: np.ndarray, structure: str, form: Shape, optimum: Optimum) -> tuple:
    attempts = [Attempt(structure, bool(ok), why) for ok, why in zip(optimum.fitted, optimum.reason, strict=True)]
    solution = None
    good = np.flatnonzero(optimum.fitted)
    if len(good):
        theta, part = optimum.theta[good], layout.take(good)
        at = evaluate(part, form, theta)
        solution = Solution(trials[good], structure, form, theta, optimum.steps[good], at, part)
    return trials, solution, attempts


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
