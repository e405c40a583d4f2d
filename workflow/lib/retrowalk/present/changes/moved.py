"""What moved: numbers of the manuscript that do not read as they would with the frozen results."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from retrowalk.estimates import rows_of
from retrowalk.files import read_csv
from retrowalk.present.manuscript.numbers_table import NUMBER_COLUMNS, agrees, made_of
from retrowalk.present.record.freeze import FREE_TEXT, NUMBERS_KEY, is_of_others, read_frozen_numbers
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.cited import Cited
from retrowalk.vocabulary import ABOUT_ONE, ESTIMATE_KEY, MAIN_ROLES

#: Columns of the table: where the number stands (`NUMBERS_KEY` and its column), and how it reads frozen and now.
MOVED_COLUMNS = [*NUMBERS_KEY, "column", "frozen", "now"]
#: What stands for a number that is not there.
NEW = "not in the frozen results"
GONE = "not estimated"


def find_moved(shown: str | Path, results: Sequence[str | Path], frozen: Sequence[str | Path]) -> pd.DataFrame | None:
    """Return what moved (`moved`) by the paths of numbers.csv, of the estimates and of the frozen numbers with their record.

    None where nothing was frozen, or only of other trials (`is_of_others`).
    """
    before = read_frozen_numbers(frozen)
    if before is None:
        return None
    table = pd.concat(map(cited.read_results, results), ignore_index=True)
    of_sets = before["file"].str.startswith("synthesis/")
    if is_of_others(before.loc[~of_sets, "cohort"], table["cohort"]):
        return None
    return moved(read_numbers(shown), table, before)


def read_numbers(path: str | Path) -> list[Cited]:
    """Read the numbers of the manuscript that are cells of a table of estimates, their minus sign as in any number."""
    table = read_csv(path, text=tuple(NUMBER_COLUMNS))
    table["shown"] = table["shown"].str.replace("\u2212", "-")
    return [
        Cited(row.shown, row.file, tuple(json.loads(row.key)[name] for name in ESTIMATE_KEY), row.column, row.how)
        for row in rows_of(table[table["column"] != ""])
    ]


def moved(shown: Sequence[Cited], results: pd.DataFrame, frozen: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of the manuscript that read otherwise with the frozen results, each once.

    Parameters
    ----------
    shown
        The numbers of the manuscript (`read_numbers`).
    results
        The estimate records of all cohorts, with `file`.
    frozen
        The frozen numbers (config/frozen/numbers.csv).

    Returns
    -------
    DataFrame
        `MOVED_COLUMNS`, text, in the order of the manuscript; then the main comparisons that had an estimate and have none.
        What moved only behind the printed digits is not in it, nor what stands in a text (method, note) or in a row that is
        never frozen (about one participant, or with a term that somebody wrote). A number whose row
        was not frozen has "not in the frozen results".
    """
    before = frozen.set_index(NUMBERS_KEY)
    rows = []
    for number in _cells(shown, before.columns):
        key = (number.file, *number.key)
        if key not in before.index:
            rows.append([*key, number.column, NEW, number.shown])
        elif not agrees(number, before.at[key, number.column]):
            rows.append([*key, number.column, printed(number, before.at[key, number.column]), number.shown])
    lost = results[results["role"].isin(MAIN_ROLES) & results["estimate"].isna()]
    for key in lost[NUMBERS_KEY].itertuples(index=False, name=None):
        if key in before.index and not pd.isna(before.at[key, "estimate"]):
            rows.append([*key, "estimate", f"{before.at[key, 'estimate']:.4g}", GONE])
    return pd.DataFrame(rows, columns=MOVED_COLUMNS, dtype=object)


def _cells(shown: Sequence[Cited], columns: Iterable[str]) -> list[Cited]:
    """Return one number a cell, where one is printed as it stands there that one; none whose row is never frozen."""
    columns, cells = set(columns), {}
    for number in shown:
        cell = (number.file, number.key, number.column)
        if number.column in columns and not number.key[-1].startswith((ABOUT_ONE, *FREE_TEXT)):
            first = cells.setdefault(cell, number)
            if number.how == cited.AS_IT_IS != first.how:
                cells[cell] = number
    return list(cells.values())


def printed(number: Cited, value: float) -> str:
    """Return a value as it would be printed in the place of a number of now: made of it in the same way, as many digits."""
    if number.how in (cited.BELOW, cited.ABOVE) or number.column in ("p_value", "p_adjusted"):
        return numbers.p_value(value)
    if number.column in ("df", "df_numerator"):
        return numbers.degrees(value)
    decimals = len(number.shown.partition(".")[2])
    if number.how == cited.PERCENT:
        return numbers.percent(value, decimals)
    return numbers.number(made_of(value, number.how), decimals)
