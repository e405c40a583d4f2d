"""How many sessions each participant attended, and who was treated as the protocol says."""

import numpy as np
import pandas as pd

from retrowalk.ingest.arrange import participant_column
from retrowalk.ingest.numbers import to_numbers, with_point
from retrowalk.ingest.raw import Raw
from retrowalk.plan.intake import Intake
from retrowalk.plan.trial import Cohort


def adherence(raw: Raw, cohort: Cohort) -> dict[str, pd.Series]:
    """Return the columns of participants.csv on adherence that the cohort file gives, in the order of the participants.

    Returns
    -------
    dict
        per_protocol ("yes", "no" or ""), sessions_attended and sessions_planned (float, NaN where not known).
    """
    columns = {}
    intake = cohort.intake
    if intake.sessions:
        attended, planned = sessions(raw, intake)
        columns = {"sessions_attended": attended, "sessions_planned": planned}
    if intake.per_protocol:
        texts, names = participant_column(raw, intake.per_protocol.column).texts, intake.per_protocol.names
        columns["per_protocol"] = pd.Series([names.get(text, "") for text in texts], dtype=str)
    elif cohort.per_protocol_percent is not None:
        columns["per_protocol"] = _enough(attended, planned, cohort.per_protocol_percent)
    return {name: columns[name] for name in cohort.adherence_columns}


def sessions(raw: Raw, intake: Intake) -> tuple[pd.Series, pd.Series]:
    """Return the sessions attended and planned, one value a participant; NaN where not known or no number."""
    columns = intake.sessions
    attended = _numbers(raw, intake, columns.attended_column)
    if columns.planned_column:
        return attended, _numbers(raw, intake, columns.planned_column)
    return attended, pd.Series(columns.planned, index=attended.index, dtype=float)


def _numbers(raw: Raw, intake: Intake, column: str) -> pd.Series:
    texts = pd.Series(participant_column(raw, column).texts, dtype=str)
    return to_numbers(with_point(texts, intake.table.decimal_in_cells))


def _enough(attended: pd.Series, planned: pd.Series, percent: float) -> pd.Series:
    """Return who attended `percent` of what was planned. Where nothing was planned there is nothing to miss: yes."""
    both = attended.notna() & planned.notna()
    words = np.where(100 * attended >= percent * planned, "yes", "no")
    return pd.Series(np.where(both, words, ""), dtype=str)
