"""A trial with missing values, laid out for imputation."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retrowalk.model.ancova import lacks, take_mean_baseline
from retrowalk.model.longitudinal import Longitudinal


@dataclass(frozen=True)
class Incomplete:
    """One outcome of n participants at m visits after baseline.

    Attributes
    ----------
    people : DataFrame
        One row a participant: arm, baseline and covariates, complete.
    arms, visits
        The control arm first; the visits in their order in time.
    values : (n, m)
        The outcome, NaN where it is missing.
    own, reference : (n, m, p)
        Rows of the mixed model's design in the participant's own arm and as if in the control arm.
    left_out : int
        Participants who lack a covariate, or whose arm is not in the model.
    lacking
        Which of the two (`ancova.lacks`).
    """

    people: pd.DataFrame
    arms: list[str]
    visits: list[str]
    values: np.ndarray
    own: np.ndarray
    reference: np.ndarray
    left_out: int
    lacking: tuple[str, ...]

    @property
    def missing(self) -> np.ndarray:
        """Where a value is missing, (n, m)."""
        return np.isnan(self.values)


def incomplete_trial(
    fit: Longitudinal, data: pd.DataFrame, baseline: str, control: str, adjust_for: tuple[str, ...] = ()
) -> Incomplete:
    """Lay out everybody randomised for imputation, those without any value after baseline too.

    Parameters
    ----------
    fit
        The MMRM of `data` (`fit_mmrm`).
    data, baseline, control, adjust_for
        As given to `fit_mmrm`. A missing baseline takes the mean over all arms.
    """
    visits, arms = list(fit.counts.columns), [control, *(arm for arm in fit.counts.index if arm != control)]
    known = data[data["arm"].isin(arms)].dropna(subset=list(adjust_for))
    known, _ = take_mean_baseline(known, baseline)
    names = {name: f"covariate {name}" for name in adjust_for} | {baseline: "baseline"}
    people = known[["arm", baseline, *adjust_for]]
    grid = people.rename(columns=names).loc[people.index.repeat(len(visits))].reset_index(drop=True)
    grid["visit"] = np.tile(visits, len(people))
    shape = (len(people), len(visits), -1)
    return Incomplete(
        people=people,
        arms=arms,
        visits=visits,
        values=known[visits].to_numpy(float),
        own=fit.fit.design_of(grid).reshape(shape),
        reference=fit.fit.design_of(grid.assign(arm=control)).reshape(shape),
        left_out=len(data) - len(known),
        lacking=lacks(data.drop(known.index), adjust_for),
    )
