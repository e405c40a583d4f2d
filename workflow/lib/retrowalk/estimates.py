"""The estimate record: one row an estimate, unrounded, with its interval, n, method and caveats.

descriptives.csv, estimates.csv, effects.csv and pooled.csv all have these columns (`vocabulary.ESTIMATE_COLUMNS`):
`estimate` is arm - reference_arm in the outcome's unit and is never flipped; `effect_size` is positive when it favours
`arm`. A fit that failed is a row without numbers and with a reason. `method`, `reason` and `caveats` are facts (facts.py).
"""

from collections import namedtuple
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from retrowalk import facts, files
from retrowalk.analyses import REGISTER
from retrowalk.errors import RetrowalkError
from retrowalk.schemas import on_one_line
from retrowalk.vocabulary import (
    COUNT_COLUMNS,
    ESTIMATE_COLUMNS,
    ESTIMATE_KEY,
    MAIN_ROLES,
    ROLES,
    TEXT_COLUMNS,
)

#: {column: the register of its facts}.
_FACTS = {"method": facts.METHODS, "reason": facts.REASONS, "caveats": facts.CAVEATS}

#: Rows of a table above its first estimate.
HEADS = 1
#: How much of a cell a message shows.
LONGEST = 120
#: What mends a table of results that cannot be read.
REMEDY = "Delete the file and run make: it is made again."


