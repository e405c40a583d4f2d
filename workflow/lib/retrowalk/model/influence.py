"""How much the comparison of arms rests on single participants, and whether its residuals look as assumed."""

import numpy as np
import pandas as pd

from retrowalk.errors import FitError
from retrowalk.model.ancova import FEWEST_IN_ARM, fit_ancova
from retrowalk.model.longitudinal import Longitudinal
from visitwise import MixedModel, fit_many

MOST_PEOPLE = 500
#: So many trials are fitted together: enough to share the cost, few enough to fit in memory.
_TOGETHER = 100


def ancova_without_one(
    data: pd.DataFrame,
    visit: str,
    baseline: str,
    control: str,
    adjust_for: tuple[str, ...] = (),
    *,
    impute_baseline: bool = True,
) -> pd.DataFrame:
    """Return the ANCOVA's differences with each participant left out.

    Parameters are those of `fit_ancova`.

    Returns
    -------
    DataFrame
        One row a participant in the fit (index), one column an intervention arm: arm - control in the outcome's unit;
        missing where the rest cannot be fitted, or would have one participant in one of the two arms.

    Raises
    ------
    FitError
        What makes `fit_ancova` fail.

    Notes
    -----
    b without i = b - (X'X)^-1 x_i e_i / (1 - h_i) (Belsley, Kuh and Welsch 1980), the mean baseline that a missing one was
    given being kept. Checked against refits.
    """
    fit = fit_ancova(data, visit, baseline, control, adjust_for, impute_baseline=impute_baseline)
    design, arm_of = fit.design.to_numpy(), fit.residuals["arm"]
    inverse = np.linalg.pinv(design)
    coefficients = inverse @ (fit.residuals["fitted"] + fit.residuals["residual"]).to_numpy()
    leverage = (design * inverse.T).sum(axis=1)
    # Whoever has a leverage of 1 alone tells of something; what does not depend on it stays as it is without them.
    alone = leverage >= 1 - 1e-9
    weight = np.where(alone, np.nan, fit.residuals["residual"] / np.where(alone, 1, 1 - leverage))
    moved = np.where(alone & (np.abs(inverse) < 1e-9 * np.abs(inverse).max()), 0, inverse * weight)
    without = coefficients[:, None] - moved
    too_few = arm_of.map(fit.n_by_arm) <= FEWEST_IN_ARM
    return pd.DataFrame(
        {
            arm: pd.Series(without[fit.design.columns.get_loc(f"arm:{arm}")], index=arm_of.index).mask(
                too_few & arm_of.isin([arm, control])
            )
            for arm in fit.differences.index
        }
    )


def longitudinal_without_one(fit: Longitudinal, visit: str) -> pd.DataFrame:
    """Return the differences of a mixed model at a visit with each participant left out, in the shape of `ancova_without_one`.

    All are fitted side by side with the covariance structure of the whole (`fit_many`).

    Raises
    ------
    FitError
        More than 500 participants, where one changes little and the fits would take long.
    """
    rows, own = fit.fit.analysed, fit.fit.model
    people = list(dict.fromkeys(rows["participant"]))
    if len(people) > MOST_PEOPLE:
        raise FitError("one_changes_little", participants=len(people), most=MOST_PEOPLE)
    model = MixedModel(own.formula, own.participant, own.visit, fit.fit.structure)
    lots = []
    for start in range(0, len(people), _TOGETHER):
        lot = people[start : start + _TOGETHER]
        parts = [rows[rows["participant"] != person].assign(trial=person) for person in lot]
        differences = fit.compare(fit_many(model, pd.concat(parts, ignore_index=True)))
        here = differences[differences["visit"].astype(object) == visit]
        lots.append(here.pivot(index="trial", columns="arm", values="estimate").reindex(lot))
    return pd.concat(lots).rename_axis("participant")


def shapiro_wilk(values: pd.Series) -> tuple[float, float]:
    """Return Shapiro and Wilk's W and its p value (1965, Biometrika 52:591), as scipy has them.

    Raises
    ------
    FitError
        Fewer than three values, or values that do not vary.
    """
    from scipy.stats import shapiro

    values = values.dropna().astype(float)
    if len(values) < 3 or np.ptp(values) == 0:
        raise FitError("residuals_too_few_or_alike")
    test = shapiro(values)
    return float(test.statistic), float(test.pvalue)
