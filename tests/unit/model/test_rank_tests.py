"""Rank tests against R's wilcox.test, the enumeration of every arrangement, and the published example of Brunner and Munzel."""

import math
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.unit.cells import refused
from tests.unit.model.conftest import REFERENCE, reference

from retrowalk.facts import fact
from retrowalk.model import rank_tests
from retrowalk.model.rank_tests import RankTest, brunner_munzel, mann_whitney, signed_rank

pytestmark = pytest.mark.numeric

MANN_WHITNEY, WILCOXON = "change_mann_whitney_asymptotic_corrected", "wilcoxon_asymptotic_corrected"
SMALL = ["3v4", "4v4", "5v5", "10v7"]


def values(name: str) -> tuple[pd.Series, pd.Series]:
    """Two arms without ties."""
    data = pd.read_csv(REFERENCE / "rank_data.csv")
    data = data[data["set"] == name]
    return tuple(data.loc[data["arm"] == arm, "value"] for arm in ("arm", "reference"))


def changes(trial, row: dict) -> tuple[pd.Series, pd.Series]:
    data = trial(row["trial"])
    change = data[row["visit"]] - data["V0"]
    return change[data["arm"] == row["arm"]], change[data["arm"] == "control"]


def by_trial(row: dict) -> str:
    return f"{row['trial']}-{row['arm']}"


# --- against R --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", reference("two_arm", analysis=MANN_WHITNEY), ids=by_trial)
def test_the_asymptotic_mann_whitney_is_that_of_r(monkeypatch, trial, row):
    monkeypatch.setattr(rank_tests, "MOST_FOR_EXACT", 0)
    test = mann_whitney(*changes(trial, row))
    assert test.exact is False
    assert test.statistic == row["statistic"]
    assert test.p_value == pytest.approx(row["p"], rel=1e-10)


@pytest.mark.parametrize("row", reference("two_arm", analysis=WILCOXON), ids=by_trial)
def test_the_asymptotic_signed_rank_is_that_of_r(monkeypatch, trial, row):
    monkeypatch.setattr(rank_tests, "MOST_FOR_EXACT", 0)
    test = signed_rank(changes(trial, row)[0])
    assert test.exact is False
    assert test.statistic == row["statistic"]
    assert test.p_value == pytest.approx(row["p"], rel=1e-10)


def of_trial(trial, row: dict) -> RankTest:
    """The test of the changes of a simulated trial that a row of R's values is of."""
    data = trial(row["set"])
    change = (data[max(data.columns.drop(["arm", "sex"]))] - data["V0"]).round(8)
    arm, control = change[data["arm"] == row["arm"]], change[data["arm"] == "control"]
    return mann_whitney(arm, control) if row["test"] == "mann_whitney" else signed_rank(arm)


@pytest.mark.parametrize(
    "row", reference("rank_tests", kind="asymptotic"), ids=lambda row: f"{row['set']}-{row['arm']}"
)
def test_with_ties_the_test_is_asymptotic_and_that_of_r(trial, row):
    test = of_trial(trial, row)
    assert test.exact is False
    assert test.statistic == row["statistic"]
    assert test.p_value == pytest.approx(row["p"], rel=1e-10)


def exact_of_trials() -> list[dict]:
    return [row for row in reference("rank_tests", kind="exact") if math.isnan(row["level"])]


@pytest.mark.parametrize("row", exact_of_trials(), ids=lambda row: f"{row['set']}-{row['test']}-{row['arm']}")
def test_without_ties_the_test_of_the_trials_is_exact_and_that_of_r(trial, row):
    test = of_trial(trial, row)
    assert test.exact is True
    assert test.statistic == row["statistic"]
    assert test.p_value == pytest.approx(row["p"], rel=1e-10)


def exact_of_values() -> list[dict]:
    return [row for row in reference("rank_tests", kind="exact") if not math.isnan(row["level"])]


@pytest.mark.parametrize("row", exact_of_values(), ids=lambda row: f"{row['set']}-{row['test']}-{row['level']}")
def test_exact_tests_estimates_and_intervals_are_those_of_r(row):
    arm, control = values(row["set"])
    alpha = 1 - row["level"]
    test = mann_whitney(arm, control, alpha) if row["test"] == "mann_whitney" else signed_rank(arm, alpha)
    assert test.exact is True
    assert test.statistic == row["statistic"]
    assert test.p_value == pytest.approx(row["p"], rel=1e-10)
    assert test.estimate == pytest.approx(row["estimate"], rel=1e-10)
    # Where even the widest interval has not the level, R gives it all the same, and we give none.
    assert (test.ci_low, test.ci_high) == pytest.approx((row["lower"], row["upper"]), rel=1e-10, nan_ok=True)
    assert test.n == row["n_arm"] + (0 if math.isnan(row["n_reference"]) else row["n_reference"])


