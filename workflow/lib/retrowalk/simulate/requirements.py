"""The statistics that a draw of a bundled cohort must have, by the names that its design gives them.

The statistics are those of the studies: p values are two-sided, `treated` is a bool array that marks one of two arms.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class DrawnOutcome:
    """An outcome as drawn.

    `values` has a row per participant and a column per visit, NaN where missing. `treated` and `reversed` mark
    participants, `last` is the place of each participant's last visit, `direction` the sign of the change that the
    design expects, `limits` the ends of the instrument's scale.
    """

    values: np.ndarray
    treated: np.ndarray
    reversed: np.ndarray
    last: np.ndarray
    direction: float
    limits: tuple[float, ...]

    @property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Values and arms of those who have every value."""
        complete = ~np.isnan(self.values).any(axis=1)
        return self.values[complete], self.treated[complete]

    @property
    def arms(self) -> tuple[np.ndarray, np.ndarray]:
        """The complete values of the treated and of the other arm."""
        values, treated = self.pairs
        return values[treated], values[~treated]


def student_p(values: np.ndarray, treated: np.ndarray) -> float:
    """Return p of Student's t test between two arms."""
    return stats.ttest_ind(values[treated], values[~treated]).pvalue


def paired_p(values: np.ndarray) -> float:
    """Return p of the paired t test of two visits; `values` has a column per visit."""
    return stats.ttest_rel(values[:, 0], values[:, 1]).pvalue


def ancova(values: np.ndarray, treated: np.ndarray) -> tuple[float, float]:
    """Return the difference between two arms after treatment, adjusted for baseline, and its p."""
    return _first_slope(values[:, 1], treated.astype(float), values[:, 0], np.ones(len(values)))


def visit_p(values: np.ndarray, treated: np.ndarray) -> float:
    """Return p of the main effect of visit in the 2 x 2 mixed ANOVA, type III: arms weigh equally whatever their n."""
    return _first_slope(_change(values), np.ones(len(values)), np.where(treated, 1.0, -1.0))[1]


def standardised_difference(values: np.ndarray, treated: np.ndarray) -> float:
    """Return the difference of two arms' means over their pooled SD; a missing value is NaN."""
    arms = [values[arm & ~np.isnan(values)] for arm in (treated, ~treated)]
    squares = sum(np.var(arm, ddof=1) * (len(arm) - 1) for arm in arms)
    return (arms[0].mean() - arms[1].mean()) / np.sqrt(squares / (len(arms[0]) + len(arms[1]) - 2))


def standardised_change(values: np.ndarray) -> float:
    """Return d_z: the mean change between two visits over the SD of the change."""
    return _change(values).mean() / _change(values).std(ddof=1)


def share_at_limit(drawn: DrawnOutcome) -> float:
    """Return the largest share of an arm that is at either limit at a visit; 0 without limits."""
    measured = ~np.isnan(drawn.values).all(axis=1)
    arms = [drawn.values[measured & arm] for arm in (drawn.treated, ~drawn.treated) if (measured & arm).any()]
    shares = [(arm == limit).sum(axis=0) / (~np.isnan(arm)).sum(axis=0) for arm in arms for limit in drawn.limits]
    return float(np.max(shares, initial=0))


def least_change(drawn: DrawnOutcome) -> float:
    """Return the smallest change in the expected direction, of whoever is reversed in the opposite one."""
    return np.nanmin(drawn.direction * np.where(drawn.reversed, -1, 1) * _change(drawn.values))


def excess_of_withdrawn(drawn: DrawnOutcome) -> float:
    """Return how much higher those were at their last visit who withdrew than those who went on; of the visits, the least."""
    means = []
    for visit, values in enumerate(drawn.values.T[:-1]):
        withdrew, went_on = values[drawn.last == visit], values[drawn.last > visit]
        means.append(withdrew.mean() - went_on.mean() if len(withdrew) and len(went_on) else np.nan)
    return min(means)


def _change(values: np.ndarray) -> np.ndarray:
    return values[:, 1] - values[:, 0]


def _of_common_direction(drawn: DrawnOutcome) -> np.ndarray:
    return _change(drawn.values)[~drawn.reversed]


def _first_slope(response: np.ndarray, *terms: np.ndarray) -> tuple[float, float]:
    from statsmodels.regression.linear_model import OLS

    fit = OLS(response, np.column_stack(terms)).fit()
    return fit.params[0], fit.pvalues[0]


OF_OUTCOME: Mapping[str, Callable[[DrawnOutcome], float]] = MappingProxyType(
    {
        "student_p_at_end": lambda drawn: student_p(drawn.pairs[0][:, -1], drawn.pairs[1]),
        "student_p_of_change": lambda drawn: student_p(_change(drawn.pairs[0]), drawn.pairs[1]),
        "student_p_of_mean": lambda drawn: student_p(drawn.pairs[0].mean(axis=1), drawn.pairs[1]),
        "visit_p": lambda drawn: visit_p(*drawn.pairs),
        "paired_p": lambda drawn: max(map(paired_p, drawn.arms)),  # of the arms, the larger
        "ancova_p": lambda drawn: ancova(*drawn.pairs)[1],
        "ancova_difference": lambda drawn: ancova(*drawn.pairs)[0],
        "baseline_difference": lambda drawn: abs(standardised_difference(drawn.values[:, 0], drawn.treated)),
        "difference_at_end": lambda drawn: standardised_difference(drawn.values[:, -1], drawn.treated),
        # How much larger |d_z| is in the treated arm.
        "advantage_of_change": lambda drawn: float(-np.diff(np.abs(list(map(standardised_change, drawn.arms))))[0]),
        "mean_change": lambda drawn: _of_common_direction(drawn).mean(),
        "sd_change": lambda drawn: _of_common_direction(drawn).std(ddof=1),
        "least_change": least_change,
        # The mean change in the expected direction; of the arms, the smaller.
        "least_mean_change": lambda drawn: min(drawn.direction * _change(arm).mean() for arm in drawn.arms),
        "share_at_limit": share_at_limit,
        "excess_of_withdrawn": excess_of_withdrawn,
    }
)

OF_COVARIATE: Mapping[str, Callable[[np.ndarray], float]] = MappingProxyType(
    {"mean": np.mean, "sd": lambda values: values.std(ddof=1)}
)

#: Of the place of each participant's last visit, the number of visits and who is treated.
OF_ATTENDANCE: Mapping[str, Callable[[np.ndarray, int, np.ndarray], float]] = MappingProxyType(
    {
        "withdrawals": lambda last, visits, treated: (last < visits - 1).sum(),
        "fewest_withdrawals_of_an_arm": lambda last, visits, treated: min(
            (last[arm] < visits - 1).sum() for arm in (treated, ~treated)
        ),
        "fewest_withdrawals_after_a_visit": lambda last, visits, treated: min(
            (last == visit).sum() for visit in range(visits - 1)
        ),
    }
)
