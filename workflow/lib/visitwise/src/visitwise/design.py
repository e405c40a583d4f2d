"""From a table and a formula to the analysed rows, and to the reference grid that marginal means are taken on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from visitwise.checks import numbers, refuse_missing, refuse_repeated, refuse_unknown, refuse_unusable
from visitwise.errors import SpecificationError, TooFewError
from visitwise.formula import first_line, parse, variables_of
from visitwise.layout import Rows
from visitwise.levels import Labels, as_met, as_variable, in_order, tells_order, visit_times
from visitwise.recipe import Recipe, kinds_of, recipe


@dataclass(frozen=True)
class Design:
    """The analysed rows of D trials, and what their formula makes of any other row.

    Attributes
    ----------
    formula, participant, visit, group : str
        What it was made with.
    rows : Rows
    given : DataFrame
        The analysed rows as given, with the columns that the model uses.
    entered : dict
        {column: its rows as they enter the formula}: floats, or labels.
    visits, groups, trials : lists of labels
    spec
        formulaic's description of the design matrix.
    recipe : Recipe or None
        How its columns are made without formulaic, where the formula has no expressions.
    factors : dict
        {variable: levels} of the variables that enter as categories.
    covariates : dict
        {variable: (D,) mean over the analysed rows of each trial} of the others.
    left_out : int
        Rows without a value.
    in_known_order : bool
        Whether the visits' order in time is known: text without a number does not tell it.
    times : tuple of floats or None
        The time of each visit, where the model or the labels tell it.
    """

    formula: str
    participant: str
    visit: str
    group: str | None
    rows: Rows
    given: pd.DataFrame
    entered: dict[str, np.ndarray | Labels]
    visits: list[Any]
    groups: list[Any]
    trials: list[Any]
    spec: Any
    recipe: Recipe | None
    factors: dict[str, list[Any]]
    covariates: dict[str, np.ndarray]
    left_out: int
    in_known_order: bool
    times: tuple[float, ...] | None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The analysed rows as the formula takes them: numbers as floats, the rest as Categoricals."""
        return _frame(self.given, self.entered)

    @property
    def columns(self) -> list[str]:
        """The names of the coefficients."""
        return list(self.spec.column_names)

    def variables_of(self, term: Any) -> set[str]:
        """Return the columns of the data that a term is made of."""
        return set().union(*(variables_of(factor, self.given.columns) for factor in term.factors))

    def is_expression(self, term: Any) -> bool:
        """Return whether a term holds an expression of covariates, rather than their names."""
        return any(
            factor.expr not in self.covariates and variables_of(factor, self.given.columns) & set(self.covariates)
            for factor in term.factors
        )

    @property
    def terms(self) -> list[str]:
        """The formula's terms but the intercept."""
        return [str(term) for term in self.spec.terms if str(term) != "1"]

    def matrix(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the design matrix of other rows, (rows, p): floats, and Categoricals with the levels of the fit."""
        if self.recipe is not None:
            return self.recipe.matrix(frame)
        return np.asarray(self.spec.get_model_matrix(frame), dtype=float)

    def of_new(self, data: pd.DataFrame) -> np.ndarray:
        """Return the design matrix of rows that a user gives, (rows, p), or raise SpecificationError."""
        if not isinstance(data, pd.DataFrame) or not data.columns.is_unique:
            raise SpecificationError("the rows must be a pandas DataFrame whose columns have different names")
        frame = {}
        for name in [*self.factors, *self.covariates]:
            if name not in data.columns:
                raise SpecificationError(f"there is no column '{name}', which the model uses")
            column = data[name]
            if name in self.covariates and not pd.api.types.is_numeric_dtype(column):
                raise SpecificationError(f"{name} must be a column of numbers, as in the fit")
            strange = (
                ~np.isfinite(column.astype(float)) if name in self.covariates else ~column.isin(self.factors[name])
            )
            if strange.any():
                raise SpecificationError(
                    f"{name} is {column[strange].iloc[0]} in row {column.index[strange][0]}: "
                    "it must be known, and a level must be one of the fit"
                )
            levels = self.factors.get(name)
            frame[name] = column.astype(float) if levels is None else pd.Categorical(column, levels)
        return self.matrix(pd.DataFrame(frame, index=data.index))

    @cached_property
    def cells(self) -> np.ndarray:
        """The design at every combination of levels, covariates at their mean: (D or 1, levels of each factor ..., p)."""
        return self.cells_at({name: mean[:, None] for name, mean in self.covariates.items()})[..., 0, :]

    def cells_at(self, covariates: dict[str, np.ndarray]) -> np.ndarray:
        """Return the design at every combination of levels and at s settings of the covariates.

        Parameters
        ----------
        covariates
            {variable: (D, s) values}.

        Returns
        -------
        array
            (D or 1, levels of each factor ..., s, p).
        """
        sizes = [len(levels) for levels in self.factors.values()]
        cells = int(np.prod(sizes))
        trials, settings = next(iter(covariates.values())).shape if covariates else (1, 1)
        rows = trials * cells * settings
        codes = {
            name: np.tile(np.broadcast_to(places[..., None], (*sizes, settings)).ravel(), trials)
            for name, places in zip(self.factors, np.indices(sizes), strict=True)
        }
        numbers = {
            name: np.broadcast_to(values[:, None, :], (trials, cells, settings)).ravel()
            for name, values in covariates.items()
        }
        if self.recipe is not None:
            matrix = self.recipe.multiply({**codes, **numbers}, rows)
        else:
            matrix = self.matrix(pd.DataFrame({**self._labelled(codes), **numbers}, index=range(rows)))
        return matrix.reshape(trials, *sizes, settings, -1)

    def _labelled(self, codes: Mapping[str, np.ndarray]) -> dict[str, Any]:
        """Return the levels of factors as formulaic takes them, from their codes."""
        columns: dict[str, Any] = {}
        for name, places in codes.items():
            columns[name] = pd.Categorical.from_codes(places, self.factors[name])
            if pd.api.types.is_numeric_dtype(self.frame[name]):  # a number made a category in the formula, C(week)
                columns[name] = np.asarray(columns[name], dtype=float)
        return columns


def prepare(
    data: pd.DataFrame,
    formula: str,
    participant: str,
    visit: str,
    group: str | None,
    *,
    trial: str | None = None,
    times: Mapping[Any, float] | None = None,
) -> Design:
    """Return the design of a formula on the rows of `data` that have a value.

    Parameters
    ----------
    data
        One row a participant and visit (and trial). Rows whose response is missing are left out.
    formula
        As in R: "response ~ terms". The visit enters as a category, its levels in their order in time: that of an
        ordered or plain Categorical, of numbers, or of text with its numbers counted ("week 2" before "week 10").
    participant, visit, group, trial
        Names of columns.
    times
        The time of each visit, where its label does not tell it.

    Raises
    ------
    SpecificationError
        A formula that cannot be read, a column that is not there, a response that is not a number.
    MissingCovariateError, RepeatedVisitError, TooFewError
        A row with a value lacks a covariate; two values of a participant at one visit; no values at all.
    """
    given, response, names, left_out = _analysed(data, formula, participant, visit, group, trial)
    visits = in_order(given[visit])
    people, trials = as_met(given[participant]), as_met(given[trial]) if trial else _all_alike(given)
    groups = in_order(given[group]) if group else _all_alike(given)
    columns = {visit: visits} | {name: as_variable(given[name], len(people.levels)) for name in names if name != visit}
    keys = {name: labels for name, labels in ((participant, people), (trial, trials), (group, groups)) if name}
    refuse_missing(keys | columns, given, participant, visit)
    matrix, spec, made = _read(formula, given, {name: columns[name] for name in names})
    refuse_unusable(matrix, list(spec.column_names), formula, given)

    number = people.codes
    if trial:
        number = pd.factorize(trials.codes * len(people.levels) + number)[0]
    refuse_repeated(number, visits.codes, len(visits.levels), given, participant, visit)
    of_participant = {
        "trial": _of_participant(number, trials.codes),
        "group": _of_participant(number, groups.codes),
    }
    changing = of_participant["group"][number] != groups.codes
    if changing.any():
        who = given[participant].iloc[int(changing.argmax())]
        raise SpecificationError(f"{participant} {who} has more than one {group}: a group's covariance needs one")

    factors, covariates = _variables(spec, given.columns, columns)
    weights = np.bincount(trials.codes)
    return Design(
        formula=formula,
        participant=participant,
        visit=visit,
        group=group,
        rows=Rows(matrix, response, number, visits.codes, **of_participant),
        given=given,
        entered=columns,
        visits=visits.levels,
        groups=groups.levels,
        trials=trials.levels,
        spec=spec,
        recipe=made,
        factors=factors,
        covariates={name: np.bincount(trials.codes, columns[name]) / weights for name in covariates},
        left_out=left_out,
        in_known_order=tells_order(given[visit], visits.levels),
        times=visit_times(visits.levels, times),
    )


def _all_alike(frame: pd.DataFrame) -> Labels:
    return Labels([""], np.zeros(len(frame), dtype=int))


def _analysed(
    data: pd.DataFrame, formula: str, participant: str, visit: str, group: str | None, trial: str | None
) -> tuple[pd.DataFrame, np.ndarray, list[str], int]:
    """Return the rows with a value, their response, the variables of the formula, and how many rows are left out."""
    if not isinstance(data, pd.DataFrame):
        raise SpecificationError(f"the data must be a pandas DataFrame, not a {type(data).__name__}")
    if trial is not None and trial not in data.columns:
        raise SpecificationError(f"there is no column '{trial}' to tell the trials apart")
    response, right = parse(formula)
    factors = {factor for term in right for factor in term.factors}
    variables = sorted(set().union(*(variables_of(factor, data.columns) for factor in factors)))
    keys = [name for name in (trial, participant, visit, group) if name is not None]
    used = list(dict.fromkeys([*keys, response, *variables]))
    refuse_unknown(data, used, formula)
    values = numbers(data[response], response)
    known = ~np.isnan(values)
    if not known.any():
        raise TooFewError.because("no_values", response=response)
    frame = data[used]
    if not known.all():
        frame = frame[known]
    return frame, values[known], variables, int((~known).sum())


def _read(formula: str, given: pd.DataFrame, variables: Mapping[str, Any]) -> tuple[np.ndarray, Any, Recipe | None]:
    """Return the design matrix, formulaic's description of it, and its recipe where the formula has one."""
    from formulaic.errors import FormulaicError

    try:
        made = recipe(formula, kinds_of(variables))
        if made is not None:
            return made.multiply(variables, len(given)), made.spec, made
        matrix = parse(formula)[1].get_model_matrix(_frame(given, variables), output="numpy", na_action="ignore")
        return np.asarray(matrix, dtype=float), matrix.model_spec, None
    except (FormulaicError, ValueError, TypeError, KeyError) as fault:
        raise SpecificationError(f"the formula {formula!r} cannot be made of the data: {first_line(fault)}") from None


def _frame(given: pd.DataFrame, columns: Mapping[str, np.ndarray | Labels]) -> pd.DataFrame:
    """Return rows as given, but for the columns that enter a formula: floats, and Categoricals."""
    return given.assign(
        **{name: column.categorical() if isinstance(column, Labels) else column for name, column in columns.items()}
    )


def _of_participant(people: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the code of each participant, (participants,), from those of the rows."""
    result = np.zeros(int(people.max()) + 1, dtype=int)
    result[people] = codes
    return result


def _variables(spec: Any, names: Iterable[str], columns: Mapping[str, Any]) -> tuple[dict[str, list[Any]], list[str]]:
    """Return the variables that enter as categories, with their levels, and those that enter as numbers."""
    used, categories = set(), set()
    for factor in {factor for term in spec.terms for factor in term.factors}:
        found = variables_of(factor, names)
        kind = spec.encoder_state.get(factor.expr, (None,))[0]
        used |= found
        categories |= found if kind is not None and kind.value == "categorical" else set()
    ordered = [name for name in names if name in used]
    factors = {name: _levels(columns[name]) for name in ordered if name in categories}
    return factors, [name for name in ordered if name not in categories]


def _levels(column: np.ndarray | Labels) -> list[Any]:
    return (column if isinstance(column, Labels) else in_order(pd.Series(column))).levels
