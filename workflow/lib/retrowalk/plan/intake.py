"""How the data files of a trial are read: tables, columns, sides, and the texts that stand for something."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from retrowalk.file_types import decimal_in_cells

#: The column that says which sheet a row came from, where several sheets are stacked.
SHEET_COLUMN = "(sheet)"


#: What a column of yes and no says for no, where the cohort file does not give the text.
NO_TEXTS = ("no", "No", "NO", "n", "N", "0", "false", "False", "FALSE")


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

    @property
    def decimal_in_cells(self) -> str:
        """The decimal sign of the cells as they are read."""
        return decimal_in_cells(self.file, self.decimal)


@dataclass(frozen=True)
class Columns:
    """The columns that say what a row is about, "" for those that the file does not have.

    `visit`, `outcome` and `value` are there where a row is one visit or one value of a participant; `repeat` counts the
    trials of one test.
    """

    participant: str
    arm: str
    visit: str = ""
    outcome: str = ""
    value: str = ""
    repeat: str = ""


@dataclass(frozen=True)
class Withdrawal:
    """The columns of a participant's last visit and of the reason for leaving, "" where there is none."""

    after: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Dates:
    """The columns of dates.

    Attributes
    ----------
    columns
        {visit: column of its date}; the visit is "" where the row says it.
    order
        What stands first in 03/04/2024: day_first, month_first, or "" where nothing says it.
    randomised_on
        The column of the date of randomisation, "" where there is none.
    """

    columns: dict[str, str] = field(default_factory=dict)
    order: str = ""
    randomised_on: str = ""


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


@dataclass(frozen=True)
class OutcomeIntake:
    """Where the values of an outcome stand, and how several of them become one.

    Attributes
    ----------
    columns
        {visit: column}, in a file whose visits have columns of their own. A column is here and below also a list of
        columns (trials of one test) or {left or right: column}.
    column
        The column, in a file whose rows say the visit.
    in_file
        What the outcome column says for this outcome, in a file with one row a value.
    limbs, trials
        How the measures of both limbs, and trials of one test, become one value; "" where there is one.
    missing_with
        The outcome without which a value is none; "" where there is none.
    """

    columns: dict[str, Any] = field(default_factory=dict)
    column: Any = ""
    in_file: Any = ""
    limbs: str = ""
    trials: str = ""
    missing_with: str = ""

    @property
    def places(self) -> tuple[Place, ...]:
        """Every column (or text of the outcome column) that holds values of this outcome."""
        wide = [place for visit, named in self.columns.items() for place in places(named, visit=visit)]
        return (*wide, *places(self.column), *places(self.in_file))


@dataclass(frozen=True)
class CovariateIntake:
    """The column of a covariate; `levels` are {code in the file: label}, none of a number or of words."""

    column: str
    levels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Intake:
    """How the files of a trial are read: what no room after ingest needs to know.

    Attributes
    ----------
    table
        The table of measurements, and of all else where there is no table of participants beside it.
    columns
        The columns that say what a row is about.
    arms
        {arm: what the file says for it}.
    visits
        {visit: everything that the file says for it}.
    outcomes, covariates
        {name: where it stands}.
    participants_table
        The table that says who took part, None where `table` does.
    missing
        Texts that stand for "not measured".
    only
        {column: texts}: the rows that are used.
    baseline_when
        {column: texts}: the rows that are the baseline whatever the visit column says.
    side, index_side
        Which limb a row measures; which side of a participant is the affected one.
    sessions, per_protocol, events
        Adherence and adverse events, None where the files say nothing of them.
    """

    table: Source
    columns: Columns
    arms: dict[str, str]
    visits: dict[str, tuple[str, ...]]
    outcomes: dict[str, OutcomeIntake]
    covariates: dict[str, CovariateIntake] = field(default_factory=dict)
    participants_table: Source | None = None
    missing: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = field(default_factory=dict)
    baseline_when: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dates: Dates = Dates()
    withdrawal: Withdrawal = Withdrawal()
    side: Side | None = None
    index_side: Side | None = None
    sessions: Sessions | None = None
    per_protocol: YesNo | None = None
    events: Events | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every table that the cohort is made from."""
        events = self.events.table if self.events else None
        return tuple(source for source in (self.table, self.participants_table, events) if source)

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that the cohort is made from."""
        return tuple(dict.fromkeys(source.file for source in self.sources))

    @property
    def people_table(self) -> Source:
        """The table that says who took part."""
        return self.participants_table or self.table
