"""Standardised mean differences at baseline: formulas against numbers worked by hand, and where nothing can be said."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from retrowalk.describe import describe_cohort
from retrowalk.describe.balance import balance_rows, difference_of_means, difference_of_shares
from retrowalk.estimates import refuse_baseline_tests
from retrowalk.facts import fact
from retrowalk.vocabulary import STANDARDISED_DIFFERENCE

pytestmark = pytest.mark.numeric

shares = st.lists(st.integers(1, 30), min_size=3, max_size=5).map(lambda counts: np.array(counts) / sum(counts))


def test_means_are_standardised_by_the_mean_of_the_variances():
    # Means 4 and 2, variances 4 and 1: 2 / sqrt(2.5).
    assert difference_of_means(np.array([2.0, 4, 6]), np.array([1.0, 2, 3])) == pytest.approx(2 / math.sqrt(2.5))
    assert difference_of_means(np.array([1.0, 2, 3]), np.array([2.0, 4, 6])) == pytest.approx(-2 / math.sqrt(2.5))


def test_two_levels_are_austins_difference_of_proportions():
    expected = (0.5 - 0.4) / math.sqrt((0.5 * 0.5 + 0.4 * 0.6) / 2)
    assert difference_of_shares(np.array([0.5, 0.5]), np.array([0.4, 0.6])) == pytest.approx(expected)
    assert difference_of_shares(np.array([0.4, 0.6]), np.array([0.5, 0.5])) == pytest.approx(-expected)


def test_three_levels_are_the_distance_of_yang_and_dalton():
    # d = (0.2, -0.1); S = [[0.23, -0.095], [-0.095, 0.185]], by hand from the two multinomials.
    p, q = np.array([0.5, 0.2, 0.3]), np.array([0.3, 0.3, 0.4])
    covariance = np.array([[0.23, -0.095], [-0.095, 0.185]])
    inverse = np.array([[0.185, 0.095], [0.095, 0.23]]) / (0.23 * 0.185 - 0.095**2)
    assert covariance @ inverse == pytest.approx(np.eye(2))
    expected = math.sqrt(np.array([0.2, -0.1]) @ inverse @ np.array([0.2, -0.1]))
    assert difference_of_shares(p, q) == pytest.approx(expected)


@given(shares, shares, st.randoms())
def test_the_distance_does_not_depend_on_the_order_of_levels_and_is_zero_where_they_agree(p, q, random):
    assume(len(p) == len(q))
    order = list(range(len(p)))
    random.shuffle(order)
    assert difference_of_shares(p[order], q[order]) == pytest.approx(difference_of_shares(p, q))
    assert difference_of_shares(p, p) == pytest.approx(0, abs=1e-7)
    assert difference_of_shares(p, q) >= 0


def test_a_level_that_nobody_has_changes_nothing():
    p, q = np.array([0.5, 0.2, 0.3]), np.array([0.3, 0.3, 0.4])
    more = [np.insert(part, 1, 0) for part in (p, q)]
    assert difference_of_shares(*more) == pytest.approx(difference_of_shares(p, q))


@pytest.mark.parametrize(
    ("arm", "reference"),
    [([1.0, 1.0], [2.0, 2.0]), ([1.0], [1.0, 2.0]), ([], [1.0, 2.0])],
)
def test_means_without_spread_have_no_difference(arm, reference):
    assert math.isnan(difference_of_means(np.array(arm), np.array(reference)))


@pytest.mark.parametrize(
    ("arm", "reference"),
    [
        ([1.0, 0], [0, 1.0]),
        ([1.0, 0], [1.0, 0]),
        ([0.5, 0.5, 0], [0, 0, 1.0]),
        ([np.nan, np.nan], [0.5, 0.5]),
        ([1.0], [1.0]),
    ],
)
def test_shares_that_do_not_vary_have_no_difference(arm, reference):
    assert math.isnan(difference_of_shares(np.array(arm), np.array(reference)))


@pytest.fixture
def described(people, values, cohort_of):
    return lambda **asked: describe_cohort(people, values, cohort_of(), 0.05, **asked)


def test_rows_come_only_where_the_plan_asks_and_change_no_other(described):
    without, asked = described(), described(baseline_smd=True)
    apart = asked["term"] == STANDARDISED_DIFFERENCE
    pd.testing.assert_frame_equal(asked[~apart].reset_index(drop=True), without)
    assert not (without["term"] == STANDARDISED_DIFFERENCE).any()
    rows = asked[apart]
    assert set(rows["analysis"]) == {"baseline"}
    assert set(rows["arm"]) == {"retro"}
    assert set(rows["reference_arm"]) == {"control"}
    assert rows["p_value"].isna().all()
    refuse_baseline_tests(asked, "baseline")


def test_every_covariate_and_outcome_has_its_difference(people, values, cohort_of):
    cohort = cohort_of()
    rows = {row["outcome"]: row for row in balance_rows(people, values, cohort)}
    assert list(rows) == [part.name for part in (*cohort.covariates, *cohort.outcomes)]
    age = people.set_index("arm")["age"]
    arm, control = age["retro"].dropna(), age["control"].dropna()
    assert rows["age"]["estimate"] == pytest.approx(difference_of_means(arm.to_numpy(float), control.to_numpy(float)))
    assert (rows["age"]["n_arm"], rows["age"]["n_reference"]) == (len(arm), len(control))
    assert {row["unit"] for row in rows.values()} == {"SD"}
    assert rows["age"]["method"] == fact("standardised_difference", of="means")
    assert rows["sex"]["method"] == fact("standardised_difference", of="shares")


def test_what_has_no_spread_says_so_in_the_place_of_a_number(people, values, cohort_of):
    rows = {row["outcome"]: row for row in balance_rows(people.assign(age=50.0), values, cohort_of())}
    assert rows["age"]["reason"] == fact("no_spread_at_baseline")
    assert not {"estimate", "method"} & set(rows["age"])
