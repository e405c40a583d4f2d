"""Correction of several comparisons: p values and simultaneous intervals of a family of contrasts, as R's emmeans."""

import numpy as np
from scipy.special import ndtri, stdtrit

from visitwise.errors import SpecificationError

#: The corrections on offer.
ADJUSTMENTS = ("none", "holm", "tukey")


def check_adjustment(adjust: str) -> None:
    """Raise SpecificationError where there is no such correction."""
    if adjust not in ADJUSTMENTS:
        raise SpecificationError(f"adjust may be {', '.join(ADJUSTMENTS)}, not {adjust!r}")


def adjusted_p(adjust: str, statistic: np.ndarray, p_value: np.ndarray, df: np.ndarray, levels: int) -> np.ndarray:
    """Return the corrected p values of one family, (c,).

    Parameters
    ----------
    adjust
        "holm" (1979, Scand J Stat 6:65) or "tukey": the studentised range of `levels` means.
    statistic, p_value, df : (c,)
        t, its two-sided p value, and its degrees of freedom (infinite for z).
    levels
        The means that were compared with each other.
    """
    if adjust == "tukey":
        from scipy.stats import studentized_range  # slow to import

        return studentized_range.sf(np.sqrt(2) * np.abs(statistic), levels, df)
    order = np.argsort(p_value)
    steps = np.maximum.accumulate(p_value[order] * np.arange(len(p_value), 0, -1))
    result = np.empty(len(p_value))
    result[order] = np.minimum(steps, 1)
    return result


def critical_value(adjust: str, df: np.ndarray, family: int, levels: int, alpha: float) -> np.ndarray:
    """Return by how many standard errors a simultaneous interval extends to each side, (c,).

    Tukey's for "tukey". Holm's steps have no intervals: "holm" has Bonferroni's, as in emmeans.
    """
    if adjust == "tukey":
        from scipy.stats import studentized_range

        return studentized_range.isf(alpha, levels, df) / np.sqrt(2)
    tail = 1 - alpha / (2 * family)
    return np.where(np.isinf(df), ndtri(tail), stdtrit(np.where(np.isinf(df), 1.0, df), tail))
