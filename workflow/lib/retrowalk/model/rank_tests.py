"""Rank tests with the estimates and intervals that belong to them."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retrowalk.errors import FitError
from retrowalk.model.pairs import Pairs

#: With more values than this in an arm, or with ties or zeros, p values and intervals are asymptotic.
MOST_FOR_EXACT = 50


@dataclass(frozen=True)
class RankTest:
    """A location (or a probability) with its rank test; limits are missing where there are too few values for them."""

    estimate: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    n: int
    exact: bool | None
    df: float = math.nan
    se: float = math.nan


def mann_whitney(arm: pd.Series, reference: pd.Series, alpha: float = 0.05) -> RankTest:
    """Compare two arms by Mann and Whitney's test, with the estimate of Hodges and Lehmann.

    Parameters
    ----------
    arm, reference
        Values of the two arms (the outcome's unit), missing where not measured.
    alpha
        One minus the confidence level.

    Returns
    -------
    RankTest
        estimate = median of all differences arm - reference; statistic U = pairs in which `arm` is higher, ties counting a
        half (R's W). The interval is that of the k-th lowest and k-th highest difference, k the alpha / 2 quantile of U,
        exact or normal as the p value is.

    Raises
    ------
    FitError
        Fewer than two values in an arm, or all values the same.

    Notes
    -----
    Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598. Hollander M, Wolfe DA. Nonparametric Statistical Methods, 2nd ed.
    1999, 4.1 to 4.3. Statistic and p checked against R's wilcox.test (tests/reference/two_arm.csv), exact intervals
    against the enumeration of all arrangements.
    """
    from scipy.stats import mannwhitneyu

    x, y = arm.dropna().to_numpy(float), reference.dropna().to_numpy(float)
    _refuse_few(x, y)
    n, m = len(x), len(y)
    everything = np.concatenate([x, y])
    _, ties = np.unique(everything, return_counts=True)
    if len(ties) == 1:
        raise FitError("all_the_same")
    exact = len(ties) == n + m and max(n, m) <= MOST_FOR_EXACT
    test = mannwhitneyu(x, y, method="exact" if exact else "asymptotic")
    differences = Pairs.of_differences(x, y)
    tied = (ties**3 - ties).sum() / ((n + m) * (n + m - 1))
    sd = math.sqrt(n * m / 12 * (n + m + 1 - tied))
    k = _exact_rank(_counts_of_u(n, m), alpha) if exact else _normal_rank(n * m / 2, sd, alpha)
    limits = _order_statistics(differences, k)
    return RankTest(differences.median, float(test.statistic), float(test.pvalue), *limits, n + m, exact)


def signed_rank(change: pd.Series, alpha: float = 0.05) -> RankTest:
    """Test changes by Wilcoxon's signed ranks, with the median of Walsh averages.

    Parameters
    ----------
    change
        One change a participant (the outcome's unit), missing where not measured twice.
    alpha
        One minus the confidence level.

    Returns
    -------
    RankTest
        estimate = median of the averages of all pairs of changes (a change with itself too), with the interval of the
        k-th lowest and k-th highest; statistic V = sum of the ranks of positive changes (R's V). Zeros are left out of
        the test (Wilcoxon), not of the estimate.

    Raises
    ------
    FitError
        Fewer than two changes, or none that is not zero.

    Notes
    -----
    Hollander and Wolfe 1999, 3.1 to 3.3. Statistic and p checked against R's wilcox.test (tests/reference/two_arm.csv).
    """
    from scipy.stats import rankdata, wilcoxon

    values = change.dropna().to_numpy(float)
    if len(values) < 2:
        raise FitError("measured_at_both", count=len(values))
    kept = values[values != 0]
    if not len(kept):
        raise FitError("nobody_changed")
    ranks = rankdata(np.abs(kept))
    _, ties = np.unique(np.abs(kept), return_counts=True)
    exact = len(kept) == len(values) == len(ties) and len(values) <= MOST_FOR_EXACT
    test = wilcoxon(kept, method="exact" if exact else "asymptotic", correction=not exact)
    n = len(values)
    sums = Pairs.of_sums(values)
    sd = math.sqrt(n * (n + 1) * (2 * n + 1) / 24 - (ties**3 - ties).sum() / 48)
    k = _exact_rank(_counts_of_v(n), alpha) if exact else _normal_rank(n * (n + 1) / 4, sd, alpha)
    v = float(ranks[kept > 0].sum())
    return RankTest(sums.median / 2, v, float(test.pvalue), *_order_statistics(sums, k, 0.5), n, exact)


def brunner_munzel(arm: pd.Series, reference: pd.Series, alpha: float = 0.05) -> RankTest:
    """Compare two arms by the test of Brunner and Munzel, which lets the spread differ.

    Returns
    -------
    RankTest
        estimate = the probability that a value of `arm` is higher than one of `reference`, ties counting a half, with its
        t interval (limits cut at 0 and 1); statistic and df of the t distribution. 0.5 means no tendency.

    Raises
    ------
    FitError
        Fewer than two values in an arm, or arms that do not overlap, where the variance is zero.

    Notes
    -----
    Brunner E, Munzel U. Biom J 2000;42:17: with R the ranks among all values and Q those within the arm,
    p = (mean R_arm - (n_arm + 1) / 2) / n_reference and the variance of p is S_arm^2 / (n_arm n_reference^2) +
    S_reference^2 / (n_reference n_arm^2), S^2 the variance of R - Q. Statistic and p are scipy's; the interval agrees with
    R's brunnermunzel on its own example.
    """
    from scipy.stats import brunnermunzel, rankdata
    from scipy.stats import t as t_distribution

    x, y = arm.dropna().to_numpy(float), reference.dropna().to_numpy(float)
    _refuse_few(x, y)
    n, m = len(x), len(y)
    ranks = rankdata(np.concatenate([x, y]))
    apart = [(ranks[:n] - rankdata(x)).var(ddof=1), (ranks[n:] - rankdata(y)).var(ddof=1)]
    terms = np.array([apart[0] / (n * m**2), apart[1] / (m * n**2)])
    se = math.sqrt(terms.sum())
    if se == 0:
        raise FitError("no_overlap")
    df = terms.sum() ** 2 / (terms[0] ** 2 / (n - 1) + terms[1] ** 2 / (m - 1))
    higher = (ranks[:n].mean() - (n + 1) / 2) / m
    test = brunnermunzel(y, x)
    half = t_distribution.ppf(1 - alpha / 2, df) * se
    limits = max(higher - half, 0.0), min(higher + half, 1.0)
    return RankTest(
        float(higher), float(test.statistic), float(test.pvalue), *limits, n + m, "t distribution", float(df), se
    )


def _refuse_few(x: np.ndarray, y: np.ndarray) -> None:
    if min(len(x), len(y)) < 2:
        raise FitError("with_a_value", n_arm=len(x), n_reference=len(y))


def _order_statistics(pairs: Pairs, k: int, times: float = 1.0) -> tuple[float, float]:
    """Return the k-th lowest and the k-th highest pair, multiplied; missing where k is 0."""
    return (times * pairs.at(k - 1), times * pairs.at(pairs.size - k)) if k else (math.nan, math.nan)


def _exact_rank(counts: np.ndarray, alpha: float) -> int:
    """Return the largest k with P(statistic <= k - 1) <= alpha / 2, the statistic having these counts of arrangements."""
    below = np.cumsum(counts) / counts.sum()
    return int((below <= alpha / 2).sum())


def _normal_rank(mean: float, sd: float, alpha: float) -> int:
    """Return the same k by the normal distribution with continuity correction."""
    from scipy.stats import norm

    return max(math.floor(mean + 0.5 - norm.isf(alpha / 2) * sd), 0)


def _counts_of_u(n: int, m: int) -> np.ndarray:
    """Return how many of all arrangements give U = 0, 1, ..., n m: the coefficients of a Gaussian binomial."""
    size = n * m + 1
    counts = np.zeros(size)
    counts[0] = 1
    for part in range(1, n + 1):
        for place in range(size - 1, m + part - 1, -1):
            counts[place] -= counts[place - m - part]
        for place in range(part, size):
            counts[place] += counts[place - part]
    return counts


def _counts_of_v(n: int) -> np.ndarray:
    """Return how many of the 2^n patterns of signs give V = 0, 1, ..., n (n + 1) / 2."""
    counts = np.ones(1)
    for rank in range(1, n + 1):
        longer = np.zeros(len(counts) + rank)
        longer[: len(counts)] += counts
        longer[rank:] += counts
        counts = longer
    return counts
