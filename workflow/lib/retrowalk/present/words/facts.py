"""The facts of an estimate in words: how it was computed, why there is none, what a reader must know of it.

Which words a code has is in computations.py, reasons.py and caveats.py. Numbers in the words know their source, the cell
of the record that holds the fact.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from retrowalk import facts
from retrowalk.estimates import rows_of
from retrowalk.plan.trial import Cohort
from retrowalk.present.words import cited
from retrowalk.present.words.caveats import CAVEATS
from retrowalk.present.words.computations import COMPUTATIONS
from retrowalk.present.words.reasons import reason_words
from retrowalk.present.words.statement import Statement


def method(row: Any, cohort: Cohort | None = None) -> str:
    """Return how the estimate of a row was made, "" where the record does not say."""
    found = facts.read(row.method)
    return COMPUTATIONS[found.code](Statement(found, row, "method", cohort)) if found else ""


def reason(row: Any, cohort: Cohort | None = None) -> str:
    """Return why a row has no numbers, "" where it has."""
    found = facts.read(row.reason)
    return reason_words(Statement(found, row, "reason", cohort)) if found else ""


def caveats(row: Any, cohort: Cohort | None = None, studies: Mapping[str, Cohort] | None = None) -> list[str]:
    """Return what a reader must know of the estimate of a row; `studies` are {name: cohort} of those that it may name."""
    return [CAVEATS[each.fact.code].note(each) for each in statements(row, cohort, studies)]


def statements(row: Any, cohort: Cohort | None = None, studies: Mapping[str, Cohort] | None = None) -> list[Statement]:
    """Return the caveats of a row with what their words may ask for."""
    return [Statement(each, row, "caveats", cohort, studies or {}) for each in facts.read_list(row.caveats)]


def cautions(row: Any, cohort: Cohort | None = None) -> str:
    """Return the sentence, behind a space, on what must be read beside the number wherever it is told; "" for nothing."""
    found = [words(each) for each in statements(row, cohort) if (words := CAVEATS[each.fact.code].caution)]
    return f" Caution: {'; '.join(found)}." if found else ""


def in_words(rows: pd.DataFrame, cohorts: Iterable[Cohort] = ()) -> pd.DataFrame:
    """Return rows of the estimate record with method, reason and caveats in words, for people.

    Parameters
    ----------
    rows
        Estimate records.
    cohorts
        Those that the rows are of; a row of another study needs none.
    """
    by_name = {cohort.name: cohort for cohort in cohorts}
    texts: dict[str, list[str]] = {"method": [], "reason": [], "caveats": []}
    for row in rows_of(rows):
        cohort = by_name.get(row.cohort)
        texts["method"].append(cited.plain(method(row, cohort)))
        texts["reason"].append(cited.plain(reason(row, cohort)))
        texts["caveats"].append(cited.plain("; ".join(caveats(row, cohort, by_name))))
    return rows.assign(**texts)
