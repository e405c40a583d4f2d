"""What the validation of a cohort's data warned of, in words: for the report, and for a paper."""

import re
from typing import Any

import pandas as pd

from retrowalk.estimates import rows_of
from retrowalk.present.words.cited import TEXT, in_file
from retrowalk.present.words.phrases import sentence
from retrowalk.present.words.privacy import without_ids

#: So many warnings are told; all are in problems.csv.
MOST = 20
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
    kinds: dict[tuple[str, str], str] = {}
    for row in rows_of(problems):
        told = (row.column, without_ids(row.problem))
        if told not in kinds:
            kinds[told] = _told(_column(_cited(row, "column")), _cited(row, "problem"))
    if not kinds:
        return ""
    more = "; other warnings are listed there" if len(kinds) > MOST else ""
    files = " and ".join(dict.fromkeys(problems["listed_in"]))
    return f"Validation of the data produced warnings (listed in {files}): {'; '.join([*kinds.values()][:MOST])}{more}."


def _told(place: list[str], problem: str) -> str:
    return f"{', '.join(place)}: {problem}" if place else problem


def _column(name: str) -> list[str]:
    return [f'column "{name}"'] if name else []


def _cited(row: Any, name: str) -> str:
    """Return a text of a warning without participants, each number with the cell that holds it as its source."""

    def cite(found: re.Match[str]) -> str:
        return in_file(found[0], row.listed_in, str(row.place), name, how=TEXT)

    return _NUMBER.sub(cite, without_ids(getattr(row, name)))
