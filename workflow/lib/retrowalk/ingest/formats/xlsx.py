"""Excel workbooks (.xlsx, .xlsm)."""

import re
import zipfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from retrowalk.file_types import type_by_content
from retrowalk.ingest.formats.spreadsheet import (
    Range,
    chosen,
    fill_merged,
    readable,
    refuse_bombs,
    refuse_formula,
    refuse_stray_cells,
    remedy_of,
    text_of,
    without_empty_ends,
)
from retrowalk.ingest.received import Grid, UnreadableError


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets that hold cells, in their order."""
    from openpyxl import load_workbook

    with readable(path):
        _refuse_what_is_no_zip(path)
        refuse_bombs(path)
        with path.open("rb") as file, closing(load_workbook(file, read_only=True)) as book:
            # Not book.sheetnames, which holds charts too.
            return [table.title for table in book.worksheets]


def read(path: Path, sheet: str = "", encoding: str = "", header_row: int = 1) -> Grid:
    """Return the cells of a sheet, the first where it is not named."""
    from openpyxl import load_workbook

    with readable(path):
        _refuse_what_is_no_zip(path)
        refuse_bombs(path)
        # Opened here: openpyxl leaves a damaged file open.
        with path.open("rb") as file, closing(load_workbook(file, read_only=True, data_only=True)) as book:
            name = chosen(sheet, [table.title for table in book.worksheets])
            table = book[name]
            # What the file says of its own size may be wrong, and would be believed.
            table.reset_dimensions()
            rows = without_empty_ends(map(text_of, cells) for cells in table.iter_rows(values_only=True))
            member = table._worksheet_path  # openpyxl does not read merged cells from large files
        refuse_stray_cells(rows)
        with zipfile.ZipFile(path) as archive:
            content = archive.read(member)
        if b"<f" in content:
            _refuse_formulas_without_result(path, name, rows)
        merged = [_corners(found.decode()) for found in re.findall(rb'mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"', content)]
        return Grid(fill_merged(rows, merged), bool(merged))


def _refuse_what_is_no_zip(path: Path) -> None:
    kind = type_by_content(path.read_bytes()[:8])
    if kind is not None and kind.reader == "xls":
        raise UnreadableError("the file has a password, or is an old .xls file with another extension", remedy_of(path))


def _refuse_formulas_without_result(path: Path, sheet: str, rows: Sequence[Sequence[str]]) -> None:
    """A program that writes formulas without their results leaves cells that look empty."""
    from openpyxl import load_workbook

    with path.open("rb") as file, closing(load_workbook(file, read_only=True)) as book:
        book[sheet].reset_dimensions()
        for number, cells in enumerate(book[sheet].iter_rows(values_only=True), start=1):
            results = rows[number - 1] if number <= len(rows) else []
            for place, cell in enumerate(cells):
                if isinstance(cell, str) and cell.startswith("=") and not (place < len(results) and results[place]):
                    refuse_formula(path, cell, number)


def _corners(reference: str) -> Range:
    """Return the merged range that Excel writes as A1:C1."""
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = range_boundaries(reference)
    return top - 1, bottom, left - 1, right
