"""The levels of a column in their order, and what visits' labels tell of time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from visitwise.errors import SpecificationError


@dataclass(frozen=True)
class Labels:
    """A column of labels.

    Attributes
    ----------
    levels : list
        The labels that occur, in their order.
    codes : array of int, (rows,)
        The place of each row's label among them; -1 where it is missing.
    """

    levels: list[Any]
    codes: np.ndarray

    def categorical(self) -> pd.Categorical:
        """Return the column as pandas has it."""
        return pd.Categorical.from_codes(self.codes, self.levels)


def in_order(column: pd.Series) -> Labels:
    """Return a column of labels with its levels in order.

    The order is that of a Categorical, of numbers, or of text with its numbers counted ("week 2" before "week 10").
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        used = column.cat.remove_unused_categories()
        return Labels(list(used.cat.categories), used.cat.codes.to_numpy().astype(int))
    met = as_met(column)
    order = sorted(range(len(met.levels)), key=lambda place: _natural(met.levels[place]))
    rank = np.empty(len(order) + 1, dtype=int)
    rank[order] = np.arange(len(order))
    rank[-1] = -1  # the place that the code of a missing label leads to
    return Labels([met.levels[place] for place in order], rank[met.codes])


def as_met(column: pd.Series) -> Labels:
    """Return a column of labels with its levels in the order in which the rows have them."""
    values = column.array  # not the Series: it makes an index of the levels, which takes longer
    if isinstance(values, pd.arrays.NumpyExtensionArray):
        values = values.to_numpy()  # pandas before 3 warns of the wrapped array
    codes, levels = pd.factorize(values)
    return Labels(list(levels), codes)


def _natural(label: Any) -> list[tuple[int, float, str]]:
    """Return a key by which numbers sort as numbers and text as text with its numbers counted."""
    if isinstance(label, (int, float, np.number)):
        return [(0, float(label), "")]
    parts = re.split(r"((?:(?<!\S)-)?\d+(?:\.\d+)?)", str(label))
    return [(0, float(part), "") if place % 2 else (1, 0.0, part) for place, part in enumerate(parts)]


def tells_order(column: pd.Series, labels: Sequence[Any]) -> bool:
    """Return whether the order of the visits in time is known: text without a number does not tell it."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return True
    return all(not isinstance(label, str) or any(map(str.isdigit, label)) for label in labels)


def visit_times(labels: Sequence[Any], times: Mapping[Any, float] | None) -> tuple[float, ...] | None:
    """Return the time of each visit, or None where neither `times` nor the labels tell it.

    Parameters
    ----------
    labels
        The visits. Numbers, and text that is one ("6"), are times themselves.
    times
        The time of each visit by its label, in any unit; more visits may be in it.

    Raises
    ------
    SpecificationError
        A visit without a time in `times`, a time that is not a finite number, or two visits at one time.
    """
    if times is None:
        numbers = [_as_number(label) for label in labels]
        return None if None in numbers else tuple(numbers)
    absent = [str(label) for label in labels if label not in times]
    if absent:
        raise SpecificationError(f"`times` has no time for the visit {absent[0]}")
    numbers = [_as_number(times[label]) for label in labels]
    if None in numbers:
        label = labels[numbers.index(None)]
        raise SpecificationError(f"the time of the visit {label} must be a finite number, not {times[label]!r}")
    if len(set(numbers)) < len(numbers):
        raise SpecificationError("two visits have the same time")
    return tuple(numbers)


def _as_number(label: Any) -> float | None:
    """Return a label as a finite number, or None."""
    if isinstance(label, (bool, np.bool_)):
        return None
    try:
        number = float(label)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def as_variable(column: pd.Series, participants: int) -> np.ndarray | Labels:
    """Return a variable of the formula as floats, (rows,), or as labels.

    Raises
    ------
    SpecificationError
        Text with so many different values that it must be a number.
    """
    if column.dtype == object and pd.api.types.infer_dtype(column) in ("integer", "floating", "mixed-integer-float"):
        column = column.astype(float)
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.to_numpy(dtype=float, na_value=np.nan)
    labels = in_order(column)
    if len(labels.levels) > max(10, participants / 2):
        raise SpecificationError.because("too_many_levels", column=column.name, levels=len(labels.levels))
    return labels