def test_r_was_asked_for_intervals_that_exist_and_for_some_that_do_not():
    missing = [math.isnan(row["lower"]) for row in exact_of_values()]
    assert (sum(missing), len(missing)) == (5, 24)


# --- against the enumeration of every arrangement ---------------------------------------------------------------------


def two_sided(distribution: np.ndarray, observed: float) -> float:
    return min(1.0, 2 * min((distribution <= observed).mean(), (distribution >= observed).mean()))


def enumerated_u(n: int, m: int) -> np.ndarray:
    """U of every choice of n ranks among n + m."""
    return np.array([sum(chosen) - n * (n - 1) / 2 for chosen in combinations(range(n + m), n)])


def enumerated_v(n: int) -> np.ndarray:
    """V of every pattern of signs."""
    return np.array([sum(r for r, up in enumerate(ups, start=1) if up) for ups in product((0, 1), repeat=n)])


def inverted(grid: np.ndarray, p_at, alpha: float) -> tuple[float, float]:
    """The limits between which the test does not reject: p is constant between neighbours of the ordered grid."""
    places = np.concatenate([[grid[0] - 1], (grid[:-1] + grid[1:]) / 2, [grid[-1] + 1]])
    kept = [place for place in range(len(places)) if p_at(places[place]) > alpha]
    assert kept == list(range(kept[0], kept[-1] + 1))
    outer = [-math.inf, *grid, math.inf]
    return outer[kept[0]], outer[kept[-1] + 1]


@pytest.mark.parametrize("alpha", [0.05, 0.2])
@pytest.mark.parametrize("name", SMALL)
def test_mann_whitney_is_the_enumeration(name, alpha):
    x, y = (series.to_numpy() for series in values(name))
    distribution = enumerated_u(len(x), len(y))

    def p_at(shift: float) -> float:
        return two_sided(distribution, sum(a - shift > b for a in x for b in y))

    test = mann_whitney(pd.Series(x), pd.Series(y), alpha)
    assert test.p_value == pytest.approx(p_at(0), rel=1e-12)
    low, high = inverted(np.unique([a - b for a in x for b in y]), p_at, alpha)
    ours = (test.ci_low, test.ci_high)
    if math.isinf(low):
        assert math.isinf(high)
        assert all(map(math.isnan, ours))
    else:
        assert ours == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize("alpha", [0.05, 0.2])
@pytest.mark.parametrize("name", SMALL)
def test_signed_rank_is_the_enumeration(name, alpha):
    x = values(name)[0].to_numpy()
    distribution = enumerated_v(len(x))

    def p_at(shift: float) -> float:
        moved = x - shift
        return two_sided(distribution, stats.rankdata(abs(moved))[moved > 0].sum())

    test = signed_rank(pd.Series(x), alpha)
    assert test.p_value == pytest.approx(p_at(0), rel=1e-12)
    averages = np.unique([(a + b) / 2 for a in x for b in x])
    low, high = inverted(averages, p_at, alpha)
    ours = (test.ci_low, test.ci_high)
    if math.isinf(low):
        assert math.isinf(high)
        assert all(map(math.isnan, ours))
    else:
        assert ours == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (3, 4), (5, 5), (7, 2), (6, 8)])
def test_arrangements_of_u_are_counted_one_by_one(n, m):
    expected = np.bincount(enumerated_u(n, m).astype(int), minlength=n * m + 1)
    np.testing.assert_array_equal(rank_tests._counts_of_u(n, m), expected)


