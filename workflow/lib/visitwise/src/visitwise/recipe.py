"""The columns of a design as products of columns of the data, so that formulaic reads a formula once for all tables alike.

A formula whose factors are plain names (`value ~ baseline * visit + arm * visit`) makes of any table with the same kinds
of columns the same products of numbers and of levels. Reading it takes formulaic milliseconds, multiplying takes
microseconds. Which products they are depends on the formula, on which variables are numbers, and on the levels of the
others, and on nothing else: these are the key of the cache. Formulas with expressions (`poly(age, 2)`, `C(week)`) learn
from the data themselves; formulaic reads them each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from visitwise.formula import parse
from visitwise.levels import Labels

#: Formulas with the kinds of their columns that are kept.
_KEPT = 128
#: Rows of the made-up table that a recipe is tried on, beyond one for each level.
_TRIAL_ROWS = 40

#: The kind of each variable: its name, and its levels with their types (None for a number).
Kinds = tuple[tuple[str, tuple[tuple[type, str, Any], ...] | None], ...]


@dataclass(frozen=True)
class Recipe:
    """The columns of a design.

    Attributes
    ----------
    spec
        formulaic's description of the design matrix.
    products : tuple of p
        Of each column the numbers that are multiplied, and the levels, (factor, code), at which it is not zero.
    """

    spec: Any
    products: tuple[tuple[tuple[str, ...], tuple[tuple[str, int], ...]], ...]

    def matrix(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the design matrix of a table, (rows, p): floats, and Categoricals with the levels of the recipe."""
        names = {name for numbers, levels in self.products for name in (*numbers, *(factor for factor, _ in levels))}
        return self.multiply({name: frame[name].array for name in names}, len(frame))

    def multiply(self, columns: Mapping[str, Any], rows: int) -> np.ndarray:
        """Return the design matrix of columns, (rows, p), as formulaic makes it, to the last bit.

        Parameters
        ----------
        columns
            Floats of each number; of each factor the codes of its levels, or something that has them as `codes`.
        rows
            Their length.
        """
        at_level = {
            (factor, code): getattr(columns[factor], "codes", columns[factor]) == code
            for factor, code in {level for _, levels in self.products for level in levels}
        }
        matrix = np.empty((rows, len(self.products)))
        for place, (numbers, levels) in enumerate(self.products):
            column = matrix[:, place]
            column[:] = columns[numbers[0]] if numbers else 1.0
            for name in numbers[1:]:
                column *= columns[name]
            for level in levels:
                column *= at_level[level]
        return matrix


def kinds_of(columns: Mapping[str, Any]) -> Kinds:
    """Return the kinds of variables that are floats or labels, as a key."""
    return tuple((name, _levels(column)) for name, column in columns.items())


def _levels(column: Any) -> tuple[tuple[type, str, Any], ...] | None:
    if not isinstance(column, Labels):
        return None
    # 1, 1.0 and True are equal and have the same hash, but not the same name.
    return tuple((type(level), repr(level), level) for level in column.levels)


@lru_cache(maxsize=_KEPT)
def recipe(formula: str, kinds: Kinds) -> Recipe | None:
    """Return how the columns of a formula are made of variables of these kinds; None where formulaic must do it.

    The recipe is tried on a made-up table: it is kept only where it makes the very numbers that formulaic makes.
    """
    _, right = parse(formula)
    if not all(is_plain(term) for term in right):
        return None
    table = _made_up(kinds)
    made = right.get_model_matrix(table, output="numpy", na_action="ignore")
    expected = np.asarray(made, dtype=float)
    spec = made.model_spec
    products = tuple(_products(spec, {name: levels for name, levels in kinds if levels is not None}))
    found = Recipe(spec, products)
    same = expected.shape[1] == len(products) and np.array_equal(found.matrix(table), expected)
    return found if same else None


def is_plain(term: Any) -> bool:
    """Return whether a term of formulaic's is the intercept, or made of plain names."""
    from formulaic.parser.types import Factor

    return str(term) == "1" or all(factor.eval_method is Factor.EvalMethod.LOOKUP for factor in term.factors)


def _products(spec: Any, levels: Mapping[str, Any]) -> list[tuple]:
    """Return the columns in formulaic's order: of several factors the levels of the first change fastest."""
    products = []
    for part in spec.structure:
        for scoped in part.scoped_terms:
            names = [(factor.factor.expr, factor.reduced) for factor in scoped.factors]
            numbers = tuple(name for name, _ in names if name not in levels)
            choices = [
                [(name, code) for code in range(int(reduced), len(levels[name]))]
                for name, reduced in names
                if name in levels
            ]
            products += [(numbers, tuple(reversed(chosen))) for chosen in product(*reversed(choices))]
    return products


def _made_up(kinds: Kinds) -> pd.DataFrame:
    """Return a table with columns of these kinds in which every level occurs, always the same."""
    rng = np.random.default_rng(1)
    rows = _TRIAL_ROWS + max((len(levels) for _, levels in kinds if levels is not None), default=0)
    columns: dict[str, Any] = {}
    for name, levels in kinds:
        if levels is None:
            columns[name] = rng.normal(size=rows)
        else:
            codes = rng.permutation(np.arange(rows) % len(levels))
            columns[name] = pd.Categorical.from_codes(codes, [level for _, _, level in levels])
    return pd.DataFrame(columns, index=range(rows))
