"""Where the search for the covariance begins: several points, because a small trial can have two optima.

Of 10,800 simulated trials of normal values with 10 to 40 participants, 2 to 5 visits and dropout (us, toeph, csh) the first
point missed the lower of two optima in 5, all of 10 or 12 participants and 4 or 5 visits; the three points missed it in 2.
With heavy tails and 20 to 40 % of the visits missed here and there, the first point missed it in 2 to 8 % of trials of about
32 participants and 4 visits. (Where people only drop out, the likelihood of an unstructured matrix falls apart into
regressions of each visit on those before it, and has one optimum.)
"""

import numpy as np

from visitwise.layout import Layout
from visitwise.structures import Shape, correlations

#: One point is enough where there are this many participants to a visit; fewer, where nobody came back after a missed visit.
_ENOUGH = 50
_ENOUGH_MONOTONE = 8


def needs_several(layout: Layout) -> np.ndarray:
    """Say which trials are to be searched from several points, (D,); of the others these are for when the first fails."""
    came_back = (np.diff(layout.seen, axis=1) > 0).any(axis=1)
    enough = np.where(layout.counts[..., came_back].any(axis=(1, 2)), _ENOUGH, _ENOUGH_MONOTONE)
    return layout.counts.sum(axis=2).min(axis=1) < enough * layout.visits


def starting_points(layout: Layout, shape: Shape, *, first_only: bool = False) -> np.ndarray:
    """Return parameters to start from, (D, S, G, r), S = 3 or the first alone.

    They are those nearest to the covariance of the least-squares residuals, to compound symmetry with its mean variance
    and correlation, and to the identity.
    """
    residuals = layout.values[..., -1]
    pairs = np.tensordot(layout.counts, layout.both, axes=1)
    # The residuals have lost the degrees of freedom of the coefficients; of complete data this is the optimum itself.
    share = 1 - layout.columns / layout.observations
    covariance = (residuals.mT @ residuals) / (np.maximum(pairs, 1) * share[:, None, None, None])
    m = layout.visits
    identity = np.broadcast_to(np.eye(m), covariance.shape)
    # A visit at which the residuals of a group are zero has no variance to start from.
    variances = np.maximum(np.diagonal(covariance, axis1=-2, axis2=-1), 1e-8)
    observed = _definite(covariance * (1 - identity) + variances[..., None] * identity)
    if first_only:
        return shape.near(observed)[:, None]
    variance = variances.mean(axis=-1)[..., None, None]
    correlation = (correlations(observed) - identity).sum(axis=(-2, -1)) / max(m * (m - 1), 1)
    correlation = np.clip(correlation, -0.5 / max(m - 1, 1), 0.9)[..., None, None]
    symmetric = variance * (correlation + (1 - correlation) * identity)
    return np.stack([shape.near(start) for start in (observed, symmetric, identity)], axis=1)


def _definite(covariance: np.ndarray) -> np.ndarray:
    """Return covariance matrices with their correlations shrunk as far as it takes to be clearly definite."""
    least = np.linalg.eigvalsh(correlations(covariance))[..., 0]
    # The eigenvalues of (1 - w) R + w I are (1 - w) times those of R, plus w.
    shrink = np.clip((0.02 - least) / (1 - np.minimum(least, 0.5)), 0, 1)[..., None, None]
    diagonal = covariance * np.eye(covariance.shape[-1])
    return (1 - shrink) * covariance + shrink * diagonal
