"""Student's and Welch's t tests against R's t.test and a published trial."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.unit.cells import refused
from tests.unit.model.conftest import reference

from retrowalk.facts import fact
from retrowalk.model.t_tests import paired_t, student_t, welch_t

pytestmark = pytest.mark.numeric

COLUMNS = {
    "estimate": "estimate",
    "se": "se",
    "df": "df",
    "statistic": "statistic",
    "ci_low": "lower",
    "ci_high": "upper",
    "p_value": "p",
}


@pytest.mark.parametrize(
    "row", reference("two_arm", analysis="paired_t"), ids=lambda row: f"{row['trial']}-{row['arm']}"
)
def test_paired_t_is_that_of_r(trial, row):
    data = trial(row["trial"])
    mine = data[data["arm"] == row["arm"]]
    test = paired_t(mine["V0"], mine[row["visit"]])
    for ours, theirs in COLUMNS.items():
        assert getattr(test, ours) == pytest.approx(row[theirs], rel=1e-6)
    (size,) = reference("two_arm", analysis="cohens_dz", trial=row["trial"], arm=row["arm"])
    assert test.effect_size.value == pytest.approx(size["estimate"], rel=1e-6)


@pytest.mark.parametrize(
    "row", reference("two_arm", analysis="change_student"), ids=lambda row: f"{row['trial']}-{row['arm']}"
)
def test_student_t_is_that_of_r(trial, row):
    data = trial(row["trial"])
    change = data[row["visit"]] - data["V0"]
    test = student_t(change[data["arm"] == row["arm"]], change[data["arm"] == "control"])
    for ours, theirs in COLUMNS.items():
        assert getattr(test, ours) == pytest.approx(row[theirs], rel=1e-6)
    (size,) = reference("two_arm", analysis="hedges_g_change", trial=row["trial"], arm=row["arm"])
    assert test.effect_size.value == pytest.approx(size["estimate"], rel=1e-6)
    assert test.effect_size.low == pytest.approx(size["lower"], rel=1e-5)
    assert test.effect_size.high == pytest.approx(size["upper"], rel=1e-5)


@pytest.mark.parametrize("row", reference("two_arm", analysis="change_welch"), ids=lambda r: f"{r['trial']}-{r['arm']}")
def test_welch_t_of_changes_is_that_of_r(trial, row):
    data = trial(row["trial"])
    change = data[row["visit"]] - data["V0"]
    test = welch_t(change[data["arm"] == row["arm"]], change[data["arm"] == "control"])
    for ours, theirs in COLUMNS.items():
        assert getattr(test, ours) == pytest.approx(row[theirs], rel=1e-10)
    # The effect size is over the pooled SD all the same.
    (size,) = reference("two_arm", analysis="hedges_g_change", trial=row["trial"], arm=row["arm"])
    assert test.effect_size.value == pytest.approx(size["estimate"], rel=1e-6)


@pytest.mark.parametrize("row", reference("two_arm", analysis="post_welch"), ids=lambda r: f"{r['trial']}-{r['arm']}")
def test_welch_t_of_values_is_that_of_r(trial, row):
    data = trial(row["trial"])
    data = data[data["V0"].notna()]  # R took those with a baseline
    test = welch_t(data.loc[data["arm"] == row["arm"], row["visit"]], data.loc[data["arm"] == "control", row["visit"]])
    for ours, theirs in COLUMNS.items():
        assert getattr(test, ours) == pytest.approx(row[theirs], rel=1e-10)
    (size,) = reference("two_arm", analysis="hedges_g_value", trial=row["trial"], arm=row["arm"])
    assert test.effect_size.value == pytest.approx(size["estimate"], rel=1e-6)


def with_moments(mean: float, sd: float, n: int) -> pd.Series:
    """Return n values that have this mean and standard deviation exactly."""
    values = pd.Series(np.random.default_rng(n).normal(size=n))
    return mean + sd * (values - values.mean()) / values.std()


@pytest.mark.parametrize(
    ("arm", "control", "printed", "recomputed"),
    [
        ((2.40, 0.54), (4.57, 0.90), (-7.97, -2.72, -1.61), -8.007),
        ((21.27, 3.37), (28.93, 4.61), (-5.20, -10.68, -4.65), -5.195),
    ],
    ids=["VAS", "ODI"],
)
def test_student_t_is_that_of_pmc5667629(arm, control, printed, recomputed):
    test = student_t(with_moments(*arm, 15), with_moments(*control, 15))
    assert test.statistic == pytest.approx(recomputed, abs=5e-4)
    assert (test.statistic, test.ci_low, test.ci_high) == pytest.approx(printed, abs=0.05)
    assert test.df == 28
    # Arms of one size: Welch's t is Student's on fewer degrees of freedom.
    welch = welch_t(with_moments(*arm, 15), with_moments(*control, 15))
    assert welch.statistic == pytest.approx(test.statistic, rel=1e-12)
    variances = np.array([arm[1], control[1]]) ** 2
    assert welch.df == pytest.approx(14 * variances.sum() ** 2 / (variances**2).sum(), rel=1e-9)


def test_welch_t_is_its_formula_where_arms_and_spreads_differ():
    arm, control = with_moments(3, 1.5, 6), with_moments(5, 4, 21)
    test = welch_t(arm, control, alpha=0.1)
    parts = 1.5**2 / 6, 4**2 / 21
    df = sum(parts) ** 2 / (parts[0] ** 2 / 5 + parts[1] ** 2 / 20)
    half = stats.t.isf(0.05, df) * math.sqrt(sum(parts))
    assert (test.se, test.df) == pytest.approx((math.sqrt(sum(parts)), df), rel=1e-9)
    assert (test.ci_low, test.ci_high) == pytest.approx((-2 - half, -2 + half), rel=1e-9)
    assert test.p_value == pytest.approx(2 * stats.t.sf(2 / math.sqrt(sum(parts)), df), rel=1e-9)
    assert test.n == 27


def test_values_that_are_missing_do_not_count():
    arm, control = pd.Series([1.0, 4, np.nan, 2]), pd.Series([np.nan, 5.0, 3, 8, 7])
    for test in (student_t, welch_t):
        assert test(arm, control) == test(arm.dropna(), control.dropna())
        assert test(arm, control).n == 7


def test_the_interval_has_the_level_that_is_asked_for():
    before, after = pd.Series([1.0, 2, 3, 5, 4]), pd.Series([2.0, 4, 3, 7, 8])
    wide, narrow = (paired_t(before, after, alpha) for alpha in (0.01, 0.2))
    assert wide.ci_low < narrow.ci_low < narrow.ci_high < wide.ci_high


def test_only_those_measured_twice_count():
    test = paired_t(pd.Series([1.0, 2, np.nan, 4]), pd.Series([2.0, 5, 9, np.nan]))
    assert (test.n, test.estimate) == (2, 2.0)


def series(*values: float) -> pd.Series:
    return pd.Series(values, dtype=float)


@pytest.mark.parametrize(
    ("test", "first", "second", "reason"),
    [
        (paired_t, series(1), series(2), fact("measured_at_both", count=1)),
        (paired_t, series(1, 2, 3), series(2, 3, 4), fact("same_change")),
        (student_t, series(1, 2), series(3), fact("with_a_value", n_arm=2, n_reference=1)),
        (student_t, series(2, 2), series(3, 3), fact("no_variation_within_arms")),
        (welch_t, series(1, 2), series(3), fact("with_a_value", n_arm=2, n_reference=1)),
        (welch_t, series(2, 2), series(3, 3), fact("no_variation_within_arms")),
    ],
)
def test_what_cannot_be_tested_says_why(test, first, second, reason):
    with refused(reason):
        test(first, second)
