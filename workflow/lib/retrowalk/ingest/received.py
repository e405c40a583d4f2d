"""A table as received: its cells as text, where each stands in the user's own program, and what the file says of it."""

from dataclasses import dataclass, field

import pandas as pd


class UnreadableError(Exception):
    """The file cannot be read as a table; carries row (or None), what is wrong and what to do."""

    def __init__(self, problem: str, remedy: str, row: int | None = None) -> None:
        super().__init__(problem)
        self.problem, self.remedy, self.row = problem, remedy, row


@dataclass(frozen=True)
class Grid:
    """The rows of a text file or a sheet as they stand, as text, and whether any cells were merged."""

    rows: list[list[str]]
    merged: bool = False


@dataclass(frozen=True)
class Received:
    """One table of a file.

    Attributes
    ----------
    cells
        Text without spaces around it, "" where empty. The index is the row number that the user's own program shows:
        in a spreadsheet the header has numbers too, in SPSS, Stata and SAS the first case is row 1.
    header_row
        Row of the column names, or None where the format keeps them apart from the rows.
    labels
        {column: what the file says it is}, for columns of which it says anything.
    codes
        {column: {code: what it means}}, the value labels of SPSS, Stata and SAS.
    """

    cells: pd.DataFrame
    header_row: int | None = 1
    labels: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
