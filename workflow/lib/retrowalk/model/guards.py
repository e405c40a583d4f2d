"""What makes a comparison less sure than it looks, found in the data and said beside the number."""

from collections.abc import Mapping

import pandas as pd

#: From this share of an arm at the end of the scale on, its mean and spread mean less.
AT_LIMIT = 0.15
#: Fewer participants a covariate than this and the adjustment costs more than it gives.
PARTICIPANTS_PER_COVARIATE = 10


def floor_or_ceiling(
    data: pd.DataFrame, visit: str, arms: Mapping[str, str], low: float | None, high: float | None
) -> list[str]:
    """Return a caveat for each arm of whom 15 % or more are at the scale's lowest or highest value at a visit.

    Parameters
    ----------
    data
        One row a participant: `arm` and a column a visit.
    visit
        The column.
    arms
        {arm: its label}.
    low, high
        Ends of the scale in the outcome's unit; None where it has none.

    Notes
    -----
    Terwee CB et al. J Clin Epidemiol 2007;60:34: floor or ceiling effects are present from 15 % on.
    """
    caveats = []
    for end, name in ((low, "lowest"), (high, "highest")):
        for arm, label in arms.items() if end is not None else ():
            values = data.loc[data["arm"] == arm, visit].dropna()
            count = int((values == end).sum())
            if len(values) and count >= AT_LIMIT * len(values):
                caveats.append(f"{count} of {len(values)} in {label} have the {name} value of the scale")
    return caveats


def too_many_covariates(covariates: int, n: int) -> list[str]:
    """Return a caveat where a comparison adjusts for more covariates, baseline not counted, than a tenth of its participants."""
    if covariates * PARTICIPANTS_PER_COVARIATE <= n:
        return []
    return [f"{covariates} covariates besides baseline are many for {n} participants (at most 1 for each 10)"]
