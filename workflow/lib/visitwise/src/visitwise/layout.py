"""The measurements of one or many trials as padded arrays, which the criterion can work on without a loop.

Axes, named so in every module of this package:

    D  trials (one, but in `fit_many`)     B  runs: the trials, each from one or several starting points
    G  groups that have a covariance matrix of their own (one, unless asked for)
    N  participants of a group, padded     m  visits      P  patterns of visits that occur
    p  coefficients                        k  p + 1: the columns of the design and, last, the response
    r  parameters of a covariance matrix   R  G r: all of them
"""

import math
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

#: A column of the design whose part that is new to the columns before it is smaller than this is not new.
_SAME_COLUMN = 1e-10
#: A response whose residuals are smaller than this, relative to it, does not vary.
_NO_VARIATION = 1e-10


@dataclass(frozen=True)
class Rows:
    """The analysed rows: one a participant and visit with a value.

    Attributes
    ----------
    design : (rows, p)
    response : (rows,)
    participant, visit : (rows,) of int
        Numbers from 0; a participant's number is unique over all trials. Visits are in their order in time.
    trial, group : (participants,) of int
        The trial and the group of each participant.
    """

    design: np.ndarray
    response: np.ndarray
    participant: np.ndarray
    visit: np.ndarray
    trial: np.ndarray
    group: np.ndarray


@dataclass(frozen=True)
class Layout:
    """D trials, padded.

    The design is replaced by an orthonormal basis of its columns and the response by its least-squares residuals over
    their standard deviation. The likelihood stays the same up to the constants below, covariates of any size and shift
    are harmless, and cross-products lose no digits.

    Attributes
    ----------
    values : (D, G, N, m, k)
        Basis and standardised response, zero where a visit was missed.
    pattern : (D, G, N) of int
        The pattern of visits of each participant: a row of `seen`.
    seen : (P, m)
        1 where the visit was attended.
    counts : (D, G, P)
        Participants with each pattern. Where many share one, `values` holds fewer rows with the same cross-products.
    participants, observations : (D,)
    scale : (D,)
        Residual standard deviation by least squares.
    coefficients : (D, p)
        Least squares, on the basis, over `scale`.
    to_design : (D, p, p)
        From coefficients on the basis to coefficients of the design.
    log_det : (D,)
        log |X'X| of the design.
    dependent : (D,) of int
        The first column that is a combination of those before it, or -1.
    constant_visit : (D,) of int
        The first of several visits at which three participants or more all have the same value, or -1.
    """

    values: np.ndarray
    pattern: np.ndarray
    seen: np.ndarray
    counts: np.ndarray
    participants: np.ndarray
    observations: np.ndarray
    scale: np.ndarray
    coefficients: np.ndarray
    to_design: np.ndarray
    log_det: np.ndarray
    dependent: np.ndarray
    constant_visit: np.ndarray

    @cached_property
    def both(self) -> np.ndarray:
        """1 where a pattern has both visits, (P, m, m)."""
        return self.seen[:, :, None] * self.seen[:, None, :]

    @cached_property
    def missed(self) -> np.ndarray:
        """1 on the diagonal where a pattern misses the visit, (P, m, m)."""
        return (1 - self.seen)[:, :, None] * np.eye(self.visits)

    @cached_property
    def constant(self) -> np.ndarray:
        """What the criterion of the response itself has beyond that of the standardised one on the basis, (D,)."""
        degrees = self.observations - self.columns
        return degrees * (np.log(2 * np.pi) + 2 * np.log(self.scale)) + self.log_det

    @property
    def columns(self) -> int:
        """The number of coefficients, p."""
        return self.values.shape[-1] - 1

    @property
    def visits(self) -> int:
        """The number of visits, m."""
        return self.values.shape[-2]

    @property
    def groups(self) -> int:
        """The number of groups, G."""
        return self.values.shape[1]

    def take(self, trials: np.ndarray) -> "Layout":
        """Return the layout of some of the trials, (B,) of int; a trial may be taken more than once."""
        if len(self.counts) == len(trials) == 1:
            return self
        return replace(
            self, **{field.name: getattr(self, field.name)[trials] for field in fields(self) if field.name != "seen"}
        )


