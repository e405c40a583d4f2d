"""What makes a comparison less sure than it looks, found in the data and said beside the number."""

from collections.abc import Iterable

import pandas as pd

from retrowalk.facts import Fact, fact

#: From this share of an arm at the end of the scale on, its mean and spread mean less.
AT_LIMIT = 0.15
#: Fewer participants a covariate than this and the adjustment costs more than it gives.
PARTICIPANTS_PER_COVARIATE = 10


def floor_or_ceiling(
    data: pd.DataFrame, visit: str, arms: Iterable[str], low: float | None, high: float | None
) -> list[Fact]:
    """Return a caveat for each arm of whom 15 % or more are at the scale's lowest or highest value at a visit.

    Parameters
    ----------
    data
        One row a participant: `arm` and a column a visit.
    visit
        The column.
    arms
        Their names.
    low, high
        Ends of the scale in the outcome's unit; None where it has none.

    Notes
    -----
    Terwee CB et al. J Clin Epidemiol 2007;60:34: floor or ceiling effects are present from 15 % on.
    """
    caveats = []
    for end, code in ((low, "at_lowest"), (high, "at_highest")):
        for arm in arms if end is not None else ():
            values = data.loc[data["arm"] == arm, visit].dropna()
            count = int((values == end).sum())
            if len(values) and count >= AT_LIMIT * len(values):
                caveats.append(fact(code, arm=arm, count=count, n=len(values)))
    return caveats


def too_many_covariates(covariates: int, n: int) -> list[Fact]:
    """Return a caveat where a comparison adjusts for more covariates, baseline not counted, than a tenth of its participants."""
    if covariates * PARTICIPANTS_PER_COVARIATE <= n:
        return []
    return [fact("many_covariates", covariates=covariates, n=n)]
