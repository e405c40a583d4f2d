"""The register of file types: one row each. Nothing else lists endings, or says what a type has.

A new type is a row here and a module in ingest/formats with one function, `read`, and where it has sheets `sheet_names`.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FileType:
    """One type of file that is read.

    Attributes
    ----------
    name
        As messages say it: "the file is an Excel workbook".
    endings
        Endings of its files, in small letters.
    reader
        The module of ingest/formats that reads it.
    program
        What opens and saves it, in messages.
    marks
        Bytes that all stand among the first of such a file, by which it is known under another ending.
    has_sheets
        Whether a file holds several tables, each under a name.
    has_header_rows
        Whether the column names stand in rows; else the format keeps them, and labels and codes, apart from the rows.
    has_encoding
        Whether it is text whose encoding must be known.
    has_typed_numbers
        Whether numbers are stored as such, so that a decimal comma stands in numbers that were typed as text alone.
    media_types
        The registered media type of each ending; () where there is none.
    """

    name: str
    endings: tuple[str, ...]
    reader: str
    program: str
    marks: tuple[bytes, ...] = ()
    has_sheets: bool = False
    has_header_rows: bool = True
    has_encoding: bool = False
    has_typed_numbers: bool = True
    media_types: tuple[str, ...] = ()


_ZIP = b"PK\x03\x04"
#: OLE2, in which old Excel workbooks and workbooks with a password are kept.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"

#: Of several types of one program the first is the one to save as.
FILE_TYPES = (
    FileType(
        "a text file",
        (".csv", ".tsv", ".txt"),
        "delimited",
        "a text editor",
        has_encoding=True,
        has_typed_numbers=False,
        media_types=("text/csv", "text/tab-separated-values", "text/plain"),
    ),
    FileType(
        "an Excel workbook",
        (".xlsx", ".xlsm"),
        "xlsx",
        "Excel",
        (_ZIP,),
        has_sheets=True,
        media_types=(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.ms-excel.sheet.macroEnabled.12",
        ),
    ),
    FileType(
        "an Excel workbook",
        (".xls",),
        "xls",
        "Excel",
        (_COMPOUND,),
        has_sheets=True,
        media_types=("application/vnd.ms-excel",),
    ),
    FileType(
        "an OpenDocument spreadsheet",
        (".ods",),
        "ods",
        "LibreOffice",
        (_ZIP, _OPEN_DOCUMENT),
        has_sheets=True,
        media_types=("application/vnd.oasis.opendocument.spreadsheet",),
    ),
    FileType("an SPSS file", (".sav", ".zsav"), "statistical", "SPSS", has_header_rows=False),
    FileType("a Stata file", (".dta",), "statistical", "Stata", has_header_rows=False),
    FileType("a SAS file", (".sas7bdat",), "statistical", "SAS", has_header_rows=False),
    FileType("a SAS transport file", (".xpt",), "statistical", "SAS", has_header_rows=False),
)

#: Every ending that is read, in the order of the register.
READABLE = tuple(ending for kind in FILE_TYPES for ending in kind.endings)

#: {ending: its registered media type}, of what is read.
MEDIA_TYPES = {
    ending: media for kind in FILE_TYPES for ending, media in zip(kind.endings, kind.media_types, strict=False)
}


def find_type(path: str | Path) -> FileType | None:
    """Return the type of a file by its ending, None where it is of none that is read."""
    ending = Path(path).suffix.lower()
    return next((kind for kind in FILE_TYPES if ending in kind.endings), None)


def type_of(path: str | Path) -> FileType:
    """Return the type of a file that is read."""
    kind = find_type(path)
    if kind is None:
        raise ValueError(f"{path} is of no type that is read")
    return kind


def type_by_content(start: bytes) -> FileType | None:
    """Return the type that the first bytes of a file mark, None where they mark none."""
    marked = [kind for kind in FILE_TYPES if kind.marks and all(mark in start for mark in kind.marks)]
    return max(marked, key=lambda kind: len(kind.marks), default=None)


def decimal_in_cells(file: str | Path, decimal: str) -> str:
    """Return the decimal sign of a file's cells as they are read: numbers that are stored as such have a point."""
    kind = find_type(file)
    return "." if kind is not None and kind.has_typed_numbers else decimal