def tabulate(records: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Return records as a table with all columns of the estimate record, in their order, checked.

    Parameters
    ----------
    records
        One dict an estimate: `method` and `reason` a Fact, `caveats` a list of them. A column left out is "" (text), []
        (caveats) or missing (number).

    Raises
    ------
    ValueError
        A column, a role, an analysis or a fact that does not exist, two rows with one key, or an estimate without its
        method. These are faults of the program, not of the data.
    """
    records = list(records)
    unknown = {key for record in records for key in record} - set(ESTIMATE_COLUMNS)
    if unknown:
        raise ValueError(f"not columns of the estimate record: {sorted(unknown)}")
    return check(_typed(pd.DataFrame(map(_in_cells, records), columns=ESTIMATE_COLUMNS)))


def _in_cells(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with its facts as the cells of a table hold them."""
    single = {column: found.cell if (found := record.get(column)) else "" for column in ("method", "reason")}
    return {**record, **single, "caveats": facts.cell(record.get("caveats") or ())}


@dataclass(frozen=True)
class Fault:
    """What breaks a rule of the estimate record: the place of the row from 0, the column, and what is wrong with it."""

    place: int
    column: str
    problem: str


def check(table: pd.DataFrame) -> pd.DataFrame:
    """Return `table` unchanged, or raise ValueError where it breaks a rule of the estimate record."""
    for fault in _faults(table):
        raise ValueError(f"{_shown(table, fault)}; {table[ESTIMATE_KEY].iloc[fault.place].to_dict()}")
    return table


def _shown(table: pd.DataFrame, fault: Fault) -> str:
    """Return where a fault is, with the row as a spreadsheet counts it, and what it is."""
    value = on_one_line(str(table[fault.column].iloc[fault.place]))
    if len(value) > LONGEST:
        value = f"{value[:LONGEST]} ..."
    return f'row {fault.place + HEADS + 1}, column "{fault.column}", value "{value}": {fault.problem}'


def _faults(table: pd.DataFrame) -> Iterator[Fault]:
    """Yield what breaks a rule of the estimate record, the first row of each kind."""
    analyses = [entry.name for entry in REGISTER.values() if entry.column == "analysis"]
    for column, allowed in (("role", ROLES), ("analysis", analyses)):
        yield from _first(~table[column].isin(allowed), column, f"unknown {column}")
    for column, register in _FACTS.items():
        for cell in table[column].unique():
            if problem := _fault_of_cell(cell, register):
                yield from _first(table[column] == cell, column, problem)
    yield from _first(table.duplicated(ESTIMATE_KEY), "analysis", "two estimates with one key")
    lacks = table["estimate"].notna() & (table["method"] == "")
    yield from _first(lacks, "method", "an estimate without its method")
    within = table["role"].isin(MAIN_ROLES) & (table["reference_arm"] == "")
    yield from _first(within, "reference_arm", "a change within an arm is no answer")


def _first(broken: pd.Series, column: str, problem: str) -> Iterator[Fault]:
    if broken.any():
        yield Fault(int(broken.to_numpy().argmax()), column, problem)


def _fault_of_cell(cell: str, register: Mapping[str, tuple[str, ...]]) -> str:
    try:
        return facts.faults(cell, register)
    except (ValueError, RecursionError):
        return "not a fact"


def refuse_strangers(table: pd.DataFrame, arms: Collection[str], visits: Collection[str]) -> pd.DataFrame:
    """Return a table of a cohort unchanged, or raise RetrowalkError where it names another arm or visit than the plan's."""
    for column, allowed in (("arm", arms), ("reference_arm", arms), ("visit", visits)):
        _refuse(table, ~table[column].isin({"", *allowed}), column)
    strange = {
        cell
        for cell in table["caveats"].unique()
        if any(each.values.get("arm", "") not in {"", *arms} for each in facts.read_list(cell))
    }
    _refuse(table, table["caveats"].isin(strange), "caveats")
    return table


def _refuse(table: pd.DataFrame, broken: pd.Series, column: str) -> None:
    for fault in _first(broken, column, f"the plan of this cohort has no such {_NAMED[column]}"):
        place = f"results/{table['file'].iloc[fault.place]}" if "file" in table else "A table of results"
        raise RetrowalkError(f"{place}, {_shown(table, fault)}. {REMEDY}")


#: {column: what it names of a cohort}.
_NAMED = {"arm": "arm", "reference_arm": "arm", "visit": "visit", "caveats": "arm"}


def refuse_baseline_tests(table: pd.DataFrame, baseline_visit: str) -> pd.DataFrame:
    """Return `table` unchanged, or raise ValueError where it has a test between arms at baseline.

    Under randomisation the null hypothesis of such a test is true. A row is between arms where it has a reference arm, or
    no arm at all (a test over all of them).
    """
    between = (table["reference_arm"] != "") | (table["arm"] == "")
    tested = table["p_value"].notna() | table["p_adjusted"].notna()
    found = table[between & tested & (table["visit"] == baseline_visit)]
    if len(found):
        raise ValueError(f"a test between arms at baseline: {found[ESTIMATE_KEY].to_dict('records')[:3]}")
    return table


def write(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table of estimates as CSV, unrounded."""
    files.write_csv(check(table)[ESTIMATE_COLUMNS], path)


def read(path: str | Path) -> pd.DataFrame:
    """Read a table of estimates.

    Raises
    ------
    RetrowalkError
        Another version wrote it, with other columns; or somebody edited it, or it is damaged.
    """
    try:
        table = files.read_csv(path, text=tuple(TEXT_COLUMNS))
    except ValueError as fault:  # pandas' errors of reading are such
        raise RetrowalkError(f"{path} cannot be read as a table ({on_one_line(str(fault))}). {REMEDY}") from None
    absent = [column for column in ESTIMATE_COLUMNS if column not in table]
    if absent:
        raise RetrowalkError(
            f'{path} has no column "{absent[0]}": another version of retrowalk wrote it. Run make, which rebuilds the results.'
        )
    table = table[ESTIMATE_COLUMNS]
    for fault in _not_numbers(table):
        raise RetrowalkError(f"{path}, {_shown(table, fault)}. {REMEDY}")
    table = _typed(table)
    for fault in _faults(table):
        raise RetrowalkError(f"{path}, {_shown(table, fault)}. {REMEDY}")
    return table


def _not_numbers(table: pd.DataFrame) -> Iterator[Fault]:
    """Yield the first cell that is no number of each column of numbers, or no count of each column of counts."""
    for column in ESTIMATE_COLUMNS:
        if column in TEXT_COLUMNS:
            continue
        cells = table[column]
        if pd.api.types.is_bool_dtype(cells):
            cells = cells.astype(str)
        numbers = pd.to_numeric(cells, errors="coerce")
        yield from _first(numbers.isna() & cells.notna(), column, "not a number")
        if column in COUNT_COLUMNS:
            whole = numbers.isna() | ((numbers >= 0) & (numbers % 1 == 0))
            yield from _first(~whole, column, "not a count")


def read_all(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read several tables of estimates and put them below each other."""
    return pd.concat(map(read, paths), ignore_index=True)


def pick(table: pd.DataFrame, **equal: str) -> pd.DataFrame:
    """Return the rows in which every named column equals the given value."""
    # One selection of rows: each takes far longer than the comparisons.
    wanted = np.ones(len(table), dtype=bool)
    for column, value in equal.items():
        wanted &= table[column].to_numpy() == value
    return table[wanted]


def rows_of(table: pd.DataFrame) -> list[Any]:
    """Return the rows as named tuples of the columns, without the index: `DataFrame.itertuples` takes four times as long."""
    return list(map(_row_of(tuple(table.columns))._make, table.to_numpy(dtype=object)))


@cache
def _row_of(columns: tuple[str, ...]) -> type:
    return namedtuple("Row", columns)


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    numbers = [column for column in ESTIMATE_COLUMNS if column not in TEXT_COLUMNS]
    table[TEXT_COLUMNS] = table[TEXT_COLUMNS].astype(object).fillna("").astype(str)
    table[numbers] = table[numbers].apply(pd.to_numeric).astype(float)
    table[COUNT_COLUMNS] = table[COUNT_COLUMNS].astype("Int64")
    return table
