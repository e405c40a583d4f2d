"""Several measured values that become one: trials of one test, measures of both limbs, values without a companion."""

import pandas as pd

from retrowalk.ingest.arrange import participant_column
from retrowalk.ingest.raw import Raw
from retrowalk.plan.intake import Intake, Side
from retrowalk.plan.trial import Cohort, Outcome

KEY = ["participant", "visit", "outcome"]


def combine(measured: pd.DataFrame, raw: Raw, cohort: Cohort) -> pd.DataFrame:
    """Return one row a participant, visit and outcome.

    Parameters
    ----------
    measured
        `arrange.measurement_cells` with a column `value`; rows without a value are left out.
    raw, cohort
        The data and what they mean.

    Returns
    -------
    DataFrame
        participant, visit, outcome, value, and `row` and `column` of the first cell that the value comes from.

    Notes
    -----
    Trials first: their mean, or the best in the instrument's direction, of those that were done. Then limbs: the mean
    where both were measured; the limb that was worse at baseline (the left where both were the same), at every visit; or
    the side that the index column names. A limb that was not measured leaves no value.
    """
    values, intake = measured[measured["value"].notna()], cohort.intake
    several = {name for name, outcome in intake.outcomes.items() if outcome.trials or outcome.limbs}
    single = values[~values["outcome"].isin(several)]
    parts = [single.drop_duplicates(KEY) if several or intake.side else values]
    for outcome in cohort.outcomes:
        if outcome.name in several:
            part = _trials(values[values["outcome"] == outcome.name], outcome, intake)
            parts.append(_limbs(part, outcome, raw, cohort) if intake.outcomes[outcome.name].limbs else part)
    joined = pd.concat(parts, ignore_index=True)[[*KEY, "value", "row", "column"]]
    for name, outcome in intake.outcomes.items():
        if outcome.missing_with:
            joined = _without_companion(joined, name, outcome.missing_with)
    return joined


def _trials(cells: pd.DataFrame, outcome: Outcome, intake: Intake) -> pd.DataFrame:
    best = "max" if outcome.sign > 0 else "min"
    how = best if intake.outcomes[outcome.name].trials == "best" else "mean"
    groups = cells.groupby([*KEY, "side"], sort=False)
    return groups.agg(value=("value", how), row=("row", "first"), column=("column", "first")).reset_index()


def _limbs(cells: pd.DataFrame, outcome: Outcome, raw: Raw, cohort: Cohort) -> pd.DataFrame:
    cells, limbs = cells[cells["side"] != ""], cohort.intake.outcomes[outcome.name].limbs
    if limbs == "mean":
        groups = cells.groupby(KEY, sort=False)
        means = groups.agg(
            value=("value", "mean"), row=("row", "first"), column=("column", "first"), limbs=("side", "size")
        )
        return means[means["limbs"] == 2].reset_index()
    chosen = index_sides(raw, cohort.intake.index_side) if limbs == "index" else worse_sides(cells, outcome, cohort)
    return cells[cells["side"] == cells["participant"].map(chosen)]


def index_sides(raw: Raw, index_side: Side) -> dict[str, str]:
    """Return {participant: left or right} of those whose index side is said."""
    column, names = participant_column(raw, index_side.column), index_side.names
    return {person: names[text] for person, text in zip(column.people, column.texts, strict=True) if text in names}


def worse_sides(cells: pd.DataFrame, outcome: Outcome, cohort: Cohort) -> dict[str, str]:
    """Return {participant: the limb with the worse value at baseline} of those who have both there."""
    first = cells[cells["visit"] == cohort.baseline.name].drop_duplicates(["participant", "side"])
    first = first.pivot(index="participant", columns="side", values="value")
    if not {"left", "right"} <= set(first):
        return {}
    first = first.dropna()
    right_is_worse = (first["right"] - first["left"]) * outcome.sign < 0
    return right_is_worse.map({True: "right", False: "left"}).to_dict()


def _without_companion(joined: pd.DataFrame, outcome: str, companion: str) -> pd.DataFrame:
    """Leave out the values of an outcome at visits at which its companion has none."""
    values = joined[joined["outcome"] == companion]
    measured = pd.MultiIndex.from_frame(values[["participant", "visit"]])
    keys = pd.MultiIndex.from_frame(joined[["participant", "visit"]])
    return joined[(joined["outcome"] != outcome) | keys.isin(measured)]
