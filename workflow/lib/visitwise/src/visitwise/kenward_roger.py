"""The F test of Kenward and Roger.

Kenward MG, Roger JH (1997). Small sample inference for fixed effects from restricted maximum likelihood. Biometrics
53:983-997. The letters are theirs; `precision` has Phi, Lambda, W and P_k.
"""

import numpy as np

from visitwise.precision import Precision


def variances(contrasts: np.ndarray, precision: Precision) -> np.ndarray:
    """Return the adjusted variances L Phi_A L' of single contrasts, (d, c); Phi_A = Phi + 2 Lambda."""
    return (contrasts**2).sum(axis=2) + ((contrasts @ precision.adjustment) * contrasts).sum(axis=2)


def joint(contrasts: np.ndarray, estimates: np.ndarray, precision: Precision) -> tuple[float, float, str]:
    """Return lambda F, its denominator degrees of freedom m, and a caveat, for l independent contrasts of one fit.

    Parameters
    ----------
    contrasts : (l, p)
        In the basis of `precision`, in which Phi is the identity and P_k is -A_k.
    estimates : (l,)

    Notes
    -----
    F = (L beta)' (L Phi_A L')^-1 (L beta) / l, and with Theta = L' (L Phi L')^-1 L

        A_1 = sum_kl W_kl tr(Theta Phi P_k Phi) tr(Theta Phi P_l Phi)
        A_2 = sum_kl W_kl tr(Theta Phi P_k Phi Theta Phi P_l Phi)
        B   = (A_1 + 6 A_2) / (2 l)
        g   = ((l + 1) A_1 - (l + 4) A_2) / ((l + 2) A_2)
        c_1 = g / (3 l + 2 (1 - g)),   c_2 = (l - g) / (3 l + 2 (1 - g)),   c_3 = (l + 2 - g) / (3 l + 2 (1 - g))
        E*  = 1 / (1 - A_2 / l),       V*  = (2 / l) (1 + c_1 B) / ((1 - c_2 B)^2 (1 - c_3 B))
        rho = V* / (2 E*^2),           m   = 4 + (l + 2) / (l rho - 1),   lambda = m / (E* (m - 2)).

    In the basis used here C' Theta C is q' q, the rows of q being an orthonormal basis of the contrasts, so that the
    traces are those of q A_k q' and of their products. With one contrast lambda is 1 and m = 2 / A_2, Satterthwaite's. E* and V*
    are the moments of the F distribution where m is above 4; below, their formulas still lead to the exact m and lambda of
    the cases that the method was made to give exactly (analysis of variance, Hotelling's T^2).
    """
    size = len(contrasts)
    q = np.linalg.qr(contrasts.T)[0].T
    adjusted = contrasts @ (np.eye(contrasts.shape[1]) + precision.adjustment[0]) @ contrasts.T
    statistic = float(estimates @ np.linalg.solve(adjusted, estimates)) / size
    qAq = q @ precision.slopes[0] @ q.T
    W = precision.parameters[0]
    traces = np.trace(qAq, axis1=1, axis2=2)
    flat = qAq.reshape(len(qAq), -1)
    A1 = traces @ W @ traces
    A2 = (W * (flat @ flat.T)).sum()
    if size == 1:
        return statistic, 2 / A2, ""
    with np.errstate(divide="ignore", invalid="ignore"):
        B = (A1 + 6 * A2) / (2 * size)
        g = ((size + 1) * A1 - (size + 4) * A2) / ((size + 2) * A2)
        c1, c2, c3 = np.array([g, size - g, size + 2 - g]) / (3 * size + 2 * (1 - g))
        E = 1 / (1 - A2 / size)
        V = 2 / size * (1 + c1 * B) / ((1 - c2 * B) ** 2 * (1 - c3 * B))
        rho = V / (2 * E**2)
        m = 4 + (size + 2) / (size * rho - 1)
        scale = m / (E * (m - 2))
    if not (np.isfinite([m, scale]).all() and m > 0 and scale > 0):
        return np.nan, np.nan, "the data are too few for Kenward and Roger's F"
    return float(scale) * statistic, float(m), ""
