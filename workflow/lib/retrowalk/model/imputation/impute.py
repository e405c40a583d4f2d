"""Fill in missing values, given draws of the model's parameters."""

import numpy as np

from retrowalk.model.imputation.incomplete import Incomplete
from visitwise import Posterior


def impute(incomplete: Incomplete, posterior: Posterior, strategy: str, normal: np.ndarray) -> np.ndarray:
    """Return M completed sets of values, (M, n, m).

    Parameters
    ----------
    incomplete
        The trial.
    posterior
        M draws.
    strategy
        The name of an analysis for imputation (`retrowalk.analyses`).
    normal : (M, n, m)
        Standard normal numbers. The same for every strategy, so that strategies differ by their assumption alone.

    Notes
    -----
    With mu the participant's mean and Sigma the covariance of a draw, the missing values are normal with mean
    mu_mis + Sigma_mo Sigma_oo^-1 (y_obs - mu_obs) and covariance Sigma_mm - Sigma_mo Sigma_oo^-1 Sigma_om. mu is, with d
    the visit of the participant's last value (none: before the first),

    - missing at random: that of the own arm
    - jump to reference: that of the own arm up to d, that of the control arm after
    - copy reference: that of the control arm
    - copy increments in reference: that of the own arm up to d, after it own_d + control_t - control_d; without any value
      that of the control arm, the arms being alike at baseline

    (Carpenter, Roger and Kenward 2013, J Biopharm Stat 23:1352). Gaps before the last value are filled in under the same
    mean. Checked on the antidepressant trial with SAS's and R's published results.
    """
    mean = _mean(incomplete, posterior.coefficients, strategy)
    completed = np.broadcast_to(incomplete.values, mean.shape).copy()
    patterns, which = np.unique(incomplete.missing, axis=0, return_inverse=True)
    for place, gap in enumerate(patterns):
        if not gap.any():
            continue
        members = np.flatnonzero(which.ravel() == place)
        seen = ~gap
        sigma = posterior.covariance
        between = sigma[:, gap][:, :, seen]
        slopes = np.linalg.solve(sigma[:, seen][:, :, seen], between.mT).mT
        root = np.linalg.cholesky(sigma[:, gap][:, :, gap] - slopes @ between.mT)
        expected = mean[:, members][:, :, gap]
        expected = expected + (incomplete.values[members][:, seen] - mean[:, members][:, :, seen]) @ slopes.mT
        completed[np.ix_(range(len(mean)), members, np.flatnonzero(gap))] = (
            expected + normal[:, members][:, :, gap] @ root.mT
        )
    return completed


def _mean(incomplete: Incomplete, coefficients: np.ndarray, strategy: str) -> np.ndarray:
    own, control = (
        np.moveaxis(rows @ coefficients.T, -1, 0) for rows in (incomplete.own, incomplete.reference)
    )  # (M, n, m)
    if strategy == "imputation_mar":
        return own
    if strategy == "copy_reference":
        return control
    seen = ~incomplete.missing
    visits = seen.shape[1]
    last = np.where(seen.any(axis=1), visits - 1 - seen[:, ::-1].argmax(axis=1), -1)
    after = np.arange(visits) > last[:, None]
    if strategy == "copy_increments":
        people = np.arange(len(last))
        ahead = np.where(last >= 0, (own - control)[:, people, last], 0)
        control = control + ahead[..., None]
    return np.where(after, control, own)
