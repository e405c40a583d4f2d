"""Changes of single participants since baseline: in the outcome's unit or in percent, and who of an arm changed by how much."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retrowalk.model.wide import wide_outcome
from retrowalk.plan.trial import Arm, Cohort, Outcome, Threshold, Visit

#: A change that misses a threshold by this share of it reaches it: 2.2 - 1.2 is a little more than 1.
TOLERANCE = 1e-9


def change_since(baseline: pd.Series, value: pd.Series, *, percent: bool = False) -> pd.Series:
    """Return the change of each participant, missing without both values.

    Parameters
    ----------
    baseline, value
        Of each participant (the outcome's unit).
    percent
        Whether the change is a percentage of the baseline, else it is in the outcome's unit. A baseline of 0 then leaves
        nothing that could be a percentage: such a participant is missing.
    """
    change = value - baseline
    return 100 * change / baseline.abs().where(baseline != 0) if percent else change


def responds(change: pd.Series, threshold: float, sign: int) -> pd.Series:
    """Return who improved by a threshold or more: True, False, or missing where the change is.

    Parameters
    ----------
    change
        Of each participant, on the scale of the threshold.
    threshold
        A positive change. An improvement that equals it counts (`TOLERANCE`).
    sign
        1 where higher is better, -1 where lower is.
    """
    return (sign * change >= threshold * (1 - TOLERANCE)).where(change.notna())


def cumulative_shares(change: pd.Series, sign: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the changes of an arm, each once and best first, and the percentage with that change or a better one.

    Parameters
    ----------
    change
        Of each participant, none missing.
    sign
        1 where higher is better, -1 where lower is.
    """
    changes, counts = np.unique(-sign * change.to_numpy(), return_counts=True)
    return -sign * changes, 100 * counts.cumsum() / counts.sum()


def by_arm(values: pd.Series, arm: pd.Series, arms: Iterable[str], *, descending: bool = False) -> dict[str, pd.Series]:
    """Return {arm: its values in their order, those that are missing left out}.

    Parameters
    ----------
    values, arm
        Of each participant.
    arms
        The arms that are asked for, in their order.
    """
    return {
        name: values[arm == name].dropna().sort_values(ascending=not descending, ignore_index=True) for name in arms
    }


@dataclass(frozen=True)
class Scale:
    """Changes on one scale: the outcome's unit, or percent of baseline.

    Attributes
    ----------
    percent
        Whether they are in percent of baseline.
    sign
        1 where higher is better (or neither is known to be), -1 where lower is.
    values
        Of each arm, the control first, the changes from best to worst.
    thresholds
        Those of the plan on this scale.
    """

    percent: bool
    sign: int
    values: dict[str, pd.Series]
    thresholds: tuple[Threshold, ...]

    def curve(self, arm: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the cumulative shares of an arm (`cumulative_shares`)."""
        return cumulative_shares(self.values[arm], self.sign)

    def reached(self, arm: str, threshold: Threshold) -> float:
        """Return the percentage of an arm that improved by the threshold or more."""
        return 100 * responds(self.values[arm], threshold.value, self.sign).mean()


@dataclass(frozen=True)
class Changes:
    """The changes of an outcome at its primary visit, on one scale or two; `absent` have no value at one of the visits.

    `without_share` have a baseline of 0, of which there is no percentage.
    """

    cohort: Cohort
    outcome: Outcome
    scales: tuple[Scale, ...]
    absent: int
    without_share: int

    @property
    def visit(self) -> Visit:
        """The visit at which the change since baseline is looked at."""
        return self.cohort.visit(self.outcome.primary_visit)

    @property
    def arms(self) -> list[Arm]:
        """The arms with a change, the control first."""
        return [self.cohort.arm(name) for name in self.scales[0].values]


def changes_of(
    participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort, outcome: Outcome
) -> Changes | None:
    """Return the changes of an outcome since baseline at its primary visit, or None where nobody has one.

    There is a scale in the outcome's unit where the plan has a threshold in it or none at all, and one in percent of
    baseline where it has a threshold in percent.

    Parameters
    ----------
    participants, measurements
        The two tables of one cohort (columns in `retrowalk.vocabulary`).
    cohort, outcome
        Its part of the plan.
    """
    wide = wide_outcome(participants, measurements, cohort, outcome)
    baseline, value = wide[cohort.baseline.name], wide[outcome.primary_visit]
    change, share = change_since(baseline, value), change_since(baseline, value, percent=True)
    arms = [cohort.control, *(arm.name for arm in cohort.intervention_arms)]
    scales = []
    for percent, values in ((False, change), (True, share)):
        thresholds = tuple(each for each in outcome.responders if each.percent == percent)
        of_arms = by_arm(values, wide["arm"], arms, descending=outcome.sign > 0)
        of_arms = {arm: of_arm for arm, of_arm in of_arms.items() if len(of_arm)}
        if of_arms and (thresholds or not (percent or outcome.responders)):
            scales.append(Scale(percent, outcome.sign, of_arms, thresholds))
    if not scales:
        return None
    return Changes(cohort, outcome, tuple(scales), int(change.isna().sum()), int((change.notna() & share.isna()).sum()))
