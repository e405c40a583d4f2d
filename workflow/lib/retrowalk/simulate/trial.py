"""A small trial of a stated design: arms, visits, outcomes, dropout.

The value of outcome o of participant i at visit v is

    mean[arm, v] + sd[v] * (loading * f_i + e_iv),    f_i ~ N(0, 1),  e_i ~ N(0, R - loading^2)

clipped to the instrument's limits and rounded to its resolution, so that before clipping the correlation between visits
is R and the correlation of two outcomes of one participant is the product of their loadings. A value beyond the
instrument's limits becomes the limit, as with a person who is at the end of a scale: floors and ceilings are part of
what is simulated.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

#: The start of every simulated participant's id, so that nobody takes one for a person.
ID_START = "SYN-"


@dataclass(frozen=True)
class OutcomeDesign:
    """One outcome of a trial to be simulated, in the outcome's unit.

    `means` has a mean a visit for each arm, `sds` an SD a visit and `correlation` a row a visit; `loading` (between -1
    and 1) is the weight of the participant's latent factor, which ties the outcomes of one participant together. Its
    square must stay below the correlations between visits.
    """

    name: str
    means: Mapping[str, tuple[float, ...]]
    sds: tuple[float, ...]
    correlation: tuple[tuple[float, ...], ...]
    low: float | None
    high: float | None
    resolution: float
    loading: float = 0.0


@dataclass(frozen=True)
class Dropout:
    """Withdrawal that depends on the last observed value of one outcome alone: missing at random, and for good.

    `chance` is the chance to withdraw before the next visit of a participant whose last value is the mean over the arms
    at that visit; the odds are multiplied by `odds_ratio` for every SD above that mean.
    """

    outcome: str
    chance: float
    odds_ratio: float


@dataclass(frozen=True)
class TrialDesign:
    """A trial to be simulated: `arms` is {arm: number of participants}, the first of `weeks` is baseline.

    Raises
    ------
    ValueError
        An outcome without a mean for every arm and visit, an SD for every visit or a correlation for every pair of
        visits, or dropout that depends on an outcome that the design does not have.
    """

    arms: Mapping[str, int]
    weeks: tuple[int, ...]
    outcomes: tuple[OutcomeDesign, ...]
    dropout: Dropout | None = None
    id_prefix: str = ID_START

    def __post_init__(self) -> None:
        visits = len(self.weeks)
        for outcome in self.outcomes:
            if set(outcome.means) != set(self.arms) or any(len(means) != visits for means in outcome.means.values()):
                raise ValueError(
                    f"{outcome.name}: give a mean at each of the {visits} visits for each of the arms {list(self.arms)}"
                )
            if len(outcome.sds) != visits or np.shape(outcome.correlation) != (visits, visits):
                raise ValueError(f"{outcome.name}: give {visits} SDs and a {visits} x {visits} correlation matrix")
        if self.dropout and self.dropout.outcome not in [outcome.name for outcome in self.outcomes]:
            raise ValueError(f"dropout depends on {self.dropout.outcome}, which is not an outcome of the design")

    @property
    def visits(self) -> tuple[str, ...]:
        """The names of the visits: baseline, then week_<week>."""
        return ("baseline", *(f"week_{week}" for week in self.weeks[1:]))

    def outcome(self, name: str) -> OutcomeDesign:
        """Return the outcome of this name."""
        return next(outcome for outcome in self.outcomes if outcome.name == name)


@dataclass(frozen=True)
class Enrolled:
    """Who takes part: ids, arms and latent factors, three arrays with an entry a participant."""

    participant: np.ndarray
    arm: np.ndarray
    factor: np.ndarray


def simulate_trial(design: TrialDesign, rng: np.random.Generator) -> pd.DataFrame:
    """Simulate one trial.

    Parameters
    ----------
    design
        What to simulate.
    rng
        Where the random numbers come from. Attendance is drawn last: the same seed without dropout gives the same
        values, with those that dropout hides.

    Returns
    -------
    DataFrame
        participant, arm, visit, outcome, value (the outcome's unit), sorted by participant, visit and outcome as in the
        design. A value after withdrawal is an absent row.

    Raises
    ------
    ValueError
        The correlations and the loading of an outcome contradict each other.
    """
    enrolled = enrol(design, rng)
    values = {outcome.name: draw_outcome(outcome, enrolled.arm, enrolled.factor, rng) for outcome in design.outcomes}
    shape = (len(enrolled.participant), len(design.visits), len(design.outcomes))
    attended = np.ones(shape[:2], dtype=bool)
    if design.dropout:
        attended = draw_attendance(design.dropout, design.outcome(design.dropout.outcome), values, rng)
    columns = {
        "participant": enrolled.participant[:, None, None],
        "arm": enrolled.arm[:, None, None],
        "visit": np.array(design.visits)[:, None],
        "outcome": np.array(list(values)),
        "value": np.stack(list(values.values()), axis=-1),
    }
    table = pd.DataFrame({name: np.broadcast_to(column, shape).ravel() for name, column in columns.items()})
    return table[np.broadcast_to(attended[..., None], shape).ravel()].reset_index(drop=True)


def enrol(design: TrialDesign, rng: np.random.Generator) -> Enrolled:
    """Draw who takes part, numbered as enrolled: arms in random order, each with its stated number."""
    arm = rng.permutation(np.repeat(list(design.arms), list(design.arms.values())))
    width = len(str(len(arm)))
    participant = np.array([f"{design.id_prefix}{number:0{width}d}" for number in range(1, len(arm) + 1)])
    return Enrolled(participant, arm, rng.standard_normal(len(arm)))


def draw_outcome(outcome: OutcomeDesign, arm: np.ndarray, factor: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw the values of one outcome, clipped and rounded.

    Parameters
    ----------
    outcome
        Its design.
    arm, factor
        Arm and latent factor of each participant.

    Returns
    -------
    array of shape (participants, visits), in the outcome's unit

    Raises
    ------
    ValueError
        What is left of the correlation between visits after the latent factor is not positive definite.
    """
    # Cholesky rather than SVD: the factor is unique, so that a seed gives the same numbers on every machine.
    try:
        root = np.linalg.cholesky(np.array(outcome.correlation) - outcome.loading**2)
    except np.linalg.LinAlgError:
        raise ValueError(
            f"{outcome.name}: the correlations between visits minus loading^2 = {outcome.loading**2:.3g} are not "
            f"positive definite; choose a smaller loading or higher correlations"
        ) from None
    own = rng.standard_normal((len(arm), len(outcome.sds))) @ root.T
    means = np.array([outcome.means[name] for name in arm])
    return on_scale(means + np.array(outcome.sds) * (outcome.loading * factor[:, None] + own), outcome)


def on_scale(values: np.ndarray, outcome: OutcomeDesign) -> np.ndarray:
    """Return `values` as the instrument would show them: within its limits, rounded to its resolution."""
    steps = np.round(np.clip(values, outcome.low, outcome.high) / outcome.resolution)
    return np.round(steps * outcome.resolution, 10) + 0.0  # 3.9, not 3.9000000000000004; 0, not -0


def draw_attendance(
    dropout: Dropout, outcome: OutcomeDesign, values: Mapping[str, np.ndarray], rng: np.random.Generator
) -> np.ndarray:
    """Draw which visits are attended; who withdraws does not come back.

    Parameters
    ----------
    dropout, outcome
        How withdrawal depends on which outcome.
    values
        Values of shape (participants, visits), by outcome.

    Returns
    -------
    bool array of shape (participants, visits); every participant attends baseline
    """
    observed = values[dropout.outcome]
    middle = np.mean(list(outcome.means.values()), axis=0)
    distance = (observed - middle) / np.array(outcome.sds)
    odds = dropout.chance / (1 - dropout.chance) * dropout.odds_ratio**distance
    stays = rng.random(observed.shape) >= odds / (1 + odds)
    attended = np.ones(observed.shape, dtype=bool)
    attended[:, 1:] = np.logical_and.accumulate(stays[:, :-1], axis=1)
    return attended
