"""A table to print, and what its cells have in common."""

from dataclasses import dataclass

import pandas as pd

NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Table:
    """A table to print.

    Attributes
    ----------
    name
        File name without ending.
    title
        Starts with the mark of synthetic data where it shows any.
    frame
        Text only; the column names are the headings, the first column names the row.
    notes
        What stands below the table.
    source
        The rows of the estimate record that the table shows, unrounded.
    """

    name: str
    title: str
    frame: pd.DataFrame
    notes: tuple[str, ...]
    source: pd.DataFrame


def marked(title: str, mark: str) -> str:
    """Return a title that starts with the mark of synthetic data, where there is one."""
    return f"{mark}. {title}" if mark else title


def with_n(text: str, n: int, size: int) -> str:
    """Return a cell with its n, where not everybody of the arm is in it."""
    return text if n == size else f"{text}, n = {n}"
