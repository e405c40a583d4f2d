"""Changes of participants: in units and in percent, who responds, and the cumulative shares."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.model.cohorts import cohort, context, outcome, tables

from retrowalk.model.changes import by_arm, change_since, changes_of, cumulative_shares, responds
from retrowalk.plan.trial import Threshold


def test_a_change_needs_both_values_and_a_percentage_a_baseline():
    baseline, value = pd.Series([10.0, np.nan, 0.0, -4.0]), pd.Series([5.0, 5.0, 5.0, -5.0])
    assert change_since(baseline, value).to_list() == pytest.approx([-5, np.nan, 5, -1], nan_ok=True)
    assert change_since(baseline, value, percent=True).to_list() == pytest.approx(
        [-50, np.nan, np.nan, -25], nan_ok=True
    )


@pytest.mark.parametrize(("value", "expected"), [(1.2, True), (1.21, False), (3.2, False), (np.nan, None)])
def test_a_threshold_is_reached_in_spite_of_rounding(value, expected):
    (found,) = responds(pd.Series([value - 2.2]), 1, -1)
    assert (None if pd.isna(found) else bool(found)) == expected


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=30), st.sampled_from([-1, 1]))
def test_a_cumulative_share_counts_who_changed_as_much_or_more_for_the_better(changes, sign):
    series = pd.Series(changes, dtype=float)
    values, shares = cumulative_shares(series, sign)
    assert sorted(set(changes), reverse=sign > 0) == values.tolist()
    assert shares.tolist() == pytest.approx([100 * (sign * series >= sign * value).mean() for value in values])


def test_values_come_by_arm_in_their_order():
    values, arm = pd.Series([3.0, 1.0, np.nan, 2.0]), pd.Series(["a", "a", "a", "b"])
    assert {name: list(of_arm) for name, of_arm in by_arm(values, arm, ["b", "a"]).items()} == {"b": [2], "a": [1, 3]}
    assert by_arm(values, arm, ["a", "c"], descending=True)["a"].to_list() == [3, 1]
    assert by_arm(values, arm, ["c"])["c"].empty


def measured(**changes):
    """Return a simulated trial as its two tables and its cohort, with anything of its outcome replaced."""
    return *tables(), cohort(outcomes=(outcome(**changes),))


def test_the_changes_of_a_trial_are_on_the_scales_of_its_thresholds():
    thresholds = (Threshold(5, False, "x"), Threshold(10, True, "y"))
    people, values, made = measured(responders=thresholds)
    changes = changes_of(people, values, made, made.outcomes[0])
    assert [scale.percent for scale in changes.scales] == [False, True]
    assert [arm.name for arm in changes.arms] == ["control", "forward", "retro"]
    points, percent = changes.scales
    data = context().data
    change = (data["V2"] - data["V0"])[data["arm"] == "retro"].dropna()
    assert points.values["retro"].to_list() == sorted(change)
    assert points.reached("retro", thresholds[0]) == pytest.approx(100 * (change <= -5).mean())
    assert percent.thresholds == (thresholds[1],)
    assert changes.absent == int((data["V2"] - data["V0"]).isna().sum())


def test_without_a_threshold_there_is_one_scale_and_without_a_change_none():
    people, values, made = measured()
    assert [scale.percent for scale in changes_of(people, values, made, made.outcomes[0]).scales] == [False]
    assert changes_of(people, values[values["visit"] != "V2"], made, made.outcomes[0]) is None
