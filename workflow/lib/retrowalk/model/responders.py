"""Responders: whose change reaches a threshold, arm by arm, and what that means for a patient."""

import math
from dataclasses import dataclass

import pandas as pd

from retrowalk.errors import FitError
from retrowalk.model.changes import change_since, responds


@dataclass(frozen=True)
class Share:
    """Responders among participants; the interval is Wilson's."""

    responders: int
    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Contrast:
    """A comparison of two shares: its value and interval."""

    value: float
    low: float
    high: float


def improved(baseline: pd.Series, value: pd.Series, threshold: float, sign: int, *, percent: bool = False) -> pd.Series:
    """Return who improved by the threshold or more: True, False, or missing without both values.

    Parameters
    ----------
    baseline, value
        Of each participant (the outcome's unit).
    threshold
        A change in the outcome's unit or, with `percent`, in percent of the baseline.
    sign
        1 where higher is better, -1 where lower is.
    percent
        Whether the threshold is a share of the baseline (`change_since`).
    """
    return responds(change_since(baseline, value, percent=percent), threshold, sign)


def share(responders: int, n: int, alpha: float = 0.05) -> Share:
    """Return the share of responders with Wilson's score interval (Wilson 1927, J Am Stat Assoc 22:209)."""
    if n == 0:
        raise FitError("nobody could be judged")
    return Share(responders, n, responders / n, *_wilson(responders, n, alpha))


def risk_difference(arm: Share, reference: Share, alpha: float = 0.05, *, interval: str = "newcombe") -> Contrast:
    """Return arm - reference, positive where more respond in the arm.

    Newcombe's interval (1998, Stat Med 17:873, method 10) is made of the two Wilson intervals: d - sqrt((p1 - l1)^2 +
    (u2 - p2)^2) to d + sqrt((u1 - p1)^2 + (p2 - l2)^2). `interval="wald"` gives d -/+ z sqrt(p1 q1 / n1 + p2 q2 / n2), which
    is too short in small samples. Checked on ../shared/trials/vickers2004 (its SOURCES) and Newcombe's own examples.
    """
    difference = arm.value - reference.value
    if interval == "wald":
        half = _quantile(alpha) * math.sqrt(sum(s.value * (1 - s.value) / s.n for s in (arm, reference)))
        return Contrast(difference, difference - half, difference + half)
    low = math.hypot(arm.value - arm.low, reference.high - reference.value)
    high = math.hypot(arm.high - arm.value, reference.value - reference.low)
    return Contrast(difference, difference - low, difference + high)


def relative_risk(arm: Share, reference: Share, alpha: float = 0.05) -> Contrast:
    """Return the ratio of the two shares with Katz's log interval (Katz et al. 1978, Biometrics 34:469).

    Raises
    ------
    FitError
        Nobody responds in one of the arms: the ratio or its logarithm does not exist. Or everybody in both: the interval
        would have no width.
    """
    if not (arm.responders and reference.responders):
        raise FitError("nobody responded in one of the arms, so there is no ratio")
    if arm.responders == arm.n and reference.responders == reference.n:
        raise FitError("everybody responded in both arms, so the ratio has no interval")
    ratio = arm.value / reference.value
    se = math.sqrt(1 / arm.responders - 1 / arm.n + 1 / reference.responders - 1 / reference.n)
    half = _quantile(alpha) * se
    return Contrast(ratio, ratio * math.exp(-half), ratio * math.exp(half))


def number_needed(difference: Contrast) -> Contrast:
    """Return the number needed to treat for one more to respond (negative: for one fewer), the reciprocals of a difference.

    Where the interval of the difference holds zero, that of the number goes from `low` (negative: harm) through infinity to
    `high` (positive: benefit), and says so by low < 0 < high (Altman DG. BMJ 1998;317:1309).

    Raises
    ------
    FitError
        The difference is exactly zero: the number is infinite.
    """
    if difference.value == 0:
        raise FitError("the shares are the same, so the number needed to treat is infinite")
    infinite = math.copysign(math.inf, difference.value)
    low, high = (1 / limit if limit else infinite for limit in (difference.low, difference.high))
    return Contrast(1 / difference.value, *((low, high) if difference.low < 0 < difference.high else (high, low)))


def _wilson(count: int, n: int, alpha: float) -> tuple[float, float]:
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, n, alpha, method="wilson")
    return max(0.0, float(low)), min(1.0, float(high))


def _quantile(alpha: float) -> float:
    from scipy.stats import norm

    return float(norm.isf(alpha / 2))
