"""From a table and a formula to the analysed rows, and to the reference grid that marginal means are taken on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from retrowalk.model.mixed.errors import (
    EmptyCellError,
    MissingCovariateError,
    RankDeficientError,
    RepeatedVisitError,
    SpecificationError,
    TooFewError,
)
from retrowalk.model.mixed.layout import Rows


@dataclass(frozen=True)
class Design:
    """The analysed rows of D trials, and what their formula makes of any other row.

    Attributes
    ----------
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
    """

    rows: Rows
    frame: pd.DataFrame
    participant: str
    visit: str
    visits: list[Any]
    groups: list[Any]
    trials: list[Any]
    spec: Any
    factors: dict[str, list[Any]]
    covariates: dict[str, np.ndarray]
    left_out: int

    @property
    def columns(self) -> list[str]:
        """The names of the coefficients."""
        return list(self.spec.column_names)

    @property
    def terms(self) -> list[str]:
        """The formula's terms but the intercept."""
        return [str(term) for term in self.spec.terms if str(term) != "1"]

    def matrix(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the design matrix of other rows, (rows, p)."""
        return np.asarray(self.spec.get_model_matrix(frame), dtype=float)

    def of_new(self, data: pd.DataFrame) -> np.ndarray:
        """Return the design matrix of rows that a user gives, (rows, p), or raise SpecificationError."""
        frame = {}
        for name in [*self.factors, *self.covariates]:
            if name not in data.columns:
                raise SpecificationError(f"there is no column '{name}', which the model uses")
            column = data[name]
            strange = column.isna() if name in self.covariates else ~column.isin(self.factors[name])
            if strange.any():
                raise SpecificationError(
                    f"{name} is {column[strange].iloc[0]} in row {column.index[strange][0]}: "
                    "it must be known, and a level must be one of the fit"
                )
            levels = self.factors.get(name)
            frame[name] = column if levels is None else pd.Categorical(column, levels)
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
            if not isinstance(self.frame[name].dtype, pd.CategoricalDtype):
                grid[name] = pd.Series(grid[name]).astype(self.frame[name].dtype)
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

    response, right = _parse(formula)
    keys = [name for name in (trial, participant, visit, group) if name is not None]
    used = list(dict.fromkeys([*keys, response, *right.required_variables]))
    _refuse_unknown(data, used, formula)
    frame = data[used]
    values = _numbers(frame[response], response)
    known = ~np.isnan(values)
    frame, values = frame[known], values[known]
    if not len(values):
        raise TooFewError(f"no row has a value of {response}")
    _refuse_missing(frame, [name for name in used if name != response], participant, visit)

    visits, visit_codes = _in_order(frame[visit])
    columns: dict[str, Any] = {visit: pd.Categorical.from_codes(visit_codes, visits)}
    for name in right.required_variables:
        if name != visit and isinstance(frame[name].dtype, pd.CategoricalDtype):
            columns[name] = frame[name].cat.remove_unused_categories()
        elif name != visit and pd.api.types.is_bool_dtype(frame[name]):
            columns[name] = frame[name].astype(str)
    frame = frame.assign(**columns)
    try:
        design = right.get_model_matrix(frame, output="numpy", na_action="ignore")
    except (FormulaicError, ValueError, TypeError, KeyError) as fault:
        raise SpecificationError(f"the formula {formula!r} cannot be made of the data: {_first_line(fault)}") from None
    spec = design.model_spec

    trial_codes, trials = pd.factorize(frame[trial]) if trial else (np.zeros(len(frame), dtype=int), [""])
    people = pd.factorize(frame[participant])[0]
    if trial:
        people = pd.factorize(trial_codes * (people.max() + 1) + people)[0]
    _refuse_repeated(people, visit_codes, len(visits), frame, participant, visit)
    groups, group_codes = _in_order(frame[group]) if group else ([""], np.zeros(len(frame), dtype=int))
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
        rows=Rows(np.asarray(design, dtype=float), values, people, visit_codes, **of_participant),
        frame=frame,
        participant=participant,
        visit=visit,
        visits=visits,
        groups=groups,
        trials=list(trials),
        spec=spec,
        factors=factors,
        covariates={name: np.bincount(trial_codes, frame[name].to_numpy(dtype=float)) / weights for name in covariates},
        left_out=int((~known).sum()),
    )


def explain_rank(design: Design, trial: int, column: int) -> RankDeficientError | EmptyCellError:
    """Return the error for a column of the design that is a combination of those before it."""
    name = design.columns[column]
    mine = design.frame[design.rows.trial[design.rows.participant] == trial]
    for term in design.spec.terms:
        variables = sorted(_data_variables(design.spec, term) & set(design.factors))
        if len(variables) < 1 or column not in design.spec.term_indices[term]:
            continue
        counts = mine.groupby(variables, observed=False).size()
        counts = (
            counts.reindex(
                pd.MultiIndex.from_product([design.factors[v] for v in variables], names=variables), fill_value=0
            )
            if len(variables) > 1
            else counts.reindex(design.factors[variables[0]], fill_value=0)
        )
        empty = counts.index[counts == 0]
        if len(empty):
            labels = empty[0] if len(variables) > 1 else (empty[0],)
            cell = ", ".join(f"{v} {label}" for v, label in zip(variables, labels, strict=True))
            return EmptyCellError(
                f"there is no value for {cell}, so {term} cannot be estimated. Leave out the level, or the term"
            )
    return RankDeficientError(
        f"the coefficient {name} cannot be told apart from those before it. Leave out one of the terms that say the same"
    )


@lru_cache(maxsize=64)
def _parse(formula: str) -> tuple[str, Any]:
    """Return the response's column and formulaic's right-hand side, which is slow to import and to read."""
    from formulaic import Formula
    from formulaic.errors import FormulaicError
    from formulaic.parser.types import Factor

    try:
        parsed = Formula(formula)
        left, right = parsed.lhs, parsed.rhs
    except (FormulaicError, AttributeError) as fault:
        hint = "It has the form 'value ~ arm * visit'."
        raise SpecificationError(f"the formula {formula!r} cannot be read: {_first_line(fault)} {hint}") from None
    names = [factor for term in left for factor in term.factors]
    if len(names) != 1 or names[0].eval_method is not Factor.EvalMethod.LOOKUP:
        raise SpecificationError(f"the response of {formula!r} must be one column, already on the scale to analyse")
    return names[0].expr, right


def _first_line(fault: Exception) -> str:
    return re.sub(r"\x1b\[[0-9;]*m|[⧛⧚]", "", str(fault)).strip().split("\n")[0]


def _refuse_unknown(data: pd.DataFrame, names: Iterable[str], formula: str) -> None:
    for name in names:
        if name not in data.columns:
            near = get_close_matches(name, [str(column) for column in data.columns], n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise SpecificationError(f"there is no column '{name}', which the model {formula!r} uses.{hint}")
        if list(data.columns).count(name) > 1:
            raise SpecificationError(f"there are two columns '{name}'")


def _numbers(column: pd.Series, name: str) -> np.ndarray:
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        raise SpecificationError(f"the response {name} is not a column of numbers ({column.dtype})")
    values = column.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(values).any():
        raise SpecificationError(
            f"the response {name} has an infinite value in row {column.index[np.isinf(values)][0]}"
        )
    return values


def _refuse_missing(frame: pd.DataFrame, names: list[str], participant: str, visit: str) -> None:
    for name in names:
        column = frame[name]
        missing = column.isna().to_numpy()
        if pd.api.types.is_float_dtype(column):
            missing = missing | np.isinf(column.to_numpy(dtype=float, na_value=np.nan))
        if missing.any():
            first = frame[missing].iloc[0]
            raise MissingCovariateError(
                f"{name} is missing or infinite in {missing.sum()} rows that have a value, first for "
                f"{participant} {first[participant]} at {visit} {first[visit]}. Fill it in or leave these rows out"
            )


def _in_order(column: pd.Series) -> tuple[list[Any], np.ndarray]:
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
    parts = re.split(r"(\d+(?:\.\d+)?)", str(label))
    return [(0, float(part), "") if place % 2 else (1, 0.0, part) for place, part in enumerate(parts)]


def _refuse_repeated(
    people: np.ndarray, visits: np.ndarray, count: int, frame: pd.DataFrame, participant: str, visit: str
) -> None:
    cell = people * count + visits
    if len(np.unique(cell)) < len(cell):
        row = frame[pd.Series(cell).duplicated().to_numpy()].iloc[0]
        raise RepeatedVisitError(
            f"{participant} {row[participant]} has more than one value at {visit} {row[visit]}; one is allowed. "
            "Keep one of them, or their mean"
        )


def _data_variables(spec: Any, term: Any) -> set[str]:
    return {str(name) for name in spec.term_variables[term]} & {str(name) for name in spec.required_variables}


def _variables(spec: Any, frame: pd.DataFrame) -> tuple[dict[str, list[Any]], list[str]]:
    """Return the variables that enter as categories, with their levels, and those that enter as numbers."""
    data = {str(name) for name in spec.required_variables}
    categories = set()
    for factor, variables in spec.factor_variables.items():
        kind = spec.encoder_state.get(str(factor), (None,))[0]
        if kind is not None and kind.value == "categorical":
            categories |= {str(name) for name in variables} & data
    ordered = [name for name in frame.columns if name in data]
    factors = {name: _in_order(frame[name])[0] for name in ordered if name in categories}
    return factors, [name for name in ordered if name not in categories]
