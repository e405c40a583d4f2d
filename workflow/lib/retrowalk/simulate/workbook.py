"""An Excel workbook that is the same bytes whenever it is written."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from retrowalk import files
from retrowalk.vocabulary import SYNTHETIC


def write_workbook(sheets: Mapping[str, list[list[Any]]], path: str | Path) -> None:
    """Write a workbook of synthetic data, whole or not at all.

    Parameters
    ----------
    sheets
        {name of the sheet: its rows, each a list of cells}, in their order.
    path
        Where to write it.
    """
    from zipfile import ZipFile

    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.properties.title = f"{SYNTHETIC} data"
    book.properties.creator = "retrowalk"
    book.properties.created = book.properties.modified = datetime(*files.FIXED_DATE)

    def write(partial: Path) -> None:
        # Not Workbook.save: it puts the time of today into the properties.
        ExcelWriter(book, ZipFile(partial, "w")).save()
        files.fix_zip_dates(partial)

    files.write_whole(path, write)
