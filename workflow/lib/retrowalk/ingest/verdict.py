"""What is wrong with a cohort's data, told without running anything (`retrowalk check`)."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from retrowalk import files
from retrowalk.errors import DataError, PlanError, RetrowalkError
from retrowalk.ingest.cohort import check_cohort, ingest_cohort
from retrowalk.ingest.overlap import compare_cohorts
from retrowalk.ingest.problems import ERROR, MOST_SHOWN, Problem, listing, message, tabulate
from retrowalk.plan.paths import CONFIG
from retrowalk.plan.read import find_cohort, load_cohort, read_instruments
from retrowalk.plan.trial import Cohort
from retrowalk.schemas import read_yaml
from retrowalk.vocabulary import PROBLEM_COLUMNS


@dataclass(frozen=True)
class Verdict:
    """The lines to print, and the number of errors."""

    lines: tuple[str, ...]
    errors: int


def examine(name: str) -> Verdict:
    """Check the data of one cohort, also against the other cohorts of the plan, and write the list of its problems.

    Raises
    ------
    PlanError
        There is no such cohort, or its cohort file has faults.
    """
    cohort = find_cohort(name)
    table = check_cohort(cohort)
    problems = listing(table)
    if not any(problem.severity == ERROR for problem in problems):
        problems += _shared_with_others(cohort, table)
    # Not the problems.csv of the cohort's results: that is what the last run found.
    where = Path("results") / "checks" / f"{name}.csv"
    _write(tabulate(problems), where)
    return _verdict(problems, where, cohort)


def _shared_with_others(cohort: Cohort, found: pd.DataFrame) -> list[Problem]:
    """Return what a cohort, of which `found` has the faults, shares with the others of the plan."""
    instruments = read_instruments()
    cohorts, tables = {}, {}
    for name in (each for each in read_yaml(CONFIG).get("cohorts") or [] if each != cohort.name):
        try:
            cohorts[name] = load_cohort(name, instruments)
            tables[name] = ingest_cohort(cohorts[name])
        except (PlanError, DataError):
            continue  # told of when that cohort is checked
    if not tables:
        return []
    cohorts[cohort.name], tables[cohort.name] = cohort, ingest_cohort(cohort, found)
    return [problem for problem in compare_cohorts(tables, cohorts) if problem.cohort == cohort.name]


def _write(table: pd.DataFrame, path: Path) -> None:
    """Write the list of problems."""
    try:
        files.write_csv(table[PROBLEM_COLUMNS], path)
    except OSError as fault:
        raise RetrowalkError(
            f"{path}: the file cannot be written ({fault}). Check the free disk space and the write permissions."
        ) from None


def _verdict(problems: list[Problem], where: Path, cohort: Cohort) -> Verdict:
    errors = [problem for problem in problems if problem.severity == ERROR]
    warnings = [problem for problem in problems if problem.severity != ERROR]
    lines = []
    if errors:
        lines.append(message(errors, str(where)))
    if warnings:
        room = MOST_SHOWN - min(MOST_SHOWN, len(errors))
        told = [f"Warning: {problem.sentence()}" for problem in warnings[:room]]
        rest = f" ({len(warnings) - room} not shown here)" if len(warnings) > room else ""
        count = "1 warning" if len(warnings) == 1 else f"{len(warnings)} warnings"
        lines += [
            *told,
            f"{count}{rest}. Warnings do not stop the run; they are shown in the report. All are listed in {where}",
        ]
    if not problems:
        lines.append(f"{', '.join(cohort.intake.files)}: no problems found")
    return Verdict(tuple(lines), len(errors))
