"""Whether tables of two runs agree, of two computers for instance: numbers to rounding, texts exactly.

Another processor rounds in another order, so a number is compared in the scale in which it matters.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from retrowalk.vocabulary import ESTIMATE_COLUMNS, ESTIMATE_KEY, TEXT_COLUMNS

#: So near, in the scale of a number, are the numbers of two processors.
CLOSE = 1e-6
#: The smallest scale: a number that is zero but for rounding has none of its own.
SMALLEST = 1e-6
#: Rows of a table above its first record.
HEADS = 1
#: Columns of an estimate record whose texts contain numbers.
_FACTS = ("method", "reason", "caveats")


@dataclass(frozen=True)
class Difference:
    """One difference of two tables: its row and column, and what either has; a row that one of them lacks has no column."""

    row: str
    column: str
    here: str
    there: str


def scales(table: pd.DataFrame) -> pd.DataFrame:
    """Return what each number of an estimate record is compared in: the standard error, else the width of the interval, else its size.

    A statistic is in standard errors already. A limit that is zero but for rounding has no size of its own.
    """
    sizes = table.abs()
    width = table["ci_high"] - table["ci_low"]
    unit = table["se"].fillna(width).fillna(sizes["estimate"])
    effect = (table["effect_size_high"] - table["effect_size_low"]).fillna(sizes["effect_size"])
    sizes[["estimate", "ci_low", "ci_high"]] = np.column_stack([unit] * 3)
    sizes[["effect_size", "effect_size_low", "effect_size_high"]] = np.column_stack([effect] * 3)
    return sizes.assign(statistic=sizes["statistic"].clip(lower=1))


def differences_of_estimates(here: pd.DataFrame, there: pd.DataFrame) -> list[Difference]:
    """Return the differences of two estimate records, whose rows are matched by their key."""
    here, there = (table.set_index(ESTIMATE_KEY) for table in (here, there))
    numeric = [column for column in ESTIMATE_COLUMNS if column not in TEXT_COLUMNS]
    return list(_compare(here, there, scales(there[numeric].astype(float))))


def differences_of_data(here: pd.DataFrame, there: pd.DataFrame) -> list[Difference]:
    """Return the differences of two tables of data or residuals, row by row; a number's scale is the largest of its column."""
    numbers = there.select_dtypes("number").astype(float)
    largest = numbers.abs().max()
    return list(_compare(here, there, pd.DataFrame([largest] * len(there), index=there.index, columns=numbers.columns)))


def _compare(here: pd.DataFrame, there: pd.DataFrame, sizes: pd.DataFrame) -> Iterator[Difference]:
    for column in here.columns.symmetric_difference(there.columns, sort=False):
        yield Difference("heading", column, *(_presence(column in table) for table in (here, there)))
    for key in here.index.symmetric_difference(there.index, sort=False):
        yield Difference(_row(key), "", *(_presence(key in table.index) for table in (here, there)))
    shared = here.index.intersection(there.index, sort=False)
    here, there, sizes = (table.loc[shared] for table in (here, there, sizes))
    for column in here.columns.intersection(there.columns, sort=False):
        one, other = here[column], there[column]
        if column in sizes and pd.api.types.is_numeric_dtype(one):
            one, other = one.astype(float), other.astype(float)
            near = (one - other).abs() <= CLOSE * sizes[column].clip(lower=SMALLEST)
            differ = ~(near | (one == other) | (one.isna() & other.isna()))
        else:
            one, other = (cells.astype(object).fillna("").astype(str) for cells in (one, other))
            differ = one != other
        for key in shared[differ.to_numpy()]:
            if column not in _FACTS or not _same_fact(one[key], other[key]):
                yield Difference(_row(key), column, _shown(one[key]), _shown(other[key]))


def _same_fact(here: str, there: str) -> bool:
    """Whether two cells with facts say the same, their numbers to rounding."""
    return bool(here and there) and _alike(json.loads(here), json.loads(there))


def _alike(here: Any, there: Any) -> bool:
    if isinstance(here, float) and isinstance(there, float):
        return here == there or abs(here - there) <= CLOSE * max(abs(there), SMALLEST)
    if isinstance(here, list) and isinstance(there, list):
        return len(here) == len(there) and all(map(_alike, here, there))
    if isinstance(here, dict) and isinstance(there, dict):
        return here.keys() == there.keys() and all(_alike(here[key], there[key]) for key in here)
    return here == there


def _row(key: tuple[str, ...] | int) -> str:
    """Return the name of a row: its key, or its number as a spreadsheet counts it."""
    return ", ".join(filter(None, key)) if isinstance(key, tuple) else f"row {key + HEADS + 1}"


def _presence(there: bool) -> str:
    return "present" if there else "absent"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value or "empty"
    return "empty" if np.isnan(value) else f"{value:.12g}"
