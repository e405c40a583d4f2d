"""Draws from the posterior of a fit: coefficients and covariance together, for multiple imputation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from visitwise.criterion import cholesky, evaluate
from visitwise.errors import NotFittedError, SpecificationError
from visitwise.layout import Layout
from visitwise.structures import STRUCTURES, Shape, shape

#: Degrees of freedom of the multivariate t that proposals come from: its tails must be heavier than the posterior's.
_TAILS = 5
#: Proposals before the first draw, and the fewest and most from one draw to the next.
_BURN_IN = 200
_APART = (6, 60)
#: Rounds in which the proposals move to where the posterior is, and how many are looked at in each.
_ROUNDS = 4
_FOR_A_ROUND = 2000
#: Fewer proposals accepted than this and the draws would repeat each other.
_FEWEST_ACCEPTED = 0.1


@dataclass(frozen=True)
class Posterior:
    """Draws of the parameters of a mixed model.

    Attributes
    ----------
    coefficients : (M, p)
        Of the design's columns.
    covariance : (M, m, m)
        Of a participant's visits, in the response's unit squared.
    accepted : float
        Share of the proposals that were accepted.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    accepted: float


def draw(layout: Layout, form: Shape, covariance: np.ndarray, draws: int, generator: np.random.Generator) -> Posterior:
    """Draw from the posterior of a fit's coefficients and covariance.

    Parameters
    ----------
    layout
        One trial, with one covariance matrix for all participants.
    form
        The covariance structure, laid out in standard deviations and correlations (`in_correlations`).
    covariance : (m, m)
        The one that was fitted, in the response's unit squared.
    draws
        M.
    generator
        The source of every random number.

    Returns
    -------
    Posterior

    Raises
    ------
    SpecificationError
        More than one covariance matrix.
    NotFittedError
        Fewer than a tenth of the proposals were accepted: the posterior is far from a bell, and the draws would be few.

    Notes
    -----
    With a flat prior on the coefficients the posterior of the covariance is the restricted likelihood times its prior,
    which is flat on log standard deviations and on correlations; given the covariance the coefficients are normal with
    mean beta-hat and covariance Phi (Harville 1974, Biometrika 61:383). The covariance is drawn by the Metropolis
    algorithm with independent proposals (Tierney 1994, Ann Stat 22:1701) from a multivariate t, on the scale of log
    standard deviations and Fisher's z. The t starts around the fit and moves, by the weighted mean and covariance of its own
    draws (importance sampling; Cappé et al. 2004, J Comput Graph Stat 13:907), to where the posterior is. With one visit the draws must be those of s^2 df / chi-square, which
    a test compares; with several they are compared with a Gibbs sampler.
    """
    if layout.groups > 1:
        raise SpecificationError("draws need one covariance matrix for all participants")
    target = _Target(layout, form)
    centre = form.near(covariance / layout.scale[0] ** 2)
    is_sd = np.array([kind == "sd" for kind in form.kinds])
    at = evaluate(layout, form, centre[None, None])
    slope = np.where(is_sd, centre, 1 - centre**2)
    information = slope[:, None] * at.expected[0] / 2 * slope
    root, definite = cholesky(information[None])
    if not definite[0]:
        raise NotFittedError.because("singular_information")

    proposal = _Proposal(
        np.where(is_sd, np.log(np.where(is_sd, centre, 1)), np.arctanh(np.where(is_sd, 0, centre))), root[0]
    )
    accepted = 0.0
    for _ in range(_ROUNDS):
        eta, log_density = proposal.draw(_FOR_A_ROUND, generator)
        log_weight = target.of_unbounded(eta, is_sd)[0] - log_density
        _, accepted = _chain(log_weight, np.log(generator.random(len(eta))))
        proposal = _moved(eta, log_weight) or proposal
    # So far apart that two draws are rarely the same.
    apart = int(np.clip(3 / max(accepted, _FEWEST_ACCEPTED), *_APART))
    eta, log_density = proposal.draw(_BURN_IN + apart * draws, generator)
    log_target, theta = target.of_unbounded(eta, is_sd)
    chain, accepted = _chain(log_target - log_density, np.log(generator.random(len(eta))))
    if accepted < _FEWEST_ACCEPTED:
        raise NotFittedError.because("few_accepted", accepted=accepted)
    kept = theta[chain[_BURN_IN::apart]]
    coefficients = target.coefficients(kept, generator.standard_normal((draws, layout.columns)))
    return Posterior(coefficients, form.matrix(kept) * layout.scale[0] ** 2, accepted)


def in_correlations(structure: str, visits: Sequence[Any], times: tuple[float, ...] | None = None) -> Shape:
    """Lay a structure out over visits in standard deviations and correlations, whatever its own parameters are."""
    row = STRUCTURES[structure]
    entries = {"any": "visit", "lag": "common", "one": "common"}
    spread = entries[row.correlation] if row.spread == "entries" else row.spread
    return shape(replace(row, spread=spread, nonnegative=False), tuple(visits), times=times)