@pytest.mark.parametrize("n", [1, 2, 5, 10])
def test_patterns_of_v_are_counted_one_by_one(n):
    expected = np.bincount(enumerated_v(n), minlength=n * (n + 1) // 2 + 1)
    np.testing.assert_array_equal(rank_tests._counts_of_v(n), expected)


def whole_number_counts(n: int, m: int) -> list[int]:
    """Return the counts of U in whole numbers of any size, by adding the highest value to either arm."""
    table = {(i, j): [1] for i in range(n + 1) for j in range(m + 1) if not i * j}
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            here = [0] * (i * j + 1)
            for place, count in enumerate(table[i - 1, j]):
                here[place + j] += count
            for place, count in enumerate(table[i, j - 1]):
                here[place] += count
            table[i, j] = here
    return table[n, m]


def test_the_largest_exact_intervals_lose_nothing_to_rounding():
    size = rank_tests.MOST_FOR_EXACT
    counts = whole_number_counts(size, size)
    assert sum(counts) == math.comb(2 * size, size)
    for alpha in (0.01, 0.05, 0.2):
        cumulated, k = 0, 0
        while True:
            cumulated += counts[k]
            if cumulated > alpha / 2 * math.comb(2 * size, size):
                break
            k += 1
        assert rank_tests._exact_rank(rank_tests._counts_of_u(size, size), alpha) == k


# --- asymptotic intervals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["10v7", "15v15", "30v41"])
def test_asymptotic_limits_are_where_the_asymptotic_test_turns(monkeypatch, name):
    monkeypatch.setattr(rank_tests, "MOST_FOR_EXACT", 0)
    x, y = values(name)
    test = mann_whitney(x, y)
    for limit, outwards in ((test.ci_low, -1e-9), (test.ci_high, 1e-9)):
        p_values = [
            stats.mannwhitneyu(x - limit - step, y, method="asymptotic").pvalue for step in (outwards, -outwards)
        ]
        assert p_values[0] <= 0.05 < p_values[1]
    test = signed_rank(x)
    for limit, outwards in ((test.ci_low, -1e-9), (test.ci_high, 1e-9)):
        p_values = [
            stats.wilcoxon(x - limit - step, method="asymptotic", correction=True).pvalue
            for step in (outwards, -outwards)
        ]
        assert p_values[0] <= 0.05 < p_values[1]


def test_more_than_fifty_are_asymptotic():
    rng = np.random.default_rng(5)
    many, few = pd.Series(rng.normal(size=51)), pd.Series(rng.normal(size=5))
    assert mann_whitney(many[:50], few).exact is True
    assert (mann_whitney(many, few).exact, mann_whitney(few, many).exact) == (False, False)
    assert (signed_rank(many[:50]).exact, signed_rank(many).exact) == (True, False)


# --- ties and zeros ---------------------------------------------------------------------------------------------------


def test_a_pair_of_equal_values_counts_a_half():
    test = mann_whitney(pd.Series([1.0, 2, 2]), pd.Series([2.0, 0, 5]))
    assert test.statistic == 1 + 1.5 + 1.5
    assert test.estimate == np.median([-1, 1, -4, 0, 2, -3, 0, 2, -3])
    assert test.exact is False


def test_zeros_are_left_out_of_the_signed_ranks_and_not_of_the_estimate():
    change = pd.Series([0.0, 0, 1, -2, 3, 3, -4, 5, 6, 7])
    test = signed_rank(change)
    # Without the zeros, ranks of |change|: 1, 2, 3.5, 3.5, 5, 6, 7, 8; two values share a rank.
    n, v = 8, 1 + 3.5 + 3.5 + 6 + 7 + 8
    sd = math.sqrt(n * (n + 1) * (2 * n + 1) / 24 - (2**3 - 2) / 48)
    assert test.statistic == v
    assert test.p_value == pytest.approx(2 * stats.norm.sf((v - n * (n + 1) / 4 - 0.5) / sd), rel=1e-12)
    assert (test.exact, test.n) == (False, 10)
    averages = [(a + b) / 2 for place, a in enumerate(change) for b in change[place:]]
    assert len(averages) == 55
    assert test.estimate == np.median(averages)


# --- what does not matter ---------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(
    st.lists(st.integers(-30, 30), min_size=4, max_size=12),
    st.lists(st.integers(-30, 30), min_size=4, max_size=12),
    st.integers(-64, 64),
)
def test_swapping_the_arms_turns_everything_and_a_shift_moves_it(first, second, shift):
    if len(set(first + second)) == 1:
        return
    x, y = pd.Series(first, dtype=float), pd.Series(second, dtype=float)
    test, turned, moved = mann_whitney(x, y), mann_whitney(y, x), mann_whitney(x + shift, y + shift)
    assert (turned.estimate, turned.p_value) == (pytest.approx(-test.estimate), pytest.approx(test.p_value))
    limits = (-turned.ci_high, -turned.ci_low)
    assert limits == pytest.approx((test.ci_low, test.ci_high), nan_ok=True)
    assert turned.statistic == len(x) * len(y) - test.statistic
    assert moved == test
    if not math.isnan(test.ci_low):
        assert test.ci_low <= test.estimate <= test.ci_high


