"""Read the two tables of a cohort back as they were written."""

from pathlib import Path

import pandas as pd

from retrowalk.files import read_csv
from retrowalk.ingest.numbers import is_number
from retrowalk.plan import Cohort
from retrowalk.vocabulary import MEASUREMENT_COLUMNS, PARTICIPANT_COLUMNS, WITHDRAWAL_COLUMNS


def read_participants(path: str | Path, cohort: Cohort) -> pd.DataFrame:
    """Read participants.csv; ids, arms, withdrawals and categories are text, other covariates numbers."""
    covariates = [covariate.name for covariate in cohort.covariates]
    table = read_csv(path, text=(*PARTICIPANT_COLUMNS, *covariates, *WITHDRAWAL_COLUMNS))
    return type_covariates(table, cohort)


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
