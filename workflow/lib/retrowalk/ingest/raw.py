"""All tables of a cohort as received, brought together: every row keeps its place in the user's own file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from retrowalk.ingest.read import read_received
from retrowalk.ingest.received import Received, UnreadableError
from retrowalk.plan.intake import SHEET_COLUMN, Events, Intake, Source


@dataclass(frozen=True)
class Raw:
    """The cells of a cohort as text.

    Attributes
    ----------
    cells
        The table of measurements.
    people
        The table that says arm, covariates and withdrawal: `cells` again where there is one table only.
    events
        The table of adverse events, or None where there is none.
    places
        One row a row of these: file, sheet, row. All share one index of whole numbers.
    header_rows
        {table: row of its column names}, without those that have no such row.
    participant
        The column of the participant in both tables.
    skipped
        The rows of the table of measurements that `skip_rows` leaves out.
    """

    cells: pd.DataFrame
    people: pd.DataFrame
    places: pd.DataFrame
    header_rows: dict[Source, int]
    participant: str
    skipped: pd.DataFrame
    events: pd.DataFrame | None = None

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


def read_raw(intake: Intake) -> Raw:
    """Read every table of a cohort.

    Raises
    ------
    FileError
        One of them cannot be read.
    """
    cells, places, headers = _read_source(intake.table, 0)
    cells, skipped = _split(cells, places, intake.table.skip_rows)
    for column, texts in intake.only.items():
        cells = cells[cells[column].isin(texts)] if column in cells else cells
    people = cells
    if intake.participants_table:
        people, more_places, more_headers = _read_source(intake.participants_table, len(places))
        people, _ = _split(people, more_places, intake.participants_table.skip_rows)
        places, headers = pd.concat([places, more_places]), headers | more_headers
    events = None
    if intake.events:
        events, more_places, more_headers = read_events_table(intake.events, len(places))
        places, headers = pd.concat([places, more_places]), headers | more_headers
    return Raw(cells, people, places, headers, intake.columns.participant, skipped, events)


def read_events_table(events: Events, start: int = 0) -> tuple[pd.DataFrame, pd.DataFrame, dict[Source, int]]:
    """Return the cells of the table of adverse events, the places of its rows, and its header's row.

    It may have column names and no rows: then it says that nothing happened.

    Raises
    ------
    FileError
        It cannot be read.
    """
    cells, places, headers = _read_source(events.table, start, rows_needed=False)
    return _split(cells, places, events.table.skip_rows)[0], places, headers


def _read_source(
    source: Source, start: int, rows_needed: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame, dict[Source, int]]:
    """Return the cells of a table, its sheets stacked, the places of its rows, and its header's row."""
    parts, places = [], []
    for sheet in source.sheets:
        received = _read_sheet(source, sheet, rows_needed)
        cells = received.cells
        if len(source.sheets) > 1:
            cells = cells.assign(**{SHEET_COLUMN: sheet})
        parts.append(cells)
        places.append(pd.DataFrame({"file": source.file, "sheet": sheet, "row": cells.index}))
    index = pd.RangeIndex(start, start + sum(len(part) for part in parts))
    stacked = parts[0] if len(parts) == 1 else pd.concat(parts).fillna("")
    headers = {} if received.header_row is None else {source: received.header_row}
    return stacked.set_axis(index), pd.concat(places, ignore_index=True).set_axis(index), headers


def _split(cells: pd.DataFrame, places: pd.DataFrame, rows: Sequence[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells without some of the user's rows, and these rows."""
    left_out = places["row"].isin(rows).to_numpy()
    return cells[~left_out], cells[left_out]


def _read_sheet(source: Source, sheet: str, rows_needed: bool) -> Received:
    try:
        return read_received(source.file, sheet, source.header, source.encoding, source.decimal, rows_needed)
    except UnreadableError as fault:
        raise FileError(source.file, sheet, fault) from None