@dataclass(frozen=True)
class _Proposal:
    """A multivariate t; `root` is the lower factor of the inverse of its scale matrix."""

    centre: np.ndarray
    root: np.ndarray

    def draw(self, count: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return points, (count, r), the first of them the centre, and their log density up to a constant."""
        normal = generator.standard_normal((count, len(self.centre)))
        stretch = np.sqrt(generator.chisquare(_TAILS, count) / _TAILS)
        steps = np.linalg.solve(self.root.T, (normal / stretch[:, None]).T).T
        steps[0] = 0
        squared = ((steps @ self.root) ** 2).sum(axis=1)
        log_density = -0.5 * (_TAILS + len(self.centre)) * np.log1p(squared / _TAILS)
        return self.centre + steps, log_density


def _moved(eta: np.ndarray, log_weight: np.ndarray) -> _Proposal | None:
    """Return the t with the weighted mean and covariance of the points; None where too few of them have any weight.

    No point counts for more than a hundredth of all, so that one lucky draw does not decide.
    """
    weight = np.exp(log_weight - log_weight.max())
    weight = np.minimum(weight / weight.sum(), 0.01)
    weight /= weight.sum()
    if 1 / (weight**2).sum() < 5 * eta.shape[1]:
        return None
    centre = weight @ eta
    apart = eta - centre
    root, definite = cholesky(np.linalg.inv((weight[:, None] * apart).T @ apart)[None])
    return _Proposal(centre, root[0]) if definite[0] else None


def _chain(log_weight: np.ndarray, log_uniform: np.ndarray) -> tuple[np.ndarray, float]:
    """Return which proposal the chain is at after each, and the share that was accepted."""
    place, accepted, chain = 0, 0, np.zeros(len(log_weight), dtype=int)
    for step in range(1, len(log_weight)):
        if log_uniform[step] < log_weight[step] - log_weight[place]:
            place, accepted = step, accepted + 1
        chain[step] = place
    return chain, accepted / (len(log_weight) - 1)


class _Target:
    """The restricted likelihood at many covariance matrices at once.

    The participants enter through S_p, the sums over those with a pattern p of visits of z_a z_b', z_a being the row of
    the basis and the response at visit a. For any Sigma, with W_p its inverse at the visits of a pattern,

        [X'WX  X'Wy; y'WX  y'Wy] = sum_p sum_ab W_p,ab S_p,ab = L L',

    and L holds all that is needed: log |X'WX|, beta-hat and, in its last corner, r'Wr.
    """

    def __init__(self, layout: Layout, form: Shape) -> None:
        self.layout, self.form = layout, form
        rows = layout.values[0, 0]
        _, m, k = rows.shape
        by_pattern = np.zeros((len(layout.seen), m, k, m, k))
        for pattern in range(len(layout.seen)):
            part = rows[layout.pattern[0, 0] == pattern].reshape(-1, m * k)
            by_pattern[pattern] = (part.T @ part).reshape(m, k, m, k)
        self.sums = by_pattern.transpose(0, 1, 3, 2, 4).reshape(-1, k * k)

    def log_density(self, theta: np.ndarray) -> np.ndarray:
        """Return log l_R, up to a constant, for parameters (K, r); -inf where Sigma is not positive definite."""
        factor, log_det, usable = self._factor(theta)
        diagonal = np.diagonal(factor, axis1=1, axis2=2)
        with np.errstate(invalid="ignore", divide="ignore"):
            log_phi = 2 * np.log(diagonal[:, :-1]).sum(axis=1)
            value = -0.5 * (log_det + log_phi + diagonal[:, -1] ** 2)
        return np.where(usable, value, -np.inf)

    def of_unbounded(self, eta: np.ndarray, is_sd: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the log posterior density of log SDs and Fisher's z, (K,), and theta, (K, r)."""
        theta = np.where(is_sd, np.exp(np.where(is_sd, eta, 0)), np.tanh(np.where(is_sd, 0, eta)))
        with np.errstate(divide="ignore"):
            jacobian = np.log1p(-(np.where(is_sd, 0, theta) ** 2)).sum(axis=1)
        return self.log_density(theta) + jacobian, theta

    def coefficients(self, theta: np.ndarray, normal: np.ndarray) -> np.ndarray:
        """Return coefficients of the design drawn from their normal distribution given theta, (K, p)."""
        factor, _, _ = self._factor(theta)
        root, projected = factor[:, :-1, :-1], factor[:, -1, :-1]
        beta = np.linalg.solve(root.mT, (projected + normal)[..., None])[..., 0]
        layout = self.layout
        return layout.scale[0] * (layout.coefficients[0] + beta) @ layout.to_design[0].T

    def _factor(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        layout = self.layout
        sigma = self.form.matrix(theta)
        padded = sigma[:, None] * layout.both + layout.missed
        lower, definite = cholesky(padded)
        usable = definite.all(axis=1) & self.form.positive(theta)
        inverse = np.linalg.inv(lower)
        W = (inverse.mT @ inverse) * layout.both
        log_det = 2 * np.log(np.diagonal(lower, axis1=2, axis2=3)).sum(axis=2) @ layout.counts[0, 0]
        k = layout.columns + 1
        factor, definite = cholesky((W.reshape(len(theta), -1) @ self.sums).reshape(-1, k, k))
        return factor, log_det, usable & definite
