"""The tables of what is missing: how many values, why, and in which patterns of visits."""

import pandas as pd

from retrowalk.describe.missing import (
    COMPLETE,
    INTERMITTENT,
    MEASURED,
    MISSING,
    MONOTONE,
    NOT_PLANNED,
    PATTERN,
    REASON,
    kind_of,
)
from retrowalk.estimates import pick
from retrowalk.plan import Cohort, Outcome
from retrowalk.present import numbers
from retrowalk.present.table import Table, marked
from retrowalk.present.wording import listing, sentence_case

NONE_MISSING = "None: every participant has a value of every outcome at every visit at which it was planned."
WHY = (
    "The reason is the participant's own for withdrawing after an earlier visit; else what the other values show: another "
    "outcome was measured at the visit, or the participant came back later, or was not seen again."
)


def missing_tables(descriptives: pd.DataFrame, cohort: Cohort) -> list[Table]:
    """Return the table of missing values and that of their patterns; of a cohort that lacks none the first in one line."""
    return [
        missing_table(descriptives, cohort),
        *[pattern_table(descriptives, cohort)] * bool(lacking(descriptives, cohort)),
    ]


def lacking(descriptives: pd.DataFrame, cohort: Cohort) -> list[Outcome]:
    """Return the outcomes of which any planned value is missing."""
    absent = pick(descriptives, analysis="missing", term="missing").groupby("outcome")["estimate"].sum()
    return [outcome for outcome in cohort.outcomes if absent[outcome.name] > 0]


def missing_table(descriptives: pd.DataFrame, cohort: Cohort) -> Table:
    """Return, for each outcome, visit and arm, who has a value, how many have none, and why."""
    source = pick(descriptives, analysis="missing")
    title = marked("Missing values", cohort.mark)
    if not lacking(descriptives, cohort):
        return Table("missing_data", title, pd.DataFrame({"Missing values": [NONE_MISSING]}), (), source)
    rows = []
    for outcome in cohort.outcomes:
        for visit in cohort.visits:
            here = pick(source, outcome=outcome.name, visit=visit.name)
            if not here.loc[here["term"] == "missing", "estimate"].any():
                continue
            for arm in cohort.arms:
                row = pick(here, arm=arm.name).set_index("term")
                count, with_data = (numbers.number(row.loc[term, "estimate"], 0) for term in ("missing", "with_data"))
                share = numbers.number(row["estimate"].get("percent_missing"), 0)
                absent = f"{count} ({numbers.with_unit(share, '%')})"
                place = [outcome.label, visit.label, arm.label]
                rows.append([*place, str(row.loc["missing", "n"]), with_data, absent, _reasons(row)])
    start = "Randomised" if cohort.randomised else "Enrolled"
    heads = ["Outcome", "Visit", "Arm", start, "With data", "Missing, n (%)", "Reasons (n)"]
    notes = ("An outcome and visit without a row has no missing values.", WHY)
    return Table("missing_data", title, pd.DataFrame(rows, columns=heads), notes, source)


def _reasons(row: pd.DataFrame) -> str:
    """Return the reasons with their counts, the most frequent first."""
    counts = row.loc[row.index.str.startswith(REASON), "estimate"].sort_values(ascending=False, kind="stable")
    return "; ".join(f"{term.removeprefix(REASON)} ({numbers.number(count, 0)})" for term, count in counts.items())


def pattern_counts(descriptives: pd.DataFrame, cohort: Cohort, outcome: Outcome) -> pd.DataFrame:
    """Return the participants with each pattern of an outcome: the patterns are the index, the arms the columns.

    Complete comes first, then who left (late before early), then who missed a visit and came back.
    """
    rows = pick(descriptives, analysis="missing_pattern", outcome=outcome.name)
    rows = rows.assign(pattern=rows["term"].str.removeprefix(PATTERN))
    wide = rows.pivot(index="pattern", columns="arm", values="estimate")
    wide = wide.reindex(columns=[arm.name for arm in cohort.arms]).fillna(0).astype(int)
    kinds = (INTERMITTENT, MONOTONE, COMPLETE)
    order = [(kinds.index(kind_of(pattern)), pattern.count(MEASURED), pattern) for pattern in wide.index]
    return wide.loc[[pattern for _, _, pattern in sorted(order, reverse=True)]]


def pattern_table(descriptives: pd.DataFrame, cohort: Cohort) -> Table:
    """Return how many participants of each arm have each pattern of visits with and without a value."""
    rows = []
    for outcome in lacking(descriptives, cohort):
        for pattern, counts in pattern_counts(descriptives, cohort, outcome).iterrows():
            rows.append([outcome.label, pattern, kind_of(pattern), *map(str, counts)])
    visits = listing([sentence_case(visit.label) for visit in cohort.visits])
    unplanned = any(NOT_PLANNED in row[1] for row in rows)
    notes = [
        f'A pattern has a sign a visit ({visits}): "{MEASURED}" measured, "{MISSING}" missing'
        + f', "{NOT_PLANNED}" not planned' * unplanned
        + ".",
        "Monotone: nothing after the first missing value. Intermittent: measured again after a missing value.",
        "An outcome without a row has no missing values.",
    ]
    heads = ["Outcome", "Pattern", "Kind", *(f"{arm.label}, n" for arm in cohort.arms)]
    source = pick(descriptives, analysis="missing_pattern")
    title = marked("Patterns of missing values, number of participants", cohort.mark)
    return Table("missing_patterns", title, pd.DataFrame(rows, columns=heads), tuple(notes), source)
