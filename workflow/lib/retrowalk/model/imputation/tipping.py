"""How much worse the missing values of an arm must be before the answer changes."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from retrowalk.model.imputation.analyse import SetAnalysis
from retrowalk.model.imputation.pool import Pooled, pool


@dataclass(frozen=True)
class Tipping:
    """The smallest delta, to the disadvantage of the arm, at which p reaches alpha, and the pooled result there."""

    delta: float
    pooled: Pooled


def shifted(
    analysis: SetAnalysis, completed: np.ndarray, missing: np.ndarray, arm: str, delta: float, alpha: float = 0.05
) -> Pooled:
    """Pool the adjusted difference after `delta` was added to the imputed values of an arm.

    Parameters
    ----------
    analysis
        The ANCOVA.
    completed : (M, n)
        Completed values at the visit.
    missing : (n,) of bool
        Participants of the arm whose value was imputed.
    arm
        The arm, of those of `analysis`.
    delta
        In the outcome's unit.

    Notes
    -----
    With r the residuals of a set and e those of the indicator of imputed values, the difference is that of the set plus
    delta times that of the indicator, and the residual sum of squares r'r + 2 delta r'e + delta^2 e'e.
    """
    indicator = missing.astype(float)
    residuals, extra = analysis.residuals(completed), analysis.residuals(indicator)
    estimates = analysis.slope(completed, arm) + delta * analysis.slope(indicator, arm)
    squares = (residuals**2).sum(axis=1) + 2 * delta * residuals @ extra + delta**2 * (extra @ extra)
    return pool(estimates, analysis.variance(squares, arm), analysis.df, alpha)


def tipping_point(
    analysis: SetAnalysis,
    completed: np.ndarray,
    missing: np.ndarray,
    arm: str,
    farthest: float,
    alpha: float = 0.05,
) -> Tipping | None:
    """Return the delta nearest to 0, between 0 and `farthest`, at which the p value of the difference is alpha.

    None where p stays below alpha up to `farthest`, or is not below it at 0. `farthest` has the sign that is to the arm's
    disadvantage; the other arguments are those of `shifted`.
    """
    from scipy.optimize import brentq

    def above(delta: float) -> float:
        return shifted(analysis, completed, missing, arm, delta, alpha).p_value - alpha

    steps = np.linspace(0, farthest, 201)
    if above(0) >= 0:
        return None
    for before, after in pairwise(steps):
        if above(after) >= 0:
            delta = float(brentq(above, before, after))
            return Tipping(delta, _at_zero(shifted(analysis, completed, missing, arm, delta, alpha), alpha))
    return None


def _at_zero(pooled: Pooled, alpha: float) -> Pooled:
    """Return the result at the tipping point with what it is by definition: p is alpha, and a limit of the interval is zero.

    The root search leaves rounding errors there, which differ from one processor to another.
    """
    limit = "ci_high" if pooled.estimate < 0 else "ci_low"
    return replace(pooled, p_value=alpha, **{limit: 0.0})
