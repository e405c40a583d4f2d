"""What a table is: text ready to print, with the rows of the estimate record that it was made from."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from retrowalk.plan.trial import Cohort
from retrowalk.present.words.facts import in_words


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
        The rows of the estimate record that the table shows, unrounded, with their facts in words.
    """

    name: str
    title: str
    frame: pd.DataFrame
    notes: tuple[str, ...]
    source: pd.DataFrame


def marked(title: str, mark: str) -> str:
    """Return a title that starts with the mark of synthetic data, where there is one."""
    return f"{mark}. {title}" if mark else title


def cohort_table(
    name: str,
    title: str,
    rows: list[list[str]],
    heads: list[str],
    notes: Iterable[str],
    source: pd.DataFrame,
    cohort: Cohort,
) -> Table:
    """Return a table of one cohort, marked where its participants are simulated."""
    frame = pd.DataFrame(rows, columns=heads)
    return Table(name, marked(title, cohort.mark), frame, tuple(notes), in_words(source, [cohort]))
