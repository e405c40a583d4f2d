"""Bring a cohort's cells into the shape of the two tables, still as text, each cell with its row and column."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retrowalk.ingest.numbers import filled, is_number, to_numbers
from retrowalk.ingest.raw import Raw
from retrowalk.plan.intake import Events, Place
from retrowalk.plan.trial import Cohort

#: The columns of `measurement_cells`.
CELL_COLUMNS = ["row", "column", "participant", "visit", "outcome", "side", "text"]


def columns_used(cohort: Cohort) -> dict[str, str]:
    """Return {column of the table of measurements: the key of the cohort file that names it}."""
    used = {cohort.participant_column: '"participant"'}
    for name, key in (
        (cohort.visit_column, '"visit"'),
        (cohort.outcome_column, '"outcome"'),
        (cohort.value_column, '"value"'),
        (cohort.repeat_column, '"repeat"'),
        (cohort.date_column, '"date"'),
        (cohort.side.column if cohort.side else "", '"side"'),
    ):
        used |= {name: key} if name else {}
    for outcome in cohort.outcomes:
        columns = [place.text for place in outcome.places if not _in_outcome_column(place, cohort)]
        used |= dict.fromkeys(columns, f'"outcomes", "{outcome.name}"')
    used |= dict.fromkeys(cohort.date_columns.values(), '"date"')
    used |= dict.fromkeys(cohort.only, '"only"') | dict.fromkeys(cohort.baseline_when, '"baseline_when"')
    return used


def people_columns_used(cohort: Cohort) -> dict[str, str]:
    """Return {column of the table that says who took part: the key of the cohort file that names it}."""
    used = {cohort.participant_column: '"participant"', cohort.arm_column: '"arm"'}
    used |= {covariate.column: f'"covariates", "{covariate.name}"' for covariate in cohort.covariates}
    for name, key in (
        (cohort.withdrawn_after_column, '"withdrawal", "after"'),
        (cohort.withdrawal_reason_column, '"withdrawal", "reason"'),
        (cohort.index_side.column if cohort.index_side else "", '"index_side"'),
        (cohort.sessions.attended_column if cohort.sessions else "", '"sessions", "attended"'),
        (cohort.sessions.planned_column if cohort.sessions else "", '"sessions", "planned"'),
        (cohort.per_protocol.column if cohort.per_protocol else "", '"per_protocol"'),
        (cohort.randomised_on_column, '"randomised_on"'),
    ):
        used |= {name: key} if name else {}
    return used


def event_columns_used(events: Events) -> dict[str, str]:
    """Return {column of the table of adverse events: the key of the cohort file that names it}."""
    columns = {
        events.participant_column: '"events", "participant"',
        events.kind_column: '"events", "kind"',
        events.week_column: '"events", "week"',
        events.serious.column if events.serious else "": '"events", "serious"',
        events.description_column: '"events", "description"',
    }
    return {column: key for column, key in columns.items() if column}


def blank_missing(table: pd.DataFrame, cohort: Cohort, names: Collection[str] | None = None) -> pd.DataFrame:
    """Return the cells with every text that stands for "not measured" made empty, without rows of nothing else.

    A code that is a number stands for that number however it is written (-99, -99.0), but not where it names a
    participant or a visit: in the columns `names`, those of the table of measurements where left out.
    """
    words = [text for text in cohort.missing if not is_number(text)]
    codes = {float(text) for text in cohort.missing if is_number(text)}
    if names is None:
        names = {cohort.participant_column, cohort.visit_column, cohort.withdrawn_after_column, cohort.outcome_column}
    blanked = {}
    for column in table.columns if cohort.missing else ():
        distinct = pd.Series(table[column].unique(), dtype=str)
        absent = distinct.isin(words if column in names else cohort.missing)
        if codes and column not in names:
            absent |= to_numbers(distinct).isin(codes)
        if absent.any():
            blanked[column] = table[column].mask(table[column].isin(distinct[absent]), "")
    if not blanked:
        return table
    cells = table.assign(**blanked)
    return cells[(cells != "").any(axis=1)]


def visit_of_rows(cells: pd.DataFrame, cohort: Cohort) -> pd.Series:
    """Return the name of the visit of each row of a file that has a row a visit, missing where it is not known."""
    visit = cells[cohort.visit_column].map({text: visit.name for visit in cohort.visits for text in visit.texts})
    for column, texts in cohort.baseline_when.items():
        visit = visit.mask(cells[column].isin(texts), cohort.baseline.name)
    return visit


def measurement_cells(raw: Raw, cohort: Cohort) -> pd.DataFrame:
    """Return one row a cell that may hold a measurement (`CELL_COLUMNS`).

    Where the file has one row a participant every visit has columns of its own; else `visit` comes from the row, and
    rows whose visit is unknown are left out (the check tells of them). In such a file a column that belongs to one visit
    (a baseline beside every later value) counts once a participant.
    """
    cells = raw.cells
    visit = visit_of_rows(cells, cohort) if cohort.visit_column else None
    side = cells[cohort.side.column].map(cohort.side.names) if cohort.side else None
    parts = []
    for outcome in cohort.outcomes:
        for place in outcome.places:
            column, rows = place.text, cells
            if _in_outcome_column(place, cohort):
                rows, column = cells[cells[cohort.outcome_column] == place.text], cohort.value_column
            if place.visit and visit is not None:
                rows = rows[filled(rows[column])]
                rows = rows[~rows.duplicated(cohort.participant_column)]
            elif visit is not None:
                rows = rows[visit.loc[rows.index].notna()]
            parts.append(
                pd.DataFrame(
                    {
                        "row": rows.index,
                        "column": column,
                        "participant": rows[cohort.participant_column].array,
                        "visit": place.visit if place.visit else visit.loc[rows.index].array,
                        "outcome": outcome.name,
                        "side": place.side or ("" if side is None else side.loc[rows.index].fillna("").array),
                        "text": rows[column].array,
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)[CELL_COLUMNS]


def folded(name: str) -> str:
    """Return a participant's name without capitals and spaces, in which two names of one person are the same."""
    return "".join(name.casefold().split())


@dataclass(frozen=True)
class Said:
    """What one column says of the participants.

    Attributes
    ----------
    people
        Every participant of the table once, in its order.
    texts
        What is said of each of them first, "" where nothing is.
    rows
        One row a cell that says something: row, participant, text, first_row, first_text (the participant's first).
    """

    people: pd.Index
    texts: np.ndarray
    rows: pd.DataFrame


def said_of_participants(raw: Raw, cohort: Cohort, column: str) -> Said:
    """Return what one column of the table of participants says; empty cells and rows without a participant say nothing."""
    names, texts = raw.people[cohort.participant_column], raw.people[column].to_numpy(dtype=object)
    codes, people = raw.who
    places = np.flatnonzero((texts != "") & filled(names))
    first = np.full(len(people), -1)
    # Written from the last to the first, so that the first stays.
    first[codes[places[::-1]]] = places[::-1]
    known = people != ""
    firsts, index = first[codes[places]], raw.people.index.to_numpy()
    rows = pd.DataFrame(
        {
            "row": index[places],
            "participant": names.array[places],
            "text": raw.people[column].array[places],
            "first_row": index[firsts],
            "first_text": raw.people[column].array[firsts],
        },
        copy=False,
    )
    return Said(people[known], np.where(first >= 0, texts[first], "")[known], rows)


def _in_outcome_column(place: Place, cohort: Cohort) -> bool:
    """Whether a place is a text of the outcome column: all are, in a file with one row a value, but columns of a visit."""
    return bool(cohort.outcome_column) and not place.visit
