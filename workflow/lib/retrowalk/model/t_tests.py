"""Student's t tests as the studies ran them."""

from dataclasses import dataclass, replace

import pandas as pd

from retrowalk.errors import FitError
from retrowalk.model.effect_sizes import EffectSize, cohen_dz, hedges_g, pooled_sd


@dataclass(frozen=True)
class TTest:
    """A mean (or a difference of means) with its t test; `effect_size` has the sign of `estimate`."""

    estimate: float
    se: float
    df: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    effect_size: EffectSize
    n: int


def paired_t(before: pd.Series, after: pd.Series, alpha: float = 0.05) -> TTest:
    """Return the mean change of those measured twice, with the paired t test and Cohen's d_z.

    Parameters
    ----------
    before, after
        Values of the same participants (same index), missing where not measured.
    alpha
        One minus the confidence level.

    Notes
    -----
    d_z = mean change / SD of the changes, with its noncentral-t interval. Checked against R's t.test
    (tests/reference/two_arm.csv).

    Raises
    ------
    FitError
        Fewer than two participants measured twice, or changes that are all the same.
    """
    from scipy.stats import ttest_rel

    both = pd.DataFrame({"before": before, "after": after}).dropna().astype(float)
    change = both["after"] - both["before"]
    n, sd = len(change), change.std()
    if n < 2:
        raise FitError("measured_at_both", count=n)
    if _does_not_vary(sd, both.abs().to_numpy().max()):
        raise FitError("same_change")
    test = ttest_rel(both["after"], both["before"])
    limits = test.confidence_interval(1 - alpha)
    size = cohen_dz(change.mean(), sd, n, alpha)
    return TTest(change.mean(), sd / n**0.5, test.df, test.statistic, test.pvalue, limits.low, limits.high, size, n)


def student_t(arm: pd.Series, reference: pd.Series, alpha: float = 0.05) -> TTest:
    """Return the difference of two arms' means, arm - reference, with Student's t test and Hedges g.

    Parameters
    ----------
    arm, reference
        Values of the two arms, missing where not measured.
    alpha
        One minus the confidence level.

    Notes
    -----
    Equal variances are assumed; g is over the pooled SD, exact correction, noncentral-t interval. Checked against R's
    t.test and effectsize (tests/reference/two_arm.csv).

    Raises
    ------
    FitError
        Fewer than two participants in an arm, or values that do not vary.
    """
    from scipy.stats import ttest_ind

    arm, reference = arm.dropna().astype(float), reference.dropna().astype(float)
    ns = [len(arm), len(reference)]
    if min(ns) < 2:
        raise FitError("with_a_value", n_arm=ns[0], n_reference=ns[1])
    sd = pooled_sd([arm.std(), reference.std()], ns)
    if _does_not_vary(sd, max(arm.abs().max(), reference.abs().max())):
        raise FitError("no_variation_within_arms")
    test = ttest_ind(arm, reference)
    limits = test.confidence_interval(1 - alpha)
    difference = arm.mean() - reference.mean()
    size = hedges_g(difference, sd, *ns, alpha)
    se = sd * (1 / ns[0] + 1 / ns[1]) ** 0.5
    return TTest(difference, se, test.df, test.statistic, test.pvalue, limits.low, limits.high, size, sum(ns))


def welch_t(arm: pd.Series, reference: pd.Series, alpha: float = 0.05) -> TTest:
    """Return the difference of two arms' means, arm - reference, with Welch's t test and Hedges g.

    As `student_t`, but the variances may differ; g is over the pooled SD all the same. Checked against R's t.test
    (tests/reference/two_arm.csv).
    """
    from scipy.stats import ttest_ind

    student = student_t(arm, reference, alpha)
    test = ttest_ind(arm.dropna().astype(float), reference.dropna().astype(float), equal_var=False)
    limits = test.confidence_interval(1 - alpha)
    numbers = {"df": float(test.df), "statistic": test.statistic, "p_value": test.pvalue}
    se = (arm.var() / arm.count() + reference.var() / reference.count()) ** 0.5
    return replace(student, se=se, **numbers, ci_low=limits.low, ci_high=limits.high)


def _does_not_vary(sd: float, largest: float) -> bool:
    return sd <= 1e-12 * max(abs(largest), 1e-300)
