"""What a table is: text ready to print, with the rows of the estimate record that it was made from."""

from dataclasses import dataclass

import pandas as pd


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
