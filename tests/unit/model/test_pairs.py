"""Pairs in order, against the sorted table of all of them."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrowalk.model import pairs
from retrowalk.model.pairs import Pairs

pytestmark = pytest.mark.numeric

VALUES = st.lists(
    st.one_of(st.integers(-4, 4).map(float), st.floats(-10, 10).map(lambda value: round(value, 3))),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize("most", [10**6, 0, 3], ids=["listed", "bisected to the end", "bisected"])
@settings(max_examples=60)
@given(VALUES, VALUES)
def test_differences_are_those_of_the_table(most, values, others):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "MOST_LISTED", most)
        found = Pairs.of_differences(np.array(values), np.array(others))
        table = np.sort((np.array(values)[:, None] - np.array(others)).ravel())
        assert found.size == len(table)
        assert [found.at(place) for place in range(found.size)] == pytest.approx(table, abs=1e-9)
        assert found.median == pytest.approx(np.median(table), abs=1e-9)


@pytest.mark.parametrize("most", [10**6, 0, 3], ids=["listed", "bisected to the end", "bisected"])
@settings(max_examples=60)
@given(VALUES)
def test_sums_are_those_of_the_upper_triangle(most, values):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "MOST_LISTED", most)
        found = Pairs.of_sums(np.array(values))
        table = np.sort((np.array(values)[:, None] + np.array(values))[np.triu_indices(len(values))])
        assert found.size == len(table)
        assert [found.at(place) for place in range(found.size)] == pytest.approx(table, abs=1e-9)
        assert found.median == pytest.approx(np.median(table), abs=1e-9)


@pytest.mark.parametrize("decimals", [1, 9])
def test_many_values_fit_in_memory_and_the_median_lies_in_the_middle(decimals):
    rng = np.random.default_rng(1)
    values, others = rng.normal(1, 1, 20_000).round(decimals), rng.normal(0, 1, 20_000).round(decimals)
    tracemalloc.start()
    found = Pairs.of_differences(values, others)
    median = found.median
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 500e6  # the table would take 3.2 GB
    order = np.sort(others)
    below, up_to = (np.searchsorted(order, values - median + gap, side="left") for gap in (1e-7, -1e-7))
    half = found.size / 2
    assert (len(others) - up_to).sum() >= half >= (len(others) - below).sum()
