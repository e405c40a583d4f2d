"""Read a file as received, whatever its format: text in rows, numbered as the user's own program numbers them."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd

from retrowalk.file_types import type_of
from retrowalk.ingest.formats import reader_of
from retrowalk.ingest.numbers import with_point
from retrowalk.ingest.received import Grid, Received, UnreadableError
from retrowalk.schemas import listed


def read_received(
    path: str | Path,
    sheet: str = "",
    header: Sequence[int] = (),
    encoding: str = "",
    decimal: str = ".",
    rows_needed: bool = True,
) -> Received:
    """Return one table of a file.

    Parameters
    ----------
    path
        A file of a type in the register (`retrowalk.file_types`).
    sheet
        Sheet of a spreadsheet; the first where empty.
    header
        Rows (from 1, one after the other) that hold the column names; the first where empty. Two rows become one name:
        "Pain" above "4 weeks" is "Pain 4 weeks".
    encoding
        Of a text file that is neither UTF-8 nor UTF-16.
    decimal
        A comma where numbers of a file with typed numbers were typed as text with one; they get the point that all others
        have. A text file is read as it stands.
    rows_needed
        Whether a table without rows is a fault.

    Raises
    ------
    UnreadableError
        The file cannot be opened or is not what its ending says, has no column names or no rows, a column name appears
        twice, or a row has more cells than there are columns.
    """
    path = Path(path)
    kind = type_of(path)
    with _without_collector():
        if kind.has_header_rows:
            grid = read_grid(path, sheet, encoding, header[0] if header else 1)
            received = _named(grid, tuple(header) or _first(grid.rows), kind.has_sheets, rows_needed)
        else:
            with _opened():
                received = reader_of(path).read(path)
            received = _with_rows(received) if rows_needed else received
    return with_points(received) if kind.has_typed_numbers and decimal == "," else received


def with_points(received: Received) -> Received:
    """Return a table in which every number that was typed with a decimal comma has a point."""
    cells = received.cells
    return replace(received, cells=cells.apply(lambda texts: with_point(texts, ",", strict=False)))


@contextmanager
def _opened() -> Iterator[None]:
    """Tell of a file that cannot be opened in our own words."""
    try:
        yield
    except OSError as fault:
        remedy = "Close it in other programs and check the read permissions."
        raise UnreadableError(f"the file cannot be opened ({fault.strerror or fault})", remedy) from None


def read_grid(path: Path, sheet: str = "", encoding: str = "", header_row: int = 1) -> Grid:
    """Return every row of a text file or sheet as it stands."""
    with _opened():
        return reader_of(path).read(path, sheet, encoding, header_row)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause Python's collector of cycles: it looks at every row again and again, two thirds of the time of a large file."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def read_table(path: str | Path) -> pd.DataFrame:
    """Return the cells of a table with the column names in its first row (`read_received`)."""
    return read_received(path).cells


def sheets_of(path: str | Path) -> list[str]:
    """Return the names of a file's sheets, [""] where its type has none."""
    path = Path(path)
    with _opened():
        return reader_of(path).sheet_names(path) if type_of(path).has_sheets else [""]


def _first(rows: list[list[str]]) -> tuple[int, ...]:
    """Return the header's row: the first, or the second under a line that only names the delimiter (sep=;)."""
    return (2,) if rows and rows[0][:1] == ["sep="] else (1,)


def _with_rows(received: Received) -> Received:
    if received.cells.empty:
        raise UnreadableError("the file has no rows", "Add one row per participant.")
    return received


def _named(grid: Grid, header: tuple[int, ...], has_sheets: bool, rows_needed: bool) -> Received:
    rows, last = grid.rows, header[-1]
    if not rows_needed and len(rows) < last:
        raise UnreadableError("the file has no column names", f"Write them in row {last}.")
    if rows_needed and not any(any(row) for row in rows[last:]):
        raise UnreadableError("the file has no rows below the column names", "Add one row per participant below them.")
    names, body = column_names([rows[row - 1] for row in header], grid.merged), rows[last:]
    if not any(names):
        where = "the first row" if last == 1 else f"row {last}"
        remedy = "Write the column names in the first row and remove anything above them, "
        remedy += 'or give the row of the names as "header" in the cohort file.'
        raise UnreadableError(f"{where} has no column names", remedy, row=last)
    named = [name for name in names if name]
    twice = [name for name in dict.fromkeys(named) if named.count(name) > 1]
    if twice:
        problem = f"the column name {listed(twice)} appears more than once"
        raise UnreadableError(problem, "Rename all but one of them.", row=last)
    # Where every row ends with the same delimiters too many, no cell has moved.
    alike = has_sheets or len({len(row) for row in body if any(row)}) < 2
    width = len(names)
    for number, row in enumerate(body, start=last + 1):
        extra = row[width:]
        if extra and (any(extra) or (any(row) and not alike)):
            problem = f"the row has more cells than there are column names ({len(row)} and {width})"
            remedy = "Look for a delimiter inside a cell, such as a decimal comma, and put quotes around that cell."
            if has_sheets:
                remedy = "Name the column, or clear the cells to the right of the table."
            raise UnreadableError(problem, remedy, row=number)
    filled = [place for place, row in enumerate(body) if any(row)]
    whole = [body[place] for place in filled]
    if any(len(row) != width for row in whole):
        padding = [""] * width
        whole = [(row + padding)[:width] for row in whole]
    columns = zip(*whole, strict=True) if whole else [()] * width
    kept = {name: list(column) for name, column in zip(names, columns, strict=True) if name}
    index = pd.Index(filled, dtype="int64", name="row") + last + 1
    cells = pd.DataFrame(kept, index=index, dtype=str)
    # A row may hold nothing but cells below a column without a name.
    return Received(cells if all(names) else cells[(cells != "").any(axis=1)], last)


def column_names(header: Sequence[Sequence[str]], merged: bool) -> list[str]:
    """Return one name a column from the rows of a header; a line break inside a name is layout."""
    width = max(len(row) for row in header)
    levels = [[" ".join(name.split()) for name in row] + [""] * (width - len(row)) for row in header]
    # Where cells are not merged, a heading that stands over several columns is written over the first of them only.
    for level in levels[:-1] if not merged else []:
        for place in range(1, width):
            level[place] = level[place] or level[place - 1]
    return [" ".join(dict.fromkeys(name for name in names if name)) for names in zip(*levels, strict=True)]
