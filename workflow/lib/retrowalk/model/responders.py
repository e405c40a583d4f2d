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
        raise FitError("nobody_judged")
    return Share(responders, n, responders / n, *_wilson(responders, n, alpha))


#: What statsmodels calls the intervals of a risk difference.
_INTERVALS = {"newcombe": "newcomb", "wald": "wald"}


def risk_difference(arm: Share, reference: Share, alpha: float = 0.05, *, interval: str = "newcombe") -> Contrast:
    """Return arm - reference, positive where more respond in the arm.

    Newcombe's interval (1998, Stat Med 17:873, method 10) is made of the two Wilson intervals; `interval="wald"` is too short
    in small samples. Both by statsmodels, checked on ../shared/trials/vickers2004 (its SOURCES) and Newcombe's own examples.
    """
    low, high = _limits(arm, reference, alpha, compare="diff", method=_INTERVALS[interval])
    return Contrast(arm.value - reference.value, low, high)


def relative_risk(arm: Share, reference: Share, alpha: float = 0.05) -> Contrast:
    """Return the ratio of the two shares with Katz's log interval (Katz et al. 1978, Biometrics 34:469), by statsmodels.

    Raises
    ------
    FitError
        Nobody responds in one of the arms: the ratio or its logarithm does not exist. Or everybody in both: the interval
        would have no width.
    """
    if not (arm.responders and reference.responders):
        raise FitError("nobody_responded")
    if arm.responders == arm.n and reference.responders == reference.n:
        raise FitError("everybody_responded")
    return Contrast(arm.value / reference.value, *_limits(arm, reference, alpha, compare="ratio", method="log"))


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
        raise FitError("shares_are_the_same")
    infinite = math.copysign(math.inf, difference.value)
    low, high = (1 / limit if limit else infinite for limit in (difference.low, difference.high))
    return Contrast(1 / difference.value, *((low, high) if difference.low < 0 < difference.high else (high, low)))


def _wilson(count: int, n: int, alpha: float) -> tuple[float, float]:
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, n, alpha, method="wilson")
    return max(0.0, float(low)), min(1.0, float(high))


def _limits(arm: Share, reference: Share, alpha: float, *, compare: str, method: str) -> tuple[float, float]:
    from statsmodels.stats.proportion import confint_proportions_2indep

    counts = (arm.responders, arm.n, reference.responders, reference.n)
    low, high = confint_proportions_2indep(*counts, method=method, compare=compare, alpha=alpha)
    return float(low), float(high)
