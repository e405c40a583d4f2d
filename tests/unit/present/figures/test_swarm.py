"""Points of one column: none over another, the same every time, and none outside its column."""

import numpy as np
import pytest

from retrowalk.present.figures.swarm import swarm


def distances(heights, offsets) -> np.ndarray:
    """The distance of each pair of points."""
    first, second = np.triu_indices(len(heights), 1)
    heights = np.asarray(heights, dtype=float)
    return np.hypot(heights[first] - heights[second], offsets[first] - offsets[second])


def test_no_point_lies_over_another_and_each_is_near_the_middle():
    heights = np.random.default_rng(3).normal(0, 5, 80).round()
    offsets = swarm(heights, 1.0, 1000)
    assert distances(heights, offsets).min() >= 1 - 1e-6
    assert np.abs(offsets).max() < 10


def test_points_that_do_not_touch_stand_in_the_middle():
    assert list(swarm([0, 2, 4], 1.0, 10)) == [0, 0, 0]


def test_ties_stand_side_by_side_around_the_middle():
    assert sorted(swarm([7] * 5, 1.0, 10)) == pytest.approx([-2, -1, 0, 1, 2])


def test_offsets_have_the_order_of_the_heights_given():
    heights = np.array([3.0, 1.0, 1.0, 3.0, 2.9, 50.0])
    turned = swarm(heights[::-1], 1.0, 10)[::-1]
    assert sorted(np.abs(turned[[0, 3]])) == sorted(np.abs(swarm(heights, 1.0, 10)[[0, 3]]))
    assert swarm(heights, 1.0, 10)[5] == 0


def test_ties_that_have_no_room_overlap_evenly_and_stay_in_their_column():
    offsets = np.sort(swarm([7] * 41, 1.0, 4))
    assert np.abs(offsets).max() == pytest.approx(4)
    assert np.diff(offsets) == pytest.approx(8 / 40)


def test_one_point_and_none():
    assert list(swarm([5], 1, 3)) == [0]
    assert len(swarm([], 1, 3)) == 0


def test_thousands_of_points_stand_in_rows_within_their_column():
    heights = np.random.default_rng(4).normal(0, 5, 20_000)
    offsets = swarm(heights, 1.0, 10)
    assert np.abs(offsets).max() == pytest.approx(10)
    for row in range(-10, 10):
        here = np.sort(offsets[np.floor(heights) == row])
        assert here.mean() == pytest.approx(0, abs=1e-9)
        assert np.ptp(np.diff(here)) == pytest.approx(0, abs=1e-9)
