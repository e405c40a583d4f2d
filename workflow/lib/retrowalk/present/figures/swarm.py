"""Points of one column side by side: every value at its height, none over another, and nothing random."""

from collections.abc import Sequence

import numpy as np

#: More points than this are put into rows of their size: there are too many to see one by one.
MOST_PLACED = 500


def swarm(heights: Sequence[float], size: float, room: float) -> np.ndarray:
    """Return how far from the middle of its column each point stands.

    Parameters
    ----------
    heights
        Where the points stand along the axis of values.
    size
        Diameter of a point.
    room
        Greatest distance of a point from the middle.

    Returns
    -------
    ndarray
        One offset a point, in the order given; all arguments and the offsets are in one unit of length.

    Notes
    -----
    Points are placed from the lowest up, each at the free place that is nearest to the middle. Where the column is too
    narrow for the widest row, all offsets shrink by one factor: ties then overlap evenly and none leaves the column.
    """
    at = np.asarray(heights, dtype=float)
    offsets = _placed(at, size) if len(at) <= MOST_PLACED else _in_rows(at, size)
    widest = np.abs(offsets).max(initial=0)
    return offsets * min(1, room / widest) if widest else offsets


def _in_rows(at: np.ndarray, size: float) -> np.ndarray:
    """Return the offsets of points that stand side by side with all others at nearly their height."""
    order = np.argsort(at, kind="stable")
    _, first, counts = np.unique(np.floor(at[order] / size), return_index=True, return_counts=True)
    places = np.arange(len(at)) - np.repeat(first, counts)
    offsets = np.empty(len(at))
    offsets[order] = (places - (np.repeat(counts, counts) - 1) / 2) * size
    return offsets


def _placed(at: np.ndarray, size: float) -> np.ndarray:
    """Return the offsets of points of which none covers another."""
    order = np.argsort(at, kind="stable")
    offsets = np.zeros(len(at))
    for place, point in enumerate(order):
        near = order[:place][at[point] - at[order[:place]] < size]
        reach = np.sqrt(size**2 - (at[point] - at[near]) ** 2)
        choices = np.concatenate([[0.0], offsets[near] + reach, offsets[near] - reach])
        is_free = (np.abs(choices[:, None] - offsets[near]) >= reach * (1 - 1e-9)).all(axis=1)
        choices = choices[is_free]
        offsets[point] = choices[np.argmin(np.abs(choices).round(9))]
    return offsets
