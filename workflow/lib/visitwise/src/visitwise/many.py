"""The same model fitted to many trials at once: simulation, planning, calibration, bootstrap."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from visitwise.design import Design
from visitwise.means import At, as_names, contrast_weights, mean_weights
from visitwise.model import MixedModel, solve_checked
from visitwise.solved import SolvedTrials
from visitwise.tables import t_columns, table


@dataclass(frozen=True, repr=False)
class ManyFits:
    """The fits of one model to many trials. A trial that could not be fitted is in `failures` and in no table."""

    model: MixedModel
    alpha: float
    _solved: SolvedTrials

    def __repr__(self) -> str:
        """Say how many were fitted."""
        return f"<ManyFits {self.model.formula!r}: {self.n_fitted} of {self.n_trials} trials fitted>"

    @property
    def n_trials(self) -> int:
        """The number of trials."""
        return len(self._solved.faults)

    @property
    def n_fitted(self) -> int:
        """The number of trials that were fitted."""
        return self.n_trials - len(self.failures)

    @cached_property
    def failures(self) -> pd.DataFrame:
        """One row a trial without a fit: trial, error (its name), reason."""
        faults = zip(self._solved.design.trials, self._solved.faults, strict=True)
        rows = [(trial, type(fault).__name__, str(fault)) for trial, fault in faults if fault is not None]
        return pd.DataFrame(rows, columns=["trial", "error", "reason"])

    @cached_property
    def structures(self) -> pd.DataFrame:
        """One row a trial with a fit: trial, structure, criterion, iterations, caveat."""
        layout, design = self._solved.layout, self._solved.design
        rows = []
        for solution in self._solved.solutions:
            trials = solution.trials
            criterion = solution.at_optimum.criterion + layout.constant[trials]
            for place, trial in enumerate(trials):
                caveat = self._solved.tried[trial][-1].reason
                rows.append((trial, solution.structure, criterion[place], solution.steps[place], caveat))
        columns = ["trial", "structure", "criterion", "iterations", "caveat"]
        result = pd.DataFrame(rows, columns=columns).sort_values("trial", ignore_index=True)
        return result.assign(trial=[design.trials[trial] for trial in result["trial"]])

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """One row a trial and coefficient, as `MixedFit.coefficients`."""
        columns = self._solved.design.columns
        return self._table({"term": columns}, np.eye(len(columns))[None])

    def marginal_means(
        self, factor: str | Sequence[str], by: str | Sequence[str] | None = None, *, at: At | None = None
    ) -> pd.DataFrame:
        """Return one row a trial and marginal mean, as `MixedFit.marginal_means`."""
        return self._table(*mean_weights(self._solved.design, as_names(factor), as_names(by), at))

    def contrasts(
        self,
        factor: str,
        by: str | Sequence[str] | None = None,
        *,
        reference: Any,
        change_from: Any = None,
        at: At | None = None,
    ) -> pd.DataFrame:
        """Return one row a trial and contrast, as `MixedFit.contrasts`."""
        return self._table(*contrast_weights(self._solved.design, factor, as_names(by), reference, change_from, at))

    def _table(self, labels: dict[str, Any], weights: np.ndarray) -> pd.DataFrame:
        estimate, se, df = self._solved.linear(weights)
        fitted = np.flatnonzero([fault is None for fault in self._solved.faults])
        trials = [self._solved.design.trials[trial] for trial in fitted]
        size = weights.shape[1]
        repeated = {name: np.tile(np.asarray(values, dtype=object), len(fitted)) for name, values in labels.items()}
        numbers = (column[fitted].ravel() for column in (estimate, se, df))
        return table({"trial": np.repeat(trials, size), **repeated}, t_columns(*numbers, self.alpha))


def fit_many(
    model: MixedModel,
    data: pd.DataFrame | Design,
    trial: str = "trial",
    df: str = "kenward-roger",
    *,
    information: str = "observed",
    alpha: float = 0.05,
) -> ManyFits:
    """Fit a model to every trial of a table.

    The formula is read once for all trials, and the trials are fitted side by side, each as `MixedModel.fit` would fit it.
    What a formula learns of the data is therefore learnt of all trials together: the levels of factors (a trial that lacks
    one is a failure) and expressions such as center(age) or poly(age, 2).

    Parameters
    ----------
    model
        The specification.
    data
        The trials below each other: one row a trial, participant and visit. They share levels of arm and visit; a
        participant's label may come back in another trial. Or what `model.prepare(data, trial)` made of it.
    trial
        The column that tells them apart.
    df, information, alpha
        As for `MixedModel.fit`.

    Returns
    -------
    ManyFits
    """
    design = data if isinstance(data, Design) else model.prepare(data, trial)
    return ManyFits(model, alpha, solve_checked(model, design, df, information, alpha))
