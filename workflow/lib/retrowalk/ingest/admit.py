"""Which cohorts can be analysed together: those without errors in their data."""

from collections.abc import Mapping

import pandas as pd

from retrowalk.admission import ADMISSION_COLUMNS
from retrowalk.errors import DataError
from retrowalk.ingest.problems import ERROR


def admit_cohorts(problems: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return how many errors each cohort's data have (results/cohorts.csv).

    Parameters
    ----------
    problems
        {name of a cohort: what `check_cohort` found}.

    Returns
    -------
    DataFrame
        cohort, errors; cohorts in the order given.

    Raises
    ------
    DataError
        No cohort is without errors.
    """
    errors = {name: int((table["severity"] == ERROR).sum()) for name, table in problems.items()}
    if all(errors.values()):
        raise DataError(
            "The data of every cohort have errors, so there is nothing to report. Correct the errors in the FAIL lines."
        )
    return pd.DataFrame(errors.items(), columns=ADMISSION_COLUMNS)
