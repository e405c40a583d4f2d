"""Read the tables of a cohort back as they were written."""

from pathlib import Path

import pandas as pd

from retrowalk.files import read_csv
from retrowalk.ingest.numbers import is_number
from retrowalk.plan.trial import Cohort
from retrowalk.vocabulary import EVENT_COLUMNS, MEASUREMENT_COLUMNS, PARTICIPANT_COLUMNS, WITHDRAWAL_COLUMNS


def read_participants(path: str | Path, cohort: Cohort) -> pd.DataFrame:
    """Read participants.csv; ids, arms, withdrawals, per_protocol and categories are text, all else numbers."""
    covariates = [covariate.name for covariate in cohort.covariates]
    table = read_csv(path, text=(*PARTICIPANT_COLUMNS, *covariates, *WITHDRAWAL_COLUMNS, "per_protocol"))
    sessions = [name for name in cohort.adherence_columns if name != "per_protocol"]
    return type_covariates(table.astype(dict.fromkeys(sessions, float)), cohort)


def type_covariates(table: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return a table with its covariates typed: levels and words stay text, all else is a number; empty is missing."""
    typed = {}
    for covariate in cohort.covariates:
        texts = table[covariate.name].mask(table[covariate.name] == "")
        category = covariate.levels or not texts.dropna().map(is_number).all()
        typed[covariate.name] = texts if category else texts.astype(float)
    return table.assign(**typed)


def read_measurements(path: str | Path) -> pd.DataFrame:
    """Read measurements.csv; `value` is a number, the rest is text."""
    return read_csv(path, text=tuple(MEASUREMENT_COLUMNS[:-1]))


def read_events(path: str | Path) -> pd.DataFrame:
    """Read events.csv; `week` is a number, the rest is text. No rows where there were no events, or none were given."""
    table = read_csv(path, text=tuple(name for name in EVENT_COLUMNS if name != "week"))
    return table.astype({"week": float})
