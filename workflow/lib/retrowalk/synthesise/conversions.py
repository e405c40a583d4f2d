"""From what a paper reports to a standardised difference: the formulas, on plain numbers."""

import math

#: ASSUME: the correlation of baseline and follow-up within an arm, where a paper reports changes without their SD.
CHANGE_CORRELATION = 0.5


def t_from_p(p: float, df: float) -> float:
    """Return the size of the t statistic whose two-sided p value is `p` on `df` degrees of freedom (never negative)."""
    from scipy.stats import t

    return float(t.isf(p / 2, df))


def d_from_t(t: float, n_arm: int, n_reference: int) -> float:
    """Return d = t sqrt(1 / n_arm + 1 / n_reference), in SDs of what the t test compared.

    Notes
    -----
    Borenstein M et al. Introduction to Meta-Analysis 2009, chapter 4: exact for Student's t test of two independent
    arms.
    """
    return t * math.sqrt(1 / n_arm + 1 / n_reference)


def d_from_change(d_change: float, correlation: float) -> float:
    """Return d in SDs of the values from d in SDs of the changes: d_change sqrt(2 (1 - correlation)).

    Notes
    -----
    The SD of a change is sqrt(2 (1 - r)) times the SD of the values where that SD is the same at both visits (Morris
    SB, DeShon RP. Psychol Methods 2002;7:105-125). At r = 0.5 the two are equal.
    """
    return d_change * math.sqrt(2 * (1 - correlation))


def variance_of_g(g: float, n_arm: int, n_reference: int) -> float:
    """Return the large-sample variance of a standardised difference: 1 / n1 + 1 / n2 + g^2 / (2 (n1 + n2)).

    Notes
    -----
    Hedges LV, Olkin I. Statistical Methods for Meta-Analysis 1985, chapter 5, with g in place of d, as metafor's
    escalc(measure = "SMD") does (`tests/reference/meta.csv`).
    """
    return 1 / n_arm + 1 / n_reference + g**2 / (2 * (n_arm + n_reference))
