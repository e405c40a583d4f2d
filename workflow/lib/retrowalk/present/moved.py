"""What moved: numbers of the manuscript that are not those that were frozen."""

from typing import Any

import pandas as pd

from retrowalk.present import numbers
from retrowalk.present.freeze import NUMBERS_KEY
from retrowalk.vocabulary import MAIN_ROLES

#: Columns of the table: where the number stands (`NUMBERS_KEY` and its column), as it was frozen and as it is now.
MOVED_COLUMNS = [*NUMBERS_KEY, "column", "frozen", "now"]
#: What stands for a number that is not there.
NEW, GONE = "not there", "no longer estimated"


def moved(shown: pd.DataFrame, main: pd.DataFrame, frozen: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of the manuscript that read otherwise than the frozen ones, each once.

    Parameters
    ----------
    shown
        The numbers of the manuscript, a row each: `file`, the key and `column` of the cell, `value` (unrounded) and `shown`.
    main
        The estimate records of all cohorts, with `file`.
    frozen
        The frozen numbers (config/frozen/numbers.csv).

    Returns
    -------
    DataFrame
        `MOVED_COLUMNS`, in the order of the manuscript; then the main comparisons that had an estimate and have none.
        `frozen` is rounded as `now` is: what moved only behind the digits that are printed is not in it. A number whose row
        was not frozen has "not there".
    """
    before = frozen.set_index(NUMBERS_KEY)
    rows = []
    cells = shown[shown["file"].isin(frozen["file"]) | shown["file"].str.endswith(".csv")]
    for cell in cells.drop_duplicates([*NUMBERS_KEY, "column"]).to_dict("records"):
        key = tuple(cell[name] for name in NUMBERS_KEY)
        was = before.at[key, cell["column"]] if key in before.index else None
        then = NEW if was is None else printed(was, cell)
        if then != cell["shown"]:
            rows.append([*key, cell["column"], then, cell["shown"]])
    lost = main[main["role"].isin(MAIN_ROLES) & main["estimate"].isna()]
    for row in lost.to_dict("records"):
        key = tuple(row[name] for name in NUMBERS_KEY)
        was = before.at[key, "estimate"] if key in before.index else float("nan")
        if not pd.isna(was):
            rows.append([*key, "estimate", f"{was:.4g}", GONE])
    return pd.DataFrame(rows, columns=MOVED_COLUMNS, dtype=object)


def printed(value: float, like: dict[str, Any]) -> str:
    """Return a frozen number as it would be printed in the place of a number of now: its digits, its sign."""
    shown, column = like["shown"], like["column"]
    if column in ("p_value", "p_adjusted"):
        return numbers.p_value(value).lstrip("<>")
    if column == "df":
        return numbers.degrees(value)
    if like["value"] < 0 and not shown.startswith("-"):
        value = abs(value)
    return numbers.number(value, len(shown.partition(".")[2]))
