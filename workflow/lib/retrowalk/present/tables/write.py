"""Write the tables of a cohort and of the synthesis."""

from pathlib import Path

import pandas as pd

from retrowalk.files import write_whole
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.tables.cohort import cohort_tables
from retrowalk.present.tables.files.write import write_table
from retrowalk.present.tables.study_sets import study_sets


def write_tables(
    descriptives: pd.DataFrame,
    results: pd.DataFrame,
    cohort: Cohort,
    analysis: Analysis,
    folder: str | Path,
    *,
    show_ids: bool = False,
) -> None:
    """Write every table of a cohort into a new folder, which appears whole or not at all.

    Participants are named only where `show_ids` says so.
    """

    def write(partial: Path) -> None:
        partial.mkdir()
        for table in cohort_tables(descriptives, results, cohort, analysis, show_ids=show_ids):
            write_table(table, partial)

    write_whole(folder, write)


def write_synthesis_tables(effects: pd.DataFrame, pooled: pd.DataFrame, alpha: float, folder: str | Path) -> None:
    """Write the tables of every set into a new folder, which appears whole or not at all."""

    def write(partial: Path) -> None:
        partial.mkdir()
        for study_set in study_sets(effects, pooled):
            for table in study_set.tables(alpha):
                write_table(table, partial)

    write_whole(folder, write)
