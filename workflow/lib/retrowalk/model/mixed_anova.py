"""The arm x visit mixed ANOVA that the studies ran: the one place that knows pingouin."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retrowalk.errors import FitError
from retrowalk.model.effect_sizes import EffectSize, partial_eta_squared


@dataclass(frozen=True)
class AnovaTerm:
    """One row of an ANOVA table: arm, visit or arm:visit."""

    term: str
    df_numerator: float
    df: float
    statistic: float
    p_value: float
    partial_eta_squared: EffectSize


@dataclass(frozen=True)
class Sphericity:
    """Mauchly's test of three visits or more, and the epsilon of Greenhouse and Geisser."""

    w: float
    df: float
    chi_squared: float
    p_value: float
    epsilon: float


def sphericity(data: pd.DataFrame, visits: list[str]) -> Sphericity:
    """Return how far the visits' contrasts are from equal variances without correlation, the arms' means taken out.

    Parameters
    ----------
    data, visits
        As for `mixed_anova`; three visits or more.

    Raises
    ------
    FitError
        Too few participants, or contrasts whose covariance is singular.

    Notes
    -----
    With M the pooled within-arm covariance of k - 1 orthonormal contrasts, W = |M| / (tr M / (k - 1))^(k - 1) (Mauchly
    1940), its p with the second-order term of Box, as R's mauchly.test; epsilon = (tr M)^2 / ((k - 1) tr M^2) (Greenhouse
    and Geisser 1959). pingouin takes both of the covariance over all arms, which holds the differences between them.
    Checked against R's anova.mlm and mauchly.test (tests/reference/sphericity.csv).
    """
    from scipy.linalg import helmert
    from scipy.stats import chi2

    complete = data.dropna(subset=visits)
    values = complete[visits].astype(float)
    inside = (values - values.groupby(complete["arm"]).transform("mean")).to_numpy()
    p, df = len(visits) - 1, len(complete) - complete["arm"].nunique()
    contrasts = inside @ helmert(len(visits)).T
    spread = contrasts.T @ contrasts / max(df, 1)
    if df < p or np.linalg.cond(spread) > 1e12:
        raise FitError("contrasts_too_few")
    w = float(np.linalg.det(spread) / (np.trace(spread) / p) ** p)
    box = 1 - (2 * p**2 + p + 2) / (6 * p * df)
    second = (p + 2) * (p - 1) * (p - 2) * (2 * p**3 + 6 * p**2 + 3 * p + 2) / (288 * (df * p * box) ** 2)
    statistic, degrees = -df * box * np.log(w), p * (p + 1) / 2 - 1
    p_value = chi2.sf(statistic, degrees)
    p_value += second * (chi2.sf(statistic, degrees + 4) - p_value)
    epsilon = float(np.trace(spread) ** 2 / (p * np.trace(spread @ spread)))
    return Sphericity(w, degrees, float(statistic), float(min(p_value, 1)), epsilon)


def mixed_anova(data: pd.DataFrame, visits: list[str], alpha: float = 0.05) -> tuple[list[AnovaTerm], int, int]:
    """Return the type III table of value ~ arm x visit with participant as the error term, sphericity assumed.

    Parameters
    ----------
    data
        One row a participant: `arm` and a column a visit.
    visits
        The visits' columns. Only participants measured at all of them count.
    alpha
        One minus the confidence level of partial eta squared's noncentral-F interval.

    Returns
    -------
    terms, n, left_out
        The terms arm, visit and arm:visit; the participants in the table; those left out though measured at least once.

    Notes
    -----
    arm and arm:visit come from pingouin. Its `visit` is type II, which differs where the arms are not of one size, so
    that row is computed here: each visit contrast's mean is averaged over the arms without weights, as SPSS does.
    Checked against R's afex (tests/reference/mixed_anova.csv).

    Raises
    ------
    FitError
        An arm has fewer than two complete participants, or one of the two error terms is zero.
    """
    complete = data.dropna(subset=visits)
    left_out = int(data[visits].notna().any(axis=1).sum()) - len(complete)
    sizes = complete["arm"].value_counts()
    if len(sizes) < 2 or sizes.min() < 2:
        raise FitError("fewer_than_two_arms_complete")
    _refuse_no_variation(complete[visits], complete["arm"])
    table = _pingouin_table(complete, visits)
    error_df, error_ms = table.loc["Interaction", ["DF2", "MS"]]
    error_ms /= table.loc["Interaction", "F"]
    rows = {
        "arm": tuple(table.loc["arm", ["DF1", "DF2", "F", "p_unc"]]),
        "visit": _visit_row(complete, visits, error_df, error_ms),
        "arm:visit": tuple(table.loc["Interaction", ["DF1", "DF2", "F", "p_unc"]]),
    }
    terms = [
        AnovaTerm(term, df1, df2, f, p, partial_eta_squared(f, df1, df2, alpha))
        for term, (df1, df2, f, p) in rows.items()
    ]
    return terms, len(complete), left_out


def _refuse_no_variation(values: pd.DataFrame, arm: pd.Series) -> None:
    """Either error term would be zero, and F infinite."""
    level = values.mean(axis=1)
    course = values.sub(level, axis=0)
    negligible = 1e-20 * (values**2).to_numpy().sum()
    if ((level - level.groupby(arm).transform("mean")) ** 2).sum() <= negligible:
        raise FitError("participants_alike_within_arms")
    if ((course - course.groupby(arm).transform("mean")) ** 2).to_numpy().sum() <= negligible:
        raise FitError("same_change_within_arms")


def _pingouin_table(complete: pd.DataFrame, visits: list[str]) -> pd.DataFrame:
    import pingouin

    long = complete.rename_axis("participant").reset_index().melt(["participant", "arm"], visits, "visit", "value")
    columns = {"dv": "value", "within": "visit", "subject": "participant", "between": "arm"}
    rounding, pingouin.options["round"] = pingouin.options["round"], None
    try:
        with warnings.catch_warnings():
            # pingouin 0.7 calls dropna in a way that pandas 4 will change; it does not touch the numbers.
            warnings.simplefilter("ignore", DeprecationWarning)
            table = pingouin.mixed_anova(long, **columns, correction=False)
    finally:
        pingouin.options["round"] = rounding
    return table.set_index("Source").astype(float)


def _visit_row(complete: pd.DataFrame, visits: list[str], error_df: float, error_ms: float) -> tuple[float, ...]:
    from scipy.linalg import helmert
    from scipy.stats import f as f_distribution

    contrasts = complete[visits].to_numpy(float) @ helmert(len(visits)).T
    by_arm = pd.DataFrame(contrasts).groupby(complete["arm"].to_numpy())
    means, sizes = by_arm.mean(), by_arm.size()
    arms = len(sizes)
    sum_of_squares = ((means.mean() ** 2) * arms**2 / (1 / sizes).sum()).sum()
    df = len(visits) - 1
    f = sum_of_squares / df / error_ms
    return df, error_df, f, f_distribution.sf(f, df, error_df)
