"""A fault of the data: what, where, what is allowed, what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd

from retrowalk.files import read_csv
from retrowalk.ingest.raw import Raw
from retrowalk.plan.intake import Source
from retrowalk.plan.paths import COHORTS
from retrowalk.plan.trial import Cohort
from retrowalk.schemas import on_one_line
from retrowalk.vocabulary import PROBLEM_COLUMNS

ERROR = "error"
WARNING = "warning"
#: The one rule whose row is the header's and not one of `Raw`.
MISSING_COLUMN = "column_missing"
#: As many faults as fit on a screen; the rest is in problems.csv.
MOST_SHOWN = 20


@dataclass(frozen=True)
class Problem:
    """One fault. `row` is the row that the user's own program shows (the header is row 1), or None for the whole file."""

    cohort: str
    file: str
    rule: str
    problem: str
    allowed: str
    remedy: str
    row: int | None = None
    column: str = ""
    value: str = ""
    sheet: str = ""
    severity: str = ERROR

    def sentence(self) -> str:
        """Return the fault as one line."""
        place = [self.file]
        place += [f'sheet "{self.sheet}"'] if self.sheet else []
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f'column "{self.column}"'] if self.column else []
        value = f'"{self.value}" ' if self.value else ""
        allowed = f" Allowed: {self.allowed}." if self.allowed else ""
        return on_one_line(f"{', '.join(place)}: {value}{self.problem}.{allowed} {self.remedy}")


def who(participant: str) -> str:
    """Return a participant as faults name them: the report, which shows no ids, can find and hide the name."""
    return 'participant "{}"'.format(participant.replace('"', "'"))


def fault(cohort: Cohort, rule: str, problem: str, remedy: str, allowed: str = "", **place: object) -> Problem:
    """Return a fault of a cohort's data, in the table of measurements unless `table` is given.

    `row` is here the index of a row of `Raw`; `located` makes it the user's.
    """
    table: Source = place.pop("table", cohort.intake.table)
    sheet = "" if len(table.sheets) > 1 else table.sheets[0]
    return Problem(cohort.name, table.file, rule, problem, allowed, remedy, sheet=sheet, **place)


def located(problem: Problem, raw: Raw) -> Problem:
    """Return a fault with the file, sheet and row that the user sees in the place of an index."""
    if problem.row is None or problem.rule == MISSING_COLUMN:
        return problem
    place = raw.places.loc[problem.row]
    return replace(problem, file=place["file"], sheet=place["sheet"], row=int(place["row"]))


def cohort_file(cohort: Cohort) -> str:
    """Return the path of the file that says what the columns mean."""
    return f"{COHORTS / cohort.name}.yaml"


def tabulate(problems: Iterable[Problem]) -> pd.DataFrame:
    """Return problems as a table with the columns of problems.csv, errors first, then by row."""
    table = pd.DataFrame([asdict(problem) for problem in problems], columns=PROBLEM_COLUMNS)
    table["row"] = table["row"].astype("Int64")
    return table.sort_values(["severity", "row", "column"], kind="stable", na_position="first", ignore_index=True)


def listing(table: pd.DataFrame) -> list[Problem]:
    """Return the problems of a table that `tabulate` made, or that was read from problems.csv."""
    rows = table.astype({"row": "Int64"}).astype(object)
    return [Problem(**row) for row in rows.where(rows.notna(), None).to_dict("records")]


def read_problems(path: str | Path) -> pd.DataFrame:
    """Read problems.csv as it was written."""
    return read_csv(path, tuple(column for column in PROBLEM_COLUMNS if column != "row"))


def message(problems: Iterable[Problem], where: str = "") -> str:
    """Return the errors among `problems` as one message: a line each, at most 20, then a count."""
    errors = [problem for problem in problems if problem.severity == ERROR]
    lines = [problem.sentence() for problem in errors[:MOST_SHOWN]]
    count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
    first = f" (the first {MOST_SHOWN} are shown above)" if len(errors) > MOST_SHOWN else ""
    place = f"; all are listed in {where}" if where else ""
    return "\n".join([*lines, f"{count}{first}{place}"])
