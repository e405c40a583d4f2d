"""What the participants were like: covariates by arm."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from retrowalk.facts import fact
from retrowalk.plan.trial import Cohort, Covariate


def baseline_rows(participants: pd.DataFrame, cohort: Cohort) -> Iterator[dict[str, Any]]:
    """Yield rows with the covariate's name as `outcome`.

    A number gives the terms mean, sd, median, lower_quartile and upper_quartile in its unit; a category gives
    `count:<level>` (participants) and `percent:<level>` (of those with a value). `n` is the number with a value.
    """
    for covariate in cohort.covariates:
        for arm in cohort.arms:
            values = participants.loc[participants["arm"] == arm.name, covariate.name]
            known = values.dropna()
            absent = len(values) - len(known)
            common = {"outcome": covariate.name, "analysis": "baseline", "arm": arm.name, "visit": cohort.baseline.name}
            common |= {"n": len(known), "caveats": [fact("without_a_value", count=absent)] if absent else []}
            everyone = participants[covariate.name]
            numeric = is_number(everyone, covariate)
            rows = _numbers(known, covariate) if numeric else _categories(known, levels_of(everyone, covariate))
            yield from ({**common, **row} for row in rows)


def is_number(values: pd.Series, covariate: Covariate) -> bool:
    """Return whether a covariate is a number, not a category."""
    return not covariate.levels and pd.api.types.is_numeric_dtype(values)


def levels_of(values: pd.Series, covariate: Covariate) -> tuple[str, ...]:
    """Return the levels of a category in the order of the plan, or of the alphabet where it names none."""
    return tuple(dict.fromkeys(covariate.levels or sorted(values.dropna().astype(str).unique())))


def _numbers(values: pd.Series, covariate: Covariate) -> Iterator[dict[str, Any]]:
    for term, estimate in {
        "mean": values.mean(),
        "sd": values.std(),
        "median": values.median(),
        "lower_quartile": values.quantile(0.25),
        "upper_quartile": values.quantile(0.75),
    }.items():
        yield {
            "term": term,
            "unit": covariate.unit,
            "estimate": estimate,
            "method": fact("observed", measure=term),
        }


def _categories(values: pd.Series, levels: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    values = values.astype(str)
    for level in levels:
        count = int((values == level).sum())
        yield {"term": f"count:{level}", "unit": "participants", "estimate": count, "method": fact("count")}
        if len(values):
            share = 100 * count / len(values)
            yield {
                "term": f"percent:{level}",
                "unit": "%",
                "estimate": share,
                "method": fact("share_of_those_with_a_value"),
            }
