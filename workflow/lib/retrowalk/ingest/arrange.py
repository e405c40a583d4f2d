"""Bring a cohort's cells into the shape of the two tables, still as text, each cell with its row and column."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retrowalk.ingest.numbers import filled, is_number, to_numbers
from retrowalk.ingest.raw import Raw
from retrowalk.plan.intake import Events, Intake, Place
from retrowalk.plan.trial import Cohort, Visit

#: The columns of `measurement_cells`.
CELL_COLUMNS = ["row", "column", "participant", "visit", "outcome", "side", "text"]


def columns_used(intake: Intake) -> dict[str, str]:
    """Return {column of the table of measurements: the key of the cohort file that names it}."""
    columns = intake.columns
    used = {columns.participant: '"participant"'}
    for column, key in (
        (columns.visit, '"visit"'),
        (columns.outcome, '"outcome"'),
        (columns.value, '"value"'),
        (columns.repeat, '"repeat"'),
        (intake.side.column if intake.side else "", '"side"'),
    ):
        used |= {column: key} if column else {}
    for name, outcome in intake.outcomes.items():
        texts = [place.text for place in outcome.places if not _in_outcome_column(place, intake)]
        used |= dict.fromkeys(texts, f'"outcomes", "{name}"')
    used |= dict.fromkeys(intake.dates.columns.values(), '"date"')
    return used | dict.fromkeys(intake.only, '"only"') | dict.fromkeys(intake.baseline_when, '"baseline_when"')


def people_columns_used(intake: Intake) -> dict[str, str]:
    """Return {column of the table that says who took part: the key of the cohort file that names it}."""
    used = {intake.columns.participant: '"participant"', intake.columns.arm: '"arm"'}
    used |= {covariate.column: f'"covariates", "{name}"' for name, covariate in intake.covariates.items()}
    for column, key in (
        (intake.withdrawal.after, '"withdrawal", "after"'),
        (intake.withdrawal.reason, '"withdrawal", "reason"'),
        (intake.index_side.column if intake.index_side else "", '"index_side"'),
        (intake.sessions.attended_column if intake.sessions else "", '"sessions", "attended"'),
        (intake.sessions.planned_column if intake.sessions else "", '"sessions", "planned"'),
        (intake.per_protocol.column if intake.per_protocol else "", '"per_protocol"'),
        (intake.dates.randomised_on, '"randomised_on"'),
    ):
        used |= {column: key} if column else {}
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


def blank_missing(table: pd.DataFrame, intake: Intake, names: Collection[str] | None = None) -> pd.DataFrame:
    """Return the cells with every text that stands for "not measured" made empty, without rows of nothing else.

    A code that is a number stands for that number however it is written (-99, -99.0), but not where it names a
    participant or a visit: in the columns `names`, those of the table of measurements where left out.
    """
    words = [text for text in intake.missing if not is_number(text)]
    codes = {float(text) for text in intake.missing if is_number(text)}
    if names is None:
        columns = intake.columns
        names = {columns.participant, columns.visit, columns.outcome, intake.withdrawal.after}
    blanked = {}
    for column in table.columns if intake.missing else ():
        distinct = pd.Series(table[column].unique(), dtype=str)
        absent = distinct.isin(words if column in names else intake.missing)
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
    intake = cohort.intake
    visit = cells[intake.columns.visit].map({text: visit for visit, texts in intake.visits.items() for text in texts})
    for column, texts in intake.baseline_when.items():
        visit = visit.mask(cells[column].isin(texts), cohort.baseline.name)
    return visit


def last_texts(visit: Visit, intake: Intake) -> tuple[str, ...]:
    """Return everything that a column of last visits may say for a visit."""
    # A job that does not need the labels has none; an empty cell says no visit.
    return tuple(text for text in (*intake.visits[visit.name], visit.name, visit.label) if text)


def measurement_cells(raw: Raw, cohort: Cohort) -> pd.DataFrame:
    """Return one row a cell that may hold a measurement (`CELL_COLUMNS`).

    Where the file has one row a participant every visit has columns of its own; else `visit` comes from the row, and
    rows whose visit is unknown are left out (the check tells of them). In such a file a column that belongs to one visit
    (a baseline beside every later value) counts once a participant.
    """
    cells, intake = raw.cells, cohort.intake
    columns = intake.columns
    visit = visit_of_rows(cells, cohort) if columns.visit else None
    side = cells[intake.side.column].map(intake.side.names) if intake.side else None
    parts = []
    for name, outcome in intake.outcomes.items():
        for place in outcome.places:
            column, rows = place.text, cells
            if _in_outcome_column(place, intake):
                rows, column = cells[cells[columns.outcome] == place.text], columns.value
            if place.visit and visit is not None:
                rows = rows[filled(rows[column])]
                rows = rows[~rows.duplicated(columns.participant)]
            elif visit is not None:
                rows = rows[visit.loc[rows.index].notna()]
            parts.append(
                pd.DataFrame(
                    {
                        "row": rows.index,
                        "column": column,
                        "participant": rows[columns.participant].array,
                        "visit": place.visit if place.visit else visit.loc[rows.index].array,
                        "outcome": name,
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
class ParticipantColumn:
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


def participant_column(raw: Raw, column: str) -> ParticipantColumn:
    """Return what one column of the table of participants says; empty cells and rows without a participant say nothing."""
    names, texts = raw.people[raw.participant], raw.people[column].to_numpy(dtype=object)
    codes, people = raw.who
    places = np.flatnonzero((texts != "") & filled(names))
    first = np.full(len(people), -1)
    # Written from the last to the first, so that the first stays.
    first[codes[places[::-1]]] = places[::-1]
    named = people != ""
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
    return ParticipantColumn(people[named], np.where(first >= 0, texts[first], "")[named], rows)


def _in_outcome_column(place: Place, intake: Intake) -> bool:
    """Whether a place is a text of the outcome column: all are, in a file with one row a value, but columns of a visit."""
    return bool(intake.columns.outcome) and not place.visit
