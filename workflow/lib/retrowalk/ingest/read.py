"""Read a file as received: text in rows, numbered as the user's own program numbers them."""

import csv
import datetime
import io
import re
from contextlib import closing
from math import isfinite
from pathlib import Path

import pandas as pd

from retrowalk.schemas import listed, nearest

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def is_number(text: str) -> bool:
    """Whether `text` is a plain number with a decimal point: not "5,5", "7/10", "<1", "inf", "1e999"."""
    return NUMBER.fullmatch(text) is not None and isfinite(float(text))


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
        The file cannot be opened or is not what its ending says, has no column names or no rows, a column name appears
        twice, or a row has more cells than there are columns.
    """
    path = Path(path)
    excel = path.suffix.lower() == ".xlsx"
    try:
        rows = _excel_rows(path, sheet) if excel else _text_rows(path)
    except OSError as fault:
        remedy = "Close it in other programs and look at who may read it."
        raise UnreadableError(f"the file cannot be opened ({fault.strerror or fault})", remedy) from None
    if not any(any(row) for row in rows[1:]):
        raise UnreadableError("the file has no rows below the column names", "Put one row a participant below them.")
    # A line break inside a column name is layout.
    header, *body = [" ".join(name.split()) for name in rows[0]], *rows[1:]
    if not any(header):
        remedy = "Put the column names into the first row and remove what stands above them."
        raise UnreadableError("the first row has no column names", remedy, row=1)
    named = [name for name in header if name]
    twice = [name for name in dict.fromkeys(named) if named.count(name) > 1]
    if twice:
        raise UnreadableError(
            f"the column name {listed(twice)} appears more than once", "Rename all but one of them.", row=1
        )
    # Where every row ends with the same delimiters too many, no cell has moved.
    alike = excel or len({len(row) for row in body if any(row)}) < 2
    for number, row in enumerate(body, start=2):
        extra = row[len(header) :]
        if any(extra) or (extra and any(row) and not alike):
            problem = f"the row has more cells than there are column names ({len(row)} and {len(header)})"
            remedy = "Look for a delimiter inside a cell, such as a decimal comma: such a cell needs quotes around it."
            raise UnreadableError(problem, remedy, row=number)
    width = len(header)
    cells = [(row + [""] * width)[:width] for row in body]
    table = pd.DataFrame(cells, columns=header, index=pd.RangeIndex(2, len(body) + 2, name="row"), dtype=str)
    table = table.loc[:, [bool(name) for name in header]]
    return table[(table != "").any(axis=1)]


def _text_rows(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        row = len((path.read_bytes()[: fault.start] + b"?").splitlines())
        problem = "a letter cannot be read because the file is not UTF-8"
        raise UnreadableError(problem, 'Save it as "CSV UTF-8".', row=row) from None
    # A column name in quotes may hold any of them.
    unquoted = re.sub(r'"[^"]*("|$)', "", text.partition("\n")[0])
    delimiter = max(",;\t", key=unquoted.count)
    rows = []
    try:
        # Strict: a quote that is never closed would make one cell of the rest of the file.
        for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True):
            rows.append([cell.strip() for cell in row])
    except csv.Error as fault:
        problem = f"the row is not readable as CSV ({fault})"
        remedy = "Look for a quote that is not closed: a cell in quotes has one before, one after and none inside."
        raise UnreadableError(problem, remedy, row=len(rows) + 1) from None
    return rows


def _excel_rows(path: Path, sheet: str) -> list[list[str]]:
    from openpyxl import load_workbook

    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            # Not book.sheetnames, which holds charts too.
            tables = {table.title: table for table in book.worksheets}
            if sheet and sheet not in tables:
                problem = f'there is no sheet "{sheet}"{nearest(sheet, tables)}; the sheets are {listed(tables)}'
                raise UnreadableError(problem, 'Correct "sheet" in the cohort file.')
            name = sheet or next(iter(tables))
            rows = [[_text(cell) for cell in row] for row in tables[name].iter_rows(values_only=True)]
        _refuse_formulas_without_result(path, name, rows)
        return rows
    except (UnreadableError, FileNotFoundError, PermissionError):
        raise
    except Exception:
        # openpyxl has no error of its own for a damaged file: it may be of any kind and come with any row.
        remedy = "Open it in Excel and save it as .xlsx, without a password."
        raise UnreadableError("the file is not readable as Excel", remedy) from None


def _refuse_formulas_without_result(path: Path, sheet: str, rows: list[list[str]]) -> None:
    """A program that writes formulas without their results leaves cells that look empty."""
    from openpyxl import load_workbook

    with closing(load_workbook(path, read_only=True)) as book:
        for number, cells in enumerate(book[sheet].iter_rows(values_only=True), start=1):
            for cell, result in zip(cells, rows[number - 1], strict=False):
                if isinstance(cell, str) and cell.startswith("=") and not result:
                    problem = f"the cell holds the formula {cell} without its result"
                    raise UnreadableError(problem, "Open the file in Excel, save it and try again.", row=number)


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime.datetime() | datetime.date():
            return cell.isoformat(sep=" ") if isinstance(cell, datetime.datetime) else cell.isoformat()
    return "\n".join(str(cell).splitlines()).strip()
