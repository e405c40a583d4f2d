"""Read the two tables of a cohort back as they were written."""

from pathlib import Path

import pandas as pd

from retrowalk.files import read_csv
from retrowalk.plan import Cohort
from retrowalk.vocabulary import MEASUREMENT_COLUMNS, PARTICIPANT_COLUMNS, WITHDRAWAL_COLUMNS


def read_participants(path: str | Path, cohort: Cohort) -> pd.DataFrame:
    """Read participants.csv; ids, arms, withdrawals and categories are text, other covariates numbers where all are."""
    categories = [covariate.name for covariate in cohort.covariates if covariate.levels]
    table = read_csv(path, text=(*PARTICIPANT_COLUMNS, *categories, *WITHDRAWAL_COLUMNS))
    table[categories] = table[categories].replace("", None)
    return table


def read_measurements(path: str | Path) -> pd.DataFrame:
    """Read measurements.csv; `value` is a number, the rest is text."""
    return read_csv(path, text=tuple(MEASUREMENT_COLUMNS[:-1]))
