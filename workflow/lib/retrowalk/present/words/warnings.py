"""What the validation of a cohort's data found, in words: for the report, and for a paper."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from retrowalk.estimates import rows_of
from retrowalk.present.words.cited import TEXT, in_file
from retrowalk.present.words.phrases import sentence
from retrowalk.present.words.privacy import without_ids

#: So many warnings are told; all are in problems.csv.
MOST = 20
#: So many errors of a cohort that was left out.
MOST_ERRORS = 3
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def warning(row: Any) -> str:
    """Return a warning as a sentence with its row and column; it may name a participant."""
    place = [f"row {row.row}"] if row.row else []
    return sentence(_told([*place, *_column(row.column)], row.problem))


def warnings_sentence(problems: pd.DataFrame) -> str:
    """Say what the data were warned of, each kind once, without rows and participants; "" where nothing was found.

    Parameters
    ----------
    problems
        The warnings of a cohort, with the file in the results that lists each and its place there (`collect_run`).
    """
    kinds = _kinds(problems)
    if not kinds:
        return ""
    more = "; other warnings are listed there" if len(kinds) > MOST else ""
    files = " and ".join(dict.fromkeys(problems["listed_in"]))
    return f"Validation of the data produced warnings (listed in {files}): {'; '.join(kinds[:MOST])}{more}."


def refused_sentences(refused: Mapping[str, pd.DataFrame], where: str) -> list[str]:
    """Say which cohorts are not in `where` ("the report") because of the errors in their data, and which errors.

    Parameters
    ----------
    refused
        {name of a cohort: the errors in its data, as `warnings_sentence` takes warnings}.
    where
        The text that the sentence stands in.
    """
    return [_refused(name, problems, where) for name, problems in refused.items()]


def _refused(name: str, problems: pd.DataFrame, where: str) -> str:
    kinds = _kinds(problems)
    more = "; and others" if len(kinds) > MOST_ERRORS else ""
    return (
        f"{name} is not in {where}, because its data contain errors: {'; '.join(kinds[:MOST_ERRORS])}{more}. "
        f"All errors are listed in {problems['listed_in'].iloc[0]}. No table, figure or pooled estimate includes these data."
    )


def _kinds(problems: pd.DataFrame) -> list[str]:
    """Return the problems, each kind once, without rows and participants."""
    kinds: dict[tuple[str, str], str] = {}
    for row in rows_of(problems):
        told = (row.column, without_ids(row.problem))
        if told not in kinds:
            # What is said of a cell begins with its verb; the value itself may be personal.
            subject = "a value " if row.problem.startswith("is ") else ""
            kinds[told] = _told(_column(_cited(row, "column")), subject + _cited(row, "problem"))
    return list(kinds.values())


def _told(place: list[str], problem: str) -> str:
    return f"{', '.join(place)}: {problem}" if place else problem


def _column(name: str) -> list[str]:
    return [f'column "{name}"'] if name else []


def _cited(row: Any, name: str) -> str:
    """Return a text of a warning without participants, each number with the cell that holds it as its source."""

    def cite(found: re.Match[str]) -> str:
        return in_file(found[0], row.listed_in, str(row.place), name, how=TEXT)

    return _NUMBER.sub(cite, without_ids(getattr(row, name)))
