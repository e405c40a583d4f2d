"""Satterthwaite's degrees of freedom."""

import numpy as np

from visitwise.precision import Precision


def variance_slopes(contrasts: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Return the derivatives of c c' by each parameter, c A_k c': (d, c, p) and (d, R, p, p) -> (d, c, R)."""
    d, c, p = contrasts.shape
    squares = (contrasts[..., :, None] * contrasts[..., None, :]).reshape(d, c, p * p)
    return squares @ slopes.reshape(d, -1, p * p).mT


def single(contrasts: np.ndarray, precision: Precision) -> np.ndarray:
    """Return the degrees of freedom of single contrasts, (d, c).

    Notes
    -----
    nu = 2 f^2 / (g' W g), with f = L Phi L' the variance of the contrast, g its derivatives by theta and W the
    covariance of theta-hat (Giesbrecht and Burns 1985, Biometrics 41:477). For one contrast Kenward and Roger's m is the
    same number.
    """
    variance = (contrasts**2).sum(axis=2)
    g = variance_slopes(contrasts, precision.slopes)
    spread = ((g @ precision.parameters) * g).sum(axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * variance**2 / spread


def joint(contrasts: np.ndarray, estimates: np.ndarray, precision: Precision) -> tuple[float, float, str]:
    """Return F, its denominator degrees of freedom, and a caveat, for l independent contrasts of one fit.

    Parameters
    ----------
    contrasts : (l, p)
        In the basis of `precision`.
    estimates : (l,)

    Notes
    -----
    Fai and Cornelius (1996, J Stat Comput Simul 54:363), as R's lmerTest: with L Phi L' = V D V' the l contrasts V' L are
    independent, t_q is the statistic of each and nu_q its degrees of freedom. F = sum t_q^2 / l has the denominator

        2 E / (E - l),   E = sum nu_q / (nu_q - 2);

    the common nu where all are equal, and 2 where one of them is 2 or less. It depends on the basis of the hypothesis.
    """
    size = len(contrasts)
    values, vectors = np.linalg.eigh(contrasts @ contrasts.T)
    turned = vectors.T @ contrasts
    statistic = float(((vectors.T @ estimates) ** 2 / values).sum() / size)
    nu = single(turned[None], precision)[0]
    if np.ptp(nu) < 1e-8 * nu.mean():
        return statistic, float(nu.mean()), ""
    if nu.min() <= 2:
        return statistic, 2.0, "a contrast of this term has two degrees of freedom or fewer"
    expectation = (nu / (nu - 2)).sum()
    return statistic, float(2 * expectation / (expectation - size)), ""
