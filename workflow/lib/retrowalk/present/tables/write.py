"""Write the tables of a cohort and of the synthesis."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from retrowalk.estimates import refuse_strangers
from retrowalk.files import write_csv, write_whole
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.tables.cohort import cohort_tables
from retrowalk.present.tables.files.write import write_table
from retrowalk.present.tables.study_sets import study_sets
from retrowalk.present.words.facts import in_words
from retrowalk.vocabulary import ABOUT_ONE, ESTIMATE_COLUMNS

#: The file of all estimates of a cohort, for people.
ALL_ESTIMATES = "all_estimates.csv"


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
    for table in (descriptives, results):
        refuse_strangers(table, *cohort.names)

    def write(partial: Path) -> None:
        partial.mkdir()
        for table in cohort_tables(descriptives, results, cohort, analysis, show_ids=show_ids):
            write_table(table, partial)
        write_csv(all_estimates(descriptives, results, cohort, show_ids=show_ids), partial / ALL_ESTIMATES)

    write_whole(folder, write)


def all_estimates(
    descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort, *, show_ids: bool = False
) -> pd.DataFrame:
    """Return every estimate of a cohort, unrounded, with method, reason and caveats in words.

    Rows about one participant are in it only where `show_ids` says so.
    """
    rows = pd.concat([descriptives, results], ignore_index=True)
    if not show_ids:
        rows = rows[~rows["term"].str.startswith(ABOUT_ONE)]
    return in_words(rows, [cohort])[ESTIMATE_COLUMNS]


def write_synthesis_tables(
    effects: pd.DataFrame, pooled: pd.DataFrame, alpha: float, folder: str | Path, cohorts: Iterable[Cohort] = ()
) -> None:
    """Write the tables of every set into a new folder, which appears whole or not at all (`study_sets`)."""

    def write(partial: Path) -> None:
        partial.mkdir()
        for study_set in study_sets(effects, pooled, cohorts):
            for table in study_set.tables(alpha):
                write_table(table, partial)

    write_whole(folder, write)
