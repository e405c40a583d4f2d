"""The result of a fit: estimates, tests, residuals and a summary, views of the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from visitwise import kenward_roger, satterthwaite
from visitwise.adjust import adjusted_p, check_adjustment, critical_value
from visitwise.design import Design
from visitwise.errors import SpecificationError
from visitwise.facts import FitFacts
from visitwise.ladder import Solution
from visitwise.layout import Layout
from visitwise.means import At, as_names, contrast_weights, mean_weights, pair_weights, term_weights
from visitwise.posterior import Posterior, draw, in_correlations
from visitwise.precision import Precision
from visitwise.solved import SolvedTrials
from visitwise.specification import Specification
from visitwise.summary import summary_text
from visitwise.tables import f_row, t_columns, table


@dataclass(frozen=True, repr=False)
class MixedFit(FitFacts):
    """A fitted mixed model. Nothing in it is rounded; standard errors and intervals are those of `df`.

    Its facts (structure, criterion, counts ...) are the attributes of `FitFacts`.
    """

    _solved: SolvedTrials

    def __repr__(self) -> str:
        """Say what was fitted to what."""
        return f"<MixedFit {self.model.formula!r}, {self.structure}, {self.n_participants} participants>"

    @property
    def design(self) -> Design:
        """The analysed rows, and what the formula makes of any other row."""
        return self._solved.design

    @property
    def layout(self) -> Layout:
        """The analysed rows as padded arrays, on the scale on which they were fitted."""
        return self._solved.layout

    @property
    def analysed(self) -> pd.DataFrame:
        """The rows in the fit, with the columns that the model uses."""
        return self.design.frame

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """One row a coefficient: term, estimate, se, df, statistic, p_value, ci_low, ci_high (the response's unit)."""
        columns = self.design.columns
        return self._table({"term": columns}, np.eye(len(columns))[None])

    @cached_property
    def covariance(self) -> pd.DataFrame:
        """The covariance of a participant's visits, visits x visits, in the response's unit squared.

        With groups, one such matrix a group below each other: index (group, visit).
        """
        solution, design = self._solution, self.design
        sigma = solution.shape.matrix(solution.theta)[0] * self.layout.scale[0] ** 2
        if self.model.group is None:
            return pd.DataFrame(sigma[0], index=design.visits, columns=design.visits)
        index = pd.MultiIndex.from_product([design.groups, design.visits], names=[self.model.group, self.model.visit])
        return pd.DataFrame(sigma.reshape(-1, sigma.shape[-1]), index=index, columns=design.visits)

    @cached_property
    def covariance_parameters(self) -> pd.DataFrame:
        """One row a parameter of the covariance: (group,) parameter, estimate, se (of the information used)."""
        solution, groups = self._solution, self.design.groups
        unit = self.layout.scale[0] ** solution.shape.units
        names = list(solution.shape.names)
        se = np.sqrt(np.diagonal(self._precision.parameters[0])).reshape(len(groups), -1)
        labels: dict[str, Any] = {"parameter": names * len(groups)}
        if self.model.group is not None:
            labels = {self.model.group: np.repeat(groups, len(names)), **labels}
        theta, se = solution.shape.per_unit(solution.theta[0], se)
        return table(labels, {"estimate": (theta * unit).ravel(), "se": (se * unit).ravel()})

    @cached_property
    def coefficient_covariance(self) -> pd.DataFrame:
        """The covariance of the coefficients, adjusted where `df` is Kenward-Roger."""
        precision = self._precision
        middle = np.eye(precision.root.shape[1]) + (precision.adjustment[0] if self.df == "kenward-roger" else 0)
        names = self.design.columns
        return pd.DataFrame(precision.root[0] @ middle @ precision.root[0].T, index=names, columns=names)

    def confint(self, level: float = 0.95) -> pd.DataFrame:
        """Return the intervals of the coefficients at a confidence level: term, estimate, ci_low, ci_high."""
        if not isinstance(level, float) or not 0 < level < 1:
            raise SpecificationError(f"level is the confidence level, between 0 and 1, not {level!r}")
        table = self.coefficients
        columns = t_columns(*(table[name].to_numpy() for name in ("estimate", "se", "df")), 1 - level)
        return table[["term", "estimate"]].assign(ci_low=columns["ci_low"], ci_high=columns["ci_high"])

    def marginal_means(
        self, factor: str | Sequence[str], by: str | Sequence[str] | None = None, *, at: At | None = None
    ) -> pd.DataFrame:
        """Return the mean of the response at each level of a factor, at each level of `by`.

        Covariates are at their mean over the analysed rows, other factors count equally, as R's emmeans.

        Parameters
        ----------
        factor, by
            Factors of the model, one name or several.
        at
            Values of some covariates, {"age": 60}; the others stay at their mean.

        Returns
        -------
        DataFrame
            One row a combination of levels: the factors, estimate, se, df, statistic, p_value, ci_low, ci_high (the
            response's unit).
        """
        labels, weights = mean_weights(self.design, as_names(factor), as_names(by), at)
        return self._table(labels, weights)

    def contrasts(
        self,
        factor: str,
        by: str | Sequence[str] | None = None,
        *,
        reference: Any,
        change_from: Any = None,
        at: At | None = None,
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
        at
            Values of some covariates, as for `marginal_means`.

        Returns
        -------
        DataFrame
            One row a level and level of `by`: the factor, reference_<factor>, `by`, estimate (level - reference), se, df,
            statistic, p_value, ci_low, ci_high (the response's unit).
        """
        labels, weights = contrast_weights(self.design, factor, as_names(by), reference, change_from, at)
        return self._table(labels, weights)

    def pairwise(
        self, factor: str, by: str | Sequence[str] | None = None, *, adjust: str = "none", at: At | None = None
    ) -> pd.DataFrame:
        """Return the differences between all pairs of levels of a factor, at each level of `by`.

        Parameters
        ----------
        factor
            A factor of the model, the arm.
        by
            Factors at whose levels the pairs are compared, the visit.
        adjust
            "none", "holm" or "tukey": the correction over the pairs at each level of `by`, as R's emmeans makes it.
        at
            Values of some covariates, as for `marginal_means`.

        Returns
        -------
        DataFrame
            One row a pair and level of `by`, the columns of `contrasts`; estimate is the later level minus the earlier
            one. With a correction there is a column p_adjusted, p_value stays as it is, and the intervals are simultaneous:
            Tukey's, or for Holm's steps, which have none, Bonferroni's.
        """
        check_adjustment(adjust)
        labels, weights = pair_weights(self.design, factor, as_names(by), at)
        table = self._table(labels, weights)
        if adjust == "none":
            return table
        levels = len(self.design.factors[factor])
        family = levels * (levels - 1) // 2
        families = np.split(np.arange(len(table)), len(table) // family)
        statistic, p_value, df = (table[name].to_numpy() for name in ("statistic", "p_value", "df"))
        adjusted = [adjusted_p(adjust, statistic[rows], p_value[rows], df[rows], levels) for rows in families]
        reach = critical_value(adjust, df, family, levels, self.alpha) * table["se"]
        low, high = table["estimate"] - reach, table["estimate"] + reach
        return table.assign(p_adjusted=np.concatenate(adjusted), ci_low=low, ci_high=high)

    def linear(self, weights: np.ndarray | pd.DataFrame) -> pd.DataFrame:
        """Return linear combinations of the coefficients, one row each.

        Parameters
        ----------
        weights
            (c, coefficients); of a DataFrame with the coefficients' names as columns these decide, not their order.
        """
        names = self.design.columns
        if isinstance(weights, pd.DataFrame) and not isinstance(weights.columns, pd.RangeIndex):
            if sorted(map(str, weights.columns)) != sorted(names):
                raise SpecificationError(f"the columns of the weights must be the coefficients: {', '.join(names)}")
            weights = weights[names]
        try:
            array = np.atleast_2d(np.asarray(weights, dtype=float))
        except (TypeError, ValueError):
            raise SpecificationError("weights must be numbers") from None
        if array.shape[1] != len(self.design.columns) or not np.isfinite(array).all():
            raise SpecificationError(
                f"weights need a finite number for each of {len(self.design.columns)} coefficients"
            )
        if not array.any(axis=1).all():
            raise SpecificationError("a row of weights is zero throughout")
        labels = {"term": list(weights.index)} if isinstance(weights, pd.DataFrame) else {"term": range(len(array))}
        return self._table(labels, array[None])

    def joint_test(self, term: str) -> pd.DataFrame:
        """Return the F test that a term is zero (type III), one row: term, df_numerator, df, statistic, p_value, note.

        Kenward and Roger's F, or that of Fai and Cornelius with Satterthwaite's degrees of freedom.
        """
        weights = term_weights(self.design, term)
        if not len(weights):
            return pd.DataFrame([f_row(term, 0, np.nan, np.nan, "a factor of this term has one level only")])
        precision = self._precision
        contrasts, estimates = weights @ precision.root[0], weights @ precision.coefficients[0]
        size = len(weights)
        if self.df == "kenward-roger":
            statistic, df, note = kenward_roger.joint(contrasts, estimates, precision)
        elif self.df == "satterthwaite":
            statistic, df, note = satterthwaite.joint(contrasts, estimates, precision)
        else:
            statistic = float(estimates @ np.linalg.solve(contrasts @ contrasts.T, estimates)) / size
            df, note = (float(self.n_observations - weights.shape[1]) if self.df == "residual" else np.inf), ""
        return pd.DataFrame([f_row(term, size, statistic, df, note)])

    def joint_tests(self) -> pd.DataFrame:
        """Return the F test of every term, one row each."""
        rows = [self.joint_test(term) for term in self.design.terms]
        empty = pd.DataFrame(columns=["term", "df_numerator", "df", "statistic", "p_value", "note"])
        return pd.concat(rows, ignore_index=True) if rows else empty

    @cached_property
    def residuals(self) -> pd.DataFrame:
        """One row an analysed value: participant, visit, fitted, raw and normalised residual; index as in the data.

        raw = value - fitted, in the response's unit. normalised = L^-1 raw, with V = L L' the covariance of the
        participant's visits: independent with variance 1 if the model holds (nlme's "normalized").
        """
        design, rows = self.design, self.design.rows
        fitted = rows.design @ self._precision.coefficients[0]
        raw = rows.response - fitted
        sigma = self._solution.shape.matrix(self._solution.theta)[0] * self.layout.scale[0] ** 2
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
        weights = self.design.of_new(data)
        estimate, se, df = (column[0] for column in self._solved.linear(weights[None]))
        columns = t_columns(estimate, se, np.broadcast_to(df, estimate.shape), self.alpha)
        return pd.DataFrame({name: columns[name] for name in ("estimate", "se", "df", "ci_low", "ci_high")}, data.index)

    def design_of(self, data: pd.DataFrame) -> np.ndarray:
        """Return the design matrix of other rows, (rows, coefficients); `data` as for `predict`."""
        return self.design.of_new(data)

    def posterior(self, draws: int, generator: np.random.Generator) -> Posterior:
        """Draw coefficients and covariance from their posterior (`posterior.draw`)."""
        form = in_correlations(self.structure, self.design.visits, self.design.times)
        return draw(self.layout, form, self.covariance.to_numpy(), draws, generator)

    def summary(self) -> str:
        """Return the fit as text, as a statistician knows it from R and SAS (rounded for reading)."""
        return summary_text(self, self.coefficients, self.covariance)

    @property
    def _solution(self) -> Solution:
        return self._solved.solutions[0]

    @property
    def _precision(self) -> Precision:
        return self._solved.precisions[0]

    def _table(self, labels: dict[str, Any], weights: np.ndarray) -> pd.DataFrame:
        estimate, se, df = (column[0] for column in self._solved.linear(weights))
        return table(labels, t_columns(estimate, se, df, self.alpha))


def single_fit(model: Specification, solved: SolvedTrials, alpha: float) -> MixedFit:
    """Return the fit of the only trial, or raise what kept it from being fitted."""
    if solved.faults[0] is not None:
        raise solved.faults[0]
    solution, layout = solved.solutions[0], solved.layout
    count = solution.theta[0].size
    participants, observations = int(layout.participants[0]), int(layout.observations[0])
    criterion = float(solution.at_optimum.criterion[0] + layout.constant[0])
    return MixedFit(
        model=model,
        df=solved.df,
        structure=solution.structure,
        tried=tuple(solved.tried[0]),
        criterion=criterion,
        aic=criterion + 2 * count,
        bic=criterion + float(np.log(participants)) * count,
        n_participants=participants,
        n_observations=observations,
        left_out=solved.design.left_out,
        iterations=int(solution.steps[0]),
        alpha=alpha,
        _solved=solved,
    )
