"""One outcome of one cohort, a row a participant: what the analyses of single visits start from."""

import pandas as pd

from retrowalk.plan.trial import Cohort, Outcome


def wide_outcome(
    participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort, outcome: Outcome
) -> pd.DataFrame:
    """Return the values of an outcome with a column a visit.

    Returns
    -------
    DataFrame
        Index participant (everyone, in the order of `participants`); columns: arm, the covariates that the comparison
        adjusts for, and each visit's value in the outcome's unit (missing where not measured).
    """
    values = measurements[measurements["outcome"] == outcome.name].pivot(
        index="participant", columns="visit", values="value"
    )
    people = participants.set_index("participant")[["arm", *cohort.adjusted_for]]
    values = values.reindex(index=people.index, columns=[visit.name for visit in cohort.visits])
    return people.join(values, validate="one_to_one")
