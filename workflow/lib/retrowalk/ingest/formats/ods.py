"""OpenDocument spreadsheets (.ods), as LibreOffice and Google Sheets write them.

content.xml is read as it stands: libraries that do so lose the errors of formulas, which would be read as 0 or as missing,
or which cells are merged.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from retrowalk.ingest.formats.spreadsheet import (
    Range,
    chosen,
    fill_merged,
    readable,
    refuse_bombs,
    refuse_formula,
    refuse_stray_cells,
    refuse_wide_row,
    remedy_of,
    text_of,
)
from retrowalk.ingest.received import Grid, UnreadableError

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE = f"{_OASIS}office:1.0}}"
_TABLE = f"{_OASIS}table:1.0}}"
_TEXT = f"{_OASIS}text:1.0}}"
#: LibreOffice's own word for the type of a cell; it alone says "error".
_TYPE_TOO = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
#: What a cell shows whose formula failed, in any language; signs alone ("###") are a column that is too narrow.
_ERROR = re.compile(r"#(?!#*$).*|Err:\d+")
#: The style of the copy that LibreOffice keeps of another file's sheet: its user does not see it.
_COPY_OF_ANOTHER_FILE = "ta_extref"
#: No cell has more letters.
MOST_LETTERS = 32_767
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
#: A sheet that says it has more cells (by repeating some) is damaged.
MOST_CELLS = 50_000_000


@dataclass
class _Sheet:
    """The rows of a sheet so far, the empty ones that may still be followed by others, and the merged ranges."""

    rows: list[list[str]] = field(default_factory=list)
    empty: int = 0
    cells: int = 0
    merged: list[Range] = field(default_factory=list)

    @property
    def next_row(self) -> int:
        """The place of the next row, counted from 0."""
        return len(self.rows) + self.empty


def sheet_names(path: Path) -> list[str]:
    """Return the names of a spreadsheet's sheets, in their order."""
    with readable(path):
        return [sheet.get(f"{_TABLE}name", "") for event, sheet in _parts(path) if event == "start"]


def read(path: Path, sheet: str = "", encoding: str = "", header_row: int = 1) -> Grid:
    """Return the cells of a sheet, the first where it is not named."""
    name = chosen(sheet, sheet_names(path))
    with readable(path):
        table, inside = _Sheet(), False
        for event, part in _parts(path):
            if event == "start":
                inside = part.get(f"{_TABLE}name", "") == name
            elif inside:
                _add_row(table, part, path)
        refuse_stray_cells(table.rows)
        return Grid(fill_merged(table.rows, table.merged), bool(table.merged))


def _parts(path: Path) -> Iterator[tuple[str, Element]]:
    """Yield ("start", sheet) and ("row", row) in their order; a row is emptied when the next is asked for."""
    refuse_bombs(path)
    with zipfile.ZipFile(path) as archive:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise UnreadableError("the file has a password", remedy_of(path))
        with archive.open("content.xml") as content:
            above: list[Element] = []
            for event, part in ElementTree.iterparse(content, ("start", "end")):
                if event == "start":
                    above.append(part)
                    if part.tag == f"{_TABLE}table" and _is_sheet(above):
                        yield "start", part
                    continue
                above.pop()
                if part.tag == f"{_TABLE}table-row" and _is_row_of_sheet(above):
                    yield "row", part
                    part.clear()


def _is_sheet(parts: list[Element]) -> bool:
    """Return whether the last of the parts that are open is a sheet: tables also stand in drawings, links and changes."""
    *_, above, part = parts
    return above.tag == f"{_OFFICE}spreadsheet" and part.get(f"{_TABLE}style-name") != _COPY_OF_ANOTHER_FILE


def _is_row_of_sheet(parts: list[Element]) -> bool:
    """Return whether a row within these parts is one of a sheet itself, not of a table in a cell or a drawing."""
    tables = [place for place, part in enumerate(parts) if part.tag == f"{_TABLE}table"]
    return len(tables) == 1 and _is_sheet(parts[: tables[0] + 1])


def _add_row(table: _Sheet, row: Element, path: Path) -> None:
    """Add a row, as often as it is repeated: sheets end with a million repeated empty rows of repeated empty cells."""
    texts: list[str] = []
    blank = 0
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        text = _text_of_cell(cell, path, table.next_row + 1)
        if not text:
            blank += times
            continue
        refuse_wide_row(len(texts) + blank + times, table.next_row + 1)
        texts += [""] * blank
        blank = 0
        rows, columns = (int(cell.get(f"{_TABLE}number-{each}-spanned", "1")) for each in ("rows", "columns"))
        if rows > 1 or columns > 1:
            top, left = table.next_row, len(texts)
            table.merged.append((top, top + rows, left, left + columns))
        texts += [text] * times
    times = int(row.get(f"{_TABLE}number-rows-repeated", "1"))
    if not texts:
        table.empty += times
        return
    table.cells += table.empty + times * len(texts)
    if table.cells > MOST_CELLS:
        problem = f"the sheet declares more than {MOST_CELLS:,} cells"
        raise UnreadableError(problem, "Save only the sheet with the data, or save it as CSV.", row=table.next_row + 1)
    table.rows += ([] for _ in range(table.empty))
    table.rows += (list(texts) for _ in range(times))
    table.empty = 0


def _text_of_cell(cell: Element, path: Path, row: int) -> str:
    """Return a cell as text: its value as it is stored, not as it is shown, but for the error of a formula."""
    if cell.tag != _CELLS[0]:
        return ""
    kind = cell.get(f"{_OFFICE}value-type")
    shown = "\n".join(_shown(paragraph) for paragraph in cell.findall(f"{_TEXT}p"))
    formula = cell.get(f"{_TABLE}formula")
    if formula is not None:
        if cell.get(_TYPE_TOO) == "error" or _ERROR.fullmatch(shown):
            return text_of(shown)
        if kind is None:
            refuse_formula(path, formula.partition(":")[2] or formula, row)
    if kind == "string":
        return text_of(cell.get(f"{_OFFICE}string-value", shown))
    return text_of(_value(cell, kind) if kind else shown)


def _value(cell: Element, kind: str) -> Any:
    """Return the value of a cell that is no text. A share is kept as 0.25, whatever per cent are shown."""
    if kind == "boolean":
        return cell.attrib[f"{_OFFICE}boolean-value"] == "true"
    if kind == "date":
        return cell.attrib[f"{_OFFICE}date-value"].replace("T", " ")
    if kind == "time":
        duration = cell.attrib[f"{_OFFICE}time-value"]
        parts = _TIME.fullmatch(duration)
        return ":".join(part.zfill(2) for part in parts.groups()) if parts else duration
    return float(cell.attrib[f"{_OFFICE}value"])


def _shown(part: Element) -> str:
    """Return the text of a paragraph: repeated spaces, tabs and line breaks are elements; notes are left out."""
    text = part.text or ""
    for child in part:
        match child.tag.removeprefix(_TEXT):
            case "s":
                text += " " * min(int(child.get(f"{_TEXT}c", "1")), MOST_LETTERS)
            case "tab":
                text += "\t"
            case "line-break":
                text += "\n"
            case "note":
                pass
            case _:  # a span, a link, a field such as the date
                text += _shown(child)
        text += child.tail or ""
    return text
