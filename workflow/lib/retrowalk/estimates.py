"""The estimate record: one row an estimate, unrounded, with its interval, n, method and caveats.

descriptives.csv, estimates.csv, effects.csv and pooled.csv all have these columns (`vocabulary.ESTIMATE_COLUMNS`):
`estimate` is arm - reference_arm in the outcome's unit and is never flipped; `effect_size` is positive when it favours
`arm`. A fit that failed is a row without numbers and with a reason. `method`, `reason` and `caveats` are facts (facts.py).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from retrowalk import facts, files
from retrowalk.analyses import REGISTER
from retrowalk.errors import RetrowalkError
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


def check(table: pd.DataFrame) -> pd.DataFrame:
    """Return `table` unchanged, or raise ValueError where it breaks a rule of the estimate record."""
    analyses = [entry.name for entry in REGISTER.values() if entry.column == "analysis"]
    for column, allowed in (("role", ROLES), ("analysis", analyses)):
        strange = set(table[column]) - set(allowed)
        if strange:
            raise ValueError(f"unknown {column}: {sorted(strange)}")
    for column, register in _FACTS.items():
        for cell in table[column].unique():
            if fault := facts.faults(cell, register):
                raise ValueError(f"{column}: {fault}")
    twice = table.duplicated(ESTIMATE_KEY)
    if twice.any():
        raise ValueError(f"two estimates with one key: {table.loc[twice, ESTIMATE_KEY].to_dict('records')[:3]}")
    if (table["estimate"].notna() & (table["method"] == "")).any():
        raise ValueError("an estimate without its method")
    within = table["role"].isin(MAIN_ROLES) & (table["reference_arm"] == "")
    if within.any():
        raise ValueError(
            f"a change within an arm is no answer: {table.loc[within, ESTIMATE_KEY].to_dict('records')[:3]}"
        )
    return table


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
    """Read a table of estimates; RetrowalkError where another version wrote it, with other columns."""
    table = files.read_csv(path, text=tuple(TEXT_COLUMNS))
    absent = [column for column in ESTIMATE_COLUMNS if column not in table]
    if absent:
        raise RetrowalkError(
            f'{path} has no column "{absent[0]}": another version of retrowalk wrote it. Run make, which rebuilds the results.'
        )
    return _typed(table[ESTIMATE_COLUMNS])


def read_all(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read several tables of estimates and put them below each other."""
    return pd.concat(map(read, paths), ignore_index=True)


def pick(table: pd.DataFrame, **equal: str) -> pd.DataFrame:
    """Return the rows in which every named column equals the given value."""
    for column, value in equal.items():
        table = table[table[column] == value]
    return table


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    numbers = [column for column in ESTIMATE_COLUMNS if column not in TEXT_COLUMNS]
    table[TEXT_COLUMNS] = table[TEXT_COLUMNS].astype(object).fillna("").astype(str)
    table[numbers] = table[numbers].apply(pd.to_numeric).astype(float)
    table[COUNT_COLUMNS] = table[COUNT_COLUMNS].astype("Int64")
    return table
