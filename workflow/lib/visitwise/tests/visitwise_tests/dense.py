"""The formulas of Kenward and Roger (1997) as they are printed, with the V of all rows and a loop over parameters."""

import numpy as np


def criterion(X: np.ndarray, y: np.ndarray, V: np.ndarray) -> float:
    """Return -2 restricted log-likelihood."""
    n, p = X.shape
    W = np.linalg.inv(V)
    information = X.T @ W @ X
    residuals = y - X @ np.linalg.solve(information, X.T @ W @ y)
    logs = np.linalg.slogdet(V)[1] + np.linalg.slogdet(information)[1]
    return (n - p) * np.log(2 * np.pi) + logs + residuals @ W @ residuals


def derivatives(function, theta: np.ndarray, step: float = 1e-4) -> list[np.ndarray]:
    """Return the central differences of a function by each parameter."""
    steps = step * np.maximum(np.abs(theta), 1) * np.eye(len(theta))
    return [(function(theta + h) - function(theta - h)) / (2 * h.sum()) for h in steps]


def second_derivatives(function, theta: np.ndarray, step: float = 1e-4) -> np.ndarray:
    """Return the matrix of second derivatives of a function by central differences."""
    size = len(theta)
    steps = step * np.maximum(np.abs(theta), 1) * np.eye(size)
    table = np.empty((size, size))
    for k in range(size):
        for m in range(size):
            corners = [s * u * function(theta + s * steps[k] + u * steps[m]) for s in (1, -1) for u in (1, -1)]
            table[k, m] = sum(corners) / (4 * steps[k].sum() * steps[m].sum())
    return table


def expected_information(X: np.ndarray, V: np.ndarray, slopes: list[np.ndarray]) -> np.ndarray:
    """Return tr(P V_k P V_l)."""
    W = np.linalg.inv(V)
    P = W - W @ X @ np.linalg.inv(X.T @ W @ X) @ X.T @ W
    return np.array([[np.trace(P @ a @ P @ b) for b in slopes] for a in slopes])


def kenward_roger(X: np.ndarray, V: np.ndarray, slopes: list[np.ndarray], W: np.ndarray, L: np.ndarray) -> dict:
    """Return Phi_A, and m and lambda of the hypothesis L beta = 0; W is the covariance of theta-hat."""
    inverse = np.linalg.inv(V)
    Phi = np.linalg.inv(X.T @ inverse @ X)
    r = len(slopes)
    P = [-X.T @ inverse @ a @ inverse @ X for a in slopes]
    Q = [[X.T @ inverse @ a @ inverse @ b @ inverse @ X for b in slopes] for a in slopes]
    Lambda = Phi @ sum(W[k, m] * (Q[k][m] - P[k] @ Phi @ P[m]) for k in range(r) for m in range(r)) @ Phi
    Theta = L.T @ np.linalg.inv(L @ Phi @ L.T) @ L
    parts = [Theta @ Phi @ P[k] @ Phi for k in range(r)]
    A1 = sum(W[k, m] * np.trace(parts[k]) * np.trace(parts[m]) for k in range(r) for m in range(r))
    A2 = sum(W[k, m] * np.trace(parts[k] @ parts[m]) for k in range(r) for m in range(r))
    size = len(L)
    B = (A1 + 6 * A2) / (2 * size)
    g = ((size + 1) * A1 - (size + 4) * A2) / ((size + 2) * A2)
    below = 3 * size + 2 * (1 - g)
    c1, c2, c3 = g / below, (size - g) / below, (size + 2 - g) / below
    E = 1 / (1 - A2 / size)
    Var = 2 / size * (1 + c1 * B) / ((1 - c2 * B) ** 2 * (1 - c3 * B))
    rho = Var / (2 * E**2)
    m = 4 + (size + 2) / (size * rho - 1)
    return {"Phi": Phi, "Phi_A": Phi + 2 * Lambda, "m": m, "lambda": m / (E * (m - 2))}
