"""Caveats that the data make: floor and ceiling, and too many covariates."""

import numpy as np
import pandas as pd
import pytest
from tests.unit.model.cohorts import context

from retrowalk.facts import fact
from retrowalk.model.guards import floor_or_ceiling, too_many_covariates

ARMS = ("a", "b")


def at_limit(count: int, n: int, limit: float = 0.0) -> pd.DataFrame:
    """Return arm a with `count` of n at a limit and arm b well inside."""
    values = [limit] * count + [50.0] * (n - count) + [40.0] * n
    return pd.DataFrame({"arm": ["a"] * n + ["b"] * n, "V1": values})


@pytest.mark.parametrize("n", [7, 13, 20, 33, 40, 60, 100, 180, 220])
def test_fifteen_percent_of_an_arm_at_the_end_of_the_scale_are_told_and_fewer_are_not(n):
    enough = -(-15 * n // 100)  # whole numbers: no rounding decides
    told = floor_or_ceiling(at_limit(enough, n), "V1", ARMS, 0, 100)
    assert told == [fact("at_lowest", arm="a", count=enough, n=n)]
    assert floor_or_ceiling(at_limit(enough - 1, n), "V1", ARMS, 0, 100) == []


def test_the_ceiling_is_told_and_both_ends_of_both_arms():
    assert floor_or_ceiling(at_limit(5, 10, 100.0), "V1", ARMS, 0, 100) == [fact("at_highest", arm="a", count=5, n=10)]
    data = pd.DataFrame({"arm": list("aabb"), "V1": [0.0, 100, 100, 0]})
    assert floor_or_ceiling(data, "V1", ARMS, 0, 100) == [
        fact(code, arm=arm, count=1, n=2) for code in ("at_lowest", "at_highest") for arm in ARMS
    ]


def test_a_scale_without_ends_has_neither():
    assert floor_or_ceiling(at_limit(9, 10), "V1", ARMS, None, None) == []
    assert floor_or_ceiling(at_limit(9, 10), "V1", ARMS, None, 100) == []


def test_those_without_a_value_do_not_count():
    data = at_limit(2, 20)
    data.loc[5:14, "V1"] = np.nan
    assert floor_or_ceiling(data, "V1", ARMS, 0, 100) == [fact("at_lowest", arm="a", count=2, n=10)]
    assert floor_or_ceiling(data.assign(V1=np.nan), "V1", ARMS, 0, 100) == []


@pytest.mark.parametrize(
    ("covariates", "n", "told"), [(0, 3, False), (1, 10, False), (1, 9, True), (4, 39, True), (4, 40, False)]
)
def test_more_covariates_than_a_tenth_of_the_participants_are_told(covariates, n, told):
    caveats = too_many_covariates(covariates, n)
    assert bool(caveats) == told
    if told:
        assert caveats == [fact("many_covariates", covariates=covariates, n=n)]


def test_a_comparison_tells_both():
    data = context("tiny_5v5").data.assign(V1=[0.0] * 2 + [30.0] * 8)
    told = context("tiny_5v5", data=data, strata=("sex",), adjust_for=("age",)).caveats("ancova", "V1", 10)
    assert told == [
        fact("at_lowest", arm="control", count=2, n=5),
        fact("many_covariates", covariates=2, n=10),
    ]
