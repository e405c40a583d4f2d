"""Old Excel workbooks (.xls)."""

from pathlib import Path
from typing import Any

from retrowalk.ingest.formats.spreadsheet import chosen, fill_merged, readable, text_of
from retrowalk.ingest.received import Grid


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets, in their order."""
    import xlrd

    with readable(path), xlrd.open_workbook(path, on_demand=True) as book:
        return book.sheet_names()


def read(path: Path, sheet: str = "", encoding: str = "", header_row: int = 1) -> Grid:
    """Return the cells of a sheet, the first where it is not named."""
    import xlrd

    with readable(path), xlrd.open_workbook(path, formatting_info=True) as book:
        table = book.sheet_by_name(chosen(sheet, book.sheet_names()))
        rows = [[text_of(_value(cell, book.datemode)) for cell in row] for row in table.get_rows()]
        return Grid(fill_merged(rows, table.merged_cells), bool(table.merged_cells))


def _value(cell: Any, datemode: int) -> Any:
    """Return the value of a cell of xlrd."""
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value
