"""Bring a file's cells into the shape of the two tables, still as text, each cell with its row and column."""

import pandas as pd

from retrowalk.ingest.read import is_number
from retrowalk.plan import Cohort


def columns_used(cohort: Cohort) -> dict[str, str]:
    """Return {column of the file: the key of the cohort file that names it}."""
    used = {cohort.participant_column: '"participant"', cohort.arm_column: '"arm"'}
    used |= {cohort.visit_column: '"visit"'} if cohort.visit_column else {}
    for outcome in cohort.outcomes:
        names = [outcome.column] if outcome.column else outcome.columns.values()
        used |= dict.fromkeys(names, f'"outcomes", "{outcome.name}"')
    used |= {covariate.column: f'"covariates", "{covariate.name}"' for covariate in cohort.covariates}
    for name, key in ((cohort.withdrawn_after_column, "after"), (cohort.withdrawal_reason_column, "reason")):
        used |= {name: f'"withdrawal", "{key}"'} if name else {}
    return used


def blank_missing(raw: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return the cells with every text that stands for "not measured" made empty, without rows of nothing else.

    A code that is a number stands for that number however it is written (-99, -99.0), but not where it names a
    participant or a visit.
    """
    codes = {float(text) for text in cohort.missing if is_number(text)}
    absent = raw.isin(cohort.missing) | raw.map(lambda text: is_number(text) and float(text) in codes)
    for column in {cohort.participant_column, cohort.visit_column, cohort.withdrawn_after_column} & set(raw.columns):
        absent[column] = raw[column].isin([text for text in cohort.missing if not is_number(text)])
    cells = raw.mask(absent, "")
    return cells[(cells != "").any(axis=1)]


def measurement_cells(raw: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return one row a cell that may hold a measurement: row, column, participant, visit, outcome, text.

    In a file with one row a participant every visit has columns of its own; else `visit` comes from the visit column,
    and rows whose visit is unknown are left out (the check tells of them).
    """
    participant = raw[cohort.participant_column]
    parts = []
    if cohort.visit_column:
        visit = raw[cohort.visit_column].map({visit.in_file: visit.name for visit in cohort.visits})
        known = visit.notna()
        for outcome in cohort.outcomes:
            parts.append(_cells(raw[known], participant, visit[known], outcome.name, outcome.column))
    else:
        for outcome in cohort.outcomes:
            for visit_name, column in outcome.columns.items():
                visit = pd.Series(visit_name, index=raw.index)
                parts.append(_cells(raw, participant, visit, outcome.name, column))
    return pd.concat(parts, ignore_index=True)


def participant_cells(raw: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return one row a cell that says something of a participant: row, column, participant, text. Empty cells left out."""
    names = [cohort.arm_column, *(covariate.column for covariate in cohort.covariates)]
    names += [name for name in (cohort.withdrawn_after_column, cohort.withdrawal_reason_column) if name]
    parts = [
        pd.DataFrame(
            {
                "row": raw.index,
                "column": name,
                "participant": raw[cohort.participant_column].array,
                "text": raw[name].array,
            }
        )
        for name in dict.fromkeys(names)
    ]
    cells = pd.concat(parts, ignore_index=True)
    return cells[(cells["text"] != "") & (cells["participant"] != "")]


def _cells(raw: pd.DataFrame, participant: pd.Series, visit: pd.Series, outcome: str, column: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": raw.index,
            "column": column,
            "participant": participant[raw.index].array,
            "visit": visit.array,
            "outcome": outcome,
            "text": raw[column].array,
        }
    )
