"""All pairwise differences, or averages, of many values in order, without a table of all pairs where that would not fit in memory."""

from dataclasses import dataclass
from typing import Self

import numpy as np

#: So many pairs are listed; of more, those near the wanted place are found by bisection.
MOST_LISTED = 4_000_000
#: Halvings of the range of all sums, after which pairs that are left belong to one value but for rounding.
_HALVINGS = 60


@dataclass(frozen=True)
class Pairs:
    """The sums of a value of one list and one of another, each value once with how often it comes.

    Attributes
    ----------
    first, second : (n,), (m,)
        Distinct values, the lowest first.
    often, often_second : (n,), (m,) of int
        How often each comes.
    alone
        Whether the lists are the same and a pair counts once in whichever order, a value with itself too.
    """

    first: np.ndarray
    second: np.ndarray
    often: np.ndarray
    often_second: np.ndarray
    alone: bool = False

    @classmethod
    def of_differences(cls, values: np.ndarray, others: np.ndarray) -> Self:
        """Return the differences value - other of all pairs."""
        first, often = np.unique(values, return_counts=True)
        second, often_second = np.unique(-others, return_counts=True)
        return cls(first, second, often, often_second)

    @classmethod
    def of_sums(cls, values: np.ndarray) -> Self:
        """Return the sums of all pairs of one list: twice Walsh's averages."""
        first, often = np.unique(values, return_counts=True)
        return cls(first, first, often, often, alone=True)

    @property
    def size(self) -> int:
        """The number of pairs."""
        n, m = int(self.often.sum()), int(self.often_second.sum())
        return n * (n + 1) // 2 if self.alone else n * m

    @property
    def median(self) -> float:
        """The median of all pairs."""
        return (self.at((self.size - 1) // 2) + self.at(self.size // 2)) / 2

    def at(self, place: int) -> float:
        """Return the pair at a place, the lowest being at 0."""
        if self.alone:
            # Each pair of two values is counted in both orders, and a value with itself twice: then all count twice.
            place *= 2
        rows = len(self.first)
        if rows * len(self.second) <= MOST_LISTED:
            return self._among(np.zeros(rows, dtype=int), np.full(rows, len(self.second)), place)
        low, high = self.first[0] + self.second[0], self.first[-1] + self.second[-1]
        margin = 1e-12 * max(abs(low), abs(high))
        for _ in range(_HALVINGS):
            starts, ends = self._window(low - margin, high + margin)
            if (ends - starts).sum() <= MOST_LISTED:
                break
            middle = low + (high - low) / 2
            low, high = (low, middle) if self._up_to(middle) > place else (middle, high)
        return self._among(starts, ends, place)

    def _window(self, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
        """Return which of the second values, from a place to before another, make with each first one a sum from low to high."""
        return (
            np.searchsorted(self.second, low - self.first, side="left"),
            np.searchsorted(self.second, high - self.first, side="right"),
        )

    def _up_to(self, limit: float) -> int:
        """Return how many pairs are not above a limit."""
        _, ends = self._window(-np.inf, limit)
        return self._below(ends) + (int(self.often[2 * self.first <= limit].sum()) if self.alone else 0)

    def _below(self, places: np.ndarray) -> int:
        """Return how many pairs of each first value come before a place of the second, all together."""
        before = np.concatenate([[0], np.cumsum(self.often_second)])
        return int((self.often * before[places]).sum())

    def _among(self, starts: np.ndarray, ends: np.ndarray, place: int) -> float:
        """Return the pair at a place, which is in a window."""
        counts = ends - starts
        row = np.repeat(np.arange(len(counts)), counts)
        column = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(starts, counts)
        sums = self.first[row] + self.second[column]
        often = self.often[row] * self.often_second[column]
        before = self._below(starts)
        if self.alone:
            often = often + self.often[row] * (row == column)
            before += int(self.often[np.arange(len(counts)) < starts].sum())
        order = np.argsort(sums, kind="stable")
        reached = before + np.cumsum(often[order])
        return float(sums[order][np.searchsorted(reached, place, side="right")])
