"""All tables of a cohort as received, brought together: every row keeps its place in the user's own file."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from retrowalk.ingest.read import read_received
from retrowalk.ingest.received import Received, UnreadableError
from retrowalk.plan import EXCEL_FILES, SHEET_COLUMN, Cohort, Source


@dataclass(frozen=True)
class Raw:
    """The cells of a cohort as text.

    Attributes
    ----------
    cells
        The table of measurements.
    people
        The table that says arm, covariates and withdrawal: `cells` again where there is one table only.
    places
        One row a row of the two: file, sheet, row. All three share one index of whole numbers.
    header_rows
        {file: row of its column names}, without files that have no such row.
    participant
        The column of the participant in both tables.
    skipped
        The rows of the table of measurements that `skip_rows` leaves out; their index is the user's row number.
    """

    cells: pd.DataFrame
    people: pd.DataFrame
    places: pd.DataFrame
    header_rows: dict[str, int]
    participant: str
    skipped: pd.DataFrame

    @cached_property
    def who(self) -> tuple[np.ndarray, pd.Index]:
        """For each row of `people` the place of its participant among the different ones, and these, "" among them."""
        return pd.factorize(self.people[self.participant])

    def at(self, index: int, beside: int | None = None) -> str:
        """Return the place of a row in words, with its file and sheet only where they are not those of `beside`."""
        place = self.places.loc[index]
        here = self.places.loc[beside] if beside is not None else place
        words = [] if place["file"] == here["file"] else [place["file"]]
        words += [] if not place["sheet"] or place["sheet"] == here["sheet"] else [f'sheet "{place["sheet"]}"']
        return ", ".join([*words, f"row {place['row']}"])


class FileError(Exception):
    """An `UnreadableError` with the file and the sheet that it is about."""

    def __init__(self, file: str, sheet: str, fault: UnreadableError) -> None:
        super().__init__(fault.problem)
        self.file, self.sheet, self.fault = file, sheet, fault


def read_raw(cohort: Cohort) -> Raw:
    """Read every table of a cohort.

    Raises
    ------
    FileError
        One of them cannot be read.
    """
    cells, places, headers, skipped = _read_source(cohort.table, 0)
    for column, texts in cohort.only.items():
        cells = cells[cells[column].isin(texts)] if column in cells else cells
    people = cells
    if cohort.participants_table:
        people, more_places, more_headers, _ = _read_source(cohort.participants_table, len(places))
        places, headers = pd.concat([places, more_places]), headers | more_headers
    return Raw(cells, people, places, headers, cohort.participant_column, skipped)


def _read_source(source: Source, start: int) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, int], pd.DataFrame]:
    """Return the cells of a table, its sheets stacked, the places of its rows, its header's row, and the rows left out."""
    parts, places, skipped = [], [], []
    for sheet in source.sheets:
        received = _read_sheet(source, sheet)
        left_out = received.cells.index.isin(source.skip_rows)
        cells = received.cells[~left_out]
        skipped.append(received.cells[left_out])
        if len(source.sheets) > 1:
            cells = cells.assign(**{SHEET_COLUMN: sheet})
        parts.append(cells)
        places.append(pd.DataFrame({"file": source.file, "sheet": sheet, "row": cells.index}))
    index = pd.RangeIndex(start, start + sum(len(part) for part in parts))
    stacked = parts[0] if len(parts) == 1 else pd.concat(parts).fillna("")
    headers = {} if received.header_row is None else {source.file: received.header_row}
    placed = pd.concat(places, ignore_index=True).set_axis(index)
    return stacked.set_axis(index), placed, headers, pd.concat(skipped)


def _read_sheet(source: Source, sheet: str) -> Received:
    try:
        received = read_received(source.file, sheet, source.header, source.encoding)
    except UnreadableError as fault:
        raise FileError(source.file, sheet, fault) from None
    if source.decimal == "." or Path(source.file).suffix.lower() not in EXCEL_FILES:
        return received
    # Excel's numbers have a point here whatever Excel shows; a comma stands in numbers that were typed as text.
    return replace(
        received, cells=received.cells.apply(lambda texts: texts.mask(_typed(texts), texts.str.replace(",", ".")))
    )


def _typed(texts: pd.Series) -> pd.Series:
    return texts.str.fullmatch(r"[+-]?[0-9]+,[0-9]+").astype(bool)
