"""The tables of what is missing: how many values, why, and in which patterns of visits."""

from typing import Any

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
    planned_visits,
)
from retrowalk.estimates import pick, rows_of
from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.tables.table import Table, cohort_table
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.phrases import listing, sentence_case

NONE_MISSING = "None: every participant has a value for each outcome at each visit at which it was planned."
WHY = (
    "Reasons are those given for withdrawal after an earlier visit. Other reasons are inferred from the other values: another "
    "outcome was measured at the visit, the participant returned later, or the participant was not seen again."
)


def missing_tables(descriptives: pd.DataFrame, cohort: Cohort) -> list[Table]:
    """Return the table of missing values and that of their patterns; of a cohort that lacks none the first in one line."""
    tables = [missing_table(descriptives, cohort)]
    if lacking(descriptives, cohort):
        tables.append(pattern_table(descriptives, cohort))
    return tables


def lacking(descriptives: pd.DataFrame, cohort: Cohort) -> list[Outcome]:
    """Return the outcomes of which any planned value is missing."""
    absent = pick(descriptives, analysis="missing", term="missing").groupby("outcome")["estimate"].sum()
    return [outcome for outcome in cohort.outcomes if absent[outcome.name] > 0]


def missing_table(descriptives: pd.DataFrame, cohort: Cohort) -> Table:
    """Return, for each outcome, visit and arm, who has a value, how many have none, and why."""
    source = pick(descriptives, analysis="missing")
    name, title = "missing_data", "Missing values"
    if not lacking(descriptives, cohort):
        return cohort_table(name, title, [[NONE_MISSING]], [title], (), source, cohort)
    rows = []
    for outcome in cohort.outcomes:
        for visit in cohort.visits:
            here = pick(source, outcome=outcome.name, visit=visit.name)
            if not here.loc[here["term"] == "missing", "estimate"].any():
                continue
            for arm in cohort.arms:
                by_term = {row.term: row for row in rows_of(pick(here, arm=arm.name))}
                absent, share = by_term["missing"], by_term.get("percent_missing")
                percent = numbers.ABSENT if share is None else f"{cited.number(share, 'estimate', 0)}%"
                rows.append(
                    [
                        outcome.label,
                        visit.label,
                        arm.label,
                        cited.count(absent),
                        cited.count(by_term["with_data"], "estimate"),
                        f"{cited.count(absent, 'estimate')} ({percent})",
                        _reasons(list(by_term.values())),
                    ]
                )
    start = "Randomised" if cohort.randomised else "Enrolled"
    heads = ["Outcome", "Visit", "Arm", start, "With data", "Missing, n (%)", "Reasons (n)"]
    visits = {(row[0], row[1]) for row in rows}
    planned = {
        (outcome.label, visit.label)
        for outcome in cohort.outcomes
        for visit in cohort.visits
        if visit.name in planned_visits(cohort, outcome)
    }
    notes = [*_not_listed(descriptives, cohort, "Visits" if planned - visits else ""), WHY]
    return cohort_table(name, title, rows, heads, notes, source, cohort)


def _not_listed(descriptives: pd.DataFrame, cohort: Cohort, besides: str = "") -> list[str]:
    """Return the note on outcomes, and what else, that a table does not list; none where it lists all."""
    outcomes = "Outcomes" if len(lacking(descriptives, cohort)) < len(cohort.outcomes) else ""
    what = " and ".join(filter(None, [outcomes, besides])).capitalize()
    return [f"{what} that are not listed have no missing values."] if what else []


def _reasons(rows: list[Any]) -> str:
    """Return the reasons with their counts, the most frequent first."""
    why = sorted((row for row in rows if row.term.startswith(REASON)), key=lambda row: -row.estimate)
    return "; ".join(f"{row.term.removeprefix(REASON)} ({cited.count(row, 'estimate')})" for row in why)


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
    source = pick(descriptives, analysis="missing_pattern")
    found = {(row.outcome, row.term, row.arm): row for row in rows_of(source)}
    rows = []
    for outcome in lacking(descriptives, cohort):
        for pattern, counts in pattern_counts(descriptives, cohort, outcome).iterrows():
            rows.append([outcome.label, pattern, kind_of(pattern)])
            for arm, count in counts.items():
                row = found.get((outcome.name, f"{PATTERN}{pattern}", arm))
                rows[-1].append(str(count) if row is None else cited.count(row, "estimate"))
    visits = listing([sentence_case(visit.label) for visit in cohort.visits])
    signs = f'"{MEASURED}" measured, "{MISSING}" missing'
    if any(NOT_PLANNED in row[1] for row in rows):
        signs += f', "{NOT_PLANNED}" not planned'
    notes = [
        f"Each pattern has one symbol per visit ({visits}): {signs}.",
        "Monotone: no value after the first missing one. Intermittent: measured again after a missing value.",
        *_not_listed(descriptives, cohort),
    ]
    heads = ["Outcome", "Pattern", "Kind", *(f"{arm.label}, n" for arm in cohort.arms)]
    title = "Patterns of missing values, number of participants"
    return cohort_table("missing_patterns", title, rows, heads, notes, source, cohort)
