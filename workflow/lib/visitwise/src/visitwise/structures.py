"""Covariance structures as data.

Every structure is one table of powers. Each entry of the covariance matrix of a participant's visits is a product of
parameters,

    Sigma_ab = prod_k theta_k ^ e_abk,

so that its derivatives are the same two lines for all of them:

    dSigma_ab / dtheta_k            = Sigma_ab e_abk / theta_k
    d2Sigma_ab / dtheta_k dtheta_l  = Sigma_ab (e_abk e_abl - [k = l] e_abk) / (theta_k theta_l).

Where the entries themselves are the parameters (us, toep, cs) a row of powers holds a single 1 and the second
derivative is zero. The others are standard deviations times a correlation: Sigma_ab = sd_a sd_b rho_ab.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from visitwise.errors import SpecificationError

#: Stands for a parameter of exactly zero, whose powers could not be divided by it.
_TINY = 1e-30

#: How the correlation of visits a < b is made (but by their times): a function of (a, b, labels of the visits) that returns {name: power}.
_CORRELATIONS: dict[str, Callable[[int, int, Sequence[Any]], dict[str, int]]] = {
    "any": lambda a, b, visits: {f"{visits[a]}, {visits[b]}": 1},
    "lag": lambda a, b, visits: {f"lag {b - a}": 1},
    "power": lambda a, b, visits: {"lag 1": b - a},
    "one": lambda a, b, visits: {"any two visits": 1},
    "neighbours": lambda a, b, visits: {f"{visits[k]}, {visits[k + 1]}": 1 for k in range(a, b)},
}


@dataclass(frozen=True)
class Structure:
    """One row of the table of structures.

    Attributes
    ----------
    words
        Its name in words.
    correlation
        Which correlations are free: "any" pair's own, one a "lag", the "power" of one by lag, "one" for all pairs, or
        the product of those of "neighbours", or the power of one by the "time" between the visits.
    spread
        "visit": each visit has a standard deviation of its own; "common": all visits share one; "entries": the
        variances and covariances are themselves the parameters, free or shared as `correlation` says.
    nonnegative
        Whether the covariance may not be negative (the variance of a random intercept).
    """

    words: str
    correlation: str
    spread: str
    nonnegative: bool = False


#: The structures on offer. `toep` and `cs` have one variance; an `h` in a name means a variance for each visit.
STRUCTURES = {
    "us": Structure("unstructured", "any", "entries"),
    "toeph": Structure("heterogeneous Toeplitz", "lag", "visit"),
    "ar1h": Structure("heterogeneous first-order autoregressive", "power", "visit"),
    "csh": Structure("heterogeneous compound symmetry", "one", "visit"),
    "adh": Structure("heterogeneous ante-dependence", "neighbours", "visit"),
    "toep": Structure("Toeplitz", "lag", "entries"),
    "ar1": Structure("first-order autoregressive", "power", "common"),
    "ad": Structure("ante-dependence", "neighbours", "common"),
    "cs": Structure("compound symmetry", "one", "entries"),
    "random_intercept": Structure("random intercept", "one", "entries", nonnegative=True),
    "sp_pow": Structure("spatial power (continuous time)", "time", "common"),
    "sp_powh": Structure("heterogeneous spatial power (continuous time)", "time", "visit"),
}

#: The ladder of METHODS: tried in this order until one can be fitted.
LADDER = ("us", "toeph", "ar1h", "csh", "cs")


#: The unit of each kind of parameter, as a power of the response's.
_UNIT = {"variance": 2, "covariance": 2, "sd": 1, "correlation": 0}

#: The smallest eigenvalue that a correlation matrix to start from may have.
_DEFINITE = 0.02
#: The smallest correlation to start from where it must be positive.
_LEAST_BASE = 0.05


@dataclass(frozen=True)
class Shape:
    """A structure laid out over m visits, with r parameters.

    Attributes
    ----------
    names, kinds : tuples of r
        What each parameter is called, and whether it is a variance, covariance, sd or correlation.
    powers : (m, m, r)
        e_abk.
    origin : (r, m, m)
        Weights with which a parameter is read off a covariance matrix (or its standard deviations or correlations).
    present : (m, m)
        1 where an entry is a product of parameters, 0 where it is zero (visits independent).
    gap : float or None
        Of a structure in continuous time the time whose correlation is the parameter: that between the two closest
        visits, so that the parameter is as far from 1 as it can be. None for other structures.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    powers: np.ndarray
    origin: np.ndarray
    present: np.ndarray
    gap: float | None = None

    @cached_property
    def units(self) -> np.ndarray:
        """The power of the response's unit that each parameter has, (r,)."""
        return np.array([_UNIT[kind] for kind in self.kinds])

    @cached_property
    def _is_spread(self) -> np.ndarray:
        return np.array([kind in ("variance", "sd") for kind in self.kinds])

    @cached_property
    def _is_base(self) -> np.ndarray:
        """Whether a parameter is a correlation that is raised to a time, so that it must be positive."""
        return np.array([self.gap is not None and kind == "correlation" for kind in self.kinds])

    @cached_property
    def _second_powers(self) -> np.ndarray:
        """e_abk e_abl - [k = l] e_abk, (m * m, r * r)."""
        m, _, r = self.powers.shape
        table = self.powers[..., :, None] * self.powers[..., None, :] - self.powers[..., None] * np.eye(r)
        return table.reshape(m * m, r * r)

    @cached_property
    def is_linear(self) -> bool:
        """Whether the entries themselves are the parameters, so that second derivatives are zero."""
        return not self._second_powers.any()

    def matrix(self, theta: np.ndarray) -> np.ndarray:
        """Return Sigma, (..., m, m), for parameters (..., r)."""
        if self._is_base.any():
            theta = np.where(self._is_base & (theta <= 0), _TINY, theta)
        return self.present * np.prod(theta[..., None, None, :] ** self.powers, axis=-1)

    def first(self, theta: np.ndarray) -> np.ndarray:
        """Return dSigma / dtheta, (..., m * m, r)."""
        theta = np.where(theta == 0, _TINY, theta)
        m, _, r = self.powers.shape
        entries = self.matrix(theta).reshape(*theta.shape[:-1], m * m, 1)
        return entries * self.powers.reshape(m * m, r) / theta[..., None, :]

    def second(self, theta: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Return sum_ab weights_ab d2Sigma_ab / dtheta dtheta', (..., r, r), for weights (..., m, m)."""
        theta = np.where(theta == 0, _TINY, theta)
        weighted = (self.matrix(theta) * weights).reshape(*theta.shape[:-1], -1)
        table = (weighted @ self._second_powers).reshape(*theta.shape, -1)
        return table / (theta[..., :, None] * theta[..., None, :])

    def positive(self, theta: np.ndarray) -> np.ndarray:
        """Return, (...), whether everything that must be above zero is: variances, SDs, correlations that are raised to a time."""
        return ((theta > 0) | ~(self._is_spread | self._is_base)).all(axis=-1)

    def per_unit(self, theta: np.ndarray, se: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return parameters (..., r) and their standard errors with the correlation that of one unit of time.

        The standard error is that of the delta method.
        """
        if self.gap is None:
            return theta, se
        power = np.where(self._is_base, 1 / self.gap, 1.0)
        return theta**power, se * power * theta ** (power - 1)

    def near(self, matrix: np.ndarray) -> np.ndarray:
        """Return the parameters, (..., r), of a Sigma that resembles a covariance matrix, (..., m, m), and is definite."""
        sd = np.sqrt(np.diagonal(matrix, axis1=-2, axis2=-1))
        source = {"sd": sd[..., None] * np.eye(len(self.powers)), "correlation": correlations(matrix)}
        theta = np.stack(
            [
                (weights * source.get(kind, matrix)).sum(axis=(-2, -1))
                for kind, weights in zip(self.kinds, self.origin, strict=True)
            ],
            axis=-1,
        )
        theta = np.where(self._is_base, np.maximum(theta, _LEAST_BASE), theta)
        while True:
            loose = np.linalg.eigvalsh(correlations(self.matrix(theta)))[..., :1] < _DEFINITE
            if not loose.any():
                return theta
            theta = np.where(loose & ~self._is_spread, 0.8 * theta, theta)


@lru_cache(maxsize=256)
def shape(
    structure: Structure,
    visits: tuple[Any, ...],
    *,
    independent: bool = False,
    times: tuple[float, ...] | None = None,
) -> Shape:
    """Lay a structure out over visits in their order in time.

    Parameters
    ----------
    structure
        A row of `STRUCTURES`.
    visits
        The visits' labels.
    independent
        Whether the visits' covariances are fixed at zero (a random intercept on its boundary).
    times
        The time of each visit, which structures in continuous time need.
    """
    m = len(visits)
    parts = _diagonal(structure, visits)
    for a in range(m):
        for b in range(a + 1, m) if not independent else ():
            parts[a, b] = _between(structure, visits, times, a, b)
            for visit in (a, b) if structure.spread != "entries" else ():
                sd = next(iter(parts[visit, visit]))
                parts[a, b][sd] = parts[a, b].get(sd, 0) + 1
    parameters = list(dict.fromkeys(name for part in parts.values() for name in part))
    powers, present = np.zeros((m, m, len(parameters))), np.zeros((m, m))
    origin = np.zeros((len(parameters), m, m))
    for (a, b), part in parts.items():
        present[a, b] = present[b, a] = 1
        for name, power in part.items():
            k = parameters.index(name)
            powers[a, b, k] = powers[b, a, k] = power
            # A correlation is read off where it stands alone, a standard deviation off the diagonal.
            alone = sum(p for (kind, _), p in part.items() if kind == "correlation") == 1
            if alone if name[0] == "correlation" else (a == b or name[0] != "sd"):
                origin[k, a, b] = origin[k, b, a] = 1
    origin /= origin.sum(axis=(1, 2), keepdims=True)
    names = tuple(f"{kind} {name}".strip() for kind, name in parameters)
    gap = _smallest_gap(times) if structure.correlation == "time" else None
    return Shape(names, tuple(kind for kind, _ in parameters), powers, origin, present, gap)


def _diagonal(structure: Structure, visits: tuple[Any, ...]) -> dict[tuple[int, int], dict[tuple[str, str], float]]:
    """Return the powers of the parameters in each variance."""
    kind, power = ("variance", 1) if structure.spread == "entries" else ("sd", 2)
    each = structure.spread == "visit" or structure.correlation == "any"
    return {(a, a): {(kind, f"{visit}" if each else ""): power} for a, visit in enumerate(visits)}


def _between(
    structure: Structure, visits: tuple[Any, ...], times: tuple[float, ...] | None, a: int, b: int
) -> dict[tuple[str, str], float]:
    """Return the powers of the covariances or correlations in the entry of visits a < b."""
    if structure.correlation == "time":
        return {("correlation", "1 apart"): abs(times[b] - times[a]) / _smallest_gap(times)}
    kind = "covariance" if structure.spread == "entries" else "correlation"
    return {(kind, name): power for name, power in _CORRELATIONS[structure.correlation](a, b, visits).items()}


def _smallest_gap(times: tuple[float, ...]) -> float:
    """Return the time between the two visits that are closest together; 1 where there is one visit."""
    return min(np.diff(sorted(times)), default=1.0)


def correlations(matrix: np.ndarray) -> np.ndarray:
    """Return the correlation matrices, (..., m, m), of covariance matrices (..., m, m)."""
    sd = np.sqrt(np.diagonal(matrix, axis1=-2, axis2=-1))
    return matrix / (sd[..., :, None] * sd[..., None, :])


def find(name: str) -> Structure:
    """Return the structure of a name, or raise SpecificationError with the nearest allowed one."""
    if isinstance(name, str) and name in STRUCTURES:
        return STRUCTURES[name]
    near = get_close_matches(str(name), STRUCTURES, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise SpecificationError(f"'{name}' is not a covariance structure.{hint} Allowed are {', '.join(STRUCTURES)}.")


def same_model(one: str, other: str, visits: int) -> bool:
    """Return whether two structures are one and the same at this number of visits (one or two visits only)."""
    if visits > 2 or any(
        STRUCTURES[name].nonnegative or STRUCTURES[name].correlation == "time" for name in (one, other)
    ):
        return one == other
    order = tuple(range(visits))
    return len(shape(STRUCTURES[one], order).names) == len(shape(STRUCTURES[other], order).names)
