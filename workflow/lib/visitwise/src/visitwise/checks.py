"""What is refused before anything is fitted, and why."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import numpy as np
import pandas as pd

from visitwise.errors import MissingCovariateError, RepeatedVisitError, SpecificationError
from visitwise.levels import Labels


def refuse_unknown(data: pd.DataFrame, names: Iterable[str], formula: str) -> None:
    """Raise SpecificationError where a column that the formula uses is not there, or is there twice."""
    for name in names:
        if name not in data.columns:
            near = get_close_matches(name, [str(column) for column in data.columns], n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise SpecificationError(f"there is no column '{name}', which the model {formula!r} uses.{hint}")
        if not data.columns.is_unique and list(data.columns).count(name) > 1:
            raise SpecificationError(f"there are two columns '{name}'")


def numbers(column: pd.Series, name: str) -> np.ndarray:
    """Return the response as floats, or raise SpecificationError where it is not of finite numbers or missing."""
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        raise SpecificationError(f"the response {name} is not a column of numbers ({column.dtype})")
    values = column.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(values).any():
        raise SpecificationError(
            f"the response {name} has an infinite value in row {column.index[np.isinf(values)][0]}"
        )
    return values


def refuse_missing(
    columns: Mapping[str, np.ndarray | Labels], frame: pd.DataFrame, participant: str, visit: str
) -> None:
    """Raise MissingCovariateError where a row lacks one of the columns, or has an infinite number there."""
    for name, column in columns.items():
        missing = column.codes < 0 if isinstance(column, Labels) else ~np.isfinite(column)
        if missing.any():
            first = frame[missing].iloc[0]
            raise MissingCovariateError(
                f"{name} is missing or infinite in {missing.sum()} rows that have a value, first for "
                f"{participant} {first[participant]} at {visit} {first[visit]}. Fill it in or leave these rows out"
            )


def refuse_unusable(design: np.ndarray, columns: list[str], formula: str, frame: pd.DataFrame) -> None:
    """Raise SpecificationError where a formula gives no coefficient, or a number that is none."""
    if not columns:
        raise SpecificationError(f"the formula {formula!r} has no term")
    strange = ~np.isfinite(design)
    if strange.any():
        row, column = (int(places[0]) for places in np.nonzero(strange))
        raise SpecificationError(f"{columns[column]} is not a finite number in row {frame.index[row]}")


def refuse_repeated(
    people: np.ndarray, visits: np.ndarray, count: int, frame: pd.DataFrame, participant: str, visit: str
) -> None:
    """Raise RepeatedVisitError where a participant has two values at a visit; both are coded from 0."""
    cell = people * count + visits
    if len(np.unique(cell)) < len(cell):
        row = frame[pd.Series(cell).duplicated().to_numpy()].iloc[0]
        raise RepeatedVisitError(
            f"{participant} {row[participant]} has more than one value at {visit} {row[visit]}; one is allowed. "
            "Keep one of them, or their mean; many trials below each other are for fit_many"
        )
