"""Rules on sessions attended and on who was treated per protocol."""

from collections.abc import Iterator

import pandas as pd

from retrowalk.ingest.arrange import participant_column
from retrowalk.ingest.numbers import to_numbers, why_not_a_number, with_point
from retrowalk.ingest.problems import WARNING, Problem, cohort_file, fault, who
from retrowalk.ingest.raw import Raw
from retrowalk.plan.trial import Cohort
from retrowalk.schemas import listed, nearest


def sessions(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield numbers of sessions that are none or negative, and warn of more sessions attended than planned."""
    columns, counts = cohort.intake.sessions, {}
    if columns is None:
        return
    for column in filter(None, (columns.attended_column, columns.planned_column)):
        given = participant_column(raw, column).rows
        given["text"] = with_point(given["text"], cohort.intake.table.decimal_in_cells)
        given["value"] = to_numbers(given["text"])
        yield from _not_counts(given, column, cohort)
        counts[column] = given[given["value"].notna()].drop_duplicates("participant")
    attended = counts[columns.attended_column]
    if columns.planned_column:
        planned = attended["participant"].map(counts[columns.planned_column].set_index("participant")["value"])
    else:
        planned = pd.Series(columns.planned, index=attended.index)
    for cell, most in zip(attended.itertuples(), planned, strict=True):
        if cell.value > most:
            yield fault(
                cohort,
                "sessions_above_planned",
                f"{who(cell.participant)} attended more sessions than the {most:g} planned",
                f'Correct the cell or "planned" in {cohort_file(cohort)}; both values are used unchanged.',
                row=cell.row,
                column=columns.attended_column,
                value=cell.text,
                severity=WARNING,
            )


def _not_counts(given: pd.DataFrame, column: str, cohort: Cohort) -> Iterator[Problem]:
    for cell in given[~(given["value"] >= 0)].itertuples():
        looks, remedy = why_not_a_number(cell.text)
        negative = cell.value < 0
        yield fault(
            cohort,
            "sessions_wrong",
            "is negative" if negative else f"is not a number{f': {looks}' if looks else ''}",
            remedy or "Write the number of sessions, or leave the cell empty if it is unknown.",
            allowed="0 or more sessions",
            row=cell.row,
            column=column,
            value=cell.text.strip(),
        )


def per_protocol(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield texts that say neither that a participant was treated per protocol nor that not."""
    if cohort.intake.per_protocol is None:
        return
    column, names = cohort.intake.per_protocol.column, cohort.intake.per_protocol.names
    given = participant_column(raw, column).rows
    for cell in given[~given["text"].isin(names)].itertuples():
        yield fault(
            cohort,
            "per_protocol_unknown",
            f"is neither yes nor no{nearest(cell.text, names)}",
            f'Correct the cell, or "yes" and "no" of "per_protocol" in {cohort_file(cohort)}.',
            allowed=listed(names),
            row=cell.row,
            column=column,
            value=cell.text,
        )