def test_values_that_are_missing_do_not_count():
    x, y = values("5v5")
    holed = pd.Series([*x, np.nan]), pd.Series([np.nan, *y])
    assert mann_whitney(*holed) == mann_whitney(x, y)
    assert signed_rank(holed[0]) == signed_rank(x)
    assert brunner_munzel(*holed) == brunner_munzel(x, y)


# --- Brunner and Munzel -----------------------------------------------------------------------------------------------

YES = pd.Series([1.0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1])
NO = pd.Series([3.0, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4])


def test_brunner_munzel_is_the_published_example_of_r():
    test = brunner_munzel(NO, YES)
    assert test.statistic == pytest.approx(3.1375, abs=5e-5)
    assert test.df == pytest.approx(17.683, abs=5e-4)
    assert test.p_value == pytest.approx(0.005786, abs=5e-7)
    assert test.estimate == pytest.approx(0.788961, abs=5e-7)
    assert (test.ci_low, test.ci_high) == pytest.approx((0.5952169, 0.9827052), abs=5e-8)


def placements(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Of each x: the share of y below it, those equal counting a half."""
    return np.array([np.mean([(b < a) + (b == a) / 2 for b in y]) for a in x])


def probability_higher(x: np.ndarray, y: np.ndarray, alpha: float) -> tuple[float, ...]:
    """Estimate, standard error, df, t, p and limits through the placements, without a rank."""
    of_x, of_y = placements(x, y), placements(y, x)
    parts = of_x.var(ddof=1) / len(x), of_y.var(ddof=1) / len(y)
    se = math.sqrt(sum(parts))
    df = sum(parts) ** 2 / (parts[0] ** 2 / (len(x) - 1) + parts[1] ** 2 / (len(y) - 1))
    t = (of_x.mean() - 0.5) / se
    half = stats.t.isf(alpha / 2, df) * se
    low, high = max(of_x.mean() - half, 0), min(of_x.mean() + half, 1)
    return of_x.mean(), se, df, t, 2 * stats.t.sf(abs(t), df), low, high


@pytest.mark.parametrize("alpha", [0.05, 0.2])
@pytest.mark.parametrize("name", ["4v4", "5v5", "10v7", "30v41", "rounded"])
def test_brunner_munzel_is_what_the_placements_give(name, alpha):
    x, y = values("15v15" if name == "rounded" else name)
    if name == "rounded":
        x, y = x.round(), y.round()
    test = brunner_munzel(x, y, alpha)
    ours = (test.estimate, test.se, test.df, test.statistic, test.p_value, test.ci_low, test.ci_high)
    assert ours == pytest.approx(probability_higher(x.to_numpy(), y.to_numpy(), alpha), rel=1e-9, abs=1e-12)


def test_the_probability_has_the_direction_of_the_arm_and_stays_between_0_and_1():
    high, low = pd.Series([3.0, 4, 5, 6]), pd.Series([1.0, 2, 3.5, 0])
    test, turned = brunner_munzel(high, low), brunner_munzel(low, high)
    assert test.estimate == 1 - turned.estimate == 15 / 16
    assert test.statistic == -turned.statistic > 0
    assert (test.ci_high, turned.ci_low) == (1, 0)


# --- what is refused --------------------------------------------------------------------------------------------------


def series(*numbers: float) -> pd.Series:
    return pd.Series(numbers, dtype=float)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: mann_whitney(series(1), series(2, 3)), fact("with_a_value", n_arm=1, n_reference=2)),
        (lambda: mann_whitney(series(1, 2, 3), series(4, np.nan)), fact("with_a_value", n_arm=3, n_reference=1)),
        (lambda: mann_whitney(series(2, 2), series(2, 2)), fact("all_the_same")),
        (lambda: signed_rank(series(1)), fact("measured_at_both", count=1)),
        (lambda: signed_rank(series()), fact("measured_at_both", count=0)),
        (lambda: signed_rank(series(0, 0, 0)), fact("nobody_changed")),
        (lambda: brunner_munzel(series(1, 2), series(3)), fact("with_a_value", n_arm=2, n_reference=1)),
        (lambda: brunner_munzel(series(1, 2), series(3, 4)), fact("no_overlap")),
        (lambda: brunner_munzel(series(2, 2), series(2, 2)), fact("no_overlap")),
    ],
)
def test_what_cannot_be_tested_says_why(call, reason):
    with refused(reason):
        call()
