"""What the tables of a cohort promise, held by pandera. The only module that knows pandera."""

import pandas as pd

from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.vocabulary import EVENT_COLUMNS, MEASUREMENT_COLUMNS, PARTICIPANT_COLUMNS, WITHDRAWAL_COLUMNS


def outside_range(cells: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """Return the rows whose `value` is a number outside the range of the outcome's instrument."""
    return _failing(cells, {"value": _range(outcome)})


def _range(outcome: Outcome) -> list:
    import pandera.pandas as pa

    limits = [] if outcome.low is None else [pa.Check.ge(outcome.low)]
    return limits + ([] if outcome.high is None else [pa.Check.le(outcome.high)])


def _failing(table: pd.DataFrame, checks: dict[str, list]) -> pd.DataFrame:
    import pandera.pandas as pa

    columns = {name: pa.Column(float, rules, nullable=True) for name, rules in checks.items()}
    try:
        pa.DataFrameSchema(columns).validate(table, lazy=True)
    except pa.errors.SchemaErrors as fault:
        return table.loc[sorted(fault.failure_cases["index"].unique())]
    return table.iloc[:0]


def hold(participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort) -> None:
    """Raise an error where the two tables are not what every later room builds on.

    The faults of a user's file are found before; an error here is one of retrowalk itself.
    """
    import pandera.pandas as pa

    texts = {name: pa.Column(str) for name in WITHDRAWAL_COLUMNS}
    covariates = {covariate.name: pa.Column(nullable=True) for covariate in cohort.covariates}
    arms = [arm.name for arm in cohort.arms]
    people = {
        "cohort": pa.Column(str, pa.Check.eq(cohort.name)),
        "participant": pa.Column(str, pa.Check.ne(""), unique=True),
        "arm": pa.Column(str, pa.Check.isin(arms)),
    }
    sessions = pa.Column(float, pa.Check.ge(0), nullable=True)
    adherence = {"per_protocol": pa.Column(str, pa.Check.isin(["yes", "no", ""]))}
    adherence |= {"sessions_attended": sessions, "sessions_planned": sessions}
    order = [*PARTICIPANT_COLUMNS, *covariates, *WITHDRAWAL_COLUMNS, *cohort.adherence_columns]
    columns = people | covariates | texts | adherence
    pa.DataFrameSchema({name: columns[name] for name in order}, strict=True).validate(participants)
    known = {
        "cohort": pa.Column(str, pa.Check.eq(cohort.name)),
        "participant": pa.Column(str, pa.Check.isin(participants["participant"].array)),
        "visit": pa.Column(str, pa.Check.isin([visit.name for visit in cohort.visits])),
        "outcome": pa.Column(str, pa.Check.isin([outcome.name for outcome in cohort.outcomes])),
        "value": pa.Column(float),
    }
    pa.DataFrameSchema(known, strict=True, unique=MEASUREMENT_COLUMNS[1:4]).validate(measurements)


def hold_events(events: pd.DataFrame, participants: pd.DataFrame, cohort: Cohort) -> None:
    """Raise an error where the table of adverse events is not what every later room builds on."""
    import pandera.pandas as pa

    columns = {
        "cohort": pa.Column(str, pa.Check.eq(cohort.name)),
        "participant": pa.Column(str, pa.Check.isin(participants["participant"].array)),
        "week": pa.Column(float, pa.Check.ge(0), nullable=True),
        "kind": pa.Column(str, pa.Check.ne("")),
        "serious": pa.Column(str, pa.Check.isin(["yes", "no", ""])),
        "description": pa.Column(str),
    }
    pa.DataFrameSchema({name: columns[name] for name in EVENT_COLUMNS}, strict=True).validate(events)
