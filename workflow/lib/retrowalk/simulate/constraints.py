"""Draw again until what an abstract reports is true of the drawn values; the statistics that the constraints need.

The statistics are those of the studies: p values are two-sided, `treated` is a bool array that marks one of two arms.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
from scipy import stats

from retrowalk.errors import RetrowalkError

Drawn = TypeVar("Drawn")

MOST_DRAWS = 100_000
#: An arm with this share of its values at a limit of the instrument would be reported as a floor or ceiling effect.
SHARE_AT_LIMIT = 0.15


def draw_until(
    draw: Callable[[], Drawn], constraints: Mapping[str, Callable[[Drawn], bool]], what: str, most: int = MOST_DRAWS
) -> Drawn:
    """Return the first draw that meets every constraint.

    Parameters
    ----------
    draw
        Makes one draw.
    constraints
        {what it demands, in words: the test of a draw}; cheap ones that often fail go first.
    what
        What is drawn, for the message.
    most
        The number of draws after which it gives up.

    Raises
    ------
    RetrowalkError
        No draw met them all. The message says in how many draws each constraint was the first to fail.
    """
    failed = Counter()
    for _ in range(most):
        drawn = draw()
        fault = next((name for name, holds in constraints.items() if not holds(drawn)), None)
        if fault is None:
            return drawn
        failed[fault] += 1
    told = "; ".join(f'"{name}" failed in {count}' for name, count in failed.most_common())
    raise RetrowalkError(
        f"{what}: none of {most} draws meets every constraint ({told}). "
        f"Any seed should do: try another one in config/config.yaml, or loosen the constraint."
    )


def student_p(values: np.ndarray, treated: np.ndarray) -> float:
    """Return p of Student's t test between two arms."""
    return stats.ttest_ind(values[treated], values[~treated]).pvalue


def paired_p(values: np.ndarray) -> float:
    """Return p of the paired t test of two visits; `values` has a column a visit."""
    return stats.ttest_rel(values[:, 0], values[:, 1]).pvalue


def ancova(values: np.ndarray, treated: np.ndarray) -> tuple[float, float]:
    """Return the difference between two arms after treatment, adjusted for baseline, and its p."""
    return _first_slope(values[:, 1], treated.astype(float), values[:, 0], np.ones(len(values)))


def visit_p(values: np.ndarray, treated: np.ndarray) -> float:
    """Return p of the main effect of visit in the 2 x 2 mixed ANOVA, type III: arms weigh equally whatever their n."""
    return _first_slope(values[:, 1] - values[:, 0], np.ones(len(values)), np.where(treated, 1.0, -1.0))[1]


def standardised_difference(values: np.ndarray, treated: np.ndarray) -> float:
    """Return the difference of two arms' means over their pooled SD."""
    arms = values[treated], values[~treated]
    squares = sum(np.var(arm, ddof=1) * (len(arm) - 1) for arm in arms)
    return (arms[0].mean() - arms[1].mean()) / np.sqrt(squares / (len(values) - 2))


def standardised_change(values: np.ndarray) -> float:
    """Return d_z: the mean change between two visits over the SD of the change."""
    change = values[:, 1] - values[:, 0]
    return change.mean() / change.std(ddof=1)


def clear_of_limits(values: np.ndarray, arm: np.ndarray, low: float | None, high: float | None) -> bool:
    """Return whether less than 15 % of every arm are at either limit at every visit; a missing value is NaN."""
    limits = [limit for limit in (low, high) if limit is not None]
    parts = [values[arm == name] for name in np.unique(arm)]
    shares = [((part == limit).sum(axis=0) / (~np.isnan(part)).sum(axis=0)).max() for part in parts for limit in limits]
    return max(shares) < SHARE_AT_LIMIT


def _first_slope(response: np.ndarray, *terms: np.ndarray) -> tuple[float, float]:
    from statsmodels.regression.linear_model import OLS

    fit = OLS(response, np.column_stack(terms)).fit()
    return fit.params[0], fit.pvalues[0]
