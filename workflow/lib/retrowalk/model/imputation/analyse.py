"""The ANCOVA of many completed sets of values at once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from retrowalk.errors import FitError
from retrowalk.model.ancova import ancova_design
from retrowalk.model.imputation.incomplete import Incomplete
from retrowalk.model.imputation.pool import Pooled, pool


@dataclass(frozen=True)
class SetAnalysis:
    """The least-squares fit of value ~ baseline + arm (+ covariates) to any values of the same participants.

    Attributes
    ----------
    design : (n, q)
    arms : dict
        {intervention arm: its column}.
    """

    design: np.ndarray
    arms: dict[str, int]

    @classmethod
    def of(cls, incomplete: Incomplete, baseline: str, adjust_for: tuple[str, ...] = ()) -> "SetAnalysis":
        """Return the analysis of a trial's completed sets; FitError where its covariates cannot be told apart."""
        table, _ = ancova_design(incomplete.people, incomplete.arms, baseline, adjust_for)
        if np.linalg.matrix_rank(table) < table.shape[1]:
            raise FitError("not_told_apart_from_arms")
        columns = {arm: table.columns.get_loc(f"arm:{arm}") for arm in incomplete.arms[1:]}
        return cls(table.to_numpy(float), columns)

    @property
    def df(self) -> int:
        """The residual degrees of freedom of one set."""
        return self.design.shape[0] - self.design.shape[1]

    @cached_property
    def _inverse(self) -> np.ndarray:
        return np.linalg.pinv(self.design)

    def slope(self, values: np.ndarray, arm: str) -> np.ndarray:
        """Return the adjusted difference between an arm and the control, (...), of values (..., n)."""
        return values @ self._inverse[self.arms[arm]]

    def residuals(self, values: np.ndarray) -> np.ndarray:
        """Return the residuals, (..., n), of values (..., n)."""
        return values - values @ self._inverse.T @ self.design.T

    def variance(self, residual_sum: np.ndarray, arm: str) -> np.ndarray:
        """Return the variance of that difference, (...), where the residual sum of squares is (...)."""
        row = self._inverse[self.arms[arm]]
        return residual_sum / self.df * (row @ row)

    def pooled(self, completed: np.ndarray, arm: str, alpha: float = 0.05) -> Pooled:
        """Return the difference pooled over M completed sets, (M, n)."""
        variances = self.variance((self.residuals(completed) ** 2).sum(axis=1), arm)
        return pool(self.slope(completed, arm), variances, self.df, alpha)
