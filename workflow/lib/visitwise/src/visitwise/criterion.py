"""The restricted likelihood of a Gaussian model for repeated measurements, its score and its information.

Participant i has the response y_i, the design X_i and the covariance matrix V_i, the rows and columns of Sigma that
belong to the visits attended. W_i = V_i^-1, Phi = (sum_i X_i' W_i X_i)^-1, beta = Phi sum_i X_i' W_i y_i and
r_i = y_i - X_i beta. The criterion is

    -2 l_R = (n - p) log 2 pi + sum_i log |V_i| + log |Phi^-1| + sum_i r_i' W_i r_i        (Patterson and Thompson 1971).

With P = W - W X Phi X' W and V_k = dV / dtheta_k its derivatives are (Harville 1977, J Am Stat Assoc 72:320)

    d / dtheta_k               tr(P V_k) - y' P V_k P y
    d2 / dtheta_k dtheta_l     - tr(P V_k P V_l) + 2 y' P V_k P V_l P y + tr(P V_kl) - y' P V_kl P y   (observed)
    its expectation            tr(P V_k P V_l).

How they are computed: with Phi = C C' let U_i = W_i X_i C and u_i = W_i r_i. Then

    tr(P V_k)                 = sum_i tr(W_i V_ik) - sum_i tr(U_i' V_ik U_i)
    y' P V_k P y              = sum_i u_i' V_ik u_i
    tr(P V_k P V_l)           = sum_i tr(W_i V_ik W_i V_il) - 2 sum_i tr(W_i V_ik U_i U_i' V_il) + tr(A_k A_l)
    y' P V_k P V_l P y        = sum_i u_i' V_ik W_i V_il u_i - b_k' b_l
    A_k = sum_i U_i' V_ik U_i,   b_k = sum_i U_i' V_ik u_i.

Every V_ik is the same matrix dSigma / dtheta_k, with the missed visits out of the way, so the sums over participants
do not depend on k: sum_i W_i (x) W_i, sum_i W_i (x) U_i U_i', sum_i W_i (x) u_i u_i' and sum_i vec(U_i) vec(U_i)' are four
products of large matrices, and the parameters come in at the end.
"""

from dataclasses import dataclass

import numpy as np

from visitwise.layout import Layout
from visitwise.structures import Shape


@dataclass(frozen=True)
class Evaluation:
    """The criterion at theta, of B runs, for the standardised response on the orthonormal basis.

    Attributes
    ----------
    usable : (B,) of bool
        Whether Sigma and Phi^-1 are positive definite there; where not, the rest means nothing.
    criterion : (B,)
        -2 l_R without (n - p) log 2 pi.
    score : (B, R)
        Its first derivatives.
    observed, expected : (B, R, R)
        Its second derivatives, and their expectation.
    root : (B, p, p)
        C, with C C' = Phi.
    beta : (B, p)
    derivatives : (B, G, m * m, r)
        dSigma / dtheta.
    inverse : (B, G, P, m, m)
        W of each pattern of visits, zero where a visit was missed.
    weighted : (B, G, N, m, k)
        U_i and, last, u_i.
    slopes : (B, R, p, p)
        A_k. In the notation of Kenward and Roger P_k = -C'^-1 A_k C^-1.
    """

    usable: np.ndarray
    criterion: np.ndarray
    score: np.ndarray
    observed: np.ndarray
    expected: np.ndarray
    root: np.ndarray
    beta: np.ndarray
    derivatives: np.ndarray
    inverse: np.ndarray
    weighted: np.ndarray
    slopes: np.ndarray


def evaluate(layout: Layout, shape: Shape, theta: np.ndarray) -> Evaluation:
    """Return the criterion with its first and second derivatives.

    Parameters
    ----------
    layout
        One trial, which all runs share, or B trials, a run each.
    shape
        The covariance structure.
    theta : (B, G, r)
        The parameters of each run.
    """
    B, G, r = theta.shape
    m, p = layout.visits, layout.columns
    sigma = shape.matrix(theta)
    _, definite = cholesky(sigma)
    usable = definite.all(axis=-1) & shape.positive(theta).all(axis=-1)
    sigma = np.where(usable[:, None, None, None], sigma, np.eye(m))

    W, log_v = _inverses(sigma, layout)
    W_i = at_pattern(W, layout.pattern)
    root, beta, log_phi, squares, weighted, regular = _least_squares(layout, W_i)
    usable = usable & regular
    criterion = (layout.counts * log_v).sum(axis=(1, 2)) - log_phi + squares

    sums = _sums(layout, W, W_i, weighted)
    J = shape.first(theta)
    # A_k, with b_k as its last column, of each parameter; Frobenius products are the traces.
    slopes = (J.mT @ sums.products).reshape(B, G * r, p + 1, p + 1)
    A, b = slopes[..., :p, :p].reshape(B, G * r, p * p), slopes[..., :p, p]
    tr_AA, bb = A @ A.mT, b @ b.mT
    score = (sums.score.reshape(B, G, 1, m * m) @ J).reshape(B, G * r)
    tr_PVPV = _block_diagonal(_project(sums.WW - 2 * sums.WU, J)) + tr_AA
    yPVPVPy = _block_diagonal(_project(sums.Wu, J)) - bb
    observed = -tr_PVPV + 2 * yPVPVPy
    if not shape.is_linear:
        observed += _block_diagonal(shape.second(theta, sums.score))
    return Evaluation(
        usable=usable & np.isfinite(criterion),
        criterion=np.where(usable, criterion, np.inf),
        score=score,
        observed=observed,
        expected=tr_PVPV,
        root=root,
        beta=beta,
        derivatives=J,
        inverse=W,
        weighted=weighted,
        slopes=slopes[..., :p, :p],
    )


