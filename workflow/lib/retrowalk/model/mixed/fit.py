"""The result of a fit: estimates, tests, residuals and a summary, views of the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from retrowalk.model.mixed import kenward_roger, satterthwaite, summary
from retrowalk.model.mixed.errors import SpecificationError
from retrowalk.model.mixed.fits import Fits
from retrowalk.model.mixed.ladder import Attempt
from retrowalk.model.mixed.means import as_names, contrast_weights, mean_weights, term_weights
from retrowalk.model.mixed.posterior import Posterior, draw
from retrowalk.model.mixed.tables import f_row, t_columns, table

if TYPE_CHECKING:
    from retrowalk.model.mixed.model import MixedModel


@dataclass(frozen=True, repr=False)
class MixedFit:
    """A fitted mixed model. Nothing in it is rounded; standard errors and intervals are those of `df`.

    Attributes
    ----------
    model : MixedModel
        What was asked for.
    df : str
        How degrees of freedom are found.
    structure : str
        The covariance structure that was fitted.
    tried : tuple of Attempt
        The ladder: each structure that was tried, whether it was fitted, and why not. A reason beside the one that was
        fitted is a caveat.
    criterion : float
        -2 restricted log-likelihood.
    aic, bic : float
        They count the parameters of the covariance only; n of bic is the number of participants.
    n_participants, n_observations : int
        In the fit.
    left_out : int
        Rows that had no value.
    iterations : int
        Evaluations of the criterion.
    converged : bool
        Always true: a fit that does not converge is an error.
    alpha : float
        One minus the confidence level.
    """

    model: "MixedModel"
    df: str
    structure: str
    tried: tuple[Attempt, ...]
    criterion: float
    aic: float
    bic: float
    n_participants: int
    n_observations: int
    left_out: int
    iterations: int
    converged: bool
    alpha: float
    _fits: Fits

    def __repr__(self) -> str:
        """Say what was fitted to what."""
        return f"<MixedFit {self.model.formula!r}, {self.structure}, {self.n_participants} participants>"

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader of the estimates must know of the fit."""
        return tuple(attempt.reason for attempt in self.tried if attempt.fitted and attempt.reason)

    @property
    def analysed(self) -> pd.DataFrame:
        """The rows in the fit, with the columns that the model uses."""
        return self._fits.design.frame

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """One row a coefficient: term, estimate, se, df, statistic, p_value, ci_low, ci_high (the response's unit)."""
        columns = self._fits.design.columns
        return self._table({"term": columns}, np.eye(len(columns))[None])

    @cached_property
    def covariance(self) -> pd.DataFrame:
        """The covariance of a participant's visits, visits x visits, in the response's unit squared.

        With groups, one such matrix a group below each other: index (group, visit).
        """
        solution, design = self._solution, self._fits.design
        sigma = solution.shape.matrix(solution.theta)[0] * self._fits.layout.scale[0] ** 2
        if self.model.group is None:
            return pd.DataFrame(sigma[0], index=design.visits, columns=design.visits)
        index = pd.MultiIndex.from_product([design.groups, design.visits], names=[self.model.group, self.model.visit])
        return pd.DataFrame(sigma.reshape(-1, sigma.shape[-1]), index=index, columns=design.visits)

    @cached_property
    def covariance_parameters(self) -> pd.DataFrame:
        """One row a parameter of the covariance: (group,) parameter, estimate, se (of the information used)."""
        solution, groups = self._solution, self._fits.design.groups
        unit = self._fits.layout.scale[0] ** solution.shape.units
        names = list(solution.shape.names)
        se = np.sqrt(np.diagonal(self._fits.precisions[0].parameters[0])).reshape(len(groups), -1)
        labels: dict[str, Any] = {"parameter": names * len(groups)}
        if self.model.group is not None:
            labels = {self.model.group: np.repeat(groups, len(names)), **labels}
        return table(labels, {"estimate": (solution.theta[0] * unit).ravel(), "se": (se * unit).ravel()})

    @cached_property
    def coefficient_covariance(self) -> pd.DataFrame:
        """The covariance of the coefficients, adjusted where `df` is Kenward-Roger."""
        own = self._fits.precisions[0]
        middle = np.eye(own.root.shape[1]) + (own.adjustment[0] if self.df == "kenward-roger" else 0)
        names = self._fits.design.columns
        return pd.DataFrame(own.root[0] @ middle @ own.root[0].T, index=names, columns=names)

    def marginal_means(self, factor: str | Sequence[str], by: str | Sequence[str] | None = None) -> pd.DataFrame:
        """Return the mean of the response at each level of a factor, at each level of `by`.

        Covariates are at their mean over the analysed rows, other factors count equally, as R's emmeans.

        Parameters
        ----------
        factor, by
            Factors of the model, one name or several.

        Returns
        -------
        DataFrame
            One row a combination of levels: the factors, estimate, se, df, statistic, p_value, ci_low, ci_high (the
            response's unit).
        """
        labels, weights = mean_weights(self._fits.design, as_names(factor), as_names(by))
        return self._table(labels, weights)

    def contrasts(
        self, factor: str, by: str | Sequence[str] | None = None, *, reference: Any, change_from: Any = None
    ) -> pd.DataFrame:
        """Return the differences of marginal means from those of a reference level.

        Parameters
        ----------
        factor
            A factor of the model, the arm.
        by
            Factors at whose levels the differences are taken, the visit.
        reference
            The level that is subtracted.
        change_from
            A level of `by`, the baseline visit: differences between the changes since then.

        Returns
        -------
        DataFrame
            One row a level and level of `by`: the factor, reference_<factor>, `by`, estimate (level - reference), se, df,
            statistic, p_value, ci_low, ci_high (the response's unit).
        """
        labels, weights = contrast_weights(self._fits.design, factor, as_names(by), reference, change_from)
        return self._table(labels, weights)

    def linear(self, weights: np.ndarray | pd.DataFrame) -> pd.DataFrame:
        """Return linear combinations of the coefficients, one row each.

        Parameters
        ----------
        weights
            (c, coefficients); of a DataFrame with the coefficients' names as columns these decide, not their order.
        """
        names = self._fits.design.columns
        if isinstance(weights, pd.DataFrame) and not isinstance(weights.columns, pd.RangeIndex):
            if sorted(map(str, weights.columns)) != sorted(names):
                raise SpecificationError(f"the columns of the weights must be the coefficients: {', '.join(names)}")
            weights = weights[names]
        try:
            array = np.atleast_2d(np.asarray(weights, dtype=float))
        except (TypeError, ValueError):
            raise SpecificationError("weights must be numbers") from None
        if array.shape[1] != len(self._fits.design.columns) or not np.isfinite(array).all():
            raise SpecificationError(
                f"weights need a finite number for each of {len(self._fits.design.columns)} coefficients"
            )
        if not array.any(axis=1).all():
            raise SpecificationError("a row of weights is zero throughout")
        labels = {"term": list(weights.index)} if isinstance(weights, pd.DataFrame) else {"term": range(len(array))}
        return self._table(labels, array[None])

    def joint_test(self, term: str) -> pd.DataFrame:
        """Return the F test that a term is zero (type III), one row: term, df_numerator, df, statistic, p_value, note.

        Kenward and Roger's F, or that of Fai and Cornelius with Satterthwaite's degrees of freedom.
        """
        weights = term_weights(self._fits.design, term)
        if not len(weights):
            return pd.DataFrame([f_row(term, 0, np.nan, np.nan, "a factor of this term has one level only")])
        own = self._fits.precisions[0]
        contrasts, estimates = weights @ own.root[0], weights @ own.coefficients[0]
        size = len(weights)
        if self.df == "kenward-roger":
            statistic, df, note = kenward_roger.joint(contrasts, estimates, own)
        elif self.df == "satterthwaite":
            statistic, df, note = satterthwaite.joint(contrasts, estimates, own)
        else:
            statistic = float(estimates @ np.linalg.solve(contrasts @ contrasts.T, estimates)) / size
            df, note = (float(self.n_observations - weights.shape[1]) if self.df == "residual" else np.inf), ""
        return pd.DataFrame([f_row(term, size, statistic, df, note)])

    def joint_tests(self) -> pd.DataFrame:
        """Return the F test of every term, one row each."""
        rows = [self.joint_test(term) for term in self._fits.design.terms]
        empty = pd.DataFrame(columns=["term", "df_numerator", "df", "statistic", "p_value", "note"])
        return pd.concat(rows, ignore_index=True) if rows else empty

    @cached_property
    def residuals(self) -> pd.DataFrame:
        """One row an analysed value: participant, visit, fitted, raw and normalised residual; index as in the data.

        raw = value - fitted, in the response's unit. normalised = L^-1 raw, with V = L L' the covariance of the
        participant's visits: independent with variance 1 if the model holds (nlme's "normalized").
        """
        design, rows = self._fits.design, self._fits.design.rows
        fitted = rows.design @ self._fits.precisions[0].coefficients[0]
        raw = rows.response - fitted
        sigma = self._solution.shape.matrix(self._solution.theta)[0] * self._fits.layout.scale[0] ** 2
        padded, attended = np.zeros((2, len(rows.group), len(design.visits)))
        padded[rows.participant, rows.visit], attended[rows.participant, rows.visit] = raw, 1
        # A missed visit has the row and column of an identity matrix, and a residual of zero.
        V = sigma[rows.group] * (attended[:, :, None] * attended[:, None, :])
        V += (1 - attended)[:, :, None] * np.eye(len(design.visits))
        normalised = np.linalg.solve(np.linalg.cholesky(V), padded[..., None])[..., 0]
        labels = design.frame[[design.participant, design.visit]]
        return labels.assign(fitted=fitted, raw=raw, normalised=normalised[rows.participant, rows.visit])

    def predict(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return the mean of the response for other rows: estimate, se, df, ci_low, ci_high; index as in `data`.

        Parameters
        ----------
        data
            The columns of the formula, the visit included; levels must be among those of the fit.
        """
        weights = self._fits.design.of_new(data)
        estimate, se, df = (column[0] for column in self._fits.linear(weights[None]))
        columns = t_columns(estimate, se, np.broadcast_to(df, estimate.shape), self.alpha)
        return pd.DataFrame({name: columns[name] for name in ("estimate", "se", "df", "ci_low", "ci_high")}, data.index)

    def design_of(self, data: pd.DataFrame) -> np.ndarray:
        """Return the design matrix of other rows, (rows, coefficients); `data` as for `predict`."""
        return self._fits.design.of_new(data)

    def posterior(self, draws: int, generator: np.random.Generator) -> Posterior:
        """Draw coefficients and covariance from their posterior (`posterior.draw`)."""
        return draw(self, draws, generator)

    def summary(self) -> str:
        """Return the fit as text, as a statistician knows it from R and SAS (rounded for reading)."""
        return summary.of_fit(self)

    @property
    def _solution(self) -> Any:
        return self._fits.solutions[0]

    def _table(self, labels: dict[str, Any], weights: np.ndarray) -> pd.DataFrame:
        estimate, se, df = (column[0] for column in self._fits.linear(weights))
        return table(labels, t_columns(estimate, se, df, self.alpha))


def first_fit(model: "MixedModel", fits: Fits, alpha: float) -> MixedFit:
    """Return the fit of the first trial, or raise what kept it from being fitted."""
    if fits.faults[0] is not None:
        raise fits.faults[0]
    solution, layout = fits.solutions[0], fits.layout
    count = solution.theta[0].size
    participants, observations = int(layout.participants[0]), int(layout.observations[0])
    criterion = float(solution.at_optimum.criterion[0] + layout.constant[0])
    return MixedFit(
        model=model,
        df=fits.df,
        structure=solution.structure,
        tried=tuple(fits.tried[0]),
        criterion=criterion,
        aic=criterion + 2 * count,
        bic=criterion + float(np.log(participants)) * count,
        n_participants=participants,
        n_observations=observations,
        left_out=fits.design.left_out,
        iterations=int(solution.steps[0]),
        converged=True,
        alpha=alpha,
        _fits=fits,
    )
