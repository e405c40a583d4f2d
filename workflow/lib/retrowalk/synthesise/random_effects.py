"""Random-effects pooling of independent effects: numbers only, nothing about studies or domains."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from retrowalk.errors import FitError

#: How far the Paule-Mandel equation, divided by k - 1, may be from 1 before its solution is refused, and how far apart
#: effects must lie, in standard errors, to be told apart.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class RandomEffects:
    """Pooled effect (with Hartung-Knapp standard error, t test and interval) and heterogeneity of k effects."""

    k: int
    estimate: float
    se: float
    df: int
    statistic: float
    p_value: float
    low: float
    high: float
    tau2: float
    i2: float
    q: float
    q_p_value: float
    prediction_low: float
    prediction_high: float


def random_effects(effects: Sequence[float], variances: Sequence[float], alpha: float = 0.05) -> RandomEffects:
    """Pool independent effects of known variance.

    Parameters
    ----------
    effects, variances
        k >= 2 effects in one unit, and their variances (unit squared, positive).
    alpha
        One minus the confidence level.

    Returns
    -------
    RandomEffects
        tau2
            Between-study variance (Paule-Mandel), unit squared.
        estimate
            Mean weighted by w = 1 / (variance + tau2).
        se, df, statistic, p_value, low, high
            Hartung-Knapp: se = sqrt(sum w (effect - estimate)^2 / ((k - 1) sum w)), t on df = k - 1.
        q, q_p_value
            Cochran's Q, chi-square on k - 1.
        i2
            100 tau2 / (tau2 + s2), %, where s2 = (k - 1) sum v / ((sum v)^2 - sum v^2), v = 1 / variance, is the
            typical variance within studies.
        prediction_low, prediction_high
            estimate -/+ t(k - 1) sqrt(tau2 + se^2) where k >= 3, else NaN.

    Raises
    ------
    FitError
        The Paule-Mandel iteration did not converge, or all effects are equal, which leaves Hartung-Knapp no spread.

    Notes
    -----
    tau2, mean and Hartung-Knapp variance are statsmodels' (`combine_effects`). Paule RC, Mandel J. J Res Natl Bur Stand
    1982;87:377-385; Hartung J, Knapp G. Stat Med 2001;20:3875-3889; Higgins JPT, Thompson SG. Stat Med
    2002;21:1539-1558; IntHout J et al. BMJ Open 2016;6:e010247 (prediction interval). Checked against metafor 3.8
    (`tests/reference/meta.csv`, PM with z and knha).
    """
    import numpy as np
    from scipy.stats import t
    from statsmodels.stats.meta_analysis import combine_effects

    effects, variances = np.asarray(effects, dtype=float), np.asarray(variances, dtype=float)
    k = len(effects)
    if np.ptp(effects) < TOLERANCE * np.sqrt(variances.min()):
        raise FitError("effects_equal")
    result = combine_effects(effects, variances, method_re="iterated", use_t=True, alpha=alpha)
    # statsmodels does not say whether its iteration converged. It did where sum w (effect - mean)^2 is k - 1, or is
    # less already at tau2 = 0.
    solved = abs(result.scale_hksj_re - 1) <= TOLERANCE or (result.tau2 == 0 and result.scale_hksj_re < 1)
    if not solved:
        raise FitError("variance_not_found")
    estimate, se = float(result.mean_effect_re), float(result.sd_eff_w_re_hksj)
    low, high = result.conf_int(alpha=alpha, use_t=True)[3]
    heterogeneity = result.test_homogeneity()
    weights = 1 / variances
    typical_variance = (k - 1) * weights.sum() / (weights.sum() ** 2 - (weights**2).sum())
    reach = float(t.isf(alpha / 2, k - 1)) * math.sqrt(float(result.tau2) + se**2) if k >= 3 else math.nan
    return RandomEffects(
        k=k,
        estimate=estimate,
        se=se,
        df=k - 1,
        statistic=estimate / se,
        p_value=float(2 * t.sf(abs(estimate / se), k - 1)),
        low=float(low),
        high=float(high),
        tau2=float(result.tau2),
        i2=float(100 * result.tau2 / (result.tau2 + typical_variance)),
        q=float(heterogeneity.statistic),
        q_p_value=float(heterogeneity.pvalue),
        prediction_low=estimate - reach,
        prediction_high=estimate + reach,
    )
