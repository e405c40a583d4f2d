"""Tables of the report: real HTML tables that the page's script makes sortable."""

from dataclasses import dataclass

import pandas as pd

from retrowalk.files import csv_text
from retrowalk.present.tables.table import Table
from retrowalk.present.words.cited import FILE, plain
from retrowalk.vocabulary import ABOUT_ONE

#: A column with a text of more letters than this may break it over lines.
LONG_TEXT = 26


@dataclass(frozen=True)
class PageTable:
    """What the template shows of a table.

    Attributes
    ----------
    identity
        Its id, unique on the page.
    file
        File name of what a reader downloads, without ending.
    title, rows, notes
        Text, in which numbers may have their source.
    heads
        Text without sources: a head is a button that sorts.
    long
        Of each column, whether its texts break over lines.
    csv
        The rows of the estimate record behind it, as CSV; "" where there are none.
    """

    identity: str
    file: str
    title: str
    heads: list[str]
    rows: list[list[str]]
    notes: tuple[str, ...]
    long: list[bool]
    csv: str


def page_table(table: Table, place: str) -> PageTable:
    """Return a table for the page; `place` (the cohort, the synthesis) makes its id unique."""
    frame = table.frame.map(plain)
    return PageTable(
        f"{place}-{table.name}".replace("_", "-"),
        f"{place}_{table.name}",
        table.title,
        list(map(plain, table.frame.columns)),
        table.frame.to_numpy().tolist(),
        table.notes,
        [bool(frame[name].str.len().max() > LONG_TEXT) for name in frame.columns],
        downloadable(table.source),
    )


def downloadable(rows: pd.DataFrame) -> str:
    """Return rows of the estimate record as CSV, every digit kept; rows about one participant are never among them. "" where there are none."""
    shown = rows[~rows["term"].str.startswith(ABOUT_ONE)]
    if shown.empty:
        return ""
    return csv_text(shown.drop(columns=FILE, errors="ignore"))


def plain_table(identity: str, title: str, heads: list[str], rows: list[list[str]]) -> PageTable:
    """Return a table of the report's own that no table of results stands behind."""
    return PageTable(identity, identity, title, heads, rows, (), [True] * len(heads), "")
