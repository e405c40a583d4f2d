"""What is wrong with a cohort's data, told without running anything (`retrowalk check`)."""

import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from retrowalk import files
from retrowalk.errors import DataError, PlanError, RetrowalkError
from retrowalk.ingest.cohort import check_cohort, ingest_cohort
from retrowalk.ingest.overlap import compare_cohorts
from retrowalk.ingest.problems import ERROR, Problem, listing, shown, tabulate
from retrowalk.plan import COHORTS, CONFIG, Cohort, load_cohort, read_instruments
from retrowalk.schemas import nearest, read_yaml
from retrowalk.vocabulary import PROBLEM_COLUMNS


@dataclass(frozen=True)
class Verdict:
    """The lines to print, and the number of errors."""

    lines: tuple[str, ...]
    errors: int


def examine(name: str) -> Verdict:
    """Check the data of one cohort, also against the other cohorts of the plan, and write its problems.csv.

    Raises
    ------
    PlanError
        There is no such cohort, or its cohort file has faults.
    """
    instruments = read_instruments()
    if not (COHORTS / f"{name}.yaml").is_file():
        known = [path.stem for path in COHORTS.glob("*.yaml")]
        raise PlanError(f'There is no cohort "{name}"{nearest(name, known)}: {COHORTS / name}.yaml is not there.')
    cohort = load_cohort(name, instruments)
    table = check_cohort(cohort)
    problems = listing(table)
    if not any(problem.severity == ERROR for problem in problems):
        problems += _shared_with_others(cohort, instruments)
    where = Path("results") / "cohorts" / name / "problems.csv"
    _write(tabulate(problems), where)
    return _verdict(problems, where, cohort)


def _shared_with_others(cohort: Cohort, instruments: dict) -> list[Problem]:
    others = [name for name in read_yaml(CONFIG).get("cohorts") or [] if name != cohort.name]
    cohorts, tables = {}, {}
    for name in others:
        try:
            cohorts[name] = load_cohort(name, instruments)
            tables[name] = ingest_cohort(cohorts[name])
        except (PlanError, DataError):
            continue  # told of when that cohort is checked
    cohorts[cohort.name], tables[cohort.name] = cohort, ingest_cohort(cohort)
    return [problem for problem in compare_cohorts(tables, cohorts) if problem.cohort == cohort.name]


def _write(table: pd.DataFrame, path: Path) -> None:
    """Write problems.csv, older than any data: the workflow then makes its own, with what it knows of the run."""
    try:
        files.write_csv(table[PROBLEM_COLUMNS], path)
        os.utime(path, (0, 0))
    except OSError as fault:
        raise RetrowalkError(
            f"{path}: cannot be written ({fault}). Look at the disk space and at who may write there."
        ) from None


def _verdict(problems: list[Problem], where: Path, cohort: Cohort) -> Verdict:
    errors = [problem for problem in problems if problem.severity == ERROR]
    warnings = [problem for problem in problems if problem.severity != ERROR]
    lines = []
    if errors:
        lines.append(shown(errors, "fault", str(where)))
    if warnings:
        room = 20 - min(20, len(errors))
        told = [f"Warning: {problem.sentence()}" for problem in warnings[:room]]
        rest = f", {len(warnings) - room} of them not shown" if len(warnings) > room else ""
        count = "1 warning" if len(warnings) == 1 else f"{len(warnings)} warnings"
        lines += [*told, f"{count}{rest}; they stop nothing and are shown in the report. All are in {where}"]
    if not problems:
        lines.append(f"{', '.join(cohort.files)}: no faults")
    return Verdict(tuple(lines), len(errors))