def _inverses(sigma: np.ndarray, layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """Return W = V^-1 and log |V| for each pattern of visits, (B, G, P, m, m) and (B, G, P).

    A missed visit has the row and column of an identity matrix in V, and of zeros in W.
    """
    lower = np.linalg.cholesky(sigma[..., None, :, :] * layout.both + layout.missed)
    half = np.linalg.inv(lower)
    return half.mT @ half * layout.both, 2 * np.log(np.diagonal(lower, axis1=-2, axis2=-1)).sum(axis=-1)


def _least_squares(layout: Layout, W_i: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return C, beta, log |Phi|, sum_i r_i' W_i r_i, [U_i u_i], and whether Phi^-1 is positive definite."""
    p, k = layout.columns, layout.columns + 1
    WZ = W_i @ layout.values
    B = len(WZ)
    flat = WZ.reshape(B, -1, k)
    gram = layout.values.reshape(len(layout.values), -1, k).mT @ flat  # of [X y]
    lower, regular = cholesky(gram[:, :p, :p])
    root = np.linalg.inv(lower).mT
    beta = (root @ (root.mT @ gram[:, :p, p:]))[..., 0]
    squares = gram[:, p, p] - (gram[:, :p, p] * beta).sum(axis=1)
    log_phi = -2 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
    # [X y] times this is [X C, y - X beta].
    turn = np.zeros((B, k, k))
    turn[:, :p, :p], turn[:, :p, p], turn[:, p, p] = root, -beta, 1
    return root, beta, log_phi, squares, (flat @ turn).reshape(WZ.shape), regular


@dataclass(frozen=True)
class _Sums:
    """What the derivatives need of the participants, whatever the parameters.

    score : (B, G, m, m)            sum_i W_i - U_i U_i' - u_i u_i': the derivative by Sigma
    WW, WU, Wu : (B, G, m m, m m)   sum_i of W_i with W_i, U_i U_i' and u_i u_i', the product of entries bc and da at (bc, da)
    products : (B, G, m m, k k)     sum_i of the product of row a, column r and row b, column s of [U_i u_i] at (ab, rs)
    """

    score: np.ndarray
    WW: np.ndarray
    WU: np.ndarray
    Wu: np.ndarray
    products: np.ndarray


def _sums(layout: Layout, W: np.ndarray, W_i: np.ndarray, weighted: np.ndarray) -> _Sums:
    B, G, N, m, k = weighted.shape
    W_p = W.reshape(B, G, -1, m * m)
    counted = layout.counts[..., None] * W_p
    W_n = W_i.reshape(B, G, N, m * m).mT
    u = weighted[..., -1]
    Wu = W_n @ (u[..., :, None] * u[..., None, :]).reshape(B, G, N, m * m)
    both = W_n @ (weighted @ weighted.mT).reshape(B, G, N, m * m)
    rows = weighted.reshape(B, G, N, m * k)
    products = (rows.mT @ rows).reshape(B, G, m, k, m, k).swapaxes(3, 4)
    score = counted.sum(axis=2).reshape(B, G, m, m) - np.trace(products, axis1=4, axis2=5)
    return _Sums(score, counted.mT @ W_p, both - Wu, Wu, products.reshape(B, G, m * m, k * k))


def at_pattern(tables: np.ndarray, pattern: np.ndarray) -> np.ndarray:
    """Return each participant's own of the tables of patterns: (B, G, P, ...) at (1 or B, G, N) -> (B, G, N, ...)."""
    if len(pattern) == 1:
        return np.stack([tables[:, group, pattern[0, group]] for group in range(tables.shape[1])], axis=1)
    B, G, _ = pattern.shape
    return tables[np.arange(B)[:, None, None], np.arange(G)[:, None], pattern]


def cholesky(matrices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower factors of matrices (..., s, s), and which are positive definite; the others' mean nothing."""
    with np.errstate(invalid="ignore"):
        try:
            return np.linalg.cholesky(matrices), np.ones(matrices.shape[:-2], dtype=bool)
        except np.linalg.LinAlgError:
            matrices = np.where(np.isfinite(matrices).all(axis=(-2, -1), keepdims=True), matrices, -1.0)
            least = np.linalg.eigvalsh(matrices)[..., 0]
            definite = least > 1e-14 * np.abs(np.diagonal(matrices, axis1=-2, axis2=-1)).max(axis=-1)
            safe = np.where(definite[..., None, None], matrices, np.eye(matrices.shape[-1]))
            return np.linalg.cholesky(safe), definite


def _project(products: np.ndarray, J: np.ndarray) -> np.ndarray:
    """Return J' T J, (B, G, r, r), T_(ab)(cd) being the sum of W_bc M_da that stands in `products` at (bc, da)."""
    m = round(products.shape[-1] ** 0.5)
    # (bc)(da) -> (ab)(cd)
    table = products.reshape(*products.shape[:2], m, m, m, m).transpose(0, 1, 5, 2, 3, 4)
    return J.mT @ table.reshape(products.shape) @ J


def _block_diagonal(blocks: np.ndarray) -> np.ndarray:
    """Return (B, G r, G r) with the blocks (B, G, r, r) on the diagonal."""
    B, G, r, _ = blocks.shape
    if G == 1:
        return blocks[:, 0]
    whole = np.zeros((B, G, r, G, r))
    for group in range(G):
        whole[:, group, :, group, :] = blocks[:, group]
    return whole.reshape(B, G * r, G * r)
