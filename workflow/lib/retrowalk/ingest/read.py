"""Read a file as received: text in rows, numbered as the user's own program numbers them."""

import csv
import datetime
from pathlib import Path

import pandas as pd

from retrowalk.schemas import listed, nearest


class UnreadableError(Exception):
    """The file cannot be read as a table; carries row (or None), what is wrong and what to do."""

    def __init__(self, problem: str, remedy: str, row: int | None = None) -> None:
        super().__init__(problem)
        self.problem, self.remedy, self.row = problem, remedy, row


def read_table(path: str | Path, sheet: str = "") -> pd.DataFrame:
    """Return the cells of a table as text.

    Parameters
    ----------
    path
        A .csv or .tsv (comma, semicolon or tab; UTF-8) or .xlsx file with the column names in its first row.
    sheet
        Sheet of an Excel file; the first where empty.

    Returns
    -------
    DataFrame
        One row a row of the file that is not empty; all cells are text without spaces around it, "" where empty. The
        index is the row number that a spreadsheet program shows (the header is row 1).

    Raises
    ------
    UnreadableError
        The file is not what its ending says, has no rows, or a column name appears twice.
    """
    path = Path(path)
    rows = _excel_rows(path, sheet) if path.suffix.lower() == ".xlsx" else _text_rows(path)
    if len(rows) < 2:
        raise UnreadableError("the file has no rows below the column names", "Put one row a participant below them.")
    header, *body = rows
    named = [name for name in header if name]
    twice = [name for name in dict.fromkeys(named) if named.count(name) > 1]
    if twice:
        raise UnreadableError(
            f"the column name {listed(twice)} appears more than once", "Rename all but one of them.", row=1
        )
    for number, row in enumerate(body, start=2):
        extra = [cell for cell in row[len(header) :] if cell]
        if extra:
            remedy = "Look for a delimiter inside a cell: such a cell needs quotes around it."
            raise UnreadableError(
                f"the row has more cells than there are column names ({listed(extra)})", remedy, row=number
            )
    width = len(header)
    cells = [(row + [""] * width)[:width] for row in body]
    table = pd.DataFrame(cells, columns=header, index=pd.RangeIndex(2, len(body) + 2, name="row"), dtype=str)
    table = table.loc[:, [bool(name) for name in header]]
    return table[(table != "").any(axis=1)]


def _text_rows(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        row = path.read_bytes()[: fault.start].count(b"\n") + 1
        problem = "a letter cannot be read because the file is not UTF-8"
        raise UnreadableError(problem, 'Save it as "CSV UTF-8".', row=row) from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return [
            [cell.strip() for cell in row] for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
        ]
    except csv.Error as fault:
        raise UnreadableError(f"the file is not readable as CSV ({fault})", 'Save it again as "CSV UTF-8".') from None


def _excel_rows(path: Path, sheet: str) -> list[list[str]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError):
        raise UnreadableError("the file is not readable as Excel", "Open it in Excel and save it as .xlsx.") from None
    try:
        if sheet and sheet not in book.sheetnames:
            problem = f'there is no sheet "{sheet}"{nearest(sheet, book.sheetnames)}; the sheets are {listed(book.sheetnames)}'
            raise UnreadableError(problem, 'Correct "sheet" in the cohort file.')
        rows = book[sheet or book.sheetnames[0]].iter_rows(values_only=True)
        return [[_text(cell) for cell in row] for row in rows]
    finally:
        book.close()


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime.datetime() | datetime.date():
            return cell.isoformat(sep=" ") if isinstance(cell, datetime.datetime) else cell.isoformat()
    return str(cell).strip()
