"""How precisely a fit knows its coefficients and the parameters of its covariance.

Everything is kept on the scale of the standardised response and in the basis C of `criterion`, in which the covariance
of the coefficients, Phi = C C', is the identity: a contrast L of the design's coefficients has the row vectors
c = L T C there, T being `Layout.to_design`, and the variance c c'.
"""

from dataclasses import dataclass

import numpy as np

from visitwise.criterion import at_pattern
from visitwise.ladder import Solution

INFORMATION = ("observed", "expected")


@dataclass(frozen=True)
class Precision:
    """What the degrees of freedom are computed from, for d trials.

    Attributes
    ----------
    root : (d, p, p)
        T C, times the response's scale: contrasts (c, p) of the design's coefficients become c @ root.
    coefficients : (d, p)
        Of the design.
    slopes : (d, R, p, p)
        A_k: the derivative of the identity Phi by theta_k.
    parameters : (d, R, R)
        W of Kenward and Roger: the covariance of theta-hat, twice the inverse of the information of -2 l_R.
    adjustment : (d, p, p)
        2 C^-1 Lambda C'^-1 of Kenward and Roger, symmetric: their adjusted Phi_A is I + adjustment in this basis.
    """

    root: np.ndarray
    coefficients: np.ndarray
    slopes: np.ndarray
    parameters: np.ndarray
    adjustment: np.ndarray


def precision(solution: Solution, information: str = "observed") -> Precision:
    """Return the precision of the fits of a solution.

    Parameters
    ----------
    information
        "observed" uses the second derivatives of the criterion, those of V included; "expected" is for comparison with
        pbkrtest.

    Notes
    -----
    Kenward and Roger (1997, Biometrics 53:983) estimate the covariance of beta-hat by Phi_A = Phi + 2 Lambda,

        Lambda = Phi { sum_kl W_kl (Q_kl - P_k Phi P_l - R_kl / 4) } Phi
        P_k  = - sum_i X_i' W_i V_ik W_i X_i
        Q_kl =   sum_i X_i' W_i V_ik W_i V_il W_i X_i.

    This is the first-order form, without R_kl, which holds the second derivatives of V. In the basis C the sum of W_kl
    Q_kl is that of U_i' M_i U_i with M_i = sum_kl W_kl V_ik W_i V_il, one product of matrices for all k and l.
    """
    at, layout, theta = solution.at_optimum, solution.layout, solution.theta
    d, G, r = theta.shape
    m, p = layout.visits, layout.columns
    # W: the covariance of theta-hat.
    W = 2 * np.linalg.inv(at.observed if information == "observed" else at.expected)
    W = (W + W.mT) / 2

    # C_(ab)(cd) = sum_kl W_kl dSigma_ab dSigma_cd, then M_ad = sum_bc C_(ab)(cd) W_i,bc for each pattern of visits.
    blocks = np.stack([W.reshape(d, G, r, G, r)[:, g, :, g] for g in range(G)], axis=1)
    C = (at.derivatives @ blocks @ at.derivatives.mT).reshape(d, G, m, m, m, m)
    C = C.transpose(0, 1, 3, 4, 2, 5).reshape(d, G, m * m, m * m)  # (ab)(cd) -> (bc)(ad)
    M = (at.inverse.reshape(d, G, -1, m * m) @ C).reshape(d, G, -1, m, m)
    U = at.weighted[..., :p]
    MU = at_pattern(M, layout.pattern) @ U
    Q = U.reshape(d, -1, p).mT @ MU.reshape(d, -1, p)
    A = at.slopes
    WA = (W @ A.reshape(d, G * r, p * p)).reshape(A.shape)
    PP = np.swapaxes(A, 1, 2).reshape(d, p, -1) @ WA.reshape(d, -1, p)
    adjustment = 2 * (Q - PP)
    scale = layout.scale[:, None]
    return Precision(
        root=scale[..., None] * layout.to_design @ at.root,
        coefficients=scale * (layout.to_design @ (layout.coefficients + at.beta)[..., None])[..., 0],
        slopes=A,
        parameters=W,
        adjustment=(adjustment + adjustment.mT) / 2,
    )
