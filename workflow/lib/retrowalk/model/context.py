"""One outcome of one cohort, and what every row about it says."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retrowalk.errors import FitError
from retrowalk.model.effect_sizes import EffectSize
from retrowalk.plan import Analysis, Cohort, Outcome

Row = dict[str, Any]
Rows = Iterator[Row]

UNDIRECTED = "effect size positive where the arm's values are higher"


@dataclass(frozen=True)
class Context:
    """One outcome of one cohort with its data, and what the plan says of it.

    Attributes
    ----------
    cohort, analysis, outcome
        The plan.
    data : DataFrame
        One row a participant (`wide_outcome`).
    """

    cohort: Cohort
    analysis: Analysis
    outcome: Outcome
    data: pd.DataFrame

    @property
    def primary_estimator(self) -> str:
        """The analysis whose result is the answer.

        With one visit after baseline the MMRM is the ANCOVA; without randomisation the answer is the contrast of groups
        over time of a mixed model.
        """
        if not self.cohort.randomised:
            return "mmrm"
        one_visit = len(self.cohort.post_visits) == 1
        return "ancova" if self.analysis.primary_estimator == "mmrm" and one_visit else self.analysis.primary_estimator

    def role(self, analysis: str, visit: str) -> str:
        """Return the role of a comparison of arms at a visit."""
        if analysis != self.primary_estimator:
            return "sensitivity"
        return "primary" if self.outcome.primary and visit == self.outcome.primary_visit else "secondary"

    @property
    def common(self) -> Row:
        """What every row about this outcome says."""
        return {"outcome": self.outcome.name, "unit": self.outcome.unit}

    @property
    def arms(self) -> list[str]:
        """The arms that are compared with the control."""
        return [arm.name for arm in self.cohort.intervention_arms]

    @property
    def visits(self) -> list[str]:
        """The visits after baseline, in their order in time."""
        return [visit.name for visit in self.cohort.post_visits]

    @property
    def undirected(self) -> list[str]:
        """The caveat of an effect size where neither direction of the outcome is better."""
        return [UNDIRECTED] if self.outcome.better == "neither" else []


def as_published(analysis: str, visit: str) -> str:
    """Return the role of what the studies did; in the place of `Context.role`."""
    return "as_published"


def owed(
    context: Context,
    analysis: str,
    term: str,
    rows: Callable[[], Rows],
    *,
    arms: Iterable[str],
    visits: Iterable[str],
    absent: str = "",
    role: Callable[[str, str], str] | None = None,
) -> list[Row]:
    """Return the rows of an analysis, and for each arm and visit without one a row that says why there are no numbers.

    Parameters
    ----------
    absent
        The reason where the analysis succeeded and gave no row for an arm and visit.
    """
    try:
        done, reason = list(rows()), absent
    except FitError as fault:
        done, reason = [], str(fault)
    given = {(row.get("arm", ""), row.get("visit", "")) for row in done if row["term"] == term}
    missing = [
        {
            **context.common,
            "analysis": analysis,
            "role": (role or context.role)(analysis, visit),
            "arm": arm,
            "reference_arm": context.cohort.control if arm else "",
            "visit": visit,
            "term": term,
            "note": f"not estimated: {reason}",
        }
        for visit in visits
        for arm in arms
        if (arm, visit) not in given
    ]
    return done + missing


def effect_size_columns(size: EffectSize, kind: str) -> Row:
    """Return the columns of an effect size."""
    limits = {"effect_size_low": size.low, "effect_size_high": size.high}
    return {"effect_size": size.value, "effect_size_kind": kind, **limits}
