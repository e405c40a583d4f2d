"""Every table of the files a researcher has, read without being told how."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from retrowalk.file_types import decimal_in_cells, type_of
from retrowalk.ingest.formats.delimited import encoding_of
from retrowalk.ingest.numbers import is_number
from retrowalk.ingest.read import read_grid, read_received, sheets_of, with_points
from retrowalk.ingest.received import Received, UnreadableError

#: A header stands within so many rows of the top.
HIGHEST = 30
#: Rows looked at to tell what a column holds.
SAMPLE = 200


@dataclass(frozen=True)
class Table:
    """One table and how it was read. `sheets` are several where they were put under each other."""

    file: Path
    sheets: tuple[str, ...]
    header: tuple[int, ...]
    encoding: str
    decimal: str
    received: Received

    @property
    def columns(self) -> list[str]:
        """The column names."""
        return list(self.received.cells.columns)

    @property
    def decimal_in_cells(self) -> str:
        """The decimal sign of the cells as they are here."""
        return decimal_in_cells(self.file, self.decimal)


def read_tables(path: Path) -> list[Table]:
    """Return every sheet of a file that holds a table, the first one the file's first.

    Raises
    ------
    UnreadableError
        The file cannot be read, or none of its sheets is a table; the fault is that of the first sheet.
    """
    tables, faults = [], []
    for sheet in sheets_of(path):
        try:
            tables.append(_read_table(path, sheet))
        except UnreadableError as fault:
            faults.append(fault)
    if not tables:
        raise faults[0]
    return tables


def _read_table(path: Path, sheet: str) -> Table:
    kind = type_of(path)
    if not kind.has_header_rows:
        return Table(path, (sheet,), (), "", ".", read_received(path))
    encoding = _encoding(path) if kind.has_encoding else ""
    header = guess_header(read_grid(path, sheet, encoding).rows)
    received = read_received(path, sheet, header, encoding)
    if len(received.cells) == 0 or len(received.cells.columns) < 2:
        raise UnreadableError("there is no table", "Choose the sheet that contains one row per participant.")
    decimal = _typed_commas(received) if kind.has_typed_numbers else _decimal(received)
    received = with_points(received) if kind.has_typed_numbers and decimal == "," else received
    return Table(path, (sheet,), header, encoding, decimal, received)


def _encoding(path: Path) -> str:
    """Return "" for UTF-8 and UTF-16, else the encoding of Windows in the West, in which every byte is a letter."""
    marked = encoding_of(path)
    try:
        path.read_bytes().decode(marked)
    except UnicodeDecodeError:
        return "cp1252"
    except OSError:
        pass  # told of when the file is read
    return ""


def _decimal(received: Received) -> str:
    """Return the decimal sign: a comma where more numbers have one than have a point."""
    return "," if _count(received, r"[+-]?\d+,\d+") > _count(received, r"[+-]?\d+\.\d+") else "."


def _typed_commas(received: Received) -> str:
    """Return a comma where more than one number in twenty of a sheet was typed as text with a comma."""
    commas, numbers = _count(received, r"[+-]?\d+,\d+"), _count(received, r"[+-]?\d+(\.\d+)?")
    return "," if commas > 0.05 * (commas + numbers) else "."


def _count(received: Received, pattern: str) -> int:
    """Return how many of the first cells are of a pattern."""
    cells = received.cells.head(SAMPLE)
    return sum(int(cells[name].str.fullmatch(pattern).sum()) for name in cells)


def guess_header(rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Return the rows (from 1) that hold the column names: one, or two where a heading stands over several columns.

    The names stand in the first row that has a text in at least half of the table's columns. A title over the whole
    width (a merged cell is the same text in every column) is none. Where names repeat, the row above makes them differ;
    where names are blank or repeat and the row below has no number, that row belongs to them.
    """
    filled = [[cell for cell in row if cell] for row in rows[: HIGHEST + SAMPLE]]
    width = max((len(row) for row in filled), default=0)
    first = next(
        (
            place
            for place, cells in enumerate(filled[:HIGHEST])
            if len(cells) >= max(2, width / 2) and len(set(cells)) > max(1, len(cells) / 6)
        ),
        0,
    )
    if first >= len(rows):
        return (1,)
    names = list(rows[first])
    repeats = len(set(filled[first])) < len(filled[first])
    blank = len(filled[first]) < width
    below = rows[first + 1] if first + 1 < len(rows) else []
    words_below = [cell for cell in below if cell]
    is_header = bool(words_below) and not any(is_number(cell.replace(",", ".")) for cell in words_below)
    if (repeats or blank) and is_header and len(words_below) >= width / 2 and len(rows) > first + 2:
        return first + 1, first + 2
    above = rows[first - 1] if first else []
    if repeats and len({cell for cell in above if cell}) > 1 and len(names) >= len(above):
        return first, first + 1
    return (first + 1,)