def lay_out(rows: Rows, trials: int, groups: int, visits: int) -> Layout:
    """Pad the rows of D trials and put the design on an orthonormal basis."""
    slot, most = _slots(rows.trial * groups + rows.group, trials * groups)
    most = max(most, math.ceil(rows.design.shape[1] / (groups * visits)))  # a square triangle, however few the rows
    at = (rows.trial[rows.participant], rows.group[rows.participant], slot[rows.participant], rows.visit)
    p = rows.design.shape[1]
    values = np.zeros((trials, groups, most, visits, p + 1))
    values[(*at, slice(0, p))] = rows.design
    values[(*at, p)] = rows.response
    attended = np.zeros(values.shape[:-1], dtype=bool)
    attended[at] = True

    codes = attended @ (1 << np.arange(visits, dtype=object if visits > 62 else np.int64))
    kinds, pattern = np.unique(codes, return_inverse=True)
    pattern = pattern.reshape(codes.shape)
    seen = np.array([[(int(code) >> visit) & 1 for visit in range(visits)] for code in kinds], dtype=float)
    counts = np.zeros((trials, groups, len(kinds)))
    np.add.at(counts, (rows.trial, rows.group, pattern[rows.trial, rows.group, slot]), 1)

    flat = values.reshape(trials, -1, p + 1)
    constant_visit = _constant(values[..., p], attended)
    observations = attended.reshape(trials, -1).sum(axis=1)
    size = np.sqrt((flat[..., :p] ** 2).sum(axis=1))
    size[size == 0] = 1
    basis, triangle = np.linalg.qr(flat[..., :p] / size[:, None])
    new = np.abs(np.diagonal(triangle, axis1=1, axis2=2))
    deficient = new < _SAME_COLUMN
    dependent = np.where(deficient.any(axis=1), deficient.argmax(axis=1), -1)
    triangle[dependent >= 0] = np.eye(p)
    log_det = 2 * (np.log(np.abs(np.diagonal(triangle, axis1=1, axis2=2))) + np.log(size)).sum(axis=1)

    response = flat[..., p:]
    coefficients = basis.mT @ response
    residuals = response - basis @ coefficients
    residuals -= basis @ (basis.mT @ residuals)
    spread = (residuals**2).sum(axis=(1, 2))
    spread[spread <= _NO_VARIATION**2 * (response**2).sum(axis=(1, 2))] = 0
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(observations > p, np.sqrt(spread / (observations - p)), 0)
    safe = np.where(scale > 0, scale, 1)
    values = np.concatenate([basis, residuals / safe[:, None, None]], axis=-1).reshape(values.shape)
    values *= attended[..., None]
    values, pattern = _fewer(values, pattern, seen) if trials == 1 else (values, pattern)
    return Layout(
        values=values,
        pattern=pattern,
        seen=seen,
        counts=counts,
        participants=np.bincount(rows.trial, minlength=trials),
        observations=observations,
        scale=scale,
        coefficients=coefficients[..., 0] / safe[:, None],
        to_design=np.linalg.inv(triangle) / size[:, :, None],
        log_det=log_det,
        dependent=dependent,
        constant_visit=constant_visit,
    )


def _slots(cell: np.ndarray, cells: int) -> tuple[np.ndarray, int]:
    """Number the members of each cell from 0; also return the size of the largest."""
    sizes = np.bincount(cell, minlength=cells)
    order = np.argsort(cell, kind="stable")
    slot = np.empty(len(cell), dtype=np.int64)
    slot[order] = np.arange(len(cell)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return slot, int(sizes.max())


def _constant(response: np.ndarray, attended: np.ndarray) -> np.ndarray:
    """Return the first visit of each trial at which all of three or more values are the same, or -1."""
    trials, _, _, visits = response.shape
    high = np.where(attended, response, -np.inf).reshape(trials, -1, visits).max(axis=1)
    low = np.where(attended, response, np.inf).reshape(trials, -1, visits).min(axis=1)
    same = (high == low) & (attended.reshape(trials, -1, visits).sum(axis=1) > 2) & (visits > 1)
    return np.where(same.any(axis=1), same.argmax(axis=1), -1)


def _fewer(values: np.ndarray, pattern: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Replace the participants of a pattern by fewer rows with the same cross-products of all visits and columns.

    The criterion and its derivatives need the participants of a pattern only through sum_i z_i z_i', z_i being a
    participant's values in one row. The triangle of a QR decomposition of these rows has the same sum, and no more rows
    than z_i has entries: 50,000 participants cost as much as a few hundred.
    """
    groups, participants, visits, k = values.shape[1:]
    entries = seen.sum(axis=1).astype(int) * k
    people = np.stack([np.bincount(which, minlength=len(seen)) for which in pattern[0]])
    size = int(np.minimum(people, entries).sum(axis=1).max())
    if size > 0.5 * participants:
        return values, pattern
    fewer, patterns = np.zeros((1, groups, size, visits, k)), np.zeros((1, groups, size), dtype=int)
    for group in range(groups):
        filled = 0
        for which in np.flatnonzero(entries):
            attended = seen[which] > 0
            part = values[0, group, pattern[0, group] == which][:, attended]
            if len(part) > entries[which]:
                part = np.linalg.qr(part.reshape(len(part), -1), mode="r").reshape(-1, attended.sum(), k)
            rows = slice(filled, filled + len(part))
            fewer[0, group, rows, attended] = part.swapaxes(0, 1)
            patterns[0, group, rows] = which
            filled = rows.stop
    return fewer, patterns
