"""The file of a bundled cohort, as its investigators might have sent it."""

from pathlib import Path

import numpy as np
import pandas as pd

from retrowalk import files
from retrowalk.simulate.cohort_design import CohortDesign
from retrowalk.simulate.draws import DrawnCohort
from retrowalk.simulate.workbook import write_workbook

#: Where a heading has the label of a visit: "vas_{visit}" is a column per visit.
VISIT = "{visit}"
#: What REDCap writes in the status field of a form.
COMPLETE = 2
INCOMPLETE = 0


def raw_table(design: CohortDesign, cohort: DrawnCohort) -> pd.DataFrame:
    """Return the table as it is in the file.

    Returns
    -------
    DataFrame
        The columns of the design's `file`, in their order. A row per participant, or per participant and visit at which
        any value was taken. A workbook's cells are numbers, a text file's texts with the decimals of their resolution.
    """
    observed = {name: cohort.observed(name) for name in cohort.values}
    measured = ~np.isnan(np.stack(list(observed.values()))).all(axis=0)
    wide = any(VISIT in heading for heading in design.file.columns)
    rows, visits = (np.arange(len(measured)), 0 * np.arange(len(measured))) if wide else np.nonzero(measured)
    about_people = _about_people(design, cohort)
    columns = {}
    for heading, content in design.file.columns.items():
        if VISIT in heading:
            for visit, label in enumerate(design.file.visits):
                columns[heading.replace(VISIT, label)] = _cells(design, content, observed[content][:, visit])
        elif content in observed:
            columns[heading] = _cells(design, content, observed[content][rows, visits])
        elif content == "visit":
            columns[heading] = np.array(design.file.visits)[visits]
        elif content == "form_status":
            complete = ~np.isnan(np.stack(list(observed.values()))).any(axis=0)
            columns[heading] = np.where(complete, COMPLETE, INCOMPLETE)[rows, visits]
        else:
            columns[heading] = about_people[content][rows]
    table = pd.DataFrame(columns)
    table.loc[visits > 0, list(design.file.once)] = ""
    return table


def write_raw(design: CohortDesign, table: pd.DataFrame, path: Path) -> None:
    """Write the table as CSV or, where the design names a sheet, as a workbook with a second sheet of words."""
    if not design.file.sheet:
        files.write_csv(table, path)
        return
    rows = [list(table.columns), *table.to_numpy(dtype=object).tolist()]
    write_workbook({design.file.sheet: rows, "about": [[line] for line in design.file.about]}, path)


def _about_people(design: CohortDesign, cohort: DrawnCohort) -> dict[str, np.ndarray]:
    """Return what belongs to the participants, an entry each."""
    withdrew = cohort.last < len(design.trial.visits) - 1
    people = {
        "participant": cohort.enrolled.participant,
        "arm": cohort.enrolled.arm,
        "last_visit": np.where(withdrew, np.array(design.file.visits)[cohort.last], ""),
        "reason": cohort.reason,
    }
    for name, values in cohort.covariates.items():
        as_text = values.dtype.kind in "if" and not design.file.sheet
        people[name] = _as_text(values, design.covariates[name].resolution, "") if as_text else values
    return people


def _cells(design: CohortDesign, outcome: str, values: np.ndarray) -> np.ndarray | list[float | str]:
    if design.file.sheet:
        return [design.file.missing if np.isnan(value) else value for value in values]
    return _as_text(values, design.trial.outcome(outcome).resolution, design.file.missing)


def _as_text(values: np.ndarray, resolution: float, missing: str) -> np.ndarray:
    """Return numbers with the decimals of their resolution (1, 0.1, 0.01), NaN as the code for missing."""
    decimals = round(-np.log10(resolution))
    return np.array([missing if np.isnan(value) else f"{value:.{decimals}f}" for value in values], dtype=object)
