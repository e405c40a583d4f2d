"""From a cohort's files to its two tables, or to the list of its faults."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from retrowalk import files
from retrowalk.errors import DataError
from retrowalk.ingest import contract
from retrowalk.ingest.adherence import adherence
from retrowalk.ingest.arrange import blank_missing, last_texts, participant_column
from retrowalk.ingest.check import find_problems, numbered
from retrowalk.ingest.combine import combine
from retrowalk.ingest.events import event_cells
from retrowalk.ingest.numbers import with_point
from retrowalk.ingest.problems import ERROR, WARNING, Problem, cohort_file, listing, message, tabulate
from retrowalk.ingest.raw import FileError, Raw, read_raw
from retrowalk.ingest.tables import type_covariates
from retrowalk.plan.trial import Cohort
from retrowalk.vocabulary import MEASUREMENT_COLUMNS


def check_cohort(cohort: Cohort) -> pd.DataFrame:
    """Return every fault of a cohort's files, errors and warnings.

    Returns
    -------
    DataFrame
        The columns of problems.csv (`vocabulary.PROBLEM_COLUMNS`), one row a fault; no rows where all is well.
    """
    return tabulate(_read(cohort)[1])


def ingest_cohort(cohort: Cohort, problems: pd.DataFrame | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the participants and measurements of a cohort.

    Parameters
    ----------
    cohort
        What the files mean.
    problems
        What `check_cohort` found in the same files, as problems.csv has it; it is looked for here where left out.

    Returns
    -------
    participants : DataFrame
        One row a participant: cohort, participant, arm (its name), a column a covariate (a number, or the label of its
        level), withdrawn_after (the name of a visit, or empty for those who attended the last), withdrawal_reason; where
        the cohort file gives them, per_protocol (yes, no or empty) and sessions_attended, sessions_planned (numbers).
    measurements : DataFrame
        One row a value that was measured: cohort, participant, visit, outcome, value (the outcome's unit).

    Raises
    ------
    DataError
        The files have errors; the message has a line for each of the first 20.
    """
    problems = check_cohort(cohort) if problems is None else problems
    if (problems["severity"] == ERROR).any():
        raise DataError(message(listing(problems), f"results/cohorts/{cohort.name}/problems.csv"))
    raw = read_cohort(cohort)
    participants, measurements = _participants(raw, cohort), _measurements(raw, cohort)
    contract.hold(participants, measurements, cohort)
    return participants, measurements


def read_cohort(cohort: Cohort) -> Raw:
    """Return the cells of a cohort, missing codes made empty.

    Raises
    ------
    FileError
        A file cannot be read.
    """
    intake = cohort.intake
    raw = read_raw(intake)
    cells = blank_missing(raw.cells, intake)
    people = cells if raw.people is raw.cells else blank_missing(raw.people, intake)
    events = event_cells(raw.events, intake) if intake.events else None
    return replace(raw, cells=cells, people=people, events=events)


def _read(cohort: Cohort) -> tuple[Raw | None, list[Problem]]:
    changed = list(_changed_files(cohort))
    try:
        raw = read_cohort(cohort)
    except FileError as error:
        fault = error.fault
        place = {"row": fault.row, "sheet": error.sheet}
        return None, [Problem(cohort.name, error.file, "unreadable", fault.problem, "", fault.remedy, **place)]
    return raw, [*find_problems(raw, cohort), *changed]


def _changed_files(cohort: Cohort) -> Iterable[Problem]:
    """Warn of a file that is not the one that was received."""
    for source in cohort.intake.sources:
        try:
            changed = source.sha256 and files.sha256(source.file) != source.sha256
        except OSError:
            continue  # told of when the file is read
        if changed:
            rows = "check that skip_rows still lists the right rows, " if source.skip_rows else ""
            yield Problem(
                cohort.name,
                source.file,
                "file_changed",
                "the file has changed since it was received: its checksum differs",
                "",
                f"If it was corrected on purpose, write {files.sha256(source.file)} after sha256: in {cohort_file(cohort)}, "
                f"{rows}and record what was changed and why.",
                severity=WARNING,
            )


def _participants(raw: Raw, cohort: Cohort) -> pd.DataFrame:
    intake = cohort.intake
    people = participant_column(raw, intake.columns.arm).people

    def column(name: str, words: dict[str, str] | None = None) -> pd.Series:
        texts = participant_column(raw, name).texts if name else [""] * len(people)
        return pd.Series(texts if words is None else [words.get(text, "") for text in texts], dtype=str)

    # Whoever attended the last visit has not left, also where the file says everyone's last visit.
    visits = {text: visit.name for visit in cohort.visits[:-1] for text in last_texts(visit, intake)}
    table = {
        "cohort": cohort.name,
        "participant": pd.Series(people, dtype=str),
        "arm": column(intake.columns.arm, {text: arm for arm, text in intake.arms.items()}),
        **{name: column(covariate.column, covariate.levels or None) for name, covariate in intake.covariates.items()},
        "withdrawn_after": column(intake.withdrawal.after, visits),
        "withdrawal_reason": column(intake.withdrawal.reason),
    }
    pointed = {
        each.name: with_point(table[each.name], intake.table.decimal_in_cells)
        for each in cohort.covariates
        if not each.levels
    }
    return type_covariates(pd.DataFrame(table | pointed | adherence(raw, cohort)), cohort)


def _measurements(raw: Raw, cohort: Cohort) -> pd.DataFrame:
    joined = combine(numbered(raw, cohort), raw, cohort)
    order = {
        "participant": raw.who[1],
        "visit": pd.Index([visit.name for visit in cohort.visits]),
        "outcome": pd.Index([outcome.name for outcome in cohort.outcomes]),
    }
    # In the order of the file and of the plan, so that the same data in another file format give the same bytes.
    places = [index.get_indexer(joined[column]) for column, index in order.items()]
    table = joined.iloc[np.lexsort(places[::-1])].assign(cohort=cohort.name)
    return table[MEASUREMENT_COLUMNS].reset_index(drop=True)
