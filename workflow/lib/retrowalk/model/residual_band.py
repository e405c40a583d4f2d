"""Where the residuals of a model are expected if they are a normal sample."""

import pandas as pd


def normal_band(n: int, alpha: float) -> pd.DataFrame:
    """Return where the values of a normal sample of size `n` are expected, in standard deviations from its mean.

    Returns
    -------
    DataFrame
        One row an order statistic, from the least: `median`, and `low` and `high`, between which it lies with probability
        1 - alpha, each for itself (a pointwise band).

    Notes
    -----
    The i-th least of n uniform values is distributed as Beta(i, n + 1 - i); its quantiles become those of the normal by the
    inverse of the normal distribution function (David HA, Nagaraja HN. Order Statistics. 3rd ed. Wiley 2003, section 2.1).
    """
    import numpy as np
    from scipy.stats import beta, norm

    order = np.arange(1, n + 1)
    quantiles = {"median": 0.5, "low": alpha / 2, "high": 1 - alpha / 2}
    return pd.DataFrame({name: norm.ppf(beta.ppf(q, order, n + 1 - order)) for name, q in quantiles.items()})


def residual_band(residuals: pd.Series, alpha: float) -> pd.DataFrame:
    """Return where residuals are expected if they are a normal sample with their own mean and SD.

    Parameters
    ----------
    residuals
        In the outcome's unit, least first.
    alpha
        One minus the probability with which each lies between its limits.

    Returns
    -------
    DataFrame
        One row a residual: `normal`, the median of its place in SDs of the normal distribution, and `median`, `low` and
        `high` in the outcome's unit.
    """
    band = normal_band(len(residuals), alpha)
    return (residuals.mean() + residuals.std() * band).assign(normal=band["median"])
