"""Excel workbooks (.xlsx, .xlsm, .xls): the cells of one sheet as the user sees them, merged cells filled."""

import datetime
import re
import zipfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from retrowalk.ingest.received import UnreadableError
from retrowalk.schemas import listed, nearest

#: A workbook that unpacks to more is no table of a trial.
MOST_BYTES = 600_000_000
#: A sheet with more rows, of which nearly all are empty, has a cell far below its table.
MOST_EMPTY_ROWS = 10_000
#: The widest sheet that is read: a cell far to the right is a slip.
MOST_COLUMNS = 5_000

_REMEDY = "Open it in Excel and save it as .xlsx, without a password."


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets that hold cells, in their order."""
    return _reading(path, _names_of_xls if _is_old(path) else _names_of_xlsx)


def sheet_rows(path: Path, sheet: str = "") -> tuple[list[list[str]], bool]:
    """Return the cells of a sheet (the first where it is not named), a list a row, and whether any were merged."""
    return _reading(path, _rows_of_xls if _is_old(path) else _rows_of_xlsx, sheet)


def _is_old(path: Path) -> bool:
    return path.suffix.lower() == ".xls"


def _reading(path: Path, read, *given):  # noqa: ANN001, ANN002, ANN202 (a call passed through)
    try:
        start = path.read_bytes()[:8]
        if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" and not _is_old(path):
            raise UnreadableError("the file has a password, or is an old .xls under another ending", _REMEDY)
        return read(path, *given)
    except (UnreadableError, FileNotFoundError, PermissionError):
        raise
    except Exception:
        # The libraries have no error of their own for a damaged file: it may be of any kind and come with any row.
        raise UnreadableError("the file is not readable as Excel", _REMEDY) from None


def _chosen(sheet: str, names: list[str]) -> str:
    if sheet and sheet not in names:
        there = f"the sheets are {listed(names)}" if names else "there are none"
        problem = f'there is no sheet "{sheet}"{nearest(sheet, names)}; {there}'
        raise UnreadableError(problem, 'Correct "sheet" in the cohort file.')
    return sheet or names[0]


# --- .xlsx ------------------------------------------------------------------------------------------------------------


def _names_of_xlsx(path: Path) -> list[str]:
    from openpyxl import load_workbook

    _refuse_bombs(path)
    with path.open("rb") as file, closing(load_workbook(file, read_only=True)) as book:
        # Not book.sheetnames, which holds charts too.
        return [table.title for table in book.worksheets]


def _rows_of_xlsx(path: Path, sheet: str) -> tuple[list[list[str]], bool]:
    from openpyxl import load_workbook

    _refuse_bombs(path)
    # Opened here: openpyxl leaves a damaged file open.
    with path.open("rb") as file, closing(load_workbook(file, read_only=True, data_only=True)) as book:
        name = _chosen(sheet, [table.title for table in book.worksheets])
        table = book[name]
        # What the file says of its own size may be wrong, and would be believed.
        table.reset_dimensions()
        rows = []
        for cells in table.iter_rows(values_only=True):
            row = [_text(cell) for cell in cells]
            while row and not row[-1]:
                row.pop()
            rows.append(row)
        member = table._worksheet_path  # openpyxl does not read merged cells from large files
    while rows and not rows[-1]:
        rows.pop()
    _refuse_stray_cells(rows)
    with zipfile.ZipFile(path) as archive:
        content = archive.read(member)
    if b"<f" in content:
        _refuse_formulas_without_result(path, name, rows)
    merged = [_corners(found.decode()) for found in re.findall(rb'mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"', content)]
    return _fill_merged(rows, merged), bool(merged)


def _refuse_bombs(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MOST_BYTES:
        raise UnreadableError(
            f"the workbook unpacks to {size / 1e6:,.0f} MB, more than the {MOST_BYTES / 1e6:,.0f} MB that are read",
            "Save the sheet with the data alone, or as CSV.",
        )


def _refuse_stray_cells(rows: list[list[str]]) -> None:
    for number, row in enumerate(rows, start=1):
        if len(row) > MOST_COLUMNS:
            problem = f"something stands in column {len(row)}, far to the right of any table"
            raise UnreadableError(problem, "Empty the cells to the right of the data.", row=number)
    if len(rows) > MOST_EMPTY_ROWS and sum(map(bool, rows)) < len(rows) / 100:
        problem = "something stands here, far below any table"
        raise UnreadableError(problem, "Empty the cells below the data.", row=len(rows))


def _refuse_formulas_without_result(path: Path, sheet: str, rows: list[list[str]]) -> None:
    """A program that writes formulas without their results leaves cells that look empty."""
    from openpyxl import load_workbook

    with path.open("rb") as file, closing(load_workbook(file, read_only=True)) as book:
        book[sheet].reset_dimensions()
        for number, cells in enumerate(book[sheet].iter_rows(values_only=True), start=1):
            results = rows[number - 1] if number <= len(rows) else []
            for place, cell in enumerate(cells):
                if isinstance(cell, str) and cell.startswith("=") and not (place < len(results) and results[place]):
                    problem = f"the cell holds the formula {cell} without its result"
                    raise UnreadableError(problem, "Open the file in Excel, save it and try again.", row=number)


def _corners(reference: str) -> tuple[int, int, int, int]:
    """Return first row, last row + 1, first column, last column + 1 of a range such as A1:C1, counted from 0."""
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = range_boundaries(reference)
    return top - 1, bottom, left - 1, right


# --- .xls -------------------------------------------------------------------------------------------------------------


def _names_of_xls(path: Path) -> list[str]:
    import xlrd

    with xlrd.open_workbook(path, on_demand=True) as book:
        return book.sheet_names()


def _rows_of_xls(path: Path, sheet: str) -> tuple[list[list[str]], bool]:
    import xlrd

    with xlrd.open_workbook(path, formatting_info=True) as book:
        table = book.sheet_by_name(_chosen(sheet, book.sheet_names()))
        rows = [[_text(_value_of_xls(cell, book.datemode)) for cell in row] for row in table.get_rows()]
        merged = list(table.merged_cells)
    return _fill_merged(rows, merged), bool(merged)


def _value_of_xls(cell, datemode: int) -> object:  # noqa: ANN001 (a cell of xlrd)
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value


# --- both -------------------------------------------------------------------------------------------------------------


def _fill_merged(rows: list[list[str]], merged: Iterable[tuple[int, int, int, int]]) -> list[list[str]]:
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


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime.datetime() | datetime.date():
            return cell.isoformat(sep=" ") if isinstance(cell, datetime.datetime) else cell.isoformat()
    return "\n".join(str(cell).splitlines()).strip()
