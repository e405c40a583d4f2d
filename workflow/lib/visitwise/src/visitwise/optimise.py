"""The search for the parameters of the covariance: Newton's method, measured in Fisher's information.

A step solves H d = - score with H the observed information, seen in the metric of the expected information F = L L': the
eigenvalues of L^-1 H L'^-1 are near 1 close to an optimum. Where one is negative or nearly zero the criterion is no bowl
in that direction, and its size (or a floor) takes its place, so that every step leads downhill; a step that does not
lower the criterion, or leaves the positive definite matrices, is halved.
"""

from dataclasses import dataclass

import numpy as np

from visitwise.criterion import Evaluation, cholesky, evaluate
from visitwise.layout import Layout
from visitwise.starts import needs_several, starting_points
from visitwise.structures import Shape, correlations

#: A run has converged when a further step would lower the criterion by less than half of this: the parameters are then
#: within 1e-7 of their standard errors.
_DECREMENT = 1e-14
#: ... or less than half of this, where the next step promised hardly less or could not be made: rounding errors forbid more.
_ROUNDED = 1e-8
_MOST_STEPS = 200
_MOST_HALVINGS = 40
#: A run is far from an optimum while Fisher's step promises to lower the criterion by more than half of this.
_FAR = 1.0
#: The least curvature, in the metric of Fisher's information, that is believed far from an optimum and near it.
_SOUND = 0.3
_FLOOR = 1e-3
#: Largest condition number of the correlation matrix of a fit, and of a run that goes on.
LARGEST_CONDITION = 1e6
_HOPELESS = 1e13
#: Smallest eigenvalue of the observed information, in the metric of the expected one, of a fit.
_BOWL = 1e-6

NO_CONVERGENCE = "no_convergence"
SINGULAR = "singular"
NOT_A_MINIMUM = "not_a_minimum"
NOT_IDENTIFIED = "not_identified"
UNBOUNDED_ELSEWHERE = "unbounded_elsewhere"


@dataclass(frozen=True)
class Optimum:
    """The best fit of one structure to each of D trials.

    Attributes
    ----------
    theta : (D, G, r)
        Of the standardised response.
    fitted : (D,) of bool
    reason : (D,) of str
        The code of why there is no fit (`reasons.WORDS`); of a fit, that of a caveat or "".
    steps : (D,) of int
        Evaluations of the criterion until the best run converged.
    """

    theta: np.ndarray
    fitted: np.ndarray
    reason: np.ndarray
    steps: np.ndarray

    def some(self, which: np.ndarray) -> "Optimum":
        """Return the fits of some of the trials."""
        return Optimum(self.theta[which], self.fitted[which], self.reason[which], self.steps[which])


def minimise(layout: Layout, shape: Shape) -> Optimum:
    """Minimise the criterion from several starting points at once, and keep each trial's lowest optimum."""
    several = needs_several(layout)
    if several.all():
        return _lowest(layout, shape, starting_points(layout, shape))
    first = _lowest(layout, shape, starting_points(layout, shape, first_only=True))
    again = np.flatnonzero(several | ~first.fitted)
    if len(again) == 0:
        return first
    part = layout.take(again)
    others = _lowest(part, shape, starting_points(part, shape))
    for name in ("theta", "fitted", "reason", "steps"):
        getattr(first, name)[again] = getattr(others, name)
    return first


def _lowest(layout: Layout, shape: Shape, starts: np.ndarray) -> Optimum:
    D, S, G, r = starts.shape
    runs = _Runs(starts.reshape(D * S, G, r), S)
    _search(layout, shape, runs)
    outcome = np.where(runs.converged, "", runs.reason).reshape(D, S)
    criterion = runs.criterion.reshape(D, S)
    good = runs.converged.reshape(D, S)
    ranked = np.where(good, criterion, np.inf)
    fitted = good.any(axis=1)
    # Where nothing was fitted the reason is that of the run that became singular, if one did.
    singular = outcome == SINGULAR
    best = np.where(fitted, ranked.argmin(axis=1), singular.argmax(axis=1))
    pick = np.arange(D) * S + best
    below = np.where(singular, criterion, np.inf).min(axis=1) < ranked.min(axis=1) - 1e-6
    return Optimum(
        theta=runs.theta[pick],
        fitted=fitted,
        reason=np.where(fitted, np.where(below, UNBOUNDED_ELSEWHERE, ""), runs.reason[pick]).astype(object),
        steps=runs.steps[pick],
    )


class _Runs:
    """What is known of B runs, S from each trial."""

    def __init__(self, theta: np.ndarray, starts: int) -> None:
        B, R = len(theta), theta[0].size
        self.starts = starts
        self.theta = theta.copy()
        self.criterion = np.full(B, np.inf)
        self.direction = np.zeros((B, R))
        self.decrement = np.full(B, np.inf)
        self.length = np.ones(B)
        self.halvings = np.zeros(B, dtype=int)
        self.least = np.ones(B)
        self.stalled = np.zeros(B, dtype=bool)
        self.steps = np.zeros(B, dtype=int)
        self.converged = np.zeros(B, dtype=bool)
        self.reason = np.full(B, NO_CONVERGENCE, dtype=object)

    def ahead(self, some: np.ndarray) -> np.ndarray:
        """Return the parameters that some runs try next."""
        step = self.length[some, None] * self.direction[some]
        return self.theta[some] + step.reshape(self.theta[some].shape)

    def is_lower(self, some: np.ndarray, criterion: np.ndarray) -> np.ndarray:
        """Say where a new criterion falls enough, by Armijo's rule, rounding errors allowed for."""
        promised = np.where(np.isfinite(self.decrement[some]), 1e-4 * self.length[some] * self.decrement[some], 0)
        return criterion <= self.criterion[some] - promised + 1e-13 * (1 + np.abs(criterion))


