"""The random-intercept model by statsmodels, until the project's own engine for small samples takes its place."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from retrowalk.errors import FitError

OPTIMISERS = ("bfgs", "powell", "nm")
#: Residual variance, of values scaled to a variance of 1, that is what an optimiser leaves of none.
NEGLIGIBLE = 1e-8


@dataclass(frozen=True)
class RandomIntercept:
    """A fitted random-intercept model.

    Attributes
    ----------
    contrasts
        One row an intervention arm and post visit (index arm, visit): how much more the arm changed since baseline than
        the control; estimate, se, statistic, p_value, ci_low, ci_high.
    n_by_arm
        {arm: participants in the fit}.
    on_boundary
        Whether the variance between participants was estimated as zero.
    """

    contrasts: pd.DataFrame
    n_by_arm: dict[str, int]
    on_boundary: bool


def fit_random_intercept(data: pd.DataFrame, visits: list[str], control: str, alpha: float = 0.05) -> RandomIntercept:
    """Fit value ~ arm * visit + (1 | participant) by REML and return the arm-by-visit contrasts.

    Parameters
    ----------
    data
        One row a participant: `arm` and a column a visit; missing values are left out, the participant stays.
    visits
        The visits' columns, baseline first.
    control
        The arm that the others are compared with.
    alpha
        One minus the confidence level.

    Notes
    -----
    statsmodels gives z tests: the intervals are too narrow for small trials, and its standard errors differ by 0.3 to
    2 % from R's lme4 on unbalanced data. Estimates are checked against lme4 (tests/reference/random_intercept.csv).

    Raises
    ------
    FitError
        An arm has fewer than two values at a visit, the values do not vary, or no optimiser converges.
    """
    from scipy.stats import norm

    long = data.rename_axis("participant").reset_index().melt(["participant", "arm"], visits, "visit", "value").dropna()
    arms = [control, *(arm for arm in dict.fromkeys(data["arm"]) if arm != control)]
    counts = long.groupby(["arm", "visit"]).size()
    if any(counts.get((arm, visit), 0) < 2 for arm in arms for visit in visits):
        raise FitError("an arm has fewer than two participants measured at a visit")

    cells = {("intercept", ""): np.ones(len(long))}
    cells |= {("arm", arm): (long["arm"] == arm).to_numpy(float) for arm in arms[1:]}
    cells |= {("visit", visit): (long["visit"] == visit).to_numpy(float) for visit in visits[1:]}
    contrasts = [(arm, visit) for arm in arms[1:] for visit in visits[1:]]
    cells |= {(arm, visit): cells["arm", arm] * cells["visit", visit] for arm, visit in contrasts}
    values = long["value"].to_numpy(float)
    scale = values.std()
    if scale == 0:
        raise FitError("the values do not vary")
    # Scaled to a standard deviation of 1, which the optimisers are made for.
    fit = _fit(values / scale, np.column_stack(list(cells.values())), long["participant"].to_numpy())
    places = [list(cells).index(contrast) for contrast in contrasts]
    table = pd.DataFrame(
        {"estimate": fit.fe_params[places] * scale, "se": fit.bse_fe[places] * scale},
        index=pd.MultiIndex.from_tuples(contrasts, names=["arm", "visit"]),
    )
    table["statistic"] = table["estimate"] / table["se"]
    table["p_value"] = 2 * norm.sf(table["statistic"].abs())
    half = norm.ppf(1 - alpha / 2) * table["se"]
    table["ci_low"], table["ci_high"] = table["estimate"] - half, table["estimate"] + half
    n_by_arm = long.groupby("arm")["participant"].nunique()
    on_boundary = float(fit.cov_re[0, 0]) < 1e-6 * float(fit.scale)
    return RandomIntercept(table, {arm: int(n_by_arm[arm]) for arm in arms}, on_boundary)


def _fit(values: np.ndarray, design: np.ndarray, participants: np.ndarray) -> Any:
    """Return the first fit that converges; one optimiser's line search may run into a singular matrix, another's not."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    for optimiser in OPTIMISERS:
        with warnings.catch_warnings():
            # Whether the fit can be used is judged below, by its result.
            warnings.simplefilter("ignore")
            try:
                fit = MixedLM(values, design, participants).fit(reml=True, method=[optimiser])
            except np.linalg.LinAlgError:
                continue
            if fit.converged and np.isfinite(fit.bse_fe).all():
                if fit.scale < NEGLIGIBLE:
                    raise FitError("the participants of each arm changed by the same amount")
                return fit
    raise FitError(f"the random-intercept model did not converge (tried {', '.join(OPTIMISERS)})")
