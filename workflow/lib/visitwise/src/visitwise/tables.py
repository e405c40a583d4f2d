"""Estimates with their t statistics and intervals, as tables with the columns of the estimate record."""

import numpy as np
import pandas as pd
from scipy.special import fdtrc, ndtr, ndtri, stdtr, stdtrit

from visitwise.errors import SpecificationError

COLUMNS = ("estimate", "se", "df", "statistic", "p_value", "ci_low", "ci_high")


def t_columns(estimate: np.ndarray, se: np.ndarray, df: np.ndarray, alpha: float) -> dict[str, np.ndarray]:
    """Return estimate, se, df, statistic, p_value (two-sided), ci_low, ci_high; infinite df means the normal distribution."""
    finite = np.where(np.isinf(df), 1.0, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / se
    p_value = 2 * np.where(np.isinf(df), ndtr(-np.abs(statistic)), stdtr(finite, -np.abs(statistic)))
    quantile = np.where(np.isinf(df), ndtri(1 - alpha / 2), stdtrit(finite, 1 - alpha / 2))
    columns = (estimate, se, df, statistic, p_value, estimate - quantile * se, estimate + quantile * se)
    return dict(zip(COLUMNS, columns, strict=True))


def f_row(term: str, size: int, statistic: float, df: float, note: str) -> dict[str, object]:
    """Return one row of a table of joint tests."""
    return {
        "term": term,
        "df_numerator": size,
        "df": df,
        "statistic": statistic,
        "p_value": np.nan if np.isnan(df) else float(fdtrc(size, min(df, 1e10), statistic)),
        "note": note,
    }


def table(labels: dict[str, object], columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return labels and numbers side by side, or raise SpecificationError where a factor is called as a column of ours."""
    taken = set(labels) & set(COLUMNS)
    if taken:
        raise SpecificationError(f"a factor must not be called {', '.join(sorted(taken))}: the table has such a column")
    return pd.DataFrame({**labels, **columns})
