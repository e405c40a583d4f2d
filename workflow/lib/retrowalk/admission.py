"""Which cohorts take part in what is made from all of them: those whose data have no error (results/cohorts.csv).

Read with the standard library alone: the plan of a run, in which no data library is loaded, needs it.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

#: A row a cohort of the plan: its name, and how many errors its data have.
ADMISSION_COLUMNS = ["cohort", "errors"]
ADMISSION = Path("results/cohorts.csv")


def read_refused(path: str | Path = ADMISSION) -> dict[str, int]:
    """Return how many errors the data of each cohort have that was left out; {} where the file is missing or damaged."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = [(row["cohort"], int(row["errors"])) for row in csv.DictReader(file)]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {cohort: errors for cohort, errors in rows if errors}


def admitted(cohorts: Mapping[str, T], path: str | Path) -> dict[str, T]:
    """Return those of the cohorts that were not left out."""
    refused = read_refused(path)
    return {name: cohort for name, cohort in cohorts.items() if name not in refused}
