"""What spreadsheets of every program have in common: cells as the user sees them, merged cells filled, slips refused."""

import datetime
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from retrowalk.file_types import FILE_TYPES, type_of
from retrowalk.ingest.received import UnreadableError
from retrowalk.schemas import listed, nearest

#: A workbook that unpacks to more is no table of a trial.
MOST_BYTES = 600_000_000
#: A sheet with more rows, of which nearly all are empty, has a cell far below its table.
MOST_EMPTY_ROWS = 10_000
#: The widest sheet that is read: a cell far to the right is a slip.
MOST_COLUMNS = 5_000

#: A merged range: first row, last row + 1, first column, last column + 1, counted from 0.
Range = tuple[int, int, int, int]


def remedy_of(path: Path) -> str:
    """Return what to do with a file that cannot be read."""
    program = type_of(path).program
    newest = next(kind for kind in FILE_TYPES if kind.program == program)
    return f"Open it in {program} and save it as {newest.endings[0]}, without a password."


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Tell of a damaged file in our own words.

    The libraries have no error of their own for one: it may be of any kind and come with any row.
    """
    try:
        yield
    except (UnreadableError, FileNotFoundError, PermissionError):
        raise
    except Exception:
        raise UnreadableError(f"the file cannot be read as {type_of(path).name}", remedy_of(path)) from None


def chosen(sheet: str, names: Sequence[str]) -> str:
    """Return the name of the sheet that is asked for, the first where none is."""
    if sheet and sheet not in names:
        sheets = f"the sheets are {listed(names)}" if names else "the file has no sheets"
        problem = f'there is no sheet "{sheet}"{nearest(sheet, names)}; {sheets}'
        raise UnreadableError(problem, 'Correct "sheet" in the cohort file.')
    if not names:
        raise UnreadableError("the file has no sheets", "Save it again with the data on a sheet.")
    return sheet or names[0]


def refuse_bombs(path: Path) -> None:
    """Raise where a zipped file unpacks to more than any table of a trial."""
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MOST_BYTES:
        raise UnreadableError(
            f"the workbook unpacks to {size / 1e6:,.0f} MB; the maximum is {MOST_BYTES / 1e6:,.0f} MB",
            "Save only the sheet with the data, or save it as CSV.",
        )


def refuse_stray_cells(rows: Sequence[Sequence[str]]) -> None:
    """Raise where a cell stands far to the right of any table, or far below it."""
    for number, row in enumerate(rows, start=1):
        refuse_wide_row(len(row), number)
    if len(rows) > MOST_EMPTY_ROWS and sum(map(bool, rows)) < len(rows) / 100:
        problem = "the row contains a value far below the table"
        raise UnreadableError(problem, "Clear the cells below the data.", row=len(rows))


def refuse_wide_row(width: int, row: int) -> None:
    """Raise where the last cell of a row stands far to the right of any table."""
    if width > MOST_COLUMNS:
        problem = f"column {width} contains a value far to the right of the table"
        raise UnreadableError(problem, "Clear the cells to the right of the data.", row=row)


def refuse_formula(path: Path, formula: str, row: int) -> None:
    """Raise for a cell that holds a formula and no result: it would look empty."""
    problem = f"a cell contains the formula {formula} without its result"
    raise UnreadableError(problem, f"Open the file in {type_of(path).program}, save it and try again.", row=row)


def without_empty_ends(rows: Iterable[Iterable[str]]) -> list[list[str]]:
    """Return rows without the empty cells at their ends and the empty rows at the end of all."""
    cut = []
    for cells in rows:
        row = list(cells)
        while row and not row[-1]:
            row.pop()
        cut.append(row)
    while cut and not cut[-1]:
        cut.pop()
    return cut


def fill_merged(rows: list[list[str]], merged: Iterable[Range]) -> list[list[str]]:
    """Give every cell of a merged range the text of its first, which is what the user sees there.

    A range that reaches beyond the cells that hold anything is filled as far as these go.
    """
    width = max((len(row) for row in rows), default=0)
    for top, bottom, left, right in merged:
        text = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        for row in rows[top:bottom] if text else []:
            row += [""] * (min(right, width) - len(row))
            row[left : min(right, width)] = [text] * (min(right, width) - left)
    return rows


def text_of(cell: Any) -> str:
    """Return a value as text: whole numbers without a point, dates as ISO writes them."""
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime.datetime() | datetime.date():
            return cell.isoformat(sep=" ") if isinstance(cell, datetime.datetime) else cell.isoformat()
    return "\n".join(str(cell).splitlines()).strip()
