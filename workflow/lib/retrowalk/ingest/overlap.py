"""Participants who are in two cohorts, and cohorts that are copies of each other."""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from retrowalk.errors import DataError
from retrowalk.ingest.arrange import folded
from retrowalk.ingest.problems import ERROR, WARNING, Problem, message, tabulate, who
from retrowalk.ingest.tables import read_measurements, read_participants
from retrowalk.plan.paths import CONFIG
from retrowalk.plan.trial import Cohort

#: Two people of one name with so many equal values are one.
FEWEST_VALUES = 3
#: Two people of different names are one from so many equal values on,
FEWEST_WITHOUT_NAME = 6
#: of which so many are distinct.
FEWEST_DISTINCT = 4
#: Share of a cohort's participants who are in another, from which it is a copy.
COPY = 0.5

Tables = tuple[pd.DataFrame, pd.DataFrame]


def find_overlaps(
    cohorts: Mapping[str, Cohort], participants: Iterable[str], measurements: Iterable[str]
) -> pd.DataFrame:
    """Return what the cohorts share, as problems.csv has it, from the paths of their tables in the cohorts' order.

    Raises
    ------
    DataError
        A cohort is a copy of another.
    """
    paths = zip(cohorts.values(), participants, measurements, strict=True)
    tables = {each.name: (read_participants(people, each), read_measurements(values)) for each, people, values in paths}
    problems = compare_cohorts(tables, cohorts)
    if any(problem.severity == ERROR for problem in problems):
        raise DataError(message(problems))
    return tabulate(problems)


def compare_cohorts(tables: Mapping[str, Tables], cohorts: Mapping[str, Cohort]) -> list[Problem]:
    """Return a fault for each pair of cohorts that share participants.

    Parameters
    ----------
    tables
        {cohort: its participants and measurements}.
    cohorts
        The cohorts of these names.

    Notes
    -----
    Two participants are the same where all their measured values are (three or more under one name; six or more, four
    of them different, under two names). A name alone says nothing: every trial has a participant 1. A cohort of which
    half are in another is a copy, an error unless both are synthetic: copies of practice data are never pooled with
    anything real.
    """
    marks = {name: _marks(*pair) for name, pair in tables.items()}
    names = list(tables)
    pairs = [(name, other) for place, name in enumerate(names) for other in names[:place]]
    return [
        fault for name, other in pairs for fault in _shared(cohorts[name], cohorts[other], marks[name], marks[other])
    ]


def _shared(cohort: Cohort, other: Cohort, marks: pd.DataFrame, others: pd.DataFrame) -> Iterator[Problem]:
    pairs = marks.merge(others, on="values", suffixes=("", "_other"))
    alike = pairs["name"] == pairs["name_other"]
    distinct = (pairs["count"] >= FEWEST_WITHOUT_NAME) & (pairs["distinct"] >= FEWEST_DISTINCT)
    pairs = pairs[alike | distinct].drop_duplicates("participant")
    smaller = min(len(marks), len(others))
    if len(pairs) >= max(2, COPY * smaller):
        both = cohort.synthetic and other.synthetic
        yield Problem(
            cohort.name,
            cohort.intake.table.file,
            "cohort_copy",
            f'{len(pairs)} of {len(marks)} participants have exactly the same values as participants of "{other.name}"',
            "",
            f"Remove one of the two cohorts from {CONFIG}; otherwise their participants would be counted twice.",
            severity=WARNING if both else ERROR,
        )
        return
    for pair in pairs.itertuples():
        yield Problem(
            cohort.name,
            cohort.intake.table.file,
            "participant_elsewhere",
            f'{who(pair.participant)} has the same values as {who(pair.participant_other)} of "{other.name}"',
            "",
            "Check whether the same person is in both cohorts, and keep one of the two.",
            column=cohort.intake.columns.participant,
            value=pair.participant,
            severity=WARNING,
        )


def _marks(participants: pd.DataFrame, measurements: pd.DataFrame) -> pd.DataFrame:
    """Return one row a participant with enough values: participant, name without capitals and spaces, values, counts."""
    groups = measurements.sort_values("value").groupby("participant")["value"]
    marks = groups.agg(values=tuple, count="size", distinct="nunique").reset_index()
    marks = marks[(marks["count"] >= FEWEST_VALUES) & (marks["distinct"] > 1)]
    return marks.assign(name=marks["participant"].map(folded))
