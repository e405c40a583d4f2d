"""Points of one column side by side: every value at its height, none over another, and nothing random."""

from collections.abc import Sequence

import numpy as np


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
    order = np.argsort(at, kind="stable")
    offsets = np.zeros(len(at))
    for place, point in enumerate(order):
        near = order[:place][at[point] - at[order[:place]] < size]
        reach = np.sqrt(size**2 - (at[point] - at[near]) ** 2)
        choices = np.concatenate([[0.0], offsets[near] + reach, offsets[near] - reach])
        is_free = (np.abs(choices[:, None] - offsets[near]) >= reach * (1 - 1e-9)).all(axis=1)
        choices = choices[is_free]
        offsets[point] = choices[np.argmin(np.abs(choices).round(9))]
    widest = np.abs(offsets).max(initial=0)
    return offsets * min(1, room / widest) if widest else offsets
