"""From a cohort's file to its two tables, or to the list of its faults."""

import pandas as pd

from retrowalk.errors import DataError
from retrowalk.ingest.arrange import blank_missing, measurement_cells, participant_cells
from retrowalk.ingest.check import find_problems
from retrowalk.ingest.problems import ERROR, Problem, message, tabulate
from retrowalk.ingest.read import UnreadableError, read_table
from retrowalk.ingest.tables import type_covariates
from retrowalk.plan import Cohort
from retrowalk.vocabulary import MEASUREMENT_COLUMNS


def check_cohort(cohort: Cohort) -> pd.DataFrame:
    """Return every fault of a cohort's file, errors and warnings.

    Returns
    -------
    DataFrame
        The columns of problems.csv (`vocabulary.PROBLEM_COLUMNS`), one row a fault; no rows where all is well.
    """
    return tabulate(_read(cohort)[1])


def ingest_cohort(cohort: Cohort) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the participants and measurements of a cohort.

    Returns
    -------
    participants : DataFrame
        One row a participant: cohort, participant, arm (its name), a column a covariate (a number, or the label of its
        level), withdrawn_after (the name of a visit, or empty for those who attended the last), withdrawal_reason.
    measurements : DataFrame
        One row a value that was measured: cohort, participant, visit, outcome, value (the outcome's unit).

    Raises
    ------
    DataError
        The file has errors; the message has a line for each of the first 20.
    """
    cells, problems = _read(cohort)
    if any(problem.severity == ERROR for problem in problems):
        raise DataError(message(problems, f"results/cohorts/{cohort.name}/problems.csv"))
    return _participants(cells, cohort), _measurements(cells, cohort)


def _read(cohort: Cohort) -> tuple[pd.DataFrame, list[Problem]]:
    try:
        cells = blank_missing(read_table(cohort.file, cohort.sheet), cohort)
    except UnreadableError as fault:
        place = {"row": fault.row, "sheet": cohort.sheet}
        return pd.DataFrame(), [
            Problem(cohort.name, cohort.file, "unreadable", fault.problem, "", fault.remedy, **place)
        ]
    return cells, list(find_problems(cells, cohort))


def _participants(cells: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    people = list(dict.fromkeys(cells[cohort.participant_column]))
    said: dict[tuple[str, str], str] = {}
    for cell in participant_cells(cells, cohort).itertuples():
        said.setdefault((cell.column, cell.participant), cell.text)

    def column(name: str, words: dict[str, str] | None = None) -> pd.Series:
        texts = [said.get((name, person), "") for person in people]
        return pd.Series(texts if words is None else [words.get(text, "") for text in texts], dtype=str)

    # Whoever attended the last visit has not left, also where the file says everyone's last visit.
    visits = {text: visit.name for visit in cohort.visits[:-1] for text in (visit.name, visit.in_file)}
    table = {
        "cohort": cohort.name,
        "participant": pd.Series(people, dtype=str),
        "arm": column(cohort.arm_column, {arm.in_file: arm.name for arm in cohort.arms}),
        **{each.name: column(each.column, each.levels or None) for each in cohort.covariates},
        "withdrawn_after": column(cohort.withdrawn_after_column, visits),
        "withdrawal_reason": column(cohort.withdrawal_reason_column),
    }
    return type_covariates(pd.DataFrame(table), cohort)


def _measurements(cells: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    measured = measurement_cells(cells, cohort)
    measured = measured[measured["text"] != ""]
    table = measured.assign(cohort=cohort.name, value=measured["text"].astype(float))
    order = {
        "participant": {name: place for place, name in enumerate(cells[cohort.participant_column].drop_duplicates())},
        "visit": {visit.name: place for place, visit in enumerate(cohort.visits)},
        "outcome": {outcome.name: place for place, outcome in enumerate(cohort.outcomes)},
    }
    # In the order of the file and of the plan, so that the same data in another file format give the same bytes.
    places = pd.DataFrame({column: table[column].map(position) for column, position in order.items()})
    return table.loc[places.sort_values(["participant", "visit", "outcome"]).index, MEASUREMENT_COLUMNS]