def _search(layout: Layout, shape: Shape, runs: _Runs) -> None:
    """Step all runs until each has converged, failed, or met another of its trial."""
    alive = np.arange(len(runs.theta))
    for step in range(_MOST_STEPS):
        current = layout if len(layout.counts) == 1 else layout.take(alive // runs.starts)
        place = runs.ahead(alive)
        now = evaluate(current, shape, place)
        better = now.usable & runs.is_lower(alive, now.criterion)
        direction, decrement, least = _step(now, better)

        moved, stuck = alive[better], alive[~better]
        runs.stalled[moved] = decrement[better] > 0.1 * runs.decrement[moved]
        runs.stalled[stuck] = True
        runs.steps[alive] = step + 1
        runs.theta[moved], runs.criterion[moved] = place[better], now.criterion[better]
        runs.direction[moved], runs.decrement[moved] = direction[better], decrement[better]
        runs.length[moved], runs.halvings[moved], runs.least[moved] = 1, 0, least[better]
        runs.length[stuck] /= 2
        runs.halvings[stuck] += 1

        ended = _judge(shape, runs, alive, better, look=step % 8 == 7)
        alive = alive[~(ended | _met(runs)[alive])]
        if len(alive) == 0:
            return
    runs.reason[alive[_condition(shape, runs.theta[alive]) > LARGEST_CONDITION]] = SINGULAR


def _judge(shape: Shape, runs: _Runs, alive: np.ndarray, better: np.ndarray, *, look: bool) -> np.ndarray:
    """Say which of the runs alive have ended, and note how; `look` for those that become singular on the way."""
    decrement = runs.decrement[alive]
    exact = better & (decrement < _DECREMENT)
    done = exact | (runs.stalled[alive] & (decrement < _ROUNDED))
    unidentified = better & ~np.isfinite(decrement)
    lost = (runs.halvings[alive] > _MOST_HALVINGS) | (~better & ~np.isfinite(runs.criterion[alive]))
    ended = done | unidentified | lost
    if not (look or ended.any()):
        return ended
    condition = _condition(shape, runs.theta[alive])
    fine = done & (condition <= LARGEST_CONDITION) & (runs.least[alive] > _BOWL)
    singular = (condition > _HOPELESS) | (ended & (condition > LARGEST_CONDITION))
    runs.reason[alive[done & ~fine]] = NOT_A_MINIMUM
    runs.reason[alive[unidentified]] = NOT_IDENTIFIED
    runs.reason[alive[singular]] = SINGULAR
    runs.converged[alive[fine]] = True
    # The last step, too short to be worth another look: it doubles the digits.
    runs.theta[alive[fine & exact]] = runs.ahead(alive[fine & exact])
    return ended | singular


def _step(now: Evaluation, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the step (B, R), twice the fall of the criterion it promises (B,), and the least eigenvalue (B,).

    A run whose expected information is singular has an infinite promise.
    """
    R = now.score.shape[1]
    usable = wanted[:, None, None]
    diagonal = np.sqrt(np.abs(np.diagonal(now.expected, axis1=1, axis2=2)))
    diagonal[~wanted | (diagonal == 0).any(axis=1)] = 1
    scaled = now.expected / (diagonal[:, :, None] * diagonal[:, None, :])
    lower, definite = cholesky(np.where(usable, scaled, np.eye(R)))
    half = np.linalg.inv(lower) / diagonal[:, None, :]
    values, vectors = np.linalg.eigh(np.where(usable, half @ now.observed @ half.mT, np.eye(R)))
    score = vectors.mT @ (half @ np.where(usable, now.score[..., None], 0))
    far = (score**2).sum(axis=(1, 2)) > _FAR
    curvature = np.where(far[:, None] & (values < _SOUND), 1, np.maximum(np.abs(values), _FLOOR))
    step = -score / curvature[..., None]
    direction = (half.mT @ (vectors @ step))[..., 0]
    decrement = -(score * step).sum(axis=(1, 2))
    return direction, np.where(definite, decrement, np.inf), values[:, 0]


def _condition(shape: Shape, theta: np.ndarray) -> np.ndarray:
    """Return the largest condition number of the correlations of the groups, (B,)."""
    values = np.linalg.eigvalsh(correlations(shape.matrix(theta)))
    with np.errstate(divide="ignore"):
        return np.where(values[..., 0] > 0, values[..., -1] / np.abs(values[..., 0]), np.inf).max(axis=-1)


def _met(runs: _Runs) -> np.ndarray:
    """Say which runs are where an earlier run of the same trial is, close to an optimum, (B,)."""
    if runs.starts == 1:
        return np.zeros(len(runs.theta), dtype=bool)
    shape = (-1, runs.starts)
    near = np.where(runs.decrement < 1e-3, runs.criterion, np.nan).reshape(shape)
    places = runs.theta.reshape(*near.shape, -1)
    met = np.zeros(near.shape, dtype=bool)
    for later in range(1, runs.starts):
        for earlier in range(later):
            apart = np.abs(places[:, later] - places[:, earlier]).max(axis=1)
            close = apart < 1e-2 * np.abs(places[:, earlier]).max(axis=1)
            met[:, later] |= close & (np.abs(near[:, later] - near[:, earlier]) < 1e-3) & ~met[:, earlier]
    return met.ravel()
