"""The whole synthesis: effects of every study, and their pools."""

from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from retrowalk import facts
from retrowalk.plan.trial import Cohort
from retrowalk.synthesise.effects import cohort_effects, published_effects
from retrowalk.synthesise.membership import left_out
from retrowalk.synthesise.pool import pool


def synthesise(
    estimates: pd.DataFrame,
    cohorts: Mapping[str, Cohort],
    evidence: Iterable[pd.DataFrame],
    alpha: float,
    refused: Collection[str] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the effects of every study, published or with participants' data, and their pools.

    Parameters
    ----------
    estimates
        Estimate records of all cohorts but the refused (estimates.csv).
    cohorts
        {name: cohort}, in the order of the plan.
    evidence
        Tables of published results as `read_evidence` gives them: one, or none.
    alpha
        One minus the confidence level of everything, `estimates` included.
    refused
        Names of cohorts that were left out because of errors in their data.

    Returns
    -------
    effects : DataFrame
        `published_effects`, then `cohort_effects`. An effect that has numbers and does not enter a pool has the caveat
        `not_pooled` with the reason.
    pooled : DataFrame
        As `pool` gives it.
    """
    parts = [published_effects(table, alpha) for table in evidence]
    taken = {name: cohort for name, cohort in cohorts.items() if name not in refused}
    effects = pd.concat([*parts, cohort_effects(estimates, taken, alpha)], ignore_index=True)
    pooled = pool(effects, alpha, [cohorts[name] for name in refused])
    caveats = [
        text if reason is None else facts.cell([*facts.read_list(text), facts.fact("not_pooled", reason=reason)])
        for text, reason in zip(effects["caveats"], left_out(effects), strict=True)
    ]
    return effects.assign(caveats=caveats), pooled
