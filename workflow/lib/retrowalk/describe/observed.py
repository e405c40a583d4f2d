"""Means as they were observed, nothing adjusted."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from retrowalk.facts import fact
from retrowalk.plan.trial import Cohort


def observed_rows(
    participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort, alpha: float
) -> Iterator[dict[str, Any]]:
    """Yield mean and SD of every outcome by arm and visit, and of its change from baseline at later visits.

    Terms `mean` and `mean_change` have se = sd / sqrt(n) and a t interval on n - 1 degrees of freedom; `sd` and
    `sd_change` stand alone. Changes are of those measured at both visits.
    """
    arms = participants.set_index("participant")["arm"]
    for outcome in cohort.outcomes:
        of_outcome = measurements[measurements["outcome"] == outcome.name]
        wide = of_outcome.pivot(index="participant", columns="visit", values="value")
        wide = wide.reindex(columns=[visit.name for visit in cohort.visits])
        for arm in cohort.arms:
            values = wide[wide.index.map(arms) == arm.name]
            for visit in cohort.visits:
                common = {"outcome": outcome.name, "analysis": "observed_mean", "arm": arm.name, "visit": visit.name}
                common |= {"unit": outcome.unit}
                now = values[visit.name]
                yield from ({**common, **row} for row in _mean_and_sd(now.dropna(), "", alpha))
                if visit != cohort.baseline:
                    change = (now - values[cohort.baseline.name]).dropna()
                    yield from ({**common, **row} for row in _mean_and_sd(change, "_change", alpha))


def _mean_and_sd(values: pd.Series, of: str, alpha: float) -> Iterator[dict[str, Any]]:
    from scipy.stats import t

    n = len(values)
    what = "change" if of else "value"
    mean = {"term": f"mean{of}", "n": n, "method": fact("observed_mean", of=what)}
    sd = {"term": f"sd{of}", "n": n, "method": fact("observed_sd", of=what)}
    if n == 0:
        yield {**mean, "reason": fact("not_measured")}
        return
    mean |= {"estimate": values.mean()}
    if n == 1:
        yield {**mean, "caveats": [fact("one_participant")]}
        return
    se = values.std() / n**0.5
    half = t.ppf(1 - alpha / 2, n - 1) * se
    limits = {"ci_low": values.mean() - half, "ci_high": values.mean() + half}
    yield {**mean, "se": se, "df": n - 1, **limits}
    yield {**sd, "estimate": values.std()}
