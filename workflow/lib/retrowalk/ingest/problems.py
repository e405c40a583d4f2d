"""A fault of the data: what, where, what is allowed, what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import pandas as pd

from retrowalk.vocabulary import PROBLEM_COLUMNS

ERROR, WARNING = "error", "warning"
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
        return f"{', '.join(place)}: {value}{self.problem}.{allowed} {self.remedy}"


def tabulate(problems: Iterable[Problem]) -> pd.DataFrame:
    """Return problems as a table with the columns of problems.csv, errors first, then by row."""
    table = pd.DataFrame([asdict(problem) for problem in problems], columns=PROBLEM_COLUMNS)
    table["row"] = table["row"].astype("Int64")
    return table.sort_values(["severity", "row", "column"], kind="stable", na_position="first", ignore_index=True)


def message(problems: list[Problem], where: str) -> str:
    """Return the errors among `problems` as one message: a line each, at most 20, then a count."""
    errors = [problem for problem in problems if problem.severity == ERROR]
    lines = [problem.sentence() for problem in errors[:MOST_SHOWN]]
    count = "1 fault" if len(errors) == 1 else f"{len(errors)} faults"
    shown = f", the first {MOST_SHOWN} of them above" if len(errors) > MOST_SHOWN else ""
    return "\n".join([*lines, f"{count}{shown}; all are in {where}"])
