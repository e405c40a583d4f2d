"""From a cohort's file to its two tables, or to the list of its faults."""

import pandas as pd

from retrowalk.errors import DataError
from retrowalk.ingest.arrange import blank_missing, measurement_cells, participant_cells
from retrowalk.ingest.check import find_problems, is_category
from retrowalk.ingest.problems import ERROR, Problem, message, tabulate
from retrowalk.ingest.read import UnreadableError, read_table
from retrowalk.plan import Cohort
from retrowalk.vocabulary import MEASUREMENT_COLUMNS, PARTICIPANT_COLUMNS, WITHDRAWAL_COLUMNS


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
        level), withdrawn_after (the name of a visit, or empty), withdrawal_reason.
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
    said = participant_cells(cells, cohort).drop_duplicates(["participant", "column"])
    wide = said.pivot(index="participant", columns="column", values="text")
    people = cells[cohort.participant_column].drop_duplicates()
    wide = wide.reindex(index=people, columns=list(dict.fromkeys([*wide.columns, *_optional_columns(cohort)])))
    table = pd.DataFrame({"cohort": cohort.name, "participant": people.array, "arm": ""})
    table["arm"] = wide[cohort.arm_column].map({arm.in_file: arm.name for arm in cohort.arms}).array
    for covariate in cohort.covariates:
        texts = wide[covariate.column]
        if covariate.levels:
            table[covariate.name] = texts.map(covariate.levels).array
        else:
            table[covariate.name] = (texts if is_category(texts.dropna()) else texts.astype(float)).array
    visits = {text: visit.name for visit in cohort.visits for text in (visit.name, visit.in_file)}
    after = wide[cohort.withdrawn_after_column].map(visits) if cohort.withdrawn_after_column else None
    table["withdrawn_after"] = "" if after is None else after.fillna("").array
    reason = wide[cohort.withdrawal_reason_column] if cohort.withdrawal_reason_column else None
    table["withdrawal_reason"] = "" if reason is None else reason.fillna("").array
    names = [covariate.name for covariate in cohort.covariates]
    return table[[*PARTICIPANT_COLUMNS, *names, *WITHDRAWAL_COLUMNS]]


def _optional_columns(cohort: Cohort) -> list[str]:
    """Columns that may be empty for everyone and are then absent from the pivoted cells."""
    names = [covariate.column for covariate in cohort.covariates]
    return names + [name for name in (cohort.withdrawn_after_column, cohort.withdrawal_reason_column) if name]


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
