"""Standardised effect sizes with exact noncentral intervals.

Plain numbers in, plain numbers out. No function changes a sign: an effect size has the sign of the difference it is
given, and the caller turns it so that positive favours an arm.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrowalk.errors import FitError

#: |t| above which the normal part of a noncentral t no longer shows in its limits (SciPy's nct fails from about 1e5).
LARGE_T = 1e4


@dataclass(frozen=True)
class EffectSize:
    """An effect size and the limits of its confidence interval."""

    value: float
    low: float
    high: float


def hedges_correction(df: float) -> float:
    """Return Hedges' J, the factor that takes the small-sample bias out of a standardised difference.

    Parameters
    ----------
    df
        Degrees of freedom of the SD that the difference is divided by; more than 1.

    Returns
    -------
    float
        J = gamma(df / 2) / (sqrt(df / 2) gamma((df - 1) / 2)), exact; no unit.

    Raises
    ------
    FitError
        `df` is 1 or less: J does not exist.

    Notes
    -----
    Hedges LV. J Educ Stat 1981;6:107-128. Checked against effectsize 0.8.3 through g / d
    (`tests/reference/two_arm.csv`).
    """
    if not df > 1:
        raise FitError("hedges_df", df=df)
    return math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)


def pooled_sd(sds: Sequence[float], ns: Sequence[int]) -> float:
    """Return the SD within arms, pooled over arms.

    Parameters
    ----------
    sds, ns
        SD (in the outcome's unit) and number of participants of each arm.

    Returns
    -------
    float
        sqrt(sum (n - 1) sd^2 / sum (n - 1)), in the outcome's unit.

    Raises
    ------
    FitError
        No arm has two participants.

    Notes
    -----
    Checked against effectsize 0.8.3 through d and g (`tests/reference/two_arm.csv`).
    """
    df = sum(n - 1 for n in ns)
    if not df > 0:
        raise FitError("no_arm_of_two")
    return math.sqrt(sum((n - 1) * sd**2 for sd, n in zip(sds, ns, strict=True)) / df)


def hedges_g(difference: float, sd: float, n_arm: int, n_reference: int, alpha: float = 0.05) -> EffectSize:
    """Return Hedges' g of a difference between two arms, with its interval.

    Parameters
    ----------
    difference
        arm - reference arm, in the outcome's unit, not adjusted for anything.
    sd
        Pooled SD of the two arms, same unit.
    n_arm, n_reference
        Participants of each arm.
    alpha
        One minus the confidence level.

    Returns
    -------
    EffectSize
        g = J d with d = difference / sd and df = n_arm + n_reference - 2, in SDs. The interval is J times the interval
        of d: the noncentralities at which t = d / sqrt(1 / n_arm + 1 / n_reference) is an upper and a lower alpha / 2
        point, times sqrt(1 / n_arm + 1 / n_reference).

    Raises
    ------
    FitError
        `sd` is not positive, or there are too few participants.

    Notes
    -----
    Hedges 1981; interval: Cumming G, Finch S. Educ Psychol Meas 2001;61:532-574. Checked against effectsize 0.8.3
    (`tests/reference/two_arm.csv`, hedges_g_value and hedges_g_change).
    """
    df = n_arm + n_reference - 2
    per_sd = math.sqrt(1 / n_arm + 1 / n_reference)
    d, low, high = _standardised(difference, sd, per_sd, df, alpha)
    j = hedges_correction(df)
    return EffectSize(j * d, j * low, j * high)


def cohen_dz(differences_mean: float, differences_sd: float, n: int, alpha: float = 0.05) -> EffectSize:
    """Return Cohen's d_z of paired differences, without Hedges' correction, with its interval.

    Parameters
    ----------
    differences_mean, differences_sd
        Mean and SD of the participants' differences, in the outcome's unit.
    n
        Participants with both values.
    alpha
        One minus the confidence level.

    Returns
    -------
    EffectSize
        d_z = mean / SD of the differences, in SDs of the difference. The interval is that of the noncentrality of
        t = d_z sqrt(n) on n - 1 degrees of freedom, divided by sqrt(n).

    Raises
    ------
    FitError
        The SD is not positive, or there are fewer than two participants.

    Notes
    -----
    Cohen J. Statistical power analysis for the behavioral sciences, 2nd ed. 1988, 2.3.5. Value checked against R
    (`tests/reference/two_arm.csv`, cohens_dz), interval through the distribution function it inverts.
    """
    return EffectSize(*_standardised(differences_mean, differences_sd, 1 / math.sqrt(n), n - 1, alpha))


def hedges_gz(differences_mean: float, differences_sd: float, n: int, alpha: float = 0.05) -> EffectSize:
    """Return Cohen's d_z and its interval times Hedges' J on n - 1 degrees of freedom; arguments as of `cohen_dz`."""
    d, j = cohen_dz(differences_mean, differences_sd, n, alpha), hedges_correction(n - 1)
    return EffectSize(j * d.value, j * d.low, j * d.high)


def hedges_gav(differences_mean: float, sd_before: float, sd_after: float, n: int) -> float:
    """Return a mean change over the average of the two visits' SDs, times Hedges' J on n - 1 degrees of freedom.

    Parameters
    ----------
    differences_mean
        Mean change, in the outcome's unit.
    sd_before, sd_after
        SD at the two visits, same unit.
    n
        Participants with both values.

    Notes
    -----
    d_av = mean change / ((sd_before + sd_after) / 2); Lakens D. Front Psychol 2013;4:863, whose J is the approximation of
    the exact one here. No interval is given: that of d_av has no accepted form.
    """
    average = (sd_before + sd_after) / 2
    _check_sd(average)
    return hedges_correction(n - 1) * differences_mean / average


def d_ppc2(
    change_arm: float,
    change_reference: float,
    sd_baseline_arm: float,
    sd_baseline_reference: float,
    n_arm: int,
    n_reference: int,
) -> float:
    """Return Morris's d_ppc2: difference of mean changes over the pooled SD at baseline, corrected for small samples.

    Parameters
    ----------
    change_arm, change_reference
        Mean change of each arm, in the outcome's unit.
    sd_baseline_arm, sd_baseline_reference
        SD at baseline of each arm, same unit.
    n_arm, n_reference
        Participants of each arm.

    Returns
    -------
    float
        J (change_arm - change_reference) / pooled baseline SD, exact J on n_arm + n_reference - 2 degrees of freedom,
        in baseline SDs.

    Raises
    ------
    FitError
        The pooled SD is not positive, or there are too few participants.

    Notes
    -----
    Morris SB. Organ Res Methods 2008;11:364-386. Checked against the five values of its Table 5 and against R
    (`tests/reference/two_arm.csv`, d_ppc2_morris2008_exact_correction).
    """
    sd = pooled_sd([sd_baseline_arm, sd_baseline_reference], [n_arm, n_reference])
    _check_sd(sd)
    return hedges_correction(n_arm + n_reference - 2) * (change_arm - change_reference) / sd


def partial_eta_squared(f: float, df_numerator: float, df_denominator: float, alpha: float = 0.05) -> EffectSize:
    """Return partial eta squared of an F test, with its two-sided interval.

    Parameters
    ----------
    f
        F statistic.
    df_numerator, df_denominator
        Its degrees of freedom.
    alpha
        One minus the confidence level of the two-sided interval.

    Returns
    -------
    EffectSize
        F df_numerator / (F df_numerator + df_denominator), no unit. The interval is lambda / (lambda + df_numerator +
        df_denominator + 1) at the noncentralities lambda at which F is an upper and a lower alpha / 2 point; a limit is
        0 where no lambda reaches it.

    Raises
    ------
    FitError
        F is not a number of 0 or more, or a number of degrees of freedom is not positive.

    Notes
    -----
    Smithson M. Educ Psychol Meas 2001;61:605-632; Steiger JH. Psychol Methods 2004;9:164-182. Value checked against
    afex 1.2.1 (`tests/reference/mixed_anova.csv`), interval against Smithson's example and that of Fidler F,
    Thompson B. Educ Psychol Meas 2001;61:575-604, as the R package apaTables gives them.
    """
    from scipy.stats import ncf

    if not (math.isfinite(f) and f >= 0 and df_numerator > 0 and df_denominator > 0):
        raise FitError("no_eta_squared", df_numerator=df_numerator, df=df_denominator, f=f)

    def limit(p: float) -> float:
        noncentrality = _noncentrality_f(lambda ncp: float(ncf.cdf(f, df_numerator, df_denominator, ncp)), p)
        return noncentrality / (noncentrality + df_numerator + df_denominator + 1)

    value = f * df_numerator / (f * df_numerator + df_denominator)
    return EffectSize(value, limit(1 - alpha / 2), limit(alpha / 2))


def _standardised(mean: float, sd: float, per_sd: float, df: float, alpha: float) -> tuple[float, float, float]:
    """Return mean / sd and its noncentral-t limits, where t = (mean / sd) / per_sd."""
    _check_sd(sd)
    if not df > 0:
        raise FitError("no_more_than_arms")
    d = mean / sd
    low, high = _noncentralities_t(d / per_sd, df, alpha)
    return d, low * per_sd, high * per_sd


def _check_sd(sd: float) -> None:
    if not (math.isfinite(sd) and sd > 0):
        raise FitError("sd_not_positive", sd=sd)


def _noncentralities_t(t: float, df: float, alpha: float) -> tuple[float, float]:
    """Return the noncentralities at which `t` is the upper and the lower alpha / 2 point.

    A noncentral t is (Z + ncp) / S with S = sqrt(chi-square / df), so P(T <= t) = P(t S - Z >= ncp): the limits are
    quantiles of t S - Z. That bounds them for t >= 0 from below by those of -Z, from above by adding the quantiles of
    t S and -Z at half the tail each, and gives them for a large t, where Z no longer counts.
    """
    from scipy.optimize import brentq
    from scipy.stats import chi2, nct, norm

    if not math.isfinite(t):
        raise FitError("mean_not_a_number")
    if t < 0:
        low, high = _noncentralities_t(-t, df, alpha)
        return -high, -low
    if t > LARGE_T:
        low, high = t * (chi2.ppf([alpha / 2, 1 - alpha / 2], df) / df) ** 0.5
        return float(low), float(high)
    lowest = -norm.isf(alpha / 2) - 1
    highest = t * math.sqrt(chi2.isf(alpha / 4, df) / df) + norm.isf(alpha / 4) + 1
    low, high = (
        brentq(lambda ncp, p=p: float(nct.cdf(t, df, ncp)) - p, lowest, highest) for p in (1 - alpha / 2, alpha / 2)
    )
    return low, high


def _noncentrality_f(cdf: Callable[[float], float], p: float) -> float:
    """Return the noncentrality at which `cdf`, which falls with it, is `p`; 0 where it is below `p` from the start."""
    from scipy.optimize import brentq

    if cdf(0) <= p:
        return 0.0
    highest = 1.0
    while cdf(highest) > p:
        highest *= 2
    return brentq(lambda noncentrality: cdf(noncentrality) - p, 0, highest)
