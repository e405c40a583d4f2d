"""Analysis of covariance at one visit: the arms compared, adjusted for baseline."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from retrowalk.errors import FitError
from retrowalk.model.effect_sizes import EffectSize, hedges_correction, pooled_sd

FEWEST_IN_ARM = 2
#: What a participant with a value may lack, so that a comparison cannot include them.
BASELINE = "baseline"
COVARIATE = "covariate"
ARM = "arm"


@dataclass(frozen=True)
class Ancova:
    """A fitted ANCOVA.

    Attributes
    ----------
    differences
        One row an intervention arm (index) with two or more participants, arm - control: estimate, se, df, statistic, p_value, ci_low, ci_high.
    marginal_means
        One row an arm (index): the same columns but statistic and p_value.
    residuals
        One row a participant (index): arm, fitted, residual, normalised (the residual over the residual SD).
    n_by_arm
        {arm: participants in the fit}, the control first.
    design
        One row a participant (index) and one column a coefficient (`ancova_design`).
    post_sd
        Standard deviation of the values within arms, pooled over all arms.
    imputed_baselines, left_out
        Participants whose baseline was the mean over all arms; those with a value who are not in the fit.
    lacking
        What those left out lack (`lacks`).
    """

    differences: pd.DataFrame
    marginal_means: pd.DataFrame
    residuals: pd.DataFrame
    n_by_arm: dict[str, int]
    design: pd.DataFrame
    post_sd: float
    imputed_baselines: int
    left_out: int
    lacking: tuple[str, ...]


def fit_ancova(
    data: pd.DataFrame,
    visit: str,
    baseline: str,
    control: str,
    adjust_for: tuple[str, ...] = (),
    *,
    impute_baseline: bool = True,
    alpha: float = 0.05,
) -> Ancova:
    """Fit value ~ baseline + arm (+ covariates) by ordinary least squares.

    Parameters
    ----------
    data
        One row a participant: `arm`, the covariates, and a column a visit (the outcome's unit).
    visit, baseline
        Columns of the value and of its baseline.
    control
        The arm that the others are compared with.
    adjust_for
        Columns of covariates: numbers enter as they are, anything else as a category.
    impute_baseline
        Whether a missing baseline takes the mean over all arms (valid under randomisation: White and Thompson 2005,
        Stat Med 24:993); else the participant is left out.
    alpha
        One minus the confidence level.

    Returns
    -------
    Ancova
        Differences with t intervals on the residual degrees of freedom; marginal means with numeric covariates at their
        mean over the participants in the fit and categories equally weighted, as R's emmeans. Checked against R's lm
        and emmeans (tests/reference/two_arm.csv).

    Raises
    ------
    FitError
        Fewer than two participants in the control or in every other arm, an arm without any baseline, no residual degrees
        of freedom, values that do not vary, or covariates that cannot be told apart.
    """
    from statsmodels.regression.linear_model import OLS

    complete, imputed = complete_for_ancova(data, visit, baseline, adjust_for, impute_baseline=impute_baseline)
    sizes = complete["arm"].value_counts()
    arms = [control, *(arm for arm in dict.fromkeys(complete["arm"]) if arm != control and sizes[arm] >= FEWEST_IN_ARM)]
    if sizes.get(control, 0) < FEWEST_IN_ARM or len(arms) < 2:
        raise FitError("an_arm_too_small_at_visit")
    complete = complete[complete["arm"].isin(arms)]
    n_by_arm = {arm: int(sizes[arm]) for arm in arms}

    design, at_means = ancova_design(complete, arms, baseline, adjust_for)
    values = complete[visit].astype(float)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise FitError("not_told_apart_from_arms")
    if len(values) <= design.shape[1]:
        raise FitError("too_few_for_coefficients", participants=len(values), coefficients=design.shape[1])
    fit = OLS(values.to_numpy(), design.to_numpy()).fit()
    if fit.ssr <= 1e-20 * (values**2).sum():
        raise FitError("no_variation_beyond_baseline")

    select = pd.DataFrame(0.0, index=arms[1:], columns=design.columns)
    means = pd.DataFrame([at_means] * len(arms), index=arms, columns=design.columns)
    for arm in arms[1:]:
        select.loc[arm, f"arm:{arm}"] = 1.0
        means.loc[arm, f"arm:{arm}"] = 1.0
    by_arm = complete.groupby("arm")[visit]
    excluded = data[data[visit].notna()].drop(complete.index)
    return Ancova(
        differences=_linear(fit, select, alpha),
        marginal_means=_linear(fit, means, alpha).drop(columns=["statistic", "p_value"]),
        residuals=pd.DataFrame(
            {
                "arm": complete["arm"],
                "fitted": fit.fittedvalues,
                "residual": fit.resid,
                "normalised": fit.resid / fit.scale**0.5,
            }
        ),
        n_by_arm=n_by_arm,
        design=design,
        post_sd=pooled_sd([by_arm.get_group(arm).std() for arm in arms], list(n_by_arm.values())),
        imputed_baselines=imputed,
        left_out=len(excluded),
        lacking=lacks(excluded, adjust_for, "" if impute_baseline else baseline),
    )


def lacks(excluded: pd.DataFrame, adjust_for: tuple[str, ...], baseline: str = "") -> tuple[str, ...]:
    """Return what participants who are not in a fit lack: `BASELINE`, `COVARIATE`, `ARM` (theirs is not in the model).

    Parameters
    ----------
    excluded
        One row a participant: the covariates, and baseline.
    adjust_for
        Columns of covariates.
    baseline
        Column of baseline where the model excludes those without it.
    """
    by_covariate = excluded[list(adjust_for)].isna().any(axis=1)
    by_baseline = excluded[baseline].isna() if baseline else pd.Series(data=False, index=excluded.index)
    found = {BASELINE: by_baseline, COVARIATE: by_covariate, ARM: ~(by_baseline | by_covariate)}
    return tuple(name for name, having in found.items() if having.any())


def complete_for_ancova(
    data: pd.DataFrame, visit: str, baseline: str, adjust_for: tuple[str, ...], *, impute_baseline: bool = True
) -> tuple[pd.DataFrame, int]:
    """Return the participants whom an ANCOVA can use, and how many of their baselines are the mean over all arms."""
    data = data[data[visit].notna()]
    _refuse_empty(data, visit, baseline, adjust_for)
    data, imputed = take_mean_baseline(data, baseline) if impute_baseline else (data, 0)
    return data.dropna(subset=[baseline, *adjust_for]), imputed


def adjusted_effect_size(estimate: float, se: float, df: float, sd: float, sign: int, alpha: float) -> EffectSize:
    """Return Hedges g of an adjusted difference: J x estimate / SD of the values, positive where it favours the arm.

    The interval is g -/+ t(df) x SE with SE^2 = J^2 (se / SD)^2 + g^2 / (2 df).
    """
    from scipy.stats import t

    correction = hedges_correction(df)
    g = sign * correction * estimate / sd
    half = t.ppf(1 - alpha / 2, df) * ((correction * se / sd) ** 2 + g**2 / (2 * df)) ** 0.5
    return EffectSize(g, g - half, g + half)


def _refuse_empty(data: pd.DataFrame, visit: str, baseline: str, adjust_for: tuple[str, ...]) -> None:
    if data.empty:
        raise FitError("nobody_at_visit")
    for name in adjust_for:
        if data[name].isna().all():
            raise FitError("covariate_missing", covariate=name)
    _refuse_arm_without_baseline(data, baseline)


def take_mean_baseline(data: pd.DataFrame, baseline: str) -> tuple[pd.DataFrame, int]:
    """Return `data` with missing baselines replaced by the mean over all arms, and how many they are.

    Raises
    ------
    FitError
        An arm has no baseline at all: the mean would be that of the other arms.
    """
    _refuse_arm_without_baseline(data, baseline)
    missing = data[baseline].isna()
    return data.assign(**{baseline: data[baseline].fillna(data[baseline].mean())}), int(missing.sum())


def _refuse_arm_without_baseline(data: pd.DataFrame, baseline: str) -> None:
    if len(data) and data.groupby("arm")[baseline].count().min() == 0:
        raise FitError("arm_without_baseline")


def ancova_design(
    data: pd.DataFrame, arms: list[str], baseline: str, adjust_for: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.Series]:
    """Return the design matrix of an ANCOVA and the row at which the control arm's marginal mean is taken.

    Parameters
    ----------
    data
        One row a participant, complete: `arm`, baseline and the covariates.
    arms
        The arms, the control first. An arm's column is `arm:<name>`.
    baseline, adjust_for
        Columns of `data`: numbers enter as they are but for their mean and scale, so that large ones lose no digits;
        anything else as a category.
    """
    columns = {"intercept": pd.Series(1.0, index=data.index), "baseline": _scaled(data[baseline])}
    columns |= {f"arm:{arm}": (data["arm"] == arm).astype(float) for arm in arms[1:]}
    at = dict.fromkeys(columns, 0.0) | {"intercept": 1.0}
    for name in adjust_for:
        if pd.api.types.is_numeric_dtype(data[name]):
            columns[name], at[name] = _scaled(data[name]), 0.0
            continue
        levels = sorted(data[name].unique())
        for level in levels[1:]:
            columns[f"{name}:{level}"] = (data[name] == level).astype(float)
            at[f"{name}:{level}"] = 1 / len(levels)
    return pd.DataFrame(columns), pd.Series(at)


def _scaled(values: pd.Series) -> pd.Series:
    centred = values.astype(float) - values.mean()
    return centred / (centred.abs().max() or 1.0)


def _linear(fit: Any, weights: pd.DataFrame, alpha: float) -> pd.DataFrame:
    test = fit.t_test(weights.to_numpy())
    limits = test.conf_int(alpha)
    return pd.DataFrame(
        {
            "estimate": np.atleast_1d(test.effect),
            "se": np.atleast_1d(test.sd).ravel(),
            "df": float(fit.df_resid),
            "statistic": np.atleast_1d(test.tvalue).ravel(),
            "p_value": np.atleast_1d(test.pvalue),
            "ci_low": limits[:, 0],
            "ci_high": limits[:, 1],
        },
        index=weights.index,
    )
