"""How many sessions each participant attended, and who was treated as the protocol says."""

import numpy as np
import pandas as pd

from retrowalk.ingest.arrange import said_of_participants
from retrowalk.ingest.numbers import to_numbers, with_point
from retrowalk.ingest.raw import Raw
from retrowalk.plan.trial import Cohort


def adherence(raw: Raw, cohort: Cohort) -> dict[str, pd.Series]:
    """Return the columns of participants.csv on adherence that the cohort file gives, in the order of the participants.

    Returns
    -------
    dict
        per_protocol ("yes", "no" or ""), sessions_attended and sessions_planned (float, NaN where not known).
    """
    columns = {}
    if cohort.sessions:
        attended, planned = sessions(raw, cohort)
        columns = {"sessions_attended": attended, "sessions_planned": planned}
    if cohort.per_protocol:
        texts, names = said_of_participants(raw, cohort, cohort.per_protocol.column).texts, cohort.per_protocol.names
        columns["per_protocol"] = pd.Series([names.get(text, "") for text in texts], dtype=str)
    elif cohort.per_protocol_percent is not None:
        columns["per_protocol"] = _enough(attended, planned, cohort.per_protocol_percent)
    return {name: columns[name] for name in cohort.adherence_columns}


def sessions(raw: Raw, cohort: Cohort) -> tuple[pd.Series, pd.Series]:
    """Return the sessions attended and planned, one value a participant; NaN where not known or no number."""
    said = cohort.sessions
    attended = _numbers(raw, cohort, said.attended_column)
    if said.planned_column:
        return attended, _numbers(raw, cohort, said.planned_column)
    return attended, pd.Series(said.planned, index=attended.index, dtype=float)


def _numbers(raw: Raw, cohort: Cohort, column: str) -> pd.Series:
    texts = pd.Series(said_of_participants(raw, cohort, column).texts, dtype=str)
    return to_numbers(with_point(texts, cohort.decimal_in_cells))


def _enough(attended: pd.Series, planned: pd.Series, percent: float) -> pd.Series:
    """Return who attended `percent` of what was planned. Where nothing was planned there is nothing to miss: yes."""
    known = attended.notna() & planned.notna()
    words = np.where(100 * attended >= percent * planned, "yes", "no")
    return pd.Series(np.where(known, words, ""), dtype=str)
