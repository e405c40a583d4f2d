"""From a table and a formula to the analysed rows, and to the reference grid that marginal means are taken on."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from visitwise.checks import numbers, refuse_missing, refuse_repeated, refuse_unknown, refuse_unusable
from visitwise.errors import SpecificationError, TooFewError
from visitwise.formula import first_line, parse, variables_of
from visitwise.layout import Rows


@dataclass(frozen=True)
class Design:
    """The analysed rows of D trials, and what their formula makes of any other row.

    Attributes
    ----------
    formula, participant, visit, group : str
        What it was made with.
    rows : Rows
    frame : DataFrame
        The analysed rows as given, with the columns that the model uses.
    visits, groups, trials : lists of labels
    spec
        formulaic's description of the design matrix.
    factors : dict
        {variable: levels} of the variables that enter as categories.
    covariates : dict
        {variable: (D,) mean over the analysed rows of each trial} of the others.
    left_out : int
        Rows without a value.
    in_known_order : bool
        Whether the visits' order in time is known: text without a number does not tell it.
    """

    formula: str
    participant: str
    visit: str
    group: str | None
    rows: Rows
    frame: pd.DataFrame
    visits: list[Any]
    groups: list[Any]
    trials: list[Any]
    spec: Any
    factors: dict[str, list[Any]]
    covariates: dict[str, np.ndarray]
    left_out: int
    in_known_order: bool

    @property
    def columns(self) -> list[str]:
        """The names of the coefficients."""
        return list(self.spec.column_names)

    def variables_of(self, term: Any) -> set[str]:
        """Return the columns of the data that a term is made of."""
        return set().union(*(variables_of(factor, self.frame.columns) for factor in term.factors))

    def is_expression(self, term: Any) -> bool:
        """Return whether a term holds an expression of covariates, rather than their names."""
        return any(
            factor.expr not in self.covariates and variables_of(factor, self.frame.columns) & set(self.covariates)
            for factor in term.factors
        )

    @property
    def terms(self) -> list[str]:
        """The formula's terms but the intercept."""
        return [str(term) for term in self.spec.terms if str(term) != "1"]

    def matrix(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the design matrix of other rows, (rows, p)."""
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
        grid = {
            name: pd.Categorical.from_codes(
                np.tile(np.broadcast_to(codes[..., None], (*sizes, settings)).ravel(), trials), levels
            )
            for (name, levels), codes in zip(self.factors.items(), np.indices(sizes), strict=True)
        }
        for name in self.factors:
            if pd.api.types.is_numeric_dtype(self.frame[name]):  # a number made a category in the formula, C(week)
                grid[name] = pd.Series(grid[name]).astype(float)
        for name, values in covariates.items():
            grid[name] = np.broadcast_to(values[:, None, :], (trials, cells, settings)).ravel()
        grid = pd.DataFrame(grid) if grid else pd.DataFrame(index=range(trials * cells * settings))
        return self.matrix(grid).reshape(trials, *sizes, settings, -1)


def prepare(
    data: pd.DataFrame, formula: str, participant: str, visit: str, group: str | None, trial: str | None = None
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

    Raises
    ------
    SpecificationError
        A formula that cannot be read, a column that is not there, a response that is not a number.
    MissingCovariateError, RepeatedVisitError, TooFewError
        A row with a value lacks a covariate; two values of a participant at one visit; no values at all.
    """
    from formulaic.errors import FormulaicError

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
    frame = data[used]
    values = numbers(frame[response], response)
    known = ~np.isnan(values)
    frame, values = frame[known], values[known]
    if not len(values):
        raise TooFewError(f"no row has a value of {response}")
    refuse_missing(frame, [name for name in used if name != response], participant, visit)

    visits, visit_codes = in_order(frame[visit])
    known_order = isinstance(frame[visit].dtype, pd.CategoricalDtype) or all(map(_tells_its_place, visits))
    columns: dict[str, Any] = {visit: pd.Categorical.from_codes(visit_codes, visits)}
    people = pd.factorize(frame[participant])[0]
    columns |= {name: _plain(frame[name], people) for name in variables if name != visit}
    frame = frame.assign(**columns)
    try:
        matrix = right.get_model_matrix(frame, output="numpy", na_action="ignore")
        design = np.asarray(matrix, dtype=float)
    except (FormulaicError, ValueError, TypeError, KeyError) as fault:
        raise SpecificationError(f"the formula {formula!r} cannot be made of the data: {first_line(fault)}") from None
    spec = matrix.model_spec
    refuse_unusable(design, list(spec.column_names), formula, frame)

    trial_codes, trials = pd.factorize(frame[trial]) if trial else (np.zeros(len(frame), dtype=int), [""])
    if trial:
        people = pd.factorize(trial_codes * (people.max() + 1) + people)[0]
    refuse_repeated(people, visit_codes, len(visits), frame, participant, visit)
    groups, group_codes = in_order(frame[group]) if group else ([""], np.zeros(len(frame), dtype=int))
    count = int(people.max()) + 1
    of_participant = {}
    for name, codes in (("trial", trial_codes), ("group", group_codes)):
        of_participant[name] = np.zeros(count, dtype=int)
        of_participant[name][people] = codes
    changing = of_participant["group"][people] != group_codes
    if changing.any():
        who = frame[participant].iloc[int(changing.argmax())]
        raise SpecificationError(f"{participant} {who} has more than one {group}: a group's covariance needs one")

    factors, covariates = _variables(spec, frame)
    weights = np.bincount(trial_codes)
    return Design(
        formula=formula,
        participant=participant,
        visit=visit,
        group=group,
        rows=Rows(design, values, people, visit_codes, **of_participant),
        frame=frame,
        visits=visits,
        groups=groups,
        trials=list(trials),
        spec=spec,
        factors=factors,
        covariates={name: np.bincount(trial_codes, frame[name].to_numpy(dtype=float)) / weights for name in covariates},
        left_out=int((~known).sum()),
        in_known_order=known_order,
    )


def in_order(column: pd.Series) -> tuple[list[Any], np.ndarray]:
    """Return the levels that occur, in their order, and the code of each row."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        used = column.cat.remove_unused_categories()
        return list(used.cat.categories), used.cat.codes.to_numpy().astype(int)
    codes, levels = pd.factorize(column)
    order = sorted(range(len(levels)), key=lambda place: _natural(levels[place]))
    rank = np.empty(len(levels), dtype=int)
    rank[order] = np.arange(len(levels))
    return [levels[place] for place in order], rank[codes]


def _natural(label: Any) -> list[tuple[int, float, str]]:
    """Return a key by which numbers sort as numbers and text as text with its numbers counted."""
    if isinstance(label, (int, float, np.number)):
        return [(0, float(label), "")]
    parts = re.split(r"((?:(?<!\S)-)?\d+(?:\.\d+)?)", str(label))
    return [(0, float(part), "") if place % 2 else (1, 0.0, part) for place, part in enumerate(parts)]


def _tells_its_place(label: Any) -> bool:
    return not isinstance(label, str) or any(character.isdigit() for character in label)


def _plain(column: pd.Series, people: np.ndarray) -> Any:
    """Return a variable as floats or as a Categorical of the levels that occur, in their order."""
    if column.dtype == object and pd.api.types.infer_dtype(column) in ("integer", "floating", "mixed-integer-float"):
        column = column.astype(float)
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.to_numpy(dtype=float)
    levels, codes = in_order(column)
    if len(levels) > max(10, (people.max() + 1) / 2):
        raise SpecificationError(
            f"{column.name} is text with {len(levels)} different values. If it is a number, make it a column of numbers"
        )
    return pd.Categorical.from_codes(codes, levels)


def _variables(spec: Any, frame: pd.DataFrame) -> tuple[dict[str, list[Any]], list[str]]:
    """Return the variables that enter as categories, with their levels, and those that enter as numbers."""
    used, categories = set(), set()
    for factor in {factor for term in spec.terms for factor in term.factors}:
        names = variables_of(factor, frame.columns)
        kind = spec.encoder_state.get(factor.expr, (None,))[0]
        used |= names
        categories |= names if kind is not None and kind.value == "categorical" else set()
    ordered = [name for name in frame.columns if name in used]
    factors = {name: in_order(frame[name])[0] for name in ordered if name in categories}
    return factors, [name for name in ordered if name not in categories]
