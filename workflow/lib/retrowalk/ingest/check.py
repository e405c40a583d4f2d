"""All rules in one pass: every fault of a cohort's data at once."""

from collections.abc import Iterator

import pandas as pd

from retrowalk.ingest.arrange import measurement_cells
from retrowalk.ingest.combine import combine
from retrowalk.ingest.numbers import filled, to_numbers, with_point
from retrowalk.ingest.problems import Problem, located
from retrowalk.ingest.raw import Raw
from retrowalk.ingest.rules import adherence, clusters, doubts, events, people, rows, values
from retrowalk.plan.trial import Cohort


def find_problems(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield every fault of a cohort's cells, with the file, sheet and row that the user sees.

    Parameters
    ----------
    raw
        Cells as text, missing codes made empty (`blank_missing`).
    cohort
        What the columns mean.
    """
    for problem in _all_rules(raw, cohort):
        yield located(problem, raw)


def numbered(raw: Raw, cohort: Cohort) -> pd.DataFrame:
    """Return `measurement_cells` with `value`: the text as a number, NaN where it is none."""
    cells = measurement_cells(raw, cohort)
    cells["text"] = with_point(cells["text"], cohort.intake.table.decimal_in_cells)
    return cells.assign(value=to_numbers(cells["text"]))


def _all_rules(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    missing = list(rows.missing_columns(raw, cohort))
    if missing:
        # Nothing else can be said while a column is not there.
        yield from missing
        return
    yield from rows.skipped_rows(raw, cohort)
    yield from rows.hidden_characters(raw, cohort)
    yield from people.participants(raw, cohort)
    yield from rows.repeated_rows(raw, cohort)
    yield from rows.visits(raw, cohort)
    yield from rows.dates(raw, cohort)
    yield from rows.randomisation(raw, cohort)
    yield from people.arms(raw, cohort)
    if cohort.intake.columns.visit and raw.people is raw.cells:
        yield from people.contradictions(raw, cohort)
    yield from people.covariates(raw, cohort)
    yield from people.sides(raw, cohort)
    yield from adherence.sessions(raw, cohort)
    yield from adherence.per_protocol(raw, cohort)
    yield from events.events(raw, cohort)
    measured = numbered(raw, cohort)
    yield from people.withdrawals(raw, measured, cohort)
    yield from values.values(measured, cohort)
    yield from values.measured_twice(measured, raw, cohort)
    yield from values.baseline_columns(raw, cohort)
    joined = combine(measured[filled(measured["participant"])], raw, cohort)
    yield from values.limbs_missing(measured, joined, cohort)
    yield from doubts.outcomes(measured, cohort)
    yield from doubts.covariates(raw, cohort)
    yield from doubts.baselines(measured, cohort)
    yield from doubts.zeros_for_missing(joined, cohort)
    yield from clusters.clusters(raw, cohort)
