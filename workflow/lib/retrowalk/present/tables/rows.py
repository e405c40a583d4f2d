"""Rows of the estimate record by what a table asks for, and the cells and notes that tables share."""

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from retrowalk.estimates import pick, rows_of
from retrowalk.plan.trial import Cohort
from retrowalk.present.words import cited
from retrowalk.present.words.caveats import CAVEATS
from retrowalk.present.words.facts import statements
from retrowalk.present.words.phrases import sentence, sentence_case
from retrowalk.vocabulary import (
    MAIN_ROLES,
)

NOT_MEASURED = "not measured"


def main_comparisons(results: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return the rows with role primary or secondary, outcomes, visits and arms in the order of the plan."""
    main = results[results["role"].isin(MAIN_ROLES)]
    order = {"outcome": cohort.outcomes, "visit": cohort.visits, "arm": cohort.arms}
    places = {column: {part.name: place for place, part in enumerate(parts)} for column, parts in order.items()}
    return main.sort_values(list(order), key=lambda column: column.map(places[column.name]), kind="stable")


def by_term(rows: pd.DataFrame, outcome: str, arm: str) -> dict[str, Any]:
    """Return the rows of one outcome or covariate and arm, by term."""
    return {row.term: row for row in rows_of(pick(rows, outcome=outcome, arm=arm))}


def with_n(text: str, row: Any, size: int) -> str:
    """Return a cell with the n of its row, where not everybody of the arm is in it."""
    return text if row.n == size else f"{text}, n = {cited.count(row)}"


def by_arm(rows: pd.DataFrame) -> dict[str, Any]:
    """Return rows by their arm."""
    return {row.arm: row for row in rows_of(rows)}


def n_and_mean(rows: dict[str, Any], digits: int) -> list[str]:
    """Return the cells of how many have a value, and of their mean and SD."""
    return [cited.count(rows["mean"]), cited.mean_sd(rows["mean"], rows.get("sd"), digits)]


def caveat_notes(rows: pd.DataFrame, cohort: Cohort, name: Callable[[Any], str], about: str = "") -> list[str]:
    """Return the caveats of `rows` as notes of a table, each once, with the names of the rows where it is not true of all.

    Where a caveat is not true of all rows with a name, the arms and visits that it is true of follow in brackets.
    """
    done = [row for row in rows_of(rows) if not (pd.isna(row.estimate) and pd.isna(row.statistic))]
    by_name: dict[str, list[Any]] = {}
    for row in done:
        by_name.setdefault(name(row), []).append(row)
    notes = []
    for text, having in with_caveat(done, cohort):
        whose = [about] if about else []
        if len(having) < len(done):
            for label in dict.fromkeys(map(name, having)):
                part = [row for row in having if name(row) == label]
                whose.append(f"{label}{_which(part, by_name[label], cohort)}")
        notes.append(f"{', '.join(whose)}: {text}." if whose else sentence(text))
    return notes


def _which(part: list[Any], rows: list[Any], cohort: Cohort) -> str:
    """Return " (week 4)" of a part of the rows of one name: the arms and visits that the other rows do not share."""
    labels = {
        "arm": {arm.name: arm.label for arm in cohort.arms},
        "visit": {visit.name: sentence_case(visit.label) for visit in cohort.visits},
    }
    told = [column for column in labels if len({getattr(row, column) for row in rows}) > 1]

    def place(row: Any) -> str:
        return ", ".join(labels[column][getattr(row, column)] for column in told if getattr(row, column))

    places = dict.fromkeys(map(place, part))
    if set(places) == set(map(place, rows)):
        return ""
    return f" ({'; '.join(filter(None, places))})" if any(places) else ""


def with_caveat(rows: Iterable[Any], cohort: Cohort) -> list[tuple[str, list[Any]]]:
    """Return the words of each caveat that the notes of a table have, once, with the rows that have it."""
    texts: dict[str, str] = {}
    having: dict[str, list[Any]] = {}
    for row in rows:
        for statement in statements(row, cohort):
            words = CAVEATS[statement.fact.code]
            if words.in_notes:
                texts.setdefault(statement.fact.cell, words.note(statement))
                having.setdefault(statement.fact.cell, []).append(row)
    return [(texts[cell], found) for cell, found in having.items()]
