"""The table of adverse events, one row an event."""

import pandas as pd

from retrowalk.ingest import contract
from retrowalk.ingest.arrange import blank_missing
from retrowalk.ingest.numbers import to_numbers, with_point
from retrowalk.ingest.raw import read_events_table
from retrowalk.plan.intake import Intake
from retrowalk.plan.trial import Cohort
from retrowalk.vocabulary import EVENT_COLUMNS


def ingest_events(participants: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return the adverse events of a cohort.

    Parameters
    ----------
    participants
        The participants that `ingest_cohort` gave, which it only does where the events have no errors either.
    cohort
        What the files mean.

    Returns
    -------
    DataFrame
        One row an event, in the order of the file: cohort, participant, week (since baseline, NaN where not known), kind,
        serious ("yes", "no", or "" where not known), description. No rows where the cohort file gives no events.
    """
    if cohort.intake.events is None:
        empty = {name: pd.Series(dtype=float if name == "week" else str) for name in EVENT_COLUMNS}
        return pd.DataFrame(empty)
    source = cohort.intake.events
    cells = event_cells(read_events_table(source)[0], cohort.intake)

    def column(name: str) -> pd.Series:
        return cells[name] if name else pd.Series("", index=cells.index, dtype=str)

    names = source.serious.names if source.serious else {}
    serious = [names.get(text, "") for text in column(source.serious.column if source.serious else "")]
    table = {
        "cohort": pd.Series(cohort.name, index=cells.index, dtype=str),
        "participant": column(source.participant_column),
        "week": to_numbers(with_point(column(source.week_column), source.table.decimal_in_cells)),
        "kind": column(source.kind_column),
        "serious": pd.Series(serious, index=cells.index, dtype=str),
        "description": column(source.description_column),
    }
    events = pd.DataFrame(table)[EVENT_COLUMNS].reset_index(drop=True)
    contract.hold_events(events, participants, cohort)
    return events


def event_cells(table: pd.DataFrame, intake: Intake) -> pd.DataFrame:
    """Return the cells of the table of adverse events with missing codes made empty."""
    return blank_missing(table, intake, {intake.events.participant_column})
