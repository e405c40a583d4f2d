"""Several measured values that become one: trials of one test, measures of both limbs, values without a companion."""

import pandas as pd

from retrowalk.ingest.arrange import said_of_participants
from retrowalk.ingest.raw import Raw
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
    held = measured[measured["value"].notna()]
    several = {outcome.name for outcome in cohort.outcomes if outcome.trials or outcome.limbs}
    plain = held[~held["outcome"].isin(several)].drop_duplicates(KEY) if several or cohort.side else held
    parts = [plain]
    for outcome in cohort.outcomes:
        if outcome.name in several:
            part = _trials(held[held["outcome"] == outcome.name], outcome)
            parts.append(_limbs(part, outcome, raw, cohort) if outcome.limbs else part)
    joined = pd.concat(parts, ignore_index=True)[[*KEY, "value", "row", "column"]]
    for outcome in cohort.outcomes:
        if outcome.missing_with:
            joined = _without_companion(joined, outcome)
    return joined


def _trials(cells: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    how = "mean" if outcome.trials != "best" else "max" if outcome.sign > 0 else "min"
    groups = cells.groupby([*KEY, "side"], sort=False)
    return groups.agg(value=("value", how), row=("row", "first"), column=("column", "first")).reset_index()


def _limbs(cells: pd.DataFrame, outcome: Outcome, raw: Raw, cohort: Cohort) -> pd.DataFrame:
    cells = cells[cells["side"] != ""]
    if outcome.limbs == "mean":
        groups = cells.groupby(KEY, sort=False)
        means = groups.agg(
            value=("value", "mean"), row=("row", "first"), column=("column", "first"), limbs=("side", "size")
        )
        return means[means["limbs"] == 2].reset_index()
    chosen = index_sides(raw, cohort) if outcome.limbs == "index" else worse_sides(cells, outcome, cohort)
    return cells[cells["side"] == cells["participant"].map(chosen)]


def index_sides(raw: Raw, cohort: Cohort) -> dict[str, str]:
    """Return {participant: left or right} of those whose index side is said."""
    said, names = said_of_participants(raw, cohort, cohort.index_side.column), cohort.index_side.names
    return {person: names[text] for person, text in zip(said.people, said.texts, strict=True) if text in names}


def worse_sides(cells: pd.DataFrame, outcome: Outcome, cohort: Cohort) -> dict[str, str]:
    """Return {participant: the limb with the worse value at baseline} of those who have both there."""
    first = cells[cells["visit"] == cohort.baseline.name].drop_duplicates(["participant", "side"])
    first = first.pivot(index="participant", columns="side", values="value")
    if not {"left", "right"} <= set(first):
        return {}
    first = first.dropna()
    right_is_worse = (first["right"] - first["left"]) * outcome.sign < 0
    return right_is_worse.map({True: "right", False: "left"}).to_dict()


def _without_companion(joined: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """Leave out the values of an outcome at visits at which its companion has none."""
    companion = joined[joined["outcome"] == outcome.missing_with]
    have = pd.MultiIndex.from_frame(companion[["participant", "visit"]])
    keys = pd.MultiIndex.from_frame(joined[["participant", "visit"]])
    return joined[(joined["outcome"] != outcome.name) | keys.isin(have)]
