"""Responders against a published trial, Newcombe's published examples and R's score interval."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.unit.cells import refused

from retrowalk.facts import fact
from retrowalk.model.responders import Contrast, improved, number_needed, relative_risk, risk_difference, share

pytestmark = pytest.mark.numeric


def limits(contrast: Contrast) -> tuple[float, float]:
    return contrast.low, contrast.high


# --- a real trial -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def headache(shared) -> pd.DataFrame:
    """Vickers 2004: headache score at baseline and at 12 months; group 1 had acupuncture."""
    data = pd.read_csv(shared / "trials" / "vickers2004" / "acupuncture.csv", encoding="utf-8-sig")
    did = improved(data["pk1"], data["pk5"], 35, percent=True, sign=-1)
    return data.assign(did=did)


def test_responders_of_the_headache_trial_are_those_published(headache):
    known = headache.dropna(subset="did")
    counts = known.groupby("group")["did"].agg(["sum", "count"])
    assert counts.loc[1].to_list() == [87, 161]
    assert counts.loc[0].to_list() == [45, 140]
    assert headache["did"].isna().sum() == headache["pk5"].isna().sum() == 100


def test_the_difference_of_the_headache_trial_is_that_published(headache):
    counts = headache.dropna(subset="did").groupby("group")["did"].agg(["sum", "count"])
    arm, control = (share(int(counts.loc[group, "sum"]), int(counts.loc[group, "count"])) for group in (1, 0))
    newcombe, wald = (risk_difference(arm, control, interval=interval) for interval in ("newcombe", "wald"))
    assert newcombe.value == wald.value == pytest.approx(0.2189, abs=5e-5)
    assert limits(newcombe) == pytest.approx((0.1070, 0.3228), abs=5e-5)
    assert limits(wald) == pytest.approx((0.1098, 0.3281), abs=5e-5)
    number = number_needed(newcombe)
    assert (number.value, *limits(number)) == pytest.approx((4.57, 3.10, 9.35), abs=5e-3)
    assert limits(number_needed(wald)) == pytest.approx((3.05, 9.11), abs=5e-3)
    # As the paper printed them.
    assert (wald.value, *limits(wald)) == pytest.approx((0.22, 0.11, 0.33), abs=5e-3)


# --- who improved -----------------------------------------------------------------------------------------------------


def did(baseline: float, value: float, threshold: float, sign: int, **options: bool) -> object:
    return improved(pd.Series([baseline]), pd.Series([value]), threshold, sign, **options).iloc[0]


@pytest.mark.parametrize(
    ("baseline", "value", "threshold", "sign", "percent", "expected"),
    [
        (60, 45, 15, -1, False, True),
        (60, 45.1, 15, -1, False, False),
        (60, 75, 15, -1, False, False),
        (60, 75, 15, 1, False, True),
        (60, 39, 35, -1, True, True),
        (60, 39.1, 35, -1, True, False),
        (60, 81, 35, 1, True, True),
        (-10, -14, 40, -1, True, True),  # of the size of the baseline, whatever its sign
        (-10, -6, 40, 1, True, True),
        (-10, -14, 40, 1, True, False),
        (8.8, 4.4, 4.4, -1, False, True),
        (83.6, 79.2, 4.4, -1, False, True),  # 4.3999999999999915
        (0.7, 0.6, 0.1, -1, False, True),  # 0.09999999999999998
        (0.3, 0.1, 100 * 2 / 3, -1, True, True),
    ],
)
def test_an_improvement_that_reaches_the_threshold_counts(baseline, value, threshold, sign, percent, expected):
    assert did(baseline, value, threshold, sign, percent=percent) == expected


def test_without_both_values_nobody_is_judged():
    judged = improved(pd.Series([10.0, np.nan, 10]), pd.Series([np.nan, 5.0, 5]), 3, -1)
    assert judged.isna().to_list() == [True, True, False]


def test_a_baseline_of_zero_has_no_percent():
    judged = improved(pd.Series([0.0, 10]), pd.Series([-5.0, 5]), 30, -1, percent=True)
    assert judged.isna().to_list() == [True, False]
    assert did(0, -5, 5, -1)


# --- one share --------------------------------------------------------------------------------------------------------

#: R: prop.test(x, n, correct = FALSE)$conf.int
SCORE = [
    (0, 10, 0, 0.277532799862889),
    (3, 10, 0.107791267406301, 0.603221852538855),
    (10, 10, 0.722467200137111, 1),
    (56, 70, 0.691833555037469, 0.87695260751637),
    (81, 263, 0.255288519878274, 0.3662095769828),
    (1, 29, 0.00611321429276266, 0.171755218793203),
]


@pytest.mark.parametrize(("count", "n", "low", "high"), SCORE)
def test_the_interval_of_a_share_is_rs_score_interval(count, n, low, high):
    one = share(count, n)
    assert (one.responders, one.n, one.value) == (count, n, count / n)
    assert (one.low, one.high) == pytest.approx((low, high), rel=1e-10, abs=1e-12)


def test_limits_of_a_share_are_where_the_score_test_turns():
    one = share(7, 19, alpha=0.1)
    for limit in (one.low, one.high):
        z = (one.value - limit) / math.sqrt(limit * (1 - limit) / 19)
        assert 2 * stats.norm.sf(abs(z)) == pytest.approx(0.1, rel=1e-9)


def test_nobody_has_no_share():
    with refused(fact("nobody_judged")):
        share(0, 0)


# --- the difference ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arm", "reference", "low", "high"),
    [
        # Newcombe 1998, Table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_differences_of_shares_have_the_intervals_that_newcombe_published(arm, reference, low, high):
    difference = risk_difference(share(*arm), share(*reference))
    assert difference.value == pytest.approx(arm[0] / arm[1] - reference[0] / reference[1])
    assert limits(difference) == pytest.approx((low, high), abs=5.1e-5)


@pytest.mark.parametrize(
    ("arm", "reference", "low", "high"),
    [((56, 70), (48, 80), 0.0575, 0.3425), ((9, 10), (3, 10), 0.2605, 0.9395), ((6, 7), (2, 7), 0.1481, 0.9947)],
)
def test_on_request_they_have_those_of_wald(arm, reference, low, high):
    difference = risk_difference(share(*arm), share(*reference), interval="wald")
    assert limits(difference) == pytest.approx((low, high), abs=5.1e-5)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_swapping_the_arms_turns_the_difference_and_inverts_the_ratio(n, m, data):
    first, second = share(data.draw(st.integers(0, n)), n), share(data.draw(st.integers(0, m)), m)
    for interval in ("newcombe", "wald"):
        one, other = (risk_difference(*pair, interval=interval) for pair in ((first, second), (second, first)))
        assert (other.value, -other.high, -other.low) == pytest.approx((-one.value, one.low, one.high), abs=1e-12)
    newcombe = risk_difference(first, second)
    assert -1 - 1e-12 <= newcombe.low <= newcombe.value <= newcombe.high <= 1 + 1e-12
    if first.responders and 0 < second.responders < m:
        ratio, inverse = relative_risk(first, second), relative_risk(second, first)
        assert (1 / inverse.value, 1 / inverse.high, 1 / inverse.low) == pytest.approx((ratio.value, *limits(ratio)))


def test_another_level_gives_another_interval():
    arm, reference = (share(*counts, alpha=0.2) for counts in ((9, 10), (3, 10)))
    narrow = risk_difference(arm, reference, 0.2)
    wide = risk_difference(share(9, 10), share(3, 10))
    assert wide.low < narrow.low < narrow.high < wide.high


# --- the ratio --------------------------------------------------------------------------------------------------------


def test_the_ratio_has_katz_log_interval():
    ratio = relative_risk(share(56, 70), share(48, 80))
    se = math.sqrt(14 / (56 * 70) + 32 / (48 * 80))  # q / (n p) of each
    assert ratio.value == pytest.approx(4 / 3)
    expected = tuple(4 / 3 * math.exp(sign * stats.norm.isf(0.025) * se) for sign in (-1, 1))
    assert limits(ratio) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("pair", [((0, 9), (4, 9)), ((4, 9), (0, 9)), ((0, 9), (0, 9))])
def test_without_a_responder_there_is_no_ratio(pair):
    with refused(fact("nobody_responded")):
        relative_risk(*(share(*counts) for counts in pair))


# FAULT found here and mended: 9 of 9 against 9 of 9 gave a ratio of 1 with an interval from 1 to 1.
def test_where_everybody_responded_the_ratio_has_no_interval():
    with refused(fact("everybody_responded")):
        relative_risk(share(9, 9), share(12, 12))
    assert relative_risk(share(9, 9), share(11, 12)).low < 1


# --- the number needed to treat ---------------------------------------------------------------------------------------


def test_the_number_needed_is_the_reciprocal_with_its_limits_turned():
    number = number_needed(Contrast(0.25, 0.1, 0.5))
    assert (number.value, number.low, number.high) == (4, 2, 10)
    harm = number_needed(Contrast(-0.25, -0.5, -0.1))
    assert (harm.value, harm.low, harm.high) == (-4, -10, -2)


def test_through_zero_the_number_goes_from_harm_through_infinity_to_benefit():
    """Altman 1998: "NNTH 20 to infinity to NNTB 5"."""
    number = number_needed(Contrast(0.08, -0.05, 0.2))
    assert number.value == pytest.approx(12.5)
    assert (number.low, number.high) == pytest.approx((-20, 5))
    worse = number_needed(Contrast(-0.08, -0.2, 0.05))
    assert (worse.value, worse.low, worse.high) == pytest.approx((-12.5, -5, 20))


# FAULT found here and mended: a limit of exactly zero gave a number that seemed to go through infinity.
def test_a_limit_of_exactly_zero_is_infinity_on_the_side_of_the_other():
    assert limits(number_needed(Contrast(0.1, 0.0, 0.2))) == (5, math.inf)
    assert limits(number_needed(Contrast(-0.1, -0.2, 0.0))) == (-math.inf, -5)


def test_equal_shares_have_no_number():
    with refused(fact("shares_are_the_same")):
        number_needed(risk_difference(share(3, 9), share(4, 12)))


def test_newcombes_interval_covers_as_it_says():
    """Exactly, over all outcomes of two arms of 12."""
    n, grid = 12, np.linspace(0.1, 0.9, 9)
    shares = [share(count, n) for count in range(n + 1)]
    intervals = np.array([[limits(risk_difference(one, other)) for other in shares] for one in shares])
    chances = np.array([stats.binom.pmf(range(n + 1), n, p) for p in grid])
    covers = [
        (np.outer(chances[i], chances[j]) * ((intervals[..., 0] <= p - q) & (p - q <= intervals[..., 1]))).sum()
        for i, p in enumerate(grid)
        for j, q in enumerate(grid)
    ]
    assert np.mean(covers) == pytest.approx(0.955, abs=0.01)
    assert min(covers) > 0.9
