"""How the data files of a trial are read: tables, columns, sides, and the texts that stand for something."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Kinds of file that are read: `ingest.read` has a reader for each.
TEXT_FILES, EXCEL_FILES = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm", ".xls")


STATISTICAL_FILES = (".sav", ".zsav", ".dta", ".sas7bdat", ".xpt")


READABLE = (*TEXT_FILES, *EXCEL_FILES, *STATISTICAL_FILES)


#: The column that says which sheet a row came from, where several sheets are stacked.
SHEET_COLUMN = "(sheet)"


#: What a column of yes and no says for no, where the cohort file does not give the text.
NO_TEXTS = ("no", "No", "NO", "n", "N", "0", "false", "False", "FALSE")


def decimal_in_cells(file: str | Path, decimal: str) -> str:
    """Return the decimal sign of a file's cells as they are read: Excel's have a point whatever Excel shows."""
    return "." if Path(file).suffix.lower() in EXCEL_FILES else decimal


@dataclass(frozen=True)
class Source:
    """One table as received: its file, and how it is read. `sheets` are stacked where there are several."""

    file: str
    sheets: tuple[str, ...] = ("",)
    header: tuple[int, ...] = ()
    skip_rows: tuple[int, ...] = ()
    encoding: str = ""
    decimal: str = "."
    sha256: str = ""


@dataclass(frozen=True)
class Side:
    """A column that says left or right, and the texts it says them with."""

    column: str
    left: str
    right: str

    @property
    def names(self) -> dict[str, str]:
        """{text in the file: left or right}."""
        return {self.left: "left", self.right: "right"}


@dataclass(frozen=True)
class YesNo:
    """A column that says yes or no, and the texts it says them with. An empty cell says neither."""

    column: str
    yes: str
    no: str = ""

    @property
    def names(self) -> dict[str, str]:
        """{text in the file: yes or no}."""
        return dict.fromkeys([self.no] if self.no else NO_TEXTS, "no") | {self.yes: "yes"}


@dataclass(frozen=True)
class Events:
    """The table of adverse events, one row an event; `falls` are the texts of `kind` that are falls."""

    table: Source
    participant_column: str
    kind_column: str
    week_column: str = ""
    serious: YesNo | None = None
    description_column: str = ""
    falls: tuple[str, ...] = ()

    @property
    def decimal_in_cells(self) -> str:
        """The decimal sign of the cells as they are read."""
        return decimal_in_cells(self.table.file, self.table.decimal)


@dataclass(frozen=True)
class Sessions:
    """The column of the sessions attended, and those planned: a column, or one number for everybody."""

    attended_column: str
    planned_column: str = ""
    planned: float | None = None


@dataclass(frozen=True)
class Place:
    """Where values of an outcome stand: a column, or a text of the outcome column.

    `visit` is empty where the row says the visit, `side` where the column does not say the limb.
    """

    text: str
    visit: str = ""
    side: str = ""


def places(named: Any, visit: str = "", side: str = "") -> Iterator[Place]:
    """Yield the places of a column, a list of them (trials), or a mapping by limb."""
    if isinstance(named, dict):
        for limb, columns in named.items():
            yield from places(columns, visit, limb)
    elif isinstance(named, list | tuple):
        for column in named:
            yield from places(column, visit, side)
    elif named:
        yield Place(named, visit, side)


SOURCE_LISTS = ("sheets", "header", "skip_rows")


def source_from_params(fields: dict[str, Any] | None) -> Source | None:
    """Return the table that came as plain values."""
    return fields and Source(**fields | {key: tuple(fields[key]) for key in SOURCE_LISTS})


def events_from_params(fields: dict[str, Any] | None) -> Events | None:
    """Return the table of adverse events that came as plain values."""
    if fields is None:
        return None
    built = {"table": source_from_params(fields["table"]), "falls": tuple(fields["falls"])}
    return Events(**fields | built | {"serious": fields["serious"] and YesNo(**fields["serious"])})
