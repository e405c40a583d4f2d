"""The published results (data/published/evidence.csv): read, checked whole, typed."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from retrowalk.errors import DataError
from retrowalk.ingest.numbers import is_number
from retrowalk.ingest.problems import Problem
from retrowalk.ingest.read import read_table
from retrowalk.ingest.received import UnreadableError
from retrowalk.schemas import listed, nearest
from retrowalk.vocabulary import COMPARATORS, DOMAINS

#: One group before and after: what a paper may report and a cohort file calls a comparator of "none".
SINGLE_GROUP = "single_group"
#: What `statistic` may be, and the columns that it cannot do without.
STATISTICS = {
    "post_mean_sd": ("mean_intervention", "sd_intervention", "mean_control", "sd_control"),
    "change_p_value": ("p_value",),
    "p_value": ("p_value",),
    "change_mean_sd": (),
    "p_bound": (),
    "not_significant": (),
    "not_reported": (),
    "interaction_2df": (),
}
WORDS = {
    "statistic": tuple(STATISTICS),
    "better": ("lower", "higher", "neither"),
    "domain": tuple(DOMAINS),
    "comparator_type": (*COMPARATORS, SINGLE_GROUP),
}
COUNTS = ("n_intervention", "n_control", "n_analysed")
SDS = ("sd_intervention", "sd_control")
NUMBERS = (
    "year",
    "weeks",
    *COUNTS,
    "mean_intervention",
    "sd_intervention",
    "mean_control",
    "sd_control",
    "change_intervention",
    "change_control",
    "p_value",
)
COLUMNS = (
    "study",
    "year",
    "condition",
    "comparison",
    "comparator_type",
    "outcome",
    "domain",
    "instrument",
    "better",
    "weeks",
    "n_intervention",
    "n_control",
    "n_analysed",
    "statistic",
    "mean_intervention",
    "sd_intervention",
    "mean_control",
    "sd_control",
    "change_intervention",
    "change_control",
    "p_value",
    "test",
    "favours",
    "citation",
    "note",
)
#: Columns that tables made for version 0.1.0 do not have; there they are empty.
LATER = ("n_analysed", "favours", "citation")
#: Which arm did better, where the numbers of a row do not show it.
FAVOURS = {"intervention": 1, "control": -1}


def read_evidence(path: str | Path) -> pd.DataFrame:
    """Read and check a table of published between-arm results, one row a study and outcome.

    Parameters
    ----------
    path
        A .csv with the columns `COLUMNS`, in any order.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; index the row number that a spreadsheet shows (the header is row 1). Those in `NUMBERS` are
        floats, missing where the cell is empty (year; weeks since baseline; participants; means, SDs and changes in the
        instrument's unit; p two-sided); the others are text, "" where empty.

    Raises
    ------
    DataError
        Anything is wrong: a line a fault, with file, row, column, value, what is allowed and what to do.
    """
    path = Path(path)
    try:
        cells = read_table(path)
    except UnreadableError as fault:
        raise DataError(
            Problem("", str(path), "unreadable", fault.problem, "", fault.remedy, row=fault.row).sentence()
        ) from None
    cells = cells.assign(**{column: "" for column in LATER if column not in cells})
    # Nothing else can be said while a column is not there.
    problems = list(_columns(cells, path)) or list(_cells(cells, path))
    if problems:
        raise DataError("\n".join(problem.sentence() for problem in problems))
    numbers = {column: pd.to_numeric(cells[column].replace("", None)).astype(float) for column in NUMBERS}
    return cells.assign(**numbers)[list(COLUMNS)]


def _columns(cells: pd.DataFrame, path: Path) -> Iterator[Problem]:
    allowed = listed(COLUMNS, len(COLUMNS))
    missing = [column for column in COLUMNS if column not in cells]
    for column in cells:
        if column not in COLUMNS:
            problem = f"is not a column of this table{nearest(column, missing)}"
            remedy = "Correct the column name, or remove the column."
            yield Problem("", str(path), "column_unknown", problem, allowed, remedy, row=1, column=column, value=column)
    for column in (column for column in missing if column not in LATER):
        problem, remedy = (
            "there is no such column",
            "Add the column; leave its cells empty if the article does not report it.",
        )
        yield Problem("", str(path), "column_missing", problem, allowed, remedy, row=1, column=column)


def _cells(cells: pd.DataFrame, path: Path) -> Iterator[Problem]:
    first_rows: dict[tuple[str, str], int] = {}
    for row, cell in zip(cells.index, cells.to_dict("records"), strict=True):
        for column, rule, problem, allowed, remedy in _row_faults(cell):
            yield Problem("", str(path), rule, problem, allowed, remedy, row=row, column=column, value=cell[column])
        key = (cell["study"], cell["outcome"])
        if key in first_rows:
            problem = f"has the same study and outcome as row {first_rows[key]}"
            remedy = "Remove one of the two rows, or give the outcomes different names."
            place = {"row": row, "column": "study + outcome", "value": " + ".join(key)}
            yield Problem(
                "", str(path), "study_outcome_twice", problem, "one row per study and outcome", remedy, **place
            )
        first_rows.setdefault(key, row)


def _row_faults(cell: dict[str, str]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield column, rule, problem, what is allowed and remedy of each fault of one row."""
    for column in ("study", "condition", "outcome"):
        if not cell[column]:
            yield column, "empty", "the cell is empty", "a name", "Fill it in."
    for column, words in WORDS.items():
        if cell[column] not in words:
            problem = f"is not allowed here{nearest(cell[column], words)}" if cell[column] else "the cell is empty"
            yield column, "word_unknown", problem, listed(words), "Choose one of these."
    if cell["favours"] and cell["favours"] not in FAVOURS:
        problem = f"is not allowed here{nearest(cell['favours'], FAVOURS)}"
        yield "favours", "word_unknown", problem, listed(FAVOURS), "Choose one of these, or leave the cell empty."
    for column in NUMBERS:
        if cell[column]:
            yield from _number_faults(column, cell[column])
    for column in STATISTICS.get(cell["statistic"], ()):
        if not cell[column]:
            problem = f'the cell is empty, and statistic "{cell["statistic"]}" needs it'
            yield (
                column,
                "value_missing",
                problem,
                "a number",
                "Fill it in, or choose the statistic that the article reports.",
            )


def _number_faults(column: str, text: str) -> Iterator[tuple[str, str, str, str, str]]:
    if not is_number(text):
        remedy = "Enter a plain number with a decimal point, or leave the cell empty if the article does not report it."
        if column == "p_value":
            remedy = 'Enter the p value with a decimal point; for a bound such as "<0.001", choose statistic "p_bound".'
        yield column, "not_number", "is not a number", "a number such as 15 or 0.5", remedy
        return
    value = float(text)
    if column in COUNTS and (value < 2 or value != int(value)):
        remedy = "Enter the number of participants, or leave the cell empty if the article does not report it."
        yield column, "count", "is not a number of participants", "a whole number of at least 2", remedy
    elif column == "p_value" and not 0 < value < 1:
        remedy = (
            'Correct it; a p value printed as 0.000 is a bound: choose statistic "p_bound" and state this in the note.'
        )
        yield column, "p_value", "is not a p value", "more than 0 and less than 1", remedy
    elif column in SDS and value <= 0:
        remedy = "Correct it; convert a standard error to a standard deviation first."
        yield column, "sd", "is not a standard deviation", "more than 0", remedy
    elif column == "weeks" and value <= 0:
        yield (
            column,
            "weeks",
            "is not a time after baseline",
            "more than 0",
            "Enter the weeks from baseline to this result.",
        )
    elif column == "year" and value != int(value):
        yield column, "year", "is not a year", "a whole number", "Enter the year of publication."
