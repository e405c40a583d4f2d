"""Text files with a delimiter: comma, semicolon or tab; UTF-8, UTF-16 or any encoding that is named."""

import codecs
import csv
import io
import itertools
import re
from pathlib import Path

from retrowalk.file_types import type_by_content
from retrowalk.ingest.received import Grid, UnreadableError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(path: Path, named: str = "") -> str:
    """Return the encoding that a file is read in: the one its first bytes mark, else `named`, else UTF-8."""
    with path.open("rb") as file:
        start = file.read(4)
    return next((encoding for mark, encoding in _MARKS if start.startswith(mark)), named or "utf-8")


def read(path: Path, sheet: str = "", encoding: str = "", header_row: int = 1) -> Grid:
    """Return the cells of a text file, without spaces around them.

    Parameters
    ----------
    path
        The file.
    sheet
        "", for there are none.
    encoding
        Where it is neither UTF-8 nor UTF-16 with a mark.
    header_row
        The row (from 1) whose delimiters are counted to tell the delimiter.
    """
    start = path.read_bytes()[:4096]
    kind = type_by_content(start)
    if kind is not None:
        raise UnreadableError(
            f"the file is {kind.name} with another extension", f"Change its extension to {kind.endings[0]}."
        )
    read_as = encoding_of(path, encoding)
    zeros = sorted([start[::2].count(0), start[1::2].count(0)])
    if read_as == "utf-8" and zeros[1] > len(start) / 4 and zeros[0] < len(start) / 20:
        raise UnreadableError("the file is UTF-16 without a byte order mark", 'Save it as "CSV UTF-8".')
    try:
        text = path.read_bytes().decode(read_as)
    except UnicodeDecodeError as fault:
        row = len((path.read_bytes()[: fault.start] + b"?").splitlines())
        problem = f"a character cannot be read because the file is not {read_as.upper()}"
        remedy = 'Save it as "CSV UTF-8", or state its "encoding" in the cohort file, such as cp1252.'
        raise UnreadableError(problem, remedy, row=row) from None
    if "\0" in text:
        # Also because pandas takes a text of NUL for an empty one.
        row = text[: text.index("\0")].count("\n") + 1
        problem = "the file contains zero bytes (NUL), so it is damaged or is not a text file"
        raise UnreadableError(problem, 'Open it in the program it comes from and save it as "CSV UTF-8".', row=row)
    lines = io.StringIO(text, newline=None)
    named = re.fullmatch(r"sep=(.)\n?", lines.readline())
    lines.seek(0)
    delimiter = named[1] if named else _delimiter(lines, header_row)
    lines.seek(0)
    rows = []
    try:
        # Strict: a quote that is never closed would make one cell of the rest of the file.
        for row in csv.reader(lines, delimiter=delimiter, strict=True):
            rows.append(list(map(str.strip, row)))
    except csv.Error as fault:
        problem = f"the row cannot be read as CSV ({fault})"
        remedy = "Look for an unclosed quotation mark: a quoted cell has one before it, one after it and none inside."
        raise UnreadableError(problem, remedy, row=len(rows) + 1) from None
    return Grid(rows)


def _delimiter(lines: io.StringIO, header_row: int) -> str:
    """Return the delimiter that the header has most of; a column name in quotes may hold any of them."""
    header = next(itertools.islice(lines, header_row - 1, None), "")
    unquoted = re.sub(r'"[^"]*("|$)', "", header)
    return max(",;\t", key=unquoted.count)
